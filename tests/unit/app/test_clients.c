/* Shows on a whole world what remote clients do to a run: all of it by acts, and the same acts make
 * the same run whether somebody looks on or not. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "app/world.h"
#include "support/failing_mem.h"

static const char scenario[] =
    "return scenario { name = 'c', seed = 5, start = '2024-06-03T02:00Z', slots = 4,\n"
    "  market = { kind = 'two_sided', matching = 'pay_as_bid' },\n"
    "  market_maker_rate = 30, feed_in_tariff = 8,\n"
    "  grid = area { name = 'Grid',\n"
    "    infinite_bus { name = 'Utility', energy_sell_rate = 30, energy_buy_rate = 8 },\n"
    "    area { name = 'Home 1', load { name = 'Load 1', avg_power_W = 800 } },\n"
    "    area { name = 'Home 2', load { name = 'Load 2', avg_power_W = 1200 } } } }\n";

enum { UTILITY, LOAD_1, LOAD_2, ACTS_MAX = 256 };

typedef struct kept {
    lg_outside act;
    char bytes[256];
} kept;

typedef struct fixture {
    lg_failing_mem mem;
    lg_setup setup;
    lg_progress progress;
    lg_notes notes;
    lg_world *world;
    lg_err err;
    kept acts[ACTS_MAX];
    uint32_t act_count;
    /* of who looks on */
    uint32_t moments, befores, dones, trades;
    lg_status statuses[16];
    uint32_t status_count;
    int64_t in_bids_uwh[16]; /* of load 1, behind each command */
} fixture;

static lg_status keep(void *ctx, const lg_outside *act, lg_err *err)
{
    fixture *f = ctx;
    (void)err;
    assert_true(f->act_count < ACTS_MAX && act->size <= sizeof f->acts->bytes);
    kept *k = &f->acts[f->act_count++];
    k->act = *act;
    if (act->size)
        memcpy(k->bytes, act->bytes, act->size);
    k->act.bytes = k->bytes;
    return LG_OK;
}

static int enter_folder(void **state)
{
    char folder[] = "/tmp/lunagrid-clients-XXXXXX";
    fixture *f = calloc(1, sizeof *f);
    assert_non_null(f);
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    FILE *file = fopen("scenario.lua", "w");
    assert_non_null(file);
    fputs(scenario, file);
    assert_int_equal(fclose(file), 0);
    *state = f;
    return 0;
}

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk)
{
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static int leave_folder(void **state)
{
    char folder[4096];
    if (getcwd(folder, sizeof folder) && chdir("/") == 0)
        nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return 0;
}

static void open_world(fixture *f)
{
    const lg_args args = {.slots = -1, .days = -1};
    lg_failing_mem_init(&f->mem);
    f->notes = (lg_notes){.progress = &f->progress, .quiet = true};
    f->act_count = 0;
    assert_int_equal(lg_setup_open(&f->mem.mem, &f->setup, &f->err), LG_OK);
    assert_int_equal(lg_setup_read(&f->setup, "scenario.lua", &args, &f->err), LG_OK);
    const lg_world_input input = {.setup = &f->setup,
                                  .notes = &f->notes,
                                  .folder = "run",
                                  .keeper = {.ctx = f, .keep = keep}};
    if (lg_world_open(&f->mem.mem, &input, &f->err, &f->world) != LG_OK ||
        lg_world_begin(f->world, &f->err) != LG_OK)
        fail_msg("%s", f->err.text);
    assert_int_equal(lg_world_start(f->world), LG_OK);
}

static lg_digest close_world(fixture *f)
{
    lg_digest digest = lg_world_digest(f->world);
    lg_world_close(f->world);
    lg_setup_close(&f->setup);
    assert_int_equal(f->mem.live_bytes, 0);
    return digest;
}

static void ticks(fixture *f, uint32_t count)
{
    while (count--)
        assert_int_equal(lg_world_tick(f->world), LG_OK);
}

/* ---- acts ---- */

static lg_status act(fixture *f, lg_outside_kind kind, uint32_t node, int64_t number,
                     const lg_text *bytes)
{
    lg_outside what = {.kind = kind, .node = node, .number = number};
    if (bytes) {
        what.bytes = bytes->data;
        what.size = bytes->length;
    }
    return lg_world_act(f->world, &what, &f->err);
}

static lg_status enter(fixture *f, const char *name)
{
    lg_text bytes;
    lg_text_init(&bytes, lg_mem_system());
    lg_clients_pack_enter(&bytes, "an id", name);
    lg_status status = act(f, LG_OUTSIDE_CLIENT, 0, 1, &bytes);
    lg_text_fini(&bytes);
    return status;
}

static lg_status claim(fixture *f, uint32_t client, uint32_t asset, bool take)
{
    lg_text bytes;
    lg_text_init(&bytes, lg_mem_system());
    lg_clients_pack_claim(&bytes, LG_CLAIM_ASSET, asset);
    lg_status status = act(f, LG_OUTSIDE_CLAIM, client, take, &bytes);
    lg_text_fini(&bytes);
    return status;
}

static lg_status bid(fixture *f, uint32_t client, uint32_t asset, int64_t uwh, int64_t rate_ct,
                     uint32_t times)
{
    lg_command commands[4];
    lg_text bytes;
    for (uint32_t i = 0; i < times; i++)
        commands[i] = (lg_command){
            .kind = LG_CMD_BID, .node = asset, .energy_uwh = uwh, .amount = rate_ct * 1000000};
    lg_text_init(&bytes, lg_mem_system());
    lg_clients_pack_batch(&bytes, commands, times, NULL);
    lg_status status = act(f, LG_OUTSIDE_BATCH, client, 0, &bytes);
    lg_text_fini(&bytes);
    return status;
}

/* ---- ears ---- */

static void heard_moment(void *ctx, lg_call call, const lg_moment *moment)
{
    fixture *f = ctx;
    (void)call, (void)moment;
    f->moments++;
}

static void heard_before(void *ctx, uint32_t client, uint64_t batch, uint32_t index,
                         const lg_command *command)
{
    fixture *f = ctx;
    (void)client, (void)batch, (void)index, (void)command;
    f->befores++;
}

static void heard_after(void *ctx, uint32_t client, uint64_t batch, uint32_t index,
                        const lg_command *command, const lg_answer *answer)
{
    fixture *f = ctx;
    (void)client, (void)batch, (void)index, (void)command;
    f->in_bids_uwh[f->status_count] =
        lg_market_position(lg_world_market(f->world), LOAD_1)->offered_buy_uwh;
    f->statuses[f->status_count++] = answer->status;
}

static void heard_done(void *ctx, uint32_t client, uint64_t batch)
{
    fixture *f = ctx;
    (void)client;
    assert_int_equal(batch, ++f->dones);
}

static void heard_trade(void *ctx, uint32_t client, const lg_trade *trade)
{
    fixture *f = ctx;
    assert_int_equal(client, 0);
    assert_int_equal(trade->buyer, LOAD_1);
    f->trades++;
}

static void look_on(fixture *f)
{
    const lg_clients_ears ears = {
        .ctx = f,
        .moment = heard_moment,
        .before = heard_before,
        .after = heard_after,
        .done = heard_done,
        .trade = heard_trade,
    };
    lg_clients_listen(lg_world_clients(f->world), &ears);
}

/* ---- what is shown ---- */

/* The load needs 200 Wh in a slot of 15 minutes. */
static void play(fixture *f)
{
    assert_int_equal(enter(f, "ada"), LG_OK);
    assert_int_equal(claim(f, 0, LOAD_1, true), LG_OK);
    ticks(f, 2);
    assert_int_equal(bid(f, 0, LOAD_1, 50000000, 10, 2), LG_OK);
    assert_int_equal(bid(f, 0, LOAD_1, 150000000, 35, 1), LG_OK); /* 50 Wh too much */
    assert_int_equal(bid(f, 0, LOAD_2, 1000, 35, 1), LG_OK);      /* not its own */
    ticks(f, 1);
    assert_int_equal(bid(f, 0, LOAD_1, 100000000, 35, 1), LG_OK);
    lg_place next = lg_world_next(f->world);
    while (lg_world_next(f->world).slot == next.slot)
        ticks(f, 1);
}

static void a_client_trades_in_the_place_of_the_template(void **state)
{
    fixture *f = *state;
    open_world(f);
    look_on(f);
    play(f);
    const lg_status expected[] = {LG_OK, LG_OK, LG_ENERGY, LG_FOREIGN, LG_OK};
    assert_int_equal(f->status_count, 5);
    for (int i = 0; i < 5; i++)
        assert_int_equal(f->statuses[i], expected[i]);
    assert_int_equal(f->in_bids_uwh[0], 50000000); /* one after the other */
    assert_int_equal(f->in_bids_uwh[1], 100000000);
    assert_int_equal(f->befores, 5);
    assert_int_equal(f->dones, 4);
    assert_true(f->trades > 0);
    assert_true(f->moments >= 10);
    const lg_market *market = lg_world_market(f->world);
    assert_int_equal(lg_market_account(market, LOAD_1)->bill.bought_uwh, 100000000);
    assert_int_equal(lg_market_account(market, LOAD_2)->bill.bought_uwh, 300000000);
    /* what it gives back its template trades again */
    assert_int_equal(claim(f, 0, LOAD_1, false), LG_OK);
    assert_int_equal(lg_clients_owner(lg_world_clients(f->world), LG_CLAIM_ASSET, LOAD_1), LG_NONE);
    lg_place next = lg_world_next(f->world);
    while (lg_world_next(f->world).slot == next.slot)
        ticks(f, 1);
    assert_int_equal(lg_market_account(market, LOAD_1)->bill.bought_uwh, 300000000);
    close_world(f);
}

static void the_same_acts_make_the_same_run(void **state)
{
    fixture *f = *state;
    open_world(f);
    look_on(f);
    play(f);
    lg_digest first = close_world(f);
    kept acts[ACTS_MAX];
    uint32_t count = f->act_count, at = 0;
    memcpy(acts, f->acts, sizeof acts);
    open_world(f); /* nobody looks on */
    for (lg_place next; (next = lg_world_next(f->world)).slot == 0; ticks(f, 1))
        for (; at < count && acts[at].act.tick == next.tick; at++) {
            acts[at].act.bytes = acts[at].bytes;
            assert_int_equal(lg_world_act(f->world, &acts[at].act, &f->err), LG_OK);
        }
    assert_int_equal(at, count);
    lg_digest second = close_world(f);
    assert_true(first.high == second.high && first.low == second.low);
}

static void a_client_that_goes_leaves_nothing_behind(void **state)
{
    fixture *f = *state;
    open_world(f);
    assert_int_equal(enter(f, "ada"), LG_OK);
    assert_int_equal(enter(f, "bert"), LG_OK);
    assert_int_equal(claim(f, 0, LOAD_1, true), LG_OK);
    assert_int_equal(claim(f, 0, LOAD_1, true), LG_OK); /* it has it already */
    assert_int_equal(claim(f, 1, LOAD_1, true), LG_LIMIT);
    assert_non_null(strstr(f->err.text, "\"ada\" has it already"));
    assert_int_equal(act(f, LG_OUTSIDE_CLIENT, 0, 0, NULL), LG_OK);
    assert_true(lg_clients_view(lg_world_clients(f->world), 0).gone);
    assert_int_equal(claim(f, 0, LOAD_1, true), LG_UNKNOWN);
    assert_int_equal(bid(f, 0, LOAD_1, 1, 1, 1), LG_UNKNOWN);
    assert_int_equal(claim(f, 1, LOAD_1, true), LG_OK);
    assert_int_equal(claim(f, 1, LOAD_2, false), LG_FOREIGN);
    ticks(f, 3);
    close_world(f);
}

static void what_cannot_be_read_changes_nothing_err(void **state)
{
    fixture *f = *state;
    lg_text bytes;
    open_world(f);
    assert_int_equal(enter(f, "ada"), LG_OK);
    assert_int_equal(claim(f, 0, 99, true), LG_UNKNOWN);
    lg_text_init(&bytes, lg_mem_system());
    lg_clients_pack_batch(
        &bytes, &(lg_command){.kind = LG_CMD_BID, .node = 1, .energy_uwh = 5, .amount = 5}, 1,
        NULL);
    for (size_t length = bytes.length; length-- > 0;) {
        bytes.length = length;
        assert_int_equal(act(f, LG_OUTSIDE_BATCH, 0, 0, &bytes), LG_INVALID);
        if (length != 8) /* two numbers are one: a kind and an index */
            assert_int_equal(act(f, LG_OUTSIDE_CLAIM, 0, 1, &bytes), LG_INVALID);
    }
    lg_text_fini(&bytes);
    assert_int_equal(lg_clients_view(lg_world_clients(f->world), 0).batches, 0);
    assert_int_equal(act(f, LG_OUTSIDE_BATCH, 7, 0, NULL), LG_UNKNOWN);
    close_world(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_client_trades_in_the_place_of_the_template, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(the_same_acts_make_the_same_run, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(a_client_that_goes_leaves_nothing_behind, enter_folder,
                                        leave_folder),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_changes_nothing_err, enter_folder,
                                        leave_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
