/* Calls of every kind, and what the machine answers to those that are wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "peer.h"
#include "service.h"

typedef struct world {
    service service;
    rpc_server *server;
    peer peer;
} world;

static world w;

static int set_up(void **state)
{
    const rpc_server_input input = {.message_max = 0};
    (void)state;
    w = (world){.service = {.size = 1000}};
    w.server = service_new(&w.service, &input);
    peer_open(&w.peer, w.server, 0);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    peer_close(&w.peer);
    rpc_server_free(w.server);
    return 0;
}

/* A message of gRPC that holds a text; at most 100 letters. */
static size_t message(uint8_t *out, const char *text)
{
    size_t length = strlen(text);
    size_t size = length ? length + 2 : 0;
    const uint8_t prefix[5] = {0, 0, 0, (uint8_t)(size >> 8), (uint8_t)size};
    memcpy(out, prefix, sizeof prefix);
    if (length) {
        out[5] = 0x0a;
        out[6] = (uint8_t)length;
        memcpy(out + 7, text, length);
    }
    return size + 5;
}

static void ask(peer_call *call, const char *path, const char *text)
{
    static uint8_t bytes[256];
    peer_ask(&w.peer, call, path, bytes, message(bytes, text));
}

static void expect(const peer_call *call, const char *status, const char *text)
{
    assert_true(call->is_closed);
    assert_string_equal(call->http, "200");
    assert_string_equal(call->status, status);
    assert_string_equal(call->text, text);
}

static void test_unary(void **state)
{
    static const uint8_t hello[] = {0, 0, 0, 0, 7, 0x0a, 5, 'h', 'e', 'l', 'l', 'o'};
    peer_call call = {0};
    (void)state;
    ask(&call, "/t.T/Echo", "hello");
    expect(&call, "0", "");
    assert_int_equal(call.length, sizeof hello);
    assert_memory_equal(call.body, hello, sizeof hello);
    assert_int_equal(w.service.gone, 1);
    assert_int_equal(rpc_conn_calls(w.peer.conn), 0);
}

static void test_empty_message(void **state)
{
    peer_call call = {0};
    (void)state;
    ask(&call, "/t.T/Echo", "");
    expect(&call, "0", "");
    assert_int_equal(call.length, 5);
}

/* 271,828 bytes there and back: many frames, and windows that open again and again. */
static void test_large_unary(void **state)
{
    enum { TEXT = 271828, SIZE = TEXT + 4, WHOLE = 5 + SIZE };
    const rpc_server_input input = {.message_max = 1024 * 1024};
    service s = {0};
    rpc_server *server = service_new(&s, &input);
    peer_call call = {.whole = malloc(WHOLE), .whole_size = WHOLE};
    uint8_t *bytes = malloc(WHOLE);
    peer p;
    (void)state;
    memset(bytes, 'x', WHOLE);
    memcpy(bytes, (uint8_t[]){0, 0, SIZE >> 16 & 255, SIZE >> 8 & 255, SIZE & 255}, 5);
    memcpy(bytes + 5, (uint8_t[]){0x0a, 0x80 | (TEXT & 127), 0x80 | (TEXT >> 7 & 127), TEXT >> 14},
           4);
    peer_open(&p, server, 0);
    peer_begin(&p, &call, "/t.T/Echo", bytes, WHOLE, NULL);
    peer_talk(&p, 0);
    expect(&call, "0", "");
    assert_int_equal(call.length, WHOLE);
    assert_memory_equal(call.whole, bytes, WHOLE);
    peer_close(&p);
    rpc_server_free(server);
    free(call.whole);
    free(bytes);
}

/* Frames and messages are cut anywhere. */
static void test_byte_by_byte(void **state)
{
    uint8_t bytes[64];
    peer_call call = {0};
    (void)state;
    peer_begin(&w.peer, &call, "/t.T/Echo", bytes, message(bytes, "piecemeal"), NULL);
    peer_talk(&w.peer, 1);
    expect(&call, "0", "");
    assert_int_equal(call.length, 5 + 2 + 9);
}

static void test_status_and_text_err(void **state)
{
    peer_call call = {0};
    (void)state;
    ask(&call, "/t.T/Echo", "fail:9:50 % is not \xc3\xa4gyptian\t!");
    expect(&call, "9", "50 %25 is not %C3%A4gyptian%09!");
    assert_int_equal(call.length, 0);
}

static void test_unknown_method_err(void **state)
{
    peer_call call = {0};
    (void)state;
    ask(&call, "/t.T/Nothing", "");
    assert_string_equal(call.status, "12");
    ask(&call, "/t.U/Echo", "");
    assert_string_equal(call.status, "12");
}

static void test_no_grpc_err(void **state)
{
    static const char *const json[] = {"content-type", "application/grpc+json", NULL};
    static const char *const html[] = {"content-type", "text/html", NULL};
    static const char *const get[] = {":method", "GET", NULL};
    static const char *const proto[] = {"content-type", "application/grpc+proto", NULL};
    uint8_t bytes[64];
    size_t size = message(bytes, "x");
    peer_call call = {0};
    (void)state;
    peer_begin(&w.peer, &call, "/t.T/Echo", bytes, size, json);
    peer_talk(&w.peer, 0);
    assert_string_equal(call.http, "415");
    peer_begin(&w.peer, &call, "/t.T/Echo", bytes, size, html);
    peer_talk(&w.peer, 0);
    assert_string_equal(call.http, "415");
    peer_begin(&w.peer, &call, "/t.T/Echo", bytes, size, get);
    peer_talk(&w.peer, 0);
    assert_string_equal(call.http, "405");
    assert_int_equal(w.service.handled, 0);
    peer_begin(&w.peer, &call, "/t.T/Echo", bytes, size, proto);
    peer_talk(&w.peer, 0);
    expect(&call, "0", "");
}

static void expect_of_bytes(const uint8_t *bytes, size_t size, const char *status)
{
    peer_call call = {0};
    uint32_t handled = w.service.handled;
    peer_ask(&w.peer, &call, "/t.T/Echo", bytes, size);
    assert_true(call.is_closed);
    assert_string_equal(call.status, status);
    assert_int_equal(w.service.handled, handled);
}

static void test_wrong_requests_err(void **state)
{
    static const uint8_t two[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t cut[] = {0, 0, 0, 0, 9, 0x0a};
    static const uint8_t packed[] = {1, 0, 0, 0, 1, 0};
    static const uint8_t flag[] = {7, 0, 0, 0, 1, 0};
    static const uint8_t huge[] = {0, 0x7f, 0, 0, 0};
    static const uint8_t no_field[] = {0, 0, 0, 0, 2, 0x0a, 9};
    static const uint8_t no_utf8[] = {0, 0, 0, 0, 3, 0x0a, 1, 0xff};
    static const uint8_t zero[] = {0, 0, 0, 0, 5, 0x0a, 3, 'a', 0, 'b'};
    (void)state;
    expect_of_bytes(two, 0, "12"); /* none, and two */
    expect_of_bytes(two, sizeof two, "12");
    expect_of_bytes(cut, sizeof cut, "13");
    expect_of_bytes(packed, sizeof packed, "13"); /* by what, nobody said */
    expect_of_bytes(flag, sizeof flag, "13");
    expect_of_bytes(huge, sizeof huge, "8");
    expect_of_bytes(no_field, sizeof no_field, "13");
    expect_of_bytes(no_utf8, sizeof no_utf8, "13");
    expect_of_bytes(zero, sizeof zero, "13");
}

static void test_compressed_err(void **state)
{
    static const char *const gzip[] = {"grpc-encoding", "gzip", NULL};
    static const uint8_t packed[] = {1, 0, 0, 0, 1, 0}, plain[] = {0, 0, 0, 0, 0};
    peer_call call = {0};
    (void)state;
    peer_begin(&w.peer, &call, "/t.T/Echo", packed, sizeof packed, gzip);
    peer_talk(&w.peer, 0);
    assert_string_equal(call.status, "12");
    peer_begin(&w.peer, &call, "/t.T/Echo", plain, sizeof plain, gzip);
    peer_talk(&w.peer, 0);
    expect(&call, "0", ""); /* a client that may compress need not */
}

static void test_deadline(void **state)
{
    static const char *const soon[] = {"grpc-timeout", "50m", NULL};
    static const char *const odd[] = {"grpc-timeout", "50 m", NULL};
    uint8_t bytes[64];
    size_t size = message(bytes, "x");
    peer_call call = {0};
    (void)state;
    peer_begin(&w.peer, &call, "/t.T/Hold", bytes, size, soon);
    peer_talk(&w.peer, 0);
    assert_false(call.is_closed);
    assert_int_equal(rpc_conn_due_ms(w.peer.conn), 50);
    rpc_conn_tick(w.peer.conn, 49);
    assert_int_equal(w.service.gone, 0);
    rpc_conn_tick(w.peer.conn, 50);
    assert_int_equal(w.service.gone, 1);
    peer_talk(&w.peer, 0);
    assert_string_equal(call.status, "4");
    peer_begin(&w.peer, &call, "/t.T/Hold", bytes, size, odd);
    peer_talk(&w.peer, 0);
    assert_string_equal(call.status, "13");
}

static void test_slow_request_err(void **state)
{
    peer_call call = {.stays_open = true};
    (void)state;
    ask(&call, "/t.T/Echo", "x");
    assert_false(call.is_closed);
    rpc_conn_tick(w.peer.conn, RPC_BODY_MS);
    peer_talk(&w.peer, 0);
    assert_string_equal(call.status, "4");
    assert_true(call.is_closed);
    assert_int_equal(w.service.handled, 0);
}

static void test_cancel(void **state)
{
    peer_call call = {0};
    (void)state;
    ask(&call, "/t.T/Hold", "x");
    assert_int_equal(w.service.gone, 0);
    peer_reset(&w.peer, &call);
    assert_int_equal(w.service.gone, 1);
    assert_int_equal(rpc_conn_calls(w.peer.conn), 0);
}

/* A disconnect ends all calls. */
static void test_disconnect(void **state)
{
    peer_call calls[3] = {{0}};
    (void)state;
    for (int i = 0; i < 3; i++)
        ask(&calls[i], "/t.T/Hold", "x");
    rpc_conn_free(w.peer.conn);
    w.peer.conn = NULL;
    assert_int_equal(w.service.gone, 3);
}

static void test_stream(void **state)
{
    peer_call call = {0};
    (void)state;
    w.service.left = 500; /* half a megabyte: more than any window */
    ask(&call, "/t.T/Many", "x");
    expect(&call, "0", "");
    assert_int_equal(call.length, 500 * (5 + 3 + 1000));
}

/* Who does not read holds little, and nobody else up. */
static void test_stalled_stream(void **state)
{
    peer slow;
    peer_call call = {0}, other = {0};
    uint8_t bytes[64];
    (void)state;
    w.service.left = UINT32_MAX;
    peer_open(&slow, w.server, 10);
    peer_begin(&slow, &call, "/t.T/Many", bytes, message(bytes, "x"), NULL);
    peer_talk(&slow, 0);
    for (int i = 0; i < 1000; i++)
        rpc_conn_wake(slow.conn);
    assert_true(call.has_headers);
    assert_int_equal(call.length, 10);
    assert_true(rpc_conn_bytes(slow.conn) < 256 * 1024);
    ask(&other, "/t.T/Echo", "x");
    expect(&other, "0", "");
    peer_close(&slow);
}

/* Headers of a stream come before it has anything to say. */
static void test_stream_begins_at_once(void **state)
{
    peer_call call = {0};
    (void)state;
    ask(&call, "/t.T/Hold", "x"); /* of a unary call they do not */
    assert_false(call.has_headers);
    static const uint8_t one[] = {0, 0, 0, 0, 0};
    peer_call talk = {.stays_open = true};
    peer_begin(&w.peer, &talk, "/t.T/Chat", one, 0, NULL);
    peer_talk(&w.peer, 0);
    assert_true(talk.has_headers);
    assert_string_equal(talk.http, "200");
}

static void test_chat(void **state)
{
    static const uint8_t three[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 0x0a, 1, 'a', 0, 0, 0, 0, 0};
    peer_call call = {0};
    (void)state;
    peer_ask(&w.peer, &call, "/t.T/Chat", three, sizeof three);
    expect(&call, "0", "");
    assert_int_equal(call.length, sizeof three);
    assert_memory_equal(call.body, three, sizeof three);
    peer_ask(&w.peer, &call, "/t.T/Chat", three, sizeof three - 1); /* it breaks off */
    assert_string_equal(call.status, "13");
}

/* A status that nobody takes does not hold its call for ever. */
static void test_answer_that_is_not_taken(void **state)
{
    peer slow;
    peer_call call = {0};
    uint8_t bytes[64];
    (void)state;
    peer_open(&slow, w.server, 3);
    peer_begin(&slow, &call, "/t.T/Echo", bytes, message(bytes, "long enough"), NULL);
    peer_talk(&slow, 0);
    assert_int_equal(rpc_conn_calls(slow.conn), 1);
    rpc_conn_tick(slow.conn, RPC_STALL_MS);
    peer_talk(&slow, 0);
    assert_int_equal(rpc_conn_calls(slow.conn), 0);
    assert_int_equal(call.reset, NGHTTP2_CANCEL);
    peer_close(&slow);
}

static void test_drain(void **state)
{
    peer_call call = {0}, late = {0};
    (void)state;
    ask(&call, "/t.T/Hold", "x");
    rpc_conn_drain(w.peer.conn);
    peer_talk(&w.peer, 0);
    assert_int_equal(w.peer.goaways, 1);
    assert_int_equal(w.peer.goaway_code, NGHTTP2_NO_ERROR);
    assert_false(call.is_closed);
    rpc_conn_end_calls(w.peer.conn);
    rpc_conn_drain(w.peer.conn);
    peer_talk(&w.peer, 0);
    assert_int_equal(w.peer.goaways, 2);
    assert_string_equal(call.status, "14");
    assert_true(rpc_conn_is_over(w.peer.conn));
    ask(&late, "/t.T/Echo", "x");
    assert_int_equal(w.service.handled, 1);
}

/* As clients do that keep a connection alive: every ten seconds, with nothing else going on. */
static void test_keepalive(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 2000; i++) {
        w.peer.now_ms += 10000;
        nghttp2_submit_ping(w.peer.session, NGHTTP2_FLAG_NONE, NULL);
        peer_talk(&w.peer, 0);
    }
    assert_true(w.peer.alive);
    assert_int_equal(w.peer.pings, 2000);
}

/* A client with a thousand streams opens a window for each, as grpcio does, and resets all of them
 * when it leaves: that is no attack. */
static void test_many_streams(void **state)
{
    enum { MANY = 1500 };
    static peer_call calls[MANY];
    uint8_t bytes[64];
    size_t size = message(bytes, "x");
    (void)state;
    for (int i = 0; i < MANY; i++) {
        peer_begin(&w.peer, &calls[i], "/t.T/Hold", bytes, size, NULL);
        peer_talk(&w.peer, 0);
        nghttp2_submit_window_update(w.peer.session, NGHTTP2_FLAG_NONE, calls[i].id, 5);
        nghttp2_submit_window_update(w.peer.session, NGHTTP2_FLAG_NONE, 0, 5);
    }
    peer_talk(&w.peer, 0);
    assert_int_equal(rpc_conn_calls(w.peer.conn), MANY);
    for (int i = 0; i < MANY; i++)
        peer_reset(&w.peer, &calls[i]);
    assert_int_equal(rpc_conn_calls(w.peer.conn), 0);
    assert_int_equal(w.peer.goaways, 0);
    assert_true(w.peer.alive);
    memset(calls, 0, sizeof calls);
}

static rpc_code nobody(void *ctx, rpc_call *call, const rpc_method *method, const char **why)
{
    (void)ctx;
    (void)method;
    const char *key = rpc_header(call, "key");
    if (key && strcmp(key, "sesame") == 0)
        return RPC_OK;
    *why = "say the word";
    return RPC_UNAUTHENTICATED;
}

static void test_admission(void **state)
{
    static const char *const word[] = {"key", "sesame", NULL};
    const rpc_server_input input = {.admit = nobody};
    service s = {0};
    rpc_server *server = service_new(&s, &input);
    uint8_t bytes[64];
    peer p;
    peer_call call = {0};
    (void)state;
    peer_open(&p, server, 0);
    peer_begin(&p, &call, "/t.T/Echo", bytes, message(bytes, "x"), NULL);
    peer_talk(&p, 0);
    expect(&call, "16", "say the word");
    assert_int_equal(s.handled, 0);
    peer_begin(&p, &call, "/t.T/Echo", bytes, message(bytes, "x"), word);
    peer_talk(&p, 0);
    expect(&call, "0", "");
    peer_close(&p);
    rpc_server_free(server);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_unary),
        TEST(test_empty_message),
        TEST(test_large_unary),
        TEST(test_byte_by_byte),
        TEST(test_status_and_text_err),
        TEST(test_unknown_method_err),
        TEST(test_no_grpc_err),
        TEST(test_wrong_requests_err),
        TEST(test_compressed_err),
        TEST(test_deadline),
        TEST(test_slow_request_err),
        TEST(test_cancel),
        TEST(test_disconnect),
        TEST(test_stream),
        TEST(test_stalled_stream),
        TEST(test_stream_begins_at_once),
        TEST(test_chat),
        TEST(test_answer_that_is_not_taken),
        TEST(test_drain),
        TEST(test_keepalive),
        TEST(test_many_streams),
        TEST(test_admission),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
