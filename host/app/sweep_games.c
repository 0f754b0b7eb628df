/* All combinations are read and checked before the first game begins: a value that is wrong costs
 * no time. What a game reads does not depend on its seed, so each combination is read once. */
#include "app/sweep_parts.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/gather.h"
#include "base/input.h"

lg_status lg__sweep_exhausted(const lg__sweeping *s)
{
    return lg_fail(s->err, LG_MEMORY, "out of memory");
}

/* ---- files ---- */

static lg_status find_scenario(lg__sweeping *s)
{
    char *file = NULL;
    lg_status status = lg_setup_resolve(s->mem, s->args->operands[0], &file, s->err);
    if (status == LG_OK && !realpath(file, s->file))
        status = lg_fail(s->err, LG_SCENARIO, "%.300s: %s", file, strerror(errno));
    lg_mem_strfree(s->mem, file);
    snprintf(s->root, sizeof s->root, "%s", s->file);
    *strrchr(s->root, '/') = 0;
    return status;
}

/* A script is meant from here, or is one that ships. */
static const char *find_script(lg__sweeping *s, const char *file)
{
    char whole[PATH_MAX], shipped[PATH_MAX];
    if (lg_input_is_file(file) && realpath(file, whole))
        return lg_arena_text(&s->arena, whole, strlen(whole));
    snprintf(whole, sizeof whole, "%.2000s/%.2000s", s->setup.places.scripts, file);
    snprintf(shipped, sizeof shipped, LG_GAME_SHIPPED "%.2000s", file);
    if (lg_input_is_file(whole) && lg_game_path_is_fine(shipped))
        return lg_arena_text(&s->arena, shipped, strlen(shipped));
    lg_fail(s->err, LG_INVALID, "--agent: there is no script \"%.300s\"", file);
    return NULL;
}

static bool is_below(const char *path, const char *folder)
{
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

/* One folder up; "" is the root of all. @return false: it was that */
static bool go_up(lg__sweeping *s)
{
    char *slash = strrchr(s->root, '/');
    if (slash)
        *slash = 0;
    return slash;
}

static const char *from_root(const lg__sweeping *s, const char *path)
{
    return path[0] == '/' ? path + strlen(s->root) + 1 : path;
}

static lg_status find_scripts(lg__sweeping *s)
{
    const lg_pairs *agents = &s->args->agents;
    s->scripts = lg_arena_alloc(&s->arena, (agents->count + 1) * sizeof *s->scripts);
    if (!s->scripts)
        return lg__sweep_exhausted(s);
    for (uint32_t i = 0; i < agents->count; i++) {
        s->err->status = LG_OK;
        s->scripts[i] = find_script(s, agents->items[i].value);
        if (!s->scripts[i])
            return s->err->status != LG_OK ? s->err->status : lg__sweep_exhausted(s);
        while (s->scripts[i][0] == '/' && !is_below(s->scripts[i], s->root) && go_up(s))
            ;
    }
    return LG_OK;
}

/* ---- combinations ---- */

/* " (fee=2, homes=8)"; nothing without axes */
static void put_values(const lg__sweeping *s, uint32_t combination, lg_text *out)
{
    for (uint32_t i = 0; i < s->axes.count; i++)
        lg_text_format(out, "%s%s=%s", i ? ", " : "", s->axes.items[i].key,
                       lg_axes_value(&s->axes, combination, i));
}

static lg_status fill_args(const lg__sweeping *s, uint32_t combination, lg_args *args)
{
    *args = *s->args;
    args->settings = (lg_pairs){NULL, 0, 0};
    for (uint32_t i = 0; i < s->axes.count; i++) {
        lg_pairs *pairs = &args->settings;
        if (!LG_GROW(s->mem, pairs->items, pairs->capacity, pairs->count + 1))
            return lg__sweep_exhausted(s);
        pairs->items[pairs->count++] =
            (lg_setting){s->axes.items[i].key, lg_axes_value(&s->axes, combination, i)};
    }
    return LG_OK;
}

/* Problems of a combination, each once: those of its neighbours are the same. */
static void tell_problems(lg__sweeping *s, uint32_t combination)
{
    lg_text values;
    if (s->problems++ >= LG__SWEEP_PROBLEMS_SHOWN)
        return;
    lg_text_init(&values, s->mem);
    put_values(s, combination, &values);
    fprintf(stderr, "with %s:\n", values.length ? lg_text_peek(&values) : "this");
    lg_text_fini(&values);
    lg_setup_print(s->mem, &s->setup.diag, stderr);
}

/* Warnings, each text once, however many combinations earn it. */
static void tell_warnings(lg__sweeping *s)
{
    for (uint32_t i = 0; i < s->setup.diag.count; i++) {
        const lg_problem *p = &s->setup.diag.problems[i];
        uint32_t k = 0;
        while (k < s->warned_count && strcmp(s->warned[k], p->text) != 0)
            k++;
        const char *copy = lg_arena_text(&s->arena, p->text, strlen(p->text));
        if (k < s->warned_count || k == LG__SWEEP_PROBLEMS_SHOWN || !copy)
            continue;
        s->warned[s->warned_count++] = copy;
        fprintf(stderr, "%s: warning: %s: %s\n", p->file, p->key, p->text);
    }
}

static void forget_problems(lg__sweeping *s)
{
    lg_diag_fini(&s->setup.diag);
    lg_diag_init(&s->setup.diag, s->mem);
}

/* What the scenario is called, and what the seats of --agent do in it. */
static lg_status look(lg__sweeping *s)
{
    lg_args args;
    lg_status status = fill_args(s, 0, &args);
    const lg_pairs *agents = &s->args->agents;
    lg_seat_role *roles = lg_arena_alloc(&s->arena, (agents->count + 1) * sizeof *roles);
    if (status == LG_OK && !roles)
        status = lg__sweep_exhausted(s);
    if (status == LG_OK)
        status = lg_setup_read(&s->setup, s->file, &args, s->err);
    if (status == LG_SCENARIO)
        lg_diag_print(&s->setup.diag, &s->first_problems);
    const lg_scenario *scenario = s->setup.scenario;
    for (uint32_t i = 0; i < agents->count && status == LG_OK; i++)
        for (uint32_t k = 0; k < scenario->agent_count; k++)
            if (strcmp(scenario->agents[k].name, agents->items[i].key) == 0 &&
                scenario->agents[k].market_count)
                roles[i] = LG_SEAT_OPERATOR;
    if (status == LG_OK && !(s->name = lg_mem_strdup(s->mem, scenario->name)))
        status = lg__sweep_exhausted(s);
    if (status == LG_OK)
        s->own_seed = s->args->has_seed ? s->args->seed : scenario->seed;
    s->roles = roles;
    lg_mem_free(s->mem, args.settings.items, args.settings.capacity * sizeof(lg_setting));
    return status;
}

/* Begins with lg_game_init(). */
static lg_status fill_game(const lg__sweeping *s, uint32_t combination, lg_game *game)
{
    const lg_pairs *agents = &s->args->agents;
    bool fine = true;
    game->engine = LG_VERSION;
    game->scenario = from_root(s, s->file);
    game->slots = s->args->slots > 0 ? (uint32_t)s->args->slots : 0;
    game->seed = s->seeds[0];
    game->seats = lg_arena_alloc(&game->arena, (agents->count + 1) * sizeof *game->seats);
    for (uint32_t i = 0; game->seats && i < agents->count; i++)
        game->seats[game->seat_count++] = (lg_game_seat){.name = agents->items[i].key,
                                                         .role = s->roles[i],
                                                         .entrant = from_root(s, s->scripts[i])};
    for (uint32_t i = 0; i < s->axes.count && fine; i++)
        fine = lg_game_put(game, &game->settings, s->axes.items[i].key,
                           lg_axes_value(&s->axes, combination, i));
    return game->seats && fine ? LG_OK : lg__sweep_exhausted(s);
}

/* A file that lies higher up than all others moves the root there. */
static lg_status gather(lg__sweeping *s, uint32_t combination, lg_game *game)
{
    for (;;) {
        const lg_gather_input input = {
            .setup = &s->setup, .root = *s->root ? s->root : "/", .days = s->args->days};
        lg_game_init(game, s->mem);
        forget_problems(s);
        lg_status status = fill_game(s, combination, game);
        if (status == LG_OK)
            status = lg_gather(s->mem, &input, game, s->err);
        if (status != LG_INVALID || !go_up(s))
            return status;
        lg_game_fini(game);
    }
}

/* From the root as it is: it may have moved since a game was made. */
static lg_status make_game(lg__sweeping *s, uint32_t combination)
{
    lg_game *game = &s->games[combination];
    lg_status status = gather(s, combination, game);
    s->game_count = combination + 1;
    if (status == LG_OK)
        status = lg_setup_check_devices(&s->setup, &s->setup.diag);
    if (status == LG_OK && !s->args->print_jobs)
        tell_warnings(s);
    if (status != LG_SCENARIO)
        return status;
    tell_problems(s, combination);
    return LG_OK;
}

void lg__sweep_drop(lg__sweeping *s)
{
    for (uint32_t i = 0; i < s->game_count; i++)
        lg_game_fini(&s->games[i]);
    s->game_count = 0;
}

static lg_status make_games(lg__sweeping *s)
{
    char root[PATH_MAX];
    lg_status status = LG_OK;
    s->games = lg_mem_zalloc(s->mem, s->axes.combinations, sizeof *s->games);
    if (!s->games)
        return lg__sweep_exhausted(s);
    do { /* once, or once more for each folder that the root has moved up */
        snprintf(root, sizeof root, "%s", s->root);
        lg__sweep_drop(s);
        for (uint32_t i = 0; i < s->axes.combinations && status == LG_OK; i++)
            status = make_game(s, i);
    } while (status == LG_OK && !s->problems && strcmp(root, s->root) != 0);
    if (s->problems > LG__SWEEP_PROBLEMS_SHOWN)
        fprintf(stderr, "and %u more combinations with problems\n",
                s->problems - LG__SWEEP_PROBLEMS_SHOWN);
    if (status == LG_OK && s->problems)
        status = lg_fail(s->err, LG_SCENARIO, "nothing was played: %u of %u combinations are wrong",
                         s->problems, s->axes.combinations);
    return status;
}

lg_status lg__sweep_prepare(lg__sweeping *s)
{
    lg_status status = lg_axes_read(s->mem, &s->args->settings, &s->axes, s->err);
    if (status == LG_OK && s->axes.seed_count && s->args->has_seed)
        status = lg_fail(s->err, LG_INVALID, "--seed and --set seed exclude one another");
    if (status == LG_OK)
        status = lg_setup_open(s->mem, &s->setup, s->err);
    if (status != LG_OK)
        return status;
    lg_setup_warn(&s->setup);
    status = find_scenario(s);
    if (status == LG_OK)
        status = find_scripts(s);
    if (status == LG_OK)
        status = look(s);
    bool wrong = status == LG_SCENARIO; /* told with all others that are */
    s->seeds = s->axes.seed_count ? s->axes.seeds : &s->own_seed;
    s->seed_count = s->axes.seed_count ? s->axes.seed_count : 1;
    status = status == LG_OK || wrong ? make_games(s) : status;
    if (status != LG_OK || !wrong)
        return status;
    fputs(lg_text_peek(&s->first_problems), stderr);
    return LG_SCENARIO;
}
