/* A plugin may have been built with an older minor version than this host: its structs are then
 * shorter, and only `size` bytes of them are read. Nothing behind this file has to know: it sees
 * copies at full size. Everything that the host or a scenario will rely on later is checked here
 * once, so that a wrong descriptor is refused when it is loaded and not in the middle of a run. */
#include "driver/descriptor.h"

#include "driver/descriptor_check.h"
#include "driver/fleet.h"

#include <string.h>

#define UP_TO(type, field) (uint32_t)(offsetof(type, field) + sizeof(((type *)NULL)->field))

/* Sizes of minor version 0, the least that may come; they stay when fields are appended. */
enum { ARRAY_MAX = 256 };
#define PLUGIN_SIZE_0  UP_TO(lg_plugin, drivers)
#define DRIVER_SIZE_0  UP_TO(lg_driver, write)
#define OPTION_SIZE_0  UP_TO(lg_option, help)
#define POINT_SIZE_0   UP_TO(lg_point, help)
#define RULE_SIZE_1    UP_TO(lg_matching, match)
#define GATEWAY_SIZE_2 UP_TO(lg_gateway, ticked)
#define DEVICE_SIZE_4  UP_TO(lg_device_driver, fault)
#define PART_SIZE_4    UP_TO(lg_device_part, help)

/* Words that mean something else where a driver's or an option's name may stand in a scenario. */
static const char *const driver_words[] = {
    "and",        "break",    "do",     "else",     "elseif",   "end",    "false",   "for",
    "function",   "goto",     "if",     "in",       "local",    "nil",    "not",     "or",
    "repeat",     "return",   "then",   "true",     "until",    "while",  "area",    "asset",
    "agent",      "scenario", "csv",    "day",      "param",    "event",  "disable", "enable",
    "disconnect", "connect",  "change", "assert",   "error",    "ipairs", "pairs",   "math",
    "select",     "string",   "table",  "tonumber", "tostring", "type",
};
/* Words of C: a plugin's functions are called after its driver. */
static const char *const c_words[] = {
    "auto",      "bool",     "case",          "char",         "const",  "continue", "default",
    "double",    "enum",     "extern",        "float",        "inline", "int",      "long",
    "main",      "register", "restrict",      "return",       "short",  "signed",   "sizeof",
    "static",    "struct",   "switch",        "typedef",      "union",  "unsigned", "void",
    "volatile",  "asm",      "typeof",        "linux",        "unix",   "alignas",  "alignof",
    "constexpr", "nullptr",  "static_assert", "thread_local",
};
/* Copies the elements of @p from (each at least @p size_0 bytes) to an array of elements of @p
 * size. */
static lg_status copy_array(lg_arena *arena, const lg_array *from, uint32_t size_0, uint32_t size,
                            const char *owner, const char *what, lg_array *to, lg_err *err)
{
    *to = (lg_array){.stride = size};
    if (from->count == 0)
        return LG_OK;
    if (!from->items || from->count > ARRAY_MAX)
        return lg_fail(err, LG_PLUGIN, "%s: its %ss are %u entries at %s; up to %d are possible",
                       owner, what, from->count, from->items ? "an address" : "no address",
                       ARRAY_MAX);
    if (from->stride < size_0 || from->stride % sizeof(void *))
        return lg_fail(err, LG_PLUGIN,
                       "%s: its %ss have a stride of %u bytes, expected sizeof(lg_%s) = %u", owner,
                       what, from->stride, what, size);
    char *items = lg_arena_alloc(arena, (size_t)size * from->count);
    if (!items)
        return lg_fail(err, LG_MEMORY, "out of memory");
    for (uint32_t i = 0; i < from->count; i++) {
        const char *item = (const char *)from->items + (size_t)i * from->stride;
        uint32_t item_size;
        memcpy(&item_size, item, sizeof item_size);
        if (item_size < size_0 || item_size > from->stride)
            return lg_fail(err, LG_PLUGIN,
                           "%s: %s %u has size %u, expected .size = sizeof(lg_%s) = %u", owner,
                           what, i + 1, item_size, what, size);
        memcpy(items + (size_t)i * size, item, item_size < size ? item_size : size);
        memcpy(items + (size_t)i * size, &size, sizeof size);
    }
    to->items = items;
    to->count = from->count;
    return LG_OK;
}

/* Brings the columns of all options to our size. */
static lg_status copy_columns(lg_arena *arena, const char *owner, lg_array *options, lg_err *err)
{
    lg_option *items = (lg_option *)(uintptr_t)options->items; /* ours, made by copy_array() */
    lg_status status = LG_OK;
    for (uint32_t i = 0; status == LG_OK && i < options->count; i++) {
        lg_array columns = items[i].columns;
        status = copy_array(arena, &columns, OPTION_SIZE_0, sizeof(lg_option), owner, "option",
                            &items[i].columns, err);
    }
    return status;
}

/* A relative path of a Lua file. */
static bool is_script(const char *path)
{
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".lua") == 0 && path[0] != '/' &&
           !strstr(path, "..");
}

static lg_status check_driver(lg_arena *arena, const char *plugin, uint32_t index,
                              lg_driver *driver, lg_err *err)
{
    char owner[LG__NAME_MAX_BYTES + 16] = "driver \"";
    if (!driver->name || !lg__is_word(driver->name))
        return lg_fail(err, LG_PLUGIN,
                       "%s: driver %u needs a name of letters, digits and _, the word used in "
                       "scenarios",
                       plugin, index + 1);
    strcat(strcat(owner, driver->name), "\"");
    if (lg__is_among(driver->name, driver_words, sizeof driver_words / sizeof *driver_words))
        return lg_fail(err, LG_PLUGIN, "%s: the word is taken in scenarios, choose another", owner);
    if (!driver->help)
        return lg_fail(err, LG_PLUGIN, "%s has no help text", owner);
    if (driver->role < LG_ROLE_CONSUMER || driver->role > LG_ROLE_PROSUMER)
        return lg_fail(err, LG_PLUGIN, "%s has the unknown role %u", owner, driver->role);
    if (driver->energy_type &&
        (!*driver->energy_type ||
         strnlen(driver->energy_type, LG_ENERGY_TYPE_MAX + 1) > LG_ENERGY_TYPE_MAX))
        return lg_fail(err, LG_PLUGIN, "%s: its energy_type must have 1 to %d letters", owner,
                       LG_ENERGY_TYPE_MAX);
    if (!driver->open || (!driver->plan && !driver->backed))
        return lg_fail(err, LG_PLUGIN, "%s has no %s function", owner,
                       driver->open ? "plan" : "open");
    if (driver->strategy && !is_script(driver->strategy))
        return lg_fail(err, LG_PLUGIN,
                       "%s: its strategy is \"%.60s\", expected a path like "
                       "\"strategies/load_ramp.lua\"",
                       owner, driver->strategy);
    lg_array points = driver->points, options = driver->options;
    lg_status status = copy_array(arena, &points, POINT_SIZE_0, sizeof(lg_point), owner, "point",
                                  &driver->points, err);
    if (status == LG_OK)
        status = copy_array(arena, &options, OPTION_SIZE_0, sizeof(lg_option), owner, "option",
                            &driver->options, err);
    if (status == LG_OK)
        status = copy_columns(arena, owner, &driver->options, err);
    for (uint32_t i = 0; status == LG_OK && i < driver->points.count; i++)
        status = lg__check_point(driver, i, err);
    for (uint32_t i = 0; status == LG_OK && i < driver->options.count; i++)
        status = lg__check_option(driver->name, driver->options.items, i, err);
    return status;
}

/* Rules of the engine's own, which no plugin can replace. */
static const char *const rule_words[] = {"pay_as_bid", "pay_as_clear", "one_sided"};

static lg_status check_rule(const char *plugin, uint32_t index, const lg_matching *rule,
                            lg_err *err)
{
    if (!rule->name || !lg__is_word(rule->name))
        return lg_fail(err, LG_PLUGIN,
                       "%s: rule %u needs a name of letters, digits and _, the word of market = { "
                       "matching = \"...\" }",
                       plugin, index + 1);
    const char *reason = lg_rule_name_refused(rule->name);
    if (reason)
        return lg_fail(err, LG_PLUGIN, "rule \"%s\": %s", rule->name, reason);
    if (!rule->help)
        return lg_fail(err, LG_PLUGIN, "rule \"%s\" has no help text", rule->name);
    if (!rule->match)
        return lg_fail(err, LG_PLUGIN, "rule \"%s\" has no match function", rule->name);
    if (rule->flags & ~(uint32_t)LG_MATCHING_ATTRIBUTES)
        return lg_fail(err, LG_PLUGIN, "rule \"%s\" has the unknown flags %u", rule->name,
                       rule->flags);
    return LG_OK;
}

static lg_status copy_rules(lg_arena *arena, lg_plugin *plugin, lg_err *err)
{
    lg_array from = plugin->rules;
    lg_status status = copy_array(arena, &from, RULE_SIZE_1, sizeof(lg_matching), "the plugin",
                                  "matching", &plugin->rules, err);
    const lg_matching *rules = plugin->rules.items;
    for (uint32_t i = 0; status == LG_OK && i < plugin->rules.count; i++) {
        status = check_rule(plugin->name, i, &rules[i], err);
        for (uint32_t j = 0; status == LG_OK && j < i; j++)
            if (strcmp(rules[j].name, rules[i].name) == 0)
                status = lg_fail(err, LG_PLUGIN, "it offers two rules named \"%s\"", rules[i].name);
    }
    return status;
}

static lg_status copy_gateways(lg_arena *arena, lg_plugin *plugin, lg_err *err)
{
    lg_array from = plugin->gateways;
    lg_status status = copy_array(arena, &from, GATEWAY_SIZE_2, sizeof(lg_gateway), "the plugin",
                                  "gateway", &plugin->gateways, err);
    const lg_gateway *gateways = plugin->gateways.items;
    for (uint32_t i = 0; status == LG_OK && i < plugin->gateways.count; i++) {
        const lg_gateway *gateway = &gateways[i];
        if (!gateway->name || !lg__is_word(gateway->name))
            return lg_fail(err, LG_PLUGIN,
                           "%s: gateway %u needs a name of letters, digits and _, the word of "
                           "--gateway",
                           plugin->name, i + 1);
        if (!gateway->help || !gateway->open || !gateway->close)
            return lg_fail(err, LG_PLUGIN, "gateway \"%s\" has no %s", gateway->name,
                           !gateway->help   ? "help text"
                           : !gateway->open ? "open function"
                                            : "close function");
    }
    return status;
}

static lg_status check_device(lg_arena *arena, const char *plugin, uint32_t index,
                              lg_device_driver *driver, lg_err *err)
{
    char owner[LG__NAME_MAX_BYTES + 24] = "device driver \"";
    if (!driver->name || !lg__is_word(driver->name))
        return lg_fail(err, LG_PLUGIN,
                       "%s: device driver %u needs a name of letters, digits and _, the word of "
                       "devices of a microgrid",
                       plugin, index + 1);
    strcat(strcat(owner, driver->name), "\"");
    if (!driver->help)
        return lg_fail(err, LG_PLUGIN, "%s has no help text", owner);
    if (driver->flags & ~(uint32_t)LG_DEVICE_LIVE)
        return lg_fail(err, LG_PLUGIN, "%s has the unknown flags %u", owner, driver->flags);
    if (!driver->open || (!driver->step && !(driver->flags & LG_DEVICE_LIVE)))
        return lg_fail(err, LG_PLUGIN, "%s has no %s function", owner,
                       driver->open ? "step" : "open");
    lg_array parts = driver->parts, options = driver->options;
    if (!parts.count)
        return lg_fail(err, LG_PLUGIN, "%s says no part: no component could be its", owner);
    lg_status status = copy_array(arena, &parts, PART_SIZE_4, sizeof(lg_device_part), owner,
                                  "device_part", &driver->parts, err);
    if (status == LG_OK)
        status = copy_array(arena, &options, OPTION_SIZE_0, sizeof(lg_option), owner, "option",
                            &driver->options, err);
    if (status == LG_OK)
        status = copy_columns(arena, owner, &driver->options, err);
    for (uint32_t i = 0; status == LG_OK && i < driver->options.count; i++)
        status = lg__check_option(driver->name, driver->options.items, i, err);
    return status;
}

static lg_status copy_devices(lg_arena *arena, lg_plugin *plugin, lg_err *err)
{
    lg_array from = plugin->devices;
    lg_status status = copy_array(arena, &from, DEVICE_SIZE_4, sizeof(lg_device_driver),
                                  "the plugin", "device_driver", &plugin->devices, err);
    lg_device_driver *drivers = (lg_device_driver *)(uintptr_t)plugin->devices.items; /* ours */
    for (uint32_t i = 0; status == LG_OK && i < plugin->devices.count; i++) {
        status = check_device(arena, plugin->name, i, &drivers[i], err);
        for (uint32_t j = 0; status == LG_OK && j < i; j++)
            if (strcmp(drivers[j].name, drivers[i].name) == 0)
                status = lg_fail(err, LG_PLUGIN, "it offers two device drivers named \"%s\"",
                                 drivers[i].name);
    }
    return status;
}

static lg_status check_head(const lg_plugin *raw, const char *stem, lg_err *err)
{
    if (raw->magic != LG_PLUGIN_MAGIC)
        return lg_fail(err, LG_PLUGIN,
                       "its magic number is %#x, expected LG_PLUGIN_MAGIC (%#x): it is no plugin",
                       raw->magic, LG_PLUGIN_MAGIC);
    if (raw->size < PLUGIN_SIZE_0)
        return lg_fail(err, LG_PLUGIN, "its descriptor has size %u, expected at least %u",
                       raw->size, PLUGIN_SIZE_0);
    if (raw->abi_minor > LG_ABI_MINOR)
        return lg_fail(err, LG_PLUGIN,
                       "it was built for version %d.%u of the plugin interface, this host speaks "
                       "%d.%d: use a newer lunagrid or build the plugin with this one's headers",
                       LG_ABI_MAJOR, raw->abi_minor, LG_ABI_MAJOR, LG_ABI_MINOR);
    if (!raw->name || !raw->version || !raw->help)
        return lg_fail(err, LG_PLUGIN, "it does not say its %s",
                       !raw->name      ? "name"
                       : !raw->version ? "version"
                                       : "help text");
    if (strcmp(raw->name, stem) != 0)
        return lg_fail(err, LG_PLUGIN, "it says its name is \"%s\", but the file is %s.so",
                       raw->name, stem);
    bool has_rules = raw->size >= UP_TO(lg_plugin, rules) && raw->rules.count;
    bool has_gateways = raw->size >= UP_TO(lg_plugin, gateways) && raw->gateways.count;
    bool has_devices = raw->size >= UP_TO(lg_plugin, devices) && raw->devices.count;
    if (raw->drivers.count == 0 && !has_rules && !has_gateways && !has_devices)
        return lg_fail(err, LG_PLUGIN,
                       "it offers neither drivers, matching rules, gateways nor device drivers");
    return LG_OK;
}

lg_status lg__descriptor_copy(lg_arena *arena, const lg_plugin *raw, const char *stem,
                              const lg_plugin **out, lg_err *err)
{
    lg_status status = check_head(raw, stem, err);
    if (status != LG_OK)
        return status;
    lg_plugin *plugin = lg_arena_alloc(arena, sizeof *plugin);
    if (!plugin)
        return lg_fail(err, LG_MEMORY, "out of memory");
    memcpy(plugin, raw, raw->size < sizeof *plugin ? raw->size : sizeof *plugin);
    plugin->size = sizeof *plugin;
    status = copy_array(arena, &raw->drivers, DRIVER_SIZE_0, sizeof(lg_driver), "the plugin",
                        "driver", &plugin->drivers, err);
    if (status != LG_OK)
        return status;
    lg_driver *drivers = (lg_driver *)(uintptr_t)plugin->drivers.items; /* ours, made above */
    for (uint32_t i = 0; status == LG_OK && i < plugin->drivers.count; i++) {
        status = check_driver(arena, plugin->name, i, &drivers[i], err);
        for (uint32_t j = 0; status == LG_OK && j < i; j++)
            if (strcmp(drivers[j].name, drivers[i].name) == 0)
                status =
                    lg_fail(err, LG_PLUGIN, "it offers two drivers named \"%s\"", drivers[i].name);
    }
    if (status == LG_OK)
        status = copy_rules(arena, plugin, err);
    if (status == LG_OK)
        status = copy_gateways(arena, plugin, err);
    if (status == LG_OK)
        status = copy_devices(arena, plugin, err);
    *out = plugin;
    return status;
}

const char *lg_driver_name_refused(const char *name)
{
    if (lg__is_among(name, c_words, sizeof c_words / sizeof *c_words))
        return "it is a word of C, in which a plugin is written";
    if (lg__is_among(name, driver_words, sizeof driver_words / sizeof *driver_words))
        return "it means something else in a scenario";
    return NULL;
}

const char *lg_rule_name_refused(const char *name)
{
    return lg__is_among(name, rule_words, sizeof rule_words / sizeof *rule_words)
               ? "the host has a rule of this name"
               : NULL;
}
