/* plugins/mqtt/options.h — the options of a device, behind those of ladder/steer_options.h */
#ifndef MQTT_OPTIONS_H
#define MQTT_OPTIONS_H

#include "ladder/steer_options.h"

enum { OPTION_ADDRESS = STEER_OPTION_COUNT, OPTION_TOPICS, OPTION_CLIENT, OPTION_STALE };

#endif
