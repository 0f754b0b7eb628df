/* Two runs read, put side by side and printed both ways; memory that runs out on the way. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "app/compare.h"
#include "past_run.h"
#include "support/failing_mem.h"

#define A "test_compare_a.sqlite"
#define B "test_compare_b.sqlite"

static const char *const paths[2] = {A, B};

/* Another seed, a home that is called otherwise, a lower peak, a bill that is not known. */
static const char other[] =
    "UPDATE runs SET digest = 'd2', scenario_json = replace(replace(scenario_json, '5', '6'), "
    "'Home 1', 'Home 9');"
    "UPDATE agents SET hash = 'fedcba9876543210';"
    "UPDATE areas SET name = 'Home 9' WHERE area = 2;"
    "UPDATE community SET peak_import_uwh = 50000000;"
    "UPDATE members SET bill_uct = 17000000 WHERE area = 3";

static void begin(lg_comparison *c, const char *more)
{
    lg_err err;
    past_run_make(A, NULL);
    past_run_make(B, more);
    if (lg_compare_open(lg_mem_system(), paths, c, &err) != LG_OK)
        fail_msg("%s", err.text);
    unlink(A);
    unlink(B);
}

static void assert_difference(const lg_difference *d, const char *key, const char *a, const char *b)
{
    assert_string_equal(d->key, key);
    assert_string_equal(d->values[0] ? d->values[0] : "-", a);
    assert_string_equal(d->values[1] ? d->values[1] : "-", b);
}

/* Children are called by their names, other items of lists by their place. */
static void test_settings(void **state)
{
    lg_comparison c;
    (void)state;
    begin(&c, other);
    assert_int_equal(c.sides[0].setting_count, 9);
    assert_string_equal(c.sides[0].settings[0].key, "grid.Home 1.member");
    assert_string_equal(c.sides[0].settings[0].value, "true");
    assert_string_equal(c.sides[0].settings[4].key, "params.steps[0].kWh");
    assert_string_equal(c.sides[0].settings[4].value, "2");
    assert_string_equal(c.sides[0].settings[6].key, "params.steps[2]");
    assert_string_equal(c.sides[0].settings[6].value, "null");
    assert_int_equal(c.setting_count, 6);
    assert_difference(&c.settings[0], "grid.Home 1.member", "true", "-");
    assert_difference(&c.settings[1], "grid.Home 1.name", "Home 1", "-");
    assert_difference(&c.settings[2], "grid.Home 9.member", "-", "true");
    assert_difference(&c.settings[3], "grid.Home 9.name", "-", "Home 9");
    assert_difference(&c.settings[4], "seed", "5", "6");
    assert_difference(&c.settings[5], "source of patient.lua", "0123456789ab", "fedcba987654");
    lg_compare_close(lg_mem_system(), &c);
}

static const lg_figure *figure(const lg_comparison *c, const char *of, const char *name)
{
    for (uint32_t i = 0; i < c->figure_count; i++)
        if (strcmp(c->figures[i].of, of) == 0 && strcmp(c->figures[i].name, name) == 0)
            return &c->figures[i];
    fail_msg("no figure %s of %s", name, of);
    return NULL;
}

static void assert_figure(const lg_comparison *c, const char *of, const char *name, double a,
                          double b)
{
    const lg_figure *f = figure(c, of, name);
    assert_true(fabs(f->values[0] - a) < 1e-9 || (isnan(a) && isnan(f->values[0])));
    assert_true(fabs(f->values[1] - b) < 1e-9 || (isnan(b) && isnan(f->values[1])));
}

/* 0.1 kWh in a quarter of an hour are 0.4 kW; 17.50001 ct for 0.5000005 kWh is about 35 ct/kWh. */
static void test_figures(void **state)
{
    lg_comparison c;
    (void)state;
    begin(&c, other);
    assert_figure(&c, "community", "bill", 0.01000002, -0.00000009);
    assert_figure(&c, "community", "saved", 0.12499998, 0.13500009);
    assert_figure(&c, "community", "self_sufficiency", 25, 25);
    assert_figure(&c, "community", "self_consumption", NAN, NAN);
    assert_figure(&c, "community", "peak_import", 0.4, 0.2);
    assert_string_equal(figure(&c, "community", "peak_import_time")->texts[1], "2024-06-03T00:15");
    assert_figure(&c, "community", "trades", 2, 2);
    assert_figure(&c, "community", "grid_fees", 0.00500002, 0.00500002);
    assert_figure(&c, "Community", "price", 17.50001 / 0.5000005, 17.50001 / 0.5000005);
    assert_figure(&c, "Grid", "price", NAN, NAN);
    assert_non_null(lg_compare_member_of(&c.sides[1], "Home 9"));
    assert_null(lg_compare_member_of(&c.sides[0], "Home 9"));
    lg_compare_close(lg_mem_system(), &c);
}

static void assert_part(const lg_text *text, const char *part)
{
    if (strstr(lg_text_peek(text), part))
        return;
    fputs(lg_text_peek(text), stderr); /* more than a message of cmocka holds */
    fail_msg("there is no \"%s\" in it", part);
}

static void test_pages(void **state)
{
    lg_comparison c;
    lg_text text, json;
    (void)state;
    begin(&c, other);
    lg_text_init(&text, lg_mem_system());
    lg_text_init(&json, lg_mem_system());
    lg_compare_write(&c, false, lg_mem_system(), &text);
    assert_part(&text, " A  lane · from 2024-06-03T00:00, 2 slots of 15 min · " A "\n");
    assert_part(&text, " only in A: Home 1\n only in B: Home 9\n");
    assert_part(&text, " Home 1      -0.17      -      -     0.13     -      -\n");
    assert_part(&text, " Home 2       0.18   0.17  -0.01    -0.01  0.01   0.01\n");
    assert_null(strstr(lg_text_peek(&text), "run hash"));
    lg_compare_json(&c, &json);
    assert_part(&json, "\"same\": false");
    assert_part(&json, "{\"key\": \"seed\", \"a\": \"5\", \"b\": \"6\"}");
    assert_part(&json,
                "{\"of\": \"Grid\", \"figure\": \"price\", \"unit\": \"ct/kWh\", \"a\": null, "
                "\"b\": null}");
    assert_part(&json, "{\"name\": \"Home 9\", \"a\": null, \"b\": {\"bought_kWh\": 0, ");
    lg_text_fini(&text);
    lg_text_fini(&json);
    lg_compare_close(lg_mem_system(), &c);
}

/* A run that was cut short has no bills: nothing is made of that. */
static void test_incomplete(void **state)
{
    lg_comparison c;
    lg_text text;
    (void)state;
    begin(&c, "UPDATE runs SET status = 'incomplete', digest = NULL, slot_count = 4;"
              "DELETE FROM community; DELETE FROM members");
    lg_text_init(&text, lg_mem_system());
    lg_compare_write(&c, false, lg_mem_system(), &text);
    assert_part(&text, "    incomplete: 2 of 4 slots\n");
    assert_part(&text, " The settings are the same.\n");
    assert_part(&text, " all homes    0.01    -      -     0.12    -      -\n");
    assert_figure(&c, "community", "bill", 0.01000002, NAN);
    lg_text_fini(&text);
    lg_compare_close(lg_mem_system(), &c);
}

static int compare_once(lg_mem *mem, void *ctx)
{
    lg_comparison c;
    lg_text text;
    lg_err err;
    (void)ctx;
    lg_text_init(&text, mem);
    lg_status status = lg_compare_open(mem, paths, &c, &err);
    if (status == LG_OK) {
        lg_compare_json(&c, &text);
        lg_compare_write(&c, false, mem, &text);
        if (text.failed || strstr(lg_text_peek(&text), "out of memory"))
            status = LG_MEMORY;
    }
    lg_compare_close(mem, &c);
    lg_text_fini(&text);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}

static void test_exhausted(void **state)
{
    (void)state;
    past_run_make(A, NULL);
    past_run_make(B, other);
    assert_true(lg_sweep_allocations(compare_once, NULL) > 10);
    unlink(A);
    unlink(B);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_settings),  cmocka_unit_test(test_figures),
        cmocka_unit_test(test_pages),     cmocka_unit_test(test_incomplete),
        cmocka_unit_test(test_exhausted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
