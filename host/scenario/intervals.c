/*
 * Intervals between updates of an asset's orders that do not do what they seem to say: orders that
 * are replaced before they are old enough to leave their market, and orders that never move.
 */
#include "scenario/reader.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"

/* Whether orders of such an asset move by themselves: a utility's, and what has one rate, stay as
 * they are. */
static bool moves(const lg_driver *driver)
{
    uint32_t role = driver->role;
    for (uint32_t i = 0; i < driver->options.count; i++)
        if (strcmp(lg__driver_option(driver, i)->name, "energy_rate") == 0)
            return false;
    return role == LG_ROLE_CONSUMER || role == LG_ROLE_PRODUCER || role == LG_ROLE_STORAGE ||
           role == LG_ROLE_PROSUMER;
}

/* Notes an asset whose orders start their way anew before they are old enough to go on. Where the
 * scenario names no interval, the strategies update every minute, or every tick when that is longer
 * (lib/ramp.lua). */
void lg__interval_note(lg__reader *r, const lg__node *node, const char *label,
                       const lg__field *interval, const lg__field *strategy)
{
    const lg_rules *rules = &r->scenario->rules;
    bool said = interval->item;
    if (said && interval->value.number * LG_MINUTE_MS >= rules->slot_ms && !r->still.count++)
        r->still = (lg__restless){
            .at = interval->item, .label = label, .minutes = interval->value.number, .count = 1};
    if (rules->keep_age || !node->parent ||
        !(said || (moves(r->input->drivers[node->driver]) && !strategy->item)))
        return;
    double tick = (double)rules->tick_ms / LG_MINUTE_MS;
    double minutes = said ? interval->value.number : fmax(1, tick);
    uint16_t bid_age = node->parent->bid_age, offer_age = node->parent->offer_age;
    uint16_t age = node->role == LG_ROLE_CONSUMER   ? bid_age
                   : node->role == LG_ROLE_PRODUCER ? offer_age
                   : bid_age > offer_age            ? bid_age
                                                    : offer_age;
    if (minutes / tick > age)
        return;
    if (!r->restless.count++)
        r->restless = (lg__restless){.at = said ? interval->item : node->conf,
                                     .label = label,
                                     .said = said,
                                     .minutes = minutes,
                                     .ticks = minutes / tick,
                                     .age = age,
                                     .count = 1};
}

/* One warning a scenario, however many assets it is about. */
static void warn_restless(lg__reader *r)
{
    const lg__restless *x = &r->restless;
    char more[48] = "";
    if (!x->at)
        return;
    if (x->count > 1)
        snprintf(more, sizeof more, " (and so for %u more)", x->count - 1);
    lg__warning(r, x->at, x->label, "update_interval",
                "%s%.6g min are %.6g ticks, not more than the age of %u: with keep_age = false "
                "an order starts its way anew at every update and reaches no other market%s",
                x->said ? "" : "is not given, and the usual ", x->minutes, x->ticks, x->age, more);
}

/* A ramp begins with its first rate and takes a step when an interval is over. */
static void warn_still(lg__reader *r)
{
    const lg__restless *x = &r->still;
    char more[48] = "";
    if (x->count > 1)
        snprintf(more, sizeof more, " (and so for %u more)", x->count - 1);
    if (x->at)
        lg__warning(r, x->at, x->label, "update_interval",
                    "%.6g min are as long as a slot or longer: orders keep their first rate, and "
                    "never come to their last%s",
                    x->minutes, more);
}

void lg__intervals_tell(lg__reader *r, const lg__node *root)
{
    const lg__node *area = root->first;
    while (area && area->is_asset)
        area = area->next;
    warn_still(r);
    if (area && !r->base_case) /* a lone market has none that orders could go to */
        warn_restless(r);
}
