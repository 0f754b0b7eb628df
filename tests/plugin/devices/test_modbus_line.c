/* Shows how requests and answers meet on a line, byte by byte, without a socket. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "line.h"

#include <string.h>

static line l;
static line_ask asks[4];
static frame_answer heard[4];
static int heard_count;

static void done(line_ask *ask, const frame_answer *answer, int64_t now_ms)
{
    (void)now_ms;
    heard[ask - asks] = *answer;
    heard_count++;
}

static void begin(void)
{
    memset(asks, 0, sizeof asks);
    memset(heard, 0, sizeof heard);
    heard_count = 0;
    for (int i = 0; i < 4; i++)
        asks[i].done = done;
    line_init(&l, 500, 0, 1000);
    line_dialled(&l, 1000);
}

static void read_two(int index, uint8_t unit, uint16_t address)
{
    asks[index].request = (frame_request){
        .unit = unit, .function = FRAME_READ_HOLDING, .address = address, .count = 2};
    line_ask_for(&l, &asks[index], 1000);
}

static void take(const char *bytes, size_t size)
{
    line_take(&l, (const uint8_t *)bytes, size, 1100);
}

static void a_read_is_asked_and_answered(void **state)
{
    (void)state;
    begin();
    read_two(0, 1, 0x9C40);
    assert_int_equal(l.out_size, 12);
    assert_memory_equal(l.out, "\0\1\0\0\0\6\1\3\x9c\x40\0\2", 12);
    line_sent(&l, 12);
    take("\0\1\0\0\0\7\1\3\4Su", 11); /* in two parts */
    assert_int_equal(heard_count, 0);
    take("nS", 2);
    assert_int_equal(heard[0].outcome, FRAME_DONE);
    assert_int_equal(heard[0].values[0], 0x5375);
    assert_int_equal(heard[0].values[1], 0x6e53);
}

static void one_request_a_unit_and_writes_first(void **state)
{
    (void)state;
    begin();
    read_two(0, 1, 10);
    read_two(1, 1, 20); /* waits for the first */
    read_two(2, 2, 30); /* another unit does not */
    asks[3].request = (frame_request){
        .unit = 1, .function = FRAME_WRITE_ONE, .address = 5, .count = 1, .values = {7}};
    line_ask_for(&l, &asks[3], 1000);
    assert_int_equal(l.flying_count, 2);
    assert_int_equal(l.waiting_count, 2);
    line_sent(&l, l.out_size);
    take("\0\1\0\0\0\7\1\3\4\0\1\0\2", 13);
    assert_int_equal(heard_count, 1);
    assert_int_equal(l.out_size, 12); /* the write goes before the read that waited longer */
    assert_memory_equal(l.out + 6, "\1\6\0\5\0\7", 6);
}

static void answers_that_lie_are_none(void **state)
{
    static const struct {
        const char *bytes;
        size_t size;
        frame_outcome outcome;
    } lies[] = {
        {"\0\1\0\0\0\7\2\3\4\0\1\0\2", 13, FRAME_WRONG}, /* of another unit */
        {"\0\1\0\0\0\7\1\4\4\0\1\0\2", 13, FRAME_WRONG}, /* to another function */
        {"\0\1\0\0\0\5\1\3\2\0\1", 11, FRAME_WRONG},     /* fewer registers */
        {"\0\1\0\0\0\7\1\3\6\0\1\0\2", 13, FRAME_WRONG}, /* more than there are */
        {"\0\1\0\0\0\3\1\x83\2", 9, FRAME_REFUSED},      /* honest */
        {"\0\1\0\0\0\4\1\x83\2\0", 10, FRAME_WRONG},     /* with a tail */
    };
    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        begin();
        read_two(0, 1, 10);
        take(lies[i].bytes, lies[i].size);
        assert_int_equal(heard_count, 1);
        assert_int_equal(heard[0].outcome, lies[i].outcome);
        assert_int_equal(l.state, LINE_UP);
    }
}

static void a_late_answer_is_dropped(void **state)
{
    (void)state;
    begin();
    read_two(0, 1, 10);
    assert_int_equal(line_due(&l), 1500);
    line_tick(&l, 1499);
    assert_int_equal(heard_count, 0);
    line_tick(&l, 1500);
    assert_int_equal(heard[0].outcome, FRAME_LATE);
    read_two(1, 1, 20);
    take("\0\1\0\0\0\7\1\3\4\0\1\0\2", 13); /* of the first */
    assert_int_equal(heard_count, 1);
    assert_int_equal(l.dropped, 1);
    take("\0\2\0\0\0\7\1\3\4\0\3\0\4", 13);
    assert_int_equal(heard[1].values[1], 4);
}

static void silence_and_noise_end_the_line(void **state)
{
    (void)state;
    begin();
    read_two(0, 1, 10);
    take("HTTP/1.1 400 Bad Request", 24);
    assert_int_equal(l.state, LINE_RESTING);
    assert_int_equal(heard[0].outcome, FRAME_NO_LINE);
    assert_int_equal(line_due(&l), 1100 + LINE_REST_MS);
    read_two(1, 1, 10); /* at rest it is answered at once */
    assert_int_equal(heard[1].outcome, FRAME_NO_LINE);
    line_tick(&l, 1100 + LINE_REST_MS);
    assert_int_equal(l.state, LINE_DIALLING);
    line_fell(&l, "refused", 2000);
    assert_int_equal(line_due(&l), 2000 + 2 * LINE_REST_MS); /* longer each time */
    begin();
    for (int i = 0; i < LINE_SILENCE_MAX; i++) {
        assert_int_equal(l.state, LINE_UP);
        read_two(0, 1, 10);
        line_tick(&l, 2000);
    }
    assert_int_equal(l.state, LINE_RESTING);
}

static void what_cannot_be_asked_is_told_at_once(void **state)
{
    (void)state;
    begin();
    read_two(0, 1, 0xFFFF); /* the second register would be number 65536 */
    assert_int_equal(heard[0].outcome, FRAME_NO_ROOM);
    asks[1].request = (frame_request){.unit = 1, .function = 8, .count = 1};
    line_ask_for(&l, &asks[1], 1000);
    assert_int_equal(heard[1].outcome, FRAME_NO_ROOM);
    read_two(2, 1, 10);
    line_forget(&l, &asks[2], 1000);
    take("\0\1\0\0\0\7\1\3\4\0\1\0\2", 13);
    assert_int_equal(heard_count, 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_read_is_asked_and_answered),
        cmocka_unit_test(one_request_a_unit_and_writes_first),
        cmocka_unit_test(answers_that_lie_are_none),
        cmocka_unit_test(a_late_answer_is_dropped),
        cmocka_unit_test(silence_and_noise_end_the_line),
        cmocka_unit_test(what_cannot_be_asked_is_told_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
