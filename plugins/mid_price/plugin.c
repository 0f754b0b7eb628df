/* plugins/mid_price/plugin.c — what the host may know of the rule without running it
 *
 * This file is data: `lunagrid plugins` prints it, and `market = { matching = "mid_price" }` in a
 * scenario names it. */
#include "rule.h"

#include "lunagrid/plugin.h"

static const lg_matching rules[] = {{
    .size = sizeof(lg_matching),
    .name = "mid_price",
    .help = "double auction: best bids with cheapest offers, each pair at the mean of its rates",
    .match = mid_price_match,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "mid_price", /* as the file: mid_price.so */
    .version = "0.1.0",
    .help = "a matching rule to copy",
    .rules = LG_ARRAY(rules),
};

LG_PLUGIN_EXPORT(plugin)
