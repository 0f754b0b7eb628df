/* The settings of that exchange in our words: seed, time, market and settlement of the scenario
 * that is made. */
#include "scenario/gsy.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

const char *lg__gsy_matching(int match_type)
{
    static const char *const words[] = {[1] = "pay_as_bid",
                                        [2] = "pay_as_clear",
                                        [LG__GSY_MATCH_EXTERNAL] = "pay_as_bid",
                                        [4] = "attributed"};
    return match_type >= 1 && match_type < (int)(sizeof words / sizeof *words) ? words[match_type]
                                                                               : NULL;
}

void lg__gsy_settings_put(lg__gsy *g)
{
    const lg__gsy_settings *s = &g->settings;
    lg_conf *root = g->scenario, *market = lg__gsy_table(g, "market", 0);
    char start[32];
    lg_clock_format_slot(s->start_ms, start);
    strcat(start, "Z");
    lg__gsy_put_number(g, root, "seed", s->seed, 0);
    lg__gsy_put_text(g, root, "start", start, 0);
    lg__gsy_put_number(g, root, "slots", (double)(s->length_ms / s->slot_ms), 0);
    lg__gsy_put_number(g, root, "slot_minutes", (double)s->slot_ms / LG_MINUTE_MS, 0);
    lg__gsy_put_number(g, root, "tick_seconds", (double)s->tick_ms / LG_SECOND_MS, 0);
    if (!market)
        return;
    lg__conf_put(root, market);
    bool two_sided = s->market_type == 2;
    const char *kind = two_sided ? "two_sided" : s->market_type == 0 ? "none" : "one_sided";
    lg__gsy_put_text(g, market, "kind", kind, 0);
    const char *rule = s->match_type == LG__GSY_MATCH_EXTERNAL && s->matching_rule
                           ? s->matching_rule
                           : lg__gsy_matching(s->match_type);
    if (two_sided)
        lg__gsy_put_text(g, market, "matching", rule, 0);
    lg__gsy_put_text(g, market, "fees", s->fee_type == 2 ? "percentage" : "constant", 0);
    lg__gsy_put_number(g, market, "offer_age", s->offer_age, 0);
    lg__gsy_put_number(g, market, "bid_age", s->bid_age, 0);
    lg__gsy_put_text(g, market, "compat", "gsy-e", 0);
    lg_conf *settlement = s->settles ? lg__gsy_table(g, "settlement", 0) : NULL;
    if (!settlement)
        return;
    lg__conf_put(root, settlement);
    lg__gsy_put_number(g, settlement, "max_age_hours", s->settle_hours, 0);
    lg__gsy_put_number(g, settlement, "relative_std_percent", s->settle_std, 0);
}
