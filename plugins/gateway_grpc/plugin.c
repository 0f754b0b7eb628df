/* The descriptor: one gateway. */
#include "gateway.h"

#include "lunagrid/plugin.h"

static const lg_gateway gateways[] = {{
    .size = sizeof(lg_gateway),
    .name = "grpc",
    .help = "Clients of Frequenz's Electricity Trading and Microgrid APIs over gRPC.",
    .open = grpc_open,
    .close = grpc_close,
    .busy = grpc_busy,
    .moment = grpc_moment,
    .traded = grpc_traded,
    .measured = grpc_measured,
}};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "gateway_grpc",
    .version = "0.1.0",
    .help = "Serves the Electricity Trading API and the Microgrid API over gRPC.",
    .gateways = LG_ARRAY(gateways),
};

LG_PLUGIN_EXPORT(plugin)
