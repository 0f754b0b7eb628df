/* plugins/ladder/site.h — what a real device keeps of the site that it was opened for */
#ifndef LADDER_SITE_H
#define LADDER_SITE_H

#include "ladder/steer.h"

/** A copy with components and names of its own. */
typedef struct site_copy {
    lg_device_site site; /* without device */
    char *name;          /* of the device */
} site_copy;

/** False: out of memory; site_free() all the same. */
bool site_take(site_copy *out, const lg_device_site *site);
void site_free(site_copy *copy);

/** One line for the log, with the device's name. */
void site_say(const site_copy *copy, const lg_device_host *host, uint32_t level, const char *format,
              ...) __attribute__((format(printf, 4, 5)));

/** Posts what components that are only simulated would say: that they follow their set points. */
void site_pretend(const site_copy *copy, const lg_device_host *host, const steer *s);

#endif
