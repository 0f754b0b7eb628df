/* A polygon holds what is inside it and on its border, whichever way round it is given. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "coordination/area.h"

static lg_coord_place place(double latitude, double longitude)
{
    return (lg_coord_place){.latitude.nano = (int64_t)(latitude * 1e9),
                            .longitude.nano = (int64_t)(longitude * 1e9)};
}

static bool holds(const lg_coord_place *corners, uint32_t count, double latitude, double longitude)
{
    lg_coord_place p = place(latitude, longitude);
    return lg_coord_area_holds(corners, count, &p);
}

/* The letter L: a square of 4 by 4 without its upper right quarter. */
static void a_polygon_may_have_a_dent(void **state)
{
    const lg_coord_place l[] = {place(0, 0), place(0, 4), place(2, 4),
                                place(2, 2), place(4, 2), place(4, 0)};
    lg_coord_place back[6];
    (void)state;
    for (int i = 0; i < 6; i++)
        back[i] = l[5 - i];
    for (int turn = 0; turn < 2; turn++) {
        const lg_coord_place *p = turn ? back : l;
        assert_true(holds(p, 6, 1, 1));
        assert_true(holds(p, 6, 1, 3));
        assert_true(holds(p, 6, 3, 1));
        assert_false(holds(p, 6, 3, 3)); /* the dent */
        assert_false(holds(p, 6, 5, 1));
        assert_false(holds(p, 6, 1, -0.000000001));
        assert_true(holds(p, 6, 2, 3)); /* the border */
        assert_true(holds(p, 6, 0, 0)); /* a corner */
        assert_true(holds(p, 6, 2, 1)); /* level with corners */
        assert_false(holds(p, 6, 4, 3));
    }
}

static void degrees_have_ends(void **state)
{
    lg_coord_place good = place(-90, 180), bad = place(90.000001, 0), far = place(0, -180.1);
    (void)state;
    assert_true(lg_coord_place_is_valid(&good));
    assert_false(lg_coord_place_is_valid(&bad));
    assert_false(lg_coord_place_is_valid(&far));
    assert_false(holds(NULL, 0, 1, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_polygon_may_have_a_dent),
        cmocka_unit_test(degrees_have_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
