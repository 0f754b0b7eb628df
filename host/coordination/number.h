/* coordination/number.h — decimals of the wire: what they are exactly, and how they were written */
#ifndef LG_COORDINATION_NUMBER_H
#define LG_COORDINATION_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/** Units of lg_coord_number in 1: kWh, kW, degrees and prices all count in thousand millionths. */
#define LG_COORD_NANO INT64_C(1000000000)

/** The most a number of the wire may be, either way. */
#define LG_COORD_NUMBER_MAX (9 * INT64_C(1000000000))

/** A decimal. What is computed is nano; what a client is shown again is text. */
typedef struct lg_coord_number {
    int64_t nano;
    const char *text; /* as JSON has numbers */
} lg_coord_number;

/**
 * Reads a JSON number: "0.170", "-5e3". Digits past the ninth decimal are rounded, half away from
 * zero. @return whether it is one within LG_COORD_NUMBER_MAX
 */
bool lg_coord_number_read(const char *text, int64_t *nano);

#endif
