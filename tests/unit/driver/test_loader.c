/* Folders and single files; that no allocation may fail unnoticed. What is refused: tests/plugin.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "driver/fleet.h"
#include "support/failing_mem.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A stand-in: nothing here trades. */
const lg_position *lg_market_position(const lg_market *market, uint32_t asset)
{
    (void)market;
    (void)asset;
    return NULL;
}

static void one_file(void **state)
{
    (void)state;
    const char *file = LG_KETTLE;
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_plugins *plugins = lg_plugins_load(lg_mem_system(), &file, 1, &diag);
    assert_non_null(plugins);
    assert_int_equal(diag.count, 0);
    uint32_t count;
    const lg_plugin *const *list = lg_plugins_list(plugins, &count);
    assert_int_equal(count, 1);
    assert_string_equal(list[0]->name, "kettle");
    assert_string_equal(lg_plugins_file(plugins, 0), LG_KETTLE);
    const lg_driver *const *drivers = lg_plugins_drivers(plugins, &count);
    assert_int_equal(count, 1);
    assert_string_equal(drivers[0]->name, "kettle");
    assert_int_equal(drivers[0]->points.count, 2);
    lg_plugins_free(plugins);
    lg_diag_fini(&diag);
}

/* The same file through its folder and by itself is loaded once, without a word. */
static void a_file_met_twice_counts_once(void **state)
{
    (void)state;
    const char *folders[] = {LG_KETTLE_FOLDER, LG_KETTLE, LG_KETTLE_FOLDER "/."};
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_plugins *plugins = lg_plugins_load(lg_mem_system(), folders, 3, &diag);
    assert_non_null(plugins);
    assert_int_equal(diag.count, 0);
    uint32_t count;
    const lg_driver *const *drivers = lg_plugins_drivers(plugins, &count);
    assert_true(count >= 1);
    for (uint32_t i = 1; i < count; i++)
        assert_true(strcmp(drivers[i - 1]->name, drivers[i]->name) < 0);
    lg_plugins_free(plugins);
    lg_diag_fini(&diag);
}

/* Maps a copy of the kettle's first @p size bytes. */
static void refused_cut_at(long size, const char *folder)
{
    static char bytes[1 << 20];
    char path[300];
    snprintf(path, sizeof path, "%s/kettle.so", folder);
    FILE *whole = fopen(LG_KETTLE, "rb"), *cut = fopen(path, "wb");
    assert_true(whole && cut);
    size_t length = fread(bytes, 1, sizeof bytes, whole);
    assert_true(length < sizeof bytes);
    length = size < 0 ? length - (size_t)-size : (size_t)size;
    assert_int_equal(fwrite(bytes, 1, length, cut), length);
    fclose(whole);
    fclose(cut);
    const char *file = path;
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_plugins *plugins = lg_plugins_load(lg_mem_system(), &file, 1, &diag);
    assert_non_null(plugins);
    uint32_t count;
    lg_plugins_list(plugins, &count);
    assert_int_equal(count, 0);
    assert_int_equal(diag.count, 1);
    assert_non_null(strstr(diag.problems[0].text, "plugin refused: it is cut off"));
    lg_plugins_free(plugins);
    lg_diag_fini(&diag);
    assert_int_equal(remove(path), 0);
}

/* A broken copy would be told by a signal. */
static void a_file_that_was_cut_off_err(void **state)
{
    (void)state;
    char folder[] = "/tmp/lunagrid-cut-XXXXXX";
    assert_non_null(mkdtemp(folder));
    static const long sizes[] = {20, 64, 100, 1000, 4096, 8192, -1};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        refused_cut_at(sizes[i], folder);
    assert_int_equal(remove(folder), 0);
}

/* The cut file would be refused with a warning, had anybody looked at it. */
static void gateways_stay_outside(void **state)
{
    (void)state;
    char made[] = "/tmp/lunagrid-outer-XXXXXX", path[300];
    assert_non_null(mkdtemp(made));
    snprintf(path, sizeof path, "%s/gateway_cut.so", made);
    FILE *cut = fopen(path, "wb");
    assert_non_null(cut);
    fclose(cut);
    const char *folders[] = {made, LG_KETTLE};
    for (int wide = 0; wide < 2; wide++) {
        lg_diag diag;
        uint32_t count;
        lg_diag_init(&diag, lg_mem_system());
        lg_plugins *plugins = wide ? lg_plugins_load(lg_mem_system(), folders, 2, &diag)
                                   : lg_plugins_load_inner(lg_mem_system(), folders, 2, &diag);
        assert_non_null(plugins);
        assert_int_equal(diag.count, wide);
        lg_plugins_list(plugins, &count);
        assert_int_equal(count, 1);
        lg_plugins_free(plugins);
        lg_diag_fini(&diag);
    }
    assert_true(lg_plugins_is_gateway(path));
    assert_false(lg_plugins_is_gateway("gateway_x/pv.so"));
    assert_int_equal(remove(path), 0);
    assert_int_equal(remove(made), 0);
}

static void nothing_there_err(void **state)
{
    (void)state;
    const char *entries[] = {"/nowhere/at/all", "/nowhere/at/all.so"};
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_plugins *plugins = lg_plugins_load(lg_mem_system(), entries, 2, &diag);
    assert_non_null(plugins);
    assert_int_equal(diag.warnings, 2);
    assert_string_equal(diag.problems[0].file, "/nowhere/at/all");
    assert_string_equal(diag.problems[0].text,
                        "no plugins from this folder: No such file or directory");
    assert_string_equal(diag.problems[1].file, "/nowhere/at/all.so");
    uint32_t count;
    lg_plugins_list(plugins, &count);
    assert_int_equal(count, 0);
    lg_plugins_free(plugins);
    lg_plugins_free(NULL);
    lg_diag_fini(&diag);
}

static int load_all(lg_mem *mem, void *ctx)
{
    (void)ctx;
    const char *folder = LG_KETTLE_FOLDER;
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_plugins *plugins = lg_plugins_load(mem, &folder, 1, &diag);
    int result = plugins ? 0 : 1;
    lg_plugins_free(plugins);
    lg_diag_fini(&diag);
    return result;
}

static void allocations_may_fail(void **state)
{
    (void)state;
    assert_true(lg_sweep_allocations(load_all, NULL) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_file),
        cmocka_unit_test(a_file_met_twice_counts_once),
        cmocka_unit_test(a_file_that_was_cut_off_err),
        cmocka_unit_test(gateways_stay_outside),
        cmocka_unit_test(nothing_there_err),
        cmocka_unit_test(allocations_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
