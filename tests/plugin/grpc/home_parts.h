/* tests/plugin/grpc/home_parts.h — what the files of the home share */
#ifndef TESTS_PLUGIN_GRPC_HOME_PARTS_H
#define TESTS_PLUGIN_GRPC_HOME_PARTS_H

#include "base/diag.h"
#include "home.h"
#include "microgrid/plant.h"

enum { GRID, METER, STORE_METER, STORE, BATTERY, SUN_METER, SUN, CAR, TURBINE, PARTS };
enum { SENSOR = PARTS, ALL, VALUES_MAX = 32, STATES_MAX = 4, COMMANDS_MAX = 1024 };

/* What one of them said last. */
typedef struct saying {
    uint64_t number;
    int64_t time_ms;
    lg_microgrid_value values[VALUES_MAX];
    lg_microgrid_range ranges[3][LG_RANGES_MAX];
    uint32_t states[STATES_MAX];
    uint32_t value_count, state_count, ranges_count;
    lg_microgrid_diagnostic error;
    bool is_silent, failed;
    bool told_error; /* that it has failed */
} saying;

struct home {
    lg_microgrid_door door;
    lg_component parts[PARTS];
    lg_component_link wires[PARTS];
    uint32_t part_count;
    lg_diag diag;
    lg_graph graph;
    lg_plant *plant;
    saying said[ALL];
    double stored_Wh;
    int64_t now_ms, shift_ms;
    uint32_t permille;
    bool rejects, holds;
    uint8_t outcomes[COMMANDS_MAX];
    uint64_t commands, newest[PARTS][LG_POWER_TYPES];
    char commander[64];
};

/** Its place among all; ALL: there is none. */
uint32_t home_place(const home *h, uint64_t id);
/** home_told.c: the functions of the door that change something. */
void home_obey(lg_microgrid_door *door);

#endif
