/* plugins/attributed/plugin.c — what the host may know of the rule without running it */
#include "rule.h"

#include "lunagrid/plugin.h"

static const lg_matching rules[] = {{
    .size = sizeof(lg_matching),
    .flags = LG_MATCHING_ATTRIBUTES,
    .name = "attributed",
    .help = "partners who name each other first, then bids for PV with PV, then pay as bid",
    .match = attributed_match,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "attributed",
    .version = "0.1.0",
    .help = "matching by preferred partners and kinds of energy",
    .rules = LG_ARRAY(rules),
};

LG_PLUGIN_EXPORT(plugin)
