/* What attackers send, frame by frame: each ends in an error of its stream or its connection, for
 * little work, and another client is served all the while. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "peer.h"
#include "service.h"

enum { ACK = 1, END_STREAM = 1, END_HEADERS = 4, MANY = 5000 };

typedef struct world {
    service service;
    rpc_server *server;
    peer peer, other;
    uint8_t block[256];
    size_t block_length;
} world;

static world w;

static int set_up(void **state)
{
    const rpc_server_input input = {.message_max = 0};
    uint8_t hello[64];
    (void)state;
    w = (world){.service = {.size = 1000}};
    w.server = service_new(&w.service, &input);
    peer_open(&w.peer, w.server, 0);
    peer_open(&w.other, w.server, 0);
    peer_feed(&w.peer, hello, frame_hello(hello));
    w.block_length = frame_headers(w.block, sizeof w.block, "/t.T/Hold");
    return 0;
}

/* Somebody else is served as ever. */
static int tear_down(void **state)
{
    static const uint8_t empty[] = {0, 0, 0, 0, 0};
    peer_call call = {0};
    (void)state;
    peer_ask(&w.other, &call, "/t.T/Echo", empty, sizeof empty);
    assert_string_equal(call.status, "0");
    peer_close(&w.other);
    peer_close(&w.peer);
    rpc_server_free(w.server);
    return 0;
}

/* Feeds frames one by one until the server has enough. @return how many it took */
static uint32_t flood(uint8_t type, uint8_t flags, uint32_t stream, const void *payload,
                      size_t size)
{
    uint8_t *frame = malloc(size + 9);
    size_t length = frame_put(frame, type, flags, stream, payload, size);
    uint32_t taken = 0;
    while (taken < MANY && w.peer.alive) {
        peer_feed(&w.peer, frame, length);
        taken++;
    }
    free(frame);
    return taken;
}

/* The connection is told why, and over. */
static void expect_calm(void)
{
    assert_int_equal(w.peer.goaways, 1);
    assert_int_equal(w.peer.goaway_code, NGHTTP2_ENHANCE_YOUR_CALM);
    assert_true(rpc_conn_is_over(w.peer.conn));
}

static void expect_flood_ends(uint8_t type, uint8_t flags, uint32_t stream, size_t size)
{
    static const uint8_t zeros[64] = {0};
    uint32_t taken = flood(type, flags, stream, zeros, size);
    assert_true(taken < 1100);
    expect_calm();
}

static void test_pings(void **state)
{
    (void)state;
    expect_flood_ends(NGHTTP2_PING, 0, 0, 8);
}

static void test_answers_to_pings(void **state)
{
    (void)state;
    expect_flood_ends(NGHTTP2_PING, ACK, 0, 8);
}

static void test_settings(void **state)
{
    (void)state;
    expect_flood_ends(NGHTTP2_SETTINGS, 0, 0, 0);
}

static void test_priorities(void **state)
{
    static const uint8_t on_one[5] = {0, 0, 0, 1, 16};
    (void)state;
    assert_true(flood(NGHTTP2_PRIORITY, 0, 3, on_one, sizeof on_one) < 1100);
    expect_calm();
}

static void test_unknown_frames(void **state)
{
    (void)state;
    expect_flood_ends(0xbe, 0, 0, 3);
}

static void test_window_updates(void **state)
{
    static const uint8_t one[4] = {0, 0, 0, 1};
    (void)state;
    assert_true(flood(NGHTTP2_WINDOW_UPDATE, 0, 0, one, sizeof one) < 1100);
    expect_calm();
}

static void begin(uint32_t id, uint8_t flags)
{
    uint8_t frame[512];
    peer_feed(&w.peer, frame,
              frame_put(frame, NGHTTP2_HEADERS, flags, id, w.block, w.block_length));
}

static void test_empty_data(void **state)
{
    (void)state;
    begin(1, END_HEADERS);
    expect_flood_ends(NGHTTP2_DATA, 0, 1, 0);
}

/* HEADERS and RST_STREAM, again and again: calls begin and are gone. */
static void test_rapid_reset(void **state)
{
    static const uint8_t cancel[4] = {0, 0, 0, 8};
    static const uint8_t empty[5] = {0};
    uint8_t frame[64];
    uint32_t id = 1;
    (void)state;
    for (; id < 2 * MANY && rpc_conn_is_over(w.peer.conn) == false; id += 2) {
        begin(id, END_HEADERS);
        peer_feed(&w.peer, frame, frame_put(frame, NGHTTP2_DATA, END_STREAM, id, empty, 5));
        peer_feed(&w.peer, frame, frame_put(frame, NGHTTP2_RST_STREAM, 0, id, cancel, 4));
    }
    assert_true(id < 2 * 3000);
    assert_int_equal(w.service.handled, w.service.gone);
    assert_int_equal(w.peer.goaways, 1);
}

/* Frames that make us reset: a window that overflows. */
static void test_made_you_reset(void **state)
{
    static const uint8_t most[4] = {0x7f, 0xff, 0xff, 0xff};
    uint8_t frame[64];
    uint32_t id = 1;
    (void)state;
    for (; id < 2 * MANY && rpc_conn_is_over(w.peer.conn) == false; id += 2) {
        begin(id, END_HEADERS);
        peer_feed(&w.peer, frame, frame_put(frame, NGHTTP2_WINDOW_UPDATE, 0, id, most, 4));
    }
    assert_true(id < 2 * 200);
    expect_calm();
}

/* A long header is put into the table once, and then named by one byte each. */
static void test_hpack_bomb(void **state)
{
    enum { LONG = 3900, NAMES = 12000 };
    uint8_t *block = calloc(1, 32 * 1024), *frame = calloc(1, 32 * 1024);
    size_t length = w.block_length;
    (void)state;
    memcpy(block, w.block, w.block_length);
    block[length++] = 0x40; /* to be kept, with a new name */
    block[length++] = 1;
    block[length++] = 'x';
    block[length++] = 0x7f; /* 3900 letters: 127 and the rest */
    block[length++] = 0x80 | ((LONG - 127) & 0x7f);
    block[length++] = (LONG - 127) >> 7;
    memset(block + length, 'a', LONG);
    length += LONG;
    memset(block + length, 0x80 | 62, NAMES); /* the newest of the table */
    length += NAMES;
    size_t size = frame_put(frame, NGHTTP2_HEADERS, END_HEADERS | END_STREAM, 1, block, length);
    peer_feed(&w.peer, frame, size);
    assert_int_equal(w.service.handled, 0);
    assert_true(rpc_conn_bytes(w.peer.conn) < 64 * 1024);
    assert_int_equal(rpc_conn_calls(w.peer.conn), 0);
    free(block);
    free(frame);
}

static void test_many_headers(void **state)
{
    uint8_t block[1024], frame[1100];
    size_t length = w.block_length;
    (void)state;
    memcpy(block, w.block, length);
    for (int i = 0; i < 70; i++) { /* cookie: a, never kept */
        const uint8_t cookie[] = {0x10, 6, 'c', 'o', 'o', 'k', 'i', 'e', 1, 'a'};
        memcpy(block + length, cookie, sizeof cookie);
        length += sizeof cookie;
    }
    peer_feed(&w.peer, frame,
              frame_put(frame, NGHTTP2_HEADERS, END_HEADERS | END_STREAM, 1, block, length));
    assert_int_equal(rpc_conn_calls(w.peer.conn), 0);
    assert_int_equal(w.service.handled, 0);
    assert_true(w.peer.alive);
}

/* A block of headers that never ends. */
static void test_continuations(void **state)
{
    uint8_t frame[512];
    uint32_t taken = 0;
    (void)state;
    begin(1, 0);
    while (taken < MANY && w.peer.alive) {
        peer_feed(&w.peer, frame, frame_put(frame, NGHTTP2_CONTINUATION, 0, 1, NULL, 0));
        taken++;
    }
    assert_true(taken < 10);
    assert_true(rpc_conn_is_over(w.peer.conn));
}

static void test_too_many_calls(void **state)
{
    (void)state;
    for (uint32_t id = 1; id < 2 * MANY && w.peer.alive; id += 2)
        begin(id, END_HEADERS);
    assert_true(rpc_conn_calls(w.peer.conn) <= RPC_STREAMS_MAX);
}

/* Requests that are never complete, on many calls at once. */
static void test_much_that_is_not_complete(void **state)
{
    enum { PIECE = 16000 };
    uint8_t *frame = calloc(1, PIECE + 64), *piece = calloc(1, PIECE);
    (void)state;
    piece[2] = 3; /* a message of 3 * 65536 bytes */
    for (uint32_t id = 1; id < 2 * 600 && w.peer.alive; id += 2) {
        begin(id, END_HEADERS);
        peer_feed(&w.peer, frame, frame_put(frame, NGHTTP2_DATA, 0, id, piece, PIECE));
    }
    assert_true(rpc_conn_bytes(w.peer.conn) < 12 * 1024 * 1024);
    free(frame);
    free(piece);
}

static void test_large_frame(void **state)
{
    uint8_t *frame = calloc(1, 40000), *piece = calloc(1, 39000);
    (void)state;
    begin(1, END_HEADERS);
    peer_feed(&w.peer, frame, frame_put(frame, NGHTTP2_DATA, 0, 1, piece, 39000));
    assert_true(rpc_conn_is_over(w.peer.conn));
    assert_int_equal(w.peer.goaway_code, NGHTTP2_FRAME_SIZE_ERROR);
    free(frame);
    free(piece);
}

/* Small on the wire, large when it is unpacked: thousands of fields that nobody knows. */
static void test_amplification(void **state)
{
    enum { SIZE = 250 * 1024 };
    static uint8_t bytes[SIZE + 5];
    peer_call call = {0};
    (void)state;
    bytes[1] = 0;
    bytes[2] = SIZE >> 16;
    bytes[3] = (SIZE >> 8) & 0xff;
    bytes[4] = SIZE & 0xff;
    for (size_t i = 5; i < sizeof bytes; i += 2) {
        bytes[i] = 0x10; /* field 2, a number */
        bytes[i + 1] = 1;
    }
    peer_ask(&w.other, &call, "/t.T/Echo", bytes, sizeof bytes);
    assert_string_equal(call.status, "8");
    assert_int_equal(w.service.handled, 0);
}

/* Who sends what is no HTTP/2 at all. */
static void test_noise(void **state)
{
    static const char get[] = "GET / HTTP/1.1\r\nHost: here\r\n\r\n";
    peer p;
    (void)state;
    peer_open(&p, w.server, 0);
    peer_feed(&p, get, sizeof get - 1);
    assert_true(rpc_conn_is_over(p.conn));
    peer_close(&p);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(test_pings),          TEST(test_answers_to_pings),
        TEST(test_settings),       TEST(test_priorities),
        TEST(test_unknown_frames), TEST(test_window_updates),
        TEST(test_empty_data),     TEST(test_rapid_reset),
        TEST(test_made_you_reset), TEST(test_hpack_bomb),
        TEST(test_many_headers),   TEST(test_continuations),
        TEST(test_too_many_calls), TEST(test_much_that_is_not_complete),
        TEST(test_large_frame),    TEST(test_amplification),
        TEST(test_noise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
