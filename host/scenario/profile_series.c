/* A value over time written out: {"series": {"start": ..., "step_minutes": ..., "values": [...]}}.
 */
#include "scenario/profiles.h"

#include <math.h>
#include <string.h>
#include "base/clock.h"

/* Tells of a key that is missing, wrong or not known; *values, *start_ms and *step_ms else. */
static bool read_parts(lg__reader *r, const char *label, const lg_option *row,
                       const lg_conf *series, const lg_conf **values, int64_t *start_ms,
                       int64_t *step_ms)
{
    static const char *const known[] = {"start", "step_minutes", "values"};
    const lg_conf *start = lg_conf_get(series, "start");
    const lg_conf *step = lg_conf_get(series, "step_minutes");
    *values = lg_conf_get(series, "values");
    for (const lg_conf *item = series->first; series->type == LG_CONF_TABLE && item;
         item = item->next) {
        char near[96];
        if (item == start || item == step || item == *values)
            continue;
        lg__near_miss(item->key, known, 3, near, sizeof near);
        lg__problem(r, item, label, row->name, "series has no key \"%.60s\"%s", item->key, near);
        return false;
    }
    if (!start || start->type != LG_CONF_TEXT || !lg_clock_parse(start->text, start_ms)) {
        lg__problem(r, start ? start : series, label, row->name,
                    "series expects start = \"2024-06-03T00:00Z\"");
        return false;
    }
    if (!step || step->type != LG_CONF_NUMBER || !(step->number > 0) || step->number > 1e6 ||
        fmod(step->number * (double)LG_MINUTE_MS, 1) != 0) {
        lg__problem(r, step ? step : series, label, row->name,
                    "series expects step_minutes, a number above 0");
        return false;
    }
    *step_ms = (int64_t)(step->number * (double)LG_MINUTE_MS);
    if (!*values || (*values)->type != LG_CONF_LIST || (*values)->count == 0) {
        lg__problem(r, *values ? *values : series, label, row->name,
                    "series expects values, a list of numbers");
        return false;
    }
    return true;
}

static bool check_values(lg__reader *r, const char *label, const lg_option *row,
                         const lg_conf *values)
{
    for (const lg_conf *item = values->first; item; item = item->next) {
        if (item->type != LG_CONF_NUMBER) {
            char got[96];
            lg__got(item, got, sizeof got);
            lg__problem(r, item, label, row->name, "expected a number in the series, got %s", got);
            return false;
        }
        if (!lg__profile_fits(row, item->number)) {
            lg__profile_misfit(r, item, label, row, item->number);
            return false;
        }
    }
    return true;
}

const lg_profile *lg__profile_series(lg__reader *r, const char *label, const lg_option *row,
                                     const lg_conf *series)
{
    const lg_conf *values;
    int64_t start_ms, step_ms;
    if (!read_parts(r, label, row, series, &values, &start_ms, &step_ms) ||
        !check_values(r, label, row, values))
        return NULL;
    lg_profile *profile = lg_profile_new(r->mem, values->count, start_ms, step_ms, 0, row->unit);
    uint32_t i = 0;
    for (const lg_conf *item = values->first; item && profile; item = item->next)
        profile->values[i++] = item->number;
    const lg_profile *taken = lg__profile_take(r, profile);
    return taken && lg__profile_remember(r, taken, label, row, series, "the series") ? taken : NULL;
}
