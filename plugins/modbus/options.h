/* plugins/modbus/options.h — the options of a Modbus device, behind those of ladder/steer_options.h
 */
#ifndef MODBUS_OPTIONS_H
#define MODBUS_OPTIONS_H

#include "ladder/steer_options.h"

enum {
    OPTION_ADDRESS = STEER_OPTION_COUNT,
    OPTION_UNIT,
    OPTION_REGISTERS,
    OPTION_WATCHDOG,
    OPTION_VERIFY,
    OPTION_POLL,
    OPTION_TIMEOUT,
    OPTION_METER_SIGN,
    OPTION_BATTERY_SIGN,
};

#endif
