/* The time raster of a run and the rules of its markets. */
#include "scenario/rules_read.h"

#include <math.h>
#include "base/clock.h"

#define DEFAULT_START "2024-06-03T00:00Z" /* a Monday in June: sun and an ordinary week */

void lg__rules_ticks(lg__reader *r, lg__field *fields, const lg__rows *rows)
{
    lg_rules *rules = &r->scenario->rules;
    const lg__field *ticks = lg__field_of(fields, rows, "ticks_per_slot");
    const lg__field *seconds = lg__field_of(fields, rows, "tick_seconds");
    rules->slot_ms = (uint32_t)lg__field_of(fields, rows, "slot_minutes")->value.number * 60000;
    double count = ticks->item ? ticks->value.number : 10;
    const lg__field *said = ticks;
    if (ticks->item && seconds->item) {
        lg__problem(r, seconds->item, NULL, "tick_seconds", "excludes ticks_per_slot");
    } else if (seconds->item) {
        count = rules->slot_ms / (seconds->value.number * 1000);
        said = seconds;
    }
    bool whole = count == floor(count) && count >= 10 && fmod(count, 10) == 0;
    if (!whole || fmod(rules->slot_ms, count) != 0 || rules->slot_ms / count < 1000) {
        lg__problem(r, said->item, NULL, said->row->name,
                    "makes %.6g ticks in a slot of %u min; expected a multiple of 10, each a whole "
                    "number of milliseconds and at least 1 s",
                    count, rules->slot_ms / 60000);
        count = 10;
    }
    rules->ticks_per_slot = (uint32_t)count;
    rules->tick_ms = rules->slot_ms / rules->ticks_per_slot;
}

void lg__rules_length(lg__reader *r, lg__field *fields, const lg__rows *rows)
{
    lg_scenario *s = r->scenario;
    const lg__field *days = lg__field_of(fields, rows, "days");
    const lg__field *slots = lg__field_of(fields, rows, "slots");
    if (days->item && slots->item)
        lg__problem(r, slots->item, NULL, "slots", "excludes days");
    double count = (days->item ? days->value.number : 1) * 86400000.0 / s->rules.slot_ms;
    if (slots->item)
        count = slots->value.number;
    if (fabs(count - round(count)) > 1e-9 || count < 1 || count > 20000000) {
        const lg__field *minutes = lg__field_of(fields, rows, "slot_minutes");
        if (slots->item || !minutes->item || (days->item && days->item->line < 0))
            lg__problem(r, days->item, NULL, "days",
                        "makes %.9g slots of %u min; expected a whole number", count,
                        s->rules.slot_ms / 60000);
        else
            lg__problem(r, minutes->item, NULL, "slot_minutes",
                        "%u min do not divide the run of %.9g day%s: %.9g slots; expected a whole "
                        "number",
                        s->rules.slot_ms / 60000, days->item ? days->value.number : 1.0,
                        days->item && days->value.number != 1 ? "s" : "", count);
        count = 1;
    }
    s->slot_count = (uint32_t)round(count);
}

void lg__rules_start(lg__reader *r, lg__field *fields, const lg__rows *rows)
{
    const lg__field *start = lg__field_of(fields, rows, "start");
    lg_scenario *s = r->scenario;
    if (!lg_clock_parse(start->item ? start->item->text : DEFAULT_START, &s->start_ms))
        return;
    if (s->start_ms % LG_MINUTE_MS != 0)
        lg__problem(r, start->item, NULL, "start", "expected a full minute");
}

lg_conf *lg__rules_market(lg__reader *r, lg_conf *table)
{
    const lg__rows *rows = &r->rows[LG__MARKET];
    lg__field fields[16];
    lg_rules *rules = &r->scenario->rules;
    LG_ASSERT(rows->count <= 16);
    lg__check(r, "market", table, rows, fields);
    bool one_sided = lg__field_of(fields, rows, "kind")->value.number == 1;
    bool none = lg__field_of(fields, rows, "kind")->value.number == 2;
    lg__field *keep_age = lg__field_of(fields, rows, "keep_age");
    const lg__field *matching = lg__field_of(fields, rows, "matching");
    uint32_t choice = (uint32_t)matching->value.number; /* plugins' rules stand behind our own */
    if (one_sided && matching->item && choice > 0)
        lg__warning(
            r, matching->item, "market", "matching",
            "is not used with kind = \"one_sided\": there buyers take offers at their rate");
    if (none && matching->item && choice > 0)
        lg__warning(r, matching->item, "market", "matching",
                    "is not used with kind = \"none\": there the utility's rates rule");
    rules->compat_gsy = lg__field_of(fields, rows, "compat")->value.number == 1;
    r->base_case = none;
    rules->no_market = none && !rules->compat_gsy;
    rules->match = one_sided             ? LG_ONE_SIDED
                   : none || choice == 0 ? LG_PAY_AS_BID
                   : choice == 1         ? LG_PAY_AS_CLEAR
                                         : LG_BY_PLUGIN;
    if (rules->match == LG_BY_PLUGIN)
        r->scenario->matching = r->input->rules[choice - LG__OWN_RULES];
    rules->dof = lg__field_of(fields, rows, "dof")->value.number != 0;
    rules->fee_kind =
        lg__field_of(fields, rows, "fees")->value.number == 1 ? LG_FEE_PERCENTAGE : LG_FEE_CONSTANT;
    rules->keep_age = keep_age->item ? keep_age->value.number != 0 : !rules->compat_gsy;
    rules->energy_tolerance_uwh = rules->compat_gsy ? 20000 : 0; /* 2e-5 kWh and ct/kWh */
    rules->rate_tolerance_uct = rules->compat_gsy ? 20 : 0;
    r->market_defaults.offer_age = (uint16_t)lg__field_of(fields, rows, "offer_age")->value.number;
    r->market_defaults.bid_age = (uint16_t)lg__field_of(fields, rows, "bid_age")->value.number;
    lg_conf *resolved = lg__resolved(r, rows, fields);
    lg_conf *age = lg__conf_new(r->arena, LG_CONF_BOOL, "keep_age", 0);
    if (!resolved || !age) {
        lg__exhausted(r);
        return NULL;
    }
    age->number = rules->keep_age;
    lg__conf_remove(resolved, "keep_age");
    lg__conf_put(resolved, age);
    return resolved;
}

lg_conf *lg__rules_settlement(lg__reader *r, lg_conf *table)
{
    const lg__rows *rows = &r->rows[LG__SETTLEMENT];
    lg__field fields[4];
    lg_rules *rules = &r->scenario->rules;
    LG_ASSERT(rows->count <= 4);
    lg__check(r, "settlement", table, rows, fields);
    const lg__field *age = lg__field_of(fields, rows, "max_age_hours");
    double slots = floor(age->value.number * LG_HOUR_MS / rules->slot_ms);
    if (slots < 1)
        lg__problem(r, age->item, "settlement", "max_age_hours",
                    "%g h are shorter than a slot of %u min: no market would open",
                    age->value.number, rules->slot_ms / 60000);
    bool enabled = lg__field_of(fields, rows, "enabled")->value.number != 0;
    if (enabled && r->base_case)
        lg__warning(r, table, NULL, "settlement",
                    "is not used with market.kind = \"none\": there is no market to settle in");
    else if (enabled)
        rules->settlement_slots = slots < 1 ? 1 : (uint32_t)slots;
    rules->settlement_std = lg__field_of(fields, rows, "relative_std_percent")->value.number / 100;
    return lg__resolved(r, rows, fields);
}

lg_conf *lg__rules_results(lg__reader *r, lg_conf *table)
{
    const lg__rows *rows = &r->rows[LG__RESULTS];
    lg__field fields[8];
    LG_ASSERT(rows->count <= 8);
    lg__check(r, "results", table, rows, fields);
    r->scenario->keep_trades = lg__field_of(fields, rows, "trades")->value.number != 0;
    r->scenario->keep_orders = lg__field_of(fields, rows, "orders")->value.number != 0;
    r->scenario->carbon_ratio = lg__field_of(fields, rows, "carbon_ratio")->value.profile;
    const lg__field *assets = lg__field_of(fields, rows, "assets");
    r->keep_assets = assets->item ? assets->value.number != 0 : -1;
    return lg__resolved(r, rows, fields);
}
