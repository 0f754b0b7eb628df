/* One scenario file through the whole scenario room. The drivers are stand-ins that offer an option
 * of each type, so that every way of writing a value can be reached. */
#include "fuzz/scenario_target.h"

#include <math.h>
#include <string.h>
#include "fuzz/scratch_file.h"
#include "scenario/scenario.h"
#include "support/failing_mem.h"

enum { BYTES_MAX = 96 << 20 };

#define OPTION(kind, unit_, key, def_, min_, max_)                                                 \
    {                                                                                              \
        .size = sizeof(lg_option), .type = (kind), .unit = (unit_), .name = (key), .def = (def_),  \
        .min = (min_), .max = (max_), .help = "for fuzzing"                                        \
    }

static const lg_option load_options[] = {
    OPTION(LG_OPTION_NUMBER, LG_UNIT_W, "avg_power_W", 200, 0, 1e9),
    OPTION(LG_OPTION_LIST, LG_UNIT_NONE, "hrs_of_day", NAN, 0, 23),
    OPTION(LG_OPTION_PROFILE, LG_UNIT_W, "daily_load_profile", NAN, 0, 1e9),
};
static const lg_option pv_options[] = {
    OPTION(LG_OPTION_INTEGER, LG_UNIT_NONE, "panel_count", 1, 1, 10000),
    OPTION(LG_OPTION_NUMBER, LG_UNIT_KW, "capacity_kW", 5, 0, 1e6),
};
static const lg_option storage_options[] = {
    OPTION(LG_OPTION_NUMBER, LG_UNIT_KWH, "battery_capacity_kWh", 1.2, 0, 1e6),
    OPTION(LG_OPTION_BOOL, LG_UNIT_NONE, "enabled", 1, 0, 1),
};
static const lg_option bus_options[] = {
    OPTION(LG_OPTION_PROFILE, LG_UNIT_CT_PER_KWH, "energy_sell_rate", 30, 0, 10000),
    OPTION(LG_OPTION_PROFILE, LG_UNIT_CT_PER_KWH, "energy_buy_rate", NAN, 0, 10000),
};

#define DRIVER(word, role_, options_)                                                              \
    {                                                                                              \
        .size = sizeof(lg_driver), .role = (role_), .name = (word), .help = "for fuzzing",         \
        .options = LG_ARRAY(options_)                                                              \
    }

static const lg_driver load = DRIVER("load", LG_ROLE_CONSUMER, load_options);
static const lg_driver pv = DRIVER("pv", LG_ROLE_PRODUCER, pv_options);
static const lg_driver storage = DRIVER("storage", LG_ROLE_STORAGE, storage_options);
static const lg_driver bus = DRIVER("infinite_bus", LG_ROLE_BUS, bus_options);
static const lg_driver *const drivers[] = {&load, &pv, &storage, &bus};

/** @return the scenario or NULL; every refusal says something */
static lg_scenario *read_file(lg_mem *mem, const char *file)
{
    lg_scenario_input input = {.file = file,
                               .drivers = drivers,
                               .driver_count = sizeof drivers / sizeof *drivers,
                               .scripts_folder = LG_FUZZ_SCRIPTS,
                               .slots = -1,
                               .days = -1};
    lg_diag diag;
    lg_scenario *scenario = NULL;
    lg_diag_init(&diag, mem);
    lg_status status = lg_scenario_read(mem, &input, &diag, &scenario);
    LG_ASSERT((status == LG_OK) == (scenario != NULL));
    LG_ASSERT(status == LG_OK ? diag.errors == 0 : diag.errors > 0 || status == LG_MEMORY);
    lg_diag_fini(&diag);
    return scenario;
}

void scenario_target(const char *name, const uint8_t *bytes, size_t size)
{
    lg_failing_mem bounded;
    lg_failing_mem_init(&bounded);
    bounded.bytes_max = BYTES_MAX;
    lg_scenario *first = read_file(&bounded.mem, scratch_file(name, bytes, size));
    if (first) {
        lg_text json;
        lg_text_init(&json, &bounded.mem);
        lg_scenario_print(first, &json);
        if (!json.failed) {
            const char *copy =
                scratch_file("again.json", (const uint8_t *)lg_text_peek(&json), json.length);
            bounded.bytes_max = 4 * (size_t)BYTES_MAX;
            lg_scenario *second = read_file(&bounded.mem, copy);
            LG_ASSERT(second && strcmp(first->hash, second->hash) == 0);
            lg_scenario_free(second);
        }
        lg_text_fini(&json);
    }
    lg_scenario_free(first);
    LG_ASSERT(bounded.live_bytes == 0);
}
