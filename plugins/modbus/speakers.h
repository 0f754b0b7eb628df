/* plugins/modbus/speakers.h — which points of which SunSpec models say what about a component */
#ifndef MODBUS_SPEAKERS_H
#define MODBUS_SPEAKERS_H

#include "plan.h"

/* A point and the metric that it is. `sign` turns it into the passive convention. */
typedef enum sign { AS_IS, GIVEN, OF_METER, OF_BATTERY } sign;
typedef struct row {
    const char *path;
    uint32_t metric;
    sign sign;
} row;

/* Models that speak for a category: the first that a device has gives each metric. */
typedef struct speaker {
    uint32_t category;
    uint16_t number;
    const row *rows;
    uint32_t row_count;
    const char *state; /* NULL: none */
    const plan_word *words;
    uint32_t word_count;
} speaker;

extern const speaker speakers[];
extern const uint32_t speaker_count;

#endif
