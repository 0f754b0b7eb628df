/* tests/plugin/rule_kit.h — a bench for one matching rule: loads its plugin alone and lets it match
 * real markets
 *
 * The rule goes through the real loader, the guard and the engine; site and orders are those of
 * tests/unit/market/town.h.
 */
#ifndef LG_PLUGIN_RULE_KIT_H
#define LG_PLUGIN_RULE_KIT_H

#include "driver/rule.h"
#include "unit/market/town.h"

typedef struct rule_kit {
    town town;
    lg_plugins *plugins;
    lg_rule_caller caller;
    lg_matcher matcher;
    lg_driver types[2]; /* index 0: makes "Grid", 1: "PV" */
    const lg_driver *drivers[2];
    char heard[2000]; /* sentences of the engine about the rule, a line each */
} rule_kit;

/** An empty town that the only rule of @p file matches; fails the test when it cannot be loaded. */
void rule_kit_init(rule_kit *kit, const char *file);
/** The same with the rule @p name of a file that offers several. */
void rule_kit_init_named(rule_kit *kit, const char *file, const char *name);
/** The same town by one of the engine's own rules, for comparison. */
void rule_kit_init_own(rule_kit *kit, lg_match_rule match);
void rule_kit_fini(rule_kit *kit);

/** An asset whose offers are of type "PV" (@p green) or "Grid". */
uint32_t rule_kit_asset(rule_kit *kit, uint32_t area, uint32_t role, bool green);
/** Gives the order @p id what it requires. */
void rule_kit_require(rule_kit *kit, uint32_t asset, lg_side side, uint64_t id,
                      const lg_requirement *list, uint32_t count);
/** A requirement that says nothing yet. */
lg_requirement rule_kit_anything(void);

#endif
