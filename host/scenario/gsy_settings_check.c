/*
 * Settings that cannot be run, or are run otherwise than they are written: told with the file and
 * the key where they stand, before they become a scenario of ours that knows neither.
 */
#include "scenario/gsy.h"

#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include "base/clock.h"

#define AT(field) offsetof(lg__gsy_settings, field)

typedef struct check {
    const lg__gsy *g;
    const lg__gsy_said *said;
} check;

/* Where the setting at @p offset is written; NULL: nowhere. */
static const lg_conf *said(const check *s, size_t offset)
{
    return s->said->at(s->said->ctx, offset);
}

/* Tells that the settings at @p offset cannot be run. */
static bool __attribute__((format(printf, 3, 4)))
cannot(const check *s, size_t offset, const char *format, ...)
{
    const lg_conf *item = said(s, offset);
    char why[160];
    va_list args;
    va_start(args, format);
    vsnprintf(why, sizeof why, format, args);
    va_end(args);
    lg_diag_error(s->g->r->diag, s->said->file, item ? item->line : 0,
                  item ? item->key : "settings", "%s", why);
    return false;
}

/* Tells that they are run otherwise than they are written. */
static void warn(const check *s, size_t offset, const char *why)
{
    const lg_conf *item = said(s, offset);
    if (item)
        lg_diag_warn(s->g->r->diag, s->said->file, item->line, item->key, "%s", why);
}

/* What scenarios of ours demand of the raster of time; said here, where it is written. */
static bool has_raster(const check *s)
{
    const lg__gsy_settings *v = &s->g->settings;
    double minutes = (double)v->slot_ms / LG_MINUTE_MS,
           ticks = (double)v->slot_ms / (double)v->tick_ms;
    if (v->slot_ms % LG_MINUTE_MS != 0 || minutes < 2 || minutes > 60)
        return cannot(s, AT(slot_ms), "a slot of %.6g min: expected 2 to 60 whole minutes",
                      minutes);
    if (v->length_ms < v->slot_ms || v->length_ms / v->slot_ms > 20000000)
        return cannot(s, AT(length_ms), "makes %.9g slots: expected 1 to 20000000",
                      (double)v->length_ms / (double)v->slot_ms);
    if (v->slot_ms % v->tick_ms != 0 || fmod(ticks, 10) != 0 || v->tick_ms < LG_SECOND_MS)
        return cannot(s, said(s, AT(tick_ms)) ? AT(tick_ms) : AT(slot_ms),
                      "makes %.6g ticks in a slot: expected a multiple of 10, each at least "
                      "1 s",
                      ticks);
    return v->start_ms % LG_MINUTE_MS == 0 ||
           cannot(s, AT(start_ms), "expected a date at a full minute");
}

static bool in_range(const check *s, size_t offset, double number, double min, double max)
{
    return !(number < min || number > max) || /* NaN: not said */
           cannot(s, offset, "expected a number from %g to %.15g, got %.15g", min, max, number);
}

static bool has_ranges(const check *s)
{
    const lg__gsy_settings *v = &s->g->settings;
    return in_range(s, AT(offer_age), v->offer_age, 0, 60000) &&
           in_range(s, AT(bid_age), v->bid_age, 0, 60000) &&
           in_range(s, AT(market_maker_rate), v->market_maker_rate, 0, 10000) &&
           in_range(s, AT(feed_in_tariff), v->feed_in_tariff, 0, 10000) &&
           in_range(s, AT(update_min), v->update_min, 0.01, 60) &&
           in_range(s, AT(seed), v->seed, 0, LG__SEED_MAX) &&
           in_range(s, AT(settle_hours), v->settle_hours, 0.01, 24) &&
           in_range(s, AT(settle_std), v->settle_std, 0, 100);
}

bool lg__gsy_settings_check(lg__gsy *g, const lg__gsy_said *where)
{
    const check all = {g, where}, *s = &all;
    const lg__gsy_settings *v = &s->g->settings;
    if (!has_raster(s) || !has_ranges(s))
        return false;
    if (v->market_type == 3)
        return cannot(s, AT(market_type),
                      "market type 3 (coefficients) is in a closed package of that exchange");
    if (v->market_type > 3)
        return cannot(s, AT(market_type),
                      "there are market types 0 (no market), 1 (one-sided) and 2 (two-sided)");
    if (v->market_type == 2 && !lg__gsy_matching(v->match_type))
        return cannot(s, AT(match_type),
                      "there are match types 1 (pay-as-bid), 2 (pay-as-clear), 3 (a matching "
                      "engine outside) and 4 (attributed)");
    if (v->fee_type < 1 || v->fee_type > 2)
        return cannot(s, AT(fee_type), "there are grid fee types 1 (constant) and 2 (percentage)");
    if (v->market_type == 0 && s->g->r->input->gsy_text)
        warn(s, AT(market_type),
             "0 is run as pay-as-bid within every home, each with an infinite bus of its own "
             "(market.kind = \"none\" with compat): of that exchange no more is known");
    if (v->market_type == 2 && v->match_type == LG__GSY_MATCH_EXTERNAL && !v->matching_rule)
        warn(s, AT(match_type),
             "match type 3 is a matching engine outside, of which the file says no more: imported "
             "as market.matching = \"pay_as_bid\"; write the name of a rule there, if there is a "
             "plugin with it");
    return true;
}
