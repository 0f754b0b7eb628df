/* Items are linked in order; tables are small, so a look-up walks them. */
#include "scenario/reader.h"

#include <string.h>

const lg_conf *lg_conf_get(const lg_conf *table, const char *key)
{
    if (!table || table->type != LG_CONF_TABLE)
        return NULL;
    for (const lg_conf *item = table->first; item; item = item->next)
        if (strcmp(item->key, key) == 0)
            return item;
    return NULL;
}

lg_conf *lg__conf_new(lg_arena *arena, lg_conf_type type, const char *key, int line)
{
    lg_conf *conf = lg_arena_alloc(arena, sizeof *conf);
    if (conf) {
        conf->type = type;
        conf->key = key;
        conf->line = line;
    }
    return conf;
}

lg_conf **lg__conf_append(lg_conf *parent, lg_conf **tail, lg_conf *item)
{
    item->next = NULL;
    *tail = item;
    parent->count++;
    return &item->next;
}

lg_conf *lg__conf_item(lg_conf *table, const char *key)
{
    return (lg_conf *)lg_conf_get(table, key);
}

void lg__conf_put(lg_conf *table, lg_conf *item)
{
    lg_conf **tail = &table->first;
    while (*tail)
        tail = &(*tail)->next;
    lg__conf_append(table, tail, item);
}

void lg__conf_remove(lg_conf *table, const char *key)
{
    for (lg_conf **link = &table->first; *link; link = &(*link)->next)
        if (strcmp((*link)->key, key) == 0) {
            *link = (*link)->next;
            table->count--;
            return;
        }
}

bool lg__conf_is_plain(const lg_conf *conf)
{
    return conf->type != LG_CONF_LIST && conf->type != LG_CONF_TABLE;
}
