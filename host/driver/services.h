/* host/driver/services.h — the table of services handed to plugins, and what each device holds of
 * ours
 *
 * One table serves all devices of a fleet: calls come one at a time, so the services know whose
 * call is running (lg__services_enter / leave). Outside of a call every service refuses or does
 * nothing.
 */
#ifndef LG_DRIVER_SERVICES_H
#define LG_DRIVER_SERVICES_H

#include "driver/blocks.h"
#include "driver/fleet.h"

/** What the host keeps of one device: two words, so that a million are cheap. */
typedef struct lg__device {
    void *state;     /* the plugin's */
    lg__block *held; /* the latest first */
} lg__device;

typedef struct lg__services {
    lg_host host; /* what plugins see; ctx is this struct */
    lg_mem *mem;
    const lg_fleet_input *input;
    lg__device *devices; /* one an asset */
    lg_reading *
        *readings; /* one an asset, NULL until it posts; the array itself NULL until one posts */
    uint64_t bad_readings;
    uint32_t current;              /* asset whose call is running; LG_NONE */
    uint8_t *complained;           /* one an asset: its bad readings were told; NULL: none yet */
    bool exhausted;                /* an alloc() of the running call found no memory */
    char refusal[LG_ERR_TEXT_MAX]; /* of the running call; "" when it gave none */
} lg__services;

/** Prepares the table; @p input and @p devices are borrowed. */
void lg__services_init(lg__services *services, lg_mem *mem, const lg_fleet_input *input,
                       lg__device *devices);
/** Gives back what the services themselves hold (readings). */
void lg__services_fini(lg__services *services);

/** From here to lg__services_leave() calls count as those of @p asset's device. */
static inline void lg__services_enter(lg__services *services, uint32_t asset)
{
    services->current = asset;
    services->exhausted = false;
    services->refusal[0] = 0;
}

static inline void lg__services_leave(lg__services *services)
{
    services->current = LG_NONE;
}

/** Takes back every block that @p asset's device still holds. */
void lg__services_take_back(lg__services *services, uint32_t asset);

#endif
