/* Shows what registers mean: types, SunSpec's models and lists of them, tables of registers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static plan p;
static char why[300];

/* ---- values ---- */

static void values_are_read_and_written(void **state)
{
    uint16_t out[4];
    (void)state;
    assert_true(value_read(VALUE_I16, true, (const uint16_t[]){0xFFFE}) == -2);
    assert_true(isnan(value_read(VALUE_I16, true, (const uint16_t[]){0x8000})));
    assert_true(value_read(VALUE_I16, false, (const uint16_t[]){0x8000}) == -32768);
    assert_true(isnan(value_read(VALUE_U16, true, (const uint16_t[]){0xFFFF})));
    assert_true(value_read(VALUE_U32, true, (const uint16_t[]){1, 2}) == 65538);
    assert_true(isnan(value_read(VALUE_ACC32, true, (const uint16_t[]){0, 0})));
    assert_true(value_read(VALUE_F32, false, (const uint16_t[]){0xC148, 0}) == -12.5);
    assert_true(isnan(value_read(VALUE_F32, false, (const uint16_t[]){0x7F80, 0}))); /* infinite */
    assert_true(value_read(VALUE_I64, true, (const uint16_t[]){0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF}) ==
                -1);
    assert_true(value_scaled(2301, -1) == 230.1);
    assert_true(isnan(value_scaled(1, -32768)));
    assert_true(value_write(VALUE_I32, true, -3, out));
    assert_int_equal(out[0], 0xFFFF);
    assert_int_equal(out[1], 0xFFFD);
    assert_false(value_write(VALUE_I16, true, -32768, out)); /* it would mean that there is none */
    assert_false(value_write(VALUE_U16, false, -1, out));
    assert_false(value_write(VALUE_U16, false, 65536, out));
    assert_false(value_write(VALUE_U16, false, NAN, out));
    assert_true(value_write(VALUE_F64, false, 1e300, out));
}

/* ---- models ---- */

static void no_value_is_cut_between_two_reads(void **state)
{
    (void)state;
    for (uint16_t number = 1; number < 1000; number++) {
        const sunspec_model_kind *kind = sunspec_kind(number);
        uint32_t at = 0;
        for (uint32_t i = 0; kind && i < kind->top.point_count; i++) {
            const sunspec_point *point = &kind->top.points[i];
            uint32_t size = point->registers ? point->registers : value_registers(point->type);
            if (point->type != VALUE_TEXT && (at < 120) != (at + size <= 120))
                fail_msg("%u.%s lies across register 120", number, point->name);
            at += size;
        }
    }
}

static void points_are_found_in_groups(void **state)
{
    const sunspec_model mppt = {.number = 160, .length = 48, .address = 100};
    const sunspec_model curves = {.number = 705, .length = 64, .address = 100};
    uint16_t registers[66] = {705, 64};
    sunspec_place place;
    (void)state;
    assert_true(sunspec_find(&mppt, NULL, "N", &place));
    assert_int_equal(place.at, 8);
    assert_true(sunspec_find(&mppt, NULL, "module[2].DCW", &place));
    assert_int_equal(place.at, 10 + 20 + 11);
    assert_int_equal(place.scale_at, 4);
    assert_false(sunspec_find(&mppt, NULL, "module[3].DCW", &place)); /* there are two */
    assert_false(sunspec_find(&mppt, NULL, "module[0].DCW", &place));
    assert_false(sunspec_find(&mppt, NULL, "module[99999999999].DCW", &place));
    assert_false(sunspec_find(&mppt, NULL, "W", &place));
    assert_true(sunspec_find(&curves, registers, "NPt", &place));
    registers[place.at] = 4;
    assert_true(sunspec_find(&curves, registers, "NCrv", &place));
    registers[place.at] = 2;
    assert_true(sunspec_find(&curves, registers, "Crv[1].Pt[1].V", &place));
    uint32_t first = place.at;
    assert_true(sunspec_find(&curves, registers, "Crv[1].Pt[4].Var", &place));
    assert_int_equal(place.at, first + 7);
    assert_true(sunspec_find(&curves, registers, "Crv[2].Pt[1].V", &place));
    assert_int_equal(place.at, first + 10 + 8);
    assert_false(sunspec_find(&curves, registers, "Crv[3].Pt[1].V", &place));
    assert_false(sunspec_find(&curves, NULL, "Crv[1].Pt[1].V", &place)); /* nobody knows how many */
}

static void a_list_is_walked_to_its_end(void **state)
{
    sunspec_scan scan;
    uint16_t address;
    (void)state;
    sunspec_begin(&scan);
    assert_true(sunspec_next(&scan, &address));
    assert_int_equal(address, 40000);
    sunspec_take(&scan, NULL); /* refused: not there */
    assert_true(sunspec_next(&scan, &address));
    assert_int_equal(address, 50000);
    sunspec_take(&scan, (const uint16_t[]){0x5375, 0x6e53});
    sunspec_take(&scan, (const uint16_t[]){1, 66});
    assert_true(sunspec_next(&scan, &address));
    assert_int_equal(address, 50002 + 68);
    sunspec_take(&scan, (const uint16_t[]){103, 50});
    sunspec_take(&scan, (const uint16_t[]){103, 50});
    sunspec_take(&scan, (const uint16_t[]){0xFFFF, 0});
    assert_int_equal(scan.step, SUNSPEC_FOUND);
    assert_int_equal(scan.count, 3);
    assert_int_equal(sunspec_model_of(&scan, 103, 1)->address, 50002 + 68 + 52);
    assert_null(sunspec_model_of(&scan, 103, 2));
}

static void lists_that_lie_end(void **state)
{
    sunspec_scan scan;
    uint16_t address;
    (void)state;
    sunspec_begin(&scan);
    sunspec_take(&scan, (const uint16_t[]){0x5375, 0x6e53});
    sunspec_take(&scan, (const uint16_t[]){103, 60000}); /* past the last register */
    assert_false(sunspec_next(&scan, &address));
    assert_int_equal(scan.count, 0);
    sunspec_begin(&scan);
    sunspec_take(&scan, (const uint16_t[]){0x5375, 0x6e53});
    for (int i = 0; sunspec_next(&scan, &address); i++) {
        assert_true(i < 1000);
        sunspec_take(&scan, (const uint16_t[]){0, 0}); /* and no end */
    }
    assert_int_equal(scan.count, SUNSPEC_MODELS_MAX);
}

/* ---- tables ---- */

static const lg_device_component parts[] = {
    {.size = sizeof(lg_device_component),
     .category = LG_CATEGORY_INVERTER,
     .id = 4,
     .name = "Inverter"},
    {.size = sizeof(lg_device_component), .category = LG_CATEGORY_BATTERY, .name = "Battery"},
};
static const lg_device_site site = {.size = sizeof site, .components = {parts, 2, sizeof *parts}};

static void a_table_says_what_is_read_and_written(void **state)
{
    frame_request out[8];
    static const char table[] =
        "# what            which             where            as      times\n"
        "Inverter AC_POWER_ACTIVE   input   30775 int32         -1\n"
        "4        AC_FREQUENCY      input   30777 uint32,swapped 0.01 # the low one first\n"
        "Inverter state             holding 201   uint16        1=OFF 2=READY\n"
        "Battery  BATTERY_SOC_PCT   input   30845 uint16\n"
        "Inverter set_charge        holding 300   uint16        =187\n"
        "Inverter set_discharge     holding 300   uint16        =188\n"
        "Inverter set_active        holding 301   int32         -0.1\n"
        "Inverter set_active        holding 303   uint16        seconds*10\n"
        "Inverter release           holding 300   uint16        =0\n";
    (void)state;
    assert_true(plan_of_table(&p, table, &site, why, sizeof why));
    assert_int_equal(p.block_count, 3); /* two neighbours are read together */
    assert_int_equal(p.blocks[0].count, 4);
    assert_true(plan_take(&p, 0, (const uint16_t[]){0, 1500, 5001, 0}));
    assert_true(plan_number(&p, &p.readings[0].value) == -1500);
    assert_true(plan_number(&p, &p.readings[1].value) == 5001 * 0.01);
    assert_true(plan_take(&p, 1, (const uint16_t[]){2}));
    assert_int_equal(plan_state(&p, &p.readings[2]), LG_STATE_READY);
    assert_true(plan_take(&p, 1, (const uint16_t[]){3}));
    assert_int_equal(plan_state(&p, &p.readings[2]), LG_STATE_UNKNOWN);
    assert_true(p.has_watchdog);
    assert_true(plan_can(&p, 0, PLAN_ACTIVE));
    assert_false(plan_can(&p, 1, PLAN_ACTIVE));
    assert_false(plan_can(&p, 0, PLAN_START));
    assert_int_equal(plan_requests(&p, 3, 0, PLAN_ACTIVE, -2000, 30, out, 8), 3);
    assert_int_equal(out[0].values[0], 188);
    assert_int_equal(out[0].function, FRAME_WRITE_ONE);
    assert_int_equal(out[1].values[1], 200);
    assert_int_equal(out[1].function, FRAME_WRITE_MANY);
    assert_int_equal(out[2].values[0], 300);
    assert_int_equal(plan_requests(&p, 3, 0, PLAN_RELEASE, 0, 30, out, 8), 1);
    assert_int_equal(plan_requests(&p, 3, 0, PLAN_ACTIVE, 0, 30, out, 2), -1);
}

static void mistakes_are_named_err(void **state)
{
    static const struct {
        const char *table, *says;
    } wrong[] = {
        {"", "line 1: nothing is read of the device"},
        {"\nInvertor AC_POWER_ACTIVE input 1 int16",
         "line 2: \"Invertor\" is no component of this device, by name or id; its first is 4, "},
        {"Inverter AC_POWER_ACTIV input 1 int16", "did you mean AC_POWER_ACTIVE?"},
        {"Inverter AC_POWER_ACTIVE coil 1 int16", "expected holding or input, not \"coil\""},
        {"Inverter AC_POWER_ACTIVE input 70000 int16", "a register is 0 .. 65535"},
        {"Inverter AC_POWER_ACTIVE input 65535 int32", "int32 needs registers behind 65535"},
        {"Inverter AC_POWER_ACTIVE input 1 int8", "a type is one of int16, uint16, int32"},
        {"Inverter AC_POWER_ACTIVE input 1 int16 x", "a factor is a number and not 0"},
        {"Inverter AC_POWER_ACTIVE input 1", "expected COMPONENT METRIC holding|input"},
        {"Inverter state input 1 uint16 4=REDY", "like 4=READY, not \"4=REDY\""},
        {"Inverter set_active input 1 int16", "what is written is a holding register"},
        {"Inverter start holding 1 int16 5", "expected =NUMBER or seconds, not \"5\""},
        {"Inverter release holding 1 uint16 =-1", "\"=-1\" is no number that fits into uint16"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(plan_of_table(&p, wrong[i].table, &site, why, sizeof why));
        if (!strstr(why, wrong[i].says))
            fail_msg("%s", why);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_read_and_written),
        cmocka_unit_test(no_value_is_cut_between_two_reads),
        cmocka_unit_test(points_are_found_in_groups),
        cmocka_unit_test(a_list_is_walked_to_its_end),
        cmocka_unit_test(lists_that_lie_end),
        cmocka_unit_test(a_table_says_what_is_read_and_written),
        cmocka_unit_test(mistakes_are_named_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
