/* The street of stage.h. */
#include "stage.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <setjmp.h>
#include <cmocka.h>
#include "grid/profile.h"
#include "grid/unit.h"

enum { START_MS_DAY = 19877 }; /* 2024-06-03 */

const struct lg_remote *(*stage_remote)(void);

static const lg_option columns[] = {
    {.name = "from", .type = LG_OPTION_TIME},
    {.name = "kWh", .type = LG_OPTION_NUMBER},
};
static const lg_option options[] = {
    {.name = "avg_power_W", .type = LG_OPTION_NUMBER},
    {.name = "panels", .type = LG_OPTION_INTEGER},
    {.name = "quiet", .type = LG_OPTION_BOOL},
    {.name = "label", .type = LG_OPTION_TEXT},
    {.name = "hours", .type = LG_OPTION_LIST},
    {.name = "price", .type = LG_OPTION_PROFILE},
    {.name = "unset", .type = LG_OPTION_NUMBER},
    {.name = "final_buying_rate", .type = LG_OPTION_NUMBER},
    {.name = "visits", .type = LG_OPTION_ROWS, .columns = LG_ARRAY(columns)},
    {.name = "daily", .type = LG_OPTION_TIME},
    {.name = "forecast_stream_enabled", .type = LG_OPTION_BOOL},
};
enum { OPTION_COUNT = sizeof options / sizeof *options };

static const double hours[] = {1, 2.5};
/* 18:30 every day; 2024-06-03T12:00Z, where nothing is said of the second column */
static const double visits[] = {66600000, 3.5, 1717416000000, NAN};

/* Parameters of Load 1, of every type. */
static const lg_params *load_params(void)
{
    static union {
        lg_params params;
        char room[sizeof(lg_params) + OPTION_COUNT * sizeof(lg_param)];
    } block;
    static struct {
        lg_profile profile;
        double value;
    } price = {.profile = {.count = 1}, .value = 7.5};
    lg_params *p = &block.params;
    p->count = p->driver_count = OPTION_COUNT;
    for (uint32_t i = 0; i < OPTION_COUNT; i++)
        p->items[i] = (lg_param){.option = &options[i]};
    p->items[0].value.number = 500;
    p->items[1].value.number = 3;
    p->items[2].value.number = 1;
    p->items[3].value.text = "north";
    p->items[4].value.list = hours;
    p->items[4].value.list_count = 2;
    p->items[5].value.profile = &price.profile;
    p->items[6].value.number = NAN;
    p->items[7].value.number = NAN;
    p->items[8].value.list = visits;
    p->items[8].value.list_count = 4;
    p->items[9].value.number = 27000000;
    p->items[10].value.number = 1;
    return p;
}

static void build_site(stage *s)
{
    static const char *const area_names[] = {"Grid", "Community", "Home 1", "Home 2"};
    static const uint32_t parents[] = {LG_NONE, 0, 1, 1}, depths[] = {0, 1, 2, 2};
    static const struct {
        const char *name;
        uint32_t area, role;
    } assets[] = {{"Utility", 0, LG_ROLE_BUS},     {"Load 1", 2, LG_ROLE_CONSUMER},
                  {"PV 1", 2, LG_ROLE_PRODUCER},   {"Battery 1", 2, LG_ROLE_STORAGE},
                  {"Load 2", 3, LG_ROLE_CONSUMER}, {"Meter 2", 3, LG_ROLE_PROSUMER}};
    for (uint32_t i = 0; i < STAGE_AREAS; i++)
        s->areas[i] = (lg_area){.name = area_names[i],
                                .parent = parents[i],
                                .depth = depths[i],
                                .uuid = lg_uuid_derive(1, area_names[i]),
                                .offer_age = 2,
                                .bid_age = 2};
    for (uint32_t i = 0; i < STAGE_ASSETS; i++)
        s->assets[i] = (lg_asset){.name = assets[i].name,
                                  .area = assets[i].area,
                                  .role = assets[i].role,
                                  .uuid = lg_uuid_derive(1, assets[i].name)};
    s->areas[0].fee_uct = 4 * LG_CT_UCT;
    s->areas[1].fee_uct = 1 * LG_CT_UCT;
    s->areas[0].fee_ppb = 40000000;
    s->areas[1].fee_ppb = 100000000;
    s->areas[0].child_first = 1;
    s->areas[0].child_count = 1;
    s->areas[1].child_first = 2;
    s->areas[1].child_count = 2;
    s->areas[0].asset_count = 1;
    s->areas[1].asset_first = 1;
    s->areas[2].asset_first = 1;
    s->areas[2].asset_count = 3;
    s->areas[3].asset_first = 4;
    s->areas[3].asset_count = 2;
    s->assets[STAGE_LOAD1].params = load_params();
    s->site = (lg_site){.mem = s->mem,
                        .name = "stage",
                        .seed = 42,
                        .areas = s->areas,
                        .area_count = STAGE_AREAS,
                        .assets = s->assets,
                        .asset_count = STAGE_ASSETS,
                        .level_first = {0, 1, 2, 4},
                        .level_count = 3};
}

static void build_plans(stage *s)
{
    for (uint32_t i = 0; i < STAGE_ASSETS; i++)
        s->plans[i] = (lg_plan){.size = sizeof(lg_plan),
                                .buy_rate_ct = NAN,
                                .sell_rate_ct = NAN,
                                .need_kWh = NAN,
                                .due_hours = NAN,
                                .efficiency = NAN};
    s->plans[STAGE_UTILITY].demand_kWh = LG_UNLIMITED_KWH;
    s->plans[STAGE_UTILITY].supply_kWh = LG_UNLIMITED_KWH;
    s->plans[STAGE_UTILITY].buy_rate_ct = 8;
    s->plans[STAGE_UTILITY].sell_rate_ct = 30;
    s->plans[STAGE_LOAD1].demand_kWh = 1;
    s->plans[STAGE_PV1].supply_kWh = 2;
    s->plans[STAGE_BATTERY1].demand_kWh = 0.25;
    s->plans[STAGE_BATTERY1].supply_kWh = 0.25;
    s->plans[STAGE_BATTERY1].stored_kWh = 0.6;
    s->plans[STAGE_BATTERY1].capacity_kWh = 1.2;
    s->plans[STAGE_BATTERY1].reserve_kWh = 0.12;
    s->plans[STAGE_LOAD2].demand_kWh = 0.5;
    s->plans[STAGE_METER2].demand_kWh = 0.8;
}

static const lg_plan *plan_of(void *ctx, uint32_t asset)
{
    return &((stage *)ctx)->plans[asset];
}

static const char *type_of(void *ctx, uint32_t asset)
{
    static const char *const types[] = {"infinite_bus", "load", "pv",
                                        "storage",      "load", "smart_meter"};
    (void)ctx;
    return types[asset];
}

static void append(char *to, size_t size, const char *text)
{
    size_t used = strlen(to);
    snprintf(to + used, size - used, "%s\n", text);
}

static void on_fault(void *ctx, const lg_agent *agent, const char *message)
{
    stage *s = ctx;
    (void)agent;
    append(s->faults, sizeof s->faults, message);
}

static void on_print(void *ctx, const lg_agent *agent, const char *line)
{
    stage *s = ctx;
    (void)agent;
    append(s->printed, sizeof s->printed, line);
}

static lg_status count_trade(void *ctx, const lg_trade *trade)
{
    (void)trade;
    ((stage *)ctx)->trades++;
    return LG_OK;
}

void stage_init(stage *s)
{
    static const lg_rules rules = {.match = LG_PAY_AS_BID,
                                   .keep_age = true,
                                   .slot_ms = 900000,
                                   .tick_ms = 90000,
                                   .ticks_per_slot = 10};
    stage_init_rules(s, &rules);
}

/* Fees are read when the market is made. */
static void open_stage(stage *s)
{
    s->turn = lg_turn_new(s->mem, &s->site, &s->rules);
    assert_non_null(s->turn);
    s->desk = lg_desk_new(s->mem, lg_turn_market(s->turn), 0, "Home 1");
    s->other = lg_desk_new(s->mem, lg_turn_market(s->turn), 1, "Others");
    assert_true(s->desk && s->other);
    for (uint32_t i = STAGE_LOAD1; i <= STAGE_BATTERY1; i++)
        assert_int_equal(lg_desk_grant_asset(s->desk, i), LG_OK);
    assert_int_equal(lg_desk_grant_market(s->desk, STAGE_COMMUNITY), LG_OK);
    assert_int_equal(lg_desk_grant_asset(s->other, STAGE_UTILITY), LG_OK);
    assert_int_equal(lg_desk_grant_asset(s->other, STAGE_LOAD2), LG_OK);
    const lg_listener listener = {.ctx = s, .trade = count_trade};
    assert_int_equal(lg_turn_listen(s->turn, &listener, false), LG_OK);
    s->input = (lg_agent_input){
        .desk = s->desk,
        .scripts_folder = STAGE_SCRIPTS,
        .seed = 42,
        .devices = {.ctx = s, .plan = plan_of, .type = type_of, .origins = s->origins},
        .fault = on_fault,
        .print = on_print,
        .remote = stage_remote ? stage_remote() : NULL,
        .ctx = s};
}

static void build(stage *s, const lg_rules *rules)
{
    memset(s, 0, sizeof *s);
    s->mem = lg_mem_system();
    s->rules = *rules;
    build_site(s);
    build_plans(s);
    s->origins = lg_origins_new(s->mem, &s->site);
    assert_non_null(s->origins);
    assert_int_equal(lg_origins_fit(s->origins, STAGE_BATTERY1, 600000000), LG_OK);
}

void stage_init_rules(stage *s, const lg_rules *rules)
{
    build(s, rules);
    open_stage(s);
}

void stage_init_fees(stage *s, const lg_rules *rules, const double fees[STAGE_AREAS])
{
    build(s, rules);
    for (uint32_t i = 0; i < STAGE_AREAS; i++) {
        s->areas[i].fee_uct = (int64_t)(fees[i] * (double)LG_CT_UCT);
        s->areas[i].fee_ppb = (int64_t)(fees[i] * 1e7);
    }
    open_stage(s);
}

void stage_fini(stage *s)
{
    lg_agent_free(s->agent);
    lg_agent_free(s->utility);
    lg_desk_free(s->desk);
    lg_desk_free(s->other);
    lg_turn_free(s->turn);
    lg_origins_free(s->origins);
    if (s->path[0])
        unlink(s->path);
}

void stage_write(stage *s, const char *name, const char *source, size_t size)
{
    (void)s;
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(source, 1, size, f), size);
    assert_int_equal(fclose(f), 0);
}

lg_status stage_load_file(stage *s, const char *path)
{
    lg_participant participant;
    s->input.script = path;
    lg_status status = lg_agent_new(s->mem, &s->input, &s->err, &s->agent);
    if (status != LG_OK)
        return status;
    lg_agent_participant(s->agent, &participant);
    assert_int_equal(lg_turn_join(s->turn, &participant), LG_OK);
    return LG_OK;
}

lg_status stage_load(stage *s, const char *source)
{
    snprintf(s->path, sizeof s->path, "stage_%d.lua", (int)getpid());
    stage_write(s, s->path, source, strlen(source));
    return stage_load_file(s, s->path);
}

void stage_load_other_file(stage *s, const char *path)
{
    lg_participant participant;
    lg_agent_input input = s->input;
    input.desk = s->other;
    input.script = path;
    if (lg_agent_new(s->mem, &input, &s->err, &s->utility) != LG_OK)
        fail_msg("%s", s->err.text);
    lg_agent_participant(s->utility, &participant);
    assert_int_equal(lg_turn_join(s->turn, &participant), LG_OK);
}

void stage_load_other(stage *s, const char *source)
{
    char path[64];
    snprintf(path, sizeof path, "stage_other_%d.lua", (int)getpid());
    stage_write(s, path, source, strlen(source));
    stage_load_other_file(s, path);
    unlink(path);
}

static lg_moment moment_of(const stage *s, uint32_t tick)
{
    int64_t start = START_MS_DAY * INT64_C(86400000) + (int64_t)s->slot * s->rules.slot_ms;
    return (lg_moment){.slot = s->slot,
                       .tick = tick,
                       .slot_start_ms = start,
                       .now_ms = start + (int64_t)tick * s->rules.tick_ms,
                       .slot_completion = (double)tick / s->rules.ticks_per_slot,
                       .tenth = true,
                       .market_maker_rate_ct = 30,
                       .feed_in_tariff_rate_ct = 8};
}

void stage_start(stage *s)
{
    lg_moment moment = moment_of(s, 0);
    assert_int_equal(lg_turn_start(s->turn, &moment), LG_OK);
}

void stage_finish(stage *s)
{
    lg_moment moment = moment_of(s, 0);
    assert_int_equal(lg_turn_finish(s->turn, &moment), LG_OK);
}

static void caps_of(const stage *s, lg_caps caps[STAGE_ASSETS])
{
    for (uint32_t i = 0; i < STAGE_ASSETS; i++) {
        caps[i] = (lg_caps){0};
        assert_true(lg_uwh_from_kwh(s->plans[i].demand_kWh, &caps[i].buy_uwh));
        assert_true(lg_uwh_from_kwh(s->plans[i].supply_kWh, &caps[i].sell_uwh));
        if (s->assets[i].role == LG_ROLE_CONSUMER || s->assets[i].role == LG_ROLE_PROSUMER)
            caps[i].demand_uwh = caps[i].buy_uwh;
        if (s->assets[i].role == LG_ROLE_PRODUCER)
            caps[i].supply_uwh = caps[i].sell_uwh;
    }
}

void stage_run(stage *s, uint32_t slots)
{
    lg_caps caps[STAGE_ASSETS];
    for (uint32_t end = s->slot + slots; s->slot < end; s->slot++) {
        lg_moment moment = moment_of(s, 0);
        caps_of(s, caps);
        for (uint32_t i = 0; i < STAGE_ASSETS; i++)
            lg_turn_forecast(s->turn, i, s->slot, &caps[i]);
        assert_int_equal(lg_turn_open_slot(s->turn, &moment, caps), LG_OK);
        for (uint32_t tick = 0; tick < s->rules.ticks_per_slot; tick++) {
            moment = moment_of(s, tick);
            assert_int_equal(lg_turn_tick(s->turn, &moment), LG_OK);
        }
        assert_int_equal(lg_turn_close_slot(s->turn), LG_OK);
    }
}

void stage_expect(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("expected\n  %s\nin\n  %s", part, text);
}
