/* include/lunagrid/plugin.h — the one thing a plugin exports
 *
 * Build with: cc -shared -fPIC -fvisibility=hidden -Wl,-z,defs -Wl,-z,now -ffp-contract=off
 * and without -ffast-math (the host refuses a plugin that switches the floating-point mode).
 */
#ifndef LUNAGRID_PLUGIN_H
#define LUNAGRID_PLUGIN_H

#include "lunagrid/device.h"
#include "lunagrid/driver.h"
#include "lunagrid/gateway.h"
#include "lunagrid/matching.h"

#define LG_PLUGIN_MAGIC UINT32_C(0x4c474431) /* "LGD1" */

/** What the loader finds: everything else is reachable from here. */
typedef struct lg_plugin {
    uint32_t size;      /* sizeof(lg_plugin) */
    uint32_t magic;     /* LG_PLUGIN_MAGIC */
    uint32_t abi_minor; /* LG_ABI_MINOR it was built with; refused when newer than the host's */
    uint32_t reserved;
    const char *name; /* as the file name without .so */
    const char *version;
    const char *help; /* one sentence */
    lg_array drivers; /* of lg_driver */
    /* since 1.1 */
    lg_array rules; /* of lg_matching */
    /* since 1.2 */
    lg_array gateways; /* of lg_gateway */
    /* since 1.4 */
    lg_array devices; /* of lg_device_driver; a plugin offers at least one of the four */
} lg_plugin;

#define LG_PLUGIN_SYMBOL "lunagrid_plugin_1"

/** Exports @p object (an lg_plugin) under the name the host looks for. */
#define LG_PLUGIN_EXPORT(object)                                                                   \
    __attribute__((visibility("default"))) extern const lg_plugin *const lunagrid_plugin_1;        \
    const lg_plugin *const lunagrid_plugin_1 = &(object);

#endif
