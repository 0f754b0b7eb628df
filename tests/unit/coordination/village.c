/* An aggregator with two homes, for tests of the model. */
#include "village.h"

static lg_coord_result build(lg_coord *coord, lg_coord_tenant *tenant)
{
    static const char *const users[] = {"ann", "bob"}, *const meters[] = {"7070001"};
    const lg_coord_place corners[] = {
        {{60 * LG_COORD_NANO, "60"}, {4 * LG_COORD_NANO, "4"}},
        {{60 * LG_COORD_NANO, "60"}, {6 * LG_COORD_NANO, "6"}},
        {{61 * LG_COORD_NANO, "61"}, {5 * LG_COORD_NANO, "5"}},
    };
    const lg_coord_neighbourhood_draft hill = {"hill", corners, 3, meters, 1};
    const lg_coord_location_draft homes[] = {
        {.id = "home-1", .user = "ann", .meters = meters, .meter_count = 1},
        {.id = "home-2",
         .user = "bob",
         .placed = true,
         .place = {{60500000000, "60.5"}, {5 * LG_COORD_NANO, "5.0"}}},
    };
    const lg_coord_resource_draft resources[] = {
        {.id = "charger-1", .user = "ann", .location = "home-1", .type = LG_COORD_RESOURCE_Charger},
        {.id = "car-1", .user = "ann", .type = LG_COORD_RESOURCE_Vehicle},
        {.id = "panel-2",
         .user = "bob",
         .location = "home-2",
         .type = LG_COORD_RESOURCE_SolarInverter,
         .feeds_in = true},
    };
    lg_coord_result result = lg_coord_put_neighbourhood(coord, &hill, NULL);
    if (result == LG_COORD_DONE)
        result = lg_coord_add_users(coord, tenant, users, 2, NULL);
    if (result == LG_COORD_DONE)
        result = lg_coord_add_locations(coord, tenant, homes, 2, NULL);
    for (int i = 0; i < 3 && result == LG_COORD_DONE; i++)
        result = lg_coord_add_resource(coord, tenant, &resources[i], NULL);
    for (int i = 0; i < 2 && result == LG_COORD_DONE; i++)
        result = lg_coord_enrol(coord, tenant, users[i], NULL);
    return result;
}

lg_coord *village_new(lg_mem *mem, lg_coord_tenant **tenant)
{
    lg_coord_settings settings = lg_coord_defaults();
    lg_coord *coord = lg_coord_new(mem, &settings);
    if (!coord)
        return NULL;
    lg_coord_begin(coord, village_at("2026-03-01T00:00:00Z"));
    if (lg_coord_add_tenant(coord, "north", tenant) == LG_COORD_DONE &&
        build(coord, *tenant) == LG_COORD_DONE)
        return coord;
    lg_coord_free(coord);
    return NULL;
}
