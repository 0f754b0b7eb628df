/* See rule_kit.h. */
#include "plugin/rule_kit.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static void heard(void *ctx, const char *sentence)
{
    rule_kit *kit = ctx;
    size_t used = strlen(kit->heard);
    snprintf(kit->heard + used, sizeof kit->heard - used, "%s\n", sentence);
}

static void init(rule_kit *kit, lg_match_rule match)
{
    memset(kit, 0, sizeof *kit);
    town_init(&kit->town, match);
    kit->town.rules.dof = true;
    kit->types[0] = (lg_driver){.name = "grid", .energy_type = "Grid"};
    kit->types[1] = (lg_driver){.name = "pv", .energy_type = "PV"};
    kit->drivers[0] = &kit->types[0];
    kit->drivers[1] = &kit->types[1];
}

void rule_kit_init(rule_kit *kit, const char *file)
{
    rule_kit_init_named(kit, file, NULL);
}

void rule_kit_init_named(rule_kit *kit, const char *file, const char *name)
{
    uint32_t count;
    lg_diag diag;
    init(kit, LG_BY_PLUGIN);
    lg_diag_init(&diag, lg_mem_system());
    kit->plugins = lg_plugins_load(lg_mem_system(), &file, 1, &diag);
    assert_non_null(kit->plugins);
    assert_int_equal(diag.count, 0);
    lg_diag_fini(&diag);
    const lg_matching *const *rules = lg_plugins_rules(kit->plugins, &count);
    uint32_t index = 0;
    while (name && index < count && strcmp(rules[index]->name, name) != 0)
        index++;
    assert_true(name ? index < count : count == 1);
    kit->caller = (lg_rule_caller){.rule = rules[index],
                                   .site = &kit->town.site,
                                   .drivers = kit->drivers,
                                   .heard = heard,
                                   .ctx = kit};
    kit->matcher = lg_rule_matcher(&kit->caller);
    kit->town.rules.matcher = &kit->matcher;
}

void rule_kit_init_own(rule_kit *kit, lg_match_rule match)
{
    init(kit, match);
}

void rule_kit_fini(rule_kit *kit)
{
    town_fini(&kit->town);
    lg_plugins_free(kit->plugins);
}

uint32_t rule_kit_asset(rule_kit *kit, uint32_t area, uint32_t role, bool green)
{
    uint32_t asset = town_asset(&kit->town, area, role);
    kit->town.assets[asset].driver = green;
    return asset;
}

void rule_kit_require(rule_kit *kit, uint32_t asset, lg_side side, uint64_t id,
                      const lg_requirement *list, uint32_t count)
{
    const lg_terms terms = {.requirement_count = count, .requirements = list};
    assert_int_equal(lg_market_set_terms(kit->town.market, asset, side, id, &terms), LG_OK);
}

lg_requirement rule_kit_anything(void)
{
    return (lg_requirement){.size = sizeof(lg_requirement),
                            .energy_uwh = LG_MATCH_UNLIMITED,
                            .rate_uct = LG_MATCH_UNLIMITED};
}
