/* tests/plugin/kit.h — a bench for one driver: loads its plugin alone and plays host, site and
 * market
 *
 * What goes through the kit goes through the real loader and the real runner; only the market is a
 * stand-in that trades what the caller says. One or many devices of the same settings.
 */
#ifndef LG_PLUGIN_KIT_H
#define LG_PLUGIN_KIT_H

#include "driver/fleet.h"

/** What to open. Zero means: one device, seed 0, 1970, slots of 15 minutes, the system's allocator.
 */
typedef struct lg_kit_setup {
    const char *file;   /* the plugin: path of its .so */
    const char *driver; /* NULL: its first */
    /** "key=value" texts up to a NULL, or NULL: numbers, true, false, words; lists and profiles as
     * "1,2,3" (a profile of one number is constant, of more a repeating day), tables row by row. */
    const char *const *settings;
    uint32_t devices;
    uint64_t seed;
    int64_t start_ms;
    uint32_t slot_s;
    double latitude_deg;
    lg_mem *mem;
} lg_kit_setup;

typedef struct lg_kit lg_kit;

/**
 * Loads, checks the settings and opens. NULL when anything is wrong, with every problem and warning
 * in
 * @p problems (an lg_text that the caller made).
 */
lg_kit *lg_kit_open(const lg_kit_setup *setup, lg_text *problems);
void lg_kit_close(lg_kit *kit);

/** Plans slot @p index for all devices. */
void lg_kit_plan(lg_kit *kit, uint32_t index);
/** What one device may trade, from its plan. */
const lg_caps *lg_kit_caps(const lg_kit *kit, uint32_t device);
/** Says what @p device trades in the planned slot; lg_kit_settle() then tells all devices. */
void lg_kit_trade(lg_kit *kit, uint32_t device, int64_t bought_uwh, int64_t sold_uwh);
void lg_kit_settle(lg_kit *kit);

/** For plans, readings and set points: lg_fleet_plan_of(lg_kit_fleet(kit), 0), ... */
lg_fleet *lg_kit_fleet(lg_kit *kit);
const lg_driver *lg_kit_driver(const lg_kit *kit);
/** The asset of a device, with its parameters. */
const lg_asset *lg_kit_asset(const lg_kit *kit, uint32_t device);
/** Sentences of fault and log since the start, a line each; "" when there were none. */
const char *lg_kit_faults(const lg_kit *kit);
const char *lg_kit_logged(const lg_kit *kit);

#endif
