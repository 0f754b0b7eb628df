/* Prepared, played, told: in this order. */
#include "app/sweep_parts.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/print_jobs.h"
#include "app/progress.h"
#include "app/results.h"
#include "base/output.h"

/* ---- playing ---- */

static void tell_progress(const lg__sweeping *s)
{
    if (!s->progress || !s->jobs)
        return;
    fprintf(stderr, "\r%u of %u games", lg_jobs_done(s->jobs), lg_jobs_count(s->jobs));
    fflush(stderr);
}

static void job_done(void *ctx, uint32_t index, const lg_job *job)
{
    const lg__sweeping *s = ctx;
    (void)index;
    if (job->state == LG_JOB_FAILED)
        fprintf(stderr, "%sgame %s: %s\n", s->progress ? "\r" : "", job->name, job->reason);
    tell_progress(s);
}

static void heard_signal(void *ctx, int number)
{
    lg__sweeping *s = ctx;
    (void)number;
    s->stopped = true;
}

static bool is_stopped(void *ctx)
{
    return ((const lg__sweeping *)ctx)->stopped;
}

/* --out, or sweeps/<scenario name>, made safe as the folder of a run. */
static char *folder_of(const lg__sweeping *s)
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

static lg_status open_jobs(lg__sweeping *s)
{
    char path[PATH_MAX];
    s->folder = folder_of(s);
    s->loop = lg_loop_new(s->mem);
    if (!s->folder || !s->loop || lg_loop_on_signal(s->loop, SIGINT, heard_signal, s) != LG_OK ||
        lg_loop_on_signal(s->loop, SIGTERM, heard_signal, s) != LG_OK)
        return lg__sweep_exhausted(s);
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

static lg_status add_jobs(lg__sweeping *s)
{
    lg_status status = LG_OK;
    s->indices =
        lg_arena_alloc(&s->arena, (size_t)s->game_count * s->seed_count * sizeof *s->indices);
    if (!s->indices)
        return lg__sweep_exhausted(s);
    for (uint32_t i = 0; i < s->game_count; i++)
        for (uint32_t k = 0; k < s->seed_count && status == LG_OK; k++) {
            s->games[i].seed = s->seeds[k];
            status = lg_jobs_add(s->jobs, &s->games[i], &s->indices[i * s->seed_count + k], s->err);
        }
    return status;
}

static lg_status play(lg__sweeping *s)
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

static lg_status read_games(lg__sweeping *s, lg_sweep_game *games, const char **names,
                            uint32_t *failed)
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

static lg_status write_file(lg__sweeping *s, const char *name, const lg_text *text)
{
    char path[PATH_MAX];
    if (text->failed)
        return lg__sweep_exhausted(s);
    snprintf(path, sizeof path, "%.4000s/%s", s->folder, name);
    int cause = lg_output_replace(s->mem, path, text->data, text->length);
    return cause ? lg_fail(s->err, LG_IO, "%.400s: %s", path, strerror(cause)) : LG_OK;
}

/* results.json and results.csv are always written; one of them, or the table, is printed. */
static lg_status tell_result(lg__sweeping *s, const lg_sweep_result *result)
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
        status = lg__sweep_exhausted(s);
    if (status == LG_OK && (fputs(lg_text_peek(shown), stdout) < 0 || fflush(stdout)))
        status = lg_fail(s->err, LG_IO, "the results could not be printed");
    lg_text_fini(&json);
    lg_text_fini(&csv);
    lg_text_fini(&table);
    return status;
}

static lg_status tell(lg__sweeping *s)
{
    uint32_t count = s->game_count * s->seed_count, failed = 0;
    lg_sweep_game *games = lg_arena_alloc(&s->arena, count * sizeof *games);
    const char **names = lg_arena_alloc(&s->arena, count * sizeof *names);
    if (!games || !names)
        return lg__sweep_exhausted(s);
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

static void take_down(lg__sweeping *s)
{
    lg_jobs_close(s->jobs);
    lg_loop_free(s->loop);
    lg__sweep_drop(s);
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
    lg__sweeping s = {.mem = mem, .args = args, .err = err, .setup.mem = mem, .axes.mem = mem};
    lg_arena_init(&s.arena, mem, 8192);
    lg_arena_init(&s.axes.arena, mem, 4096);
    lg_text_init(&s.first_problems, mem);
    lg_status status = lg__sweep_prepare(&s);
    if (status == LG_OK)
        status = play(&s);
    if (status == LG_OK && !args->print_jobs)
        status = tell(&s);
    take_down(&s);
    return status;
}
