/*
 * Market kind "none" with compat = "gsy-e" is what that exchange makes of it (section 4 of the
 * reference): a market with two sides in which every home has an infinite bus of its own, at the
 * utility's rates, and orders as good as never leave their home: they become 360 ticks old before.
 * A home is an area of assets alone. The buses are part of the tree from here on, so that bills and
 * indicators are those of any bus; a scenario that has them already is left as it is.
 */
#include "scenario/reader.h"

#include <stdio.h>
#include <string.h>
#include "base/text.h"

enum { NEVER_TICKS = 360 };

/* Who sells and buys, and which of its keys say at what rate. */
typedef struct utility {
    lg__reader *r;
    const lg_conf *bus, *maker; /* the first of each; NULL: none */
    bool asks, pays;            /* the scenario's own rates rule */
} utility;

/* The role of an asset; LG_NONE for an area, or what no plugin drives. */
static uint32_t role_of(const lg__reader *r, const lg_conf *node)
{
    const lg_conf *type = lg_conf_get(node, "type");
    uint32_t driver =
        type && type->type == LG_CONF_TEXT ? lg__driver_index(r, type->text) : LG_NONE;
    return driver == LG_NONE ? LG_NONE : r->input->drivers[driver]->role;
}

static lg_conf *first_child(lg_conf *area)
{
    lg_conf *children = lg__conf_item(area, "children");
    return children && children->type == LG_CONF_LIST ? children->first : NULL;
}

static void find(utility *u, lg_conf *area)
{
    for (lg_conf *child = first_child(area); child; child = child->next) {
        uint32_t role = role_of(u->r, child);
        if (role == LG_ROLE_BUS && !u->bus)
            u->bus = child;
        else if (role == LG_ROLE_MARKET_MAKER && !u->maker)
            u->maker = child;
        find(u, child);
    }
}

static lg_conf *put_new(lg__reader *r, lg_conf *table, lg_conf_type type, const char *key)
{
    lg_conf *item = lg__conf_new(r->arena, type, key, table->line);
    if (item)
        lg__conf_put(table, item);
    else
        lg__exhausted(r);
    return item;
}

static void put_text(lg__reader *r, lg_conf *table, const char *key, const char *text)
{
    lg_conf *item = put_new(r, table, LG_CONF_TEXT, key);
    if (!item)
        return;
    item->text = lg_arena_text(r->arena, text, strlen(text));
    if (!item->text)
        lg__exhausted(r);
}

/* Copies a rate of @p from, if it says one there. */
static void put_rate(lg__reader *r, lg_conf *bus, const char *key, const lg_conf *from,
                     const char *theirs)
{
    const lg_conf *rate = lg_conf_get(from, theirs);
    lg_conf *item = rate ? put_new(r, bus, rate->type, key) : NULL;
    if (!item)
        return;
    *item = *rate; /* items below are shared; nobody changes them */
    item->key = key;
    item->next = NULL;
}

/* The bus of one home. It has the rates of the scenario where that says them, else the first
 * utility's. */
static void add_bus(const utility *u, lg_conf *home)
{
    lg__reader *r = u->r;
    const lg_conf *name = lg_conf_get(home, "name");
    lg_conf *bus = lg__conf_new(r->arena, LG_CONF_TABLE, NULL, home->line);
    char text[LG__NAME_MAX];
    if (!bus) {
        lg__exhausted(r);
        return;
    }
    snprintf(text, sizeof text, "%.*s utility", LG__NAME_MAX - 34,
             name && name->type == LG_CONF_TEXT ? name->text : "");
    put_text(r, bus, "name", text);
    put_text(r, bus, "type", "infinite_bus");
    if (!u->asks && u->maker) {
        put_rate(r, bus, "energy_sell_rate", u->maker, "energy_rate");
        put_rate(r, bus, "energy_rate_profile", u->maker, "energy_rate_profile");
    } else if (!u->asks) {
        put_rate(r, bus, "energy_sell_rate", u->bus, "energy_sell_rate");
        put_rate(r, bus, "energy_rate_profile", u->bus, "energy_rate_profile");
    }
    if (!u->pays) {
        put_rate(r, bus, "energy_buy_rate", u->bus, "energy_buy_rate");
        put_rate(r, bus, "buying_rate_profile", u->bus, "buying_rate_profile");
    }
    lg__conf_put(lg__conf_item(home, "children"), bus);
}

static void keep_in(lg__reader *r, lg_conf *area, const char *key)
{
    lg__conf_remove(area, key);
    lg_conf *age = put_new(r, area, LG_CONF_NUMBER, key);
    if (age)
        age->number = NEVER_TICKS;
}

static void make_homes(const utility *u, lg_conf *area)
{
    const lg_conf *name = lg_conf_get(area, "name"), *stranded = NULL;
    bool areas = false, served = false;
    for (lg_conf *child = first_child(area); child; child = child->next) {
        uint32_t role = role_of(u->r, child);
        if (child->type == LG_CONF_TABLE && !lg_conf_get(child, "type")) {
            areas = true;
            make_homes(u, child);
        } else if (role == LG_ROLE_BUS) {
            served = true;
        } else if (role != LG_NONE && role != LG_ROLE_MARKET_MAKER) {
            stranded = stranded ? stranded : child;
        }
    }
    keep_in(u->r, area, "offer_age");
    keep_in(u->r, area, "bid_age");
    if (!stranded || served)
        return;
    if (!areas)
        add_bus(u, area);
    else
        lg__warning(u->r, stranded, name && name->type == LG_CONF_TEXT ? name->text : NULL, NULL,
                    "without a market only a home, an area of assets alone, has a utility: the "
                    "assets beside its areas have none");
}

void lg__base_case(lg__reader *r, lg_conf *grid, bool asks, bool pays)
{
    utility u = {.r = r, .asks = asks, .pays = pays};
    if (grid->type != LG_CONF_TABLE || lg_conf_get(grid, "type"))
        return; /* told where the grid is read */
    find(&u, grid);
    make_homes(&u, grid);
}
