/* coordination/area.h — places on the map, and whether they lie in a polygon; whole numbers only */
#ifndef LG_COORDINATION_AREA_H
#define LG_COORDINATION_AREA_H

#include <stdbool.h>
#include <stdint.h>
#include "coordination/number.h"

/** Corners a polygon may have. */
#define LG_COORD_CORNERS_MAX 1000

/** A place in degrees of WGS 84: latitude -90..90, longitude -180..180. */
typedef struct lg_coord_place {
    lg_coord_number latitude, longitude;
} lg_coord_place;

/** Whether both numbers are degrees of a place. */
bool lg_coord_place_is_valid(const lg_coord_place *place);

/**
 * Whether @p place lies in the polygon of @p count corners (at least 3, in either direction, the
 * last joined to the first) or on its border. Edges are straight in degrees, as on a plain map; a
 * polygon across the 180th meridian is two.
 */
bool lg_coord_area_holds(const lg_coord_place *corners, uint32_t count,
                         const lg_coord_place *place);

#endif
