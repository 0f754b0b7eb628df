/* The page about a trade, to the letter; files that do not hold together; memory that runs out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <string.h>
#include <unistd.h>
#include "app/explain.h"
#include "past_run.h"
#include "support/failing_mem.h"

#define PATH "test_explain_trade.sqlite"

static lg_status explain(lg_mem *mem, int64_t id, lg_text *out, lg_err *err)
{
    lg_past *past;
    lg_status status = lg_past_open(mem, PATH, err, &past);
    if (status == LG_OK)
        status = lg_explain_trade(mem, past, id, false, out, err);
    lg_past_close(past);
    return status;
}

static void test_page(void **state)
{
    lg_text out;
    lg_err err;
    (void)state;
    past_run_make(PATH, NULL);
    lg_text_init(&out, lg_mem_system());
    assert_int_equal(explain(lg_mem_system(), 1, &out, &err), LG_OK);
    assert_string_equal(lg_text_peek(&out),
                        "trade 1 · lane · slot 1 of 2, 2024-06-03T00:00 · tick 4, 00:06:00\n"
                        "\n"
                        " PV 1 sold 0.5 kWh to Load 2.\n"
                        "\n"
                        " bid    36 ct/kWh by Load 2: the most it pays, all grid fees included\n"
                        " offer  10 ct/kWh by PV 1: the least it wants, grid fees not included\n"
                        " met    in the market of Community, where the bid stood at 35 and the "
                        "offer at 11 ct/kWh:\n"
                        "        an offer has the fee of every market it entered added, a bid that "
                        "of every market\n"
                        "        it left taken off\n"
                        " price  36 ct/kWh: the buyer pays its bid\n"
                        "\n"
                        " market, from the buyer on   price  its fee  paid here  its fee  goes on\n"
                        "                            ct/kWh   ct/kWh         ct       ct       ct\n"
                        " Home 2                         36        1         18      0.5     17.5\n"
                        " Community                      35        1       17.5      0.5       17\n"
                        " Home 1                         34        0         17        0       17\n"
                        "\n"
                        " paid      18 ct by Load 2\n"
                        " fees      1 ct to Home 2, Community\n"
                        " received  17 ct by PV 1, 34 ct/kWh\n"
                        " rounding  none: paid = fees + received\n"
                        "\n"
                        "Against the utility, which asked 30 and paid 8 ct/kWh before grid fees:\n"
                        " Load 2 would have paid 36 ct/kWh there: it paid the same\n"
                        " PV 1 would have got 3 ct/kWh there: it got 31 more, 15.5 ct in all\n");
    lg_text_fini(&out);
    unlink(PATH);
}

static void expect_part(int64_t id, const char *part)
{
    lg_text out;
    lg_err err;
    lg_text_init(&out, lg_mem_system());
    assert_int_equal(explain(lg_mem_system(), id, &out, &err), LG_OK);
    if (!strstr(lg_text_peek(&out), part))
        fail_msg("\"%s\" is not in\n%s", part, lg_text_peek(&out));
    lg_text_fini(&out);
    unlink(PATH);
}

/* The Community's fee is that of slot 1, and what rounding leaves is told. */
static void test_rounding(void **state)
{
    (void)state;
    past_run_make(PATH, NULL);
    expect_part(2, " paid      0.000011 ct by Load 2\n"
                   " fees      0.000003 ct to Home 2, Community\n"
                   " received  0.000009 ct by PV 1, 18 ct/kWh\n"
                   " rounding  -0.000001 ct, in the rounding account of Home 1: ");
}

/* 20 is the clearing rate in the Community; Load 2's own market takes 1 more. */
static void test_clearing_rate(void **state)
{
    (void)state;
    past_run_make(PATH, "UPDATE runs SET market_rule = 'pay_as_clear';"
                        "UPDATE trades SET rate_uct = 21000000, paid_uct = 10500000, "
                        "earned_uct = 9500000 WHERE trade = 1");
    expect_part(1,
                " price  21 ct/kWh: the buyer pays the clearing rate, with the fees on its way\n");
}

/* Trade 3 settles slot 0: the Community's fee is the 3 ct of slot 1, in which it was traded. */
#define SETTLED                                                                                    \
    "CREATE TABLE settlement_trades AS SELECT * FROM trades WHERE 0;"                              \
    "INSERT INTO settlement_trades VALUES"                                                         \
    "  (3, 0, 12, 1, 1, 2, 500000000, 20000000, 5000000, 20000000, 10000000, 8000000, 2000000);"

static void test_settlement(void **state)
{
    (void)state;
    past_run_make(PATH, SETTLED);
    expect_part(3,
                "trade 3 · lane · settlement of slot 1 of 2, 2024-06-03T00:00 · tick 12, 00:18:00\n"
                "\n"
                " PV 1 sold 0.5 kWh to Load 2: energy that was measured otherwise than it was "
                "planned,\n"
                " traded when the slot was over, with the grid fees that ruled when its "
                "settlement began.\n"
                "\n"
                " bid    20 ct/kWh by Load 2");
    past_run_make(PATH, SETTLED "UPDATE runs SET market_rule = 'one_sided'");
    expect_part(3, " price  20 ct/kWh: the buyer pays its bid\n");
    past_run_make(PATH, SETTLED);
    expect_part(3, " fees      2 ct to Home 2, Community\n"
                   " received  8 ct by PV 1, 16 ct/kWh\n");
    past_run_make(PATH, SETTLED);
    /* at the door, with the fees of slot 1: 30 + 1 + 3 + 4 and 8 - 3 - 4 */
    expect_part(3, "asked 30 and paid 8 ct/kWh before grid fees for what nobody settled:\n"
                   " Load 2 would have paid 38 ct/kWh there: it paid 18 less, 9 ct in all\n"
                   " PV 1 would have got 1 ct/kWh there: it got 15 more, 7.5 ct in all\n");
}

/* A name with an escape sequence does not reach the terminal. */
static void test_hostile_name(void **state)
{
    (void)state;
    past_run_make(PATH, "UPDATE assets SET name = 'a' || char(27) || '[2Jb' WHERE asset = 2");
    expect_part(1, "kWh to a?[2Jb.\n");
}

/* A run of an older version may lack the utility's rates. */
static void test_without_utility(void **state)
{
    (void)state;
    past_run_make(PATH, "UPDATE slots SET market_maker_uct = NULL");
    expect_part(1, " rounding  none: paid = fees + received\n\n");
}

static void expect_failure(const char *sql, int64_t id, lg_status expected, const char *sentence)
{
    lg_text out;
    lg_err err;
    past_run_make(PATH, sql);
    lg_text_init(&out, lg_mem_system());
    assert_int_equal(explain(lg_mem_system(), id, &out, &err), expected);
    assert_string_equal(err.text, sentence);
    lg_text_fini(&out);
    unlink(PATH);
}

static void test_failures_err(void **state)
{
    (void)state;
    expect_failure(NULL, 3, LG_UNKNOWN, "there is no trade 3 in " PATH "; its trades are 1 to 2");
    expect_failure(SETTLED, 4, LG_UNKNOWN,
                   "there is no trade 4 in " PATH "; its trades are 1 to 3");
    expect_failure("DELETE FROM trades;" SETTLED, 1, LG_UNKNOWN,
                   "there is no trade 1 in " PATH "; its trades are 3 to 3");
    expect_failure("DELETE FROM trades", 1, LG_UNKNOWN,
                   "there is no trade 1: nothing was traded in " PATH);
    expect_failure("DELETE FROM trades; UPDATE runs SET keeps_trades = 0", 1, LG_UNKNOWN,
                   PATH " keeps no trades; run it with --set results.trades=true");
    expect_failure("UPDATE trades SET paid_uct = 17", 1, LG_STORE,
                   PATH ": the money of trade 1 is not what its rate and the grid fees make of it; "
                        "another version of lunagrid has written it");
    expect_failure("UPDATE trades SET buyer = 9", 1, LG_STORE,
                   PATH ": trade 1 is between assets that are not in it");
    expect_failure("UPDATE areas SET parent = 3 WHERE area = 2", 1, LG_STORE,
                   "cannot read " PATH ": its tree of areas does not hold together");
    expect_failure("DROP TABLE fees", 1, LG_STORE, "cannot read " PATH ": no such table: fees");
    expect_failure("DROP TABLE runs", 1, LG_STORE, PATH " is not a result of lunagrid");
}

static int explain_once(lg_mem *mem, void *ctx)
{
    lg_text out;
    lg_err err;
    (void)ctx;
    lg_text_init(&out, mem);
    lg_status status = explain(mem, 1, &out, &err);
    bool whole = strstr(lg_text_peek(&out), "it got 31 more, 15.5 ct in all\n") != NULL;
    lg_text_fini(&out);
    return status == LG_OK && whole ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void test_exhausted(void **state)
{
    (void)state;
    past_run_make(PATH, NULL);
    assert_true(lg_sweep_allocations(explain_once, NULL) > 5);
    unlink(PATH);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_page),          cmocka_unit_test(test_rounding),
        cmocka_unit_test(test_clearing_rate), cmocka_unit_test(test_settlement),
        cmocka_unit_test(test_hostile_name),  cmocka_unit_test(test_without_utility),
        cmocka_unit_test(test_failures_err),  cmocka_unit_test(test_exhausted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
