/* nghttp2 on sockets that wait when they are written to. */
#include "grpc_client.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NV(n, v)                                                                                   \
    (nghttp2_nv)                                                                                   \
    {                                                                                              \
        (uint8_t *)(uintptr_t)(n), (uint8_t *)(uintptr_t)(v), strlen(n), strlen(v),                \
            NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE                           \
    }

int64_t now_us(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void fail(const char *what)
{
    perror(what);
    exit(1);
}

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

void call(client *c, const char *path)
{
    const nghttp2_nv headers[] = {NV(":method", "POST"),    NV(":scheme", "http"),
                                  NV(":path", path),        NV(":authority", "here"),
                                  NV("te", "trailers"),     NV("content-type", "application/grpc"),
                                  NV("user-agent", "bench")};
    const nghttp2_data_provider provider = {.read_callback = body};
    if (nghttp2_submit_request(c->session, NULL, headers, 7, &provider, NULL) < 0)
        fail("submit");
}

void put_message(client *c, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_pack(message, c->body + 5);
    memset(c->body, 0, 5);
    c->body[4] = (uint8_t)size;
    c->length = size + 5;
}

static int closed(nghttp2_session *session, int32_t id, uint32_t code, void *ctx)
{
    client *c = ctx;
    (void)session;
    (void)id;
    if (code != NGHTTP2_NO_ERROR)
        fail("a call was reset");
    c->done++;
    if (c->after)
        c->after(c);
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
        fprintf(stderr, "bench: status %.*s\n", (int)length, (const char *)value);
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
    if (c->heard)
        c->heard(c);
    return 0;
}

void connect_to(client *c, int port)
{
    nghttp2_session_callbacks *callbacks;
    const nghttp2_settings_entry settings[] = {{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 1 << 20}};
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int on = 1;
    inet_pton(AF_INET, "127.0.0.1", &at.sin_addr);
    *c = (client){.fd = -1};
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

void hang_up(client *c)
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

void turn(client *clients, int count, int ms)
{
    struct pollfd fds[CLIENTS_MAX];
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
