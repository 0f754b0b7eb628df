/* How a call is answered: headers, messages, status. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "head.h"
#include "parts.h"

#define NV(n, v)                                                                                   \
    (nghttp2_nv)                                                                                   \
    {                                                                                              \
        (uint8_t *)(uintptr_t)(n), (uint8_t *)(uintptr_t)(v), strlen(n), strlen(v),                \
            NGHTTP2_NV_FLAG_NO_COPY_NAME                                                           \
    }

enum { TEXT_MAX = 1024, STATUS_HEADERS_MAX = 5 };

static const char *const numbers[] = {"0", "1",  "2",  "3",  "4",  "5",  "6",  "7", "8",
                                      "9", "10", "11", "12", "13", "14", "15", "16"};

/* A status, in a trailer or in an answer that has nothing else. */
static size_t status(const rpc_call *call, bool alone, nghttp2_nv *out)
{
    size_t count = 0;
    if (alone) {
        out[count++] = NV(":status", "200");
        out[count++] = NV("content-type", "application/grpc");
    }
    out[count++] = NV("grpc-status", numbers[call->code]);
    if (call->text)
        out[count++] = NV("grpc-message", call->text);
    if (alone && call->has_encoding)
        out[count++] = NV("grpc-accept-encoding", "identity");
    return count;
}

void answer_http(rpc_call *call, const char *number)
{
    const nghttp2_nv headers[] = {NV(":status", number)};
    call->ended = call->started = true;
    call_over(call);
    nghttp2_submit_response(call->conn->session, call->id, headers, 1, NULL);
}

void answer_start(rpc_call *call)
{
    const nghttp2_nv headers[] = {NV(":status", "200"), NV("content-type", "application/grpc")};
    const nghttp2_data_provider source = {.source = {.ptr = call}, .read_callback = answer_read};
    if (call->started)
        return;
    call->started = true;
    nghttp2_submit_response(call->conn->session, call->id, headers, 2, &source);
}

ssize_t answer_read(nghttp2_session *session, int32_t id, uint8_t *out, size_t size,
                    uint32_t *flags, nghttp2_data_source *source, void *conn)
{
    rpc_call *call = source->ptr;
    queue *q = &call->answer;
    size_t ready = q->length - q->head;
    size_t step = ready < size ? ready : size;
    (void)conn;
    if (step == 0 && !call->ended) {
        call->deferred = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    if (step > 0)
        memcpy(out, q->bytes + q->head, step);
    queue_take(q, step);
    if (call->starved && ready - step < RPC_QUEUE_MARK)
        call->conn->starved = true;
    if (call->ended && step == ready) {
        nghttp2_nv trailer[STATUS_HEADERS_MAX];
        size_t count = status(call, false, trailer);
        *flags |= NGHTTP2_DATA_FLAG_EOF | NGHTTP2_DATA_FLAG_NO_END_STREAM;
        if (nghttp2_submit_trailer(session, id, trailer, count) != 0)
            return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    return (ssize_t)step;
}

static void resume(rpc_call *call)
{
    if (!call->deferred)
        return;
    call->deferred = false;
    nghttp2_session_resume_data(call->conn->session, call->id);
}

/* A call with one answer holds no more than that; a stream is to be small, however many there are.
 */
static size_t most(const rpc_call *call)
{
    return call->row && !(call->row->method->flags & (RPC_STREAM | RPC_CHAT)) ? RPC_ANSWER_MAX
                                                                              : RPC_QUEUE_MAX;
}

bool rpc_send_packed(rpc_call *call, const uint8_t *bytes, size_t size)
{
    const uint8_t prefix[5] = {0, (uint8_t)(size >> 24), (uint8_t)(size >> 16),
                               (uint8_t)(size >> 8), (uint8_t)size};
    if (call->ended)
        return false;
    if (call->answer.length - call->answer.head + size + sizeof prefix > most(call)) {
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "more is to be said than is taken");
        return false;
    }
    if (!queue_add(&call->answer, prefix, sizeof prefix) ||
        !queue_add(&call->answer, bytes, size)) {
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "out of memory");
        return false;
    }
    answer_start(call);
    resume(call);
    return true;
}

bool rpc_send(rpc_call *call, const ProtobufCMessage *message)
{
    uint8_t small[2048];
    size_t size = protobuf_c_message_get_packed_size(message);
    if (size > most(call)) {
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "the answer is larger than what is sent");
        return false;
    }
    uint8_t *bytes = size <= sizeof small ? small : malloc(size);
    if (!bytes) {
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "out of memory");
        return false;
    }
    protobuf_c_message_pack(message, bytes);
    bool sent = rpc_send_packed(call, bytes, size);
    if (bytes != small)
        free(bytes);
    return sent;
}

void rpc_reply(rpc_call *call, const ProtobufCMessage *message)
{
    if (rpc_send(call, message))
        rpc_end(call, RPC_OK, NULL);
}

static void set_text(rpc_call *call, const char *text)
{
    char encoded[TEXT_MAX];
    if (!text || !*text)
        return;
    size_t length = head_percent(text, encoded, sizeof encoded);
    call->text = malloc(length + 1);
    if (call->text) /* the status says enough without it */
        memcpy(call->text, encoded, length + 1);
}

void rpc_end(rpc_call *call, rpc_code code, const char *text)
{
    rpc_conn *conn = call->conn;
    if (call->ended)
        return;
    call->ended = true;
    call->code = code;
    call->given_up_ms = conn->now_ms + RPC_STALL_MS;
    if (call->given_up_ms < conn->due_ms)
        conn->due_ms = call->given_up_ms;
    set_text(call, text);
    if (code != RPC_OK && code != RPC_RESOURCE_EXHAUSTED && code != RPC_UNAVAILABLE)
        queue_free(&call->answer); /* nobody is interested in the rest */
    if (call->started) {
        resume(call);
    } else {
        nghttp2_nv headers[STATUS_HEADERS_MAX];
        size_t count = status(call, true, headers);
        call->started = true;
        nghttp2_submit_response(conn->session, call->id, headers, count, NULL);
    }
    call_over(call);
}
