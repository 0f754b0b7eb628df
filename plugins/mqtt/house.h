/* plugins/mqtt/house.h — a gateway: components of microgrids on a broker, for Home Assistant too
 *
 * Each component says what it measures on BASE/SITE/ID/state, as JSON, retained; BASE/status is
 * online or offline (the last will). With discovery, Home Assistant finds each component as a
 * device with a sensor for each metric. With commands=yes, a number on BASE/SITE/ID/set_power (and
 * a word on .../act) commands it, and BASE/SITE/ID/answer says what came of it.
 */
#ifndef MQTT_HOUSE_H
#define MQTT_HOUSE_H

#include "lunagrid/gateway.h"

int32_t house_open(const lg_gateway_host *host, const lg_gateway_info *info, void **gateway);
void house_close(void *gateway);
int32_t house_busy(void *gateway);
void house_measured(void *gateway);
void house_moment(void *gateway, uint32_t what);

#endif
