/* What a driver says of its points and options, at our size already: names, units, ranges. */
#include "driver/descriptor_check.h"

#include <math.h>
#include <string.h>

enum { COLUMNS_MAX = 32 };

/* Words that mean something else where an option's name may stand in a scenario. */
static const char *const option_words[] = {"name", "uuid", "type", "clones", "children"};

bool lg__is_word(const char *name)
{
    size_t length = strnlen(name, LG__NAME_MAX_BYTES);
    if (length == 0 || length >= LG__NAME_MAX_BYTES || (name[0] >= '0' && name[0] <= '9'))
        return false;
    for (const char *p = name; *p; p++)
        if (!((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || (*p >= '0' && *p <= '9') ||
              *p == '_'))
            return false;
    return true;
}

bool lg__is_among(const char *name, const char *const *words, size_t count)
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

lg_status lg__check_point(const lg_driver *driver, uint32_t index, lg_err *err)
{
    const lg_point *points = driver->points.items, *p = &points[index];
    if (!p->name || !p->help || !lg__is_word(p->name))
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

lg_status lg__check_option(const char *driver, const lg_option *options, uint32_t index,
                           lg_err *err)
{
    const lg_option *o = &options[index];
    if (!o->name || !o->help || !lg__is_word(o->name))
        return lg_fail(err, LG_PLUGIN,
                       "driver \"%s\": option %u needs a name of letters, digits "
                       "and _ and a help text",
                       driver, index + 1);
    if (lg__is_among(o->name, option_words, sizeof option_words / sizeof *option_words))
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
        status = lg__check_option(driver, columns, i, err);
        if (status == LG_OK && !is_cell(columns[i].type))
            status = lg_fail(err, LG_PLUGIN,
                             "driver \"%s\": column \"%s\" of option \"%s\" has type %u, expected "
                             "a number, a whole number or a time",
                             driver, columns[i].name, o->name, columns[i].type);
    }
    return status;
}
