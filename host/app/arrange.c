/* What a game reads depends on its scenario and on who sits where, not on its seed: each seat map
 * is gathered once. */
#include "app/arrange_parts.h"

#include <stdio.h>
#include <string.h>

#include "app/gather.h"
#include "app/sources.h"
#include "scenario/conf.h"

enum { BASELINE = LG_NONE }; /* in a seat map: nobody but the template strategies */
#define BANK_MAX 1e12        /* as lg_budget_keys has it */

/* ---- one game ---- */

static lg_conf *put_number(lg_game *game, lg_conf *table, const char *key, double value)
{
    lg_conf *item = lg_arena_alloc(&game->arena, sizeof *item);
    if (!item)
        return NULL;
    *item = (lg_conf){.type = LG_CONF_NUMBER, .key = key, .number = value, .next = table->first};
    table->first = item;
    table->count++;
    return item;
}

/* The match's budget, and what it does not say: instructions are always counted, what callbacks
 * leave over is saved, and the clock, which is another on every machine, has no say before them. */
static const lg_conf *budget_of(lg_game *game, const lg_contest *match)
{
    double units = lg_keys_number(match->budget, "units_per_call", LG_CONTEST_UNITS_PER_CALL);
    const struct {
        const char *key;
        double value;
    } defaults[] = {
        {"units_per_call", LG_CONTEST_UNITS_PER_CALL},
        {"bank",
         units < BANK_MAX / LG_CONTEST_BANK_CALLS ? units * LG_CONTEST_BANK_CALLS : BANK_MAX},
        {"memory_MB", LG_CONTEST_MEMORY_MB},
        {"seconds_per_call", LG_CONTEST_SECONDS_PER_CALL},
        {"faults_in_a_row", LG_CONTEST_FAULTS_IN_A_ROW},
        {"breaches_a_day", LG_CONTEST_BREACHES_A_DAY},
    };
    lg_conf *budget = lg_arena_alloc(&game->arena, sizeof *budget);
    if (!budget)
        return NULL;
    *budget = (lg_conf){.type = LG_CONF_TABLE};
    for (const lg_conf *item = match->budget ? match->budget->first : NULL; item; item = item->next)
        if (!put_number(game, budget, item->key, item->number))
            return NULL;
    for (size_t i = 0; i < sizeof defaults / sizeof *defaults; i++)
        if (!lg_conf_get(budget, defaults[i].key) &&
            !put_number(game, budget, defaults[i].key, defaults[i].value))
            return NULL;
    return budget;
}

static bool fill_settings(lg_game *game, const lg_conf *settings)
{
    bool fine = true;
    for (const lg_conf *item = settings ? settings->first : NULL; item && fine; item = item->next) {
        lg_text value;
        lg_text_init(&value, game->mem);
        if (item->type == LG_CONF_TEXT)
            lg_text_str(&value, item->text);
        else
            lg_conf_canonical(item, &value);
        fine = !value.failed && lg_game_put(game, &game->settings, item->key, lg_text_peek(&value));
        lg_text_fini(&value);
    }
    return fine;
}

/* Begins with lg_game_init(). */
static lg_status fill_game(lg__arranging *a, uint32_t scenario, const uint32_t *map, lg_game *game)
{
    const lg_contest *m = a->match;
    const lg_conf *budget = budget_of(game, m);
    game->engine = LG_VERSION;
    game->scenario = a->scenarios[scenario];
    game->slots = m->scenarios[scenario].slots;
    game->seats = lg_arena_alloc(&game->arena, (m->seat_count + 1) * sizeof *game->seats);
    if (!game->seats || !budget || !fill_settings(game, m->scenarios[scenario].settings))
        return lg_fail(a->err, LG_MEMORY, "out of memory");
    game->seat_count = m->seat_count;
    for (uint32_t i = 0; i < m->seat_count; i++) {
        const lg_contest_seat *seat = &m->seats[i];
        const lg_contest_entrant *e = map[i] == BASELINE ? NULL : &m->entrants[map[i]];
        bool script = e && lg__arrange_is_script(e);
        game->seats[i] = (lg_game_seat){
            .name = seat->name,
            .role = seat->role,
            .entrant = e ? a->scripts[map[i]] : LG_SCRIPT_BASELINE,
            .assets = seat->assets,
            .markets = seat->markets,
            .params = script ? e->params : NULL,
            .budget = script ? budget : NULL,
            .sees = seat->role == LG_SEAT_EXCHANGE ? NULL : m->sees,
        };
    }
    return LG_OK;
}

/* The seat that a key of the scenario's reader begins with: "Home 1.assets"; NULL. */
static const lg_contest_seat *seat_of(const lg_contest *match, const char *key)
{
    const lg_contest_seat *found = NULL;
    size_t longest = 0;
    for (uint32_t i = 0; i < match->seat_count; i++) {
        size_t length = strlen(match->seats[i].name);
        if (length >= longest && strncmp(key, match->seats[i].name, length) == 0) {
            found = &match->seats[i];
            longest = length;
        }
    }
    return found;
}

/* Where a problem that the scenario's reader has found was written in the match. */
static void pass_problem(const lg__arranging *a, const lg_contest_scenario *scenario,
                         const lg_problem *p)
{
    char key[256];
    int line = 0;
    const lg_contest_seat *seat = NULL;
    snprintf(key, sizeof key, "%s", p->key);
    if (strcmp(p->file, LG_GATHER_SEATS) == 0 && (seat = seat_of(a->match, p->key))) {
        snprintf(key, sizeof key, "%s%s", seat->path, p->key + strlen(seat->name));
        line = seat->line;
    } else if (strcmp(p->file, "--set") == 0) {
        const lg_conf *item = lg_conf_get(scenario->settings, p->key);
        snprintf(key, sizeof key, "settings%s%.200s", *p->key ? "." : "", p->key);
        line = item && item->line > 0 ? item->line : scenario->line;
    } else if (strcmp(p->file, "command line") == 0) { /* of it there is the length alone */
        snprintf(key, sizeof key, "%s", scenario->length_path);
        line = scenario->length_line;
    } else if (strcmp(p->file, LG_GATHER_SEATS) != 0) {
        lg_diag_error(a->diag, p->file, p->line, p->key, "%s", p->text);
        return;
    }
    lg_diag_error(a->diag, a->match->file, line, key, "%s", p->text);
}

/* What is wrong with the seats is wrong in the match. */
static void pass_problems(const lg__arranging *a, const lg_contest_scenario *scenario)
{
    const lg_diag *from = &a->setup->diag;
    for (uint32_t i = 0; i < from->count; i++)
        if (!from->problems[i].warning)
            pass_problem(a, scenario, &from->problems[i]);
}

static lg_status gather(lg__arranging *a, uint32_t scenario, lg_game *game)
{
    const lg_gather_input input = {
        .setup = a->setup,
        .root = a->out->root,
        .days = a->match->scenarios[scenario].days,
    };
    lg_diag_fini(&a->setup->diag);
    lg_diag_init(&a->setup->diag, a->mem);
    lg_status status = lg_gather(a->mem, &input, game, a->err);
    if (status == LG_SCENARIO)
        pass_problems(a, &a->match->scenarios[scenario]);
    return status;
}

static lg_status keep_inputs(lg__arranging *a, const lg_game *game)
{
    lg_game *all = &a->out->inputs;
    bool fine = true;
    for (uint32_t i = 0; i < game->files.count && fine; i++)
        fine = lg_game_put(all, &all->files, game->files.items[i].key, game->files.items[i].value);
    for (uint32_t i = 0; i < game->plugins.count && fine; i++)
        fine = lg_game_put(all, &all->plugins, game->plugins.items[i].key,
                           game->plugins.items[i].value);
    return fine ? LG_OK : lg_fail(a->err, LG_MEMORY, "out of memory");
}

/* The jobs of a seat map, one a seed, into @p indices. */
static lg_status add_jobs(lg__arranging *a, uint32_t scenario, const uint32_t *map,
                          uint32_t *indices)
{
    lg_game game;
    lg_game_init(&game, a->mem);
    lg_status status = fill_game(a, scenario, map, &game);
    if (status == LG_OK)
        status = gather(a, scenario, &game);
    for (uint32_t i = 0; i < a->match->seat_count && status == LG_OK; i++) {
        const char *hash = lg_game_get(&game.files, game.seats[i].entrant);
        if (map[i] != BASELINE && hash && !*a->out->hashes[map[i]])
            a->out->hashes[map[i]] = lg__arrange_keep(a, hash);
        if (map[i] != BASELINE && !a->out->hashes[map[i]])
            status = lg_fail(a->err, LG_MEMORY, "out of memory");
    }
    if (status == LG_OK)
        status = keep_inputs(a, &game);
    for (uint32_t i = 0; i < a->match->seed_count && status == LG_OK && a->jobs; i++) {
        game.seed = a->match->seeds[i];
        status = lg_jobs_add(a->jobs, &game, &indices[i], a->err);
    }
    lg_game_fini(&game);
    return status;
}

/* ---- all games ---- */

static bool is_baseline(const lg__arranging *a, uint32_t entrant)
{
    return entrant == BASELINE ||
           strcmp(a->match->entrants[entrant].script, LG_SCRIPT_BASELINE) == 0;
}

static lg_arranged_game *add_games(lg__arranging *a, uint32_t scenario, const uint32_t *lineup,
                                   const uint32_t *indices)
{
    const lg_contest *m = a->match;
    lg_arranged *out = a->out;
    if (!LG_GROW(a->mem, out->games, out->capacity, out->count + m->seed_count))
        return NULL;
    lg_arranged_game *first = &out->games[out->count];
    for (uint32_t i = 0; i < m->seed_count; i++) {
        lg_arranged_game *g = &out->games[out->count++];
        *g = (lg_arranged_game){
            .scenario = scenario, .seed = i, .lineup = lineup, .job = indices[i]};
        g->reference = lg_arena_alloc(&out->arena, (m->seat_count + 1) * sizeof *g->reference);
        if (!g->reference)
            return NULL;
        for (uint32_t k = 0; k < m->seat_count; k++)
            g->reference[k] = indices[i];
    }
    return first;
}

/* The games of a lineup, one a seed, and those that its seats are compared with. */
static lg_status add_lineup(lg__arranging *a, uint32_t scenario, const uint32_t *lineup,
                            uint32_t *map, uint32_t *indices)
{
    const lg_contest *m = a->match;
    lg_status status = add_jobs(a, scenario, lineup, indices);
    if (status != LG_OK || !a->jobs)
        return status;
    lg_arranged_game *games = add_games(a, scenario, lineup, indices);
    if (!games)
        return lg_fail(a->err, LG_MEMORY, "out of memory");
    bool all = m->against == LG_AGAINST_ALL;
    for (uint32_t i = 0; i < m->seat_count && status == LG_OK; i++) {
        if (is_baseline(a, lineup[i]) && !all)
            continue;
        for (uint32_t k = 0; k < m->seat_count; k++)
            map[k] = all || k == i ? BASELINE : lineup[k];
        if (!all || i == 0)
            status = add_jobs(a, scenario, map, indices);
        for (uint32_t k = 0; k < m->seed_count && status == LG_OK; k++)
            games[k].reference[i] = indices[k];
    }
    return status;
}

static lg_status begin(lg__arranging *a)
{
    const lg_contest *m = a->match;
    a->scenarios = lg_arena_alloc(&a->out->arena, (m->scenario_count + 1) * sizeof *a->scenarios);
    a->scripts = lg_arena_alloc(&a->out->arena, (m->entrant_count + 1) * sizeof *a->scripts);
    a->out->hashes = lg_arena_alloc(&a->out->arena, (m->entrant_count + 1) * sizeof(char *));
    for (uint32_t i = 0; a->out->hashes && i < m->entrant_count; i++)
        a->out->hashes[i] = "";
    return a->scenarios && a->scripts && a->out->hashes
               ? lg__arrange_files(a)
               : lg_fail(a->err, LG_MEMORY, "out of memory");
}

static lg_status find_sources(lg__arranging *a)
{
    const lg_gather_input input = {.setup = a->setup, .root = a->out->root};
    const lg_contest *m = a->match;
    a->out->sources = lg_arena_alloc(&a->out->arena, (m->entrant_count + 1) * sizeof(char *));
    if (!a->out->sources)
        return lg_fail(a->err, LG_MEMORY, "out of memory");
    for (uint32_t i = 0; i < m->entrant_count; i++) {
        a->out->sources[i] =
            lg_source_of(a->mem, &a->out->arena, &input, &m->entrants[i], a->scripts[i], a->err);
        if (!a->out->sources[i])
            return a->err->status;
    }
    return LG_OK;
}

/* Who sits where in a league depends on who is the same. */
static lg_status make_lineups(lg__arranging *a)
{
    if (a->match->kind == LG_CONTEST_MATCH)
        return lg_lineups_make(a->mem, a->match, &a->out->lineups, a->err);
    lg_status status = find_sources(a);
    return status == LG_OK
               ? lg_lineups_plan(a->mem, a->match, a->out->sources, &a->out->lineups, a->err)
               : status;
}

lg_status lg_arrange_open(lg_mem *mem, const lg_contest *match, lg_setup *setup, lg_diag *diag,
                          lg_arranged *arranged, lg_err *err)
{
    lg__arranging a = {
        .mem = mem, .match = match, .setup = setup, .diag = diag, .out = arranged, .err = err};
    *arranged = (lg_arranged){.mem = mem, .lineups.mem = mem};
    lg_arena_init(&arranged->arena, mem, 8192);
    lg_game_init(&arranged->inputs, mem);
    lg_status status = begin(&a);
    return status == LG_OK ? make_lineups(&a) : status;
}

lg_status lg_arrange_jobs(lg_arranged *arranged, const lg_contest *match, lg_setup *setup,
                          lg_jobs *jobs, lg_diag *diag, lg_err *err)
{
    lg__arranging a = {.mem = arranged->mem,
                       .match = match,
                       .setup = setup,
                       .diag = diag,
                       .out = arranged,
                       .jobs = jobs,
                       .err = err};
    uint32_t *map = lg_arena_alloc(&arranged->arena, (match->seat_count + 1) * sizeof *map);
    uint32_t *indices = lg_arena_alloc(&arranged->arena, (match->seed_count + 1) * sizeof *indices);
    lg_mem_strfree(arranged->mem, arranged->root);
    arranged->root = NULL;
    lg_status status = map && indices ? begin(&a) : lg_fail(err, LG_MEMORY, "out of memory");
    bool wrong = false;
    for (uint32_t s = 0; s < match->scenario_count && status == LG_OK; s++) {
        for (uint32_t i = 0; i < arranged->lineups.count && status == LG_OK; i++)
            status = add_lineup(&a, s, &arranged->lineups.items[(size_t)i * match->seat_count], map,
                                indices);
        if (status == LG_SCENARIO && !jobs) { /* the next one's problems as well */
            wrong = true;
            status = LG_OK;
        }
    }
    return status == LG_OK && wrong ? LG_SCENARIO : status;
}

void lg_arranged_fini(lg_arranged *arranged)
{
    lg_mem_free(arranged->mem, arranged->games, arranged->capacity * sizeof *arranged->games);
    lg_mem_strfree(arranged->mem, arranged->root);
    lg_lineups_fini(&arranged->lineups);
    lg_game_fini(&arranged->inputs);
    lg_arena_drop(&arranged->arena);
}
