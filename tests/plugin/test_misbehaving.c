/* Every plugin of bad/ is refused or set aside with a sentence that says why, and the host lives.
 * The folder of the modules is handed over by the build. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver/fpmode.h"
#include "driver/gateway_call.h"
#include "plugin/kit.h"
#include "support/failing_mem.h"

#include <string.h>

/* The warning about @p file of loading the whole folder; NULL when there is none. */
static const char *warning_about(const lg_diag *diag, const char *file)
{
    size_t length = strlen(file);
    for (uint32_t i = 0; i < diag->count; i++) {
        const char *where = diag->problems[i].file;
        size_t size = strlen(where);
        if (size > length && where[size - length - 1] == '/' &&
            strcmp(where + size - length, file) == 0)
            return diag->problems[i].text;
    }
    return NULL;
}

static void assert_says(const lg_diag *diag, const char *file, const char *part)
{
    const char *text = warning_about(diag, file);
    if (!text || !strstr(text, part))
        fail_msg("about %s: \"%s\", expected \"%s\"", file, text ? text : "nothing", part);
}

static void refused_with_a_sentence_err(void **state)
{
    (void)state;
    char newer[80];
    snprintf(newer, sizeof newer, "it was built for version %d.%d of the plugin interface",
             LG_ABI_MAJOR, LG_ABI_MINOR + 1);
    const char *const wrong[][2] = {
        {"bad_default.so", "the default 7 of option \"level\" is outside of its range"},
        {"fast_math.so", "floating-point mode"},
        {"missing_need.so", "nobody_has_this_function"},
        {"newer_minor.so", newer},
        {"no_library.so", "it cannot be loaded"},
        {"no_plan.so", "driver \"no_plan\" has no plan function"},
        {"no_symbol.so", "it does not export lunagrid_plugin_1"},
        {"other_name.so", "it says its name is \"some_name\", but the file is other_name.so"},
        {"same_driver.so", "its driver \"leaks_memory\" is offered by"},
        {"wrong_magic.so", "its magic number is 0x12345678"},
    };
    static const char *const kept[] = {"bad_reading", "crashes",      "exits",    "flips_mode",
                                       "hangs",       "leaks_memory", "nan_plan", "negative_plan",
                                       "open_fails",  "open_silent",  "overfull", "plan_fails"};
    const char *folders[] = {LG_BAD_FOLDER, "/nowhere/at/all"};
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_plugins *plugins = lg_plugins_load(lg_mem_system(), folders, 2, &diag);
    assert_non_null(plugins);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_says(&diag, wrong[i][0], wrong[i][1]);
    assert_says(&diag, "all", "no plugins from this folder: No such file or directory");
    assert_int_equal(diag.warnings, sizeof wrong / sizeof *wrong + 1);
    assert_int_equal(diag.errors, 0);
    uint32_t count;
    const lg_driver *const *drivers = lg_plugins_drivers(plugins, &count);
    assert_int_equal(count, sizeof kept / sizeof *kept);
    for (uint32_t i = 0; i < count; i++)
        assert_string_equal(drivers[i]->name, kept[i]);
    lg_plugins_free(plugins);
    lg_diag_fini(&diag);
}

static void fast_math_leaves_the_mode_alone_err(void **state)
{
    (void)state;
    const char *file = LG_BAD_FOLDER "/fast_math.so";
    lg__fpmode before = lg__fpmode_get();
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_plugins_free(lg_plugins_load(lg_mem_system(), &file, 1, &diag));
    assert_int_equal(diag.warnings, 1);
    assert_true(lg__fpmode_get().bits == before.bits);
    lg_diag_fini(&diag);
}

typedef struct bench_of {
    lg_failing_mem mem;
    lg_text problems;
    lg_kit *kit;
} bench_of;

static void open_bench(bench_of *bench, const char *name)
{
    char file[500];
    snprintf(file, sizeof file, "%s/%s.so", LG_BAD_FOLDER, name);
    lg_failing_mem_init(&bench->mem);
    lg_text_init(&bench->problems, lg_mem_system());
    lg_kit_setup setup = {.file = file, .mem = &bench->mem.mem, .devices = 2};
    bench->kit = lg_kit_open(&setup, &bench->problems);
}

/* Nothing may be left, whatever the plugin did. */
static void close_bench(bench_of *bench)
{
    lg_kit_close(bench->kit);
    lg_text_fini(&bench->problems);
    assert_int_equal(bench->mem.live_bytes, 0);
}

static void open_fails_err(void **state)
{
    (void)state;
    bench_of bench;
    open_bench(&bench, "open_fails");
    assert_null(bench.kit);
    assert_string_equal(lg_text_peek(&bench.problems),
                        "Device: open_fails: the cable is missing\n"
                        "Device: open_fails: the cable is missing\n");
    close_bench(&bench);
    open_bench(&bench, "open_silent");
    assert_null(bench.kit);
    assert_non_null(
        strstr(lg_text_peek(&bench.problems), "open_silent: open() failed without a reason"));
    close_bench(&bench);
}

/* Plans @p slots; the last is expected to set both devices aside for @p reason. */
static void set_aside_at(const char *name, uint32_t slots, const char *faults)
{
    bench_of bench;
    open_bench(&bench, name);
    assert_non_null(bench.kit);
    for (uint32_t slot = 0; slot < slots; slot++) {
        assert_string_equal(lg_kit_faults(bench.kit), "");
        lg_kit_plan(bench.kit, slot);
        lg_kit_settle(bench.kit);
    }
    assert_true(lg_fleet_is_aside(lg_kit_fleet(bench.kit), 0));
    assert_string_equal(lg_kit_faults(bench.kit), faults);
    const lg_caps *caps = lg_kit_caps(bench.kit, 0);
    assert_int_equal(caps->buy_uwh | caps->sell_uwh | caps->demand_uwh | caps->supply_uwh, 0);
    assert_true(lg_fleet_plan_of(lg_kit_fleet(bench.kit), 0)->demand_kWh == 0);
    lg_kit_plan(bench.kit, slots); /* asked no more, heard no more */
    assert_string_equal(lg_kit_faults(bench.kit), faults);
    close_bench(&bench);
}

#define TWICE(sentence) sentence "\n" sentence "\n"

static void impossible_plans_are_set_aside_err(void **state)
{
    (void)state;
    set_aside_at("nan_plan", 3,
                 TWICE("Device (nan_plan) is set aside from slot 1970-01-01T00:30: demand_kWh = "
                       "nan, expected 0 to 10000000"));
    set_aside_at("negative_plan", 1,
                 TWICE("Device (negative_plan) is set aside from slot 1970-01-01T00:00: "
                       "supply_kWh = -0.25, expected 0 to 10000000"));
    set_aside_at("overfull", 1,
                 TWICE("Device (overfull) is set aside from slot 1970-01-01T00:00: stored_kWh = "
                       "2.5, more than capacity_kWh = 2"));
    set_aside_at("plan_fails", 2,
                 TWICE("Device (plan_fails) is set aside from slot 1970-01-01T00:15: its plan "
                       "fails: the meter is dark\n"
                       "Device (plan_fails): point \"level\" did not take its safe value 0: the "
                       "order or device no longer exists"));
#if defined(__x86_64__)
    lg__fpmode before = lg__fpmode_get();
    set_aside_at("flips_mode", 2,
                 TWICE("Device (flips_mode) is set aside from slot 1970-01-01T00:15: its plan "
                       "changes the floating-point mode"));
    assert_true(lg__fpmode_get().bits == before.bits);
#endif
}

static void bad_readings_are_counted_err(void **state)
{
    (void)state;
    bench_of bench;
    open_bench(&bench, "bad_reading");
    lg_fleet *fleet = lg_kit_fleet(bench.kit);
    assert_true(lg_fleet_reading(fleet, 0, 0).value != 3);
    lg_fleet_poll(fleet, 1234);
    assert_int_equal(lg_fleet_bad_readings(fleet), 8);
    assert_true(lg_fleet_reading(fleet, 1, 0).value == 3);
    assert_int_equal(lg_fleet_reading(fleet, 1, 0).time_ms, 1234);
    assert_string_equal(lg_kit_faults(bench.kit),
                        TWICE("Device (bad_reading): reads nan as \"power\", expected 0 to 5\n"
                              "Device (bad_reading): gives back memory that it does not hold"));
    assert_false(lg_fleet_is_aside(fleet, 0));
    close_bench(&bench);
}

static void plan(lg_kit *kit)
{
    lg_kit_plan(kit, 0);
}

/* As a gateway that runs into an instruction that is none. */
static void trap_in_a_gateway(lg_kit *kit)
{
    (void)kit;
    lg_gateway_enter("gsy", "moment");
    __builtin_trap();
}

/* Does @p work in a program of its own, whose stderr goes to @p said. @return its status as wait()
 * has it */
static int run_alone(const char *name, void (*work)(lg_kit *kit), char *said, size_t size)
{
    int ends[2], status;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        bench_of bench;
        dup2(ends[1], STDERR_FILENO);
        signal(SIGILL, SIG_DFL); /* the test library has a handler of its own */
        open_bench(&bench, name);
        work(bench.kit);
        _exit(77);
    }
    close(ends[1]);
    size_t used = 0;
    for (ssize_t got; used + 1 < size && (got = read(ends[0], said + used, size - used - 1)) > 0;)
        used += (size_t)got;
    said[used] = 0;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    return status;
}

static void who_ends_the_program_is_named_err(void **state)
{
    (void)state;
    char said[8192];
    int status = run_alone("exits", plan, said, sizeof said);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    assert_non_null(strstr(said, "lunagrid: the plugin of driver \"exits\" ended the program in "
                                 "open(), called for \"Device\""));
    status = run_alone("crashes", plan, said, sizeof said);
    assert_false(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_non_null(strstr(said, "lunagrid: the plugin of driver \"crashes\" crashed (SIGILL"));
    assert_non_null(strstr(said, "in plan(), called for \"Device\""));
    run_alone("bad_reading", trap_in_a_gateway, said, sizeof said);
    assert_non_null(strstr(said, "lunagrid: the plugin of gateway \"gsy\" crashed (SIGILL: no such "
                                 "instruction) in moment()\n"));
}

static void what_is_no_regular_file_is_refused_err(void **state)
{
    (void)state;
    char folder[] = "/tmp/lunagrid-fifo-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/f.so", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    const char *folders[] = {folder};
    lg_diag diag;
    lg_diag_init(&diag, lg_mem_system());
    lg_plugins *plugins = lg_plugins_load(lg_mem_system(), folders, 1, &diag);
    assert_non_null(plugins);
    assert_int_equal(diag.warnings, 1);
    assert_string_equal(diag.problems[0].text, "plugin refused: it is no regular file");
    lg_plugins_free(plugins);
    lg_diag_fini(&diag);
    unlink(path);
    rmdir(folder);
}

static void leaked_memory_is_taken_back(void **state)
{
    (void)state;
    bench_of bench;
    open_bench(&bench, "leaks_memory");
    size_t before = bench.mem.live_bytes;
    for (uint32_t slot = 0; slot < 10; slot++)
        lg_kit_plan(bench.kit, slot);
    assert_true(bench.mem.live_bytes > before + 2 * 10 * 1000);
    close_bench(&bench);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(refused_with_a_sentence_err),
        cmocka_unit_test(fast_math_leaves_the_mode_alone_err),
        cmocka_unit_test(open_fails_err),
        cmocka_unit_test(impossible_plans_are_set_aside_err),
        cmocka_unit_test(bad_readings_are_counted_err),
        cmocka_unit_test(who_ends_the_program_is_named_err),
        cmocka_unit_test(what_is_no_regular_file_is_refused_err),
        cmocka_unit_test(leaked_memory_is_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
