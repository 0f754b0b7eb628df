/* A station with one device that does as the test says: what is believed of samples, what becomes
 * of commands, and what an asset promises. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "station/station.h"

#include <math.h>
#include <string.h>

enum { INVERTER = 2, BATTERY = 3 };

/* The device: what it says next, and what it was told last. */
static struct {
    const lg_device_host *host;
    int64_t late_ms;
    double power_W, told_W;
    int64_t until_ms;
    int32_t answer;
    uint64_t number;
    bool silent, failed;
} dev;

static int32_t fake_open(const lg_device_host *host, const lg_device_site *site, void **device)
{
    (void)site;
    memset(&dev, 0, sizeof dev);
    dev.host = host;
    dev.told_W = (double)NAN;
    *device = &dev;
    return LG_OK;
}

static int32_t fake_step(void *device, int64_t now_ms)
{
    static const lg_microgrid_range range = {-2000, 3000};
    const lg_microgrid_value value = {.metric = LG_METRIC_AC_POWER_ACTIVE,
                                      .value = dev.power_W,
                                      .ranges = &range,
                                      .range_count = 1};
    const uint32_t state = dev.failed ? LG_STATE_ERROR : LG_STATE_READY;
    const lg_device_sample sample = {
        .size = sizeof sample,
        .time_ms = now_ms - dev.late_ms,
        .values = &value,
        .value_count = 1,
        .states = &state,
        .state_count = 1,
    };
    (void)device;
    if (!dev.silent)
        dev.host->post(dev.host->ctx, &sample);
    return LG_OK;
}

static int32_t fake_command(void *device, const lg_device_command *command)
{
    (void)device;
    dev.number = command->number;
    if (dev.answer == LG_OK || dev.answer == LG_DEVICE_LATER) {
        dev.told_W = command->power;
        dev.until_ms = command->until_ms;
    }
    return dev.answer;
}

static const lg_device_driver driver = {
    .size = sizeof driver,
    .name = "fake",
    .open = fake_open,
    .step = fake_step,
    .command = fake_command,
};
static const lg_component parts[] = {{1, LG_CATEGORY_GRID_CONNECTION_POINT, 0, "grid", 1},
                                     {2, LG_CATEGORY_METER, 0, "meter", 2},
                                     {3, LG_CATEGORY_INVERTER, LG_INVERTER_BATTERY, "inverter", 3},
                                     {4, LG_CATEGORY_BATTERY, 0, "battery", 4}};
static const lg_component_link links[] = {{1, 2, 1}, {2, 3, 2}, {3, 4, 3}};
static const lg_device_component own = {
    .size = sizeof own, .category = LG_CATEGORY_INVERTER, .id = 3, .name = "inverter"};
static const lg_machine_spec machine = {
    .name = "device", .driver = &driver, .components = &own, .component_count = 1};
static const lg_microgrid_component facts[] = {
    {.id = 1, .mode = 4}, {.id = 2, .mode = 2}, {.id = 3, .mode = 4}, {.id = 4, .mode = 4}};
static const uint32_t devices[] = {LG_NONE, LG_NONE, 0, LG_NONE}, places[] = {0, 0, 0, 0};
static const uint32_t behind[] = {INVERTER};
static const lg_backed_spec backed = {.asset = 0, .components = behind, .count = 1, .follow = true};
static const lg_microgrid_spec spec = {
    .site = {.size = sizeof spec.site, .id = 7},
    .step_ms = 1000,
    .components = parts,
    .facts = facts,
    .devices = devices,
    .parts = places,
    .component_count = 4,
    .links = links,
    .link_count = 3,
    .machines = &machine,
    .machine_count = 1,
    .backed = &backed,
    .backed_count = 1,
};
static lg_asset asset = {.name = "Battery", .role = LG_ROLE_PROSUMER};
static const lg_site site = {.assets = &asset, .asset_count = 1};

static int open_station(void **state)
{
    lg_diag diag;
    lg_station *station = NULL;
    const lg_station_input input = {.spec = &spec, .site = &site, .file = "t.lua", .slot_s = 900};
    lg_diag_init(&diag, lg_mem_system());
    lg_status status = lg_station_open(lg_mem_system(), &input, &diag, &station);
    lg_diag_fini(&diag);
    *state = station;
    return status != LG_OK;
}

static int close_station(void **state)
{
    lg_station_close(*state);
    return 0;
}

static void steps(lg_station *s, int count)
{
    while (count--)
        lg_station_step(s);
}

static lg_micro_done set(lg_station *s, uint64_t id, double watts, uint64_t seconds)
{
    const lg_micro_ask ask = {.kind = LG_MICRO_ASK_POWER,
                              .id = id,
                              .what = LG_MICROGRID_ACTIVE,
                              .power = watts,
                              .lifetime_s = seconds};
    return lg_station_ask(s, &ask);
}

static void energy_is_counted_and_summed(void **state)
{
    lg_station *s = *state;
    dev.power_W = 1800;
    steps(s, 11); /* the first sample has none before it: ten seconds */
    assert_true(fabs(lg_station_measured(s, 0) - 5) < 1e-9);
    assert_true(lg_station_power(s, 0) == 1800 && lg_station_power(s, 1) == 1800);
    lg_station_slot slot = lg_station_slot_of(s, 1);
    assert_true(fabs(slot.consumed_Wh - 5.5) < 1e-9 && slot.samples == 11 && slot.mean_W == 1800);
    lg_station_new_slot(s);
    assert_true(lg_station_measured(s, 0) == 0);
}

static void times_that_go_back_are_not_believed(void **state)
{
    lg_station *s = *state;
    lg_microgrid_sample sample;
    dev.power_W = 100;
    steps(s, 3);
    dev.late_ms = 2000;
    dev.power_W = 900;
    steps(s, 1); /* 2 s: there was a 3 s */
    assert_true(lg_station_power(s, INVERTER) == 100);
    assert_int_equal(lg_station_slot_of(s, INVERTER).bad, 1);
    assert_true(lg_station_latest(s, INVERTER, &sample));
    assert_true(sample.time_ms == 2000 && sample.values[0].value == 900 && sample.number == 4);
    dev.silent = true;
    steps(s, 10);
    assert_true(isnan(lg_station_power(s, INVERTER)));
    assert_int_equal(lg_station_slot_of(s, INVERTER).samples, 3);
}

static void commands_are_bounded_refused_and_answered_later(void **state)
{
    lg_station *s = *state;
    steps(s, 1);
    assert_int_equal(set(s, 3, 5000, 60).why, LG_MICROGRID_BOUNDS_WHY);
    assert_int_equal(set(s, 9, 1, 60).why, LG_MICROGRID_COMPONENT_WHY);
    assert_int_equal(set(s, 2, 1, 60).why, LG_MICROGRID_WATCHED_WHY);
    assert_int_equal(set(s, 4, 1, 60).why, LG_MICROGRID_CATEGORY_WHY);
    assert_int_equal(set(s, 3, 1, 5).why, LG_MICROGRID_LIFETIME_WHY);
    lg_micro_done done = set(s, 3, 1500, 60);
    assert_true(done.why == LG_MICROGRID_OK_WHY && done.until_ms == 61000 && done.command == 1);
    assert_true(dev.told_W == 1500 && dev.until_ms == 61000);
    assert_int_equal(lg_station_outcome(s, 1), LG_MICROGRID_SUCCESS);
    dev.answer = LG_INVALID;
    assert_int_equal(set(s, 3, 700, 60).why, LG_MICROGRID_REJECTED_WHY);
    assert_true(dev.told_W == 1500);
    dev.answer = LG_DEVICE_LATER;
    assert_int_equal(set(s, 3, 800, 60).command, 2);
    assert_int_equal(lg_station_outcome(s, 2), LG_MICROGRID_ACCEPTED);
    assert_int_equal(set(s, 3, 900, 60).command, 3);
    assert_int_equal(lg_station_outcome(s, 2), LG_MICROGRID_OVERRIDDEN);
    dev.host->done(dev.host->ctx, 3, LG_OK, NULL);
    assert_int_equal(lg_station_outcome(s, 3), LG_MICROGRID_SUCCESS);
    dev.answer = LG_OK;
    steps(s, 61);
    assert_true(isnan(dev.told_W));
    assert_int_equal(lg_station_outcome(s, 77), LG_MICROGRID_FORGOTTEN);
}

static void what_has_failed_promises_nothing(void **state)
{
    lg_station *s = *state;
    const lg_slot slot = {.size = sizeof slot, .start_ms = 0, .hours = 0.25};
    lg_plan plan = {.demand_kWh = 0};
    dev.power_W = 2000;
    steps(s, 1);
    lg_station_plan(s, 0, &slot, &plan); /* no forecast: as it is */
    assert_true(fabs(plan.demand_kWh - 0.5) < 1e-12);
    set(s, 3, 1000, 900);
    dev.failed = true;
    steps(s, 1);
    assert_true(isnan(dev.told_W)); /* its set point ended */
    assert_int_equal(set(s, 3, 1000, 900).why, LG_MICROGRID_ERROR_WHY);
    plan = (lg_plan){.demand_kWh = 0};
    lg_station_plan(s, 0, &slot, &plan);
    assert_true(plan.demand_kWh == 0 && plan.supply_kWh == 0);
}

static void what_is_traded_flows_unless_others_say_otherwise(void **state)
{
    lg_station *s = *state;
    steps(s, 1);
    lg_station_dispatch(s, 0, 250, 901000); /* 250 Wh in a quarter of an hour */
    assert_true(fabs(dev.told_W - 1000) < 1e-9 && dev.until_ms == 902000 - 1000);
    lg_station_dispatch(s, 0, 900, 901000);
    assert_true(dev.told_W == 3000); /* as much as it can */
    assert_int_equal(set(s, 3, -400, 60).why, LG_MICROGRID_OK_WHY);
    lg_station_dispatch(s, 0, 250, 901000);
    assert_true(dev.told_W == -400);
    steps(s, 60);
    lg_station_dispatch(s, 0, 250, 901000);
    assert_true(dev.told_W > 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_station, close_station)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(energy_is_counted_and_summed),
        TEST(times_that_go_back_are_not_believed),
        TEST(commands_are_bounded_refused_and_answered_later),
        TEST(what_has_failed_promises_nothing),
        TEST(what_is_traded_flows_unless_others_say_otherwise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
