/* A plugin may have been built with an older minor version than this host: its structs are then
 * shorter, and only `size` bytes of them are read. Nothing behind this file has to know: it sees
 * copies at full size. Everything that the host or a scenario will rely on later is checked here
 * once, so that a wrong descriptor is refused when it is loaded and not in the middle of a run. */
#include "driver/descriptor.h"

#include "driver/fleet.h"

#include <math.h>
#include <string.h>

#define UP_TO(type, field) (uint32_t)(offsetof(type, field) + sizeof(((type *)NULL)->field))

/* Sizes of minor version 0, the least that may come; they stay when fields are appended. */
enum { NAME_MAX_BYTES = 48, ARRAY_MAX = 256, COLUMNS_MAX = 32 };
#define PLUGIN_SIZE_0 UP_TO(lg_plugin, drivers)
#define DRIVER_SIZE_0 UP_TO(lg_driver, write)
#define OPTION_SIZE_0 UP_TO(lg_option, help)
#define POINT_SIZE_0  UP_TO(lg_point, help)
#define RULE_SIZE_1   UP_TO(lg_matching, match)

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
static const char *const option_words[] = {"name", "uuid", "type", "clones", "children"};

static bool is_word(const char *name)
{
    size_t length = strnlen(name, NAME_MAX_BYTES);
    if (length == 0 || length >= NAME_MAX_BYTES || (name[0] >= '0' && name[0] <= '9'))
        return false;
    for (const char *p = name; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
              *p == '_'))
            return false;
    return true;
}

static bool is_among(const char *name, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(name, words[i]) == 0)
            return true;
    return false;
}

static bool is_unit(uint32_t unit)
{
    switch (unit) {
#define X(number, name, sign) case number:
        LG_UNIT_MAP(X)
#undef X
        return true;
    default:
        return false;
    }
}

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

static lg_status check_point(const lg_driver *driver, uint32_t index, lg_err *err)
{
    const lg_point *points = driver->points.items, *p = &points[index];
    if (!p->name || !p->help || !is_word(p->name))
        return lg_fail(err, LG_PLUGIN,
                       "driver \"%s\": point %u needs a name of letters, digits "
                       "and _ and a help text",
                       driver->name, index + 1);
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(points[i].name, p->name) == 0)
            return lg_fail(err, LG_PLUGIN, "driver \"%s\": two points are named \"%s\"",
                           driver->name, p->name);
    if (!is_unit(p->unit))
        return lg_fail(err, LG_PLUGIN, "driver \"%s\": point \"%s\" has the unknown unit %u",
                       driver->name, p->name, p->unit);
    if (p->access == 0 || p->access > (LG_READ | LG_WRITE))
        return lg_fail(
            err, LG_PLUGIN,
            "driver \"%s\": point \"%s\" has access %u, expected LG_READ, LG_WRITE or both",
            driver->name, p->name, p->access);
    if (!isfinite(p->min) || !isfinite(p->max) || p->min > p->max)
        return lg_fail(err, LG_PLUGIN,
                       "driver \"%s\": the range of point \"%s\" is %g to %g, "
                       "expected two finite numbers in order",
                       driver->name, p->name, p->min, p->max);
    if ((p->access & LG_WRITE) && !(p->safe >= p->min && p->safe <= p->max))
        return lg_fail(err, LG_PLUGIN,
                       "driver \"%s\": the safe value %g of point \"%s\" is outside of its range",
                       driver->name, p->safe, p->name);
    if ((p->access & LG_WRITE) && !driver->write)
        return lg_fail(err, LG_PLUGIN,
                       "driver \"%s\": point \"%s\" can be written, but there is no write function",
                       driver->name, p->name);
    return LG_OK;
}

/* What may stand in a row of a table: single numbers. */
static bool is_cell(uint32_t type)
{
    return type == LG_OPTION_NUMBER || type == LG_OPTION_INTEGER || type == LG_OPTION_TIME;
}

static lg_status check_columns(const char *driver, const lg_option *o, lg_err *err);

static lg_status check_option(const char *driver, const lg_option *options, uint32_t index,
                              lg_err *err)
{
    const lg_option *o = &options[index];
    if (!o->name || !o->help || !is_word(o->name))
        return lg_fail(err, LG_PLUGIN,
                       "driver \"%s\": option %u needs a name of letters, digits "
                       "and _ and a help text",
                       driver, index + 1);
    if (is_among(o->name, option_words, sizeof option_words / sizeof *option_words))
        return lg_fail(err, LG_PLUGIN,
                       "driver \"%s\": no option may be named \"%s\", every asset "
                       "has that already",
                       driver, o->name);
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(options[i].name, o->name) == 0)
            return lg_fail(err, LG_PLUGIN, "driver \"%s\": two options are named \"%s\"", driver,
                           o->name);
    if (o->type < LG_OPTION_NUMBER || o->type > LG_OPTION_ROWS)
        return lg_fail(err, LG_PLUGIN, "driver \"%s\": option \"%s\" has the unknown type %u",
                       driver, o->name, o->type);
    if (!is_unit(o->unit))
        return lg_fail(err, LG_PLUGIN, "driver \"%s\": option \"%s\" has the unknown unit %u",
                       driver, o->name, o->unit);
    if (o->flags & ~(uint32_t)LG_OPTION_REQUIRED)
        return lg_fail(err, LG_PLUGIN, "driver \"%s\": option \"%s\" has the unknown flags %u",
                       driver, o->name, o->flags);
    if ((o->type == LG_OPTION_ROWS) != (o->columns.count > 0))
        return lg_fail(err, LG_PLUGIN,
                       "driver \"%s\": option \"%s\" needs columns if it has the type "
                       "LG_OPTION_ROWS, and only then",
                       driver, o->name);
    if (o->type == LG_OPTION_ROWS)
        return check_columns(driver, o, err);
    if (o->type == LG_OPTION_TEXT)
        return LG_OK;
    if (o->choices)
        return lg_fail(err, LG_PLUGIN, "driver \"%s\": option \"%s\" has choices, but is no text",
                       driver, o->name);
    if (!(o->min <= o->max))
        return lg_fail(err, LG_PLUGIN,
                       "driver \"%s\": the range of option \"%s\" is %g to %g, "
                       "expected two numbers in order",
                       driver, o->name, o->min, o->max);
    if (o->def < o->min || o->def > o->max) /* false for NaN, which means none */
        return lg_fail(err, LG_PLUGIN,
                       "driver \"%s\": the default %g of option \"%s\" is outside of its range",
                       driver, o->def, o->name);
    return LG_OK;
}

static lg_status check_columns(const char *driver, const lg_option *o, lg_err *err)
{
    const lg_option *columns = o->columns.items;
    lg_status status = LG_OK;
    if (o->columns.count > COLUMNS_MAX)
        return lg_fail(err, LG_PLUGIN, "driver \"%s\": option \"%s\" has more than %d columns",
                       driver, o->name, COLUMNS_MAX);
    for (uint32_t i = 0; status == LG_OK && i < o->columns.count; i++) {
        status = check_option(driver, columns, i, err);
        if (status == LG_OK && !is_cell(columns[i].type))
            status = lg_fail(err, LG_PLUGIN,
                             "driver \"%s\": column \"%s\" of option \"%s\" has type %u, expected "
                             "a number, a whole number or a time",
                             driver, columns[i].name, o->name, columns[i].type);
    }
    return status;
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
    char owner[NAME_MAX_BYTES + 16] = "driver \"";
    if (!driver->name || !is_word(driver->name))
        return lg_fail(err, LG_PLUGIN,
                       "%s: driver %u needs a name of letters, digits and _, the word used in "
                       "scenarios",
                       plugin, index + 1);
    strcat(strcat(owner, driver->name), "\"");
    if (is_among(driver->name, driver_words, sizeof driver_words / sizeof *driver_words))
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
    if (!driver->open || !driver->plan)
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
        status = check_point(driver, i, err);
    for (uint32_t i = 0; status == LG_OK && i < driver->options.count; i++)
        status = check_option(driver->name, driver->options.items, i, err);
    return status;
}

/* Rules of the engine's own, which no plugin can replace. */
static const char *const rule_words[] = {"pay_as_bid", "pay_as_clear", "one_sided"};

static lg_status check_rule(const char *plugin, uint32_t index, const lg_matching *rule,
                            lg_err *err)
{
    if (!rule->name || !is_word(rule->name))
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
    if (raw->drivers.count == 0 && !has_rules)
        return lg_fail(err, LG_PLUGIN, "it offers neither drivers nor matching rules");
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
    *out = plugin;
    return status;
}

const char *lg_driver_name_refused(const char *name)
{
    if (is_among(name, c_words, sizeof c_words / sizeof *c_words))
        return "it is a word of C, in which a plugin is written";
    if (is_among(name, driver_words, sizeof driver_words / sizeof *driver_words))
        return "it means something else in a scenario";
    return NULL;
}

const char *lg_rule_name_refused(const char *name)
{
    return is_among(name, rule_words, sizeof rule_words / sizeof *rule_words)
               ? "the host has a rule of this name"
               : NULL;
}
