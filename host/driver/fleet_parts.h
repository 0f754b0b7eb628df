/* host/driver/fleet_parts.h — what the files of the fleet share */
#ifndef LG_DRIVER_FLEET_PARTS_H
#define LG_DRIVER_FLEET_PARTS_H

#include "driver/fleet.h"
#include "driver/fpmode.h"
#include "driver/services.h"

#define LG__CHANGES_MODE "it changes the floating-point mode"

enum { LG__OPEN = 1, LG__ASIDE = 2 };

struct lg_fleet {
    lg_mem *mem;
    lg_fleet_input input;
    lg__services services;
    lg__device *devices;
    lg_plan *plans;
    uint8_t *flags;
    uint32_t count;
    uint32_t aside_count, aside_first; /* devices set aside, and the first of them in time */
    int64_t slot_ms;                   /* start of the running slot */
};

static inline const lg_driver *lg__driver_of(const lg_fleet *fleet, uint32_t asset)
{
    return fleet->input.drivers[fleet->input.site->assets[asset].driver];
}

/** Every call of a plugin stands between these two. @return of leave: whether the plugin left the
 * floating-point mode alone; it is as before in any case. */
lg__fpmode lg__fleet_enter(lg_fleet *fleet, uint32_t asset, const char *function);
bool lg__fleet_leave(lg_fleet *fleet, lg__fpmode before);

/** Hands a sentence about a device to who wants to hear it. */
void lg__fleet_fault(lg_fleet *fleet, uint32_t asset, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** The reason of the call that just failed: the plugin's own sentence, or what the status means. */
const char *lg__fleet_reason(const lg_fleet *fleet, int32_t status);
/** Asks a device nothing more, from the running slot on. */
void lg__fleet_set_aside(lg_fleet *fleet, uint32_t asset, const char *why);
/** What the device of @p asset is told of itself, with the values of @p params. */
lg_device_info lg__fleet_info(const lg_fleet *fleet, uint32_t asset, const lg_params *params);

#endif
