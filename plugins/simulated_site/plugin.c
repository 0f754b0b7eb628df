/* plugins/simulated_site/plugin.c — the devices of a simulated microgrid, as the host may know them
 * without running one; and the market assets that they can stand behind */
#include <math.h>

#include "devices.h"
#include "lunagrid/plugin.h"

#define NONE (double)NAN
#define OPTION(type_, unit_, name_, def_, min_, max_, help_)                                       \
    {                                                                                              \
        .size = sizeof(lg_option), .type = (type_), .unit = (unit_), .name = (name_),              \
        .def = (def_), .min = (min_), .max = (max_), .help = (help_)                               \
    }
#define NUMBER(unit_, name_, def_, min_, max_, help_)                                              \
    OPTION(LG_OPTION_NUMBER, LG_UNIT_##unit_, name_, def_, min_, max_, help_)
#define PART(category_, type_, help_)                                                              \
    {                                                                                              \
        .size = sizeof(lg_device_part), .category = LG_CATEGORY_##category_, .type = (type_),      \
        .min = 1, .max = 1, .help = (help_)                                                        \
    }

static const lg_option battery_options[] = {
    [BATTERY_CAPACITY] =
        NUMBER(KWH, "capacity_kWh", 10, 0.1, 1000000, "energy between empty and full"),
    [BATTERY_INITIAL_SOC] = NUMBER(PERCENT, "initial_soc_percent", NONE, 0, 100,
                                   "state of charge at the start; default: in the middle of what "
                                   "is used"),
    [BATTERY_MIN_SOC] = NUMBER(PERCENT, "min_soc_percent", 10, 0, 99, "it is not used below"),
    [BATTERY_MAX_SOC] = NUMBER(PERCENT, "max_soc_percent", 95, 1, 100, "nor above"),
    [BATTERY_POWER] = NUMBER(KW, "power_kW", 5, 0.01, 1000000, "of the inverter, either way"),
    [BATTERY_LEAST] =
        NUMBER(KW, "min_power_kW", 0, 0, 1000000, "it gives and draws nothing below; a dead zone"),
    [BATTERY_RAMP] = NUMBER(KW, "ramp_kW_per_s", 5, 0.001, 1000000,
                            "how fast the power changes at most, per second"),
    [BATTERY_LOSS_FIXED] =
        NUMBER(W, "loss_fixed_W", 25, 0, 100000, "what the inverter loses while it works"),
    [BATTERY_LOSS_LINEAR] =
        NUMBER(FRACTION, "loss_linear", 0.015, 0, 0.5, "and in proportion to its power"),
    [BATTERY_LOSS_SQUARE] = NUMBER(FRACTION, "loss_square", 0.015, 0, 0.5,
                                   "and with the square of it, as a part of the rated power there"),
    [BATTERY_SELF_DISCHARGE] = NUMBER(FRACTION_PER_DAY, "self_discharge_per_day", 0.0005, 0, 0.5,
                                      "part of what is stored that is lost in a day"),
    [BATTERY_AMBIENT] = OPTION(LG_OPTION_PROFILE, LG_UNIT_CELSIUS, "ambient_C_profile", NONE, -60,
                               80, "temperature of the air around it; default 20"),
};
static const lg_device_part battery_parts[] = {
    PART(INVERTER, LG_INVERTER_BATTERY, "what is commanded"),
    PART(BATTERY, 0, "what holds the energy"),
};

static const lg_option panels_options[] = {
    [PANELS_PEAK] = NUMBER(KW, "peak_kW", 5, 0.01, 1000000, "of the panels in full light"),
    [PANELS_INVERTER] =
        NUMBER(KW, "inverter_kW", NONE, 0.01, 1000000, "most it feeds in; default: peak_kW"),
    [PANELS_TILT] = NUMBER(DEGREE, "tilt", 30, 0, 90, "of the panels; 0: flat"),
    [PANELS_AZIMUTH] =
        NUMBER(DEGREE, "azimuth", 180, 0, 360, "where the panels face: 90 east, 180 south"),
    [PANELS_RATIO] = NUMBER(FRACTION, "performance_ratio", 0.85, 0.1, 1,
                            "what is left after heat, wiring and inverter"),
    [PANELS_PROFILE] = OPTION(LG_OPTION_PROFILE, LG_UNIT_W, "power_W_profile", NONE, 0, 1e9,
                              "what they could give, instead of sun and clouds"),
    [PANELS_RAMP] = NUMBER(PERCENT, "ramp_percent_per_s", 20, 0.1, 100,
                           "how fast the inverter's power changes at most, of its own, per second"),
    [PANELS_ERROR] =
        NUMBER(PERCENT, "forecast_error_percent", 15, 0, 90, "how far off forecasts are at most"),
};
static const lg_device_part panels_parts[] = {
    PART(INVERTER, LG_INVERTER_PV, "panels and their inverter")};

static const lg_option turbine_options[] = {
    [TURBINE_POWER] = NUMBER(KW, "power_kW", 50, 0.1, 1000000, "rated"),
    [TURBINE_PROFILE] = OPTION(LG_OPTION_PROFILE, LG_UNIT_W, "power_W_profile", NONE, 0, 1e9,
                               "what it could give, instead of the wind"),
    [TURBINE_RAMP] = NUMBER(PERCENT, "ramp_percent_per_s", 10, 0.1, 100,
                            "how fast its power changes at most, of its own, per second"),
    [TURBINE_ERROR] =
        NUMBER(PERCENT, "forecast_error_percent", 20, 0, 90, "how far off forecasts are at most"),
};
static const lg_device_part turbine_parts[] = {PART(WIND_TURBINE, 0, "the turbine")};

#define COLUMN(type_, unit_, name_, def_, min_, max_, flags_, help_)                               \
    {                                                                                              \
        .size = sizeof(lg_option), .type = (type_), .unit = LG_UNIT_##unit_, .name = (name_),      \
        .def = (def_), .min = (min_), .max = (max_), .flags = (flags_), .help = (help_)            \
    }
static const lg_option session_columns[] = {
    [SESSION_ARRIVES] = COLUMN(LG_OPTION_TIME, NONE, "arrives", NONE, 0, 0, LG_OPTION_REQUIRED,
                               "when the car comes: \"18:00\" every day, \"2024-06-03T18:00Z\" "
                               "once"),
    [SESSION_LEAVES] = COLUMN(LG_OPTION_TIME, NONE, "leaves", NONE, 0, 0, LG_OPTION_REQUIRED,
                              "when it leaves; a time of day that is earlier is the next day's"),
    [SESSION_CAPACITY] = COLUMN(LG_OPTION_NUMBER, KWH, "battery_kWh", 60, 1, 1000, 0, "of the car"),
    [SESSION_SOC] = COLUMN(LG_OPTION_NUMBER, PERCENT, "initial_soc_percent", 30, 0, 100, 0,
                           "state of charge it comes with"),
    [SESSION_WANTED] = COLUMN(LG_OPTION_NUMBER, PERCENT, "wanted_soc_percent", 80, 0, 100, 0,
                              "state of charge it should leave with"),
};
static const lg_option charger_options[] = {
    [CHARGER_POWER] = NUMBER(KW, "power_kW", 11, 1, 1000, "most it charges with"),
    [CHARGER_LEAST] =
        NUMBER(KW, "min_power_kW", 4.14, 0, 1000, "least that a car takes: 6 A on three phases"),
    [CHARGER_LOSS] = NUMBER(PERCENT, "loss_percent", 8, 0, 50, "between the meter and the car"),
    [CHARGER_SESSIONS] = {.size = sizeof(lg_option),
                          .type = LG_OPTION_ROWS,
                          .name = "sessions",
                          .def = NONE,
                          .columns = LG_ARRAY(session_columns),
                          .help = "when cars are plugged in, and with what"},
};
static const lg_device_part charger_parts[] = {PART(EV_CHARGER, 0, "the charging point")};

static const lg_option chp_options[] = {
    [CHP_POWER] = NUMBER(KW, "power_kW", 5, 0.1, 1000000, "electrical, rated"),
    [CHP_LEAST] = NUMBER(PERCENT, "min_power_percent", 40, 0, 100, "of it, below which it rests"),
    [CHP_START] = COLUMN(LG_OPTION_NUMBER, NONE, "start_s", 90, 0, 7200, 0,
                         "seconds from the command to the first power"),
    [CHP_RAMP] = NUMBER(PERCENT, "ramp_percent_per_s", 2, 0.01, 100,
                        "how fast its power changes at most, of its own, per second"),
};
static const lg_device_part chp_parts[] = {PART(CHP, 0, "the unit")};

static const lg_option house_options[] = {
    [HOUSE_ANNUAL] = NUMBER(KWH, "annual_kWh", 3500, 0, 1000000000, "used in a year"),
    [HOUSE_PROFILE] = OPTION(LG_OPTION_PROFILE, LG_UNIT_W, "power_W_profile", NONE, 0, 1e9,
                             "what is used, instead of a household's habits"),
    [HOUSE_COS_PHI] = NUMBER(FRACTION, "power_factor", 0.97, 0.1, 1, "of what is used"),
    [HOUSE_ERROR] =
        NUMBER(PERCENT, "forecast_error_percent", 15, 0, 90, "how far off forecasts are at most"),
};
static const lg_device_part house_parts[] = {PART(METER, 0, "the meter that all of it goes by")};

static const lg_option grid_meter_options[] = {
    [GRID_METER_ERROR] = NUMBER(PERCENT, "error_percent", 0, 0, 10, "of what it says, at most"),
};
static const lg_device_part grid_meter_parts[] = {
    PART(METER, 0, "sums what hangs from it in the graph")};

static const lg_device_driver devices[] = {
    {
        .size = sizeof(lg_device_driver),
        .name = "battery_system",
        .help = "a battery with its inverter: losses, limits near full and empty, heat, ramps",
        .parts = LG_ARRAY(battery_parts),
        .options = LG_ARRAY(battery_options),
        .open = battery_open,
        .step = battery_step,
        .command = battery_command,
        .forecast = battery_forecast,
        .fault = battery_fault,
    },
    {
        .size = sizeof(lg_device_driver),
        .name = "pv_system",
        .help = "panels under sun and clouds behind an inverter that can be curtailed",
        .parts = LG_ARRAY(panels_parts),
        .options = LG_ARRAY(panels_options),
        .open = panels_open,
        .step = source_step,
        .command = source_command,
        .forecast = source_forecast,
        .fault = source_fault,
    },
    {
        .size = sizeof(lg_device_driver),
        .name = "wind_system",
        .help = "a wind turbine that can be curtailed",
        .parts = LG_ARRAY(turbine_parts),
        .options = LG_ARRAY(turbine_options),
        .open = turbine_open,
        .step = source_step,
        .command = source_command,
        .forecast = source_forecast,
        .fault = source_fault,
    },
    {
        .size = sizeof(lg_device_driver),
        .name = "charging_point",
        .help = "a charger of electric cars, with cars that come and go",
        .parts = LG_ARRAY(charger_parts),
        .options = LG_ARRAY(charger_options),
        .open = charger_open,
        .step = charger_step,
        .command = charger_command,
        .forecast = charger_forecast,
        .fault = charger_fault,
    },
    {
        .size = sizeof(lg_device_driver),
        .name = "chp_unit",
        .help = "a combined heat and power unit, which has to start first",
        .parts = LG_ARRAY(chp_parts),
        .options = LG_ARRAY(chp_options),
        .open = chp_open,
        .step = chp_step,
        .command = chp_command,
        .forecast = chp_forecast,
        .fault = chp_fault,
    },
    {
        .size = sizeof(lg_device_driver),
        .name = "household",
        .help = "all that a home uses, behind a meter",
        .parts = LG_ARRAY(house_parts),
        .options = LG_ARRAY(house_options),
        .open = house_open,
        .step = meter_step,
        .forecast = meter_forecast,
        .fault = meter_fault,
    },
    {
        .size = sizeof(lg_device_driver),
        .name = "grid_meter",
        .help = "a meter that sums what hangs from it",
        .parts = LG_ARRAY(grid_meter_parts),
        .options = LG_ARRAY(grid_meter_options),
        .open = grid_meter_open,
        .step = meter_step,
        .forecast = meter_forecast,
        .fault = meter_fault,
    },
};

/* ---- market assets ---- */

static const lg_option backed_options[] = {
    {
        .size = sizeof(lg_option),
        .type = LG_OPTION_LIST,
        .name = "components",
        .def = NONE,
        .min = 1,
        .max = 9007199254740991,
        .flags = LG_OPTION_REQUIRED,
        .help = "ids of the components that it is made of",
    },
    {
        .size = sizeof(lg_option),
        .type = LG_OPTION_INTEGER,
        .name = "microgrid",
        .def = NONE,
        .min = 1,
        .max = 9007199254740991,
        .help = "id of the microgrid they are in; default: the first",
    },
    {
        .size = sizeof(lg_option),
        .type = LG_OPTION_BOOL,
        .name = "follow_trades",
        .def = 1,
        .max = 1,
        .help = "what is traded becomes set points; false: a script or client sees to it",
    },
};

#define BACKED(role_, name_, energy_, help_)                                                       \
    {                                                                                              \
        .size = sizeof(lg_driver), .role = LG_ROLE_##role_, .name = (name_), .help = (help_),      \
        .options = LG_ARRAY(backed_options), .open = backed_open, .energy_type = (energy_),        \
        .backed = 1                                                                                \
    }
static const lg_driver drivers[] = {
    BACKED(CONSUMER, "site_load", "Load", "what components of a microgrid use"),
    BACKED(PRODUCER, "site_pv", "PV", "what components of a microgrid produce"),
    BACKED(STORAGE, "site_storage", "Storage", "what components of a microgrid can store"),
    BACKED(PROSUMER, "site_meter", "Site", "what goes by a meter of a microgrid, either way"),
};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "simulated_site",
    .version = "0.1.0",
    .help = "simulated devices of a microgrid, and market assets that are backed by components",
    .drivers = LG_ARRAY(drivers),
    .devices = LG_ARRAY(devices),
};

LG_PLUGIN_EXPORT(plugin)
