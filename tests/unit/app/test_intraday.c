/* Requests to the intraday market from outside: acts of the world, which are kept before they act,
 * and make the same run from the record. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "app/intraday.h"
#include "app/world.h"
#include "support/failing_mem.h"

static const char scenario[] =
    "return scenario { name = 'i', seed = 5, start = '2024-06-03T02:00Z', slots = 6,\n"
    "  intraday = { areas = { { code = 'A', quantity_step_MW = 0.001 } },\n"
    "    gridpools = { { id = 11 }, { id = 12 } }, imbalance_short_rate = 28 },\n"
    "  grid = area { name = 'Grid', area { name = 'Home', load { name = 'L', avg_power_W = 80 } } }"
    " }\n";

enum { ACTS_MAX = 16 };

typedef struct fixture {
    lg_failing_mem mem;
    lg_setup setup;
    lg_progress progress;
    lg_notes notes;
    lg_world *world;
    lg_err err;
    lg_outside acts[ACTS_MAX];
    char bytes[ACTS_MAX][512];
    uint32_t act_count;
} fixture;

static lg_status keep(void *ctx, const lg_outside *act, lg_err *err)
{
    fixture *f = ctx;
    (void)err;
    assert_true(f->act_count < ACTS_MAX && act->size <= sizeof f->bytes[0]);
    f->acts[f->act_count] = *act;
    memcpy(f->bytes[f->act_count], act->bytes, act->size);
    f->acts[f->act_count].bytes = f->bytes[f->act_count];
    f->act_count++;
    return LG_OK;
}

static int enter_folder(void **state)
{
    char folder[] = "/tmp/lunagrid-intraday-XXXXXX";
    *state = calloc(1, sizeof(fixture));
    assert_true(*state && mkdtemp(folder) && chdir(folder) == 0);
    FILE *file = fopen("scenario.lua", "w");
    assert_non_null(file);
    fputs(scenario, file);
    return fclose(file);
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

static void open_world(fixture *f, bool keeps)
{
    const lg_args args = {.slots = -1, .days = -1};
    lg_failing_mem_init(&f->mem);
    f->notes = (lg_notes){.progress = &f->progress, .quiet = true};
    assert_int_equal(lg_setup_open(&f->mem.mem, &f->setup, &f->err), LG_OK);
    assert_int_equal(lg_setup_read(&f->setup, "scenario.lua", &args, &f->err), LG_OK);
    const lg_world_input input = {.setup = &f->setup,
                                  .notes = &f->notes,
                                  .folder = keeps ? "one" : "two",
                                  .keeper = {.ctx = f, .keep = keeps ? keep : NULL}};
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

static lg_trading_done ask(fixture *f, const lg_trading_ask *what)
{
    lg_text bytes;
    lg_text_init(&bytes, lg_mem_system());
    lg_intraday_pack(what, &bytes);
    const lg_outside act = {.kind = LG_OUTSIDE_TRADING,
                            .node = what->gridpool,
                            .bytes = bytes.data,
                            .size = bytes.length};
    assert_int_equal(lg_world_act(f->world, &act, &f->err), LG_OK);
    lg_text_fini(&bytes);
    return lg_world_asked(f->world);
}

static lg_trading_ask order(uint32_t gridpool, uint32_t side, int64_t price)
{
    return (lg_trading_ask){.kind = LG_ASK_CREATE,
                            .gridpool = gridpool,
                            .terms = {.start_ms = INT64_C(1717383600000), /* 03:00 */
                                      .minutes = 15,
                                      .type = LG_TRADING_LIMIT,
                                      .side = side,
                                      .price = price,
                                      .quantity = 8,
                                      .stop_price = LG_TRADING_NO_PRICE,
                                      .peak_delta = LG_TRADING_NO_PRICE,
                                      .tag = side == LG_TRADING_BUY ? "mine" : NULL,
                                      .payload = "\0\1",
                                      .payload_size = 2}};
}

static void ticks(fixture *f, uint32_t until_slot)
{
    while (lg_world_next(f->world).slot < until_slot)
        assert_int_equal(lg_world_tick(f->world), LG_OK);
}

static void requests_act_at_once_and_again_from_the_record(void **state)
{
    fixture *f = *state;
    open_world(f, true);
    lg_trading_ask sell = order(0, LG_TRADING_SELL, 50000), buy = order(1, LG_TRADING_BUY, 51000);
    lg_trading_ask wrong = order(1, LG_TRADING_BUY, 50005);
    assert_int_equal(ask(f, &sell).order, 1);
    ticks(f, 1);
    assert_int_equal(ask(f, &wrong).why, LG_TRADING_PRICE_WHY);
    buy.terms.quantity = 5;
    assert_int_equal(ask(f, &buy).order, 2);
    const lg_trading *market = lg_turn_trading(lg_world_turn(f->world));
    lg_trading_order found;
    assert_true(lg_trading_order_of(market, 1, 2, &found));
    assert_int_equal(found.state, LG_TRADING_FILLED);
    assert_string_equal(found.terms.tag, "mine");
    assert_memory_equal(found.terms.payload, "\0\1", 2);
    lg_trading_ask change = {.kind = LG_ASK_UPDATE, .order = 1, .set = LG_TRADING_SET_PRICE};
    change.terms.price = 55000;
    assert_int_equal(ask(f, &change).why, LG_TRADING_OK_WHY);
    const lg_trading_ask cancel = {.kind = LG_ASK_CANCEL, .gridpool = 1, .order = 1};
    assert_int_equal(ask(f, &cancel).why, LG_TRADING_ORDER_WHY);
    const lg_trading_ask all = {.kind = LG_ASK_CANCEL_ALL, .gridpool = 0};
    assert_int_equal(ask(f, &all).count, 1);
    ticks(f, 6);
    lg_digest first = close_world(f);
    uint32_t kept = f->act_count, next = 0;
    assert_int_equal(kept, 6);
    open_world(f, false);
    for (uint32_t slot = 0; slot <= 6; slot++) {
        ticks(f, slot);
        for (; next < kept && f->acts[next].slot == slot; next++)
            assert_int_equal(lg_world_act(f->world, &f->acts[next], &f->err), LG_OK);
    }
    lg_digest second = close_world(f);
    assert_true(first.high == second.high && first.low == second.low);
}

static void what_cannot_be_read_is_no_request_err(void **state)
{
    fixture *f = *state;
    open_world(f, false);
    const lg_outside act = {.kind = LG_OUTSIDE_TRADING, .bytes = "abc", .size = 3};
    assert_int_equal(lg_world_act(f->world, &act, &f->err), LG_INVALID);
    close_world(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(requests_act_at_once_and_again_from_the_record,
                                        enter_folder, leave_folder),
        cmocka_unit_test_setup_teardown(what_cannot_be_read_is_no_request_err, enter_folder,
                                        leave_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
