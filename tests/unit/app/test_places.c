/* Folders of plugins and scripts: the environment adds plugins and replaces scripts. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include "app/places.h"
#include "support/failing_mem.h"

static void test_environment(void **state)
{
    (void)state;
    lg_places places;
    lg_err err;
    setenv("LUNAGRID_PLUGINS", ":/mine::/yours:", 1);
    setenv("LUNAGRID_SCRIPTS", "/my/scripts", 1);
    assert_int_equal(lg_places_find(lg_mem_system(), &places, &err), LG_OK);
    assert_int_equal(places.plugin_count, 3);
    assert_int_equal(places.plugins[0][0], '/'); /* where they ship comes first */
    assert_string_equal(places.plugins[1], "/mine");
    assert_string_equal(places.plugins[2], "/yours");
    assert_string_equal(places.scripts, "/my/scripts");
    lg_places_fini(&places);
}

static void test_no_environment(void **state)
{
    (void)state;
    lg_places places;
    lg_err err;
    unsetenv("LUNAGRID_PLUGINS");
    setenv("LUNAGRID_SCRIPTS", "", 1);
    assert_int_equal(lg_places_find(lg_mem_system(), &places, &err), LG_OK);
    assert_int_equal(places.plugin_count, 1);
    assert_int_equal(places.scripts[0], '/');
    lg_places_fini(&places);
}

static void test_too_many_err(void **state)
{
    (void)state;
    lg_places places;
    lg_err err;
    setenv("LUNAGRID_PLUGINS", "1:2:3:4:5:6:7:8:9:10:11:12:13:14:15:16", 1);
    assert_int_equal(lg_places_find(lg_mem_system(), &places, &err), LG_LIMIT);
    assert_string_equal(err.text, "LUNAGRID_PLUGINS names more than 15 folders");
}

static int find(lg_mem *mem, void *ctx)
{
    (void)ctx;
    lg_places places;
    lg_err err;
    lg_status status = lg_places_find(mem, &places, &err);
    lg_places_fini(&places);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void test_memory_err(void **state)
{
    (void)state;
    setenv("LUNAGRID_PLUGINS", "/mine:/yours", 1);
    lg_sweep_allocations(find, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_no_environment),
        cmocka_unit_test(test_too_many_err),
        cmocka_unit_test(test_memory_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
