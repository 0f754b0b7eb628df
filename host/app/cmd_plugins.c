/* host/app/cmd_plugins.c — `lunagrid plugins`: what is loaded and what it offers */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "app/cmd.h"
#include "app/plain.h"
#include "app/setup.h"
#include "microgrid/kind.h"

static const char *role_name(uint32_t role)
{
    static const char *const names[] = {"?",   "consumer",     "producer", "storage",
                                        "bus", "market maker", "prosumer"};
    return role < sizeof names / sizeof *names ? names[role] : "?";
}

static const char *type_name(uint32_t type)
{
    static const char *const names[] = {"?",       "number", "integer", "bool",          "text",
                                        "profile", "list",   "time",    "list of tables"};
    return type < sizeof names / sizeof *names ? names[type] : "?";
}

static const char *unit_sign(uint32_t unit)
{
    switch (unit) {
#define X(number, name, sign)                                                                      \
    case number:                                                                                   \
        return sign;
        LG_UNIT_MAP(X)
#undef X
    default:
        return "?";
    }
}

/* Element @p i of an array that crossed the plugin boundary. */
static const void *element(const lg_array *array, uint32_t i)
{
    return (const char *)array->items + (size_t)i * array->stride;
}

static void append_range(lg_text *out, double min, double max)
{
    bool low = min > -HUGE_VAL, high = max < HUGE_VAL;
    if (low && high && (min != 0 || max != 0))
        lg_text_format(out, ", %.10g..%.10g", min, max);
    else if (low && !high)
        lg_text_format(out, ", from %.10g", min);
    else if (high && !low)
        lg_text_format(out, ", up to %.10g", max);
}

static bool is_ranged(uint32_t type)
{
    return type != LG_OPTION_TEXT && type != LG_OPTION_BOOL && type != LG_OPTION_TIME &&
           type != LG_OPTION_ROWS;
}

static void print_option(const lg_option *option, int margin, lg_text *out)
{
    lg_text about;
    lg_text_init(&about, out->mem);
    lg_text_str(&about, type_name(option->type));
    if (*unit_sign(option->unit))
        lg_text_format(&about, " %s", unit_sign(option->unit));
    if (option->choices) {
        lg_text_format(&about, " %s", option->choices);
    } else if (is_ranged(option->type)) {
        append_range(&about, option->min, option->max);
    }
    if (option->flags & LG_OPTION_REQUIRED)
        lg_text_str(&about, ", required");
    else if (option->type == LG_OPTION_BOOL && !isnan(option->def))
        lg_text_format(&about, ", default %s", option->def != 0 ? "true" : "false");
    else if (option->type != LG_OPTION_TEXT && !isnan(option->def))
        lg_text_format(&about, ", default %.10g", option->def);
    lg_text_format(out, "%*s%s (%s)\n", margin, "", option->name, lg_text_peek(&about));
    if (option->help)
        lg_text_format(out, "%*s%s\n", margin + 4, "", option->help);
    lg_text_fini(&about);
    for (uint32_t i = 0; i < option->columns.count; i++)
        print_option(element(&option->columns, i), margin + 4, out);
}

static void print_point(const lg_point *point, lg_text *out)
{
    const char *access =
        (point->access & LG_WRITE) ? (point->access & LG_READ) ? "read, write" : "write" : "read";
    lg_text_format(out, "    %s (%s", point->name, access);
    if (*unit_sign(point->unit))
        lg_text_format(out, ", %s", unit_sign(point->unit));
    append_range(out, point->min, point->max);
    if (point->access & LG_WRITE)
        lg_text_format(out, ", safe %.10g", point->safe);
    lg_text_str(out, ")\n");
    if (point->help)
        lg_text_format(out, "        %s\n", point->help);
}

static void print_driver(const lg_driver *driver, lg_text *out)
{
    lg_text_format(out, "\n  %s: %s. %s\n", driver->name, role_name(driver->role),
                   driver->help ? driver->help : "");
    if (driver->options.count)
        lg_text_str(out, "  options\n");
    for (uint32_t i = 0; i < driver->options.count; i++)
        print_option(element(&driver->options, i), 4, out);
    if (driver->points.count)
        lg_text_str(out, "  points\n");
    for (uint32_t i = 0; i < driver->points.count; i++)
        print_point(element(&driver->points, i), out);
}

static void print_rule(const lg_matching *rule, lg_text *out)
{
    lg_text_format(out, "\n  %s: matching rule. %s\n    market = { matching = \"%s\" }%s\n",
                   rule->name, rule->help, rule->name,
                   rule->flags & LG_MATCHING_ATTRIBUTES
                       ? "; orders may carry requirements and attributes"
                       : "");
}

static void print_gateway(const lg_gateway *gateway, lg_text *out)
{
    lg_text_format(out, "\n  %s: gateway. %s\n    lunagrid run SCENARIO --gateway %s=ADDRESS\n",
                   gateway->name, gateway->help, gateway->name);
}

static void print_device(const lg_device_driver *driver, lg_text *out)
{
    lg_text_format(out, "\n  %s: devices of microgrids%s. %s\n", driver->name,
                   driver->flags & LG_DEVICE_LIVE ? ", live" : "", driver->help);
    lg_text_str(out, "  speaks for\n");
    for (uint32_t i = 0; i < driver->parts.count; i++) {
        const lg_device_part *part = element(&driver->parts, i);
        lg_text_format(out, "    %s (%s%s)\n",
                       part->category ? lg_category_word((lg_category)part->category) : "any",
                       part->min ? "needed" : "may be", part->max > 1 ? ", several" : "");
        if (part->help)
            lg_text_format(out, "        %s\n", part->help);
    }
    if (driver->options.count)
        lg_text_str(out, "  options\n");
    for (uint32_t i = 0; i < driver->options.count; i++)
        print_option(element(&driver->options, i), 4, out);
}

static void print_plugins(const lg_setup *setup, lg_text *out)
{
    uint32_t count;
    const lg_plugin *const *plugins = lg_plugins_list(setup->plugins, &count);
    for (uint32_t i = 0; i < count; i++) {
        const lg_plugin *plugin = plugins[i];
        lg_text_format(out, "%s%s %s: %s\n", i ? "\n" : "", plugin->name, plugin->version,
                       plugin->help ? plugin->help : "");
        lg_text_format(out, "  %s, ABI %d.%u\n", lg_plugins_file(setup->plugins, i), LG_ABI_MAJOR,
                       plugin->abi_minor);
        for (uint32_t k = 0; k < plugin->drivers.count; k++)
            print_driver(element(&plugin->drivers, k), out);
        for (uint32_t k = 0; k < plugin->rules.count; k++)
            print_rule(element(&plugin->rules, k), out);
        for (uint32_t k = 0; k < plugin->gateways.count; k++)
            print_gateway(element(&plugin->gateways, k), out);
        for (uint32_t k = 0; k < plugin->devices.count; k++)
            print_device(element(&plugin->devices, k), out);
    }
    if (count == 0)
        lg_text_str(out, "no plugins are loaded\n");
    lg_text_str(out, "\nlooked for in\n");
    for (uint32_t i = 0; i < setup->places.plugin_count; i++)
        lg_text_format(out, "  %s\n", setup->places.plugins[i]);
    if (setup->plugin_diag.count) {
        lg_text_str(out, "\nrefused\n");
        lg_diag_print(&setup->plugin_diag, out);
    }
}

static int list_plugins(lg_mem *mem, const lg_args *args)
{
    (void)args;
    lg_setup setup;
    lg_err err = {.status = LG_OK};
    lg_status status = lg_setup_open_wide(mem, &setup, &err);
    if (status == LG_OK) {
        lg_text text;
        lg_text_init(&text, mem);
        print_plugins(&setup, &text);
        fputs(lg_text_peek(&text), stdout);
        if (text.failed)
            status = lg_fail(&err, LG_MEMORY, "out of memory");
        lg_text_fini(&text);
    }
    lg_plain_complain(err.text);
    lg_setup_close(&setup);
    return lg_cmd_exit_of(status);
}

const lg_cmd lg_cmd_plugins = {
    .name = "plugins",
    .synopsis = "",
    .summary = "list the loaded plugins: drivers, options, points and their units; matching rules; "
               "devices of "
               "microgrids",
    .text =
        "A plugin's drivers are the words a scenario may use for assets; its matching rules are\n"
        "words for market = { matching = \"...\" }. Options are what an\n"
        "asset of that kind may say. Points are what a device measures or obeys; simulated runs\n"
        "do without them. Plugins that were refused are listed with the reason.\n"
        "\n"
        "  lunagrid plugins\n"
        "  LUNAGRID_PLUGINS=./mine lunagrid plugins",
    .run = list_plugins,
};
