/* include/lunagrid/abi.h — the version of the boundary between host and plugins
 *
 * The major version is part of the exported symbol (lunagrid_plugin_1), so one binary may serve two
 * majors. Minor versions only append: every struct that crosses begins with its `size`, and a tail
 * that the other side does not know is read as zero. Arrays cross as pointer, count and stride, so
 * that their elements can grow too.
 *
 *   1.0  first: drivers with points, options, open, close, plan, settle, poll, write
 *   1.1  the role prosumer (LG_ROLE_PROSUMER); lg_driver.change; options that are times or rows of
 *        a table; lg_driver.strategy, a template of its own; plans with what cannot wait, what is
 *        due later, what the owner uses and how much of a purchase arrives;
 *        matching rules (lg_plugin.rules, matching.h); lg_driver.energy_type
 *   1.2  gateways (lg_plugin.gateways, gateway.h)
 *   1.3  the intraday market (trading.h): lg_gateway_host.trading, lg_gateway.traded;
 *        settlement markets for gateways: lg_gateway_host.orders_of, unsettled, deviance,
 *        lg_gateway_trade.slot, settlement
 *   1.4  microgrids (microgrid.h): lg_gateway_host.microgrid, lg_gateway.measured
 *        devices of microgrids: lg_plugin.devices, device.h; lg_driver.backed
 */
#ifndef LUNAGRID_ABI_H
#define LUNAGRID_ABI_H

#include <stddef.h>
#include <stdint.h>

#define LG_ABI_MAJOR 1
#define LG_ABI_MINOR 4

/** Pointer, count, stride of a static array, for the three fields that carry it. */
#define LG_ARRAY(array)                                                                            \
    {                                                                                              \
        (array), (uint32_t)(sizeof(array) / sizeof((array)[0])), (uint32_t)sizeof((array)[0])      \
    }

/** An array that crosses the boundary; element i is at (char *)items + i * stride. */
typedef struct lg_array {
    const void *items;
    uint32_t count;
    uint32_t stride;
} lg_array;

#endif
