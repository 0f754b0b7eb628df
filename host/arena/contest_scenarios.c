/* Where a match is played: scenarios, how long a game is, and which settings they get. */
#include "arena/contest_reading.h"

#include <string.h>
#include "base/text.h"

static void check_settings(lg__reading *r, const char *path, const lg_conf *settings)
{
    for (const lg_conf *item = settings ? settings->first : NULL; item; item = item->next)
        if (item->type == LG_CONF_LIST || item->type == LG_CONF_TABLE || item->type == LG_CONF_NULL)
            lg__contest_problem(r, item, path, item->key,
                                "expected a number, a text, true or false");
}

/* How long a game is, by @p table, which is the match unless @p own, or else by the match. */
static void read_length(lg__reading *r, const lg_conf *table, bool own,
                        lg_contest_scenario *scenario)
{
    const lg_conf *days = lg_conf_get(table, "days"), *slots = lg_conf_get(table, "slots");
    if (days && slots)
        lg__contest_problem(r, slots, own ? scenario->path : NULL, "slots",
                            "days and slots say the same thing twice");
    if (!days && !slots && own) {
        read_length(r, r->root, false, scenario);
        return;
    }
    const char *key = days ? "days" : slots ? "slots" : "";
    uint32_t index = (uint32_t)(scenario - r->match->scenarios);
    scenario->length_path = own && *key ? lg__contest_path(r, "scenarios", index, key) : key;
    scenario->length_line = days ? days->line : slots ? slots->line : 0;
    scenario->slots = slots ? (uint32_t)lg_keys_number(table, "slots", 0) : 0;
    scenario->days = slots ? 0 : lg_keys_number(table, "days", LG_CONTEST_DAYS);
}

static void read_scenario(lg__reading *r, const lg_conf *item, bool listed)
{
    uint32_t index = r->match->scenario_count++;
    lg_contest_scenario *s = &r->match->scenarios[index];
    const lg__rows keys = lg__scenario_rows(r->match->kind);
    *s = (lg_contest_scenario){.file = "",
                               .name = "",
                               .family = "",
                               .path = listed ? lg__contest_path(r, "scenarios", index, NULL)
                                              : "scenario",
                               .length_path = "",
                               .line = item->line};
    if (item->type == LG_CONF_TEXT) {
        s->file = item->text;
        read_length(r, r->root, false, s);
    } else if (lg_keys_check(&r->keys, s->path, item, keys.items, keys.count)) {
        s->file = lg_keys_text(item, "file", "");
        s->settings = lg_conf_get(item, "settings");
        check_settings(r, lg__contest_path(r, "scenarios", index, "settings"), s->settings);
        read_length(r, item, true, s);
    } else {
        r->fine = false;
        return;
    }
    s->name = lg_keys_text(item, "name", lg__contest_short_name(r, s->file));
    s->family = lg_keys_text(item, "family", s->name);
}

void lg__contest_scenarios(lg__reading *r)
{
    const lg_conf *one = lg_conf_get(r->root, "scenario"),
                  *list = lg_conf_get(r->root, "scenarios");
    check_settings(r, "settings", lg_conf_get(r->root, "settings"));
    if (!one == !list) {
        lg__contest_problem(
            r, one ? list : r->root, NULL, one ? "scenarios" : "scenario",
            one ? "scenario and scenarios exclude each other"
                : "is missing: expected a scenario's file or folder, or a list of scenarios");
        return;
    }
    uint32_t count = one ? 1 : list->count;
    r->match->scenarios = lg__contest_room(r, count, sizeof *r->match->scenarios);
    if (!r->match->scenarios)
        return;
    if (count == 0)
        lg__contest_problem(r, list, NULL, "scenarios", "expected one at least");
    if (one)
        read_scenario(r, one, false);
    for (const lg_conf *item = list ? list->first : NULL; item; item = item->next)
        read_scenario(r, item, true);
    for (uint32_t i = 0; i < r->match->scenario_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(r->match->scenarios[i].name, r->match->scenarios[k].name) == 0) {
                lg_conf at = {.line = r->match->scenarios[i].line};
                lg__contest_problem(r, &at, r->match->scenarios[i].path, "name",
                                    "\"%.80s\" is the name of %s already",
                                    r->match->scenarios[i].name, r->match->scenarios[k].path);
            }
}

void lg__contest_settings(lg__reading *r)
{
    const lg_conf *common = lg_conf_get(r->root, "settings");
    for (uint32_t i = 0; common && common->first && i < r->match->scenario_count; i++) {
        lg_contest_scenario *s = &r->match->scenarios[i];
        lg_conf *all = lg__contest_room(r, 1, sizeof *all);
        lg_conf **tail = all ? &all->first : NULL;
        if (!all)
            return;
        *all = (lg_conf){.type = LG_CONF_TABLE};
        for (int own = 0; own < 2; own++) {
            const lg_conf *table = own ? s->settings : common;
            for (const lg_conf *item = table ? table->first : NULL; item; item = item->next) {
                if (!own && lg_conf_get(s->settings, item->key))
                    continue;
                lg_conf *copy = lg__contest_room(r, 1, sizeof *copy);
                if (!copy)
                    return;
                *copy = *item;
                copy->next = NULL;
                *tail = copy;
                tail = &copy->next;
                all->count++;
            }
        }
        s->settings = all;
    }
}

/* As text all that makes games of a scenario what they are. */
static void describe(const lg_contest_scenario *s, lg_text *out)
{
    lg_text_format(out, "%s %u %.17g ", s->file, s->slots, s->days);
    if (s->settings && s->settings->first)
        lg_conf_canonical(s->settings, out);
}

void lg__contest_cases(lg__reading *r)
{
    const lg_contest *m = r->match;
    lg_text one, other;
    lg_text_init(&one, m->mem);
    lg_text_init(&other, m->mem);
    for (uint32_t i = 1; i < m->scenario_count; i++) {
        lg_text_clear(&one);
        describe(&m->scenarios[i], &one);
        for (uint32_t k = 0; k < i; k++) {
            const lg_conf at = {.line = m->scenarios[i].line};
            lg_text_clear(&other);
            describe(&m->scenarios[k], &other);
            if (strcmp(lg_text_peek(&one), lg_text_peek(&other)) == 0) {
                lg__contest_problem(
                    r, &at, m->scenarios[i].path, NULL,
                    "is the same as %s: file, settings and length; it would count twice",
                    m->scenarios[k].path);
                break;
            }
        }
    }
    r->exhausted = r->exhausted || one.failed || other.failed;
    lg_text_fini(&one);
    lg_text_fini(&other);
}
