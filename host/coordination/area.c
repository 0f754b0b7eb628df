/* Even and odd: a ray from the place to the east crosses the border an odd number of times. */
#include "coordination/area.h"

bool lg_coord_place_is_valid(const lg_coord_place *place)
{
    const int64_t lat = 90 * LG_COORD_NANO, lon = 180 * LG_COORD_NANO;
    return place->latitude.nano >= -lat && place->latitude.nano <= lat &&
           place->longitude.nano >= -lon && place->longitude.nano <= lon;
}

/* Above 0: @p p is left of the way from @p a to @p b; 0: on its line. */
static int side(const lg_coord_place *a, const lg_coord_place *b, const lg_coord_place *p)
{
    __int128 turn =
        (__int128)(b->longitude.nano - a->longitude.nano) * (p->latitude.nano - a->latitude.nano) -
        (__int128)(p->longitude.nano - a->longitude.nano) * (b->latitude.nano - a->latitude.nano);
    return (turn > 0) - (turn < 0);
}

static bool between(int64_t a, int64_t b, int64_t x)
{
    return a < b ? x >= a && x <= b : x >= b && x <= a;
}

static bool on_edge(const lg_coord_place *a, const lg_coord_place *b, const lg_coord_place *p)
{
    return side(a, b, p) == 0 && between(a->latitude.nano, b->latitude.nano, p->latitude.nano) &&
           between(a->longitude.nano, b->longitude.nano, p->longitude.nano);
}

bool lg_coord_area_holds(const lg_coord_place *corners, uint32_t count, const lg_coord_place *place)
{
    bool inside = false;
    for (uint32_t i = 0; i < count; i++) {
        const lg_coord_place *a = &corners[i], *b = &corners[(i + 1) % count];
        if (on_edge(a, b, place))
            return true;
        bool up = b->latitude.nano > a->latitude.nano;
        bool spans =
            (a->latitude.nano > place->latitude.nano) != (b->latitude.nano > place->latitude.nano);
        if (spans && (side(a, b, place) > 0) == up)
            inside = !inside;
    }
    return inside;
}
