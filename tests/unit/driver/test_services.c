/* The table of services, called as a plugin would: inside of a call and outside of one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "driver/services.h"
#include "support/failing_mem.h"

#include <math.h>
#include <string.h>

static const lg_point points[] = {
    {.size = sizeof(lg_point), .access = LG_READ, .name = "power", .min = 0, .max = 5, .help = ""},
};
static const lg_driver driver = {
    .size = sizeof(lg_driver), .name = "kettle", .points = LG_ARRAY(points)};
static const lg_driver *const drivers[] = {&driver};

typedef struct scene {
    lg_failing_mem mem;
    lg_asset assets[2];
    lg_site site;
    lg_fleet_input input;
    lg__device devices[2];
    lg__services services;
    char heard[300];
    uint32_t faults, level;
} scene;

static void hear_fault(void *ctx, uint32_t asset, const char *sentence)
{
    scene *s = ctx;
    (void)asset;
    s->faults++;
    strncpy(s->heard, sentence, sizeof s->heard - 1);
}

static void hear_log(void *ctx, uint32_t level, const char *sentence)
{
    scene *s = ctx;
    s->level = level;
    strncpy(s->heard, sentence, sizeof s->heard - 1);
}

static void set_scene(scene *s)
{
    memset(s, 0, sizeof *s);
    lg_failing_mem_init(&s->mem);
    s->assets[0].name = "Home 1 kettle";
    s->assets[1].name = "Home 2 kettle";
    s->site = (lg_site){.assets = s->assets, .asset_count = 2};
    s->input = (lg_fleet_input){.site = &s->site,
                                .drivers = drivers,
                                .driver_count = 1,
                                .fault = hear_fault,
                                .log = hear_log,
                                .ctx = s};
    lg__services_init(&s->services, &s->mem.mem, &s->input, s->devices);
}

static void clear_scene(scene *s)
{
    lg__services_take_back(&s->services, 0);
    lg__services_take_back(&s->services, 1);
    lg__services_fini(&s->services);
    assert_int_equal(s->mem.live_bytes, 0);
}

static void outside_of_a_call_nothing_happens_err(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    const lg_host *host = &s.services.host;
    assert_null(host->alloc(host->ctx, 10));
    host->free(host->ctx, NULL);
    host->free(host->ctx, &s);
    host->refuse(host->ctx, "no");
    host->log(host->ctx, LG_LOG_INFO, "no");
    host->post(host->ctx, 0, 1, 0);
    assert_int_equal(s.faults, 0);
    assert_string_equal(s.heard, "");
    assert_string_equal(s.services.refusal, "");
    assert_int_equal(s.services.bad_readings, 0);
    clear_scene(&s);
}

static void sentences_name_the_asset(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    const lg_host *host = &s.services.host;
    lg__services_enter(&s.services, 1);
    host->log(host->ctx, 77, "it hums");
    assert_string_equal(s.heard, "Home 2 kettle (kettle): it hums");
    assert_int_equal(s.level, LG_LOG_ERROR);
    host->refuse(host->ctx, "no water");
    assert_string_equal(s.services.refusal, "no water");
    host->refuse(host->ctx, "two\nlines, \x1b[31mred, \xff, \xc3\xa9");
    assert_string_equal(s.services.refusal, "two lines,  [31mred, ?, \xc3\xa9");
    host->log(host->ctx, LG_LOG_WARN, "two\nlines");
    assert_string_equal(s.heard, "Home 2 kettle (kettle): two lines");
    lg__services_enter(&s.services, 0);
    assert_string_equal(s.services.refusal, "");
    lg__services_leave(&s.services);
    clear_scene(&s);
}

static void memory_is_cleared_and_taken_back(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    const lg_host *host = &s.services.host;
    lg__services_enter(&s.services, 0);
    unsigned char *first = host->alloc(host->ctx, 100), *second = host->alloc(host->ctx, 1);
    for (int i = 0; i < 100; i++)
        assert_int_equal(first[i], 0);
    assert_int_equal((uintptr_t)second % 16, 0);
    size_t before = s.mem.live_bytes;
    host->free(host->ctx, first);
    assert_int_equal(before - s.mem.live_bytes, 116);
    lg__services_enter(&s.services, 1);
    host->free(host->ctx, second); /* of the neighbour */
    assert_string_equal(s.heard, "Home 2 kettle (kettle): gives back memory that it does not hold");
    assert_null(host->alloc(host->ctx, UINT64_MAX));
    assert_false(s.services.exhausted);
    s.mem.fail_at = s.mem.calls + 1;
    assert_null(host->alloc(host->ctx, 8));
    assert_true(s.services.exhausted);
    lg__services_leave(&s.services);
    clear_scene(&s);
}

static void profiles_are_read(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    const lg_host *host = &s.services.host;
    lg_profile *profile = lg_profile_new(&s.mem.mem, 2, 0, 1000, 0, LG_UNIT_W);
    profile->values[0] = 4;
    profile->values[1] = 8;
    assert_true(host->profile_at(host->ctx, profile, 999) == 4);
    assert_true(host->profile_mean(host->ctx, profile, 500, 1500) == 6);
    assert_true(isnan(host->profile_at(host->ctx, profile, 2000)));
    assert_true(isnan(host->profile_at(host->ctx, NULL, 0)));
    assert_true(isnan(host->profile_mean(host->ctx, NULL, 0, 1)));
    lg_profile_free(profile);
    clear_scene(&s);
}

/* The first of a row of bad readings is told, all are counted, and none replaces a good one. */
static void readings(void **state)
{
    (void)state;
    scene s;
    set_scene(&s);
    const lg_host *host = &s.services.host;
    lg__services_enter(&s.services, 1);
    host->post(host->ctx, 0, 2.5, 60);
    host->post(host->ctx, 0, (double)NAN, 70);
    host->post(host->ctx, 0, -0.1, 80);
    host->post(host->ctx, 1, 1, 90);
    lg__services_leave(&s.services);
    assert_int_equal(s.services.bad_readings, 3);
    assert_int_equal(s.faults, 1);
    assert_string_equal(s.heard, "Home 2 kettle (kettle): reads nan as \"power\", expected 0 to 5");
    lg__services_enter(&s.services, 0);
    host->post(host->ctx, 99, 7, 90);
    lg__services_enter(&s.services, 1);
    host->post(host->ctx, 99, 7, 90);
    lg__services_leave(&s.services);
    assert_int_equal(s.services.bad_readings, 5);
    assert_int_equal(s.faults, 2);
    assert_non_null(strstr(s.heard, "posts 7 as a reading of point 99, but has only"));
    assert_null(s.services.readings[0]);
    assert_true(s.services.readings[1][0].value == 2.5);
    assert_int_equal(s.services.readings[1][0].time_ms, 60);
    clear_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outside_of_a_call_nothing_happens_err),
        cmocka_unit_test(sentences_name_the_asset),
        cmocka_unit_test(memory_is_cleared_and_taken_back),
        cmocka_unit_test(profiles_are_read),
        cmocka_unit_test(readings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
