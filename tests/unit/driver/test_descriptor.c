/* A good descriptor comes out at our size, one that was built smaller or wider too; each thing that
 * can be wrong with one is named. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "driver/descriptor.h"

#include <math.h>
#include <string.h>

static int32_t some_open(const lg_host *host, const lg_device_info *info, void **device)
{
    (void)host;
    (void)info;
    (void)device;
    return LG_OK;
}

static int32_t some_plan(void *device, const lg_slot *slot, lg_plan *plan)
{
    (void)device;
    (void)slot;
    (void)plan;
    return LG_OK;
}

static int32_t some_write(void *device, uint32_t point, double value)
{
    (void)device;
    (void)point;
    (void)value;
    return LG_OK;
}

/* Everything a test may make wrong. */
typedef struct draft {
    lg_point points[2];
    lg_option options[2];
    lg_driver drivers[2];
    lg_plugin plugin;
} draft;

static lg_driver good_driver(const char *name, draft *d)
{
    return (lg_driver){
        .size = sizeof(lg_driver),
        .role = LG_ROLE_CONSUMER,
        .name = name,
        .help = "of a test",
        .points = {d->points, 2, sizeof(lg_point)},
        .options = {d->options, 2, sizeof(lg_option)},
        .open = some_open,
        .plan = some_plan,
        .write = some_write,
    };
}

static void good_draft(draft *d)
{
    lg_point point = {.size = sizeof(lg_point),
                      .unit = LG_UNIT_W,
                      .access = LG_READ,
                      .name = "power",
                      .max = 5,
                      .help = "of it"};
    lg_option option = {.size = sizeof(lg_option),
                        .type = LG_OPTION_NUMBER,
                        .name = "level",
                        .def = (double)NAN,
                        .max = 5,
                        .help = "of it"};
    d->points[0] = d->points[1] = point;
    d->points[1].name = "limit";
    d->points[1].access = LG_WRITE;
    d->options[0] = d->options[1] = option;
    d->options[1].name = "kind";
    d->options[1].type = LG_OPTION_TEXT;
    d->options[1].choices = "a|b";
    d->drivers[0] = good_driver("kettle", d);
    d->drivers[1] = good_driver("boiler", d);
    d->plugin = (lg_plugin){
        .size = sizeof(lg_plugin),
        .magic = LG_PLUGIN_MAGIC,
        .abi_minor = LG_ABI_MINOR,
        .name = "water",
        .version = "1",
        .help = "of a test",
        .drivers = {d->drivers, 2, sizeof(lg_driver)},
    };
}

static void a_good_one_is_copied(void **state)
{
    (void)state;
    draft d;
    good_draft(&d);
    lg_arena arena;
    lg_arena_init(&arena, lg_mem_system(), 4096);
    const lg_plugin *plugin = NULL;
    assert_int_equal(lg__descriptor_copy(&arena, &d.plugin, "water", &plugin, NULL), LG_OK);
    const lg_driver *drivers = plugin->drivers.items;
    assert_ptr_not_equal(drivers, d.drivers);
    assert_string_equal(drivers[1].name, "boiler");
    assert_ptr_equal(drivers[1].plan, some_plan);
    const lg_option *options = drivers[1].options.items;
    assert_ptr_not_equal(options, d.options);
    assert_string_equal(options[1].choices, "a|b");
    const lg_point *points = drivers[0].points.items;
    assert_string_equal(points[1].name, "limit");
    lg_arena_drop(&arena);
}

/* Elements that are wider than ours, as a later minor version would make them, lie a stride apart.
 */
static void a_wider_stride_is_followed(void **state)
{
    (void)state;
    struct {
        lg_option option;
        double later;
    } wide[2];
    draft d;
    good_draft(&d);
    memset(wide, 0x5a, sizeof wide);
    for (int i = 0; i < 2; i++) {
        wide[i].option = d.options[i];
        wide[i].option.size = sizeof wide[i];
    }
    d.drivers[0].options = (lg_array){wide, 2, sizeof wide[0]};
    lg_arena arena;
    lg_arena_init(&arena, lg_mem_system(), 4096);
    const lg_plugin *plugin = NULL;
    assert_int_equal(lg__descriptor_copy(&arena, &d.plugin, "water", &plugin, NULL), LG_OK);
    const lg_driver *drivers = plugin->drivers.items;
    const lg_option *options = drivers[0].options.items;
    assert_int_equal(drivers[0].options.stride, sizeof(lg_option));
    assert_string_equal(options[1].name, "kind");
    assert_int_equal(options[1].size, sizeof(lg_option));
    lg_arena_drop(&arena);
}

/* A list of tables: its columns come out at our size too. */
static void columns_are_copied(void **state)
{
    (void)state;
    draft d;
    good_draft(&d);
    struct {
        lg_option option;
        double later;
    } wide[2];
    for (int i = 0; i < 2; i++) {
        wide[i].option = d.options[0];
        wide[i].option.size = sizeof wide[i];
    }
    wide[1].option.name = "time";
    wide[1].option.type = LG_OPTION_TIME;
    d.options[1].type = LG_OPTION_ROWS;
    d.options[1].choices = NULL;
    d.options[1].columns = (lg_array){wide, 2, sizeof wide[0]};
    lg_arena arena;
    lg_arena_init(&arena, lg_mem_system(), 4096);
    const lg_plugin *plugin = NULL;
    assert_int_equal(lg__descriptor_copy(&arena, &d.plugin, "water", &plugin, NULL), LG_OK);
    const lg_driver *drivers = plugin->drivers.items;
    const lg_option *options = drivers[0].options.items;
    assert_int_equal(options[1].columns.stride, sizeof(lg_option));
    const lg_option *columns = options[1].columns.items;
    assert_string_equal(columns[1].name, "time");
    lg_arena_drop(&arena);
}

static void assert_refused(draft *d, const char *sentence)
{
    lg_err err = {0};
    lg_arena arena;
    lg_arena_init(&arena, lg_mem_system(), 4096);
    const lg_plugin *plugin = NULL;
    assert_int_equal(lg__descriptor_copy(&arena, &d->plugin, "water", &plugin, &err), LG_PLUGIN);
    if (!strstr(err.text, sentence))
        fail_msg("\"%s\", expected \"%s\"", err.text, sentence);
    lg_arena_drop(&arena);
    good_draft(d);
}

static void wrong_heads_err(void **state)
{
    (void)state;
    draft d;
    good_draft(&d);
    d.plugin.magic = 1;
    assert_refused(&d, "its magic number is 0x1, expected LG_PLUGIN_MAGIC (0x4c474431)");
    d.plugin.size = 8;
    assert_refused(&d, "its descriptor has size 8, expected at least 56");
    d.plugin.abi_minor = LG_ABI_MINOR + 1;
    assert_refused(&d, "version 1.5 of the plugin interface, this host speaks 1.4");
    d.plugin.version = NULL;
    assert_refused(&d, "it does not say its version");
    d.plugin.name = "wine";
    assert_refused(&d, "it says its name is \"wine\", but the file is water.so");
    d.plugin.drivers.count = 0;
    assert_refused(&d, "it offers neither drivers, matching rules, gateways nor device drivers");
    d.plugin.drivers.items = NULL;
    assert_refused(&d, "its drivers are 2 entries at no address");
    d.plugin.drivers.stride = 16;
    assert_refused(&d, "its drivers have a stride of 16 bytes");
}

static int32_t some_match(const lg_match_book *book)
{
    (void)book;
    return LG_OK;
}

static void give_rules(draft *d, lg_matching *rules)
{
    for (int i = 0; i < 2; i++)
        rules[i] = (lg_matching){.size = sizeof(lg_matching),
                                 .name = i ? "second" : "first",
                                 .help = "of a test",
                                 .match = some_match};
    d->plugin.rules = (lg_array){rules, 2, sizeof *rules};
}

static void rules_come_without_drivers(void **state)
{
    (void)state;
    draft d;
    lg_matching rules[2];
    lg_arena arena;
    const lg_plugin *plugin = NULL;
    lg_arena_init(&arena, lg_mem_system(), 4096);
    good_draft(&d);
    give_rules(&d, rules);
    d.plugin.drivers = (lg_array){0};
    assert_int_equal(lg__descriptor_copy(&arena, &d.plugin, "water", &plugin, NULL), LG_OK);
    assert_int_equal(plugin->rules.count, 2);
    assert_string_equal(((const lg_matching *)plugin->rules.items)[1].name, "second");
    /* one that was built before there were rules has none, whatever lies behind it */
    good_draft(&d);
    give_rules(&d, rules);
    d.plugin.size = offsetof(lg_plugin, rules);
    assert_int_equal(lg__descriptor_copy(&arena, &d.plugin, "water", &plugin, NULL), LG_OK);
    assert_int_equal(plugin->rules.count, 0);
    lg_arena_drop(&arena);
}

static int32_t open_gate(const lg_gateway_host *host, const lg_gateway_info *info, void **gateway)
{
    (void)host, (void)info, (void)gateway;
    return LG_OK;
}

static void close_gate(void *gateway)
{
    (void)gateway;
}

static void gateways_come_alone_and_whole(void **state)
{
    (void)state;
    draft d;
    lg_arena arena;
    const lg_plugin *plugin = NULL;
    lg_gateway gateway = {.size = sizeof gateway,
                          .name = "gate",
                          .help = "of a test",
                          .open = open_gate,
                          .close = close_gate};
    const lg_array given = {&gateway, 1, sizeof gateway};
    lg_arena_init(&arena, lg_mem_system(), 4096);
    good_draft(&d);
    d.plugin.drivers = (lg_array){0};
    d.plugin.gateways = given;
    assert_int_equal(lg__descriptor_copy(&arena, &d.plugin, "water", &plugin, NULL), LG_OK);
    assert_string_equal(((const lg_gateway *)plugin->gateways.items)->name, "gate");
    gateway.help = NULL;
    d.plugin.gateways = given;
    assert_refused(&d, "gateway \"gate\" has no help text");
    gateway.help = "of a test";
    gateway.close = NULL;
    d.plugin.gateways = given;
    assert_refused(&d, "gateway \"gate\" has no close function");
    gateway.name = "no word";
    d.plugin.gateways = given;
    assert_refused(&d, "water: gateway 1 needs a name of letters, digits and _");
    gateway.size = 24;
    d.plugin.gateways = given;
    assert_refused(&d, "gateway 1 has size 24");
    /* one that was built before there were gateways has none, whatever lies behind it */
    good_draft(&d);
    d.plugin.gateways = given;
    d.plugin.size = offsetof(lg_plugin, gateways);
    assert_int_equal(lg__descriptor_copy(&arena, &d.plugin, "water", &plugin, NULL), LG_OK);
    assert_int_equal(plugin->gateways.count, 0);
    lg_arena_drop(&arena);
}

static void wrong_rules_err(void **state)
{
    (void)state;
    draft d;
    lg_matching rules[2];
    good_draft(&d);
    give_rules(&d, rules);
    rules[1].name = "first";
    assert_refused(&d, "it offers two rules named \"first\"");
    give_rules(&d, rules);
    rules[0].name = "a rule";
    assert_refused(&d, "rule 1 needs a name");
    give_rules(&d, rules);
    rules[0].name = "pay_as_clear";
    assert_refused(&d, "rule \"pay_as_clear\": the host has a rule of this name");
    give_rules(&d, rules);
    rules[1].help = NULL;
    assert_refused(&d, "rule \"second\" has no help text");
    give_rules(&d, rules);
    rules[1].match = NULL;
    assert_refused(&d, "rule \"second\" has no match function");
    give_rules(&d, rules);
    rules[0].flags = 8;
    assert_refused(&d, "rule \"first\" has the unknown flags 8");
    give_rules(&d, rules);
    rules[1].size = 4;
    assert_refused(&d, "matching 2 has size 4, expected .size = sizeof(lg_matching)");
}

static void wrong_drivers_err(void **state)
{
    (void)state;
    draft d;
    good_draft(&d);
    d.drivers[1].size = 0;
    assert_refused(&d, "driver 2 has size 0, expected .size = sizeof(lg_driver)");
    d.drivers[0].name = NULL;
    assert_refused(&d, "driver 1 needs a name");
    d.drivers[0].name = "my kettle";
    assert_refused(&d, "driver 1 needs a name");
    d.drivers[0].name = "area";
    assert_refused(&d, "driver \"area\": the word is taken in scenarios");
    d.drivers[1].name = "kettle";
    assert_refused(&d, "it offers two drivers named \"kettle\"");
    d.drivers[0].help = NULL;
    assert_refused(&d, "driver \"kettle\" has no help text");
    d.drivers[0].role = 9;
    assert_refused(&d, "driver \"kettle\" has the unknown role 9");
    d.drivers[0].energy_type = "";
    assert_refused(&d, "driver \"kettle\": its energy_type must have 1 to 32 letters");
    d.drivers[0].open = NULL;
    assert_refused(&d, "driver \"kettle\" has no open function");
    d.drivers[0].write = NULL;
    assert_refused(&d, "point \"limit\" can be written, but there is no write function");
}

static void wrong_points_err(void **state)
{
    (void)state;
    draft d;
    good_draft(&d);
    d.points[0].help = NULL;
    assert_refused(&d, "point 1 needs a name of letters, digits and _ and a help text");
    d.points[1].name = "power";
    assert_refused(&d, "two points are named \"power\"");
    d.points[0].unit = 999;
    assert_refused(&d, "point \"power\" has the unknown unit 999");
    d.points[0].access = 0;
    assert_refused(&d, "point \"power\" has access 0");
    d.points[0].max = (double)INFINITY;
    assert_refused(&d, "the range of point \"power\" is 0 to inf");
    d.points[1].safe = 6;
    assert_refused(&d, "the safe value 6 of point \"limit\" is outside of its range");
}

static void wrong_options_err(void **state)
{
    (void)state;
    draft d;
    good_draft(&d);
    d.options[0].name = "per cent";
    assert_refused(&d, "option 1 needs a name of letters, digits and _ and a help text");
    d.options[0].name = "uuid";
    assert_refused(&d, "no option may be named \"uuid\"");
    d.options[0].name = "kind";
    assert_refused(&d, "two options are named \"kind\"");
    d.options[0].type = 9;
    assert_refused(&d, "option \"level\" has the unknown type 9");
    d.options[0].unit = 99;
    assert_refused(&d, "option \"level\" has the unknown unit 99");
    d.options[0].flags = 2;
    assert_refused(&d, "option \"level\" has the unknown flags 2");
    d.options[0].choices = "a";
    assert_refused(&d, "option \"level\" has choices, but is no text");
    d.options[0].min = 6;
    assert_refused(&d, "the range of option \"level\" is 6 to 5");
    d.options[0].def = 6;
    assert_refused(&d, "the default 6 of option \"level\" is outside of its range");
}

static void wrong_columns_err(void **state)
{
    (void)state;
    draft d;
    good_draft(&d);
    lg_option columns[33];
    for (int i = 0; i < 33; i++)
        columns[i] = d.options[0];
    columns[1] = d.options[1];
    d.options[0].type = LG_OPTION_ROWS;
    assert_refused(&d, "option \"level\" needs columns if it has the type LG_OPTION_ROWS");
    d.options[0].columns = (lg_array){columns, 1, sizeof(lg_option)};
    assert_refused(&d, "option \"level\" needs columns if it has the type LG_OPTION_ROWS");
    d.options[0].type = LG_OPTION_ROWS;
    d.options[0].columns = (lg_array){columns, 2, sizeof(lg_option)};
    assert_refused(&d, "column \"kind\" of option \"level\" has type 4, expected a number");
    d.options[0].type = LG_OPTION_ROWS;
    d.options[0].columns = (lg_array){columns, 33, sizeof(lg_option)};
    assert_refused(&d, "option \"level\" has more than 32 columns");
    d.options[0].type = LG_OPTION_ROWS;
    columns[0].max = -1;
    d.options[0].columns = (lg_array){columns, 1, sizeof(lg_option)};
    assert_refused(&d, "the range of option \"level\" is 0 to -1");
    d.drivers[0].strategy = "/etc/x.lua";
    assert_refused(&d, "driver \"kettle\": its strategy is \"/etc/x.lua\", expected a path like");
    d.drivers[1].strategy = "strategies/ev_ramp";
    assert_refused(&d, "driver \"boiler\": its strategy is \"strategies/ev_ramp\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_one_is_copied),
        cmocka_unit_test(a_wider_stride_is_followed),
        cmocka_unit_test(columns_are_copied),
        cmocka_unit_test(wrong_columns_err),
        cmocka_unit_test(wrong_heads_err),
        cmocka_unit_test(rules_come_without_drivers),
        cmocka_unit_test(gateways_come_alone_and_whole),
        cmocka_unit_test(wrong_rules_err),
        cmocka_unit_test(wrong_drivers_err),
        cmocka_unit_test(wrong_points_err),
        cmocka_unit_test(wrong_options_err),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
