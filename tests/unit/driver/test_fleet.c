/* The runner with drivers written here: order of calls, what devices are told, and that one that
 * fails leaves the others alone. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "driver/fleet.h"
#include "driver/fpmode.h"
#include "support/failing_mem.h"

#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

struct lg_market {
    lg_position positions[3];
};

const lg_position *lg_market_position(const lg_market *market, uint32_t asset)
{
    return &market->positions[asset];
}

static char diary[2000]; /* what the devices were told */

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void note(const char *format, ...)
{
    size_t length = strlen(diary);
    va_list args;
    va_start(args, format);
    vsnprintf(diary + length, sizeof diary - length, format, args);
    va_end(args);
}

typedef struct tub {
    const lg_host *host;
    const char *name;
    double level;
} tub;

static int32_t tub_open(const lg_host *host, const lg_device_info *info, void **device)
{
    const lg_value *level = lg_value_at(info, 0);
    assert_null(lg_value_at(info, 1));
    if (level->number < 0) {
        host->refuse(host->ctx, "the tub leaks");
        return LG_INVALID;
    }
    tub *t = host->alloc(host->ctx, sizeof *t);
    if (!t)
        return LG_MEMORY;
    t->host = host;
    t->name = info->name;
    t->level = level->number;
    note("open %s %g; ", info->name, level->number);
    assert_int_equal(info->slot_s, 900);
    assert_int_equal(info->start_ms, 60000);
    assert_int_equal(info->site_seed, 7);
    assert_true(info->latitude_deg == 48.5);
    *device = t;
    return LG_OK;
}

static void tub_close(void *device)
{
    const tub *t = device;
    note("close %s; ", t->name);
    if (t->level == 4)
        fesetround(FE_UPWARD);
}

static int32_t tub_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    const tub *t = device;
    note("plan %s %u; ", t->name, slot->index);
    assert_true(plan->demand_kWh == 0 && isnan(plan->buy_rate_ct));
    plan->demand_kWh = t->level;
    return LG_OK;
}

static int32_t tub_settle(void *device, const lg_slot *slot, const lg_settlement *done)
{
    tub *t = device;
    note("settle %s %u %g %g; ", t->name, slot->index, done->bought_kWh, done->sold_kWh);
    t->level = done->bought_kWh > 100 ? (double)NAN : t->level;
    return done->sold_kWh > 5 ? LG_GONE : LG_OK;
}

static int32_t tub_write(void *device, uint32_t point, double value)
{
    tub *t = device;
    note("write %s %u %g; ", t->name, point, value);
    if (value == 3) {
        t->host->refuse(t->host->ctx, "three is too hot");
        return LG_INVALID;
    }
    if (value == 4 || t->level == 4)
        fesetround(FE_UPWARD);
    return LG_OK;
}

static int32_t tub_change(void *device, const lg_device_info *info)
{
    tub *t = device;
    t->level = lg_value_at(info, 0)->number;
    note("change %s %g; ", info->name, t->level);
    if (t->level == 5) {
        t->host->refuse(t->host->ctx, "five is too much");
        return LG_INVALID;
    }
    return LG_OK;
}

static const lg_point tub_points[] = {
    {.size = sizeof(lg_point), .access = LG_READ, .name = "level", .max = 5, .help = ""},
    {.size = sizeof(lg_point), .access = LG_WRITE, .name = "heat", .max = 5, .safe = 1, .help = ""},
};
static const lg_option tub_options[] = {
    {.size = sizeof(lg_option), .type = LG_OPTION_NUMBER, .name = "level", .max = 5, .help = ""},
};
static const lg_driver tub_driver = {
    .size = sizeof(lg_driver),
    .role = LG_ROLE_CONSUMER,
    .name = "tub",
    .points = LG_ARRAY(tub_points),
    .options = LG_ARRAY(tub_options),
    .open = tub_open,
    .close = tub_close,
    .plan = tub_plan,
    .settle = tub_settle,
    .write = tub_write,
    .change = tub_change,
};
static const lg_driver *const drivers[] = {&tub_driver};

/* Three tubs; each with parameters behind those of the driver, which it must not see. */
typedef struct scene {
    struct {
        lg_params params;
        lg_param items[2];
    } params[3];
    lg_asset assets[3];
    lg_site site;
    lg_fleet_input input;
    char heard[500];
} scene;

static void hear_fault(void *ctx, uint32_t asset, const char *sentence)
{
    scene *s = ctx;
    size_t length = strlen(s->heard);
    snprintf(s->heard + length, sizeof s->heard - length, "%u: %s\n", asset, sentence);
}

static void set_scene(scene *s)
{
    static const char *const names[] = {"A", "B", "C"};
    memset(s, 0, sizeof *s);
    diary[0] = 0;
    for (int i = 0; i < 3; i++) {
        lg_params *params = &s->params[i].params;
        params->count = 2;
        params->driver_count = 1;
        params->items[0] = (lg_param){&tub_options[0], {.size = sizeof(lg_value), .number = i + 1}};
        params->items[1] = (lg_param){&tub_options[0], {.size = sizeof(lg_value), .number = 99}};
        s->assets[i] = (lg_asset){.name = names[i], .role = LG_ROLE_CONSUMER, .params = params};
        s->assets[i].uuid.bytes[15] = (uint8_t)i;
    }
    s->site = (lg_site){.name = "Street", .seed = 7, .assets = s->assets, .asset_count = 3};
    s->input = (lg_fleet_input){.site = &s->site,
                                .drivers = drivers,
                                .driver_count = 1,
                                .start_ms = 60000,
                                .slot_s = 900,
                                .latitude_deg = 48.5,
                                .fault = hear_fault,
                                .ctx = s};
}

static const lg_slot slots[] = {
    {.size = sizeof(lg_slot), .index = 0, .start_ms = 0, .hours = 0.25},
    {.size = sizeof(lg_slot), .index = 1, .start_ms = 900000, .hours = 0.25},
};

static lg_fleet *open_scene(scene *s, lg_mem *mem)
{
    lg_fleet *fleet = NULL;
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    assert_int_equal(lg_fleet_open(mem, &s->input, &diag, &fleet), LG_OK);
    assert_int_equal(diag.count, 0);
    lg_diag_fini(&diag);
    return fleet;
}

static void a_device_from_open_to_close(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    lg_failing_mem mem;
    lg_failing_mem_init(&mem);
    lg_fleet *fleet = open_scene(&s, &mem.mem);
    assert_string_equal(diary, "open A 1; open B 2; open C 3; ");
    diary[0] = 0;
    lg_caps caps[3];
    lg_fleet_plan(fleet, &slots[0], caps);
    assert_string_equal(diary, "plan A 0; plan B 0; plan C 0; ");
    assert_int_equal(caps[1].buy_uwh, 2000000000);
    assert_int_equal(caps[2].demand_uwh, 3000000000);
    assert_true(lg_fleet_plan_of(fleet, 1)->demand_kWh == 2);
    diary[0] = 0;
    struct lg_market market = {.positions = {{.bought_uwh = 1}, {.bought_uwh = 1500000000}}};
    lg_fleet_settle(fleet, &slots[0], &market);
    assert_string_equal(diary, "settle A 0 1e-09 0; settle B 0 1.5 0; settle C 0 0 0; ");
    diary[0] = 0;
    lg_fleet_close(fleet);
    assert_string_equal(diary,
                        "write A 1 1; close A; write B 1 1; close B; write C 1 1; close C; ");
    assert_string_equal(s.heard, "");
    assert_int_equal(mem.live_bytes, 0); /* the tubs gave nothing back themselves */
}

static void one_that_fails_leaves_the_others_alone_err(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    lg_fleet *fleet = open_scene(&s, lg_mem_system());
    struct lg_market market = {
        .positions = {{.sold_uwh = 6000000000}, {.bought_uwh = 101000000000}}};
    lg_caps caps[3];
    lg_fleet_plan(fleet, &slots[0], caps);
    lg_fleet_settle(fleet, &slots[0], &market); /* A fails here, B goes wrong */
    assert_true(lg_fleet_is_aside(fleet, 0));
    assert_false(lg_fleet_is_aside(fleet, 1));
    diary[0] = 0;
    lg_fleet_plan(fleet, &slots[1], caps);
    assert_string_equal(diary, "plan B 1; write B 1 1; plan C 1; ");
    assert_int_equal(caps[0].buy_uwh, 0);
    assert_int_equal(caps[1].buy_uwh, 0);
    assert_int_equal(caps[2].buy_uwh, 3000000000);
    assert_string_equal(
        s.heard,
        "0: A (tub) is set aside from slot 1970-01-01T00:00: its settling fails: the order "
        "or device no longer exists\n"
        "1: B (tub) is set aside from slot 1970-01-01T00:15: demand_kWh = nan, expected 0 "
        "to 10000000\n");
    diary[0] = 0;
    lg_fleet_settle(fleet, &slots[1], &market);
    assert_string_equal(diary, "settle C 1 0 0; ");
    diary[0] = 0;
    lg_fleet_close(fleet);
    assert_string_equal(diary, "close A; close B; write C 1 1; close C; ");
}

static void every_failure_to_open_is_told_err(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    s.params[0].params.items[0].value.number = -1;
    s.params[2].params.items[0].value.number = -1;
    lg_failing_mem mem;
    lg_failing_mem_init(&mem);
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_fleet *fleet = (lg_fleet *)&s;
    assert_int_equal(lg_fleet_open(&mem.mem, &s.input, &diag, &fleet), LG_PLUGIN);
    assert_null(fleet);
    assert_int_equal(diag.errors, 2);
    assert_string_equal(diag.problems[0].file, "A");
    assert_string_equal(diag.problems[1].file, "C");
    assert_string_equal(diag.problems[1].text, "tub: the tub leaks");
    assert_string_equal(diary, "open B 2; write B 1 1; close B; ");
    assert_int_equal(mem.live_bytes, 0);
    lg_diag_fini(&diag);
}

/* Other values than those it was opened with: tried on another device first, then handed over. */
static void options_change(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    lg_fleet *fleet = open_scene(&s, lg_mem_system());
    lg_err err;
    lg_caps caps[3];
    lg_params *mine = &s.params[1].params;
    diary[0] = 0;
    mine->items[0].value.number = -1;
    assert_int_equal(lg_fleet_try(fleet, 1, mine, &err), LG_PLUGIN);
    assert_string_equal(err.text, "B (tub): the tub leaks");
    mine->items[0].value.number = 4.5;
    assert_int_equal(lg_fleet_try(fleet, 1, mine, &err), LG_OK);
    assert_string_equal(diary, "open B 4.5; close B; ");
    diary[0] = 0;
    lg_fleet_change(fleet, 1);
    lg_fleet_plan(fleet, &slots[0], caps);
    assert_string_equal(diary, "change B 4.5; plan A 0; plan B 0; plan C 0; ");
    assert_int_equal(caps[1].buy_uwh, 4500000000);
    mine->items[0].value.number = 5;
    lg_fleet_change(fleet, 1);
    assert_true(lg_fleet_is_aside(fleet, 1));
    assert_string_equal(s.heard, "1: B (tub) is set aside from slot 1970-01-01T00:00: it does not "
                                 "take its new options: five is too much\n");
    diary[0] = 0;
    lg_fleet_change(fleet, 1); /* it is asked nothing more */
    assert_string_equal(diary, "");
    lg_fleet_close(fleet);
}

static void set_points(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    lg_fleet *fleet = open_scene(&s, lg_mem_system());
    lg_err err;
    diary[0] = 0;
    assert_int_equal(lg_fleet_write(fleet, 1, 1, 2, &err), LG_OK);
    assert_string_equal(diary, "write B 1 2; ");
    assert_int_equal(lg_fleet_write(fleet, 1, 0, 2, &err), LG_UNSUPPORTED);
    assert_string_equal(err.text, "B: \"level\" can only be read");
    assert_int_equal(lg_fleet_write(fleet, 1, 2, 2, &err), LG_UNKNOWN);
    assert_int_equal(lg_fleet_write(fleet, 1, 1, 6, &err), LG_INVALID);
    assert_string_equal(err.text, "B: \"heat\" = 6, expected 0 to 5");
    assert_int_equal(lg_fleet_write(fleet, 1, 1, (double)NAN, &err), LG_INVALID);
    assert_int_equal(lg_fleet_write(fleet, 1, 1, 3, &err), LG_PLUGIN);
    assert_string_equal(err.text, "B (tub) does not take \"heat\" = 3: three is too hot");
    lg_fleet_close(fleet);
}

static void a_set_point_that_changes_the_mode_err(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    s.params[2].params.items[0].value.number = 4; /* this one does it whenever it is called */
    lg_fleet *fleet = open_scene(&s, lg_mem_system());
    lg_err err;
    lg__fpmode before = lg__fpmode_get();
    assert_int_equal(lg_fleet_write(fleet, 1, 1, 4, &err), LG_PLUGIN);
    assert_true(lg__fpmode_get().bits == before.bits);
    assert_string_equal(err.text,
                        "B (tub) does not take \"heat\" = 4: it changes the floating-point mode");
    assert_true(lg_fleet_is_aside(fleet, 1));
    assert_int_equal(lg_fleet_write(fleet, 1, 1, 2, &err), LG_GONE);
    assert_string_equal(s.heard, "1: B (tub) is set aside from slot 1970-01-01T00:01: a set point "
                                 "changes the floating-point mode\n");
    s.heard[0] = 0;
    lg_fleet_close(fleet);
    assert_true(lg__fpmode_get().bits == before.bits);
    fesetround(FE_TONEAREST); /* also what the guard does not look at */
    assert_string_equal(s.heard, "2: C (tub): point \"heat\" did not take its safe value 1: it "
                                 "changes the floating-point mode\n"
                                 "2: C (tub): closing it changes the floating-point mode\n");
}

static int open_and_close(lg_mem *mem, void *ctx)
{
    scene *s = ctx;
    lg_fleet *fleet = NULL;
    lg_diag diag;
    diary[0] = 0;
    lg_diag_init(&diag, lg_mem_system());
    lg_status status = lg_fleet_open(mem, &s->input, &diag, &fleet);
    lg_fleet_close(fleet);
    uint32_t problems = diag.count;
    lg_diag_fini(&diag);
    return problems ? 2 : status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 3;
}

static void allocations_may_fail(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    assert_int_equal(lg_sweep_allocations(open_and_close, &s), 4 + 3 + 1); /* own, three tubs */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_from_open_to_close),
        cmocka_unit_test(one_that_fails_leaves_the_others_alone_err),
        cmocka_unit_test(every_failure_to_open_is_told_err),
        cmocka_unit_test(options_change),
        cmocka_unit_test(set_points),
        cmocka_unit_test(a_set_point_that_changes_the_mode_err),
        cmocka_unit_test(allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
