/*
 * What the exchange's strategies and their parameters are called, and what stands for them here.
 * Both of its forms use these tables: the serialised one names classes ("LoadHoursStrategy",
 * "LoadHoursExternalStrategy"), the other one leaves ("LoadHours"). A class of the external family
 * runs like the plain one, since a template strategy trades until a client does.
 */
#include "scenario/gsy.h"

#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Every kind. */
#define ALL (~0u)

enum {
    LOADS = LG__GSY_LOAD_HOURS | LG__GSY_LOAD_PROFILE,
    SUNS = LG__GSY_PV | LG__GSY_PV_PROFILE | LG__GSY_PV_PREDEFINED,
    WINDS = LG__GSY_WIND | LG__GSY_WIND_PREDEFINED,
    PANELS = SUNS | WINDS,
    METERS = LG__GSY_SMART_METER,
    STORES = LG__GSY_STORAGE | LG__GSY_EV | LG__GSY_ELECTROLYZER,
    BUYERS = LOADS | STORES | LG__GSY_HEAT_PUMP | METERS,
    SELLERS = PANELS | STORES | METERS,
    RAMPS = BUYERS | SELLERS,
    UTILITY = LG__GSY_MARKET_MAKER | LG__GSY_BUS,
};

#define NOT_YET(word, reason)                                                                      \
    {                                                                                              \
        word, LG__GSY_NONE, NULL, reason                                                           \
    }

static const lg__gsy_strategy strategies[] = {
    {"LoadHours", LG__GSY_LOAD_HOURS, "load", NULL},
    {"Load", LG__GSY_LOAD_HOURS, "load", NULL},
    {"LoadProfile", LG__GSY_LOAD_PROFILE, "load", NULL},
    {"DefinedLoad", LG__GSY_LOAD_PROFILE, "load", NULL},
    {"PV", LG__GSY_PV, "pv", NULL},
    {"PVProfile", LG__GSY_PV_PROFILE, "pv", NULL},
    {"PVUserProfile", LG__GSY_PV_PROFILE, "pv", NULL},
    {"WindTurbine", LG__GSY_WIND, "wind_turbine", NULL},
    {"WindUserProfile", LG__GSY_WIND, "wind_turbine", NULL},
    {"PredefinedWind", LG__GSY_WIND_PREDEFINED, "wind_turbine", NULL},
    {"Storage", LG__GSY_STORAGE, "storage", NULL},
    {"MarketMaker", LG__GSY_MARKET_MAKER, "market_maker", NULL},
    {"InfiniteBus", LG__GSY_BUS, "infinite_bus", NULL},
    {"CommercialProducer", LG__GSY_COMMERCIAL, "commercial_producer", NULL},
    {"Commercial", LG__GSY_COMMERCIAL, "commercial_producer", NULL},
    {"FiniteDieselGenerator", LG__GSY_POWER_PLANT, "finite_diesel_generator", NULL},
    {"FinitePowerPlant", LG__GSY_POWER_PLANT, "finite_diesel_generator", NULL},
    {"PredefinedPV", LG__GSY_PV_PREDEFINED, "pv", NULL},
    {"PVPredefined", LG__GSY_PV_PREDEFINED, "pv", NULL},
    {"SmartMeter", LG__GSY_SMART_METER, "smart_meter", NULL},
    {"HeatPump", LG__GSY_HEAT_PUMP, "heat_pump", NULL},
    {"VirtualHeatpump", LG__GSY_HEAT_PUMP, "heat_pump", NULL},
    {"VirtualHeatPump", LG__GSY_HEAT_PUMP, "heat_pump", NULL},
    {"MultipleTankHeatPump", LG__GSY_HEAT_PUMP, "heat_pump", NULL},
    {"EVCharger", LG__GSY_EV, "ev_charger", NULL},
    {"ElectricVehicle", LG__GSY_EV, "ev_charger", NULL},
    {"Electrolyzer", LG__GSY_ELECTROLYZER, "electrolyzer", NULL},
    NOT_YET("ForwardLoad", "there is no forward market"),
    NOT_YET("ForwardPV", "there is no forward market"),
    NOT_YET("SCMLoadHours", "there is no market of coefficients"),
    NOT_YET("SCMPVUserProfile", "there is no market of coefficients"),
    NOT_YET("SCMStorage", "there is no market of coefficients"),
};

static const lg__gsy_key keys[] = {
    {"avg_power_W", LG__GSY_LOAD_HOURS, LG__GSY_COPY, NULL, NULL},
    {"hrs_of_day", LG__GSY_LOAD_HOURS, LG__GSY_COPY, NULL, NULL},
    {"daily_load_profile", LG__GSY_LOAD_PROFILE, LG__GSY_POWER, NULL, NULL},
    {"capacity_kW", LG__GSY_PV | LG__GSY_PV_PREDEFINED | LG__GSY_WIND_PREDEFINED, LG__GSY_COPY,
     NULL, NULL},
    {"capacity_kW", LG__GSY_PV_PROFILE | LG__GSY_WIND, LG__GSY_IGNORED, NULL, NULL},
    {"panel_count", SUNS, LG__GSY_COPY, NULL, NULL},
    {"panel_count", WINDS, LG__GSY_COPY, "turbine_count", NULL},
    {"power_profile", PANELS & ~(unsigned)LG__GSY_PV, LG__GSY_POWER, NULL, NULL},
    {"cloud_coverage", LG__GSY_PV_PREDEFINED, LG__GSY_CLOUDS, NULL, NULL},
    {"smart_meter_profile", METERS, LG__GSY_POWER, NULL, NULL},
    {"battery_capacity_kWh", LG__GSY_STORAGE, LG__GSY_COPY, NULL, NULL},
    {"max_abs_battery_power_kW", LG__GSY_STORAGE, LG__GSY_COPY, NULL, NULL},
    {"initial_soc", LG__GSY_STORAGE, LG__GSY_COPY, NULL, NULL},
    {"min_allowed_soc", LG__GSY_STORAGE, LG__GSY_COPY, NULL, NULL},
    {"cap_price_strategy", LG__GSY_STORAGE, LG__GSY_COPY, NULL, NULL},
    {"losses", LG__GSY_STORAGE, LG__GSY_LOSSES, NULL, NULL},
    {"initial_energy_origin", LG__GSY_STORAGE, LG__GSY_CHOICE, NULL, NULL},
    {"maximum_power_rating_kW", LG__GSY_EV | LG__GSY_HEAT_PUMP, LG__GSY_COPY, NULL, NULL},
    {"discharge_profile", LG__GSY_ELECTROLYZER, LG__GSY_POWER, NULL, NULL},
    {"maximum_power_rating_kW", LG__GSY_ELECTROLYZER, LG__GSY_COPY, NULL, NULL},
    {"rated_power_kW", LG__GSY_ELECTROLYZER, LG__GSY_COPY, "maximum_power_rating_kW", NULL},
    {"hydrogen_max_storage_kg", LG__GSY_ELECTROLYZER, LG__GSY_COPY, "hydrogen_capacity_kg", NULL},
    {"hydrogen_initial_storage_kg", LG__GSY_ELECTROLYZER, LG__GSY_COPY, "initial_hydrogen_kg",
     NULL},
    {"conversion_factor_kg_to_kWh", LG__GSY_ELECTROLYZER, LG__GSY_COPY, "conversion_kWh_per_kg",
     NULL},
    {"charging_efficiency", LG__GSY_EV, LG__GSY_COPY, NULL, NULL},
    {"charging_sessions", LG__GSY_EV, LG__GSY_ROWS, "sessions", NULL},
    {"active_charging_sessions", LG__GSY_EV, LG__GSY_ROWS, "sessions", NULL},
    {"sessions", LG__GSY_EV, LG__GSY_ROWS, NULL, NULL},
    {"charging_type", LG__GSY_EV, LG__GSY_CHOICE, "charging", NULL},
    {"charger_type", LG__GSY_EV, LG__GSY_CHOICE, "charging", NULL},
    {"bidirectional", LG__GSY_EV, LG__GSY_CHOICE, "charging", NULL},
    {"min_temp_C", LG__GSY_HEAT_PUMP, LG__GSY_COPY, NULL, NULL},
    {"max_temp_C", LG__GSY_HEAT_PUMP, LG__GSY_COPY, NULL, NULL},
    {"initial_temp_C", LG__GSY_HEAT_PUMP, LG__GSY_COPY, NULL, NULL},
    {"tank_volume_l", LG__GSY_HEAT_PUMP, LG__GSY_COPY, NULL, NULL},
    {"consumption_kWh_profile", LG__GSY_HEAT_PUMP, LG__GSY_POWER, NULL, NULL},
    {"dh_water_flow_m3_profile", LG__GSY_HEAT_PUMP, LG__GSY_POWER, "water_flow_m3_profile", NULL},
    {"water_supply_temp_C_profile", LG__GSY_HEAT_PUMP, LG__GSY_POWER, NULL, NULL},
    {"water_return_temp_C_profile", LG__GSY_HEAT_PUMP, LG__GSY_POWER, NULL, NULL},
    {"tank_parameters", LG__GSY_HEAT_PUMP, LG__GSY_ROWS, "tanks", NULL},
    {"source_temp_C_profile", LG__GSY_HEAT_PUMP, LG__GSY_POWER, NULL, NULL},
    {"latent_kWh", LG__GSY_HEAT_PUMP, LG__GSY_COPY, NULL, NULL}, /* ours: export --layout gsy */
    {"melting_temp_C", LG__GSY_HEAT_PUMP, LG__GSY_COPY, NULL, NULL},
    {"cop_points", LG__GSY_HEAT_PUMP, LG__GSY_ROWS, NULL, NULL},
    {"cop_factor", LG__GSY_HEAT_PUMP, LG__GSY_COPY, NULL, NULL},
    {"source_type", LG__GSY_HEAT_PUMP, LG__GSY_CHOICE, NULL, NULL},
    {"preferred_buying_rate", LG__GSY_HEAT_PUMP, LG__GSY_RATE, NULL, NULL},
    {"initial_buying_rate", BUYERS, LG__GSY_RATE, NULL, NULL},
    {"final_buying_rate", BUYERS, LG__GSY_RATE, NULL, NULL},
    {"initial_selling_rate", SELLERS, LG__GSY_RATE, NULL, NULL},
    {"final_selling_rate", SELLERS, LG__GSY_RATE, NULL, NULL},
    {"update_interval", RAMPS, LG__GSY_MINUTES, NULL, NULL},
    {"fit_to_limit", RAMPS, LG__GSY_COPY, NULL, NULL},
    {"energy_rate_increase_per_update", BUYERS, LG__GSY_RATE, NULL, NULL},
    {"energy_rate_decrease_per_update", SELLERS, LG__GSY_RATE, NULL, NULL},
    {"forecast_stream_enabled", LOADS | PANELS, LG__GSY_COPY, NULL, NULL},
    {"use_market_maker_rate", LOADS | PANELS | METERS, LG__GSY_COPY, NULL, NULL},
    {"energy_rate", LG__GSY_MARKET_MAKER, LG__GSY_RATE, NULL, "energy_rate_profile"},
    {"energy_rate", LG__GSY_COMMERCIAL, LG__GSY_RATE, NULL, NULL},
    {"energy_rate_profile", UTILITY, LG__GSY_RATE, NULL, NULL},
    {"energy_sell_rate", LG__GSY_BUS, LG__GSY_RATE, NULL, "energy_rate_profile"},
    {"energy_buy_rate", LG__GSY_BUS, LG__GSY_RATE, NULL, "buying_rate_profile"},
    {"buying_rate_profile", LG__GSY_BUS, LG__GSY_RATE, NULL, NULL},
    {"grid_connected", LG__GSY_MARKET_MAKER, LG__GSY_COPY, NULL, NULL},
    {"max_available_power_kW", LG__GSY_POWER_PLANT, LG__GSY_POWER, NULL, NULL},
    {"energy_rate", LG__GSY_POWER_PLANT, LG__GSY_RATE, NULL, NULL},
    {"cop_model_type", LG__GSY_HEAT_PUMP, LG__GSY_COP, NULL, NULL},
    {"calibration_coefficient", LG__GSY_HEAT_PUMP, LG__GSY_COP, NULL, NULL},
    {"consumption_kWh_profile_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"consumption_kWh_measurement_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"dh_water_flow_m3_profile_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"dh_water_flow_m3_measurement_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"water_supply_temp_C_profile_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"water_supply_temp_C_measurement_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"water_return_temp_C_profile_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"water_return_temp_C_measurement_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"source_temp_C_profile_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"source_temp_C_measurement_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"balancing_energy_ratio", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"daily_load_profile_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"daily_load_measurement_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"power_profile_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"power_measurement_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"smart_meter_profile_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"smart_meter_measurement_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"energy_rate_profile_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"buying_rate_profile_uuid", ALL, LG__GSY_IGNORED, NULL, NULL},
    {"forecast_stream_enabled", ALL, LG__GSY_IGNORED, NULL, NULL},
};

/* Keys that the web application and the serialiser add anywhere; no figure depends on them. */
static const char *const decoration[] = {
    "display_type",
    "libraryUUID",
    "geo_tag_location",
    "address",
    "tags",
    "description",
    "allow_external_connection",
    "forecast_stream_enabled",
    "external_connection_available",
    "baseline_peak_energy_import_kWh",
    "baseline_peak_energy_export_kWh",
    "import_capacity_kVA",
    "export_capacity_kVA",
    "throughput",
    "const_settings",
};

/* Drivers whose kind is in no group of the exchange's KPIs. */
static const char *const uncounted[] = {"wind_turbine", "smart_meter", "ev_charger",
                                        "electrolyzer"};

bool lg__gsy_uncounted(const char *driver)
{
    for (size_t i = 0; i < COUNT(uncounted); i++)
        if (strcmp(uncounted[i], driver) == 0)
            return true;
    return false;
}

/* The length of @p name without @p end, if it ends so and something is left. */
static size_t without(const char *name, size_t length, const char *end)
{
    size_t tail = strlen(end);
    return length > tail && memcmp(name + length - tail, end, tail) == 0 ? length - tail : length;
}

const lg__gsy_strategy *lg__gsy_strategy_of(const char *name, bool *external)
{
    size_t length = without(name, strlen(name), "Strategy");
    size_t plain = without(name, length, "External");
    *external = plain < length;
    plain = without(name, plain, "Forecast");
    for (size_t i = 0; i < COUNT(strategies); i++)
        if (strlen(strategies[i].name) == plain && memcmp(strategies[i].name, name, plain) == 0)
            return &strategies[i];
    return NULL;
}

size_t lg__gsy_strategy_names(const char **names, size_t max)
{
    size_t count = 0;
    for (; count < COUNT(strategies) && count < max; count++)
        names[count] = strategies[count].name;
    return count;
}

static bool is_decoration(const char *name)
{
    for (size_t i = 0; i < COUNT(decoration); i++)
        if (strcmp(decoration[i], name) == 0)
            return true;
    return false;
}

const lg__gsy_key *lg__gsy_key_of(const char *name, unsigned kind)
{
    static const lg__gsy_key ignored = {"", ALL, LG__GSY_IGNORED, NULL, NULL};
    for (size_t i = 0; i < COUNT(keys); i++)
        if ((keys[i].kinds & kind) && strcmp(keys[i].name, name) == 0)
            return &keys[i];
    return is_decoration(name) ? &ignored : NULL;
}

bool lg__gsy_is_ignored(const char *name)
{
    const lg__gsy_key *key = is_decoration(name) ? NULL : lg__gsy_key_of(name, ALL);
    return is_decoration(name) || (key && key->how == LG__GSY_IGNORED);
}

size_t lg__gsy_key_names(unsigned kind, const char **names, size_t max)
{
    size_t count = 0;
    for (size_t i = 0; i < COUNT(keys) && count < max; i++)
        if (keys[i].kinds & kind && keys[i].how != LG__GSY_IGNORED)
            names[count++] = keys[i].name;
    return count;
}
