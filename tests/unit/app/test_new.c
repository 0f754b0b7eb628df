/* `lunagrid new`: what it writes, and that it never overwrites or leaves half of it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "app/cmd.h"

static char folder[] = "new_XXXXXX";

static int run_new(const char *kind, const char *name)
{
    char kind_word[32], path[128];
    snprintf(kind_word, sizeof kind_word, "%s", kind);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    char program[] = "lunagrid", verb[] = "new";
    char *words[] = {program, verb, kind_word, path, NULL};
    return lg_cmd_main(lg_mem_system(), 4, words);
}

static bool exists(const char *name)
{
    char path[128];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &info) == 0;
}

static void write_text(const char *name, const char *text)
{
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_holds(const char *name, const char *piece, bool wanted)
{
    static char text[65536];
    char path[128];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    assert_int_equal(strstr(text, piece) != NULL, wanted);
}

static void test_strategy(void **state)
{
    (void)state;
    assert_int_equal(run_new("strategy", "mine.lua"), LG_EXIT_FINE);
    assert_true(exists("mine.lua") && exists("lunagrid.meta.lua") && exists(".luarc.json"));
    assert_holds("mine.lua", "mine.lua", true);
    assert_holds("mine.lua", "@NAME@", false);
    assert_holds("lunagrid.meta.lua", "bid_energy_rate", true);
    /* A second strategy shares the annotations; what a user changed in .luarc.json stays. */
    write_text(".luarc.json", "{}");
    assert_int_equal(run_new("strategy", "other"), LG_EXIT_FINE);
    assert_true(exists("other.lua"));
    assert_holds(".luarc.json", "runtime", false);
}

static void test_scenario_and_plugin(void **state)
{
    (void)state;
    assert_int_equal(run_new("scenario", "village"), LG_EXIT_FINE);
    assert_true(exists("village/scenario.lua"));
    assert_int_equal(run_new("plugin", "heat_pump"), LG_EXIT_FINE);
    assert_true(exists("heat_pump/Makefile") && exists("heat_pump/include/lunagrid/plugin.h"));
}

static void test_overwrites_nothing_err(void **state)
{
    (void)state;
    write_text("kept.lua", "mine\n");
    assert_int_equal(run_new("strategy", "kept"), LG_EXIT_FAILED);
    assert_holds("kept.lua", "mine\n", true);
    /* One file in the way of many: none of them is written. */
    char path[64];
    snprintf(path, sizeof path, "%s/full", folder);
    assert_int_equal(mkdir(path, 0777), 0);
    write_text("full/Makefile", "");
    assert_int_equal(run_new("plugin", "full"), LG_EXIT_FAILED);
    assert_false(exists("full/include"));
}

/* The annotations are made anew, but not through a link that leads to another file. */
static void test_link_is_not_followed(void **state)
{
    char path[64];
    (void)state;
    snprintf(path, sizeof path, "%s/linked", folder);
    assert_int_equal(mkdir(path, 0777), 0);
    write_text("linked/mine", "mine\n");
    snprintf(path, sizeof path, "%s/linked/lunagrid.meta.lua", folder);
    assert_int_equal(symlink("mine", path), 0);
    assert_int_equal(run_new("strategy", "linked/x"), LG_EXIT_FINE);
    assert_holds("linked/mine", "mine\n", true);
    assert_holds("linked/mine", "bid_energy_rate", false);
    assert_holds("linked/lunagrid.meta.lua", "bid_energy_rate", true);
}

/* A limit on the size of files stands for the full disk: no folder stays behind either. */
static void test_full_disk_err(void **state)
{
    struct rlimit before, small;
    char path[64];
    (void)state;
    snprintf(path, sizeof path, "%s/there", folder);
    assert_int_equal(mkdir(path, 0777), 0);
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = before;
    small.rlim_cur = 3000;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    int code = run_new("plugin", "there/deep/kiln");
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(code, LG_EXIT_FAILED);
    assert_false(exists("there/deep"));
    assert_true(exists("there"));
}

static void test_names_err(void **state)
{
    (void)state;
    assert_int_equal(run_new("strategie", "x"), LG_EXIT_USAGE);
    assert_int_equal(run_new("strategy", "two words"), LG_EXIT_USAGE);
    assert_int_equal(run_new("strategy", ".lua"), LG_EXIT_USAGE);
    assert_int_equal(run_new("scenario", "9lives"), LG_EXIT_USAGE);
    assert_int_equal(run_new("plugin", "heat-pump"), LG_EXIT_USAGE);
}

static int make_folder(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
    (void)state;
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strategy),
        cmocka_unit_test(test_scenario_and_plugin),
        cmocka_unit_test(test_overwrites_nothing_err),
        cmocka_unit_test(test_link_is_not_followed),
        cmocka_unit_test(test_full_disk_err),
        cmocka_unit_test(test_names_err),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
