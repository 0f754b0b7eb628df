/* A connection: nghttp2's callbacks, limits, times, the end. */
#include <stdlib.h>
#include <string.h>

#include "parts.h"

enum {
    HEADER_TABLE = 4096,
    WINDOW = 256 * 1024,   /* of a request */
    RESETS_MAX = 100,      /* that a peer may make us send */
    RESETS_MS = 10 * 1000, /* in so long */
    RESETS_BURST = 2500,   /* of the peer: one that leaves resets all its streams at once, */
    RESETS_RATE = 100,     /* and each set point of a microgrid is one */
    CONTINUATIONS_MAX = 2,
    OUTBOUND_ACKS_MAX = 100,
    SETTINGS_MAX = 16,
};

/* ---- servers ---- */

rpc_server *rpc_server_new(const rpc_server_input *input)
{
    rpc_server *server = calloc(1, sizeof *server);
    if (!server)
        return NULL;
    server->input = *input;
    if (server->input.message_max == 0)
        server->input.message_max = RPC_MESSAGE_MAX;
    arena_init(&server->unpacked, RPC_UNPACKED_MAX);
    return server;
}

void rpc_server_free(rpc_server *server)
{
    if (!server)
        return;
    arena_free(&server->unpacked);
    free(server->rows);
    free(server);
}

static int by_path(const void *a, const void *b)
{
    const method_row *left = a, *right = b;
    return strcmp(left->method->path, right->method->path);
}

bool rpc_server_add(rpc_server *server, const rpc_method *methods, size_t count, void *self)
{
    method_row *rows = realloc(server->rows, (server->count + count) * sizeof *rows);
    if (!rows)
        return false;
    server->rows = rows;
    for (size_t i = 0; i < count; i++)
        rows[server->count++] = (method_row){.method = &methods[i], .self = self};
    qsort(rows, server->count, sizeof *rows, by_path);
    return true;
}

/* ---- what nghttp2 tells ---- */

static rpc_call *call_of(nghttp2_session *session, int32_t id)
{
    return nghttp2_session_get_stream_user_data(session, id);
}

static int begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    rpc_call *call = call_new(ctx, frame->hd.stream_id);
    if (!call)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    nghttp2_session_set_stream_user_data(session, frame->hd.stream_id, call);
    return 0;
}

static int header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                  size_t name_length, const uint8_t *value, size_t value_length, uint8_t flags,
                  void *ctx)
{
    rpc_call *call = call_of(session, frame->hd.stream_id);
    (void)flags;
    (void)ctx;
    if (frame->hd.type != NGHTTP2_HEADERS || !call)
        return 0;
    bool fits =
        call_header(call, (const char *)name, name_length, (const char *)value, value_length);
    return fits ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
}

static int frame_came(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
    (void)ctx;
    if (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA)
        return 0;
    rpc_call *call = call_of(session, frame->hd.stream_id);
    if (!call)
        return 0;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        call_begin(call);
    if (frame->hd.flags & NGHTTP2_FLAG_END_STREAM)
        call_finish(call);
    return 0;
}

static int body_came(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *bytes,
                     size_t size, void *ctx)
{
    rpc_call *call = call_of(session, id);
    (void)flags;
    (void)ctx;
    if (call)
        call_body(call, bytes, size);
    return 0;
}

/* A peer can make us reset its streams at no cost of its own. */
static void count_reset(rpc_conn *conn)
{
    if (conn->now_ms - conn->resets_from_ms >= RESETS_MS) {
        conn->resets_from_ms = conn->now_ms;
        conn->resets = 0;
    }
    if (++conn->resets > RESETS_MAX)
        nghttp2_session_terminate_session(conn->session, NGHTTP2_ENHANCE_YOUR_CALM);
}

static int frame_went(nghttp2_session *session, const nghttp2_frame *frame, void *ctx)
{
    rpc_conn *conn = ctx;
    if (frame->hd.type == NGHTTP2_RST_STREAM && frame->rst_stream.error_code != NGHTTP2_NO_ERROR)
        count_reset(conn);
    if (frame->hd.type == NGHTTP2_DATA)
        guard_sent_data(&conn->guard);
    if (frame->hd.type != NGHTTP2_HEADERS || !(frame->hd.flags & NGHTTP2_FLAG_END_STREAM))
        return 0;
    rpc_call *call = call_of(session, frame->hd.stream_id);
    if (call && !call->closed) /* it still sends: there is nobody who reads it */
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, frame->hd.stream_id,
                                  NGHTTP2_NO_ERROR);
    return 0;
}

static int stream_closed(nghttp2_session *session, int32_t id, uint32_t code, void *ctx)
{
    rpc_call *call = call_of(session, id);
    (void)code;
    (void)ctx;
    if (!call)
        return 0;
    nghttp2_session_set_stream_user_data(session, id, NULL);
    call->ended = true; /* nothing can be sent any more */
    call_free(call);
    return 0;
}

/* ---- life ---- */

static nghttp2_session *session_new(rpc_conn *conn)
{
    nghttp2_session_callbacks *callbacks = NULL;
    nghttp2_option *option = NULL;
    nghttp2_session *session = NULL;
    if (nghttp2_session_callbacks_new(&callbacks) == 0 && nghttp2_option_new(&option) == 0) {
        nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, begin_headers);
        nghttp2_session_callbacks_set_on_header_callback(callbacks, header);
        nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, frame_came);
        nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, body_came);
        nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, frame_went);
        nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, stream_closed);
        nghttp2_option_set_no_closed_streams(option, 1);
        nghttp2_option_set_max_outbound_ack(option, OUTBOUND_ACKS_MAX);
        nghttp2_option_set_max_settings(option, SETTINGS_MAX);
        nghttp2_option_set_max_continuations(option, CONTINUATIONS_MAX);
        nghttp2_option_set_stream_reset_rate_limit(option, RESETS_BURST, RESETS_RATE);
        nghttp2_option_set_max_deflate_dynamic_table_size(option, HEADER_TABLE);
        if (nghttp2_session_server_new2(&session, callbacks, conn, option) != 0)
            session = NULL;
    }
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    return session;
}

rpc_conn *rpc_conn_new(rpc_server *server, int64_t now_ms)
{
    static const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, RPC_STREAMS_MAX},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, WINDOW},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, RPC_HEADERS_MAX},
    };
    rpc_conn *conn = calloc(1, sizeof *conn);
    if (!conn)
        return NULL;
    conn->server = server;
    conn->now_ms = now_ms;
    conn->due_ms = INT64_MAX;
    conn->resets_from_ms = now_ms;
    guard_init(&conn->guard, now_ms);
    conn->session = session_new(conn);
    if (!conn->session ||
        nghttp2_submit_settings(conn->session, NGHTTP2_FLAG_NONE, settings,
                                sizeof settings / sizeof *settings) != 0 ||
        nghttp2_session_set_local_window_size(conn->session, NGHTTP2_FLAG_NONE, 0, 4 * WINDOW) !=
            0) {
        rpc_conn_free(conn);
        return NULL;
    }
    return conn;
}

rpc_peer *rpc_conn_peer(rpc_conn *conn)
{
    return &conn->peer;
}

rpc_peer *rpc_peer_of(rpc_call *call)
{
    return &call->conn->peer;
}

void rpc_conn_free(rpc_conn *conn)
{
    if (!conn)
        return;
    while (conn->first) {
        rpc_call *call = conn->first;
        nghttp2_session_set_stream_user_data(conn->session, call->id, NULL);
        call->ended = true;
        call_free(call);
    }
    nghttp2_session_del(conn->session);
    free(conn);
}

bool rpc_conn_feed(rpc_conn *conn, const uint8_t *bytes, size_t size, int64_t now_ms)
{
    conn->now_ms = now_ms;
    if (conn->over)
        return false;
    if (!guard_look(&conn->guard, bytes, size, now_ms)) {
        static const char calm[] = "too_many_pings";
        nghttp2_submit_goaway(conn->session, NGHTTP2_FLAG_NONE,
                              nghttp2_session_get_last_proc_stream_id(conn->session),
                              NGHTTP2_ENHANCE_YOUR_CALM, (const uint8_t *)calm, sizeof calm - 1);
        conn->over = true;
        return false;
    }
    ssize_t read = nghttp2_session_mem_recv(conn->session, bytes, size);
    if (read < 0) {
        nghttp2_session_terminate_session(conn->session, NGHTTP2_PROTOCOL_ERROR);
        conn->over = true;
    }
    return !conn->over;
}

size_t rpc_conn_take(rpc_conn *conn, uint8_t *bytes, size_t size)
{
    size_t used = 0;
    while (used < size) {
        if (conn->left_length == 0) {
            ssize_t ready = nghttp2_session_mem_send(conn->session, &conn->left);
            if (ready == 0 && conn->starved) {
                rpc_conn_wake(conn);
                continue;
            }
            if (ready < 0)
                conn->over = true;
            if (ready <= 0)
                break;
            conn->left_length = (size_t)ready;
        }
        size_t step = conn->left_length < size - used ? conn->left_length : size - used;
        memcpy(bytes + used, conn->left, step);
        conn->left += step;
        conn->left_length -= step;
        used += step;
    }
    return used;
}

void rpc_conn_wake(rpc_conn *conn)
{
    conn->starved = false;
    for (rpc_call *call = conn->first, *next; call; call = next) {
        next = call->after;
        call_pump(call);
    }
}

bool rpc_conn_is_over(const rpc_conn *conn)
{
    if (conn->left_length > 0 || nghttp2_session_want_write(conn->session))
        return false;
    return conn->over || !nghttp2_session_want_read(conn->session) ||
           (conn->draining && conn->second_notice && conn->calls == 0);
}

size_t rpc_conn_calls(const rpc_conn *conn)
{
    return conn->calls;
}

size_t rpc_conn_bytes(const rpc_conn *conn)
{
    size_t bytes = sizeof *conn;
    for (const rpc_call *call = conn->first; call; call = call->after)
        bytes +=
            sizeof *call + call->headers_capacity + call->request.capacity + call->answer.capacity;
    return bytes;
}

/* ---- times ---- */

int64_t rpc_conn_due_ms(const rpc_conn *conn)
{
    return conn->due_ms;
}

static void look_at(rpc_call *call, int64_t now_ms)
{
    if (!call->ended && call->deadline_ms <= now_ms) {
        rpc_end(call, RPC_DEADLINE_EXCEEDED, "the deadline of the call has passed");
    } else if (!call->ended && call->given_up_ms <= now_ms) {
        rpc_end(call, RPC_DEADLINE_EXCEEDED, "the request was not complete in time");
    } else if (call->ended && call->given_up_ms <= now_ms) {
        call->given_up_ms = INT64_MAX;
        nghttp2_submit_rst_stream(call->conn->session, NGHTTP2_FLAG_NONE, call->id, NGHTTP2_CANCEL);
    }
}

void rpc_conn_tick(rpc_conn *conn, int64_t now_ms)
{
    conn->now_ms = now_ms;
    conn->due_ms = INT64_MAX;
    for (rpc_call *call = conn->first, *next; call; call = next) {
        next = call->after;
        look_at(call, now_ms);
        int64_t due = call->ended || call->given_up_ms < call->deadline_ms ? call->given_up_ms
                                                                           : call->deadline_ms;
        if (due < conn->due_ms)
            conn->due_ms = due;
    }
}

void rpc_conn_drain(rpc_conn *conn)
{
    if (!conn->draining) {
        nghttp2_submit_shutdown_notice(conn->session);
    } else if (!conn->second_notice) {
        nghttp2_submit_goaway(conn->session, NGHTTP2_FLAG_NONE,
                              nghttp2_session_get_last_proc_stream_id(conn->session),
                              NGHTTP2_NO_ERROR, NULL, 0);
        conn->second_notice = true;
    }
    conn->draining = true;
}

void rpc_conn_end_calls(rpc_conn *conn)
{
    for (rpc_call *call = conn->first, *next; call; call = next) {
        next = call->after;
        rpc_end(call, RPC_UNAVAILABLE, "the server is shutting down");
    }
}
