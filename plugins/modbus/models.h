/* plugins/modbus/models.h — which points the SunSpec models have, in the order of their registers
 *
 * Names are those of SunSpec's model reference. Every model begins with its number and the count of
 * registers that follow, both are points here too.
 */
#ifndef MODBUS_MODELS_H
#define MODBUS_MODELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "value.h"

/** One value of a model. */
typedef struct sunspec_point {
    const char *name;
    const char *scale; /* the point whose power of ten it is multiplied by; NULL: none */
    value_type type;
    uint16_t registers;
    bool is_set; /* may be written */
} sunspec_point;

/** As often as fits until the model ends. */
#define SUNSPEC_REST "*"

/** Points and, after them, groups of their own, each of which may be there several times. */
typedef struct sunspec_group {
    const char *name;
    const char *times; /* the point that says how often; NULL: once; SUNSPEC_REST */
    const sunspec_point *points;
    const struct sunspec_group *groups;
    uint32_t point_count, group_count;
} sunspec_group;

typedef struct sunspec_model_kind {
    uint16_t number;
    sunspec_group top;
} sunspec_model_kind;

extern const sunspec_model_kind sunspec_inverter_kinds[], sunspec_meter_kinds[],
    sunspec_der_kinds[];
extern const uint32_t sunspec_inverter_kinds_count, sunspec_meter_kinds_count,
    sunspec_der_kinds_count;

#define GET(name, type)                                                                            \
    {                                                                                              \
        name, NULL, VALUE_##type, 0, false                                                         \
    }
#define SET(name, type)                                                                            \
    {                                                                                              \
        name, NULL, VALUE_##type, 0, true                                                          \
    }
#define GET_SCALED(name, type, scale)                                                              \
    {                                                                                              \
        name, scale, VALUE_##type, 0, false                                                        \
    }
#define SET_SCALED(name, type, scale)                                                              \
    {                                                                                              \
        name, scale, VALUE_##type, 0, true                                                         \
    }
#define GET_TEXT(name, registers)                                                                  \
    {                                                                                              \
        name, NULL, VALUE_TEXT, registers, false                                                   \
    }
#define SET_TEXT(name, registers)                                                                  \
    {                                                                                              \
        name, NULL, VALUE_TEXT, registers, true                                                    \
    }
#define GROUP(name, times, points, groups, group_count)                                            \
    {                                                                                              \
        name, times, points, groups, (uint32_t)(sizeof(points) / sizeof *(points)), group_count    \
    }

#endif
