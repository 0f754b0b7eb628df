/*
 * One asset: its strategy names our driver, each parameter becomes an option of the driver or one
 * of trading. Where the exchange has a default of its own and ours differs or may change, it is
 * written out, so that the made scenario says all that its figures depend on; but for rates that
 * our templates choose otherwise without compat = "gsy-e": who switches it off wants ours.
 */
#include "scenario/gsy.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"

enum { NAMES_MAX = 64 };

/* An asset while it is made. */
typedef struct asset {
    lg__gsy *g;
    const char *label;
    bool serialised; /* {"type": ..., "kwargs": ...}, with times in seconds */
    const lg__gsy_strategy *strategy;
    const lg_conf *own_clouds; /* a cloud_coverage of 4; NULL: none */
    lg_conf *to;
} asset;

/* What the utility asks and pays is what its market makers and buses say. */
static void note_utility(asset *a, const char *ours, const lg_conf *rate)
{
    lg__gsy *g = a->g;
    bool bus = a->strategy->kind == LG__GSY_BUS, maker = a->strategy->kind == LG__GSY_MARKET_MAKER;
    if (bus && strncmp(ours, "energy_buy", 10) == 0)
        g->feed_in = g->feed_in ? g->feed_in : rate;
    else if (bus && strncmp(ours, "buying", 6) == 0)
        g->feed_in = g->feed_in ? g->feed_in : rate;
    else if ((bus && !g->maker_rate) || (maker && (!g->maker_rate || g->maker_is_bus))) {
        g->maker_rate = rate;
        g->maker_is_bus = bus;
    }
}

static void put_rate(asset *a, const lg__gsy_key *key, const lg_conf *item)
{
    const char *ours = key->ours ? key->ours : key->name;
    lg_conf *rate = lg__gsy_profile(a->g, a->label, item, ours);
    if (!rate)
        return;
    if (rate->type != LG_CONF_NUMBER && key->ours_profile)
        rate->key = ours = key->ours_profile;
    note_utility(a, ours, rate);
    lg__conf_put(a->to, rate);
}

static void put_minutes(asset *a, const lg_conf *item)
{
    double minutes;
    if (!lg__gsy_number(item, &minutes))
        lg__gsy_put_copy(a->g, a->to, "update_interval", item); /* the reader says what is wrong */
    else
        lg__gsy_put_number(a->g, a->to, "update_interval", a->serialised ? minutes / 60 : minutes,
                           item->line);
}

/* Null, as absent, is a sunny day. */
static void put_clouds(asset *a, const lg_conf *item)
{
    static const char *const days[] = {"sunny", "partial", "cloudy"};
    double number = item->type == LG_CONF_NUMBER ? item->number : -1;
    if (number == 0 || number == 1 || number == 2)
        lg__gsy_put_text(a->g, a->to, "cloud_coverage", days[(int)number], item->line);
    else if (number == 4)
        a->own_clouds = item;
    else
        lg__problem(a->g->r, item, a->label, item->key,
                    "expected 0 (sunny), 1 (partial), 2 (cloudy) or 4 (the power_profile)");
}

/* The option of the driver that @p name names; NULL when it has none. */
static const lg_option *driver_row(const asset *a, const char *name)
{
    const lg__reader *r = a->g->r;
    uint32_t index = lg__driver_index(r, a->strategy->driver);
    const lg_driver *driver = index == LG_NONE ? NULL : r->input->drivers[index];
    for (uint32_t i = 0; driver && i < driver->options.count; i++)
        if (strcmp(lg__driver_option(driver, i)->name, name) == 0)
            return lg__driver_option(driver, i);
    return NULL;
}

/* An older plugin may know less than the exchange does. */
static void tell_missing(const asset *a, const char *ours, const lg_conf *item)
{
    if (lg__driver_index(a->g->r, a->strategy->driver) != LG_NONE)
        lg__warning(a->g->r, item, a->label, item->key,
                    "left out: the plugin that drives \"%s\" has no option %s, so that its assets "
                    "run without it; a newer one may have it",
                    a->strategy->driver, ours);
}

/* A word or tables; a driver that knows no such option is left without. */
static void put_form(asset *a, const lg__gsy_key *key, const lg_conf *item)
{
    const char *ours = key->ours ? key->ours : key->name;
    const lg_option *row = driver_row(a, ours);
    if (!row)
        tell_missing(a, ours, item);
    if (key->how == LG__GSY_ROWS) {
        lg_conf *rows = row ? lg__gsy_rows(a->g, a->label, row, item) : NULL;
        if (rows)
            lg__conf_put(a->to, rows);
        return;
    }
    const char *word = lg__gsy_choice(a->g, a->label, ours, item);
    if (word && row)
        lg__gsy_put_text(a->g, a->to, ours, word, item->line);
}

static void put_key(asset *a, const lg__gsy_key *key, const lg_conf *item)
{
    lg_conf *profile;
    switch (key->how) {
    case LG__GSY_COPY:
        lg__gsy_put_value(a->g, a->to, key->ours ? key->ours : key->name, item);
        return;
    case LG__GSY_MINUTES:
        put_minutes(a, item);
        return;
    case LG__GSY_RATE:
        put_rate(a, key, item);
        return;
    case LG__GSY_POWER:
        profile = lg__gsy_profile(a->g, a->label, item, key->ours ? key->ours : key->name);
        if (profile)
            lg__conf_put(a->to, profile);
        return;
    case LG__GSY_LOSSES:
        lg__gsy_losses(a->g, a->label, item, a->to);
        return;
    case LG__GSY_COP:
        if (!lg__gsy_is_universal(item))
            lg__warning(a->g->r, item, a->label, item->key,
                        "not known here: the universal model (0) is taken, so that its coefficient "
                        "of performance, and what it needs, differ from the exchange's; cop_points "
                        "or cop_factor of the heat pump may say what yours does");
        else
            lg__gsy_ignore(a->g, item->key);
        return;
    case LG__GSY_CLOUDS:
        put_clouds(a, item);
        return;
    case LG__GSY_CHOICE:
    case LG__GSY_ROWS:
        put_form(a, key, item);
        return;
    case LG__GSY_IGNORED:
        lg__gsy_ignore(a->g, item->key);
        return;
    }
}

static bool is_frame(const char *key)
{
    static const char *const frame[] = {"name",
                                        "uuid",
                                        "type",
                                        "strategy",
                                        "number_of_clones",
                                        "children",
                                        "grid_fee_constant",
                                        "grid_fee_percentage"};
    for (size_t i = 0; i < sizeof frame / sizeof *frame; i++)
        if (strcmp(frame[i], key) == 0)
            return true;
    return false;
}

/* The parameters in @p table: kwargs, or the leaf itself. Null means the default. */
static void put_keys(asset *a, const lg_conf *table, bool is_leaf)
{
    const char *names[NAMES_MAX];
    unsigned kind = a->strategy->kind;
    for (const lg_conf *item = table->first; item; item = item->next) {
        const lg__gsy_key *key = lg__gsy_key_of(item->key, kind);
        if (is_leaf && is_frame(item->key))
            continue;
        if (!key)
            lg__gsy_unknown(a->g, item, a->label, names, lg__gsy_key_names(kind, names, NAMES_MAX));
        else if (item->type != LG_CONF_NULL)
            put_key(a, key, item);
    }
}

static void put_default(asset *a, const char *key, double value)
{
    if (!lg_conf_get(a->to, key))
        lg__gsy_put_number(a->g, a->to, key, value, a->to->line);
}

/* Says a text option, if the driver knows it. */
static void put_choice(asset *a, const char *key, const char *value)
{
    if (driver_row(a, key))
        lg__gsy_put_text(a->g, a->to, key, value, a->to->line);
}

static bool is_true(const lg_conf *table, const char *key)
{
    const lg_conf *item = lg_conf_get(table, key);
    return item && item->type == LG_CONF_BOOL && item->number != 0;
}

static void put_update(asset *a)
{
    if (!isnan(a->g->settings.update_min))
        put_default(a, "update_interval", a->g->settings.update_min);
}

/* A power profile (W) takes the place of a curve, and of the capacity. */
static void put_profile_model(asset *a)
{
    lg__conf_remove(a->to, "cloud_coverage");
    lg__conf_remove(a->to, "capacity_kW");
    put_choice(a, "sampling", "start");
    put_choice(a, "model", "profile");
}

/* What a built-in curve of the exchange was meant: the asset's profile, else the curve from the
 * exchange's file when somebody has laid it there, else a curve of ours. */
static void put_curve(asset *a)
{
    bool sun = a->strategy->kind == LG__GSY_PV_PREDEFINED;
    if (lg_conf_get(a->to, "power_profile")) {
        put_profile_model(a);
        return;
    }
    if (a->own_clouds)
        lg__warning(a->g->r, a->own_clouds, a->label, "cloud_coverage",
                    "4 stands for the user's own curve, and there is no power_profile: a sunny day "
                    "is taken");
    const lg_conf *clouds = lg_conf_get(a->to, "cloud_coverage");
    const lg_conf *capacity = lg_conf_get(a->to, "capacity_kW");
    const char *day = clouds ? clouds->text : "sunny";
    double kW = capacity && capacity->type == LG_CONF_NUMBER ? capacity->number : 5;
    lg_conf *curve = sun ? lg__gsy_curve(a->g, a->label, day, kW, a->to->line) : NULL;
    if (curve) {
        put_profile_model(a);
        lg__conf_put(a->to, curve);
        a->g->their_curves++;
        return;
    }
    a->g->own_curves++;
    if (!sun)
        return;
    put_choice(a, "model", "predefined");
    if (!clouds)
        put_choice(a, "cloud_coverage", day);
}

static void put_energy(asset *a)
{
    unsigned kind = a->strategy->kind;
    if (kind & (LG__GSY_LOAD_PROFILE | LG__GSY_PV_PROFILE | LG__GSY_WIND | LG__GSY_SMART_METER))
        put_choice(a, "sampling", "start");
    if (kind == LG__GSY_PV)
        put_choice(a, "model", "gaussian");
    if (kind == LG__GSY_PV_PROFILE)
        put_choice(a, "model", "profile");
    if (kind & (LG__GSY_PV_PREDEFINED | LG__GSY_WIND_PREDEFINED))
        put_curve(a);
}

/* The dear end of a ramp, unless the market maker's rate is to take its place. */
static void put_dear(asset *a, const char *key, double ct)
{
    if (!is_true(a->to, "use_market_maker_rate"))
        put_default(a, key, ct);
}

/* Market makers offer (8.6 of the reference), unless they are told to be a reference price only. */
static void put_connection(asset *a, const lg_conf *leaf)
{
    if (lg_conf_get(a->to, "grid_connected"))
        return;
    lg_conf *connected = lg__conf_new(a->g->r->arena, LG_CONF_BOOL, "grid_connected", leaf->line);
    if (!connected) {
        lg__exhausted(a->g->r);
        return;
    }
    connected->number = 1;
    lg__conf_put(a->to, connected);
    lg__warning(a->g->r, leaf, a->label, "grid_connected",
                "is not given: imported as true, so that it sells; write false for a rate that "
                "bills compare with, and nothing to buy");
}

static void put_defaults(asset *a)
{
    const double maker_ct = a->g->settings.market_maker_rate;
    const double utility_ct = isnan(maker_ct) ? 30 : maker_ct;
    put_energy(a);
    switch (a->strategy->kind) {
    case LG__GSY_LOAD_HOURS:
    case LG__GSY_LOAD_PROFILE:
        put_default(a, "initial_buying_rate", 0);
        put_dear(a, "final_buying_rate", 35);
        break;
    case LG__GSY_PV:
    case LG__GSY_PV_PROFILE:
    case LG__GSY_PV_PREDEFINED:
    case LG__GSY_WIND:
    case LG__GSY_WIND_PREDEFINED:
        put_default(a, "final_selling_rate", 0);
        put_dear(a, "initial_selling_rate", utility_ct);
        break;
    case LG__GSY_SMART_METER:
        put_default(a, "initial_buying_rate", 0);
        put_dear(a, "final_buying_rate", utility_ct);
        put_dear(a, "initial_selling_rate", utility_ct);
        put_default(a, "final_selling_rate", 0);
        break;
    case LG__GSY_HEAT_PUMP:
        put_default(a, "initial_buying_rate", 0);
        put_default(a, "preferred_buying_rate", 30);
        break;
    case LG__GSY_STORAGE:
    case LG__GSY_EV:
    case LG__GSY_ELECTROLYZER:
        break; /* their templates have the same rates under compat, and more without */
    default:
        return; /* they ask what they are told to: nothing to update */
    }
    put_update(a);
}

/* The parameters of a serialised strategy: its kwargs, and nothing beside them. */
static const lg_conf *kwargs_of(asset *a, const lg_conf *strategy)
{
    static const char *const names[] = {"type", "kwargs"};
    const lg_conf *kwargs = lg_conf_get(strategy, "kwargs");
    a->serialised = true;
    for (const lg_conf *item = strategy->first; item; item = item->next)
        if (strcmp(item->key, "type") != 0 && item != kwargs)
            lg__gsy_unknown(a->g, item, a->label, names, 2);
    if (!kwargs || kwargs->type == LG_CONF_NULL || !lg__gsy_is_table(a->g, a->label, kwargs))
        return NULL;
    return kwargs;
}

/* The strategy's name, and the table of its parameters when it is serialised with any; NULL after
 * a problem. */
static const char *strategy_name(asset *a, const lg_conf *leaf, const lg_conf **kwargs)
{
    const lg_conf *strategy = lg_conf_get(leaf, "strategy"), *type = lg_conf_get(leaf, "type");
    *kwargs = NULL;
    if (strategy && strategy->type == LG_CONF_TEXT) {
        type = strategy;
    } else if (strategy && strategy->type != LG_CONF_NULL) {
        if (!lg__gsy_is_table(a->g, a->label, strategy))
            return NULL;
        type = lg_conf_get(strategy, "type");
        *kwargs = kwargs_of(a, strategy);
    }
    if (type && type->type == LG_CONF_TEXT)
        return type->text;
    lg__problem(a->g->r, leaf, a->label, "strategy", "expected {\"type\": ..., \"kwargs\": ...}");
    return NULL;
}

/* Finds the strategy that has a driver here; false after a problem. */
static bool find_strategy(asset *a, const lg_conf *leaf, const char *name)
{
    const char *names[NAMES_MAX];
    char near[96];
    bool external;
    a->strategy = lg__gsy_strategy_of(name, &external);
    if (!a->strategy) {
        lg__near_miss(name, names, lg__gsy_strategy_names(names, NAMES_MAX), near, sizeof near);
        lg__problem(a->g->r, leaf, a->label, "type", "\"%.60s\" is no strategy that is known%s",
                    name, near);
        return false;
    }
    if (!a->strategy->driver) {
        lg__problem(a->g->r, leaf, a->label, "type", "%.60s is not supported yet: %s", name,
                    a->strategy->why);
        return false;
    }
    a->g->external += external;
    return true;
}

lg_conf *lg__gsy_asset(lg__gsy *g, lg_conf *leaf, bool in_clone)
{
    const lg_conf *name = lg_conf_get(leaf, "name"), *kwargs;
    asset a = {.g = g, .label = name && name->type == LG_CONF_TEXT ? name->text : NULL};
    const char *type = strategy_name(&a, leaf, &kwargs);
    if (!type || !find_strategy(&a, leaf, type))
        return NULL;
    a.to = lg__gsy_table(g, NULL, leaf->line);
    if (!a.to)
        return NULL;
    lg__gsy_identity(g, leaf, in_clone, a.to);
    lg__gsy_put_text(g, a.to, "type", a.strategy->driver, leaf->line);
    if (kwargs)
        put_keys(&a, kwargs, false);
    put_keys(&a, leaf, true);
    put_defaults(&a);
    lg__gsy_limits(g, a.label, a.strategy->kind, a.to);
    if (a.strategy->kind == LG__GSY_MARKET_MAKER)
        put_connection(&a, leaf);
    return a.to;
}
