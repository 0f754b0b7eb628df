/* plugins/pv/sky.h — the sun and the clouds over a site, the same for all its panels */
#ifndef PV_SKY_H
#define PV_SKY_H

#include "device.h"

/** A slot is looked at this often, at the middles of equal parts. */
enum { PV_SKY_SAMPLES = 3 };

/** The light at one moment, in W per square metre. */
typedef struct pv_light {
    pv_vector sun;    /* where it stands; up <= 0: below the horizon */
    double beam_W;    /* straight from the sun, on a plane that faces it */
    double diffuse_W; /* from the sky, on level ground */
} pv_light;

/**
 * The light over a site in @p slot: PV_SKY_SAMPLES moments. A pure function of its arguments; the
 * answer is kept until another is asked for, because all panels of a site ask the same. Valid until
 * the next call.
 */
const pv_light *pv_sky(uint64_t site_seed, double latitude_deg, const lg_slot *slot);

/** Light on a plane with the normal @p normal. */
double pv_light_on(const pv_light *light, const pv_vector *normal);

#endif
