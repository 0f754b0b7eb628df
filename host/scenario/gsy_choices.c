/*
 * Values of that exchange whose form differs from ours: members of its enumerations, serialised by
 * number or by name, the losses of a storage, and the list of a charger's sessions.
 */
#include "scenario/gsy.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A member of an enumeration: our key and word, its number and name there. */
static const struct {
    const char *key, *word;
    int number;
    const char *name;
} members[] = {
    {"initial_energy_origin", "local", 1, "LOCAL"},
    {"initial_energy_origin", "external", 2, "EXTERNAL"},
    {"initial_energy_origin", "unknown", 3, "UNKNOWN"},
    {"source_type", "air", 0, "AIR"},
    {"source_type", "ground", 1, "GROUND"},
    {"charging", "unidirectional", 0, "UNIDIRECTIONAL"},
    {"charging", "bidirectional", 1, "BIDIRECTIONAL"},
};

const char *lg__gsy_choice(lg__gsy *g, const char *label, const char *key, const lg_conf *item)
{
    char expected[160] = "", got[96];
    size_t used = 0;
    bool number = item->type == LG_CONF_NUMBER || item->type == LG_CONF_BOOL;
    for (size_t i = 0; i < COUNT(members); i++) {
        if (strcmp(members[i].key, key) != 0)
            continue;
        if (number && item->number == members[i].number)
            return members[i].word;
        if (item->type == LG_CONF_TEXT && strcasecmp(item->text, members[i].name) == 0)
            return members[i].word;
        used += (size_t)snprintf(expected + used, sizeof expected - used, "%s\"%s\" (%d)",
                                 used ? ", " : "", members[i].name, members[i].number);
    }
    lg__got(item, got, sizeof got);
    lg__problem(g->r, item, label, item->key, "expected one of %s, got %s", expected, got);
    return NULL;
}

bool lg__gsy_is_table(lg__gsy *g, const char *label, const lg_conf *item)
{
    char got[96];
    if (item->type == LG_CONF_TABLE)
        return true;
    lg__got(item, got, sizeof got);
    lg__problem(g->r, item, label, item->key, "expected a table, got %s", got);
    return false;
}

bool lg__gsy_is_universal(const lg_conf *item)
{
    double number;
    if (lg__gsy_number(item, &number))
        return number == 0;
    return item->type == LG_CONF_TEXT && strcasecmp(item->text, "UNIVERSAL") == 0;
}

/* Called percent there, but used as fractions: 0.05 is 5 %. That exchange offers all that is stored
 * above the reserve, without regard to what a sale loses. */
void lg__gsy_losses(lg__gsy *g, const char *label, const lg_conf *item, lg_conf *to)
{
    static const struct {
        const char *theirs, *ours;
    } names[] = {
        {"charging_loss_percent", "charging_loss"},
        {"discharging_loss_percent", "discharging_loss"},
        {"self_discharge_per_day_percent", "self_discharge_per_day"},
    };
    if (!lg__gsy_is_table(g, label, item))
        return;
    for (const lg_conf *loss = item->first; loss; loss = loss->next) {
        size_t i = 0;
        double number;
        while (i < 3 && strcmp(names[i].theirs, loss->key) != 0)
            i++;
        const char *known[] = {names[0].theirs, names[1].theirs, names[2].theirs};
        if (i == 3)
            lg__gsy_unknown(g, loss, label, known, 3);
        else if (loss->type != LG_CONF_NULL)
            lg__gsy_put_value(g, to, names[i].ours, loss);
        const lg_conf no = {.type = LG_CONF_BOOL, .line = loss->line};
        if (i == 1 && lg__gsy_number(loss, &number) && number != 0)
            lg__gsy_put_copy(g, to, "keeps_discharging_loss", &no);
    }
}

/* The known columns of one table; null means the default. */
static lg_conf *copy_row(lg__gsy *g, const char *label, const lg_option *row, const lg_conf *from)
{
    const char *names[32];
    lg_conf *to = lg__gsy_table(g, NULL, from->line);
    for (uint32_t i = 0; i < row->columns.count; i++)
        names[i] = lg__column(row, i)->name;
    for (const lg_conf *cell = from->first; cell && to; cell = cell->next) {
        uint32_t i = 0;
        while (i < row->columns.count && strcmp(names[i], cell->key) != 0)
            i++;
        if (i == row->columns.count)
            lg__gsy_unknown(g, cell, label, names, i);
        else if (cell->type != LG_CONF_NULL && lg__column(row, i)->type <= LG_OPTION_INTEGER)
            lg__gsy_put_value(g, to, cell->key, cell);
        else if (cell->type != LG_CONF_NULL)
            lg__gsy_put_copy(g, to, cell->key, cell);
    }
    return to;
}

lg_conf *lg__gsy_rows(lg__gsy *g, const char *label, const lg_option *row, const lg_conf *item)
{
    lg_conf *list = lg__conf_new(g->r->arena, LG_CONF_LIST, row->name, item->line);
    if (!list) {
        lg__exhausted(g->r);
        return NULL;
    }
    lg_conf **tail = &list->first;
    for (const lg_conf *each = item->first; each; each = each->next) {
        if (item->type != LG_CONF_LIST || each->type != LG_CONF_TABLE) {
            char got[96];
            lg__got(item->type == LG_CONF_LIST ? each : item, got, sizeof got);
            lg__problem(g->r, item, label, item->key, "expected a list of tables, got %s", got);
            return NULL;
        }
        lg_conf *copy = copy_row(g, label, row, each);
        if (!copy)
            return NULL;
        tail = lg__conf_append(list, tail, copy);
    }
    return list;
}
