/* include/lunagrid/component.h — the words of a microgrid: categories, metrics, states, diagnostics
 *
 * Each list exists once. Numbers are those of the Frequenz common API, v1alpha8; where the older v1
 * counts otherwise, the list says so. Signs follow the passive convention: power is positive where
 * it is consumed, drawn from the grid or charged, negative where it is produced, fed in or
 * discharged. Since 1.4.
 */
#ifndef LUNAGRID_COMPONENT_H
#define LUNAGRID_COMPONENT_H

/* X(NAME, number, word, takes set points of power) */
#define LG_CATEGORIES(X)                                                                           \
    X(UNSPECIFIED, 0, "unspecified", 0)                                                            \
    X(GRID_CONNECTION_POINT, 1, "grid_connection_point", 0)                                        \
    X(METER, 2, "meter", 0)                                                                        \
    X(INVERTER, 3, "inverter", 1)                                                                  \
    X(CONVERTER, 4, "converter", 0)                                                                \
    X(BATTERY, 5, "battery", 0)                                                                    \
    X(EV_CHARGER, 6, "ev_charger", 1)                                                              \
    X(BREAKER, 7, "breaker", 0)                                                                    \
    X(PRECHARGER, 8, "precharger", 0)                                                              \
    X(CHP, 9, "chp", 1)                                                                            \
    X(ELECTROLYZER, 10, "electrolyzer", 1)                                                         \
    X(POWER_TRANSFORMER, 11, "power_transformer", 0)                                               \
    X(HVAC, 12, "hvac", 0)                                                                         \
    X(PLC, 13, "plc", 0)                                                                           \
    X(CRYPTO_MINER, 14, "crypto_miner", 0)                                                         \
    X(STATIC_TRANSFER_SWITCH, 15, "static_transfer_switch", 0)                                     \
    X(UNINTERRUPTIBLE_POWER_SUPPLY, 16, "uninterruptible_power_supply", 0)                         \
    X(CAPACITOR_BANK, 17, "capacitor_bank", 1)                                                     \
    X(WIND_TURBINE, 18, "wind_turbine", 1)                                                         \
    X(STEAM_BOILER, 19, "steam_boiler", 1)

/* X(NAME, number, word): what a battery, a charger, an inverter is in particular */
#define LG_BATTERY_TYPES(X)                                                                        \
    X(UNSPECIFIED, 0, "unspecified") X(LI_ION, 1, "li_ion") X(NA_ION, 2, "na_ion")
#define LG_EV_CHARGER_TYPES(X)                                                                     \
    X(UNSPECIFIED, 0, "unspecified") X(AC, 1, "ac") X(DC, 2, "dc") X(HYBRID, 3, "hybrid")
#define LG_INVERTER_TYPES(X)                                                                       \
    X(UNSPECIFIED, 0, "unspecified") X(BATTERY, 1, "battery") X(PV, 2, "pv") X(HYBRID, 3, "hybrid")

/* X(NAME, number, number in v1, unit) */
#define LG_METRICS(X)                                                                              \
    X(UNSPECIFIED, 0, 0, "")                                                                       \
    X(DC_VOLTAGE, 1, 1, "V")                                                                       \
    X(DC_CURRENT, 2, 2, "A")                                                                       \
    X(DC_POWER, 3, 3, "W")                                                                         \
    X(AC_FREQUENCY, 10, 10, "Hz")                                                                  \
    X(AC_VOLTAGE, 11, 11, "V")                                                                     \
    X(AC_VOLTAGE_PHASE_1_N, 12, 12, "V")                                                           \
    X(AC_VOLTAGE_PHASE_2_N, 13, 13, "V")                                                           \
    X(AC_VOLTAGE_PHASE_3_N, 14, 14, "V")                                                           \
    X(AC_VOLTAGE_PHASE_1_PHASE_2, 15, 15, "V")                                                     \
    X(AC_VOLTAGE_PHASE_2_PHASE_3, 16, 16, "V")                                                     \
    X(AC_VOLTAGE_PHASE_3_PHASE_1, 17, 17, "V")                                                     \
    X(AC_CURRENT, 18, 18, "A")                                                                     \
    X(AC_CURRENT_PHASE_1, 19, 19, "A")                                                             \
    X(AC_CURRENT_PHASE_2, 20, 20, "A")                                                             \
    X(AC_CURRENT_PHASE_3, 21, 21, "A")                                                             \
    X(AC_POWER_APPARENT, 22, 22, "VA")                                                             \
    X(AC_POWER_APPARENT_PHASE_1, 23, 23, "VA")                                                     \
    X(AC_POWER_APPARENT_PHASE_2, 24, 24, "VA")                                                     \
    X(AC_POWER_APPARENT_PHASE_3, 25, 25, "VA")                                                     \
    X(AC_POWER_ACTIVE, 26, 26, "W")                                                                \
    X(AC_POWER_ACTIVE_PHASE_1, 27, 27, "W")                                                        \
    X(AC_POWER_ACTIVE_PHASE_2, 28, 28, "W")                                                        \
    X(AC_POWER_ACTIVE_PHASE_3, 29, 29, "W")                                                        \
    X(AC_POWER_REACTIVE, 30, 30, "VAr")                                                            \
    X(AC_POWER_REACTIVE_PHASE_1, 31, 31, "VAr")                                                    \
    X(AC_POWER_REACTIVE_PHASE_2, 32, 32, "VAr")                                                    \
    X(AC_POWER_REACTIVE_PHASE_3, 33, 33, "VAr")                                                    \
    X(AC_POWER_FACTOR, 40, 40, "1")                                                                \
    X(AC_POWER_FACTOR_PHASE_1, 41, 41, "1")                                                        \
    X(AC_POWER_FACTOR_PHASE_2, 42, 42, "1")                                                        \
    X(AC_POWER_FACTOR_PHASE_3, 43, 43, "1")                                                        \
    X(AC_ENERGY_APPARENT, 50, 50, "VAh")                                                           \
    X(AC_ENERGY_APPARENT_PHASE_1, 51, 51, "VAh")                                                   \
    X(AC_ENERGY_APPARENT_PHASE_2, 52, 52, "VAh")                                                   \
    X(AC_ENERGY_APPARENT_PHASE_3, 53, 53, "VAh")                                                   \
    X(AC_ENERGY_ACTIVE, 54, 54, "Wh")                                                              \
    X(AC_ENERGY_ACTIVE_PHASE_1, 55, 55, "Wh")                                                      \
    X(AC_ENERGY_ACTIVE_PHASE_2, 56, 56, "Wh")                                                      \
    X(AC_ENERGY_ACTIVE_PHASE_3, 57, 57, "Wh")                                                      \
    X(AC_ENERGY_ACTIVE_CONSUMED, 58, 58, "Wh")                                                     \
    X(AC_ENERGY_ACTIVE_CONSUMED_PHASE_1, 59, 59, "Wh")                                             \
    X(AC_ENERGY_ACTIVE_CONSUMED_PHASE_2, 60, 60, "Wh")                                             \
    X(AC_ENERGY_ACTIVE_CONSUMED_PHASE_3, 61, 61, "Wh")                                             \
    X(AC_ENERGY_ACTIVE_DELIVERED, 62, 62, "Wh")                                                    \
    X(AC_ENERGY_ACTIVE_DELIVERED_PHASE_1, 63, 63, "Wh")                                            \
    X(AC_ENERGY_ACTIVE_DELIVERED_PHASE_2, 64, 64, "Wh")                                            \
    X(AC_ENERGY_ACTIVE_DELIVERED_PHASE_3, 65, 65, "Wh")                                            \
    X(AC_ENERGY_REACTIVE, 66, 66, "VArh")                                                          \
    X(AC_ENERGY_REACTIVE_PHASE_1, 67, 67, "VArh")                                                  \
    X(AC_ENERGY_REACTIVE_PHASE_2, 68, 69, "VArh")                                                  \
    X(AC_ENERGY_REACTIVE_PHASE_3, 69, 70, "VArh")                                                  \
    X(AC_TOTAL_HARMONIC_DISTORTION_CURRENT, 80, 80, "%")                                           \
    X(AC_TOTAL_HARMONIC_DISTORTION_CURRENT_PHASE_1, 81, 81, "%")                                   \
    X(AC_TOTAL_HARMONIC_DISTORTION_CURRENT_PHASE_2, 82, 82, "%")                                   \
    X(AC_TOTAL_HARMONIC_DISTORTION_CURRENT_PHASE_3, 83, 83, "%")                                   \
    X(BATTERY_CAPACITY, 100, 101, "Wh")                                                            \
    X(BATTERY_SOC_PCT, 101, 102, "%")                                                              \
    X(BATTERY_TEMPERATURE, 102, 103, "degC")                                                       \
    X(INVERTER_TEMPERATURE, 120, 120, "degC")                                                      \
    X(INVERTER_TEMPERATURE_CABINET, 121, 121, "degC")                                              \
    X(INVERTER_TEMPERATURE_HEATSINK, 122, 122, "degC")                                             \
    X(INVERTER_TEMPERATURE_TRANSFORMER, 123, 123, "degC")                                          \
    X(EV_CHARGER_TEMPERATURE, 140, 140, "degC")                                                    \
    X(SENSOR_WIND_SPEED, 160, 160, "m/s")                                                          \
    X(SENSOR_WIND_DIRECTION, 161, 162, "deg")                                                      \
    X(SENSOR_TEMPERATURE, 162, 163, "degC")                                                        \
    X(SENSOR_RELATIVE_HUMIDITY, 163, 164, "%")                                                     \
    X(SENSOR_DEW_POINT, 164, 165, "degC")                                                          \
    X(SENSOR_AIR_PRESSURE, 165, 166, "hPa")                                                        \
    X(SENSOR_IRRADIANCE, 166, 167, "W/m2")

/* X(NAME, number) */
#define LG_STATES(X)                                                                               \
    X(UNSPECIFIED, 0)                                                                              \
    X(UNKNOWN, 1)                                                                                  \
    X(UNAVAILABLE, 2)                                                                              \
    X(SWITCHING_OFF, 3)                                                                            \
    X(OFF, 4)                                                                                      \
    X(SWITCHING_ON, 5)                                                                             \
    X(STANDBY, 6)                                                                                  \
    X(READY, 7)                                                                                    \
    X(CHARGING, 8)                                                                                 \
    X(DISCHARGING, 9)                                                                              \
    X(ERROR, 10)                                                                                   \
    X(EV_CHARGING_CABLE_UNPLUGGED, 20)                                                             \
    X(EV_CHARGING_CABLE_PLUGGED_AT_STATION, 21)                                                    \
    X(EV_CHARGING_CABLE_PLUGGED_AT_EV, 22)                                                         \
    X(EV_CHARGING_CABLE_LOCKED_AT_STATION, 23)                                                     \
    X(EV_CHARGING_CABLE_LOCKED_AT_EV, 24)                                                          \
    X(RELAY_OPEN, 30)                                                                              \
    X(RELAY_CLOSED, 31)                                                                            \
    X(PRECHARGER_OPEN, 40)                                                                         \
    X(PRECHARGER_PRECHARGING, 41)                                                                  \
    X(PRECHARGER_CLOSED, 42)

/* X(NAME, number): what tells several values of one metric apart */
#define LG_CONNECTED(X)                                                                            \
    X(UNSPECIFIED, 0)                                                                              \
    X(OTHER, 1)                                                                                    \
    X(BATTERY, 2)                                                                                  \
    X(PV, 3)                                                                                       \
    X(AMBIENT, 10)                                                                                 \
    X(CABINET, 11)                                                                                 \
    X(HEATSINK, 12)                                                                                \
    X(TRANSFORMER, 13)

/* X(NAME, number): warnings and errors of components */
#define LG_DIAGNOSTICS(X)                                                                          \
    X(UNSPECIFIED, 0)                                                                              \
    X(UNKNOWN, 1)                                                                                  \
    X(SWITCH_ON_FAULT, 2)                                                                          \
    X(UNDERVOLTAGE, 3)                                                                             \
    X(OVERVOLTAGE, 4)                                                                              \
    X(OVERCURRENT, 5)                                                                              \
    X(OVERCURRENT_CHARGING, 6)                                                                     \
    X(OVERCURRENT_DISCHARGING, 7)                                                                  \
    X(OVERTEMPERATURE, 8)                                                                          \
    X(UNDERTEMPERATURE, 9)                                                                         \
    X(HIGH_HUMIDITY, 10)                                                                           \
    X(FUSE_ERROR, 11)                                                                              \
    X(PRECHARGE_ERROR, 12)                                                                         \
    X(PLAUSIBILITY_ERROR, 13)                                                                      \
    X(FAULT_CURRENT, 14)                                                                           \
    X(SHORT_CIRCUIT, 15)                                                                           \
    X(CONFIG_ERROR, 16)                                                                            \
    X(ILLEGAL_COMPONENT_STATE_CODE_REQUESTED, 17)                                                  \
    X(HARDWARE_INACCESSIBLE, 18)                                                                   \
    X(INTERNAL, 19)                                                                                \
    X(UNAUTHORIZED, 20)                                                                            \
    X(EXCESS_LEAKAGE_CURRENT, 21)                                                                  \
    X(LOW_SYSTEM_INSULATION_RESISTANCE, 22)                                                        \
    X(GROUND_FAULT, 23)                                                                            \
    X(ARC_FAULT, 24)                                                                               \
    X(FAN_FAULT, 25)                                                                               \
    X(HARDWARE_FAULT, 26)                                                                          \
    X(PROTECTIVE_SHUTDOWN, 27)                                                                     \
    X(GRID_OVERVOLTAGE, 30)                                                                        \
    X(GRID_UNDERVOLTAGE, 31)                                                                       \
    X(GRID_OVERFREQUENCY, 32)                                                                      \
    X(GRID_UNDERFREQUENCY, 33)                                                                     \
    X(GRID_DISCONNECTED, 34)                                                                       \
    X(GRID_VOLTAGE_IMBALANCE, 35)                                                                  \
    X(GRID_ABNORMAL, 36)                                                                           \
    X(EV_UNEXPECTED_PILOT_FAILURE, 40)                                                             \
    X(EV_CHARGING_CABLE_UNPLUGGED_FROM_STATION, 41)                                                \
    X(EV_CHARGING_CABLE_UNPLUGGED_FROM_EV, 42)                                                     \
    X(EV_CHARGING_CABLE_LOCK_FAILED, 43)                                                           \
    X(EV_CHARGING_CABLE_INVALID, 44)                                                               \
    X(EV_CONSUMER_INCOMPATIBLE, 45)                                                                \
    X(BATTERY_IMBALANCE, 50)                                                                       \
    X(BATTERY_LOW_SOH, 51)                                                                         \
    X(BATTERY_BLOCK_ERROR, 52)                                                                     \
    X(BATTERY_CONTROLLER_ERROR, 53)                                                                \
    X(BATTERY_RELAY_ERROR, 54)                                                                     \
    X(BATTERY_CALIBRATION_NEEDED, 56)                                                              \
    X(RELAY_CYCLE_LIMIT_REACHED, 60)                                                               \
    X(PV_REVERSAL_POLARITY, 70)                                                                    \
    X(PV_UNDERPERFORMANCE, 71)                                                                     \
    X(PV_FAULT, 72)                                                                                \
    X(PV_REVERSE_CURRENT, 73)                                                                      \
    X(PV_GROUND_FAULT, 74)                                                                         \
    X(INVERTER_DC_UNDERVOLTAGE, 80)                                                                \
    X(INVERTER_DC_OVERVOLTAGE, 81)

#define LG_KIND_VALUE_(prefix, name, number)          prefix##name = number,
#define LG_CATEGORY_VALUE_(name, number, word, power) LG_KIND_VALUE_(LG_CATEGORY_, name, number)
#define LG_INVERTER_VALUE_(name, number, word)        LG_KIND_VALUE_(LG_INVERTER_, name, number)
#define LG_BATTERY_VALUE_(name, number, word)         LG_KIND_VALUE_(LG_BATTERY_, name, number)
#define LG_EV_CHARGER_VALUE_(name, number, word)      LG_KIND_VALUE_(LG_EV_CHARGER_, name, number)
#define LG_METRIC_VALUE_(name, number, older, unit)   LG_KIND_VALUE_(LG_METRIC_, name, number)
#define LG_STATE_VALUE_(name, number)                 LG_KIND_VALUE_(LG_STATE_, name, number)
#define LG_CONNECTED_VALUE_(name, number)             LG_KIND_VALUE_(LG_CONNECTED_, name, number)
#define LG_DIAGNOSTIC_VALUE_(name, number)            LG_KIND_VALUE_(LG_DIAGNOSTIC_, name, number)
typedef enum lg_category { LG_CATEGORIES(LG_CATEGORY_VALUE_) } lg_category;
enum { LG_INVERTER_TYPES(LG_INVERTER_VALUE_) };
enum { LG_BATTERY_TYPES(LG_BATTERY_VALUE_) };
enum { LG_EV_CHARGER_TYPES(LG_EV_CHARGER_VALUE_) };
typedef enum lg_metric { LG_METRICS(LG_METRIC_VALUE_) } lg_metric;
typedef enum lg_state { LG_STATES(LG_STATE_VALUE_) } lg_state;
enum { LG_CONNECTED(LG_CONNECTED_VALUE_) };
typedef enum lg_diagnostic { LG_DIAGNOSTICS(LG_DIAGNOSTIC_VALUE_) } lg_diagnostic;

#endif
