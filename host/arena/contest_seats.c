/* Who meets whom: entrants, seats, and whether they fit together. */
#include "arena/contest_reading.h"

#include <string.h>
#include "base/text.h"
#include "scenario/scenario.h"

enum { SEATS_MAX = 1000, ENTRANTS_MAX = 10000 };

static lg_seat_role role_of(const char *word)
{
    return strcmp(word, "operator") == 0   ? LG_SEAT_OPERATOR
           : strcmp(word, "exchange") == 0 ? LG_SEAT_EXCHANGE
                                           : LG_SEAT_TRADER;
}

static void check_entrant(lg__reading *r, const lg_conf *item, const lg_contest_entrant *e)
{
    bool script = lg_conf_get(item, "script"), rule = lg_conf_get(item, "rule");
    if (e->role == LG_SEAT_EXCHANGE && !rule && strcmp(e->script, LG_SCRIPT_BASELINE) != 0)
        lg__contest_problem(r, item, e->path, "rule", "is missing: an exchange is a matching rule");
    else if (e->role != LG_SEAT_EXCHANGE && rule)
        lg__contest_problem(r, lg_conf_get(item, "rule"), e->path, "rule",
                            "only an exchange has one; its role is \"%s\"",
                            lg_seat_role_name(e->role));
    else if (script && rule)
        lg__contest_problem(r, lg_conf_get(item, "rule"), e->path, "rule",
                            "script and rule exclude each other");
    else if (e->role != LG_SEAT_EXCHANGE && !script)
        lg__contest_problem(r, item, e->path, "script",
                            "is missing: expected a Lua file or \"baseline\"");
}

static void read_entrant(lg__reading *r, const lg_conf *item)
{
    uint32_t index = r->match->entrant_count++;
    lg_contest_entrant *e = &r->match->entrants[index];
    *e = (lg_contest_entrant){.name = "",
                              .script = "",
                              .path = lg__contest_path(r, "entrants", index, NULL),
                              .line = item->line};
    if (item->type == LG_CONF_TEXT && *item->text) {
        e->script = item->text;
        e->name = lg__contest_short_name(r, e->script);
        return;
    }
    if (!lg_keys_check(&r->keys, e->path, item, lg__entrant_keys, lg__entrant_key_count)) {
        r->fine = false;
        return;
    }
    e->role = role_of(lg_keys_text(item, "role", ""));
    e->script = lg_keys_text(item, "rule", lg_keys_text(item, "script", ""));
    e->params = lg_conf_get(item, "params");
    e->name = lg_keys_text(item, "name", lg__contest_short_name(r, e->script));
    check_entrant(r, item, e);
}

void lg__contest_entrants(lg__reading *r)
{
    const lg_conf *list = lg_conf_get(r->root, "entrants");
    lg_contest *m = r->match;
    if (!list)
        return; /* told already */
    if (list->count > ENTRANTS_MAX) {
        lg__contest_problem(r, list, NULL, "entrants", "there are more than %d", ENTRANTS_MAX);
        return;
    }
    m->entrants = lg__contest_room(r, list->count, sizeof *m->entrants);
    for (const lg_conf *item = list->first; item && m->entrants; item = item->next)
        read_entrant(r, item);
    for (uint32_t i = 0; i < m->entrant_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (*m->entrants[i].name && strcmp(m->entrants[i].name, m->entrants[k].name) == 0) {
                lg_conf at = {.line = m->entrants[i].line};
                lg__contest_problem(r, &at, m->entrants[i].path, "name",
                                    "\"%.80s\" is the name of %s already", m->entrants[i].name,
                                    m->entrants[k].path);
                break;
            }
}

/* Who always sits there. */
static void fix_entrant(lg__reading *r, const lg_conf *item, lg_contest_seat *seat)
{
    const char *names[256];
    const lg_contest *m = r->match;
    const lg_conf *at = lg_conf_get(item, "entrant");
    uint32_t count = 0;
    if (!at)
        return;
    for (uint32_t i = 0; i < m->entrant_count; i++) {
        if (count < 256)
            names[count++] = m->entrants[i].name;
        if (strcmp(m->entrants[i].name, at->text) == 0)
            seat->entrant = i;
    }
    if (seat->entrant == LG_NONE) {
        int near = lg_text_nearest(at->text, names, count);
        lg__contest_problem(r, at, seat->path, "entrant", "there is no entrant \"%.80s\"%s%s%s",
                            at->text, near >= 0 ? "; did you mean \"" : "",
                            near >= 0 ? names[near] : "", near >= 0 ? "\"?" : "");
    } else if (m->entrants[seat->entrant].role != seat->role) {
        lg__contest_problem(
            r, at, seat->path, "entrant", "\"%.80s\" is a %s, the seat's role is \"%s\"", at->text,
            lg_seat_role_name(m->entrants[seat->entrant].role), lg_seat_role_name(seat->role));
    }
}

static void read_seat(lg__reading *r, const lg_conf *item)
{
    uint32_t index = r->match->seat_count++;
    lg_contest_seat *s = &r->match->seats[index];
    *s = (lg_contest_seat){.name = "",
                           .entrant = LG_NONE,
                           .path = lg__contest_path(r, "seats", index, NULL),
                           .line = item->line};
    if (item->type == LG_CONF_TEXT && *item->text) {
        s->name = item->text;
        return;
    }
    if (!lg_keys_check(&r->keys, s->path, item, lg__seat_keys, lg__seat_key_count)) {
        r->fine = false;
        return;
    }
    s->name = lg_keys_text(item, "name", "");
    s->role = role_of(lg_keys_text(item, "role", ""));
    if (!lg_keys_names(&r->match->arena, item, "assets", &s->assets) ||
        !lg_keys_names(&r->match->arena, item, "markets", &s->markets))
        r->exhausted = true;
    fix_entrant(r, item, s);
    const char *odd = s->role == LG_SEAT_EXCHANGE && s->assets.count    ? "assets"
                      : s->role != LG_SEAT_OPERATOR && s->markets.count ? "markets"
                      : s->role == LG_SEAT_OPERATOR && s->assets.count  ? "assets"
                                                                        : NULL;
    if (odd)
        lg__contest_problem(r, lg_conf_get(item, odd), s->path, odd,
                            "a %s commands none: a trader has assets, an operator has markets",
                            lg_seat_role_name(s->role));
}

void lg__contest_seats(lg__reading *r)
{
    const lg_conf *list = lg_conf_get(r->root, "seats");
    lg_contest *m = r->match;
    uint32_t exchanges = 0;
    if (!list)
        return; /* told already */
    if (list->count == 0 || list->count > SEATS_MAX) {
        lg__contest_problem(r, list, NULL, "seats", "expected 1 to %d of them", SEATS_MAX);
        return;
    }
    m->seats = lg__contest_room(r, list->count, sizeof *m->seats);
    for (const lg_conf *item = list->first; item && m->seats; item = item->next)
        read_seat(r, item);
    for (uint32_t i = 0; i < m->seat_count; i++) {
        const lg_conf at = {.line = m->seats[i].line};
        for (uint32_t k = 0; k < i; k++)
            if (*m->seats[i].name && strcmp(m->seats[i].name, m->seats[k].name) == 0)
                lg__contest_problem(r, &at, m->seats[i].path, "name",
                                    "\"%.80s\" is the name of %s already", m->seats[i].name,
                                    m->seats[k].path);
        if (m->seats[i].role == LG_SEAT_EXCHANGE && exchanges++)
            lg__contest_problem(r, &at, m->seats[i].path, "role", "a scenario has one exchange");
    }
}

void lg__contest_roles(lg__reading *r)
{
    const lg_contest *m = r->match;
    for (int role = LG_SEAT_TRADER; role <= LG_SEAT_EXCHANGE; role++) {
        uint32_t seats = 0, free = 0, entrants = 0;
        int seat_line = 0, entrant_line = 0;
        for (uint32_t i = 0; i < m->seat_count; i++)
            if ((int)m->seats[i].role == role) {
                seats++;
                free += m->seats[i].entrant == LG_NONE;
                seat_line = m->seats[i].line;
            }
        for (uint32_t i = 0; i < m->entrant_count; i++)
            if ((int)m->entrants[i].role == role) {
                entrants++;
                entrant_line = m->entrants[i].line;
            }
        lg_conf at = {.line = entrants ? entrant_line : seat_line};
        const char *word = lg_seat_role_name((lg_seat_role)role);
        if (free && !entrants)
            lg__contest_problem(r, &at, NULL, "entrants",
                                "no entrant has the role \"%s\", and a seat has", word);
        if (entrants && !seats)
            lg__contest_problem(r, &at, NULL, "seats",
                                "no seat has the role \"%s\", and an entrant has", word);
    }
}
