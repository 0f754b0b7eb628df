/* Sizes and offsets of everything that crosses the boundary, against abi.golden. A line that
 * changes or disappears breaks plugins that exist; new lines at the end of a struct come with a new
 * minor version. Run with --print to write the table. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lunagrid/plugin.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
#define FIELDS(X) \
    X(lg_array, items) X(lg_array, count) X(lg_array, stride) \
    X(lg_host, size) X(lg_host, abi_minor) X(lg_host, ctx) X(lg_host, refuse) X(lg_host, log) \
    X(lg_host, alloc) X(lg_host, free) X(lg_host, profile_at) X(lg_host, profile_mean) \
    X(lg_host, post) \
    X(lg_point, size) X(lg_point, unit) X(lg_point, access) X(lg_point, reserved) \
    X(lg_point, name) X(lg_point, min) X(lg_point, max) X(lg_point, safe) X(lg_point, help) \
    X(lg_option, size) X(lg_option, type) X(lg_option, unit) X(lg_option, flags) \
    X(lg_option, name) X(lg_option, def) X(lg_option, min) X(lg_option, max) \
    X(lg_option, choices) X(lg_option, help) X(lg_option, columns) \
    X(lg_value, size) X(lg_value, given) X(lg_value, number) X(lg_value, text) \
    X(lg_value, profile) X(lg_value, list) X(lg_value, list_count) \
    X(lg_device_info, size) X(lg_device_info, slot_s) X(lg_device_info, name) \
    X(lg_device_info, seed) X(lg_device_info, start_ms) X(lg_device_info, values) \
    X(lg_device_info, latitude_deg) X(lg_device_info, site_seed) \
    X(lg_slot, size) X(lg_slot, index) X(lg_slot, start_ms) X(lg_slot, hours) \
    X(lg_plan, size) X(lg_plan, reserved) X(lg_plan, demand_kWh) X(lg_plan, supply_kWh) \
    X(lg_plan, stored_kWh) X(lg_plan, capacity_kWh) X(lg_plan, reserve_kWh) \
    X(lg_plan, buy_rate_ct) X(lg_plan, sell_rate_ct) X(lg_plan, need_kWh) \
    X(lg_plan, used_kWh) X(lg_plan, due_kWh) X(lg_plan, due_hours) X(lg_plan, efficiency) \
    X(lg_settlement, size) X(lg_settlement, reserved) X(lg_settlement, bought_kWh) \
    X(lg_settlement, sold_kWh) \
    X(lg_driver, size) X(lg_driver, role) X(lg_driver, name) X(lg_driver, help) \
    X(lg_driver, points) X(lg_driver, options) X(lg_driver, open) X(lg_driver, close) \
    X(lg_driver, plan) X(lg_driver, settle) X(lg_driver, poll) X(lg_driver, write) \
    X(lg_driver, change) X(lg_driver, strategy) \
    X(lg_driver, energy_type) \
    X(lg_plugin, size) X(lg_plugin, magic) X(lg_plugin, abi_minor) X(lg_plugin, reserved) \
    X(lg_plugin, name) X(lg_plugin, version) X(lg_plugin, help) X(lg_plugin, drivers) \
    X(lg_plugin, rules) \
    X(lg_requirement, size) X(lg_requirement, reserved) X(lg_requirement, partners) \
    X(lg_requirement, energy_types) X(lg_requirement, energy_uwh) X(lg_requirement, rate_uct) \
    X(lg_match_order, size) X(lg_match_order, party) X(lg_match_order, asset) \
    X(lg_match_order, area) X(lg_match_order, sequence) X(lg_match_order, tick) \
    X(lg_match_order, id) X(lg_match_order, rate_uct) X(lg_match_order, energy_uwh) \
    X(lg_match_order, energy_type) X(lg_match_order, requirements) \
    X(lg_match, size) X(lg_match, bid) X(lg_match, offer) X(lg_match, requirement) \
    X(lg_match, energy_uwh) X(lg_match, rate_uct) \
    X(lg_match_book, size) X(lg_match_book, area) X(lg_match_book, name) \
    X(lg_match_book, slot) X(lg_match_book, tick) X(lg_match_book, seed) \
    X(lg_match_book, bids) X(lg_match_book, offers) X(lg_match_book, parents) \
    X(lg_match_book, energy_tolerance_uwh) X(lg_match_book, rate_tolerance_uct) \
    X(lg_match_book, ctx) X(lg_match_book, recommend) X(lg_match_book, alloc) \
    X(lg_match_book, refuse) \
    X(lg_matching, size) X(lg_matching, flags) X(lg_matching, name) X(lg_matching, help) \
    X(lg_matching, match)

#define CONSTANTS(X) \
    X(LG_ABI_MAJOR) X(LG_ABI_MINOR) X(LG_PLUGIN_MAGIC) X(LG_READ) X(LG_WRITE) \
    X(LG_ROLE_CONSUMER) X(LG_ROLE_PRODUCER) X(LG_ROLE_STORAGE) X(LG_ROLE_BUS) \
    X(LG_ROLE_MARKET_MAKER) X(LG_ROLE_PROSUMER) X(LG_OPTION_NUMBER) X(LG_OPTION_INTEGER) \
    X(LG_OPTION_BOOL) X(LG_OPTION_TEXT) X(LG_OPTION_PROFILE) X(LG_OPTION_LIST) \
    X(LG_OPTION_TIME) X(LG_OPTION_ROWS) X(LG_OPTION_REQUIRED) \
    X(LG_LOG_DEBUG) X(LG_LOG_INFO) X(LG_LOG_WARN) X(LG_LOG_ERROR) X(LG_OK) X(LG_INVALID) \
    X(LG_UNKNOWN) X(LG_FOREIGN) X(LG_UNSUPPORTED) X(LG_CLOSED) X(LG_ENERGY) X(LG_RATE) \
    X(LG_LIMIT) X(LG_GONE) X(LG_SCENARIO) X(LG_SCRIPT) X(LG_PLUGIN) X(LG_MEMORY) X(LG_IO) \
    X(LG_STORE) X(LG_BUG) X(LG_OVERFLOW) \
    X(LG_MATCH_NONE) X(LG_MATCH_AREA) X(LG_MATCHING_ATTRIBUTES)
/* clang-format on */

typedef struct abi_row {
    char text[80];
} abi_row;

static const struct {
    const char *type, *field;
    size_t offset, size;
} fields[] = {
#define X(type, field) {#type, #field, offsetof(type, field), sizeof(((type *)NULL)->field)},
    FIELDS(X)
#undef X
};

static const struct {
    const char *name;
    unsigned value;
} constants[] = {
#define X(name) {#name, (unsigned)(name)},
    CONSTANTS(X)
#undef X
#define X(number, name, sign) {"LG_UNIT_" #name, number},
        LG_UNIT_MAP(X)
#undef X
};

enum { FIELD_COUNT = sizeof fields / sizeof *fields };
enum { ROWS = FIELD_COUNT + sizeof constants / sizeof *constants };

static abi_row row_of(size_t index)
{
    abi_row row;
    if (index < FIELD_COUNT)
        snprintf(row.text, sizeof row.text, "%s.%s at %zu, %zu bytes\n", fields[index].type,
                 fields[index].field, fields[index].offset, fields[index].size);
    else
        snprintf(row.text, sizeof row.text, "%s = %u\n", constants[index - FIELD_COUNT].name,
                 constants[index - FIELD_COUNT].value);
    return row;
}

static void layout_is_as_released(void **state)
{
    (void)state;
    FILE *golden = fopen(LG_ABI_GOLDEN, "r");
    assert_non_null(golden);
    char line[120];
    for (size_t i = 0; i < ROWS; i++) {
        assert_non_null(fgets(line, sizeof line, golden));
        assert_string_equal(row_of(i).text, line);
    }
    assert_null(fgets(line, sizeof line, golden));
    fclose(golden);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(layout_is_as_released)};
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        for (size_t i = 0; i < ROWS; i++)
            fputs(row_of(i).text, stdout);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
