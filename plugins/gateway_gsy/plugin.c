/* The descriptor: one gateway. */
#include "gateway.h"

#include "lunagrid/plugin.h"

static const lg_gateway gateways[] = {{
    .size = sizeof(lg_gateway),
    .name = "gsy",
    .help = "Clients of the Grid Singularity exchange (gsy-e-sdk) over Redis.",
    .open = gsy_open,
    .close = gsy_close,
    .busy = gsy_busy,
    .moment = gsy_moment,
    .before = gsy_before,
    .after = gsy_after,
    .done = gsy_done,
    .trade = gsy_trade,
    .ticked = gsy_ticked,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "gateway_gsy",
    .version = "0.1.0",
    .help = "Lets clients of the Grid Singularity exchange trade here, over Redis.",
    .gateways = LG_ARRAY(gateways),
};

LG_PLUGIN_EXPORT(plugin)
