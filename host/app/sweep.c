/* All combinations are read and checked before the first game begins: a value that is wrong costs
 * no time. What a game reads does not depend on its seed, so each combination is read once. */
#include "app/sweep.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/gather.h"
#include "app/jobs.h"
#include "app/print_jobs.h"
#include "app/progress.h"
#include "app/results.h"
#include "app/setup.h"
#include "base/input.h"
#include "base/output.h"

enum { PROBLEMS_SHOWN = 20 };

typedef struct sweeping {
    lg_mem *mem;
    const lg_args *args;
    lg_err *err;
    lg_axes axes;
    lg_setup setup;
    lg_arena arena;
    char file[PATH_MAX];  /* of the scenario; absolute */
    char root[PATH_MAX];  /* all files of the games lie below it */
    char *name;           /* of the scenario */
    const char **scripts; /* one an agent of the command line: absolute, or LG_GAME_SHIPPED... */
    const lg_seat_role *roles;
    lg_game *games; /* one a combination */
    uint32_t game_count;
    const uint64_t *seeds;
    uint32_t seed_count;
    uint64_t own_seed; /* when none was given */
    uint32_t problems;
    const char *warned[PROBLEMS_SHOWN];
    uint32_t warned_count;
    lg_text first_problems; /* of the first combination with the seats as --agent has them */
    lg_loop *loop;
    lg_jobs *jobs;
    char *folder;
    uint32_t *indices; /* in the pool, of combination and seed */
    bool progress, stopped;
} sweeping;

static lg_status exhausted(const sweeping *s)
{
    return lg_fail(s->err, LG_MEMORY, "out of memory");
}

/* ---- files ---- */

static lg_status find_scenario(sweeping *s)
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
static const char *find_script(sweeping *s, const char *file)
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
static bool go_up(sweeping *s)
{
    char *slash = strrchr(s->root, '/');
    if (slash)
        *slash = 0;
    return slash;
}

static const char *from_root(const sweeping *s, const char *path)
{
    return path[0] == '/' ? path + strlen(s->root) + 1 : path;
}

static lg_status find_scripts(sweeping *s)
{
    const lg_pairs *agents = &s->args->agents;
    s->scripts = lg_arena_alloc(&s->arena, (agents->count + 1) * sizeof *s->scripts);
    if (!s->scripts)
        return exhausted(s);
    for (uint32_t i = 0; i < agents->count; i++) {
        s->err->status = LG_OK;
        s->scripts[i] = find_script(s, agents->items[i].value);
        if (!s->scripts[i])
            return s->err->status != LG_OK ? s->err->status : exhausted(s);
        while (s->scripts[i][0] == '/' && !is_below(s->scripts[i], s->root) && go_up(s))
            ;
    }
    return LG_OK;
}

/* ---- combinations ---- */

/* " (fee=2, homes=8)"; nothing without axes */
static void put_values(const sweeping *s, uint32_t combination, lg_text *out)
{
    for (uint32_t i = 0; i < s->axes.count; i++)
        lg_text_format(out, "%s%s=%s", i ? ", " : "", s->axes.items[i].key,
                       lg_axes_value(&s->axes, combination, i));
}

static lg_status fill_args(const sweeping *s, uint32_t combination, lg_args *args)
{
    *args = *s->args;
    args->settings = (lg_pairs){NULL, 0, 0};
    for (uint32_t i = 0; i < s->axes.count; i++) {
        lg_pairs *pairs = &args->settings;
        if (!LG_GROW(s->mem, pairs->items, pairs->capacity, pairs->count + 1))
            return exhausted(s);
        pairs->items[pairs->count++] =
            (lg_setting){s->axes.items[i].key, lg_axes_value(&s->axes, combination, i)};
    }
    return LG_OK;
}

/* Problems of a combination, each once: those of its neighbours are the same. */
static void tell_problems(sweeping *s, uint32_t combination)
{
    lg_text values;
    if (s->problems++ >= PROBLEMS_SHOWN)
        return;
    lg_text_init(&values, s->mem);
    put_values(s, combination, &values);
    fprintf(stderr, "with %s:\n", values.length ? lg_text_peek(&values) : "this");
    lg_text_fini(&values);
    lg_setup_print(s->mem, &s->setup.diag, stderr);
}

/* Warnings, each text once, however many combinations earn it. */
static void tell_warnings(sweeping *s)
{
    for (uint32_t i = 0; i < s->setup.diag.count; i++) {
        const lg_problem *p = &s->setup.diag.problems[i];
        uint32_t k = 0;
        while (k < s->warned_count && strcmp(s->warned[k], p->text) != 0)
            k++;
        const char *copy = lg_arena_text(&s->arena, p->text, strlen(p->text));
        if (k < s->warned_count || k == PROBLEMS_SHOWN || !copy)
            continue;
        s->warned[s->warned_count++] = copy;
        fprintf(stderr, "%s: warning: %s: %s\n", p->file, p->key, p->text);
    }
}

static void forget_problems(sweeping *s)
{
    lg_diag_fini(&s->setup.diag);
    lg_diag_init(&s->setup.diag, s->mem);
}

/* What the scenario is called, and what the seats of --agent do in it. */
static lg_status look(sweeping *s)
{
    lg_args args;
    lg_status status = fill_args(s, 0, &args);
    const lg_pairs *agents = &s->args->agents;
    lg_seat_role *roles = lg_arena_alloc(&s->arena, (agents->count + 1) * sizeof *roles);
    if (status == LG_OK && !roles)
        status = exhausted(s);
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
        status = exhausted(s);
    if (status == LG_OK)
        s->own_seed = s->args->has_seed ? s->args->seed : scenario->seed;
    s->roles = roles;
    lg_mem_free(s->mem, args.settings.items, args.settings.capacity * sizeof(lg_setting));
    return status;
}

/* Begins with lg_game_init(). */
static lg_status fill_game(const sweeping *s, uint32_t combination, lg_game *game)
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
    return game->seats && fine ? LG_OK : exhausted(s);
}

/* A file that lies higher up than all others moves the root there. */
static lg_status gather(sweeping *s, uint32_t combination, lg_game *game)
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
static lg_status make_game(sweeping *s, uint32_t combination)
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

static void drop_games(sweeping *s)
{
    for (uint32_t i = 0; i < s->game_count; i++)
        lg_game_fini(&s->games[i]);
    s->game_count = 0;
}

static lg_status make_games(sweeping *s)
{
    char root[PATH_MAX];
    lg_status status = LG_OK;
    s->games = lg_mem_zalloc(s->mem, s->axes.combinations, sizeof *s->games);
    if (!s->games)
        return exhausted(s);
    do { /* once, or once more for each folder that the root has moved up */
        snprintf(root, sizeof root, "%s", s->root);
        drop_games(s);
        for (uint32_t i = 0; i < s->axes.combinations && status == LG_OK; i++)
            status = make_game(s, i);
    } while (status == LG_OK && !s->problems && strcmp(root, s->root) != 0);
    if (s->problems > PROBLEMS_SHOWN)
        fprintf(stderr, "and %u more combinations with problems\n", s->problems - PROBLEMS_SHOWN);
    if (status == LG_OK && s->problems)
        status = lg_fail(s->err, LG_SCENARIO, "nothing was played: %u of %u combinations are wrong",
                         s->problems, s->axes.combinations);
    return status;
}

static lg_status prepare(sweeping *s)
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

/* ---- playing ---- */

static void tell_progress(const sweeping *s)
{
    if (!s->progress || !s->jobs)
        return;
    fprintf(stderr, "\r%u of %u games", lg_jobs_done(s->jobs), lg_jobs_count(s->jobs));
    fflush(stderr);
}

static void job_done(void *ctx, uint32_t index, const lg_job *job)
{
    const sweeping *s = ctx;
    (void)index;
    if (job->state == LG_JOB_FAILED)
        fprintf(stderr, "%sgame %s: %s\n", s->progress ? "\r" : "", job->name, job->reason);
    tell_progress(s);
}

static void heard_signal(void *ctx, int number)
{
    sweeping *s = ctx;
    (void)number;
    s->stopped = true;
}

static bool is_stopped(void *ctx)
{
    return ((const sweeping *)ctx)->stopped;
}

/* --out, or sweeps/<scenario name>, made safe as the folder of a run. */
static char *folder_of(const sweeping *s)
{
    if (s->args->out)
        return lg_mem_strdup(s->mem, s->args->out);
    char *run = lg_results_folder(s->mem, NULL, s->name), *folder = NULL;
    lg_text text;
    lg_text_init(&text, s->mem);
    lg_text_format(&text, "sweeps/%s", run ? strchr(run, '/') + 1 : "");
    if (run && !text.failed)
        folder = lg_mem_strdup(s->mem, lg_text_peek(&text));
    lg_text_fini(&text);
    lg_mem_strfree(s->mem, run);
    return folder;
}

static lg_status open_jobs(sweeping *s)
{
    char path[PATH_MAX];
    s->folder = folder_of(s);
    s->loop = lg_loop_new(s->mem);
    if (!s->folder || !s->loop || lg_loop_on_signal(s->loop, SIGINT, heard_signal, s) != LG_OK ||
        lg_loop_on_signal(s->loop, SIGTERM, heard_signal, s) != LG_OK)
        return exhausted(s);
    snprintf(path, sizeof path, "%.4000s/jobs", s->folder);
    const lg_jobs_input input = {
        .loop = s->loop,
        .folder = path,
        .root = *s->root ? s->root : "/",
        .parallel = (uint32_t)s->args->lines,
        .nats = s->args->nats,
        .hold = s->args->print_jobs,
        .done = job_done,
        .ctx = s,
    };
    return lg_jobs_open(s->mem, &input, s->err, &s->jobs);
}

static lg_status add_jobs(sweeping *s)
{
    lg_status status = LG_OK;
    s->indices =
        lg_arena_alloc(&s->arena, (size_t)s->game_count * s->seed_count * sizeof *s->indices);
    if (!s->indices)
        return exhausted(s);
    for (uint32_t i = 0; i < s->game_count; i++)
        for (uint32_t k = 0; k < s->seed_count && status == LG_OK; k++) {
            s->games[i].seed = s->seeds[k];
            status = lg_jobs_add(s->jobs, &s->games[i], &s->indices[i * s->seed_count + k], s->err);
        }
    return status;
}

static lg_status play(sweeping *s)
{
    lg_status status = open_jobs(s);
    s->progress = !s->args->quiet && isatty(STDERR_FILENO);
    if (status == LG_OK)
        status = add_jobs(s);
    if (status != LG_OK)
        return status;
    if (s->args->print_jobs)
        return lg_print_jobs(s->mem, s->jobs, s->err);
    status = lg_jobs_wait(s->jobs, is_stopped, s, s->err);
    if (s->progress)
        fputs("\r\033[K", stderr);
    return status;
}

/* ---- telling ---- */

static lg_status read_games(sweeping *s, lg_sweep_game *games, const char **names, uint32_t *failed)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < s->game_count * s->seed_count && status == LG_OK; i++) {
        const lg_job *job = lg_jobs_at(s->jobs, s->indices[i]);
        names[i] = job->name;
        if (job->state != LG_JOB_FAILED) {
            status = lg_sweep_game_read(s->mem, &s->arena, job->folder, s->args->agents.count,
                                        &games[i], s->err);
            continue;
        }
        games[i].failed = true;
        games[i].reason = job->reason;
        ++*failed;
    }
    return status;
}

static lg_status write_file(sweeping *s, const char *name, const lg_text *text)
{
    char path[PATH_MAX];
    if (text->failed)
        return exhausted(s);
    snprintf(path, sizeof path, "%.4000s/%s", s->folder, name);
    int cause = lg_output_replace(s->mem, path, text->data, text->length);
    return cause ? lg_fail(s->err, LG_IO, "%.400s: %s", path, strerror(cause)) : LG_OK;
}

/* results.json and results.csv are always written; one of them, or the table, is printed. */
static lg_status tell_result(sweeping *s, const lg_sweep_result *result)
{
    lg_text json, csv, table;
    lg_text_init(&json, s->mem);
    lg_text_init(&csv, s->mem);
    lg_text_init(&table, s->mem);
    lg_sweep_json(s->mem, result, &json);
    lg_sweep_csv(s->mem, result, &csv);
    lg_status status = write_file(s, LG_SWEEP_JSON, &json);
    if (status == LG_OK)
        status = write_file(s, LG_SWEEP_CSV, &csv);
    if (!s->args->json && !s->args->csv && !s->args->quiet)
        lg_sweep_table(s->mem, result, lg_progress_colours(STDOUT_FILENO), &table);
    const lg_text *shown = s->args->json ? &json : s->args->csv ? &csv : &table;
    if (status == LG_OK && shown->failed)
        status = exhausted(s);
    if (status == LG_OK && (fputs(lg_text_peek(shown), stdout) < 0 || fflush(stdout)))
        status = lg_fail(s->err, LG_IO, "the results could not be printed");
    lg_text_fini(&json);
    lg_text_fini(&csv);
    lg_text_fini(&table);
    return status;
}

static lg_status tell(sweeping *s)
{
    uint32_t count = s->game_count * s->seed_count, failed = 0;
    lg_sweep_game *games = lg_arena_alloc(&s->arena, count * sizeof *games);
    const char **names = lg_arena_alloc(&s->arena, count * sizeof *names);
    if (!games || !names)
        return exhausted(s);
    lg_status status = read_games(s, games, names, &failed);
    const lg_sweep_result result = {.name = s->name,
                                    .folder = s->folder,
                                    .slots = s->games[0].slots,
                                    .axes = &s->axes,
                                    .seeds = s->seeds,
                                    .seed_count = s->seed_count,
                                    .games = games,
                                    .jobs = names};
    if (status == LG_OK)
        status = tell_result(s, &result);
    if (status == LG_OK && failed)
        status = lg_fail(s->err, LG_IO, "%u of %u games could not be played", failed, count);
    return status;
}

static void take_down(sweeping *s)
{
    lg_jobs_close(s->jobs);
    lg_loop_free(s->loop);
    drop_games(s);
    lg_mem_free(s->mem, s->games, s->axes.combinations * sizeof *s->games);
    lg_mem_strfree(s->mem, s->folder);
    lg_mem_strfree(s->mem, s->name);
    lg_axes_fini(&s->axes);
    lg_setup_close(&s->setup);
    lg_text_fini(&s->first_problems);
    lg_arena_drop(&s->arena);
}

lg_status lg_sweep(lg_mem *mem, const lg_args *args, lg_err *err)
{
    sweeping s = {.mem = mem, .args = args, .err = err, .setup.mem = mem, .axes.mem = mem};
    lg_arena_init(&s.arena, mem, 8192);
    lg_arena_init(&s.axes.arena, mem, 4096);
    lg_text_init(&s.first_problems, mem);
    lg_status status = prepare(&s);
    if (status == LG_OK)
        status = play(&s);
    if (status == LG_OK && !args->print_jobs)
        status = tell(&s);
    take_down(&s);
    return status;
}
