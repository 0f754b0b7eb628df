/* Answers of the getters come straight from the fields of the fake; nothing is computed here. */
#include "fake_market.h"

#include <dirent.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define START_MS INT64_C(1717372800000) /* 2024-06-03T00:00Z */

const lg_account *lg_market_account(const lg_market *market, uint32_t asset)
{
    return &market->accounts[asset];
}

const lg_bill *lg_market_area_bill(const lg_market *market, uint32_t area)
{
    return &market->area_bills[area];
}

const lg_bill *lg_market_external_bill(const lg_market *market, uint32_t area)
{
    return &market->external[area];
}

lg_bill lg_market_accumulated_bill(const lg_market *market, uint32_t area)
{
    if (area == 1)
        return (lg_bill){.bought_uwh = 250000000,
                         .sold_uwh = 250000000,
                         .spent_uct = 5000000,
                         .earned_uct = 5000000,
                         .market_fee_uct = 250000};
    return area == 0   ? market->area_bills[1]
           : area == 2 ? market->accounts[1].bill
                       : market->accounts[2].bill;
}

int64_t lg_market_fees_uct(const lg_market *market, uint32_t area)
{
    return market->fees_uct[area];
}

int64_t lg_market_rounding_uct(const lg_market *market, uint32_t area)
{
    return market->rounding_uct[area];
}

const lg_market_stats *lg_market_last_stats(const lg_market *market, uint32_t area)
{
    return &market->stats[area];
}

lg_kpi lg_market_kpi(const lg_market *market, uint32_t area)
{
    return market->kpis[area];
}

lg_bill lg_settling_bill(const lg_settling *settling, uint32_t asset)
{
    return settling->market->accounts[asset].bill;
}

lg_bill lg_settling_area_bill(const lg_settling *settling, uint32_t area)
{
    return settling->market->area_bills[area];
}

lg_bill lg_settling_external_bill(const lg_settling *settling, uint32_t area)
{
    return settling->market->external[area];
}

const lg_position *lg_market_position(const lg_market *market, uint32_t asset)
{
    return &market->positions[asset];
}

uint64_t lg_market_order_count(const lg_market *market)
{
    return market->orders;
}

uint64_t lg_market_trade_count(const lg_market *market)
{
    return market->trades;
}

uint32_t lg_desk_index(const lg_desk *desk)
{
    return desk->index;
}

const char *lg_command_name(lg_command_kind kind)
{
    return kind == LG_CMD_BID ? "bid_energy_rate" : "another";
}

static void tree(fake_street *s)
{
    s->areas[0] = (lg_area){
        .name = "Grid", .parent = LG_NONE, .child_first = 1, .child_count = 1, .asset_count = 1};
    s->areas[1] = (lg_area){.name = "Community",
                            .parent = 0,
                            .depth = 1,
                            .child_first = 2,
                            .child_count = 2,
                            .asset_first = 1,
                            .fee_uct = 1000000};
    s->areas[2] = (lg_area){
        .name = "Home 1", .parent = 1, .depth = 2, .asset_first = 1, .asset_count = 1, .member = 1};
    s->areas[3] = (lg_area){
        .name = "Home 2", .parent = 1, .depth = 2, .asset_first = 2, .asset_count = 1, .member = 1};
    s->assets[0] =
        (lg_asset){.name = "Utility", .driver = 2, .role = LG_ROLE_BUS, .agent = LG_NONE};
    s->assets[1] = (lg_asset){
        .name = "Home 1 PV", .area = 2, .driver = 1, .role = LG_ROLE_PRODUCER, .agent = 0};
    s->assets[2] =
        (lg_asset){.name = "Home 2, load", .area = 3, .role = LG_ROLE_CONSUMER, .agent = 1};
    s->areas[3].uuid.bytes[15] = 3;
    s->site = (lg_site){.name = "Grid",
                        .areas = s->areas,
                        .area_count = FAKE_AREAS,
                        .assets = s->assets,
                        .asset_count = FAKE_ASSETS};
}

/* One trade: 0.25 kWh at 20 ct/kWh for the seller, 21 for the buyer. */
static void results(fake_street *s)
{
    struct lg_market *m = &s->market;
    m->accounts[1].bill = (lg_bill){.sold_uwh = 250000000, .earned_uct = 5000000};
    m->accounts[2].bill = (lg_bill){.bought_uwh = 250000000, .spent_uct = 5250000};
    m->accounts[2].fees_path_uct = 250000;
    m->accounts[2].demand_uwh = 300000000;
    m->accounts[2].unserved_uwh = 50000000;
    m->area_bills[2] = m->accounts[1].bill;
    m->area_bills[3] =
        (lg_bill){.bought_uwh = 250000000, .spent_uct = 5000000, .market_fee_uct = 250000};
    m->external[2] = (lg_bill){.bought_uwh = 250000000, .spent_uct = 4999994};
    m->rounding_uct[2] = -6;
    m->external[3] = (lg_bill){.sold_uwh = 250000000, .earned_uct = 5250000};
    m->fees_uct[1] = 250000;
    for (int i = 0; i < FAKE_AREAS; i++)
        m->kpis[i] = (lg_kpi){.self_sufficiency = NAN, .self_consumption = NAN};
    m->kpis[1] = (lg_kpi){.produced_uwh = 250000000,
                          .consumed_own_uwh = 250000000,
                          .demanded_uwh = 400000000,
                          .self_sufficiency = 0.625,
                          .self_consumption = 1.0};
    m->orders = 2;
    m->trades = 1;
    s->members[0] = (lg_member_result){.area = 2,
                                       .strategy = "pv_ramp",
                                       .sold_uwh = 250000000,
                                       .bill_uct = -5000000,
                                       .base_bill_uct = -2000000};
    s->members[1] = (lg_member_result){.area = 3,
                                       .strategy = "patient",
                                       .bought_uwh = 250000000,
                                       .unserved_uwh = 50000000,
                                       .bill_uct = 7000000,
                                       .unserved_uct = 1750000,
                                       .base_bill_uct = 9000000};
    s->members[0].kpi = s->members[1].kpi = m->kpis[2];
}

void fake_street_init(fake_street *s, const char *folder)
{
    static const char *const drivers[] = {"load", "pv", "infinite_bus"};
    *s = (fake_street){.desk = {.index = 1}};
    tree(s);
    results(s);
    s->info = (lg_run_info){.scenario_name = "street",
                            .scenario_file = "street.lua",
                            .scenario_hash = "abc",
                            .scenario_json = "{}",
                            .engine_version = "0.1.0",
                            .seed = UINT64_MAX,
                            .start_ms = START_MS,
                            .slot_count = 2,
                            .slot_s = 900,
                            .ticks_per_slot = 10,
                            .market_rule = "pay_as_bid",
                            .fee_kind = "constant",
                            .compat = "none",
                            .lua_version = "Lua 5.4"};
    s->agents[0] = (lg_run_agent){"pv_ramp", "strategies/pv_ramp.lua", "11", "return {}"};
    s->agents[1] = (lg_run_agent){"Home 2", "patient.lua", "22", "-- waits"};
    s->input = (lg_store_input){.folder = folder,
                                .community = 1,
                                .site = &s->site,
                                .market = &s->market,
                                .info = &s->info,
                                .agents = s->agents,
                                .agent_count = 2,
                                .driver_names = drivers,
                                .trades = true,
                                .orders = true,
                                .csv = true};
}

lg_status fake_street_trade(const lg_listener *listener, uint64_t id, uint32_t slot)
{
    return fake_street_trade_of(listener, id, slot, LG_MARKET_SPOT);
}

lg_status fake_street_trade_of(const lg_listener *listener, uint64_t id, uint32_t slot,
                               lg_market_type type)
{
    const lg_leg legs[] = {
        {.area = 2, .rate_uct = 20000000, .price_uct = 5000000},
        {.area = 1,
         .rate_uct = 21000000,
         .fee_rate_uct = 1000000,
         .price_uct = 5250000,
         .fee_uct = 250000},
        {.area = 3, .rate_uct = 21000000, .price_uct = 5250000},
    };
    int64_t start_ms = START_MS + slot * INT64_C(900000);
    lg_trade trade = {.id = id,
                      .type = type,
                      .slot = slot,
                      .tick = 3,
                      .slot_start_ms = start_ms,
                      .time_ms = start_ms + 270000,
                      .market = 1,
                      .seller = 1,
                      .buyer = 2,
                      .offer_id = 7,
                      .bid_id = 8,
                      .offer_rate_uct = 20000000,
                      .bid_rate_uct = 21000000,
                      .energy_uwh = 250000000,
                      .paid_uct = 5250000,
                      .earned_uct = 5000000,
                      .fees_uct = 250000,
                      .legs = legs,
                      .leg_count = 3};
    return listener->trade(listener->ctx, &trade);
}

lg_status fake_street_close_slot(fake_street *s, const lg_listener *listener, uint32_t slot)
{
    for (uint32_t i = 0; i < FAKE_AREAS; i++)
        s->market.stats[i] = (lg_market_stats){.slot = slot};
    for (uint32_t i = 1; i < FAKE_AREAS; i++)
        s->market.stats[i] = (lg_market_stats){.slot = slot,
                                               .trade_count = 1,
                                               .min_rate_uct = 21000000,
                                               .max_rate_uct = 21000000,
                                               .avg_rate_uct = 21000000,
                                               .median_rate_uct = 21000000,
                                               .energy_uwh = 250000000,
                                               .volume_uct = 5250000};
    s->market.stats[1].fee_revenue_uct = 250000;
    s->market.stats[1].fee_uct = 1000000;
    s->market.stats[3].import_uwh = 250000000;
    return listener->slot(listener->ctx, slot, START_MS + slot * INT64_C(900000),
                          (lg_digest){1, slot});
}

static lg_status utility_trade(const lg_listener *listener)
{
    const lg_leg legs[] = {
        {.area = 0, .rate_uct = 30000000, .price_uct = 3000000},
        {.area = 1,
         .rate_uct = 31000000,
         .fee_rate_uct = 1000000,
         .price_uct = 3100000,
         .fee_uct = 100000},
        {.area = 3, .rate_uct = 31000000, .price_uct = 3100000},
    };
    lg_trade trade = {.id = 2,
                      .tick = 9,
                      .slot_start_ms = START_MS,
                      .time_ms = START_MS + 810000,
                      .seller = 0,
                      .buyer = 2,
                      .offer_rate_uct = 30000000,
                      .bid_rate_uct = 31000000,
                      .energy_uwh = 100000000,
                      .paid_uct = 3100000,
                      .earned_uct = 3000000,
                      .fees_uct = 100000,
                      .legs = legs,
                      .leg_count = 3};
    return listener->trade(listener->ctx, &trade);
}

static lg_status two_slots(fake_street *s, lg_store *store)
{
    lg_listener listener;
    lg_store_listener(store, &listener);
    const lg_command bid = {
        .kind = LG_CMD_BID, .node = 2, .energy_uwh = 350000000, .amount = 31000000};
    const lg_answer answer = {.status = LG_OK, .order_id = 8};
    s->slots[1] = (lg_asset_slot){
        .supply_uwh = 400000000, .stored_uwh = 500000000, .capacity_uwh = 2000000000};
    s->slots[2] =
        (lg_asset_slot){.demand_uwh = 300000000, .measured_uwh = 340000000, .is_measured = true};
    lg_slot_facts facts = {.market_maker_uct = 30000000,
                           .feed_in_uct = 8000000,
                           .carbon_g_per_kwh = 400,
                           .assets = s->slots};
    lg_store_slot(store, &facts);
    lg_status status = listener.command(listener.ctx, &s->desk, &bid, &answer, 0, 1);
    if (status == LG_OK)
        status = fake_street_trade(&listener, 1, 0);
    if (status == LG_OK)
        status = utility_trade(&listener);
    if (status == LG_OK)
        status = fake_street_close_slot(s, &listener, 0);
    for (uint32_t i = 0; i < FAKE_AREAS; i++)
        s->market.stats[i] = (lg_market_stats){.slot = 1};
    s->market.stats[1].fee_uct = 2000000;
    if (status == LG_OK)
        status = listener.slot(listener.ctx, 1, START_MS + 900000, (lg_digest){1, 1});
    return status;
}

lg_status fake_street_run(lg_mem *mem, fake_street *s, const char *folder, lg_err *err)
{
    lg_store *store;
    fake_street_init(s, folder);
    s->connection =
        (lg_connection){.import_baseline_uwh = 500000000, .import_capacity_uwh = 500000000};
    s->areas[3].connection = &s->connection;
    s->input.assets = true;
    s->input.csv = false;
    s->info.scenario_json = "{\"grid\":{\"name\":\"Grid\",\"children\":[{\"name\":\"Home 1 PV\","
                            "\"type\":\"pv\",\"capacity_kW\":4}]}}";
    lg_status status = lg_store_open(mem, &s->input, err, &store);
    if (status == LG_OK)
        status = two_slots(s, store);
    if (status == LG_OK)
        status = lg_store_finish(store, (lg_digest){0xab, 1}, s->members, 2, err);
    lg_store_close(store);
    return status;
}

void fake_folder_make(char path[64])
{
    strcpy(path, "/tmp/lunagrid-store-XXXXXX");
    if (!mkdtemp(path))
        abort();
}

void fake_folder_remove(const char *path)
{
    char name[512];
    DIR *folder = opendir(path);
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        unlink(name);
    }
    if (folder)
        closedir(folder);
    rmdir(path);
}

int fake_folder_read(const char *folder, const char *name, char *text, size_t size)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return -1;
    size_t length = fread(text, 1, size - 1, file);
    text[length] = 0;
    fclose(file);
    return (int)length;
}

void fake_folder_ask(const char *folder, const char *sql, char *text, size_t size)
{
    char path[512];
    sqlite3 *db = NULL;
    sqlite3_stmt *ask = NULL;
    snprintf(path, sizeof path, "%s/run.sqlite", folder);
    text[0] = 0;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql, -1, &ask, NULL) == SQLITE_OK &&
        sqlite3_step(ask) == SQLITE_ROW) {
        const char *value = (const char *)sqlite3_column_text(ask, 0);
        snprintf(text, size, "%s", value ? value : "NULL");
    }
    sqlite3_finalize(ask);
    sqlite3_close(db);
}

lg_match_counts lg_market_match_counts(const lg_market *market)
{
    (void)market;
    return (lg_match_counts){.recommended = 9, .refused = {1, 0, 2}, .aside = true};
}
