/*
 * A value over time from a number, a list of a day, day{...}, a series or a column of a CSV file,
 * converted to the unit its row wants. Equal profiles are one: a thousand homes with the same
 * tariff share it.
 */
#include "scenario/profiles.h"

#include <math.h>
#include <string.h>
#include "base/clock.h"

static bool equal(const lg_profile *a, const lg_profile *b)
{
    return a->count == b->count && a->unit == b->unit && a->start_ms == b->start_ms &&
           a->step_ms == b->step_ms && a->period_ms == b->period_ms &&
           memcmp(a->values, b->values, a->count * sizeof(double)) == 0;
}

static uint64_t hash_of(const lg_profile *p)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325) ^ p->unit ^ ((uint64_t)p->start_ms << 8);
    for (uint32_t i = 0; i < p->count; i++) {
        uint64_t bits;
        memcpy(&bits, &p->values[i], sizeof bits);
        hash = (hash ^ bits) * UINT64_C(0x100000001b3);
        hash ^= hash >> 29;
    }
    return hash;
}

/* Doubles the table and enters all profiles anew. */
static bool grow_slots(lg__reader *r)
{
    uint32_t count = r->profile_slot_count ? 2 * r->profile_slot_count : 64;
    uint32_t *slots = lg_arena_alloc(&r->scratch, count * sizeof *slots);
    if (!slots)
        return false;
    for (uint32_t i = 0; i < r->scenario->profile_count; i++) {
        uint64_t at = hash_of(r->scenario->profiles[i]);
        while (slots[at & (count - 1)])
            at++;
        slots[at & (count - 1)] = i + 1;
    }
    r->profile_slots = slots;
    r->profile_slot_count = count;
    return true;
}

/* Gives @p profile to the scenario, or drops it for an equal one. NULL: exhausted, it is freed. */
const lg_profile *lg__profile_take(lg__reader *r, lg_profile *profile)
{
    lg_scenario *s = r->scenario;
    if (!profile)
        goto exhausted;
    if (2 * (s->profile_count + 1) > r->profile_slot_count && !grow_slots(r))
        goto exhausted;
    uint64_t at = hash_of(profile);
    uint32_t mask = r->profile_slot_count - 1;
    for (; r->profile_slots[at & mask]; at++) {
        lg_profile *other = s->profiles[r->profile_slots[at & mask] - 1];
        if (equal(other, profile)) {
            lg_profile_free(profile);
            return other;
        }
    }
    if (!LG_GROW(r->mem, s->profiles, s->profile_capacity, s->profile_count + 1))
        goto exhausted;
    s->profiles[s->profile_count++] = profile;
    r->profile_slots[at & mask] = s->profile_count;
    return profile;
exhausted:
    lg_profile_free(profile);
    lg__exhausted(r);
    return NULL;
}

const lg_profile *lg__profile_constant(lg__reader *r, double value, uint32_t unit)
{
    return lg__profile_take(r, lg_profile_constant(r->mem, value, unit));
}

bool lg__profile_fits(const lg_option *row, double value)
{
    return isfinite(value) && !(row->min < row->max && (value < row->min || value > row->max));
}

/* Reports a value out of range; `key` is the row's name or the time within a day. */
void lg__profile_misfit(lg__reader *r, const lg_conf *at, const char *label, const lg_option *row,
                        double value)
{
    const char *sign = lg__unit_sign(row->unit);
    lg__problem(r, at, label, row->name, "%.15g is outside of %.15g to %.15g%s%s", value, row->min,
                row->max, *sign ? " " : "", sign);
}

const lg_profile *lg__profile_read(lg__reader *r, const char *label, const lg_option *row,
                                   lg_conf *item)
{
    char expected[160], got[96];
    lg_conf *inner = item->type == LG_CONF_TABLE && item->count == 1 ? item->first : NULL;
    switch (item->type) {
    case LG_CONF_NUMBER:
        if (lg__profile_fits(row, item->number))
            return lg__profile_constant(r, item->number, row->unit);
        lg__profile_misfit(r, item, label, row, item->number);
        return NULL;
    case LG_CONF_LIST:
        return lg__profile_list(r, label, row, item);
    default:
        if (inner && strcmp(inner->key, "csv") == 0)
            return lg__profile_column(r, label, row, inner);
        if (inner && strcmp(inner->key, "day") == 0)
            return lg__profile_day(r, label, row, inner);
        if (inner && strcmp(inner->key, "series") == 0)
            return lg__profile_series(r, label, row, inner);
        lg__expected(row, expected, sizeof expected);
        lg__got(item, got, sizeof got);
        lg__problem(r, item, label, row->name, "expected %s, got %s", expected, got);
        return NULL;
    }
}

void lg__profiles_cover(lg__reader *r)
{
    const lg_scenario *s = r->scenario;
    int64_t end = s->start_ms + (int64_t)s->slot_count * s->rules.slot_ms;
    for (uint32_t i = 0; i < r->span_count; i++) {
        const lg__span *span = &r->spans[i];
        int64_t first = span->profile->start_ms;
        int64_t last = first + (int64_t)span->profile->count * span->profile->step_ms;
        if (first <= s->start_ms && last >= end)
            continue;
        char from[32], to[32], run_from[32], run_to[32];
        lg_clock_format_slot(first, from);
        lg_clock_format_slot(last, to);
        lg_clock_format_slot(s->start_ms, run_from);
        lg_clock_format_slot(end, run_to);
        lg_conf at = {.line = span->line};
        lg__problem(r, &at, span->label, span->key,
                    "%s goes from %s to %s, but the run from %s to %s", span->source, from, to,
                    run_from, run_to);
    }
}
