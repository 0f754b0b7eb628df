/* Where a device has a value twice (in the older models and in those of IEEE 1547), the newer one
 * counts: its models stand first. Model 201 calls voltages between phases otherwise; one phase has
 * none. */
#include "speakers.h"

static const row inverter_701[] = {
    {"W", LG_METRIC_AC_POWER_ACTIVE, GIVEN},
    {"WL1", LG_METRIC_AC_POWER_ACTIVE_PHASE_1, GIVEN},
    {"WL2", LG_METRIC_AC_POWER_ACTIVE_PHASE_2, GIVEN},
    {"WL3", LG_METRIC_AC_POWER_ACTIVE_PHASE_3, GIVEN},
    {"VA", LG_METRIC_AC_POWER_APPARENT, AS_IS},
    {"Var", LG_METRIC_AC_POWER_REACTIVE, GIVEN},
    {"VarL1", LG_METRIC_AC_POWER_REACTIVE_PHASE_1, GIVEN},
    {"VarL2", LG_METRIC_AC_POWER_REACTIVE_PHASE_2, GIVEN},
    {"VarL3", LG_METRIC_AC_POWER_REACTIVE_PHASE_3, GIVEN},
    {"PF", LG_METRIC_AC_POWER_FACTOR, AS_IS},
    {"A", LG_METRIC_AC_CURRENT, AS_IS},
    {"AL1", LG_METRIC_AC_CURRENT_PHASE_1, AS_IS},
    {"AL2", LG_METRIC_AC_CURRENT_PHASE_2, AS_IS},
    {"AL3", LG_METRIC_AC_CURRENT_PHASE_3, AS_IS},
    {"LNV", LG_METRIC_AC_VOLTAGE, AS_IS},
    {"VL1", LG_METRIC_AC_VOLTAGE_PHASE_1_N, AS_IS},
    {"VL2", LG_METRIC_AC_VOLTAGE_PHASE_2_N, AS_IS},
    {"VL3", LG_METRIC_AC_VOLTAGE_PHASE_3_N, AS_IS},
    {"VL1L2", LG_METRIC_AC_VOLTAGE_PHASE_1_PHASE_2, AS_IS},
    {"VL2L3", LG_METRIC_AC_VOLTAGE_PHASE_2_PHASE_3, AS_IS},
    {"VL3L1", LG_METRIC_AC_VOLTAGE_PHASE_3_PHASE_1, AS_IS},
    {"Hz", LG_METRIC_AC_FREQUENCY, AS_IS},
    {"TotWhInj", LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED, AS_IS},
    {"TotWhAbs", LG_METRIC_AC_ENERGY_ACTIVE_CONSUMED, AS_IS},
    {"TmpCab", LG_METRIC_INVERTER_TEMPERATURE_CABINET, AS_IS},
    {"TmpSnk", LG_METRIC_INVERTER_TEMPERATURE_HEATSINK, AS_IS},
    {"TmpTrns", LG_METRIC_INVERTER_TEMPERATURE_TRANSFORMER, AS_IS},
};
static const row inverter_714[] = {
    {"DCW", LG_METRIC_DC_POWER, GIVEN},
    {"DCA", LG_METRIC_DC_CURRENT, GIVEN},
};
static const row inverter_103[] = {
    {"W", LG_METRIC_AC_POWER_ACTIVE, GIVEN},
    {"VA", LG_METRIC_AC_POWER_APPARENT, AS_IS},
    {"VAr", LG_METRIC_AC_POWER_REACTIVE, GIVEN},
    {"A", LG_METRIC_AC_CURRENT, AS_IS},
    {"AphA", LG_METRIC_AC_CURRENT_PHASE_1, AS_IS},
    {"AphB", LG_METRIC_AC_CURRENT_PHASE_2, AS_IS},
    {"AphC", LG_METRIC_AC_CURRENT_PHASE_3, AS_IS},
    {"PhVphA", LG_METRIC_AC_VOLTAGE_PHASE_1_N, AS_IS},
    {"PhVphB", LG_METRIC_AC_VOLTAGE_PHASE_2_N, AS_IS},
    {"PhVphC", LG_METRIC_AC_VOLTAGE_PHASE_3_N, AS_IS},
    {"PPVphAB", LG_METRIC_AC_VOLTAGE_PHASE_1_PHASE_2, AS_IS},
    {"PPVphBC", LG_METRIC_AC_VOLTAGE_PHASE_2_PHASE_3, AS_IS},
    {"PPVphCA", LG_METRIC_AC_VOLTAGE_PHASE_3_PHASE_1, AS_IS},
    {"Hz", LG_METRIC_AC_FREQUENCY, AS_IS},
    {"WH", LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED, AS_IS},
    {"DCV", LG_METRIC_DC_VOLTAGE, AS_IS},
    {"DCA", LG_METRIC_DC_CURRENT, GIVEN},
    {"DCW", LG_METRIC_DC_POWER, GIVEN},
    {"TmpCab", LG_METRIC_INVERTER_TEMPERATURE_CABINET, AS_IS},
    {"TmpSnk", LG_METRIC_INVERTER_TEMPERATURE_HEATSINK, AS_IS},
    {"TmpTrns", LG_METRIC_INVERTER_TEMPERATURE_TRANSFORMER, AS_IS},
};
static const row meter_20x[] = {
    {"W", LG_METRIC_AC_POWER_ACTIVE, OF_METER},
    {"WphA", LG_METRIC_AC_POWER_ACTIVE_PHASE_1, OF_METER},
    {"WphB", LG_METRIC_AC_POWER_ACTIVE_PHASE_2, OF_METER},
    {"WphC", LG_METRIC_AC_POWER_ACTIVE_PHASE_3, OF_METER},
    {"VA", LG_METRIC_AC_POWER_APPARENT, AS_IS},
    {"VAR", LG_METRIC_AC_POWER_REACTIVE, OF_METER},
    {"VARphA", LG_METRIC_AC_POWER_REACTIVE_PHASE_1, OF_METER},
    {"VARphB", LG_METRIC_AC_POWER_REACTIVE_PHASE_2, OF_METER},
    {"VARphC", LG_METRIC_AC_POWER_REACTIVE_PHASE_3, OF_METER},
    {"A", LG_METRIC_AC_CURRENT, AS_IS},
    {"AphA", LG_METRIC_AC_CURRENT_PHASE_1, AS_IS},
    {"AphB", LG_METRIC_AC_CURRENT_PHASE_2, AS_IS},
    {"AphC", LG_METRIC_AC_CURRENT_PHASE_3, AS_IS},
    {"PhV", LG_METRIC_AC_VOLTAGE, AS_IS},
    {"PhVphA", LG_METRIC_AC_VOLTAGE_PHASE_1_N, AS_IS},
    {"PhVphB", LG_METRIC_AC_VOLTAGE_PHASE_2_N, AS_IS},
    {"PhVphC", LG_METRIC_AC_VOLTAGE_PHASE_3_N, AS_IS},
    {"PhVphAB", LG_METRIC_AC_VOLTAGE_PHASE_1_PHASE_2, AS_IS},
    {"PhVphBC", LG_METRIC_AC_VOLTAGE_PHASE_2_PHASE_3, AS_IS},
    {"PhVphCA", LG_METRIC_AC_VOLTAGE_PHASE_3_PHASE_1, AS_IS},
    {"Hz", LG_METRIC_AC_FREQUENCY, AS_IS},
    {"TotWhImp", LG_METRIC_AC_ENERGY_ACTIVE_CONSUMED, AS_IS},
    {"TotWhExp", LG_METRIC_AC_ENERGY_ACTIVE_DELIVERED, AS_IS},
};
static const row battery_802[] = {
    {"SoC", LG_METRIC_BATTERY_SOC_PCT, AS_IS}, {"WHRtg", LG_METRIC_BATTERY_CAPACITY, AS_IS},
    {"V", LG_METRIC_DC_VOLTAGE, AS_IS},        {"A", LG_METRIC_DC_CURRENT, OF_BATTERY},
    {"W", LG_METRIC_DC_POWER, OF_BATTERY},
};
static const row battery_713[] = {
    {"SoC", LG_METRIC_BATTERY_SOC_PCT, AS_IS},
    {"WHRtg", LG_METRIC_BATTERY_CAPACITY, AS_IS},
};
static const row battery_124[] = {
    {"ChaState", LG_METRIC_BATTERY_SOC_PCT, AS_IS},
};
static const row battery_120[] = {
    {"WHRtg", LG_METRIC_BATTERY_CAPACITY, AS_IS},
};

static const plan_word states_701[] = {
    {0, LG_STATE_OFF},   {1, LG_STATE_STANDBY}, {2, LG_STATE_SWITCHING_ON},
    {3, LG_STATE_READY}, {4, LG_STATE_READY},   {5, LG_STATE_SWITCHING_OFF},
    {6, LG_STATE_ERROR}, {7, LG_STATE_STANDBY},
};
static const plan_word states_103[] = {
    {1, LG_STATE_OFF},   {2, LG_STATE_STANDBY}, {3, LG_STATE_SWITCHING_ON},
    {4, LG_STATE_READY}, {5, LG_STATE_READY},   {6, LG_STATE_SWITCHING_OFF},
    {7, LG_STATE_ERROR}, {8, LG_STATE_STANDBY},
};
/* Of the bank, then of what it does. */
static const plan_word states_802[] = {
    {1, LG_STATE_OFF},     {2, LG_STATE_SWITCHING_ON},  {3, LG_STATE_READY},  {4, LG_STATE_STANDBY},
    {5, LG_STATE_STANDBY}, {6, LG_STATE_SWITCHING_OFF}, {99, LG_STATE_ERROR},
};
static const plan_word charge_states[] = {
    {1, LG_STATE_OFF},   {2, LG_STATE_READY}, {3, LG_STATE_DISCHARGING}, {4, LG_STATE_CHARGING},
    {5, LG_STATE_READY}, {6, LG_STATE_READY}, {7, LG_STATE_READY},
};
static const plan_word states_713[] = {
    {0, LG_STATE_READY},
    {1, LG_STATE_READY},
    {2, LG_STATE_ERROR},
};

#define ROWS(rows)  rows, (uint32_t)(sizeof(rows) / sizeof *(rows))
#define WORDS(list) list, (uint32_t)(sizeof(list) / sizeof *(list))
#define METER(number)                                                                              \
    {                                                                                              \
        LG_CATEGORY_METER, number, ROWS(meter_20x), NULL, NULL, 0                                  \
    }
#define INVERTER(number)                                                                           \
    {                                                                                              \
        LG_CATEGORY_INVERTER, number, ROWS(inverter_103), "St", WORDS(states_103)                  \
    }
const speaker speakers[] = {
    {LG_CATEGORY_INVERTER, 701, ROWS(inverter_701), "InvSt", WORDS(states_701)},
    INVERTER(103),
    INVERTER(102),
    INVERTER(101),
    {LG_CATEGORY_INVERTER, 714, ROWS(inverter_714), NULL, NULL, 0},
    METER(203),
    METER(204),
    METER(202),
    METER(201),
    {LG_CATEGORY_BATTERY, 802, ROWS(battery_802), "State", WORDS(states_802)},
    {LG_CATEGORY_BATTERY, 802, NULL, 0, "ChaSt", WORDS(charge_states)},
    {LG_CATEGORY_BATTERY, 713, ROWS(battery_713), "Sta", WORDS(states_713)},
    {LG_CATEGORY_BATTERY, 124, ROWS(battery_124), "ChaSt", WORDS(charge_states)},
    {LG_CATEGORY_BATTERY, 120, ROWS(battery_120), NULL, NULL, 0},
};

const uint32_t speaker_count = (uint32_t)(sizeof speakers / sizeof *speakers);
