/* nghttp2's client on one side, the machine on the other, and no socket between them. */
#include "peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NV(n, v)                                                                                   \
    (nghttp2_nv)                                                                                   \
    {                                                                                              \
        (uint8_t *)(uintptr_t)(n), (uint8_t *)(uintptr_t)(v), strlen(n), strlen(v),                \
            NGHTTP2_NV_FLAG_NONE                                                                   \
    }

static void keep(char *out, size_t size, const uint8_t *value, size_t length)
{
    snprintf(out, size, "%.*s", (int)length, (const char *)value);
}

static int header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                  size_t name_length, const uint8_t *value, size_t length, uint8_t flags, void *ctx)
{
    peer_call *call = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    (void)flags;
    (void)ctx;
    if (!call)
        return 0;
    call->has_headers = true;
    if (name_length == 7 && memcmp(name, ":status", 7) == 0)
        keep(call->http, sizeof call->http, value, length);
    if (name_length == 11 && memcmp(name, "grpc-status", 11) == 0)
        keep(call->status, sizeof call->status, value, length);
    if (name_length == 12 && memcmp(name, "grpc-message", 12) == 0)
        keep(call->text, sizeof call->text, value, length);
    return 0;
}

static int data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *bytes,
                size_t size, void *ctx)
{
    peer_call *call = nghttp2_session_get_stream_user_data(session, id);
    (void)flags;
    (void)ctx;
    if (!call)
        return 0;
    if (call->length < sizeof call->body) {
        size_t room = sizeof call->body - call->length;
        memcpy(call->body + call->length, bytes, size < room ? size : room);
    }
    if (call->whole && call->length + size <= call->whole_size)
        memcpy(call->whole + call->length, bytes, size);
    call->length += size;
    return 0;
}

static int closed(nghttp2_session *session, int32_t id, uint32_t code, void *ctx)
{
    peer_call *call = nghttp2_session_get_stream_user_data(session, id);
    (void)ctx;
    if (call) {
        call->is_closed = true;
        call->reset = code;
    }
    return 0;
}

static int frame_came(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
    peer *p = ctx;
    (void)session;
    if (frame->hd.type == NGHTTP2_PING && frame->hd.flags & NGHTTP2_FLAG_ACK)
        p->pings++;
    return 0;
}

static ssize_t read_request(nghttp2_session *session, int32_t id, uint8_t *out, size_t size,
                            uint32_t *flags, nghttp2_data_source *source, void *ctx)
{
    peer_call *call = source->ptr;
    size_t left = call->request_length - call->request_at;
    size_t step = left < size ? left : size;
    (void)session;
    (void)id;
    (void)ctx;
    if (step == 0 && call->stays_open)
        return NGHTTP2_ERR_DEFERRED;
    if (step > 0)
        memcpy(out, call->request + call->request_at, step);
    call->request_at += step;
    if (step == left && !call->stays_open)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    return (ssize_t)step;
}

void peer_open(peer *p, rpc_server *server, uint32_t window)
{
    nghttp2_session_callbacks *callbacks;
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window ? window : 65535}};
    *p = (peer){.alive = true};
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, closed);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_came);
    nghttp2_option *option;
    nghttp2_option_new(&option);
    if (window) /* and it stays as small as that */
        nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_session_client_new2(&p->session, callbacks, p, option);
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_submit_settings(p->session, NGHTTP2_FLAG_NONE, settings, 2);
    p->conn = rpc_conn_new(server, p->now_ms);
}

void peer_close(peer *p)
{
    nghttp2_session_del(p->session);
    rpc_conn_free(p->conn);
}

/* Frames are looked at as bytes: after frames made by hand a session of nghttp2 has lost track. */
static void look(peer *p, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (p->got < 9 || (p->head[3] == NGHTTP2_GOAWAY && p->got < 17)) {
            p->head[p->got++] = bytes[i];
            p->skip = p->got == 9 ? (uint32_t)p->head[1] << 8 | p->head[2] : p->skip;
            p->skip -= p->got > 9;
            p->goaways += p->got == 17;
            p->goaway_code = p->got == 17 ? p->head[16] : p->goaway_code;
        } else {
            p->skip--;
        }
        if (p->got >= 9 && p->skip == 0)
            p->got = 0;
    }
}

static bool from_server(peer *p)
{
    uint8_t bytes[16384];
    size_t size = rpc_conn_take(p->conn, bytes, sizeof bytes);
    look(p, bytes, size);
    if (size > 0)
        (void)nghttp2_session_mem_recv(p->session, bytes, size);
    return size > 0;
}

static bool to_server(peer *p, size_t chunk)
{
    const uint8_t *bytes;
    ssize_t size = nghttp2_session_mem_send(p->session, &bytes);
    for (ssize_t at = 0; at < size;) {
        size_t step = chunk && (size_t)(size - at) > chunk ? chunk : (size_t)(size - at);
        p->alive = rpc_conn_feed(p->conn, bytes + at, step, p->now_ms);
        at += (ssize_t)step;
    }
    return size > 0;
}

void peer_talk(peer *p, size_t chunk)
{
    bool moved = true;
    while (moved) {
        moved = to_server(p, chunk);
        moved = from_server(p) || moved;
    }
}

void peer_feed(peer *p, const void *bytes, size_t size)
{
    p->alive = rpc_conn_feed(p->conn, bytes, size, p->now_ms);
    while (from_server(p))
        ;
}

void peer_begin(peer *p, peer_call *call, const char *path, const uint8_t *request, size_t length,
                const char *const *headers)
{
    nghttp2_nv nv[40] = {NV(":method", "POST"), NV(":scheme", "http"),
                         NV(":path", path),     NV(":authority", "here"),
                         NV("te", "trailers"),  NV("content-type", "application/grpc")};
    size_t count = 6;
    const peer_call before = *call;
    for (; headers && *headers; headers += 2)
        if (strcmp(headers[0], "content-type") == 0 || headers[0][0] == ':')
            nv[headers[0][0] == ':' ? 0 : 5] = NV(headers[0], headers[1]);
        else
            nv[count++] = NV(headers[0], headers[1]);
    *call = (peer_call){.request = request,
                        .request_length = length,
                        .stays_open = before.stays_open,
                        .whole = before.whole,
                        .whole_size = before.whole_size};
    nghttp2_data_provider body = {.source = {.ptr = call}, .read_callback = read_request};
    call->id = nghttp2_submit_request(p->session, NULL, nv, count, &body, call);
}

void peer_ask(peer *p, peer_call *call, const char *path, const uint8_t *request, size_t length)
{
    peer_begin(p, call, path, request, length, NULL);
    peer_talk(p, 0);
}

void peer_reset(peer *p, const peer_call *call)
{
    nghttp2_submit_rst_stream(p->session, NGHTTP2_FLAG_NONE, call->id, NGHTTP2_CANCEL);
    peer_talk(p, 0);
}

void peer_grant(peer *p, const peer_call *call, int32_t bytes)
{
    nghttp2_submit_window_update(p->session, NGHTTP2_FLAG_NONE, call->id, bytes);
    nghttp2_submit_window_update(p->session, NGHTTP2_FLAG_NONE, 0, bytes);
    peer_talk(p, 0);
}

size_t frame_put(uint8_t *out, uint8_t type, uint8_t flags, uint32_t stream, const void *payload,
                 size_t size)
{
    const uint8_t head[9] = {(uint8_t)(size >> 16),
                             (uint8_t)(size >> 8),
                             (uint8_t)size,
                             type,
                             flags,
                             (uint8_t)(stream >> 24),
                             (uint8_t)(stream >> 16),
                             (uint8_t)(stream >> 8),
                             (uint8_t)stream};
    memcpy(out, head, sizeof head);
    if (size > 0)
        memcpy(out + sizeof head, payload, size);
    return size + sizeof head;
}

size_t frame_hello(uint8_t *out)
{
    memcpy(out, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 24);
    return 24 + frame_put(out + 24, NGHTTP2_SETTINGS, 0, 0, NULL, 0);
}

size_t frame_headers(uint8_t *out, size_t size, const char *path)
{
    nghttp2_hd_deflater *deflater;
    nghttp2_nv nv[] = {NV(":method", "POST"), NV(":scheme", "http"), NV(":path", path),
                       NV(":authority", "here"), NV("content-type", "application/grpc")};
    nghttp2_hd_deflate_new(&deflater, 4096);
    ssize_t length = nghttp2_hd_deflate_hd(deflater, out, size, nv, 5);
    nghttp2_hd_deflate_del(deflater);
    return length > 0 ? (size_t)length : 0;
}
