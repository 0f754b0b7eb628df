/* Shows that every command has the name scripts know it by, and that a number outside the list has
 * none. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "desk/command.h"

static void names_are_those_of_the_asset_api(void **state)
{
    (void)state;
    assert_string_equal(lg_command_name(LG_CMD_BID), "bid_energy_rate");
    assert_string_equal(lg_command_name(LG_CMD_DELETE_OFFER), "delete_offer");
    assert_string_equal(lg_command_name(LG_CMD_GRID_FEES), "grid_fees");
    assert_string_equal(lg_command_name(LG_CMD_COUNT), "?");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(names_are_those_of_the_asset_api)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
