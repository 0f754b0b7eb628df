/*
 * A scenario of Grid Singularity's exchange becomes one of ours, tree for tree, before anything is
 * checked: what comes out goes the way of every scenario, and its lines are those of the original,
 * so that a wrong value is told where it was written. `compat = "gsy-e"` makes the markets give
 * that exchange's figures.
 */
#include "scenario/gsy.h"

#include <math.h>
#include <string.h>
#include "base/clock.h"

bool lg__gsy_looks(const lg_conf *root)
{
    const lg_conf *children = lg_conf_get(root, "children");
    return children && children->type == LG_CONF_LIST && !lg_conf_get(root, "grid");
}

/* The slots of the run, which --slots and --days of the command line may change. */
static uint32_t slots_of(const lg__gsy *g)
{
    const lg_scenario_input *input = g->r->input;
    double slots = (double)(g->settings.length_ms / g->settings.slot_ms);
    if (input->slots > 0)
        slots = (double)input->slots;
    else if (input->days > 0)
        slots = ceil((double)input->days * (double)LG_DAY_MS / (double)g->settings.slot_ms);
    return slots < 1 ? 1 : slots > 20000000 ? 20000000 : (uint32_t)slots;
}

static void put_rate(lg__gsy *g, const char *key, const lg_conf *rate, double setting)
{
    if (rate)
        lg__gsy_put_copy(g, g->scenario, key, rate);
    else if (!isnan(setting))
        lg__gsy_put_number(g, g->scenario, key, setting, 0);
}

static void tell_curves(const lg__gsy *g)
{
    if (g->their_curves)
        lg__warning(g->r, NULL, NULL, NULL,
                    "%u PredefinedPV: the curve is that of the file Solar_Curve_W_*.csv found at "
                    "the scenario, its highest value being capacity_kW",
                    g->their_curves);
    if (g->own_curves)
        lg__warning(g->r, NULL, NULL, NULL,
                    "%u asset%s of PredefinedPV or PredefinedWind: the curves are lunagrid's own, "
                    "not those of the exchange; for the same energy give power_profile (W), or lay "
                    "the exchange's Solar_Curve_W_*.csv beside the scenario",
                    g->own_curves, g->own_curves == 1 ? "" : "s");
}

/* `import` tells what it left out; a run does not repeat it. */
static void tell(lg__gsy *g, const char *settings)
{
    lg__reader *r = g->r;
    if (!r->input->gsy_text) {
        lg__warning(r, NULL, NULL, NULL,
                    "a scenario of the gsy-e exchange, imported for this run %s%s",
                    settings ? "with the settings of "
                             : "with default settings, for there is no "
                               "settings.json beside it",
                    settings ? settings : "");
        return;
    }
    if (g->external)
        lg__warning(r, NULL, NULL, NULL,
                    "%u external strateg%s made the template of the kind: give a script with "
                    "--agent to trade for the asset",
                    g->external, g->external == 1 ? "y is" : "ies are");
    tell_curves(g);
    if (!g->ignored_count)
        return;
    lg_text text;
    lg_text_init(&text, r->mem);
    for (uint32_t i = 0; i < g->ignored_count; i++)
        lg_text_format(&text, "%s%s (%u)", i ? ", " : "", g->ignored[i].key, g->ignored[i].times);
    if (text.failed)
        lg__exhausted(r);
    lg__warning(r, NULL, NULL, NULL, "left out, for no figure depends on them here: %s",
                lg_text_peek(&text));
    lg_text_fini(&text);
}

static bool has_bus(const lg_conf *node)
{
    const lg_conf *type = lg_conf_get(node, "type"), *children = lg_conf_get(node, "children");
    bool found = type && type->type == LG_CONF_TEXT && strcmp(type->text, "infinite_bus") == 0;
    for (const lg_conf *item = children ? children->first : NULL; item && !found; item = item->next)
        found = has_bus(item);
    return found;
}

/* Without a market every home gets a bus of its own, with the rates of the scenario (base_case.c);
 * one at the top serves all once compat is switched off. */
static void add_bus(lg__gsy *g, lg_conf *grid)
{
    lg_conf *bus = lg__gsy_table(g, NULL, grid->line);
    lg_conf *children = lg__conf_item(grid, "children");
    if (!bus || !children)
        return;
    lg__gsy_put_text(g, bus, "name", "Utility of the case without a market", 0);
    lg__gsy_put_text(g, bus, "type", "infinite_bus", 0);
    lg__conf_put(children, bus);
}

/* That exchange writes its events in Python, never into a file; a setup of ours has them all the
 * same, in our words. */
static void put_events(lg__gsy *g)
{
    const lg_conf *events = lg_conf_get(g->root, LG__GSY_EVENTS);
    if (events && events->type != LG_CONF_NULL)
        lg__gsy_put_copy(g, g->scenario, LG__GSY_EVENTS, events);
}

static lg_conf *convert(lg__gsy *g, lg_conf *root)
{
    lg__reader *r = g->r;
    const char *settings = NULL;
    uint32_t before = r->diag->errors;
    g->scenario = lg__gsy_table(g, NULL, 0);
    if (!g->scenario || !lg__gsy_settings_read(g, &settings))
        return NULL;
    g->slots = slots_of(g);
    lg__gsy_put_text(g, g->scenario, "name", lg__scenario_name(r), 0);
    lg__gsy_settings_put(g);
    g->root = root;
    lg_conf *grid = lg__gsy_area(g, root, false);
    put_events(g);
    if (grid && g->settings.market_type == 0 && !has_bus(grid))
        add_bus(g, grid);
    put_rate(g, "market_maker_rate", g->maker_rate, g->settings.market_maker_rate);
    put_rate(g, "feed_in_tariff", g->feed_in, g->settings.feed_in_tariff);
    if (!grid || r->exhausted)
        return NULL;
    grid->key = "grid";
    lg__conf_put(g->scenario, grid);
    tell(g, settings);
    return r->exhausted || r->diag->errors > before ? NULL : g->scenario;
}

lg_conf *lg__gsy_convert(lg__reader *r, lg_conf *root)
{
    lg__gsy g = {.r = r};
    lg_conf *scenario = convert(&g, root);
    lg__gsy_points_fini(&g);
    if (scenario && r->input->gsy_text) {
        lg__conf_print(scenario, r->input->gsy_text, 0);
        lg_text_char(r->input->gsy_text, '\n');
    }
    return scenario;
}
