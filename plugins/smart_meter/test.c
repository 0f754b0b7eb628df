/* Consumption and production by the sign of the profile, at the start of a slot or on average. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plugin/kit.h"

#include <math.h>
#include <string.h>

static const char *plugin_file;

static lg_kit *open_meter(const char *const *settings, lg_text *problems)
{
    lg_kit_setup setup = {.file = plugin_file, .settings = settings, .slot_s = 3600};
    lg_text_init(problems, lg_mem_system());
    return lg_kit_open(&setup, problems);
}

static void expect(lg_kit *kit, uint32_t slot, int64_t buy_uwh, int64_t sell_uwh)
{
    lg_kit_plan(kit, slot);
    const lg_caps *caps = lg_kit_caps(kit, 0);
    assert_int_equal(caps->buy_uwh, buy_uwh);
    assert_int_equal(caps->demand_uwh, buy_uwh);
    assert_int_equal(caps->sell_uwh, sell_uwh);
    assert_int_equal(caps->supply_uwh, sell_uwh);
}

/* Three parts of a day: 400 W used, 900 W fed in, nothing; slots of an hour. */
static void the_sign_says_which(void **state)
{
    (void)state;
    lg_text problems;
    lg_kit *kit =
        open_meter((const char *const[]){"smart_meter_profile=400,-900,0", NULL}, &problems);
    assert_non_null(kit);
    expect(kit, 0, 400000000, 0);
    expect(kit, 7, 400000000, 0);
    expect(kit, 8, 0, 900000000);
    expect(kit, 16, 0, 0);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

/* Half an hour each of 1000 W used and 200 W fed in: 400 W on average. */
static void within_a_slot_the_balance_counts(void **state)
{
    (void)state;
    static const char halves[] =
        "smart_meter_profile=1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,"
        "1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,"
        "1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,1000,-200,1000,-200";
    lg_text problems;
    lg_kit *kit = open_meter((const char *const[]){halves, "sampling=mean", NULL}, &problems);
    assert_non_null(kit);
    expect(kit, 3, 400000000, 0);
    lg_kit_close(kit);
    lg_text_fini(&problems);
    kit = open_meter((const char *const[]){halves, NULL}, &problems);
    assert_non_null(kit);
    expect(kit, 3, 1000000000, 0);
    lg_kit_close(kit);
    lg_text_fini(&problems);
}

static void without_a_profile_err(void **state)
{
    (void)state;
    lg_text problems;
    assert_null(open_meter(NULL, &problems));
    assert_non_null(strstr(lg_text_peek(&problems), "smart_meter_profile"));
    lg_text_fini(&problems);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sign_says_which),
        cmocka_unit_test(within_a_slot_the_balance_counts),
        cmocka_unit_test(without_a_profile_err),
    };
    plugin_file = argc > 1 ? argv[1] : "smart_meter.so";
    return cmocka_run_group_tests(tests, NULL, NULL);
}
