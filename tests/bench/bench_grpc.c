/* The gRPC gateway on a real market, in a process of its own, and clients on this machine: orders a
 * second from one and from eight connections with one call in flight each, and a public trade on
 * its way to a thousand streams. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <nghttp2/nghttp2.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../plugins/gateway_grpc/gateway.h"
#include "../plugin/grpc/floor.h"
#include "../plugin/grpc/loop.h"
#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"

enum { CLIENTS = 8, STREAM_CLIENTS = 10, STREAMS = 100, ROUNDS = 50 };

#define SERVICE                                                                                    \
    "/frequenz.api.electricity_trading.electricity_trading.v1.ElectricityTradingService/"
#define NV(n, v)                                                                                   \
    (nghttp2_nv)                                                                                   \
    {                                                                                              \
        (uint8_t *)(uintptr_t)(n), (uint8_t *)(uintptr_t)(v), strlen(n), strlen(v),                \
            NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE                           \
    }

/* What both processes see. */
typedef struct shared {
    volatile int port;
    volatile int64_t slowest_us;
} shared;

static int64_t now_us(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void fail(const char *what)
{
    perror(what);
    exit(1);
}

/* ---- the server ---- */

static void serve(shared *with)
{
    loop l;
    void *gateway;
    floor_market *f = floor_open(now_us(CLOCK_REALTIME) / 1000);
    const lg_gateway_info info = {.size = sizeof info, .address = "127.0.0.1:0"};
    loop_open(&l, floor_door(f));
    if (grpc_open(&l.host, &info, &gateway) != 0)
        fail(l.refusal);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    with->port = atoi(strstr(l.said, "127.0.0.1:") + strlen("127.0.0.1:"));
    for (;;) {
        if (with->slowest_us < 0)
            l.slowest_us = with->slowest_us = 0;
        loop_turn(&l, 100);
        with->slowest_us = l.slowest_us;
    }
}

/* ---- clients ---- */

typedef struct client {
    nghttp2_session *session;
    int fd;
    uint64_t done, messages; /* calls that were answered; frames of streams */
    bool again;              /* the next call follows the last one */
    uint32_t pool, side;
    uint8_t body[256];
    size_t length, at;
} client;

static ssize_t body(nghttp2_session *session, int32_t id, uint8_t *out, size_t size,
                    uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
    const client *c = ctx;
    (void)session;
    (void)id;
    (void)source;
    (void)size;
    memcpy(out, c->body, c->length);
    *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)c->length;
}

static void call(client *c, const char *path)
{
    const nghttp2_nv headers[] = {NV(":method", "POST"),    NV(":scheme", "http"),
                                  NV(":path", path),        NV(":authority", "here"),
                                  NV("te", "trailers"),     NV("content-type", "application/grpc"),
                                  NV("user-agent", "bench")};
    const nghttp2_data_provider provider = {.read_callback = body};
    if (nghttp2_submit_request(c->session, NULL, headers, 7, &provider, NULL) < 0)
        fail("submit");
}

static void put_message(client *c, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_pack(message, c->body + 5);
    memset(c->body, 0, 5);
    c->body[4] = (uint8_t)size;
    c->length = size + 5;
}

/* An order that meets the one before, or waits for the next. */
static void order(client *c)
{
    Et__CreateGridpoolOrderRequest request = ET__CREATE_GRIDPOOL_ORDER_REQUEST__INIT;
    Et__Order is = ET__ORDER__INIT;
    Fc__Grid__DeliveryArea area = FC__GRID__DELIVERY_AREA__INIT;
    Fc__Grid__DeliveryPeriod period = FC__GRID__DELIVERY_PERIOD__INIT;
    Google__Protobuf__Timestamp start = GOOGLE__PROTOBUF__TIMESTAMP__INIT;
    Fc__Market__Price price = FC__MARKET__PRICE__INIT;
    Fc__Market__Power power = FC__MARKET__POWER__INIT;
    Fc__Types__Decimal amount = FC__TYPES__DECIMAL__INIT, mw = FC__TYPES__DECIMAL__INIT;
    area.code = "10YDE-EON------1";
    area.code_type = FC__GRID__ENERGY_MARKET_CODE_TYPE__ENERGY_MARKET_CODE_TYPE_EUROPE_EIC;
    start.seconds = (now_us(CLOCK_REALTIME) / 3600000000 + 6) * 3600;
    period.start = &start;
    period.duration = FC__GRID__DELIVERY_DURATION__DELIVERY_DURATION_15;
    amount.value = "50.00";
    price.amount = &amount;
    price.currency = FC__MARKET__PRICE__CURRENCY__CURRENCY_EUR;
    mw.value = "0.1";
    power.mw = &mw;
    is.delivery_area = &area;
    is.delivery_period = &period;
    is.type = ET__ORDER_TYPE__ORDER_TYPE_LIMIT;
    c->side = 3 - c->side;
    is.side = (Et__MarketSide)c->side;
    is.price = &price;
    is.quantity = &power;
    request.gridpool_id = c->side; /* buyers are gridpool 1, sellers 2 */
    request.order = &is;
    put_message(c, &request.base);
    call(c, SERVICE "CreateGridpoolOrder");
}

static int closed(nghttp2_session *session, int32_t id, uint32_t code, void *ctx)
{
    client *c = ctx;
    (void)session;
    (void)id;
    if (code != NGHTTP2_NO_ERROR)
        fail("a call was reset");
    c->done++;
    if (c->again)
        order(c);
    return 0;
}

static int header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                  size_t name_length, const uint8_t *value, size_t length, uint8_t flags, void *ctx)
{
    (void)session;
    (void)frame;
    (void)flags;
    (void)ctx;
    if (name_length == 11 && memcmp(name, "grpc-status", 11) == 0 &&
        !(length == 1 && *value == '0')) {
        fprintf(stderr, "bench_grpc: status %.*s\n", (int)length, (const char *)value);
        exit(1);
    }
    return 0;
}

static int data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *bytes,
                size_t size, void *ctx)
{
    client *c = ctx;
    (void)session;
    (void)flags;
    (void)id;
    (void)bytes;
    c->messages += size > 0;
    return 0;
}

static void connect_to(client *c, int port)
{
    nghttp2_session_callbacks *callbacks;
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1;
    inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
    *c = (client){.side = 2};
    c->fd = socket(AF_INET, SOCK_STREAM, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&at, sizeof at) != 0)
        fail("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, closed);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data);
    nghttp2_session_client_new(&c->session, callbacks, c);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(c->session, NGHTTP2_FLAG_NONE, settings, 1);
    nghttp2_session_set_local_window_size(c->session, NGHTTP2_FLAG_NONE, 0, 1 << 24);
}

static void hang_up(client *c)
{
    nghttp2_session_del(c->session);
    close(c->fd);
}

static void write_all(client *c)
{
    uint8_t out[65536];
    size_t used = 0;
    const uint8_t *bytes;
    ssize_t size;
    while ((size = nghttp2_session_mem_send(c->session, &bytes)) > 0) {
        if (used + (size_t)size > sizeof out)
            fail("too much to send at once");
        memcpy(out + used, bytes, (size_t)size);
        used += (size_t)size;
    }
    if (used > 0 && send(c->fd, out, used, MSG_NOSIGNAL) != (ssize_t)used)
        fail("send");
}

/* Sends what there is, and reads what comes within @p ms. */
static void turn(client *clients, int count, int ms)
{
    struct pollfd fds[STREAM_CLIENTS + CLIENTS];
    uint8_t in[65536];
    for (int i = 0; i < count; i++) {
        write_all(&clients[i]);
        fds[i] = (struct pollfd){.fd = clients[i].fd, .events = POLLIN};
    }
    if (poll(fds, (nfds_t)count, ms) <= 0)
        return;
    for (int i = 0; i < count; i++)
        if (fds[i].revents) {
            ssize_t got = recv(fds[i].fd, in, sizeof in, 0);
            if (got <= 0 || nghttp2_session_mem_recv(clients[i].session, in, (size_t)got) < 0)
                fail("the server has hung up");
            write_all(&clients[i]);
        }
}

/* @p cpu_us becomes time of the server's processor for each. */
static double orders_a_second(const shared *with, clockid_t server, int count, double seconds,
                              double *cpu_us)
{
    client clients[CLIENTS];
    uint64_t done = 0;
    for (int i = 0; i < count; i++) {
        connect_to(&clients[i], with->port);
        clients[i].again = true;
        order(&clients[i]);
    }
    int64_t began = now_us(CLOCK_MONOTONIC), busy = now_us(server);
    int64_t until = began + (int64_t)(seconds * 1e6);
    while (now_us(CLOCK_MONOTONIC) < until)
        turn(clients, count, 100);
    int64_t took = now_us(CLOCK_MONOTONIC) - began;
    busy = now_us(server) - busy;
    for (int i = 0; i < count; i++) {
        done += clients[i].done;
        hang_up(&clients[i]);
    }
    *cpu_us = (double)busy / (double)done;
    return (double)done * 1e6 / (double)took;
}

static uint64_t heard(const client *clients)
{
    uint64_t sum = 0;
    for (int i = 0; i < STREAM_CLIENTS; i++)
        sum += clients[i].messages;
    return sum;
}

/* @return from the order to the last stream, in ms, on average */
static double fan_out(shared *with)
{
    static client clients[STREAM_CLIENTS + 1];
    client *trader = &clients[STREAM_CLIENTS];
    for (int i = 0; i <= STREAM_CLIENTS; i++)
        connect_to(&clients[i], with->port);
    for (int i = 0; i < STREAM_CLIENTS; i++) {
        Et__ReceivePublicTradesStreamRequest all = ET__RECEIVE_PUBLIC_TRADES_STREAM_REQUEST__INIT;
        put_message(&clients[i], &all.base);
        for (int k = 0; k < STREAMS; k++)
            call(&clients[i], SERVICE "ReceivePublicTradesStream");
    }
    for (int i = 0; i < 50; i++)
        turn(clients, STREAM_CLIENTS + 1, 10);
    with->slowest_us = -1; /* from here on */
    while (with->slowest_us < 0)
        turn(clients, STREAM_CLIENTS + 1, 1);
    int64_t sum = 0;
    for (int round = 1; round <= ROUNDS; round++) {
        int64_t began = now_us(CLOCK_MONOTONIC);
        uint64_t wanted = (uint64_t)round * STREAM_CLIENTS * STREAMS;
        uint64_t done = trader->done;
        for (int i = 0; i < 2; i++) {
            order(trader);
            while (trader->done == done + (uint64_t)i)
                turn(clients, STREAM_CLIENTS + 1, 100);
        }
        while (heard(clients) < wanted)
            turn(clients, STREAM_CLIENTS + 1, 100);
        sum += now_us(CLOCK_MONOTONIC) - began;
    }
    for (int i = 0; i <= STREAM_CLIENTS; i++)
        hang_up(&clients[i]);
    return (double)sum / 1e3 / ROUNDS;
}

int main(int count, char **words)
{
    double seconds = count > 1 ? atof(words[1]) : 2;
    shared *with =
        mmap(NULL, sizeof *with, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (with == MAP_FAILED)
        fail("mmap");
    pid_t server = fork();
    if (server < 0)
        fail("fork");
    if (server == 0)
        serve(with);
    while (!with->port && waitpid(server, NULL, WNOHANG) == 0)
        usleep(1000);
    clockid_t clock;
    if (clock_getcpuclockid(server, &clock) != 0)
        fail("clock_getcpuclockid");
    for (int i = 0; i < 2; i++) {
        double cpu_us, rate = orders_a_second(with, clock, i ? CLIENTS : 1, seconds, &cpu_us);
        printf("grpc create order, %s\t%.0f\t/s\t%s\n", i ? "8 connections" : "1 connection", rate,
               i ? ">= 60000" : ">= 15000");
        printf("grpc processor for each, %s\t%.2f\tus\t\n", i ? "8 connections" : "1 connection",
               cpu_us);
    }
    printf("grpc trade to 1000 streams\t%.2f\tms\t\n", fan_out(with));
    printf("grpc longest turn of the loop meanwhile\t%.2f\tms\t5\n",
           (double)with->slowest_us / 1e3);
    kill(server, SIGKILL);
    waitpid(server, NULL, 0);
    return 0;
}
