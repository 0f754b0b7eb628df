/* Reading goes on after problems, so that all of them come out at once; what belongs together is
 * checked when the parts are known. */
#include "arena/contest_keys.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/hash.h"
#include "base/text.h"
#include "scenario/scenario.h"

enum { ARENA_BLOCK = 8192, SEATS_MAX = 1000, ENTRANTS_MAX = 10000 };
#define SEED_MAX 9007199254740991.0

typedef struct reading {
    lg_keys keys;
    lg_contest *match;
    const lg_conf *root;
    bool exhausted, fine;
} reading;

__attribute__((format(printf, 5, 6))) static void
problem(reading *r, const lg_conf *at, const char *label, const char *key, const char *format, ...)
{
    char sentence[400];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    lg_keys_problem(&r->keys, at, label, key, "%s", sentence);
    r->fine = false;
}

static void *room(reading *r, uint32_t count, size_t size)
{
    void *list = lg_arena_alloc(&r->match->arena, (count + 1) * size);
    r->exhausted = r->exhausted || !list;
    return list;
}

static lg_seat_role role_of(const char *word)
{
    return strcmp(word, "operator") == 0   ? LG_SEAT_OPERATOR
           : strcmp(word, "exchange") == 0 ? LG_SEAT_EXCHANGE
                                           : LG_SEAT_TRADER;
}

/* The file name of @p path without folder and ending; "scenario" is called like its folder. */
static const char *short_name(reading *r, const char *path)
{
    const char *end = path + strlen(path);
    while (end > path && end[-1] == '/')
        end--;
    const char *slash = end, *dot = NULL;
    for (; slash > path && slash[-1] != '/'; slash--)
        if (slash[-1] == '.' && !dot)
            dot = slash - 1;
    if (dot && dot > slash)
        end = dot;
    if (slash > path && end - slash == 8 && memcmp(slash, "scenario", 8) == 0)
        for (end = --slash; slash > path && slash[-1] != '/';)
            slash--;
    const char *name = lg_arena_text(&r->match->arena, slash, (size_t)(end - slash));
    r->exhausted = r->exhausted || !name;
    return name ? name : "";
}

/* ---- scenarios ---- */

static void check_settings(reading *r, const lg_conf *settings)
{
    for (const lg_conf *item = settings ? settings->first : NULL; item; item = item->next)
        if (item->type == LG_CONF_LIST || item->type == LG_CONF_TABLE || item->type == LG_CONF_NULL)
            problem(r, item, "settings", item->key, "expected a number, a text, true or false");
}

/* How long a game is, by @p table or else by @p otherwise, which may be NULL. */
static void read_length(reading *r, const lg_conf *table, const lg_conf *otherwise,
                        lg_contest_scenario *scenario)
{
    const lg_conf *days = lg_conf_get(table, "days"), *slots = lg_conf_get(table, "slots");
    if (days && slots)
        problem(r, slots, NULL, "slots", "days and slots say the same thing twice");
    if (!days && !slots && otherwise) {
        read_length(r, otherwise, NULL, scenario);
        return;
    }
    scenario->slots = slots ? (uint32_t)lg_keys_number(table, "slots", 0) : 0;
    scenario->days = slots ? 0 : lg_keys_number(table, "days", LG_CONTEST_DAYS);
}

static void read_scenario(reading *r, const lg_conf *item)
{
    lg_contest_scenario *s = &r->match->scenarios[r->match->scenario_count++];
    const lg__rows keys = lg__scenario_rows(r->match->kind);
    *s = (lg_contest_scenario){.file = "", .name = "", .family = "", .line = item->line};
    if (item->type == LG_CONF_TEXT) {
        s->file = item->text;
        read_length(r, r->root, NULL, s);
    } else if (lg_keys_check(&r->keys, "scenarios", item, keys.items, keys.count)) {
        s->file = lg_keys_text(item, "file", "");
        s->settings = lg_conf_get(item, "settings");
        check_settings(r, s->settings);
        read_length(r, item, r->root, s);
    } else {
        r->fine = false;
        return;
    }
    s->name = lg_keys_text(item, "name", short_name(r, s->file));
    s->family = lg_keys_text(item, "family", s->name);
}

static void read_scenarios(reading *r)
{
    const lg_conf *one = lg_conf_get(r->root, "scenario"),
                  *list = lg_conf_get(r->root, "scenarios");
    check_settings(r, lg_conf_get(r->root, "settings"));
    if (!one == !list) {
        problem(r, one ? list : r->root, NULL, one ? "scenarios" : "scenario",
                one ? "scenario and scenarios exclude each other"
                    : "is missing: expected a scenario's file or folder, or a list of scenarios");
        return;
    }
    uint32_t count = one ? 1 : list->count;
    r->match->scenarios = room(r, count, sizeof *r->match->scenarios);
    if (!r->match->scenarios)
        return;
    if (count == 0)
        problem(r, list, NULL, "scenarios", "expected one at least");
    if (one)
        read_scenario(r, one);
    for (const lg_conf *item = list ? list->first : NULL; item; item = item->next)
        read_scenario(r, item);
    for (uint32_t i = 0; i < r->match->scenario_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(r->match->scenarios[i].name, r->match->scenarios[k].name) == 0) {
                lg_conf at = {.line = r->match->scenarios[i].line};
                problem(r, &at, r->match->scenarios[i].name, "name",
                        "two scenarios have this name");
            }
}

/* ---- entrants and seats ---- */

static void check_entrant(reading *r, const lg_conf *item, const lg_contest_entrant *e)
{
    bool script = lg_conf_get(item, "script"), rule = lg_conf_get(item, "rule");
    if (e->role == LG_SEAT_EXCHANGE && !rule && strcmp(e->script, LG_SCRIPT_BASELINE) != 0)
        problem(r, item, e->name, "rule", "is missing: an exchange is a matching rule");
    else if (e->role != LG_SEAT_EXCHANGE && rule)
        problem(r, lg_conf_get(item, "rule"), e->name, "rule",
                "only an exchange has one; its role is \"%s\"", lg_seat_role_name(e->role));
    else if (script && rule)
        problem(r, lg_conf_get(item, "rule"), e->name, "rule",
                "script and rule exclude each other");
    else if (e->role != LG_SEAT_EXCHANGE && !script)
        problem(r, item, e->name, "script", "is missing: expected a Lua file or \"baseline\"");
}

static void read_entrant(reading *r, const lg_conf *item)
{
    lg_contest_entrant *e = &r->match->entrants[r->match->entrant_count++];
    *e = (lg_contest_entrant){.name = "", .script = "", .line = item->line};
    if (item->type == LG_CONF_TEXT && *item->text) {
        e->script = item->text;
        e->name = short_name(r, e->script);
        return;
    }
    if (!lg_keys_check(&r->keys, "entrants", item, lg__entrant_keys, lg__entrant_key_count)) {
        r->fine = false;
        return;
    }
    e->role = role_of(lg_keys_text(item, "role", ""));
    e->script = lg_keys_text(item, "rule", lg_keys_text(item, "script", ""));
    e->params = lg_conf_get(item, "params");
    e->name = lg_keys_text(item, "name", short_name(r, e->script));
    check_entrant(r, item, e);
}

static void read_entrants(reading *r)
{
    const lg_conf *list = lg_conf_get(r->root, "entrants");
    lg_contest *m = r->match;
    if (!list)
        return; /* told already */
    if (list->count > ENTRANTS_MAX) {
        problem(r, list, NULL, "entrants", "there are more than %d", ENTRANTS_MAX);
        return;
    }
    m->entrants = room(r, list->count, sizeof *m->entrants);
    for (const lg_conf *item = list->first; item && m->entrants; item = item->next)
        read_entrant(r, item);
    for (uint32_t i = 0; i < m->entrant_count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (*m->entrants[i].name && strcmp(m->entrants[i].name, m->entrants[k].name) == 0) {
                lg_conf at = {.line = m->entrants[i].line};
                problem(r, &at, m->entrants[i].name, "name", "two entrants have this name");
                break;
            }
}

/* Who always sits there. */
static void fix_entrant(reading *r, const lg_conf *item, lg_contest_seat *seat)
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
        problem(r, at, seat->name, "entrant", "there is no entrant \"%.80s\"%s%s%s", at->text,
                near >= 0 ? "; did you mean \"" : "", near >= 0 ? names[near] : "",
                near >= 0 ? "\"?" : "");
    } else if (m->entrants[seat->entrant].role != seat->role) {
        problem(r, at, seat->name, "entrant", "\"%.80s\" is a %s, the seat's role is \"%s\"",
                at->text, lg_seat_role_name(m->entrants[seat->entrant].role),
                lg_seat_role_name(seat->role));
    }
}

static void read_seat(reading *r, const lg_conf *item)
{
    lg_contest_seat *s = &r->match->seats[r->match->seat_count++];
    *s = (lg_contest_seat){.name = "", .entrant = LG_NONE, .line = item->line};
    if (item->type == LG_CONF_TEXT && *item->text) {
        s->name = item->text;
        return;
    }
    if (!lg_keys_check(&r->keys, "seats", item, lg__seat_keys, lg__seat_key_count)) {
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
        problem(r, lg_conf_get(item, odd), s->name, odd,
                "a %s commands none: a trader has assets, an operator has markets",
                lg_seat_role_name(s->role));
}

static void read_seats(reading *r)
{
    const lg_conf *list = lg_conf_get(r->root, "seats");
    lg_contest *m = r->match;
    uint32_t exchanges = 0;
    if (!list)
        return; /* told already */
    if (list->count == 0 || list->count > SEATS_MAX) {
        problem(r, list, NULL, "seats", "expected 1 to %d of them", SEATS_MAX);
        return;
    }
    m->seats = room(r, list->count, sizeof *m->seats);
    for (const lg_conf *item = list->first; item && m->seats; item = item->next)
        read_seat(r, item);
    for (uint32_t i = 0; i < m->seat_count; i++) {
        const lg_conf at = {.line = m->seats[i].line};
        for (uint32_t k = 0; k < i; k++)
            if (*m->seats[i].name && strcmp(m->seats[i].name, m->seats[k].name) == 0)
                problem(r, &at, m->seats[i].name, "name", "two seats have this name");
        if (m->seats[i].role == LG_SEAT_EXCHANGE && exchanges++)
            problem(r, &at, m->seats[i].name, "role", "a scenario has one exchange");
    }
}

/* Whoever may sit down has a chair, and the other way round. */
static void check_roles(reading *r)
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
            problem(r, &at, NULL, "entrants", "no entrant has the role \"%s\", and a seat has",
                    word);
        if (entrants && !seats)
            problem(r, &at, NULL, "seats", "no seat has the role \"%s\", and an entrant has", word);
    }
}

/* ---- seeds ---- */

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static void read_hidden(reading *r, const lg_conf *table)
{
    if (!lg_keys_check(&r->keys, "seeds", table, lg__hidden_keys, lg__hidden_key_count)) {
        r->fine = false;
        return;
    }
    r->match->seed_count = (uint32_t)lg_keys_number(table, "count", 0);
    r->match->commitment = lg_keys_text(table, "commitment", "");
    r->match->seeds = room(r, r->match->seed_count, sizeof *r->match->seeds);
    if (!is_sha256(r->match->commitment))
        problem(r, lg_conf_get(table, "commitment"), "seeds", "commitment",
                "expected a SHA-256, 64 hexadecimal digits, a to f in small letters: "
                "printf %%s SALT | sha256sum");
}

static void read_seeds(reading *r)
{
    const lg_conf *seeds = lg_conf_get(r->root, "seeds");
    lg_contest *m = r->match;
    if (seeds && seeds->type != LG_CONF_LIST && seeds->type != LG_CONF_TABLE) {
        problem(r, seeds, NULL, "seeds", "expected a list of numbers, or count and commitment");
        return;
    }
    if (seeds && seeds->type == LG_CONF_TABLE && seeds->first) {
        read_hidden(r, seeds);
        return;
    }
    uint32_t count = seeds ? seeds->count : 1;
    m->seeds = room(r, count, sizeof *m->seeds);
    if (!m->seeds)
        return;
    if (count == 0 || count > LG__SEEDS_MAX) {
        problem(r, seeds, NULL, "seeds", "expected 1 to %d of them", LG__SEEDS_MAX);
        return;
    }
    if (!seeds)
        m->seeds[m->seed_count++] = 1;
    for (const lg_conf *item = seeds ? seeds->first : NULL; item; item = item->next) {
        bool fits = item->type == LG_CONF_NUMBER && item->number >= 0 && item->number <= SEED_MAX;
        uint64_t seed = fits ? (uint64_t)item->number : 0;
        if (!fits || (double)seed != item->number) {
            problem(r, item, NULL, "seeds", "expected whole numbers from 0 to 2^53 - 1");
            return;
        }
        for (uint32_t i = 0; i < m->seed_count; i++)
            if (m->seeds[i] == seed) {
                problem(r, item, NULL, "seeds", "%.0f is there twice", item->number);
                return;
            }
        m->seeds[m->seed_count++] = seed;
    }
}

lg_status lg_contest_reveal(lg_contest *match, const char *salt, lg_err *err)
{
    char sum[65], text[32];
    lg_text salted;
    lg_sha256(salt, strlen(salt), sum);
    if (!match->commitment)
        return lg_fail(err, LG_INVALID, "the seeds of %.200s are public: there is no salt",
                       match->file);
    if (strcmp(sum, match->commitment) != 0)
        return lg_fail(err, LG_INVALID,
                       "the salt is not the one that was promised: its SHA-256 is %.16s..., the "
                       "commitment is %.16s...",
                       sum, match->commitment);
    lg_text_init(&salted, match->mem);
    for (uint32_t i = 0; i < match->seed_count; i++) {
        snprintf(text, sizeof text, ":%u", i);
        lg_text_clear(&salted);
        lg_text_str(&salted, salt);
        lg_text_str(&salted, text);
        lg_sha256(salted.data, salted.length, sum);
        snprintf(text, sizeof text, "%.16s", sum);
        match->seeds[i] = strtoull(text, NULL, 16) >> 11;
    }
    match->salt = lg_arena_text(&match->arena, salt, strlen(salt));
    bool failed = salted.failed || !match->salt;
    lg_text_fini(&salted);
    return failed ? lg_fail(err, LG_MEMORY, "out of memory") : LG_OK;
}

/* ---- the whole ---- */

static void read_plain(reading *r)
{
    lg_contest *m = r->match;
    const char *turns = lg_keys_text(r->root, "turns", "rotate");
    m->name = lg_keys_text(r->root, "name", short_name(r, m->file));
    m->description = lg_keys_text(r->root, "description", "");
    m->root = lg_keys_text(r->root, "root", NULL);
    m->turns = strcmp(turns, "all") == 0    ? LG_TURNS_ALL
               : strcmp(turns, "none") == 0 ? LG_TURNS_NONE
                                            : LG_TURNS_ROTATE;
    m->against = strcmp(lg_keys_text(r->root, "against", "seat"), "all") == 0 ? LG_AGAINST_ALL
                                                                              : LG_AGAINST_SEAT;
    m->budget = lg_conf_get(r->root, "budget");
    if (m->budget &&
        !lg_keys_check(&r->keys, "budget", m->budget, lg_budget_keys, lg_budget_key_count))
        r->fine = false;
    if (strcmp(lg_keys_text(r->root, "sees", "all"), "own") == 0)
        m->sees = "own";
}

static void read_schedule(reading *r)
{
    lg_contest *m = r->match;
    const lg_conf *rounds = lg_conf_get(r->root, "rounds");
    m->blocks = strcmp(lg_keys_text(r->root, "schedule", ""), "blocks") == 0;
    m->rounds = (uint32_t)lg_keys_number(r->root, "rounds", 1);
    m->measure = strcmp(lg_keys_text(r->root, "measure", ""), "saving") == 0 ? LG_MEASURE_SAVING
                                                                             : LG_MEASURE_SCORE;
    if (rounds && !m->blocks)
        problem(
            r, rounds, NULL, "rounds",
            "only schedule = \"blocks\" has rounds: \"round_robin\" has as many as let all meet "
            "equally often");
}

/* Settings of the match itself are those of every scenario that does not say otherwise. */
static void join_settings(reading *r)
{
    const lg_conf *common = lg_conf_get(r->root, "settings");
    for (uint32_t i = 0; common && common->first && i < r->match->scenario_count; i++) {
        lg_contest_scenario *s = &r->match->scenarios[i];
        lg_conf *all = room(r, 1, sizeof *all);
        lg_conf **tail = all ? &all->first : NULL;
        if (!all)
            return;
        *all = (lg_conf){.type = LG_CONF_TABLE};
        for (int own = 0; own < 2; own++) {
            const lg_conf *table = own ? s->settings : common;
            for (const lg_conf *item = table ? table->first : NULL; item; item = item->next) {
                if (!own && lg_conf_get(s->settings, item->key))
                    continue;
                lg_conf *copy = room(r, 1, sizeof *copy);
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

/* A case that is there twice would count twice, and say what it cannot. */
static void check_cases(reading *r)
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
                problem(r, &at, m->scenarios[i].name, NULL,
                        "is the same as \"%.80s\": file, settings and length; it would count twice",
                        m->scenarios[k].name);
                break;
            }
        }
    }
    r->exhausted = r->exhausted || one.failed || other.failed;
    lg_text_fini(&one);
    lg_text_fini(&other);
}

static lg_status read_whole(lg_mem *mem, const char *file, lg_contest_kind kind, lg_diag *diag,
                            lg_contest *match)
{
    const lg_conf *root;
    const char *slash = strrchr(file, '/');
    const lg__rows keys = lg__contest_rows(kind);
    *match = (lg_contest){.mem = mem, .kind = kind, .name = "", .description = ""};
    lg_arena_init(&match->arena, mem, ARENA_BLOCK);
    match->file = lg_arena_text(&match->arena, file, strlen(file));
    match->folder = lg_arena_text(&match->arena, slash ? file : ".",
                                  !slash || slash == file ? 1 : (size_t)(slash - file));
    if (!match->file || !match->folder)
        return LG_MEMORY;
    lg_status status = lg_conf_read(mem, &match->arena, file,
                                    kind == LG_CONTEST_LEAGUE ? "league" : "match", diag, &root);
    if (status != LG_OK)
        return status;
    reading r = {.keys = {.diag = diag, .file = match->file}, .match = match, .root = root};
    r.fine = lg_keys_check(&r.keys, NULL, root, keys.items, keys.count);
    read_plain(&r);
    read_schedule(&r);
    read_scenarios(&r);
    join_settings(&r);
    if (kind == LG_CONTEST_LEAGUE)
        check_cases(&r);
    read_entrants(&r);
    read_seats(&r);
    if (r.fine) /* else who is missing may only not have been understood */
        check_roles(&r);
    read_seeds(&r);
    return r.exhausted ? LG_MEMORY : r.fine ? LG_OK : LG_SCENARIO;
}

lg_status lg_contest_read(lg_mem *mem, const char *file, lg_diag *diag, lg_contest *match)
{
    return read_whole(mem, file, LG_CONTEST_MATCH, diag, match);
}

lg_status lg_contest_read_league(lg_mem *mem, const char *file, lg_diag *diag, lg_contest *league)
{
    return read_whole(mem, file, LG_CONTEST_LEAGUE, diag, league);
}

const char *lg_measure_name(lg_measure measure)
{
    return measure == LG_MEASURE_SAVING ? "saving" : "score";
}

void lg_contest_fini(lg_contest *match)
{
    lg_arena_drop(&match->arena);
}
