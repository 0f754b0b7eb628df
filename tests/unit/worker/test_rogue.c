/* A worker that has been taken over says what it likes. This program is one: what it does instead
 * of its work stands in the script's text. Whatever it is, the host ends it, says why, and goes on.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#include "stage.h"
#include "worker/channel.h"
#include "worker/jail.h"
#include "worker/pack.h"
#include "worker/pack_intraday.h"
#include "worker/workers.h"

/* ---- the rogue ---- */

static uint32_t number;

static void put(lg_text *message, lg_wire_kind kind, const void *bytes, size_t size)
{
    lg_wire_put(message, kind, bytes, size);
}

static void put_done(lg_text *message)
{
    const lg_wire_done done = {.waiting = 0};
    put(message, LG_WIRE_DONE_RECORD, &done, sizeof done);
}

static void say(lg_text *message)
{
    if (!lg_channel_send(LG_JAIL_FD, number, message, -1))
        _exit(0);
    lg_text_clear(message);
}

static void hear(lg_text *message)
{
    const char *wrong;
    number = 0;
    lg_text_clear(message);
    lg_channel_got got = LG_CHANNEL_MORE;
    while (got == LG_CHANNEL_MORE)
        got = lg_channel_receive(LG_JAIL_FD, &number, SIZE_MAX, true, message, &wrong);
    if (got != LG_CHANNEL_LAST)
        _exit(0);
}

static void raw(const char *bytes, size_t size)
{
    (void)!send(LG_JAIL_FD, bytes, size, MSG_NOSIGNAL);
}

static void deed_magic(lg_text *m)
{
    (void)m;
    raw("GWKL\1\0\1\0\2\0\0\0\0\0\0\0", 16);
}

static void deed_short(lg_text *m)
{
    (void)m;
    raw("x", 1);
}

static void deed_number(lg_text *m)
{
    number += 7;
    put_done(m);
    say(m);
}

static void deed_nothing(lg_text *m)
{
    say(m);
}

static void deed_unknown(lg_text *m)
{
    put(m, LG_WIRE_KINDS, "12345678", 8);
    say(m);
}

static void deed_of_host(lg_text *m)
{
    put(m, LG_WIRE_CALL_RECORD, "12345678", 8);
    say(m);
}

static void deed_endless(lg_text *m)
{
    static char frame[LG_WIRE_HEADER + LG_WIRE_FRAME_MAX];
    const lg_wire_header header = {.number = number, .length = LG_WIRE_FRAME_MAX};
    (void)m;
    lg_wire_write_header(&header, (uint8_t *)frame);
    for (;;)
        if (send(LG_JAIL_FD, frame, sizeof frame, MSG_NOSIGNAL) < 0)
            _exit(0);
}

static void deed_no_done(lg_text *m)
{
    put(m, LG_WIRE_PRINT_RECORD, "hello", 5);
    say(m);
}

static void deed_twice(lg_text *m)
{
    put_done(m);
    put_done(m);
    say(m);
}

static void deed_unasked(lg_text *m)
{
    put_done(m);
    say(m);
    put_done(m);
    say(m);
}

static void put_command(lg_text *m, const lg_command *command)
{
    put(m, LG_WIRE_COMMANDS_RECORD, command, sizeof *command);
    put_done(m);
    say(m);
}

static void deed_node(lg_text *m)
{
    put_command(m, &(lg_command){.kind = LG_CMD_BID, .node = 1000, .energy_uwh = 1});
}

static void deed_kind(lg_text *m)
{
    put_command(m, &(lg_command){.kind = 99, .energy_uwh = 1});
}

static void deed_post(lg_text *m)
{
    put(m, LG_WIRE_POST_RECORD,
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\xff\xff\xff\xff\0\0\0\0\0\0\0\0\0\0\0\0", 32);
    put_done(m);
    say(m);
}

/* There is no board here. */
static void deed_posts(lg_text *m)
{
    const lg_post post = {.to = LG_NONE, .topic = "t", .text = "x"};
    lg_pack_post(&post, LG_WIRE_POST_RECORD, m);
    put_done(m);
    say(m);
}

static void deed_ask(lg_text *m)
{
    lg_pack_ask(&(lg_trading_ask){.kind = 9}, m);
    put_done(m);
    say(m);
}

/* There is no intraday market here. */
static void deed_asks(lg_text *m)
{
    lg_pack_ask(&(lg_trading_ask){.kind = LG_ASK_CANCEL_ALL}, m);
    put_done(m);
    say(m);
}

static void deed_looks(lg_text *m)
{
    lg_pack_look(&(lg_look){.kind = LG_LOOK_BOOK, .max = 1}, m);
    say(m);
}

static void deed_terms(lg_text *m)
{
    put(m, LG_WIRE_TERMS_RECORD, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
    put_done(m);
    say(m);
}

static void deed_reads(lg_text *m)
{
    for (;;) {
        const lg_sight_key key = {.row = LG_SIGHT_fee_next, .a = 0};
        put(m, LG_WIRE_READ_RECORD, &key, sizeof key);
        say(m);
        const char *wrong;
        lg_text_clear(m);
        if (lg_channel_receive(LG_JAIL_FD, &number, SIZE_MAX, true, m, &wrong) != LG_CHANNEL_LAST)
            _exit(0);
        lg_text_clear(m);
    }
}

static void deed_silence(lg_text *m)
{
    (void)m;
    pause();
}

static void deed_exit(lg_text *m)
{
    (void)m;
    _exit(7);
}

static void deed_abort(lg_text *m)
{
    (void)m;
    abort();
}

/* Waits again and again: with a command each time or without, and @p rest_ms before each. */
static void wait_on(lg_text *m, bool sends, long rest_ms)
{
    const lg_command command = {.kind = LG_CMD_LIST_BIDS, .node = STAGE_LOAD1};
    const struct timespec rest = {.tv_nsec = rest_ms * 1000000};
    for (uint32_t part = 1;; part++) {
        const lg_wire_done done = {.waiting = 1, .part = part};
        nanosleep(&rest, NULL);
        lg_text_clear(m);
        if (sends)
            put(m, LG_WIRE_COMMANDS_RECORD, &command, sizeof command);
        put(m, LG_WIRE_DONE_RECORD, &done, sizeof done);
        say(m);
        hear(m);
    }
}

static void deed_wait(lg_text *m)
{
    wait_on(m, false, 0);
}

static void deed_waits(lg_text *m)
{
    wait_on(m, true, 0);
}

static void deed_slow_waits(lg_text *m)
{
    wait_on(m, true, 40);
}

static void deed_wait_again(lg_text *m)
{
    const lg_command command = {.kind = LG_CMD_LIST_BIDS, .node = STAGE_LOAD1};
    const lg_wire_done done = {.waiting = 1, .part = 2};
    put(m, LG_WIRE_COMMANDS_RECORD, &command, sizeof command);
    put(m, LG_WIRE_DONE_RECORD, &done, sizeof done);
    say(m);
}

static void deed_lines(lg_text *m)
{
    for (int i = 0; i < 300; i++)
        put(m, LG_WIRE_PRINT_RECORD, "REACHED", 7);
}

static void deed_text(lg_text *m)
{
    static char line[4096];
    memset(line, 'R', sizeof line);
    for (int i = 0; i < 50; i++)
        put(m, LG_WIRE_PRINT_RECORD, line, sizeof line);
}

static void deed_errors(lg_text *m)
{
    for (int i = 0; i < 2; i++)
        put(m, LG_WIRE_FAULT_RECORD, "REACHED", 7);
}

static void deed_in_a_row(lg_text *m)
{
    put(m, LG_WIRE_FAULT_RECORD, "again", 5);
}

/* Commands that are followed by what cannot be have not been sent. */
static void deed_behind(lg_text *m)
{
    const lg_command command = {.kind = LG_CMD_OFFER, .node = STAGE_PV1, .energy_uwh = 1000000000};
    put(m, LG_WIRE_PRINT_RECORD, "REACHED", 7);
    put(m, LG_WIRE_COMMANDS_RECORD, &command, sizeof command);
    put_done(m);
    put(m, LG_WIRE_PRINT_RECORD, "REACHED", 7);
}

/* What it says of its end is as odd: taken for a lost worker. */
static void deed_end(lg_text *m)
{
    lg_remote_end end = {.why = 77, .callback = 99};
    memset(end.unit, 'u', sizeof end.unit); /* without an end */
    put(m, LG_WIRE_ENDED_RECORD, &end, sizeof end);
    put_done(m);
    say(m);
}

/* Nothing is wrong with it when it is done, but what it says is not fit for a terminal; and it bids
 * for another's. */
static void deed_escape(lg_text *m)
{
    const lg_command command = {
        .kind = LG_CMD_BID, .node = STAGE_LOAD2, .energy_uwh = 1000000, .amount = 40000000};
    put(m, LG_WIRE_PRINT_RECORD, "a\33[2Jb\0c\xff", 8);
    put(m, LG_WIRE_COMMANDS_RECORD, &command, sizeof command);
}

static const struct {
    const char *name;
    void (*deed)(lg_text *message);
    const char *said; /* by the host; "": nothing was wrong */
} deeds[] = {
    {"magic", deed_magic, "it sent a frame without its mark"},
    {"short", deed_short, "it sent a frame that is too short"},
    {"number", deed_number, "it sent a frame of another exchange"},
    {"nothing", deed_nothing, "it said nothing"},
    {"unknown", deed_unknown, "it said a record of an unknown kind"},
    {"of_host", deed_of_host, "it said a record of an unknown kind"},
    {"endless", deed_endless, "it sent a message that is too long"},
    {"no_done", deed_no_done, "it said no last word"},
    {"twice", deed_twice, "it said something after its last word"},
    {"unasked", deed_unasked, "it s"},
    {"node", deed_node, "it said commands that cannot be"},
    {"kind", deed_kind, "it said commands that cannot be"},
    {"post", deed_post, "it said a post that cannot be"},
    {"posts", deed_posts, "it said commands that cannot be"},
    {"ask", deed_ask, "it said a request to the intraday market that cannot be"},
    {"asks", deed_asks, "it said commands that cannot be"},
    {"looks", deed_looks, "it asked what it may not know of the intraday market"},
    {"terms", deed_terms, "it said requirements that cannot be"},
    {"reads", deed_reads, "it was stopped after"},
    {"silence", deed_silence, "s without an answer"},
    {"exit", deed_exit, "it ended with code 7"},
    {"abort", deed_abort, "signal 6 ended it"},
    {"wait", deed_wait, "it said that it waits where it cannot"},
    {"waits", deed_waits, "it said that it waits where it cannot"},
    {"slow_waits", deed_slow_waits, "s without an answer"},
    {"wait_again", deed_wait_again, "it said that it waits where it cannot"},
    {"lines", deed_lines, "it said more lines than a callback may print"},
    {"text", deed_text, "it said more text than a callback may print"},
    {"errors", deed_errors, "it said more errors than it was called for"},
    {"in_a_row", deed_in_a_row, "it said more errors in a row than its budget allows"},
    {"behind", deed_behind, "it said something after its last word"},
    {"end", deed_end, NULL},
    {"escape", deed_escape, ""},
};

enum { DEEDS = sizeof deeds / sizeof *deeds };

_Noreturn static void be_rogue(void)
{
    lg_text in, out;
    size_t deed = DEEDS;
    const lg_wire_ready ready = {.callbacks = (1u << LG_REMOTE_CALLS) - 1};
    lg_text_init(&in, lg_mem_system());
    lg_text_init(&out, lg_mem_system());
    hear(&in);
    for (size_t i = 0; i < DEEDS; i++) {
        char mark[64];
        int length = snprintf(mark, sizeof mark, "-- deed %s.", deeds[i].name);
        if (memmem(in.data, in.length, mark, (size_t)length))
            deed = i;
    }
    put(&out, LG_WIRE_READY_RECORD, &ready, sizeof ready);
    for (bool begun = false;; begun = true) {
        say(&out);
        hear(&in);
        if (begun) /* on_start goes well */
            deeds[deed].deed(&out);
        put_done(&out);
    }
}

/* ---- the host ---- */

static lg_workers *workers;
static int ends;

static void heard_end(void *ctx, const lg_agent *agent, const lg_stopped *how)
{
    (void)ctx, (void)agent;
    assert_int_equal(how->why, LG_STOP_WORKER);
    ends++;
}

static void test_every_deed(void **state)
{
    (void)state;
    for (size_t i = 0; i < DEEDS; i++) {
        stage s;
        char source[64];
        ends = 0;
        stage_init(&s);
        s.input.remote = lg_workers_remote(workers);
        s.input.stopped = heard_end;
        s.input.budget.seconds_per_call = 0.01;
        s.input.budget.faults_in_a_row = 5;
        snprintf(source, sizeof source, "-- deed %s.\n", deeds[i].name);
        assert_int_equal(stage_load(&s, source), LG_OK);
        s.input.remote = NULL;
        s.input.stopped = NULL;
        stage_load_other(&s, "function on_market_cycle(m)\n"
                             "  grid.batch:offer_energy_rate('Utility', 1, 30)\n"
                             "  grid.batch:bid_energy_rate('Load 2', 0.5, 40)\nend\n");
        stage_start(&s);
        stage_run(&s, 2);
        stage_finish(&s);
        bool fine = deeds[i].said && !*deeds[i].said;
        if (ends != !fine)
            fail_msg("%s: ended %d times, %s", deeds[i].name, ends, s.faults);
        if (!fine && deeds[i].said)
            stage_expect(s.faults, deeds[i].said);
        if (fine)
            stage_expect(s.printed, "a [2Jb");
        if (s.trades != 2) /* the others' */
            fail_msg("%s: %u trades", deeds[i].name, s.trades);
        assert_null(strstr(s.printed, "REACHED"));
        assert_null(strstr(s.faults, "REACHED"));
        assert_null(strchr(s.printed, 27));
        stage_fini(&s);
    }
    assert_int_equal(lg_workers_counts_of(workers).spawned, DEEDS);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_deed)};
    if (argc > 1 && strcmp(argv[1], LG_WORKER_COMMAND) == 0)
        be_rogue();
    workers = lg_workers_new(lg_mem_system(), NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    lg_workers_free(workers);
    return failed;
}
