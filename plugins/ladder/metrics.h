/* plugins/ladder/metrics.h — metrics by the names that tables call them by */
#ifndef LADDER_METRICS_H
#define LADDER_METRICS_H

#include <stdint.h>

/** LG_METRIC_... of "AC_POWER_ACTIVE"; 0: there is none of that name. */
uint32_t metric_of(const char *name);
/** The metric whose name is nearest to @p name, for people. */
const char *metric_near(const char *name);

#endif
