/* tests/plugin/bad/bad.h — a plugin of one driver that is all right until its file makes it wrong
 */
#ifndef LG_BAD_H
#define LG_BAD_H

#include "lunagrid/plugin.h"

static inline int32_t fine_open(const lg_host *host, const lg_device_info *info, void **device)
{
    (void)info;
    *device = (void *)(uintptr_t)host;
    return LG_OK;
}

static inline int32_t fine_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    (void)device;
    plan->demand_kWh = slot->hours;
    return LG_OK;
}

/* The driver's name is the file's; further fields of lg_driver follow, open and plan among them. */
#define BAD_DRIVER(word, ...)                                                                      \
    static const lg_driver drivers[] = {{                                                          \
        .size = sizeof(lg_driver),                                                                 \
        .name = word,                                                                              \
        .help = "misbehaves on purpose",                                                           \
        __VA_ARGS__,                                                                               \
    }};

#define BAD_PLUGIN(word, magic_, minor_)                                                           \
    static const lg_plugin plugin = {                                                              \
        .size = sizeof(lg_plugin),                                                                 \
        .magic = magic_,                                                                           \
        .abi_minor = minor_,                                                                       \
        .name = word,                                                                              \
        .version = "1",                                                                            \
        .help = "misbehaves on purpose",                                                           \
        .drivers = LG_ARRAY(drivers),                                                              \
    };                                                                                             \
    LG_PLUGIN_EXPORT(plugin)

#endif
