/* plugins/gateway_grpc/microgrid15.h — how API 0.15 calls what the common API calls otherwise */
#ifndef GATEWAY_GRPC_MICROGRID15_H
#define GATEWAY_GRPC_MICROGRID15_H

#include "microgrid_parts.h"

/** Its number of a category; 0: it has none, and its clients refuse what has none. */
uint32_t microgrid15_category(uint32_t category);

/* States, of which it has one at a time. */
uint32_t microgrid15_inverter_state(const lg_microgrid_sample *sample);
uint32_t microgrid15_battery_state(const lg_microgrid_sample *sample);
uint32_t microgrid15_battery_relay(const lg_microgrid_sample *sample);
uint32_t microgrid15_charger_state(const lg_microgrid_sample *sample);
uint32_t microgrid15_charger_cable(const lg_microgrid_sample *sample);
/** Of meters and sensors: well, or not. */
uint32_t microgrid15_plain_state(const lg_microgrid_sample *sample);

/* Errors; 0: it has none such. */
uint32_t microgrid15_battery_error(uint32_t diagnostic);
uint32_t microgrid15_charger_error(uint32_t diagnostic);

#endif
