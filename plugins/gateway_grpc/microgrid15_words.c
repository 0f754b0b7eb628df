/* Numbers of API 0.15 for those of the common API, v1alpha8. */
#include "frequenz/api/common/v1alpha8/microgrid/electrical_components/electrical_components.pb-c.h"
#include "frequenz/api/microgrid/battery.pb-c.h"
#include "frequenz/api/microgrid/ev_charger.pb-c.h"
#include "frequenz/api/microgrid/inverter.pb-c.h"
#include "frequenz/api/microgrid/meter.pb-c.h"
#include "microgrid15.h"

#define STATE(name)                                                                                \
    FC__MICROGRID__ELECTRICAL_COMPONENTS__ELECTRICAL_COMPONENT_STATE_CODE__ELECTRICAL_COMPONENT_STATE_CODE_##name
#define DIAGNOSTIC(name)                                                                           \
    FC__MICROGRID__ELECTRICAL_COMPONENTS__ELECTRICAL_COMPONENT_DIAGNOSTIC_CODE__ELECTRICAL_COMPONENT_DIAGNOSTIC_CODE_##name
#define CATEGORY(name)                                                                             \
    FC__MICROGRID__ELECTRICAL_COMPONENTS__ELECTRICAL_COMPONENT_CATEGORY__ELECTRICAL_COMPONENT_CATEGORY_##name
#define OLDER_CATEGORY(name) FC15__COMPONENTS__COMPONENT_CATEGORY__COMPONENT_CATEGORY_##name
#define INVERTER(name)       MG15__INVERTER__COMPONENT_STATE__COMPONENT_STATE_##name
#define BATTERY(name)        MG15__BATTERY__COMPONENT_STATE__COMPONENT_STATE_##name
#define RELAY(name)          MG15__BATTERY__RELAY_STATE__RELAY_STATE_##name
#define CHARGER(name)        MG15__EV_CHARGER__COMPONENT_STATE__COMPONENT_STATE_##name
#define CABLE(name)          MG15__EV_CHARGER__CABLE_STATE__CABLE_STATE_##name
#define BATTERY_ERROR(name)  MG15__BATTERY__ERROR_CODE__ERROR_CODE_##name
#define CHARGER_ERROR(name)  MG15__EV_CHARGER__ERROR_CODE__ERROR_CODE_##name

typedef struct pair {
    uint32_t is, older;
} pair;

#define OF(pairs) (pairs), sizeof(pairs) / sizeof *(pairs)

static uint32_t find(uint32_t number, const pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (pairs[i].is == number)
            return pairs[i].older;
    return 0;
}

/* The first of @p pairs whose state the sample has. */
static uint32_t first(const lg_microgrid_sample *sample, const pair *pairs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (uint32_t k = 0; k < sample->state_count; k++)
            if (sample->states[k] == pairs[i].is)
                return pairs[i].older;
    return 0;
}

uint32_t microgrid15_category(uint32_t category)
{
    static const pair pairs[] = {
        {0, OLDER_CATEGORY(SENSOR)},
        {CATEGORY(GRID_CONNECTION_POINT), OLDER_CATEGORY(GRID)},
        {CATEGORY(METER), OLDER_CATEGORY(METER)},
        {CATEGORY(INVERTER), OLDER_CATEGORY(INVERTER)},
        {CATEGORY(CONVERTER), OLDER_CATEGORY(CONVERTER)},
        {CATEGORY(BATTERY), OLDER_CATEGORY(BATTERY)},
        {CATEGORY(EV_CHARGER), OLDER_CATEGORY(EV_CHARGER)},
        {CATEGORY(BREAKER), OLDER_CATEGORY(RELAY)},
        {CATEGORY(PRECHARGER), OLDER_CATEGORY(PRECHARGE_MODULE)},
        {CATEGORY(CHP), OLDER_CATEGORY(CHP)},
        {CATEGORY(ELECTROLYZER), OLDER_CATEGORY(ELECTROLYZER)},
        {CATEGORY(CRYPTO_MINER), OLDER_CATEGORY(CRYPTO_MINER)},
    };
    return find(category, OF(pairs));
}

uint32_t microgrid15_inverter_state(const lg_microgrid_sample *sample)
{
    static const pair pairs[] = {
        {STATE(ERROR), INVERTER(ERROR)},
        {STATE(UNAVAILABLE), INVERTER(UNAVAILABLE)},
        {STATE(SWITCHING_OFF), INVERTER(SWITCHING_OFF)},
        {STATE(SWITCHING_ON), INVERTER(SWITCHING_ON)},
        {STATE(OFF), INVERTER(OFF)},
        {STATE(STANDBY), INVERTER(STANDBY)},
        {STATE(CHARGING), INVERTER(CHARGING)},
        {STATE(DISCHARGING), INVERTER(DISCHARGING)},
        {STATE(READY), INVERTER(IDLE)},
        {STATE(UNKNOWN), INVERTER(UNKNOWN)},
    };
    return first(sample, OF(pairs));
}

uint32_t microgrid15_battery_state(const lg_microgrid_sample *sample)
{
    static const pair pairs[] = {
        {STATE(ERROR), BATTERY(ERROR)},
        {STATE(SWITCHING_OFF), BATTERY(SWITCHING_OFF)},
        {STATE(SWITCHING_ON), BATTERY(SWITCHING_ON)},
        {STATE(OFF), BATTERY(OFF)},
        {STATE(CHARGING), BATTERY(CHARGING)},
        {STATE(DISCHARGING), BATTERY(DISCHARGING)},
        {STATE(READY), BATTERY(IDLE)},
        {STATE(STANDBY), BATTERY(IDLE)},
        {STATE(UNAVAILABLE), BATTERY(UNKNOWN)},
        {STATE(UNKNOWN), BATTERY(UNKNOWN)},
    };
    return first(sample, OF(pairs));
}

uint32_t microgrid15_battery_relay(const lg_microgrid_sample *sample)
{
    static const pair pairs[] = {
        {STATE(PRECHARGER_PRECHARGING), RELAY(PRECHARGING)},
        {STATE(RELAY_OPEN), RELAY(OPENED)},
        {STATE(RELAY_CLOSED), RELAY(CLOSED)},
    };
    return first(sample, OF(pairs));
}

uint32_t microgrid15_charger_state(const lg_microgrid_sample *sample)
{
    static const pair pairs[] = {
        {STATE(ERROR), CHARGER(ERROR)},           {STATE(UNAVAILABLE), CHARGER(INTERRUPTED)},
        {STATE(SWITCHING_ON), CHARGER(STARTING)}, {STATE(SWITCHING_OFF), CHARGER(NOT_READY)},
        {STATE(OFF), CHARGER(NOT_READY)},         {STATE(STANDBY), CHARGER(NOT_READY)},
        {STATE(CHARGING), CHARGER(CHARGING)},     {STATE(DISCHARGING), CHARGER(DISCHARGING)},
        {STATE(READY), CHARGER(READY)},           {STATE(UNKNOWN), CHARGER(UNKNOWN)},
    };
    return first(sample, OF(pairs));
}

uint32_t microgrid15_charger_cable(const lg_microgrid_sample *sample)
{
    static const pair pairs[] = {
        {STATE(EV_CHARGING_CABLE_LOCKED_AT_EV), CABLE(EV_LOCKED)},
        {STATE(EV_CHARGING_CABLE_PLUGGED_AT_EV), CABLE(EV_PLUGGED)},
        {STATE(EV_CHARGING_CABLE_LOCKED_AT_STATION), CABLE(CHARGING_STATION_LOCKED)},
        {STATE(EV_CHARGING_CABLE_PLUGGED_AT_STATION), CABLE(CHARGING_STATION_PLUGGED)},
        {STATE(EV_CHARGING_CABLE_UNPLUGGED), CABLE(UNPLUGGED)},
    };
    return first(sample, OF(pairs));
}

uint32_t microgrid15_plain_state(const lg_microgrid_sample *sample)
{
    for (uint32_t i = 0; i < sample->state_count; i++)
        if (sample->states[i] == STATE(ERROR))
            return MG15__METER__COMPONENT_STATE__COMPONENT_STATE_ERROR;
    return sample->error_count > 0 ? MG15__METER__COMPONENT_STATE__COMPONENT_STATE_ERROR
                                   : MG15__METER__COMPONENT_STATE__COMPONENT_STATE_OK;
}

uint32_t microgrid15_battery_error(uint32_t diagnostic)
{
    static const pair pairs[] = {
        {DIAGNOSTIC(OVERCURRENT_CHARGING), BATTERY_ERROR(HIGH_CURRENT_CHARGE)},
        {DIAGNOSTIC(OVERCURRENT_DISCHARGING), BATTERY_ERROR(HIGH_CURRENT_DISCHARGE)},
        {DIAGNOSTIC(OVERVOLTAGE), BATTERY_ERROR(HIGH_VOLTAGE)},
        {DIAGNOSTIC(UNDERVOLTAGE), BATTERY_ERROR(LOW_VOLTAGE)},
        {DIAGNOSTIC(OVERTEMPERATURE), BATTERY_ERROR(HIGH_TEMPERATURE)},
        {DIAGNOSTIC(UNDERTEMPERATURE), BATTERY_ERROR(LOW_TEMPERATURE)},
        {DIAGNOSTIC(HIGH_HUMIDITY), BATTERY_ERROR(HIGH_HUMIDITY)},
        {DIAGNOSTIC(BATTERY_IMBALANCE), BATTERY_ERROR(SYSTEM_IMBALANCE)},
        {DIAGNOSTIC(BATTERY_LOW_SOH), BATTERY_ERROR(LOW_SOH)},
        {DIAGNOSTIC(BATTERY_BLOCK_ERROR), BATTERY_ERROR(BLOCK_ERROR)},
        {DIAGNOSTIC(BATTERY_CONTROLLER_ERROR), BATTERY_ERROR(CONTROLLER_ERROR)},
        {DIAGNOSTIC(BATTERY_RELAY_ERROR), BATTERY_ERROR(RELAY_ERROR)},
        {DIAGNOSTIC(RELAY_CYCLE_LIMIT_REACHED), BATTERY_ERROR(RELAY_CYCLE_LIMIT_REACHED)},
        {DIAGNOSTIC(FUSE_ERROR), BATTERY_ERROR(FUSE_ERROR)},
        {DIAGNOSTIC(PRECHARGE_ERROR), BATTERY_ERROR(PRECHARGE_ERROR)},
        {DIAGNOSTIC(PLAUSIBILITY_ERROR), BATTERY_ERROR(SYSTEM_PLAUSIBILITY_ERROR)},
        {DIAGNOSTIC(BATTERY_CALIBRATION_NEEDED), BATTERY_ERROR(CALIBRATION_NEEDED)},
    };
    return find(diagnostic, OF(pairs));
}

uint32_t microgrid15_charger_error(uint32_t diagnostic)
{
    static const pair pairs[] = {
        {DIAGNOSTIC(SWITCH_ON_FAULT), CHARGER_ERROR(SWITCH_ON_FAULT)},
        {DIAGNOSTIC(UNDERVOLTAGE), CHARGER_ERROR(UNDERVOLTAGE)},
        {DIAGNOSTIC(OVERVOLTAGE), CHARGER_ERROR(OVERVOLTAGE)},
        {DIAGNOSTIC(OVERCURRENT), CHARGER_ERROR(OVERCURRENT)},
        {DIAGNOSTIC(OVERTEMPERATURE), CHARGER_ERROR(OVERTEMPERATURE)},
        {DIAGNOSTIC(EV_UNEXPECTED_PILOT_FAILURE), CHARGER_ERROR(UNEXPECTED_PILOT_FAILURE)},
        {DIAGNOSTIC(FAULT_CURRENT), CHARGER_ERROR(FAULT_CURRENT)},
        {DIAGNOSTIC(SHORT_CIRCUIT), CHARGER_ERROR(SHORT_CIRCUIT)},
        {DIAGNOSTIC(CONFIG_ERROR), CHARGER_ERROR(CONFIG_ERROR)},
        {DIAGNOSTIC(ILLEGAL_COMPONENT_STATE_CODE_REQUESTED),
         CHARGER_ERROR(ILLEGAL_COMPONENT_STATE_REQUESTED)},
        {DIAGNOSTIC(HARDWARE_INACCESSIBLE), CHARGER_ERROR(HARDWARE_INACCESSIBLE)},
        {DIAGNOSTIC(INTERNAL), CHARGER_ERROR(INTERNAL)},
        {DIAGNOSTIC(EV_CHARGING_CABLE_UNPLUGGED_FROM_STATION), CHARGER_ERROR(CABLE_LOST)},
        {DIAGNOSTIC(EV_CHARGING_CABLE_UNPLUGGED_FROM_EV), CHARGER_ERROR(CABLE_LOST)},
        {DIAGNOSTIC(EV_CHARGING_CABLE_LOCK_FAILED), CHARGER_ERROR(CABLE_LOCK_FAILED)},
        {DIAGNOSTIC(EV_CHARGING_CABLE_INVALID), CHARGER_ERROR(CABLE_INVALID)},
        {DIAGNOSTIC(EV_CONSUMER_INCOMPATIBLE), CHARGER_ERROR(CONSUMER_NON_STANDARD)},
    };
    return find(diagnostic, OF(pairs));
}
