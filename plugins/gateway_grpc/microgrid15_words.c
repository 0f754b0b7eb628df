/* Numbers of API 0.15 for those of the common API, v1alpha8. */
#include "frequenz/api/common/components.pb-c.h"
#include "frequenz/api/microgrid/battery.pb-c.h"
#include "frequenz/api/microgrid/ev_charger.pb-c.h"
#include "frequenz/api/microgrid/inverter.pb-c.h"
#include "frequenz/api/microgrid/meter.pb-c.h"
#include "microgrid15.h"

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
        {LG_CATEGORY_GRID_CONNECTION_POINT, OLDER_CATEGORY(GRID)},
        {LG_CATEGORY_METER, OLDER_CATEGORY(METER)},
        {LG_CATEGORY_INVERTER, OLDER_CATEGORY(INVERTER)},
        {LG_CATEGORY_CONVERTER, OLDER_CATEGORY(CONVERTER)},
        {LG_CATEGORY_BATTERY, OLDER_CATEGORY(BATTERY)},
        {LG_CATEGORY_EV_CHARGER, OLDER_CATEGORY(EV_CHARGER)},
        {LG_CATEGORY_BREAKER, OLDER_CATEGORY(RELAY)},
        {LG_CATEGORY_PRECHARGER, OLDER_CATEGORY(PRECHARGE_MODULE)},
        {LG_CATEGORY_CHP, OLDER_CATEGORY(CHP)},
        {LG_CATEGORY_ELECTROLYZER, OLDER_CATEGORY(ELECTROLYZER)},
        {LG_CATEGORY_CRYPTO_MINER, OLDER_CATEGORY(CRYPTO_MINER)},
    };
    return find(category, OF(pairs));
}

uint32_t microgrid15_inverter_state(const lg_microgrid_sample *sample)
{
    static const pair pairs[] = {
        {LG_STATE_ERROR, INVERTER(ERROR)},
        {LG_STATE_UNAVAILABLE, INVERTER(UNAVAILABLE)},
        {LG_STATE_SWITCHING_OFF, INVERTER(SWITCHING_OFF)},
        {LG_STATE_SWITCHING_ON, INVERTER(SWITCHING_ON)},
        {LG_STATE_OFF, INVERTER(OFF)},
        {LG_STATE_STANDBY, INVERTER(STANDBY)},
        {LG_STATE_CHARGING, INVERTER(CHARGING)},
        {LG_STATE_DISCHARGING, INVERTER(DISCHARGING)},
        {LG_STATE_READY, INVERTER(IDLE)},
        {LG_STATE_UNKNOWN, INVERTER(UNKNOWN)},
    };
    return first(sample, OF(pairs));
}

uint32_t microgrid15_battery_state(const lg_microgrid_sample *sample)
{
    static const pair pairs[] = {
        {LG_STATE_ERROR, BATTERY(ERROR)},
        {LG_STATE_SWITCHING_OFF, BATTERY(SWITCHING_OFF)},
        {LG_STATE_SWITCHING_ON, BATTERY(SWITCHING_ON)},
        {LG_STATE_OFF, BATTERY(OFF)},
        {LG_STATE_CHARGING, BATTERY(CHARGING)},
        {LG_STATE_DISCHARGING, BATTERY(DISCHARGING)},
        {LG_STATE_READY, BATTERY(IDLE)},
        {LG_STATE_STANDBY, BATTERY(IDLE)},
        {LG_STATE_UNAVAILABLE, BATTERY(UNKNOWN)},
        {LG_STATE_UNKNOWN, BATTERY(UNKNOWN)},
    };
    return first(sample, OF(pairs));
}

uint32_t microgrid15_battery_relay(const lg_microgrid_sample *sample)
{
    static const pair pairs[] = {
        {LG_STATE_PRECHARGER_PRECHARGING, RELAY(PRECHARGING)},
        {LG_STATE_RELAY_OPEN, RELAY(OPENED)},
        {LG_STATE_RELAY_CLOSED, RELAY(CLOSED)},
    };
    return first(sample, OF(pairs));
}

uint32_t microgrid15_charger_state(const lg_microgrid_sample *sample)
{
    static const pair pairs[] = {
        {LG_STATE_ERROR, CHARGER(ERROR)},           {LG_STATE_UNAVAILABLE, CHARGER(INTERRUPTED)},
        {LG_STATE_SWITCHING_ON, CHARGER(STARTING)}, {LG_STATE_SWITCHING_OFF, CHARGER(NOT_READY)},
        {LG_STATE_OFF, CHARGER(NOT_READY)},         {LG_STATE_STANDBY, CHARGER(NOT_READY)},
        {LG_STATE_CHARGING, CHARGER(CHARGING)},     {LG_STATE_DISCHARGING, CHARGER(DISCHARGING)},
        {LG_STATE_READY, CHARGER(READY)},           {LG_STATE_UNKNOWN, CHARGER(UNKNOWN)},
    };
    return first(sample, OF(pairs));
}

uint32_t microgrid15_charger_cable(const lg_microgrid_sample *sample)
{
    static const pair pairs[] = {
        {LG_STATE_EV_CHARGING_CABLE_LOCKED_AT_EV, CABLE(EV_LOCKED)},
        {LG_STATE_EV_CHARGING_CABLE_PLUGGED_AT_EV, CABLE(EV_PLUGGED)},
        {LG_STATE_EV_CHARGING_CABLE_LOCKED_AT_STATION, CABLE(CHARGING_STATION_LOCKED)},
        {LG_STATE_EV_CHARGING_CABLE_PLUGGED_AT_STATION, CABLE(CHARGING_STATION_PLUGGED)},
        {LG_STATE_EV_CHARGING_CABLE_UNPLUGGED, CABLE(UNPLUGGED)},
    };
    return first(sample, OF(pairs));
}

uint32_t microgrid15_plain_state(const lg_microgrid_sample *sample)
{
    for (uint32_t i = 0; i < sample->state_count; i++)
        if (sample->states[i] == LG_STATE_ERROR)
            return MG15__METER__COMPONENT_STATE__COMPONENT_STATE_ERROR;
    return sample->error_count > 0 ? MG15__METER__COMPONENT_STATE__COMPONENT_STATE_ERROR
                                   : MG15__METER__COMPONENT_STATE__COMPONENT_STATE_OK;
}

uint32_t microgrid15_battery_error(uint32_t diagnostic)
{
    static const pair pairs[] = {
        {LG_DIAGNOSTIC_OVERCURRENT_CHARGING, BATTERY_ERROR(HIGH_CURRENT_CHARGE)},
        {LG_DIAGNOSTIC_OVERCURRENT_DISCHARGING, BATTERY_ERROR(HIGH_CURRENT_DISCHARGE)},
        {LG_DIAGNOSTIC_OVERVOLTAGE, BATTERY_ERROR(HIGH_VOLTAGE)},
        {LG_DIAGNOSTIC_UNDERVOLTAGE, BATTERY_ERROR(LOW_VOLTAGE)},
        {LG_DIAGNOSTIC_OVERTEMPERATURE, BATTERY_ERROR(HIGH_TEMPERATURE)},
        {LG_DIAGNOSTIC_UNDERTEMPERATURE, BATTERY_ERROR(LOW_TEMPERATURE)},
        {LG_DIAGNOSTIC_HIGH_HUMIDITY, BATTERY_ERROR(HIGH_HUMIDITY)},
        {LG_DIAGNOSTIC_BATTERY_IMBALANCE, BATTERY_ERROR(SYSTEM_IMBALANCE)},
        {LG_DIAGNOSTIC_BATTERY_LOW_SOH, BATTERY_ERROR(LOW_SOH)},
        {LG_DIAGNOSTIC_BATTERY_BLOCK_ERROR, BATTERY_ERROR(BLOCK_ERROR)},
        {LG_DIAGNOSTIC_BATTERY_CONTROLLER_ERROR, BATTERY_ERROR(CONTROLLER_ERROR)},
        {LG_DIAGNOSTIC_BATTERY_RELAY_ERROR, BATTERY_ERROR(RELAY_ERROR)},
        {LG_DIAGNOSTIC_RELAY_CYCLE_LIMIT_REACHED, BATTERY_ERROR(RELAY_CYCLE_LIMIT_REACHED)},
        {LG_DIAGNOSTIC_FUSE_ERROR, BATTERY_ERROR(FUSE_ERROR)},
        {LG_DIAGNOSTIC_PRECHARGE_ERROR, BATTERY_ERROR(PRECHARGE_ERROR)},
        {LG_DIAGNOSTIC_PLAUSIBILITY_ERROR, BATTERY_ERROR(SYSTEM_PLAUSIBILITY_ERROR)},
        {LG_DIAGNOSTIC_BATTERY_CALIBRATION_NEEDED, BATTERY_ERROR(CALIBRATION_NEEDED)},
    };
    return find(diagnostic, OF(pairs));
}

uint32_t microgrid15_charger_error(uint32_t diagnostic)
{
    static const pair pairs[] = {
        {LG_DIAGNOSTIC_SWITCH_ON_FAULT, CHARGER_ERROR(SWITCH_ON_FAULT)},
        {LG_DIAGNOSTIC_UNDERVOLTAGE, CHARGER_ERROR(UNDERVOLTAGE)},
        {LG_DIAGNOSTIC_OVERVOLTAGE, CHARGER_ERROR(OVERVOLTAGE)},
        {LG_DIAGNOSTIC_OVERCURRENT, CHARGER_ERROR(OVERCURRENT)},
        {LG_DIAGNOSTIC_OVERTEMPERATURE, CHARGER_ERROR(OVERTEMPERATURE)},
        {LG_DIAGNOSTIC_EV_UNEXPECTED_PILOT_FAILURE, CHARGER_ERROR(UNEXPECTED_PILOT_FAILURE)},
        {LG_DIAGNOSTIC_FAULT_CURRENT, CHARGER_ERROR(FAULT_CURRENT)},
        {LG_DIAGNOSTIC_SHORT_CIRCUIT, CHARGER_ERROR(SHORT_CIRCUIT)},
        {LG_DIAGNOSTIC_CONFIG_ERROR, CHARGER_ERROR(CONFIG_ERROR)},
        {LG_DIAGNOSTIC_ILLEGAL_COMPONENT_STATE_CODE_REQUESTED,
         CHARGER_ERROR(ILLEGAL_COMPONENT_STATE_REQUESTED)},
        {LG_DIAGNOSTIC_HARDWARE_INACCESSIBLE, CHARGER_ERROR(HARDWARE_INACCESSIBLE)},
        {LG_DIAGNOSTIC_INTERNAL, CHARGER_ERROR(INTERNAL)},
        {LG_DIAGNOSTIC_EV_CHARGING_CABLE_UNPLUGGED_FROM_STATION, CHARGER_ERROR(CABLE_LOST)},
        {LG_DIAGNOSTIC_EV_CHARGING_CABLE_UNPLUGGED_FROM_EV, CHARGER_ERROR(CABLE_LOST)},
        {LG_DIAGNOSTIC_EV_CHARGING_CABLE_LOCK_FAILED, CHARGER_ERROR(CABLE_LOCK_FAILED)},
        {LG_DIAGNOSTIC_EV_CHARGING_CABLE_INVALID, CHARGER_ERROR(CABLE_INVALID)},
        {LG_DIAGNOSTIC_EV_CONSUMER_INCOMPATIBLE, CHARGER_ERROR(CONSUMER_NON_STANDARD)},
    };
    return find(diagnostic, OF(pairs));
}
