/* Rules of bad/bad_rule.c through loader, guard and engine: set aside with a sentence, or named
 * when they take the program down. The folder of the modules is handed over by the build. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/fpmode.h"
#include "plugin/rule_kit.h"

/* One load and one panel whose orders cross, under the rule @p name. */
static void open_market(rule_kit *kit, const char *name)
{
    rule_kit_init_named(kit, LG_BAD_FOLDER "/bad_rule.so", name);
    town_area(&kit->town, LG_NONE, 0);
    rule_kit_asset(kit, 0, LG_ROLE_CONSUMER, false);
    rule_kit_asset(kit, 0, LG_ROLE_PRODUCER, true);
    town_open(&kit->town);
    town_bid(&kit->town, 0, 1, 20);
    town_offer(&kit->town, 1, 1, 10);
}

static void set_aside(const char *name, const char *sentence)
{
    rule_kit kit;
    lg__fpmode before = lg__fpmode_get();
    open_market(&kit, name);
    town_ticks(&kit.town, 1);
    assert_true(lg__fpmode_get().bits == before.bits);
    assert_string_equal(kit.heard, sentence);
    assert_true(lg_market_match_counts(kit.town.market).aside);
    town_bid(&kit.town, 0, 1, 20);
    town_ticks(&kit.town, 1);
    assert_int_equal(lg_market_match_counts(kit.town.market).calls, 1);
    assert_int_equal(kit.town.trade_count, 0);
    town_close(&kit.town);
    rule_kit_fini(&kit);
}

static void endless_recommending_is_ended_err(void **state)
{
    (void)state;
    set_aside("endless",
              "matching rule \"endless\" is set aside in slot 0, tick 0, market \"0\": it "
              "recommends more than 24 pairs of 1 bids and 1 offers with 0 requirements; nothing "
              "trades from here on\n");
}

static void a_changed_mode_is_put_back_err(void **state)
{
    (void)state;
#if defined(__x86_64__)
    set_aside("flips", "matching rule \"flips\" is set aside in slot 0, tick 0, market \"0\": it "
                       "changes the floating-point mode; nothing trades from here on\n");
#endif
}

static void who_ends_the_program_is_named_err(void **state)
{
    (void)state;
    int ends[2], status;
    char said[8192];
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        rule_kit kit;
        dup2(ends[1], STDERR_FILENO);
        signal(SIGILL, SIG_DFL); /* the test library has a handler of its own */
        open_market(&kit, "traps");
        town_ticks(&kit.town, 1);
        _exit(0);
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t got;
         used + 1 < sizeof said && (got = read(ends[0], said + used, sizeof said - used - 1)) > 0;)
        used += (size_t)got;
    said[used] = 0;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    if (!strstr(said, "lunagrid: the plugin of matching rule \"traps\" crashed (SIGILL: no such "
                      "instruction) in match(), called for \"0\""))
        fail_msg("%s", said);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(endless_recommending_is_ended_err),
        cmocka_unit_test(a_changed_mode_is_put_back_err),
        cmocka_unit_test(who_ends_the_program_is_named_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
