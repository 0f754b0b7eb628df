/*
 * The exchange keeps the days of its predefined panels in three CSV files of its own. Nothing of
 * them is here; but whoever has them can lay them beside the scenario, and they are used then:
 * scaled so that the highest value of the file is the capacity.
 */
#include "scenario/gsy.h"

#include <string.h>
#include "base/text.h"

/* Where such a file is looked for, from the scenario's folder. */
static const char *const folders[] = {"", "profiles/", "../profiles/"};

/* Multiplies a number, a list, {"day": {...}} or {"series": {"values": [...]}}. */
static void scale(lg_conf *power, double factor)
{
    lg_conf *values = power;
    if (power->type == LG_CONF_TABLE) {
        lg_conf *list = lg__conf_item(power->first, "values");
        values = list ? list : power->first;
    }
    values->number *= factor;
    for (lg_conf *value = values->first; value; value = value->next)
        value->number *= factor;
}

static double highest(const lg__gsy_points *points)
{
    double most = 0;
    for (uint32_t i = 0; i < points->count; i++)
        most = points->items[i].value > most ? points->items[i].value : most;
    return most;
}

/* The file of that day as a text item, so that it reads like any profile; NULL when there is none.
 */
static lg_conf *find_file(lg__gsy *g, const char *day, int line)
{
    lg__reader *r = g->r;
    for (size_t i = 0; i < sizeof folders / sizeof *folders && !r->exhausted; i++) {
        lg_text name;
        lg_text_init(&name, r->mem);
        lg_text_format(&name, "%sSolar_Curve_W_%s.csv", folders[i], day);
        const char *text =
            name.failed ? NULL : lg_arena_text(r->arena, lg_text_peek(&name), name.length);
        lg_text_fini(&name);
        lg_conf *item = text ? lg__conf_new(r->arena, LG_CONF_TEXT, "power_profile", line) : NULL;
        if (!item) {
            lg__exhausted(r);
            return NULL;
        }
        item->text = text;
        if (lg__file_is_beside(r, text))
            return item;
    }
    return NULL;
}

lg_conf *lg__gsy_curve(lg__gsy *g, const char *label, const char *day, double capacity_kW, int line)
{
    lg_conf *file = find_file(g, day, line);
    const lg__gsy_points *points = file ? lg__gsy_points_read(g, label, file) : NULL;
    double most = points ? highest(points) : 0;
    lg_conf *power = most > 0 ? lg__gsy_profile(g, label, file, "power_profile") : NULL;
    if (power)
        scale(power, capacity_kW * 1000 / most);
    return power;
}
