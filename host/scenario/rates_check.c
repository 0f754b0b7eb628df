/*
 * What the utility asks and pays is said twice: by the scenario, for scripts and for the bills to
 * compare with, and by the bus or market maker that trades. Where the two differ a bill seems to
 * save, or to lose, what no market has anything to do with.
 */
#include "scenario/reader.h"

#include <math.h>
#include <stdio.h>
#include "base/clock.h"

/* One side of it: the scenario's key, and the options of assets that say the same. */
typedef struct side {
    const char *key, *verb;
    const lg_profile *said; /* by the scenario */
    const char *options[3];
} side;

/* A rate of an asset outside. */
typedef struct outside {
    const lg_asset *asset;
    const lg_param *param;
} outside;

enum { OUTSIDE_MAX = 8 };

static bool in_a_home(const lg_site *site, const lg_asset *asset)
{
    for (uint32_t area = asset->area; area != LG_NONE; area = site->areas[area].parent)
        if (site->areas[area].member)
            return true;
    return false;
}

static bool has_homes(const lg_site *site)
{
    for (uint32_t i = 0; i < site->area_count; i++)
        if (site->areas[i].member)
            return true;
    return false;
}

/* The rates that assets outside of homes say for themselves; 0 also when one of them says none and
 * so has the scenario's. */
static uint32_t find_rates(const lg_site *site, const side *s, outside found[OUTSIDE_MAX])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < site->asset_count && count < OUTSIDE_MAX; i++) {
        const lg_asset *asset = &site->assets[i];
        bool utility = asset->role == LG_ROLE_BUS || asset->role == LG_ROLE_MARKET_MAKER;
        if (!utility || in_a_home(site, asset))
            continue;
        bool can = false, says = false;
        for (uint32_t k = 0; k < 3 && s->options[k] && !says; k++) {
            const lg_param *param = lg_site_param(asset, s->options[k]);
            can = can || param;
            says = param && param->value.given;
            if (says)
                found[count++] = (outside){asset, param};
        }
        if (can && !says)
            return 0;
    }
    return count;
}

static double rate_at(const outside *o, int64_t time_ms)
{
    const lg_value *value = &o->param->value;
    return value->profile ? lg_profile_at(value->profile, time_ms) : value->number;
}

static bool differ(double a, double b)
{
    return fabs(a - b) > 1e-9 * fmax(fabs(a), fabs(b));
}

/* " from 2024-06-03T08:00 on" where it is not so from the beginning. */
static const char *since(const lg_scenario *s, uint32_t slot, char *out, size_t size)
{
    char when[32];
    out[0] = '\0';
    lg_clock_format_slot(s->start_ms + slot * (int64_t)s->rules.slot_ms, when);
    if (slot)
        snprintf(out, size, " from %s on", when);
    return out;
}

/* Tells the first slot in which nobody outside has the rate that the scenario names. */
static void check_side(lg__reader *r, const lg_conf *at, const side *s)
{
    const lg_scenario *scenario = r->scenario;
    outside found[OUTSIDE_MAX];
    char when[64];
    uint32_t count = find_rates(&scenario->site, s, found);
    for (uint32_t slot = 0; slot < scenario->slot_count && count; slot++) {
        int64_t time_ms = scenario->start_ms + slot * (int64_t)scenario->rules.slot_ms;
        double said = lg_profile_at(s->said, time_ms);
        bool same = isnan(said); /* told elsewhere */
        for (uint32_t i = 0; i < count && !same; i++)
            same = isnan(rate_at(&found[i], time_ms)) || !differ(said, rate_at(&found[i], time_ms));
        if (same)
            continue;
        lg__warning(r, at, NULL, s->key,
                    "%g ct/kWh%s%s, but \"%.60s\" %s %g (%s): what bills say is saved compares "
                    "with %s; let the two be the same",
                    said, at ? "" : " (not given)", since(scenario, slot, when, sizeof when),
                    found[0].asset->name, s->verb, rate_at(&found[0], time_ms),
                    found[0].param->option->name, s->key);
        return;
    }
}

/* Who is paid more than energy costs is better off the more is bought and sold. */
static void check_order(lg__reader *r, const lg_conf *at)
{
    const lg_scenario *s = r->scenario;
    char when[64];
    for (uint32_t slot = 0; slot < s->slot_count; slot++) {
        int64_t time_ms = s->start_ms + slot * (int64_t)s->rules.slot_ms;
        double maker = lg_profile_at(s->market_maker_rate, time_ms);
        double tariff = lg_profile_at(s->feed_in_tariff, time_ms);
        if (!(tariff > maker))
            continue;
        lg__warning(r, at, NULL, "feed_in_tariff",
                    "%g ct/kWh%s is more than market_maker_rate, %g: the utility pays more than it "
                    "asks",
                    tariff, since(s, slot, when, sizeof when), maker);
        return;
    }
}

void lg__rates_check(lg__reader *r, const lg_conf *maker, const lg_conf *tariff)
{
    const side sides[] = {
        {"market_maker_rate",
         "asks",
         r->scenario->market_maker_rate,
         {"energy_sell_rate", "energy_rate", "energy_rate_profile"}},
        {"feed_in_tariff",
         "pays",
         r->scenario->feed_in_tariff,
         {"energy_buy_rate", "buying_rate_profile", NULL}},
    };
    if (!has_homes(&r->scenario->site))
        return;
    check_side(r, maker, &sides[0]);
    check_side(r, tariff, &sides[1]);
    check_order(r, tariff);
}
