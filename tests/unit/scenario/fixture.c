/* Fake drivers, a folder that comes and goes, and what reading a scenario must say. */
#include "fixture.h"

#include <ftw.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NUMBER(key, sign, default_, low, high)                                                     \
    {                                                                                              \
        .size = sizeof(lg_option), .type = LG_OPTION_NUMBER, .unit = sign, .name = key,            \
        .def = default_, .min = low, .max = high, .help = key                                      \
    }
#define PROFILE(key, sign, high)                                                                   \
    {                                                                                              \
        .size = sizeof(lg_option), .type = LG_OPTION_PROFILE, .unit = sign, .name = key,           \
        .def = NAN, .min = 0, .max = high, .help = key                                             \
    }
#define TEXT(key, words)                                                                           \
    {                                                                                              \
        .size = sizeof(lg_option), .type = LG_OPTION_TEXT, .name = key, .def = NAN,                \
        .choices = words, .help = key                                                              \
    }

static const lg_option load_options[] = {
    NUMBER("avg_power_W", LG_UNIT_W, NAN, 0, 1e9),
    {.size = sizeof(lg_option),
     .type = LG_OPTION_LIST,
     .unit = LG_UNIT_HOUR,
     .name = "hrs_of_day",
     .def = NAN,
     .min = 0,
     .max = 23,
     .help = "hours"},
    PROFILE("daily_load_profile", LG_UNIT_W, 1e9),
    TEXT("shape", "household|heat_pump|ev"),
    NUMBER("annual_kWh", LG_UNIT_KWH, NAN, 0, 1e9),
};
static const lg_option pv_options[] = {
    NUMBER("capacity_kW", LG_UNIT_KW, 5, 0, 1e6),
    {.size = sizeof(lg_option),
     .type = LG_OPTION_INTEGER,
     .name = "panel_count",
     .def = 1,
     .min = 0,
     .max = 1e6,
     .help = "panels"},
    TEXT("model", "gaussian|profile|clear_sky|predefined"),
    PROFILE("power_profile", LG_UNIT_W, 1e9),
    TEXT("cloud_coverage", "sunny|partial|cloudy"),
};
static const lg_option storage_options[] = {
    NUMBER("battery_capacity_kWh", LG_UNIT_KWH, 1.2, 0, 1e6),
    NUMBER("max_abs_battery_power_kW", LG_UNIT_KW, 5, 0, 1e6),
    NUMBER("initial_soc", LG_UNIT_PERCENT, 10, 0, 100),
    NUMBER("min_allowed_soc", LG_UNIT_PERCENT, 10, 0, 100),
    NUMBER("charging_loss", LG_UNIT_FRACTION, 0, 0, 1),
    NUMBER("discharging_loss", LG_UNIT_FRACTION, 0, 0, 1),
    NUMBER("self_discharge_per_day", LG_UNIT_FRACTION_PER_DAY, 0, 0, 1),
    TEXT("initial_energy_origin", "external|local|unknown"),
    {.size = sizeof(lg_option),
     .type = LG_OPTION_BOOL,
     .name = "keeps_discharging_loss",
     .def = 1,
     .max = 1,
     .help = "room for the loss"},
};
static const lg_option maker_options[] = {
    NUMBER("energy_rate", LG_UNIT_CT_PER_KWH, NAN, 0, 10000),
    PROFILE("energy_rate_profile", LG_UNIT_CT_PER_KWH, 10000),
    {.size = sizeof(lg_option),
     .type = LG_OPTION_BOOL,
     .name = "grid_connected",
     .def = 1,
     .max = 1,
     .help = "trades"},
};
static const lg_option bus_options[] = {
    NUMBER("energy_sell_rate", LG_UNIT_CT_PER_KWH, NAN, 0, 10000),
    PROFILE("energy_rate_profile", LG_UNIT_CT_PER_KWH, 10000),
    NUMBER("energy_buy_rate", LG_UNIT_CT_PER_KWH, NAN, 0, 10000),
    PROFILE("buying_rate_profile", LG_UNIT_CT_PER_KWH, 10000),
};
static const lg_option session_columns[] = {
    {.size = sizeof(lg_option),
     .type = LG_OPTION_TIME,
     .flags = LG_OPTION_REQUIRED,
     .name = "plug_in_time",
     .def = NAN,
     .help = "x"},
    {.size = sizeof(lg_option),
     .type = LG_OPTION_NUMBER,
     .unit = LG_UNIT_MINUTE,
     .flags = LG_OPTION_REQUIRED,
     .name = "duration_minutes",
     .def = NAN,
     .min = 1,
     .max = 1440,
     .help = "x"},
    NUMBER("initial_soc_percent", LG_UNIT_PERCENT, 20, 0, 100),
    NUMBER("min_soc_percent", LG_UNIT_PERCENT, 50, 0, 100),
    NUMBER("battery_capacity_kWh", LG_UNIT_KWH, 100, 0, 1000),
};
static const lg_option charger_options[] = {
    NUMBER("maximum_power_rating_kW", LG_UNIT_KW, 10, 0, 1000),
    {.size = sizeof(lg_option),
     .type = LG_OPTION_TEXT,
     .name = "charging",
     .choices = "unidirectional|bidirectional",
     .help = "x"},
    {.size = sizeof(lg_option),
     .type = LG_OPTION_ROWS,
     .flags = LG_OPTION_REQUIRED,
     .name = "sessions",
     .def = NAN,
     .columns = LG_ARRAY(session_columns),
     .help = "x"},
};
static const lg_option heat_pump_options[] = {
    NUMBER("maximum_power_rating_kW", LG_UNIT_KW, 3, 0, 1000),
    NUMBER("min_temp_C", LG_UNIT_CELSIUS, 50, 0, 95),
    NUMBER("max_temp_C", LG_UNIT_CELSIUS, 65, 0, 95),
    NUMBER("initial_temp_C", LG_UNIT_CELSIUS, 50, 0, 95),
    NUMBER("tank_volume_l", LG_UNIT_NONE, 50, 1, 1e6),
    PROFILE("consumption_kWh_profile", LG_UNIT_KWH, 1e5),
    PROFILE("source_temp_C_profile", LG_UNIT_CELSIUS, 60),
    TEXT("source_type", "air|ground"),
    PROFILE("preferred_buying_rate", LG_UNIT_CT_PER_KWH, 10000),
};
static const lg_option producer_options[] = {
    PROFILE("energy_rate", LG_UNIT_CT_PER_KWH, 10000),
};
static const lg_option generator_options[] = {
    PROFILE("max_available_power_kW", LG_UNIT_KW, 1e6),
    PROFILE("energy_rate", LG_UNIT_CT_PER_KWH, 10000),
};
static const lg_option meter_options[] = {
    {.size = sizeof(lg_option),
     .type = LG_OPTION_PROFILE,
     .unit = LG_UNIT_W,
     .name = "smart_meter_profile",
     .def = NAN,
     .min = -1e9,
     .max = 1e9,
     .help = "power"},
    TEXT("sampling", "start|mean"),
};
static const lg_option wind_options[] = {
    NUMBER("capacity_kW", LG_UNIT_KW, 5, 0, 1e6),
    NUMBER("turbine_count", LG_UNIT_NONE, 1, 1, 1e4),
    PROFILE("power_profile", LG_UNIT_W, 1e9),
    TEXT("sampling", "start|mean"),
};

/* Of those that take other options while they are open. */
static int32_t changes(void *device, const lg_device_info *info)
{
    (void)device;
    (void)info;
    return LG_OK;
}

#define DRIVER(word, what, rows, ...)                                                              \
    {                                                                                              \
        .size = sizeof(lg_driver), .role = what, .name = word, .help = word,                       \
        .options = LG_ARRAY(rows), __VA_ARGS__                                                     \
    }

static const lg_driver commercial_producer =
    DRIVER("commercial_producer", LG_ROLE_PRODUCER, producer_options,
           .strategy = "strategies/fixed_rate.lua");
static const lg_driver ev_charger =
    DRIVER("ev_charger", LG_ROLE_STORAGE, charger_options, .strategy = "strategies/ev_ramp.lua");
static const lg_driver heat_pump = DRIVER("heat_pump", LG_ROLE_CONSUMER, heat_pump_options);
static const lg_driver infinite_bus = DRIVER("infinite_bus", LG_ROLE_BUS, bus_options);
static const lg_driver load = DRIVER("load", LG_ROLE_CONSUMER, load_options);
static const lg_driver market_maker = DRIVER("market_maker", LG_ROLE_MARKET_MAKER, maker_options);
static const lg_driver pv = {
    .size = sizeof(lg_driver),
    .role = LG_ROLE_PRODUCER,
    .name = "pv",
    .help = "pv",
    .options = LG_ARRAY(pv_options),
    .change = changes,
};
static const lg_driver storage = DRIVER("storage", LG_ROLE_STORAGE, storage_options);

static const lg_driver generator =
    DRIVER("finite_diesel_generator", LG_ROLE_PRODUCER, generator_options);
static const lg_driver meter = DRIVER("smart_meter", LG_ROLE_PROSUMER, meter_options);
static const lg_driver wind = DRIVER("wind_turbine", LG_ROLE_PRODUCER, wind_options);

const lg_driver *const fixture_drivers[] = {
    &commercial_producer,
    &ev_charger,
    &heat_pump,
    &infinite_bus,
    &load,
    &market_maker,
    &pv,
    &storage,
    &generator,
    &meter,
    &wind,
};
const uint32_t fixture_driver_count = sizeof fixture_drivers / sizeof fixture_drivers[0];

static char folder[64];

const char *fixture_path(const char *name)
{
    static char paths[4][512];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

const char *fixture_write(const char *name, const char *text)
{
    const char *path = fixture_path(name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
    assert_int_equal(fclose(file), 0);
    return path;
}

void fixture_open(void)
{
    static const char *const scripts[] = {
        "strategies/load_ramp.lua",        "strategies/pv_ramp.lua",  "strategies/fixed_rate.lua",
        "strategies/storage_ramp.lua",     "strategies/ev_ramp.lua",  "strategies/meter_ramp.lua",
        "strategies/storage_capacity.lua", "strategies/patient.lua",  "strategies/night_owl.lua",
        "tariffs/fixed_fee.lua",           "tariffs/time_of_use.lua", "tariffs/peak_threshold.lua",
    };
    strcpy(folder, "/tmp/lunagrid-scenario-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(mkdir(fixture_path("scripts"), 0700), 0);
    assert_int_equal(mkdir(fixture_path("scripts/strategies"), 0700), 0);
    assert_int_equal(mkdir(fixture_path("scripts/tariffs"), 0700), 0);
    for (size_t i = 0; i < sizeof scripts / sizeof scripts[0]; i++) {
        char name[128];
        snprintf(name, sizeof name, "scripts/%s", scripts[i]);
        fixture_write(name, "return {}\n");
    }
}

static int remove_one(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    return remove(path);
}

void fixture_close(void)
{
    assert_int_equal(nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
}

lg_scenario_input fixture_input(const char *file)
{
    static char scripts[512];
    snprintf(scripts, sizeof scripts, "%s/scripts", folder);
    return (lg_scenario_input){.file = file,
                               .drivers = fixture_drivers,
                               .driver_count = fixture_driver_count,
                               .scripts_folder = scripts,
                               .slots = -1,
                               .days = -1};
}

lg_scenario *fixture_read(const lg_scenario_input *input)
{
    lg_diag diag;
    lg_text text;
    lg_scenario *scenario;
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&text, lg_mem_system());
    lg_status status = lg_scenario_read(lg_mem_system(), input, &diag, &scenario);
    lg_diag_print(&diag, &text);
    if (status != LG_OK)
        print_error("%s", lg_text_peek(&text));
    assert_int_equal(status, LG_OK);
    lg_text_fini(&text);
    lg_diag_fini(&diag);
    return scenario;
}

lg_scenario *fixture_read_text(const char *name, const char *text)
{
    lg_scenario_input input = fixture_input(fixture_write(name, text));
    return fixture_read(&input);
}

/* The problems without a folder in front of file names, which differs from run to run. */
static void strip_folder(char *text, const char *path)
{
    size_t length = strlen(path) + 1;
    for (char *p = text; (p = strstr(p, path)) != NULL;)
        memmove(p, p + length, strlen(p + length) + 1);
}

void fixture_refuse(const lg_scenario_input *input, const char *expected)
{
    lg_diag diag;
    lg_text text;
    lg_scenario *scenario = (lg_scenario *)1;
    lg_diag_init(&diag, lg_mem_system());
    lg_text_init(&text, lg_mem_system());
    lg_status status = lg_scenario_read(lg_mem_system(), input, &diag, &scenario);
    lg_diag_print(&diag, &text);
    assert_int_equal(status, LG_SCENARIO);
    assert_null(scenario);
    char here[4096];
    assert_non_null(getcwd(here, sizeof here));
    strip_folder(text.data, folder);
    strip_folder(text.data, here);
    assert_string_equal(lg_text_peek(&text), expected);
    lg_text_fini(&text);
    lg_diag_fini(&diag);
}

void fixture_refuse_text(const char *name, const char *text, const char *expected)
{
    lg_scenario_input input = fixture_input(fixture_write(name, text));
    fixture_refuse(&input, expected);
}
