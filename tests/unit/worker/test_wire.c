/* Bytes from a worker: what is a frame, what is a message, and that all else is said to be wrong.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "worker/channel.h"
#include "worker/pack.h"

static void test_header_and_back(void **state)
{
    const lg_wire_header written = {.flags = LG_WIRE_LAST, .number = 7, .length = 3};
    lg_wire_header read;
    uint8_t frame[LG_WIRE_HEADER + 3];
    (void)state;
    lg_wire_write_header(&written, frame);
    assert_null(lg_wire_read_header(frame, sizeof frame, &read));
    assert_memory_equal(&written, &read, sizeof read);
    static const uint8_t bytes[] = {'L', 'G', 'W', 'K', 1, 0, 1, 0, 7, 0, 0, 0, 3, 0, 0, 0};
    assert_memory_equal(frame, bytes, sizeof bytes); /* little-endian, by the letter */
}

static void test_bad_headers_err(void **state)
{
    static const struct {
        uint8_t place, byte;
        const char *wrong;
    } rows[] = {
        {0, 'X', "a frame without its mark"},
        {3, 0, "a frame without its mark"},
        {4, 2, "a frame of another version"},
        {5, 1, "a frame of another version"},
        {6, 2, "a frame with unknown flags"},
        {7, 0x80, "a frame with unknown flags"},
        {12, 4, "a frame of another length than it says"},
        {14, 1, "a frame of another length than it says"},
        {15, 0xff, "a frame of another length than it says"},
    };
    const lg_wire_header good = {.flags = LG_WIRE_LAST, .number = 7, .length = 3};
    lg_wire_header read;
    uint8_t frame[LG_WIRE_HEADER + 3] = {0};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        lg_wire_write_header(&good, frame);
        frame[rows[i].place] = rows[i].byte;
        assert_string_equal(lg_wire_read_header(frame, sizeof frame, &read), rows[i].wrong);
    }
    lg_wire_write_header(&good, frame);
    assert_string_equal(lg_wire_read_header(frame, LG_WIRE_HEADER - 1, &read),
                        "a frame that is too short");
}

static const char *walk_over(const uint8_t *bytes, size_t size, uint32_t *count)
{
    lg_wire_walk walk = {.bytes = bytes, .size = size, .from_worker = true};
    lg_wire_record record;
    *count = 0;
    while (lg_wire_next(&walk, &record))
        ++*count;
    return walk.wrong;
}

static void test_records(void **state)
{
    lg_text message;
    uint32_t count;
    const lg_wire_done done = {.waiting = 1};
    (void)state;
    lg_text_init(&message, lg_mem_system());
    lg_wire_put(&message, LG_WIRE_PRINT_RECORD, "hello", 5);
    lg_wire_put(&message, LG_WIRE_DONE_RECORD, &done, sizeof done);
    assert_null(walk_over((const uint8_t *)message.data, message.length, &count));
    assert_int_equal(count, 2);
    for (size_t size = 1; size < message.length; size++) { /* cut anywhere */
        const char *wrong = walk_over((const uint8_t *)message.data, size, &count);
        assert_true(wrong != NULL || size == 16);
        assert_true(count < 2);
    }
    lg_text_fini(&message);
}

static void test_bad_records_err(void **state)
{
    static const struct {
        uint32_t kind, size;
        const char *wrong;
    } rows[] = {
        {LG_WIRE_KINDS, 0, "a record of an unknown kind"},
        {UINT32_MAX, 0, "a record of an unknown kind"},
        {LG_WIRE_CALL_RECORD, 8, "a record of an unknown kind"}, /* of the host */
        {LG_WIRE_PRINT_RECORD, 9, "a record that is longer than its message"},
        {LG_WIRE_PRINT_RECORD, UINT32_MAX, "a record that is longer than its message"},
        {LG_WIRE_PRINT_RECORD, UINT32_MAX - 7, "a record that is longer than its message"},
        {LG_WIRE_READ_RECORD, 8, "a record that is too short"},
        {LG_WIRE_DONE_RECORD, 8, "a record that is too short"},
    };
    uint32_t count;
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const uint32_t words[] = {rows[i].kind, rows[i].size, 0, 0};
        assert_string_equal(walk_over((const uint8_t *)words, sizeof words, &count), rows[i].wrong);
        assert_int_equal(count, 0);
    }
}

static void test_terms_and_back(void **state)
{
    static const uint32_t partners[] = {3, LG_MATCH_AREA + 1};
    static const char *const types[] = {"PV"};
    const lg_requirement requirement = {
        .size = sizeof requirement,
        .partners = {.items = partners, .count = 2, .stride = sizeof *partners},
        .energy_types = {.items = types, .count = 1, .stride = sizeof *types},
        .energy_uwh = LG_MATCH_UNLIMITED,
        .rate_uct = 5};
    const lg_terms terms = {
        .energy_type = "Grid", .requirement_count = 1, .requirements = &requirement};
    lg_text message;
    lg_arena arena;
    lg_wire_record record;
    lg_terms read;
    (void)state;
    lg_text_init(&message, lg_mem_system());
    lg_arena_init(&arena, lg_mem_system(), 4096);
    lg_pack_terms(&terms, &message);
    lg_wire_walk walk = {
        .bytes = (const uint8_t *)message.data, .size = message.length, .from_worker = true};
    assert_true(lg_wire_next(&walk, &record));
    assert_int_equal(lg_unpack_terms(&arena, &record, &read), LG_OK);
    assert_string_equal(read.energy_type, "Grid");
    assert_int_equal(read.requirement_count, 1);
    assert_true(read.requirements[0].energy_uwh == LG_MATCH_UNLIMITED);
    assert_int_equal(((const uint32_t *)read.requirements[0].partners.items)[1], LG_MATCH_AREA + 1);
    for (uint32_t size = 0; size < record.size; size++) { /* cut anywhere: refused, never read on */
        lg_wire_record cut = record;
        uint8_t *copy = malloc(size + 1);
        memcpy(copy, record.bytes, size);
        cut.bytes = copy;
        cut.size = size;
        assert_int_equal(lg_unpack_terms(&arena, &cut, &read), LG_INVALID);
        free(copy);
    }
    lg_arena_drop(&arena);
    lg_text_fini(&message);
}

static void test_posts_and_back(void **state)
{
    static const double numbers[] = {0.5, -2};
    const lg_post post = {.author = 3,
                          .to = LG_NONE,
                          .slot = 7,
                          .tick = 2,
                          .number = 99,
                          .topic = "surplus",
                          .numbers = numbers,
                          .number_count = 2};
    const lg_post words = {.author = 1, .to = 2, .topic = "t", .text = ""};
    lg_text message;
    lg_wire_record record;
    lg_post read;
    (void)state;
    lg_text_init(&message, lg_mem_system());
    lg_pack_post(&words, LG_WIRE_POST_RECORD, &message);
    lg_pack_post(&post, LG_WIRE_POST_RECORD, &message);
    lg_wire_walk walk = {
        .bytes = (const uint8_t *)message.data, .size = message.length, .from_worker = true};
    assert_true(lg_wire_next(&walk, &record));
    assert_true(lg_unpack_post(&record, &read));
    assert_true(read.author == 1 && read.to == 2 && read.number_count == 0);
    assert_string_equal(read.text, "");
    assert_true(lg_wire_next(&walk, &record));
    assert_true(lg_unpack_post(&record, &read));
    assert_true(read.author == 3 && read.to == LG_NONE && read.slot == 7 && read.tick == 2);
    assert_int_equal(read.number, 99);
    assert_string_equal(read.topic, "surplus");
    assert_null(read.text);
    assert_true(read.number_count == 2 && read.numbers[0] == 0.5 && read.numbers[1] == -2);
    for (uint32_t size = 0; size < record.size; size++) { /* cut anywhere: refused */
        uint8_t *copy = malloc(size + 1);
        const lg_wire_record cut = {.kind = record.kind, .size = size, .bytes = copy};
        memcpy(copy, record.bytes, size);
        assert_false(lg_unpack_post(&cut, &read));
        free(copy);
    }
    lg_text_fini(&message);
}

static void test_channel(void **state)
{
    int ends[2];
    lg_text sent, got;
    uint32_t number = 9;
    const char *wrong;
    (void)state;
    assert_int_equal(lg_channel_pair(ends), LG_OK);
    lg_text_init(&sent, lg_mem_system());
    lg_text_init(&got, lg_mem_system());
    for (int i = 0; i < 100000; i++) /* two frames */
        lg_text_char(&sent, (char)i);
    assert_int_equal(lg_channel_receive(ends[1], &number, SIZE_MAX, false, &got, &wrong),
                     LG_CHANNEL_NONE);
    assert_true(lg_channel_send(ends[0], 9, &sent, 1000));
    assert_int_equal(lg_channel_receive(ends[1], &number, SIZE_MAX, false, &got, &wrong),
                     LG_CHANNEL_MORE);
    assert_int_equal(lg_channel_receive(ends[1], &number, SIZE_MAX, false, &got, &wrong),
                     LG_CHANNEL_LAST);
    assert_int_equal(got.length, sent.length);
    assert_memory_equal(got.data, sent.data, sent.length);
    assert_true(lg_channel_send(ends[0], 8, &sent, 1000));
    assert_int_equal(lg_channel_receive(ends[1], &number, SIZE_MAX, false, &got, &wrong),
                     LG_CHANNEL_WRONG);
    assert_string_equal(wrong, "a frame of another exchange");
    number = 8;
    assert_int_equal(lg_channel_receive(ends[1], &number, got.length + 9, false, &got, &wrong),
                     LG_CHANNEL_WRONG);
    assert_string_equal(wrong, "a message that is too long");
    close(ends[0]);
    assert_int_equal(lg_channel_receive(ends[1], &number, SIZE_MAX, false, &got, &wrong),
                     LG_CHANNEL_END);
    close(ends[1]);
    lg_text_fini(&sent);
    lg_text_fini(&got);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_header_and_back), cmocka_unit_test(test_bad_headers_err),
        cmocka_unit_test(test_records),         cmocka_unit_test(test_bad_records_err),
        cmocka_unit_test(test_terms_and_back),  cmocka_unit_test(test_posts_and_back),
        cmocka_unit_test(test_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
