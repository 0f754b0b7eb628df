/* One call from its first header to its last byte: what was asked is put together and handed to
 * the function of its method. How it is answered is in answer.c. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "head.h"
#include "parts.h"

/* ---- bytes ---- */

bool queue_add(queue *q, const void *bytes, size_t size)
{
    if (q->head > 0 && q->length + size > q->capacity) {
        memmove(q->bytes, q->bytes + q->head, q->length - q->head);
        q->length -= q->head;
        q->head = 0;
    }
    if (q->length + size > q->capacity) {
        size_t capacity = q->capacity ? q->capacity : 256;
        while (capacity < q->length + size)
            capacity *= 2;
        uint8_t *grown = realloc(q->bytes, capacity);
        if (!grown)
            return false;
        q->bytes = grown;
        q->capacity = capacity;
    }
    if (size > 0)
        memcpy(q->bytes + q->length, bytes, size);
    q->length += size;
    return true;
}

void queue_take(queue *q, size_t size)
{
    q->head += size;
    if (q->head < q->length)
        return;
    q->head = q->length = 0;
    if (q->capacity > RPC_QUEUE_MARK)
        queue_free(q);
}

void queue_free(queue *q)
{
    free(q->bytes);
    *q = (queue){0};
}

/* ---- life ---- */

rpc_call *call_new(rpc_conn *conn, int32_t id)
{
    rpc_call *call = calloc(1, sizeof *call);
    if (!call)
        return NULL;
    call->conn = conn;
    call->id = id;
    call->deadline_ms = INT64_MAX;
    call->given_up_ms = conn->now_ms + RPC_BODY_MS;
    if (call->given_up_ms < conn->due_ms)
        conn->due_ms = call->given_up_ms;
    call->after = conn->first;
    if (conn->first)
        conn->first->before = call;
    conn->first = call;
    conn->calls++;
    return call;
}

void call_over(rpc_call *call)
{
    if (call->over)
        return;
    call->over = true;
    if (call->began && call->row->method->gone)
        call->row->method->gone(call);
    call->kept = NULL;
}

/* What is buffered of a request counts for its connection. */
static void drop_request(rpc_call *call)
{
    call->conn->buffered -= call->request.length;
    queue_free(&call->request);
}

void call_free(rpc_call *call)
{
    rpc_conn *conn = call->conn;
    call_over(call);
    drop_request(call);
    if (call->before)
        call->before->after = call->after;
    else
        conn->first = call->after;
    if (call->after)
        call->after->before = call->before;
    conn->calls--;
    queue_free(&call->answer);
    free(call->headers);
    free(call->text);
    free(call);
}

/* ---- headers ---- */

static bool is(const char *name, size_t length, const char *wanted)
{
    return length == strlen(wanted) && memcmp(name, wanted, length) == 0;
}

static const char *keep_header(rpc_call *call, const char *name, size_t name_length,
                               const char *value, size_t value_length)
{
    size_t more = name_length + value_length + 2;
    if (call->headers_length + more > call->headers_capacity) {
        size_t capacity = (call->headers_length + more) * 2;
        char *grown = realloc(call->headers, capacity < 512 ? 512 : capacity);
        if (!grown)
            return NULL;
        call->headers = grown;
        call->headers_capacity = (uint32_t)(capacity < 512 ? 512 : capacity);
    }
    char *at = call->headers + call->headers_length;
    memcpy(at, name, name_length);
    at[name_length] = 0;
    at += name_length + 1;
    memcpy(at, value, value_length);
    at[value_length] = 0;
    call->headers_length += (uint32_t)more;
    return at;
}

static void trouble(rpc_call *call, rpc_code code, const char *text)
{
    if (call->trouble)
        return;
    call->trouble = text;
    call->trouble_code = code;
}

static void read_timeout(rpc_call *call, const char *text)
{
    int64_t ms = head_timeout_ms(text);
    if (ms < 0) {
        trouble(call, RPC_INTERNAL, "grpc-timeout is 1 to 8 digits and one of H M S m u n");
        return;
    }
    rpc_conn *conn = call->conn;
    call->deadline_ms = conn->now_ms + ms;
    if (call->deadline_ms < conn->due_ms)
        conn->due_ms = call->deadline_ms;
}

bool call_header(rpc_call *call, const char *name, size_t name_length, const char *value,
                 size_t value_length)
{
    call->fields++;
    call->header_bytes += (uint32_t)(name_length + value_length) + 32; /* as HTTP/2 counts them */
    if (call->fields > RPC_HEADER_FIELDS_MAX || call->header_bytes > RPC_HEADERS_MAX)
        return false;
    const char *kept = keep_header(call, name, name_length, value, value_length);
    if (!kept)
        return false;
    if (is(name, name_length, ":method"))
        call->is_post = strcmp(kept, "POST") == 0;
    else if (is(name, name_length, "content-type"))
        call->has_grpc_type = head_is_grpc(kept);
    else if (is(name, name_length, "grpc-timeout"))
        read_timeout(call, kept);
    else if (is(name, name_length, "grpc-encoding"))
        call->has_encoding = strcmp(kept, "identity") != 0;
    return true;
}

const char *rpc_header(const rpc_call *call, const char *name)
{
    for (uint32_t at = 0; at < call->headers_length;) {
        const char *here = call->headers + at;
        const char *value = here + strlen(here) + 1;
        if (strcmp(here, name) == 0)
            return value;
        at = (uint32_t)(value + strlen(value) + 1 - call->headers);
    }
    return NULL;
}

static const method_row *row_of(const rpc_server *server, const char *path)
{
    size_t low = 0, high = server->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(path, server->rows[middle].method->path);
        if (order == 0)
            return &server->rows[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const rpc_method *rpc_server_find(const rpc_server *server, const char *path)
{
    const method_row *row = row_of(server, path);
    return row ? row->method : NULL;
}

static void admit(rpc_call *call)
{
    const rpc_server_input *input = &call->conn->server->input;
    const char *why = NULL;
    rpc_code code = input->admit ? input->admit(input->ctx, call, call->row->method, &why) : RPC_OK;
    if (code != RPC_OK)
        rpc_end(call, code, why);
}

void call_begin(rpc_call *call)
{
    const char *path = rpc_header(call, ":path");
    if (!call->is_post) {
        answer_http(call, "405");
        return;
    }
    if (!call->has_grpc_type) {
        answer_http(call, "415");
        return;
    }
    if (call->trouble) {
        rpc_end(call, call->trouble_code, call->trouble);
        return;
    }
    call->row = path ? row_of(call->conn->server, path) : NULL;
    if (!call->row) {
        rpc_end(call, RPC_UNIMPLEMENTED, "there is no such method here");
        return;
    }
    admit(call);
    if (!call->ended && call->row->method->flags & RPC_CHAT) {
        call->given_up_ms = INT64_MAX; /* it may be silent as long as it likes */
        call->began = true;
        answer_start(call);
    }
}

/* ---- body ---- */

static void unpack(rpc_call *call)
{
    const rpc_method *method = call->row->method;
    rpc_server *server = call->conn->server;
    arena *a = &server->unpacked;
    const queue *q = &call->request;
    const char *wrong = check_message(method->request, q->bytes, q->length);
    const ProtobufCMessage *message = NULL;
    if (!wrong)
        message = protobuf_c_message_unpack(method->request, &a->allocator, q->length, q->bytes);
    if (!message && method->older && !check_message(method->older, q->bytes, q->length))
        message = protobuf_c_message_unpack(method->older, &a->allocator, q->length, q->bytes);
    drop_request(call);
    if (message) {
        call->began = true;
        method->handle(call, message);
        if (!call->ended && method->flags & RPC_STREAM)
            answer_start(call); /* at once: clients wait for it */
        if (!call->ended)
            call_pump(call);
    } else if (a->full) {
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "the message takes too much memory");
    } else {
        rpc_end(call, RPC_INTERNAL, wrong ? wrong : "the message cannot be read");
    }
    arena_reset(a);
}

/* A message is there as a whole. */
static void complete(rpc_call *call)
{
    call->messages++;
    if (call->row->method->flags & RPC_CHAT)
        unpack(call);
    call->prefix_length = 0;
}

static void read_prefix(rpc_call *call)
{
    const rpc_server_input *input = &call->conn->server->input;
    const uint8_t *p = call->prefix;
    call->wanted = (uint32_t)p[1] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 8 | p[4];
    if (p[0] == 1 && call->has_encoding)
        rpc_end(call, RPC_UNIMPLEMENTED, "compressed messages are not understood here");
    else if (p[0] != 0)
        rpc_end(call, RPC_INTERNAL, "a message is marked as compressed, by nothing known");
    else if (call->wanted > input->message_max)
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "the message is larger than what is taken here");
    else if (call->messages > 0 && !(call->row->method->flags & RPC_CHAT))
        rpc_end(call, RPC_UNIMPLEMENTED, "this method takes one message, here is another");
}

static size_t read_bytes(rpc_call *call, const uint8_t *bytes, size_t size)
{
    size_t missing = call->wanted - call->request.length;
    size_t step = size < missing ? size : missing;
    rpc_conn *conn = call->conn;
    if (conn->buffered + step > RPC_BUFFERED_MAX) {
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "this connection has too much that is not complete");
        return size;
    }
    if (!queue_add(&call->request, bytes, step)) {
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "out of memory");
        return size;
    }
    conn->buffered += step;
    return step;
}

void call_body(rpc_call *call, const uint8_t *bytes, size_t size)
{
    while (!call->ended && size > 0) {
        size_t step = 1;
        if (call->prefix_length < sizeof call->prefix) {
            call->prefix[call->prefix_length++] = *bytes;
            if (call->prefix_length == sizeof call->prefix)
                read_prefix(call);
        } else {
            step = read_bytes(call, bytes, size);
        }
        bytes += step;
        size -= step;
        if (!call->ended && call->prefix_length == sizeof call->prefix &&
            call->request.length == call->wanted)
            complete(call);
    }
}

void call_finish(rpc_call *call)
{
    call->closed = true;
    if (call->ended)
        return;
    call->given_up_ms = INT64_MAX;
    if (call->prefix_length > 0)
        rpc_end(call, RPC_INTERNAL, "the request ends within a message");
    else if (call->row->method->flags & RPC_CHAT)
        call->row->method->handle(call, NULL);
    else if (call->messages == 0)
        rpc_end(call, RPC_UNIMPLEMENTED, "this method takes one message, here is none");
    else
        unpack(call);
}

void call_pump(rpc_call *call)
{
    if (!call->began || !call->row->method->more)
        return;
    for (;;) {
        size_t waiting = call->answer.length - call->answer.head;
        call->starved = false;
        if (call->ended || !call->started)
            return;
        if (waiting >= RPC_QUEUE_MARK) {
            call->starved = true; /* asked again when this is on its way */
            return;
        }
        if (!call->row->method->more(call))
            return;
    }
}

/* ---- what functions of methods ask ---- */

void *rpc_self(const rpc_call *call)
{
    return call->row->self;
}

void *rpc_kept(const rpc_call *call)
{
    return call->kept;
}

void rpc_keep(rpc_call *call, void *kept)
{
    call->kept = kept;
}

const void *rpc_who(const rpc_call *call)
{
    return call->who;
}

void rpc_set_who(rpc_call *call, const void *who)
{
    call->who = who;
}

int64_t rpc_now_ms(const rpc_call *call)
{
    return call->conn->now_ms;
}
