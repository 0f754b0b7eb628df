/* plugins/ladder/metrics.h — components and metrics by the words that tables call them by */
#ifndef LADDER_METRICS_H
#define LADDER_METRICS_H

#include <stdbool.h>
#include <stdint.h>

#include "lunagrid/device.h"

/** LG_METRIC_... of "AC_POWER_ACTIVE"; 0: there is none of that name. */
uint32_t metric_of(const char *name);
/** The metric whose name is nearest to @p name, for people. */
const char *metric_near(const char *name);

/** The component that a table calls by its id or by its name. False: the device has none such. */
bool component_of(const lg_device_site *site, const char *word, uint32_t *out);

#endif
