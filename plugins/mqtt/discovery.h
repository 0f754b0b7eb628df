/* plugins/mqtt/discovery.h — what Home Assistant is told so that it finds a component */
#ifndef MQTT_DISCOVERY_H
#define MQTT_DISCOVERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lunagrid/microgrid.h"

/** A component and the topics that it has. */
typedef struct discovery {
    const char *prefix; /* of Home Assistant: "homeassistant" */
    const char *base;   /* of ours: "lunagrid" */
    uint64_t site, id;
    const lg_microgrid_component *component;
    const char *site_name;
} discovery;

enum { DISCOVERY_TOPIC_MAX = 256, DISCOVERY_TEXT_MAX = 2048 };

/** The topic and the text that announce a metric as a sensor. @return false: Home Assistant has
 * nothing for it */
bool discovery_sensor(const discovery *d, uint32_t metric, char *topic, char *text);
/** The same for the power that a component is told to draw, as a number from @p lower to @p upper.
 */
bool discovery_number(const discovery *d, double lower, double upper, char *topic, char *text);

/** "AC_POWER_ACTIVE"; NULL: there is no such metric. */
const char *discovery_metric(uint32_t metric);
/** "READY"; "UNKNOWN" for a number that is none. */
const char *discovery_state(uint32_t state);

#endif
