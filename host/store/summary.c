/* summary.json: the run on one page, keys in a fixed order. It names what a reader would ask first;
 * the rest is in run.sqlite. README.md in this folder describes every key. The text is made piece
 * by piece and handed to the file, so a million members need no more memory than one. */
#include "store/parts.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/text.h"
#include "grid/unit.h"

/** The text of one piece, and whether the next key is the first of its object. */
typedef struct page {
    lg_text text;
    bool first;
} page;

static void key(page *out, const char *name)
{
    if (!out->first)
        lg_text_str(&out->text, ", ");
    out->first = false;
    lg_text_json(&out->text, name);
    lg_text_str(&out->text, ": ");
}

static void put_text(page *out, const char *name, const char *value)
{
    key(out, name);
    lg_text_json(&out->text, value);
}

static void put_fixed(page *out, const char *name, int64_t value, int decimals)
{
    key(out, name);
    lg_text_fixed(&out->text, value, decimals);
}

static void put_count(page *out, const char *name, uint64_t value)
{
    key(out, name);
    lg_text_format(&out->text, "%llu", (unsigned long long)value);
}

static void put_null(page *out, const char *name)
{
    key(out, name);
    lg_text_str(&out->text, "null");
}

static void put_share(page *out, const char *name, double value)
{
    key(out, name);
    lg_text_double(&out->text, value);
}

/* An object of a list: on a line of its own. */
static void item(page *out, bool first_of_list)
{
    lg_text_str(&out->text, first_of_list ? "\n    {" : ",\n    {");
    out->first = true;
}

static void section(page *out, const char *name, char bracket)
{
    lg_text_format(&out->text, ",\n  \"%s\": %c", name, bracket);
    out->first = true;
}

/* Hands the piece to the file. */
static lg_status hand_over(page *out, lg__file *file, lg_err *err)
{
    if (out->text.failed)
        return lg_fail(err, LG_MEMORY, "out of memory while writing %s", file->path);
    lg__file_bytes(file, lg_text_peek(&out->text), out->text.length);
    lg_text_clear(&out->text);
    return lg__file_check(file, err);
}

static void put_run(page *out, const lg_store *store, lg_digest digest)
{
    const lg_run_info *info = &store->info;
    char text[40];
    lg_text_str(&out->text, "{\n  \"run\": {");
    out->first = true;
    put_text(out, "status", store->cut_short ? "incomplete" : "complete");
    put_text(out, "scenario", info->scenario_name);
    put_text(out, "scenario_file", info->scenario_file);
    put_text(out, "scenario_hash", info->scenario_hash);
    put_text(out, "engine_version", info->engine_version);
    put_count(out, "seed", info->seed);
    lg_clock_format(info->start_ms, text);
    put_text(out, "start", text);
    put_count(out, "slots", info->slot_count);
    put_count(out, "slots_done", store->slots_done);
    put_count(out, "slot_seconds", info->slot_s);
    put_count(out, "ticks_per_slot", info->ticks_per_slot);
    put_text(out, "market_rule", info->market_rule);
    put_text(out, "fees", info->fee_kind);
    put_text(out, "compat", info->compat);
    lg_match_counts counts = lg_market_match_counts(store->input.market);
    put_count(out, "matches_refused", lg_match_refused(&counts));
    put_count(out, "matching_set_aside", counts.aside);
    put_count(out, "scripts_given_up", store->given_up.count);
    if (store->given_up.first)
        put_text(out, "first_script_given_up", store->given_up.first);
    else
        put_null(out, "first_script_given_up");
    put_count(out, "devices_set_aside", store->devices.aside);
    if (store->devices.first)
        put_text(out, "first_device_set_aside", store->devices.first);
    else
        put_null(out, "first_device_set_aside");
    put_count(out, "bad_readings", store->devices.bad_readings);
    lg_digest_format(digest, text);
    put_text(out, "digest", text);
    lg_text_str(&out->text, "}");
}

static void put_totals(page *out, const lg_store *store)
{
    const lg__trade_sum *total = &store->total;
    section(out, "totals", '{');
    put_count(out, "trades", total->trade_count);
    put_count(out, "orders", lg_market_order_count(store->input.market));
    put_fixed(out, "energy_kWh", total->energy_uwh, 9);
    put_fixed(out, "paid_EUR", total->paid_uct, 8);
    put_fixed(out, "earned_EUR", total->earned_uct, 8);
    put_fixed(out, "fees_EUR", total->fees_uct, 8);
    put_fixed(out, "rounding_EUR", total->rounding_uct, 8);
    lg_text_str(&out->text, "}");
}

/* Only of runs that have settlement markets. */
static void put_settlement(page *out, const lg_store *store)
{
    const lg__trade_sum *sum = &store->settled;
    if (!store->input.settling)
        return;
    section(out, "settlement", '{');
    put_fixed(out, "short_kWh", store->deviations.short_uwh, 9);
    put_fixed(out, "long_kWh", store->deviations.long_uwh, 9);
    put_count(out, "trades", sum->trade_count);
    put_fixed(out, "energy_kWh", sum->energy_uwh, 9);
    put_fixed(out, "paid_EUR", sum->paid_uct, 8);
    put_fixed(out, "earned_EUR", sum->earned_uct, 8);
    put_fixed(out, "fees_EUR", sum->fees_uct, 8);
    put_fixed(out, "rounding_EUR", sum->rounding_uct, 8);
    lg_text_str(&out->text, "}");
}

static void put_gridpool(page *out, const lg_store *store, uint32_t index)
{
    const lg_trading_gridpool *pool = &lg_trading_rules_of(store->trading)->gridpools[index];
    const lg_trading_totals sum = lg_trading_totals_of(store->trading, index);
    put_count(out, "gridpool", pool->id);
    put_text(out, "name", pool->name);
    put_text(out, "agent", pool->agent);
    put_count(out, "trades", sum.trades);
    put_fixed(out, "bought_kWh", sum.bought_uwh, 9);
    put_fixed(out, "sold_kWh", sum.sold_uwh, 9);
    put_fixed(out, "paid_EUR", sum.paid_uct, 8);
    put_fixed(out, "earned_EUR", sum.earned_uct, 8);
    put_fixed(out, "short_kWh", sum.short_uwh, 9);
    put_fixed(out, "long_kWh", sum.long_uwh, 9);
    put_fixed(out, "imbalance_EUR", sum.imbalance_uct, 8);
    put_fixed(out, "money_EUR", lg_trading_money_uct(&sum), 8);
    put_fixed(out, "sold_beyond_end_kWh", lg__intraday_beyond(store, index), 9);
    lg_text_str(&out->text, "}");
}

/* Only of runs that have an intraday market. Each trade counts once. */
static void put_intraday(page *out, const lg_store *store)
{
    if (!store->trading)
        return;
    section(out, "intraday", '{');
    put_count(out, "orders", lg_trading_counts_of(store->trading).orders);
    put_count(out, "trades", lg_trading_counts_of(store->trading).trades);
    put_fixed(out, "energy_kWh", store->intraday.energy_uwh, 9);
    put_fixed(out, "paid_EUR", store->intraday.amount_uct, 8);
    put_fixed(out, "short_kWh", store->intraday.short_uwh, 9);
    put_fixed(out, "long_kWh", store->intraday.long_uwh, 9);
    put_fixed(out, "imbalance_EUR", store->intraday.imbalance_uct, 8);
    key(out, "gridpools");
    lg_text_char(&out->text, '[');
    for (uint32_t i = 0; i < lg_trading_rules_of(store->trading)->gridpool_count; i++) {
        item(out, i == 0);
        put_gridpool(out, store, i);
    }
    lg_text_str(&out->text, "]}");
}

/* Only of runs that have a coordination. */
static void put_coordination(page *out, const lg_store *store)
{
    uint32_t resources;
    if (!store->scene)
        return;
    lg_scene_resources(store->scene, &resources);
    section(out, "coordination", '{');
    put_count(out, "resources", resources);
    put_count(out, "events", lg_scene_event_count(store->scene));
    put_count(out, "reports", lg_scene_report_count(store->scene));
    put_count(out, "limited_slots", store->coordination.limited);
    put_count(out, "kept_slots", store->coordination.kept);
    put_fixed(out, "earned", store->coordination.earned_uct, 8);
    lg_text_str(&out->text, "}");
}

/* Only of runs in which components of a microgrid stand behind assets, or were commanded. */
static void put_microgrids(page *out, const lg_store *store)
{
    if (!store->micro.any)
        return;
    section(out, "microgrids", '{');
    put_count(out, "commands", store->micro.commands);
    put_fixed(out, "short_kWh", store->micro.short_uwh, 9);
    put_fixed(out, "long_kWh", store->micro.long_uwh, 9);
    put_fixed(out, "deviation_EUR", store->micro.cost_uct, 8);
    lg_text_str(&out->text, "}");
}

static void put_member_figures(page *out, const lg_store *store, const lg_member_result *sum)
{
    int64_t saving_uct = lg_add(sum->base_bill_uct, -sum->bill_uct);
    put_fixed(out, "bought_kWh", sum->bought_uwh, 9);
    put_fixed(out, "sold_kWh", sum->sold_uwh, 9);
    put_fixed(out, "unserved_kWh", sum->unserved_uwh, 9);
    put_fixed(out, "bill_EUR", sum->bill_uct, 8);
    put_fixed(out, "unserved_EUR", sum->unserved_uct, 8);
    put_fixed(out, "base_bill_EUR", sum->base_bill_uct, 8);
    put_fixed(out, "saving_EUR", saving_uct, 8);
    if (!store->input.settling)
        return;
    put_fixed(out, "settlement_EUR", sum->settlement_uct, 8);
    put_fixed(out, "imbalance_EUR", sum->imbalance_uct, 8);
}

static void put_kpi(page *out, const lg_kpi *kpi)
{
    put_share(out, "self_sufficiency", kpi->self_sufficiency);
    put_share(out, "self_consumption", kpi->self_consumption);
    put_fixed(out, "produced_kWh", kpi->produced_uwh, 9);
    put_fixed(out, "demanded_kWh", kpi->demanded_uwh, 9);
    put_fixed(out, "consumed_own_kWh", kpi->consumed_own_uwh, 9);
}

static void put_indicators(page *out, const lg_store *store, uint32_t area)
{
    lg_kpi kpi = lg_market_kpi(store->input.market, area);
    put_kpi(out, &kpi);
}

/* Null where nothing was bought from outside, or nobody said. */
static void put_peak(page *out, const lg_store *store)
{
    const lg_run_community *c = &store->community;
    char text[40];
    if (!store->has_community || c->peak_import_uwh <= 0) {
        put_null(out, "peak_import_kW");
        put_null(out, "peak_import_time");
        return;
    }
    put_fixed(out, "peak_import_kW", lg_muldiv(c->peak_import_uwh, 3600, store->info.slot_s), 9);
    lg_clock_format(c->peak_import_ms, text);
    put_text(out, "peak_import_time", text);
}

static void put_community(page *out, const lg_store *store, const lg_member_result *members,
                          uint32_t member_count)
{
    uint32_t area = store->input.community;
    lg_member_result sum = {0};
    for (uint32_t i = 0; i < member_count; i++) {
        sum.bought_uwh = lg_add(sum.bought_uwh, members[i].bought_uwh);
        sum.sold_uwh = lg_add(sum.sold_uwh, members[i].sold_uwh);
        sum.unserved_uwh = lg_add(sum.unserved_uwh, members[i].unserved_uwh);
        sum.bill_uct = lg_add(sum.bill_uct, members[i].bill_uct);
        sum.unserved_uct = lg_add(sum.unserved_uct, members[i].unserved_uct);
        sum.base_bill_uct = lg_add(sum.base_bill_uct, members[i].base_bill_uct);
        sum.settlement_uct = lg_add(sum.settlement_uct, members[i].settlement_uct);
        sum.imbalance_uct = lg_add(sum.imbalance_uct, members[i].imbalance_uct);
    }
    section(out, "community", '{');
    put_text(out, "area", store->input.site->areas[area].name);
    put_count(out, "members", member_count);
    if (store->has_community)
        put_kpi(out, &store->community.kpi);
    else
        put_indicators(out, store, area);
    put_peak(out, store);
    put_member_figures(out, store, &sum);
    lg_text_str(&out->text, "}");
}

static void put_member(page *out, const lg_store *store, const lg_member_result *member)
{
    const lg_area *area = &store->input.site->areas[member->area];
    char uuid[37];
    lg_uuid_format(&area->uuid, uuid);
    put_text(out, "name", area->name);
    put_text(out, "uuid", uuid);
    put_text(out, "strategy", member->strategy ? member->strategy : "");
    put_member_figures(out, store, member);
    put_kpi(out, &member->kpi);
    lg_text_str(&out->text, "}");
}

static void put_market(page *out, const lg_store *store, uint32_t area)
{
    const lg__market_sum *sum = &store->sums[area];
    put_text(out, "name", store->input.site->areas[area].name);
    put_text(out, "path", store->paths[area]);
    put_count(out, "trades", sum->trade_count);
    put_fixed(out, "energy_kWh", sum->energy_uwh, 9);
    if (sum->energy_uwh > 0) {
        put_fixed(out, "min_rate_ct_per_kWh", sum->min_rate_uct, 6);
        put_fixed(out, "avg_rate_ct_per_kWh",
                  lg_muldiv(sum->volume_uct, LG_KWH_UWH, sum->energy_uwh), 6);
        put_fixed(out, "max_rate_ct_per_kWh", sum->max_rate_uct, 6);
    } else {
        put_null(out, "min_rate_ct_per_kWh");
        put_null(out, "avg_rate_ct_per_kWh");
        put_null(out, "max_rate_ct_per_kWh");
    }
    put_fixed(out, "volume_EUR", sum->volume_uct, 8);
    put_fixed(out, "fees_EUR", sum->fee_revenue_uct, 8);
    put_fixed(out, "import_kWh", sum->import_uwh, 9);
    put_fixed(out, "export_kWh", sum->export_uwh, 9);
    put_indicators(out, store, area);
    lg_text_str(&out->text, "}");
}

/* Markets inside a member are left out: they are as many as members, and what they say is the
 * member's. */
static lg_status put_markets(page *out, const lg_store *store, lg__file *file, lg_err *err)
{
    const lg_site *site = store->input.site;
    bool first = true;
    lg_status status = LG_OK;
    section(out, "markets", '[');
    for (uint32_t i = 0; i < site->area_count && status == LG_OK; i++) {
        if (site->areas[i].member)
            continue;
        item(out, first);
        put_market(out, store, i);
        first = false;
        status = hand_over(out, file, err);
    }
    lg_text_str(&out->text, first ? "]" : "\n  ]");
    return status;
}

static void put_by_origin(page *out, const char *name, const int64_t *amounts_uwh)
{
    key(out, name);
    lg_text_str(&out->text, "{");
    out->first = true;
    for (int i = 0; i < LG_ORIGIN_COUNT; i++)
        put_fixed(out, lg_origin_name((lg_origin)i), amounts_uwh[i], 9);
    lg_text_str(&out->text, "}");
}

static lg_status put_storages(page *out, const lg_store *store, lg__file *file, lg_err *err)
{
    const lg_site *site = store->input.site;
    bool first = true;
    lg_status status = LG_OK;
    section(out, "storages", '[');
    for (uint32_t i = 0; store->input.origins && i < site->asset_count && status == LG_OK; i++) {
        const lg_origin_sums *sums = lg_origins_of(store->input.origins, i);
        if (!sums)
            continue;
        item(out, first);
        put_text(out, "name", site->assets[i].name);
        put_by_origin(out, "stored_kWh", sums->stored_uwh);
        put_by_origin(out, "bought_kWh", sums->bought_uwh);
        put_by_origin(out, "sold_kWh", sums->sold_uwh);
        lg_text_str(&out->text, "}");
        first = false;
        status = hand_over(out, file, err);
    }
    lg_text_str(&out->text, first ? "]" : "\n  ]");
    return status;
}

/* Agents whose commands were all accepted are left out. */
static lg_status put_refused(page *out, const lg_store *store, lg__file *file, lg_err *err)
{
    lg_status status = LG_OK;
    section(out, "refused", '[');
    for (uint32_t i = 0; i < store->refused_count && status == LG_OK; i++) {
        item(out, i == 0);
        put_text(out, "agent", store->refused[i].agent);
        put_count(out, "commands", store->refused[i].commands);
        lg_text_str(&out->text, "}");
        status = hand_over(out, file, err);
    }
    lg_text_str(&out->text, store->refused_count ? "\n  ]" : "]");
    return status;
}

static void put_files(page *out, const lg_store *store)
{
    section(out, "files", '[');
    lg_text_str(&out->text, "\"run.sqlite\", \"summary.json\"");
    if (store->input.csv)
        lg_text_str(&out->text, ", \"trades.csv\", \"market_slots.csv\", \"bills.csv\"");
    if (store->input.csv && store->input.settling)
        lg_text_str(&out->text, ", \"trades-settlement.csv\"");
    lg_text_str(&out->text, "]\n}\n");
}

lg_status lg__summary_write(lg_store *store, lg__file *file, lg_digest digest,
                            const lg_member_result *members, uint32_t member_count, lg_err *err)
{
    page out = {.first = true};
    lg_status status = lg__file_create(file, store->mem, store->folder, "summary.json", err);
    if (status != LG_OK)
        return status;
    lg_text_init(&out.text, store->mem);
    put_run(&out, store, digest);
    put_totals(&out, store);
    put_settlement(&out, store);
    put_intraday(&out, store);
    put_coordination(&out, store);
    put_microgrids(&out, store);
    put_community(&out, store, members, member_count);
    section(&out, "members", '[');
    for (uint32_t i = 0; i < member_count && status == LG_OK; i++) {
        item(&out, i == 0);
        put_member(&out, store, &members[i]);
        status = hand_over(&out, file, err);
    }
    lg_text_str(&out.text, member_count ? "\n  ]" : "]");
    if (status == LG_OK)
        status = put_markets(&out, store, file, err);
    if (status == LG_OK)
        status = put_storages(&out, store, file, err);
    if (status == LG_OK)
        status = put_refused(&out, store, file, err);
    put_files(&out, store);
    if (status == LG_OK)
        status = hand_over(&out, file, err);
    if (status == LG_OK)
        status = lg__file_end(file, err);
    lg_text_fini(&out.text);
    return status;
}
