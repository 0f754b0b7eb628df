/* The gRPC gateway on a real market, in a process of its own, and clients on this machine: orders a
 * second from one and from eight connections with one call in flight each, and a public trade on
 * its way to a thousand streams. */
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../plugins/gateway_grpc/gateway.h"
#include "../plugin/grpc/floor.h"
#include "../plugin/grpc/loop.h"
#include "frequenz/api/electricity_trading/v1/electricity_trading.pb-c.h"
#include "grpc_client.h"

enum { CLIENTS = 8, STREAM_CLIENTS = 10, STREAMS = 100, ROUNDS = 50 };

#define SERVICE                                                                                    \
    "/frequenz.api.electricity_trading.electricity_trading.v1.ElectricityTradingService/"
/* What both processes see. */
typedef struct shared {
    volatile int port;
    volatile int64_t slowest_us;
} shared;

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

/* @p cpu_us becomes time of the server's processor for each. */
static double orders_a_second(const shared *with, clockid_t server, int count, double seconds,
                              double *cpu_us)
{
    client clients[CLIENTS];
    uint64_t done = 0;
    for (int i = 0; i < count; i++) {
        connect_to(&clients[i], with->port);
        clients[i].side = LG_TRADING_SELL;
        clients[i].after = order;
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
    trader->side = LG_TRADING_SELL;
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
