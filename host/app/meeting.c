/* Read, arrange, play, score: in this order. */
#include "app/meeting.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "app/cmd.h"
#include "app/contest_check.h"
#include "app/plain.h"
#include "app/play.h"
#include "app/print_jobs.h"
#include "app/progress.h"
#include "app/results.h"
#include "base/input.h"
#include "base/output.h"

enum { SALT_MAX = 4096 };

/* ---- reading ---- */

static lg_status read_salt(lg_meeting *m, char salt[SALT_MAX], lg_err *err)
{
    const char *given = m->input->salt, *why;
    if (given[0] != '@') {
        if (snprintf(salt, SALT_MAX, "%s", given) >= SALT_MAX)
            return lg_fail(err, LG_INVALID, "the salt is longer than %d bytes", SALT_MAX - 1);
        return LG_OK;
    }
    FILE *file = lg_input_open(given + 1, &why);
    if (!file)
        return lg_fail(err, LG_IO, "%.300s: %s", given + 1, why);
    size_t got = fread(salt, 1, SALT_MAX - 1, file);
    salt[got] = 0;
    salt[strcspn(salt, "\r\n")] = 0;
    fclose(file);
    return LG_OK;
}

static lg_status read_contest(lg_meeting *m, bool play, lg_err *err)
{
    char salt[SALT_MAX];
    bool league = m->input->kind == LG_CONTEST_LEAGUE;
    lg_status status = league
                           ? lg_contest_read_league(m->mem, m->input->file, &m->diag, &m->contest)
                           : lg_contest_read(m->mem, m->input->file, &m->diag, &m->contest);
    if (status == LG_MEMORY)
        return lg_fail(err, LG_MEMORY, "out of memory");
    if (status != LG_OK || !play)
        return status;
    if (m->contest.commitment && !m->input->salt)
        return lg_fail(err, LG_INVALID,
                       "the seeds of %.200s are hidden: --salt TEXT reveals them, SHA-256 %.16s...",
                       m->input->file, m->contest.commitment);
    if (!m->input->salt)
        return LG_OK;
    status = read_salt(m, salt, err);
    return status == LG_OK ? lg_contest_reveal(&m->contest, salt, err) : status;
}

static lg_status open_setup(lg_meeting *m, lg_err *err)
{
    lg_status status = lg_setup_open(m->mem, &m->setup, err);
    if (status == LG_OK)
        lg_setup_warn(&m->setup);
    return status;
}

/* ---- playing ---- */

static void tell_progress(const lg_meeting *m)
{
    if (!m->progress)
        return;
    fprintf(stderr, "\r%u of %u games", lg_jobs_done(m->jobs), lg_jobs_count(m->jobs));
    fflush(stderr);
}

static void job_done(void *ctx, uint32_t index, const lg_job *job)
{
    const lg_meeting *m = ctx;
    (void)index;
    if (job->state == LG_JOB_PLAYED && *job->differs)
        fprintf(stderr,
                "%sgame %s: the " LG_PLAY_FIGURES " that was in the folder was not it: %s\n",
                m->progress ? "\r" : "", job->name, job->differs);
    if (job->state == LG_JOB_FAILED)
        fprintf(stderr, "%sgame %s: %s\n", m->progress ? "\r" : "", job->name, job->reason);
    if (m->jobs)
        tell_progress(m);
}

static void heard_signal(void *ctx, int number)
{
    lg_meeting *m = ctx;
    (void)number;
    m->stopped = true;
}

static bool is_stopped(void *ctx)
{
    return ((const lg_meeting *)ctx)->stopped;
}

static lg_status open_jobs(lg_meeting *m, lg_err *err)
{
    lg_text path;
    m->loop = lg_loop_new(m->mem);
    if (!m->loop || lg_loop_on_signal(m->loop, SIGINT, heard_signal, m) != LG_OK ||
        lg_loop_on_signal(m->loop, SIGTERM, heard_signal, m) != LG_OK)
        return lg_fail(err, LG_MEMORY, "the event loop cannot be made");
    lg_text_init(&path, m->mem);
    lg_text_format(&path, "%s/jobs", m->folder);
    const lg_jobs_input input = {
        .loop = m->loop,
        .folder = lg_text_peek(&path),
        .root = m->arranged.root,
        .parallel = m->input->parallel,
        .nats = m->input->nats,
        .anew = m->input->as_judge,
        .hold = m->input->print_jobs,
        .done = job_done,
        .ctx = m,
    };
    lg_status status = path.failed ? lg_fail(err, LG_MEMORY, "out of memory")
                                   : lg_jobs_open(m->mem, &input, err, &m->jobs);
    lg_text_fini(&path);
    return status;
}

/* matches/NAME, leagues/NAME; as judge a folder of its own, so that nobody else writes there. */
static char *folder_of(const lg_meeting *m)
{
    bool league = m->input->kind == LG_CONTEST_LEAGUE;
    if (m->input->out)
        return lg_mem_strdup(m->mem, m->input->out);
    char *run = lg_results_folder(m->mem, NULL, m->contest.name); /* runs/NAME, made safe */
    lg_text text;
    lg_text_init(&text, m->mem);
    lg_text_format(&text, "%s/%s%s", league ? "leagues" : "matches",
                   run ? strchr(run, '/') + 1 : "", m->input->as_judge ? ".judge" : "");
    char *folder = run && !text.failed ? lg_mem_strdup(m->mem, lg_text_peek(&text)) : NULL;
    lg_text_fini(&text);
    lg_mem_strfree(m->mem, run);
    return folder;
}

static lg_status play(lg_meeting *m, lg_err *err)
{
    m->folder = folder_of(m);
    if (!m->folder)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_status status = lg_arrange_open(m->mem, &m->contest, &m->setup, &m->diag, &m->arranged, err);
    if (status == LG_OK)
        status = open_jobs(m, err);
    m->progress = !m->input->quiet && isatty(STDERR_FILENO);
    if (status == LG_OK)
        status = lg_arrange_jobs(&m->arranged, &m->contest, &m->setup, m->jobs, &m->diag, err);
    if (status != LG_OK)
        return status;
    if (m->input->print_jobs)
        return lg_print_jobs(m->mem, m->jobs, err);
    status = lg_jobs_wait(m->jobs, is_stopped, m, err);
    if (m->progress)
        fputs("\r\033[K", stderr);
    uint32_t failed = 0;
    for (uint32_t i = 0; i < lg_jobs_count(m->jobs) && status == LG_OK; i++)
        failed += lg_jobs_at(m->jobs, i)->state == LG_JOB_FAILED;
    if (failed)
        status = lg_fail(err, LG_IO, "%u of %u games could not be played", failed,
                         lg_jobs_count(m->jobs));
    return status;
}

/* ---- scoring ---- */

static lg_status load_figures(lg_meeting *m, lg_err *err)
{
    lg_status status = LG_OK;
    lg_text path;
    uint32_t count = lg_jobs_count(m->jobs);
    m->figures = lg_arena_alloc(&m->arena, (count + 1) * sizeof *m->figures);
    if (!m->figures)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_text_init(&path, m->mem);
    for (; m->figure_count < count && status == LG_OK; m->figure_count++) {
        lg_text_clear(&path);
        lg_text_format(&path, "%s/game.json", lg_jobs_at(m->jobs, m->figure_count)->folder);
        status = lg_figures_load(m->mem, lg_text_peek(&path), m->contest.seat_count,
                                 &m->figures[m->figure_count], err);
    }
    lg_text_fini(&path);
    return status;
}

static bool fill_game(lg_meeting *m, uint32_t index)
{
    const lg_arranged_game *from = &m->arranged.games[index];
    uint32_t seats = m->contest.seat_count;
    const char **jobs = lg_arena_alloc(&m->arena, (seats + 1) * sizeof *jobs);
    const lg_figures **references = lg_arena_alloc(&m->arena, (seats + 1) * sizeof *references);
    if (!jobs || !references)
        return false;
    for (uint32_t i = 0; i < seats; i++) {
        jobs[i] = lg_jobs_at(m->jobs, from->reference[i])->name;
        references[i] = &m->figures[from->reference[i]];
    }
    m->games[index] = (lg_result_game){
        .scenario = from->scenario,
        .seed = from->seed,
        .lineup = from->lineup,
        .job = lg_jobs_at(m->jobs, from->job)->name,
        .figures = &m->figures[from->job],
        .reference_jobs = jobs,
        .references = references,
    };
    return true;
}

static lg_status score(lg_meeting *m, lg_err *err)
{
    lg_status status = load_figures(m, err);
    if (status != LG_OK)
        return status;
    bool fine = true;
    m->games = lg_arena_alloc(&m->arena, (m->arranged.count + 1) * sizeof *m->games);
    for (uint32_t i = 0; i < m->arranged.count && m->games && fine; i++)
        fine = fill_game(m, i);
    if (m->games && fine) {
        m->has_result = true;
        status = lg_result_make(m->mem, &m->contest, m->games, m->arranged.count,
                                m->arranged.hashes, &m->result);
    }
    return m->games && fine && status == LG_OK ? LG_OK : lg_fail(err, LG_MEMORY, "out of memory");
}

/* ---- from outside ---- */

void lg_meeting_begin(lg_meeting *m, lg_mem *mem, const lg_meet_input *input)
{
    *m = (lg_meeting){.mem = mem, .input = input, .setup.mem = mem, .arranged.mem = mem};
    m->arranged.lineups.mem = mem;
    lg_diag_init(&m->diag, mem);
    lg_arena_init(&m->arena, mem, 8192);
    lg_arena_init(&m->contest.arena, mem, 8192);
    lg_arena_init(&m->arranged.arena, mem, 8192);
    lg_game_init(&m->arranged.inputs, mem);
}

lg_status lg_meeting_play(lg_meeting *m, lg_err *err)
{
    lg_status status = read_contest(m, true, err);
    if (status == LG_OK)
        status = open_setup(m, err);
    if (status == LG_OK)
        status = play(m, err);
    if (m->diag.count)
        lg_setup_print(m->mem, &m->diag, stderr);
    return status == LG_OK && !m->input->print_jobs ? score(m, err) : status;
}

lg_status lg_meeting_check(lg_meeting *m, lg_err *err)
{
    lg_status status = read_contest(m, false, err);
    lg_status opened = status == LG_MEMORY ? LG_MEMORY : open_setup(m, err);
    if (opened != LG_OK)
        return opened;
    if (status == LG_OK)
        status = lg_arrange_open(m->mem, &m->contest, &m->setup, &m->diag, &m->arranged, err);
    if (status == LG_OK)
        status = lg_arrange_jobs(&m->arranged, &m->contest, &m->setup, NULL, &m->diag, err);
    else if (status == LG_SCENARIO &&
             !lg_contest_check_scenarios(m->mem, &m->contest, &m->setup, &m->diag))
        status = lg_fail(err, LG_MEMORY, "out of memory");
    if (status != LG_MEMORY &&
        !lg_contest_check_scripts(m->mem, &m->contest, m->setup.places.scripts, &m->diag))
        status = lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK || m->diag.count)
        lg_setup_print(m->mem, &m->diag, stdout);
    return status;
}

lg_status lg_meeting_write(lg_meeting *m, const char *name, const lg_text *text, lg_err *err)
{
    lg_text path;
    lg_text_init(&path, m->mem);
    lg_text_format(&path, "%s/%s", m->folder, name);
    int cause = text->failed || path.failed
                    ? ENOMEM
                    : lg_output_replace(m->mem, lg_text_peek(&path), text->data, text->length);
    lg_status status =
        cause ? lg_fail(err, LG_IO, "%.400s: %s", lg_text_peek(&path), strerror(cause)) : LG_OK;
    lg_text_fini(&path);
    return status;
}

void lg_meeting_end(lg_meeting *m)
{
    for (uint32_t i = 0; i < m->figure_count; i++)
        lg_figures_fini(&m->figures[i]);
    if (m->has_result)
        lg_result_fini(&m->result);
    lg_jobs_close(m->jobs);
    lg_loop_free(m->loop);
    lg_arranged_fini(&m->arranged);
    lg_setup_close(&m->setup);
    lg_diag_fini(&m->diag);
    lg_contest_fini(&m->contest);
    lg_mem_strfree(m->mem, m->folder);
    lg_arena_drop(&m->arena);
}

int lg_meeting_run(lg_mem *mem, const lg_args *args, lg_contest_kind kind,
                   lg_status (*meet)(lg_mem *, const lg_meet_input *, lg_err *))
{
    lg_err err = {.status = LG_OK};
    if (args->print_jobs && (args->nats || args->json)) {
        fputs("lunagrid: --print-jobs prints jobs and plays nothing: no --nats or --json\n",
              stderr);
        return LG_EXIT_USAGE;
    }
    if (args->as_judge && (args->print_jobs || args->nats)) {
        fputs("lunagrid: --as-judge plays every game itself: no --print-jobs or --nats\n", stderr);
        return LG_EXIT_USAGE;
    }
    bool differs = false;
    const lg_meet_input input = {
        .file = args->operands[0],
        .kind = kind,
        .out = args->out,
        .salt = args->salt,
        .parallel = (uint32_t)args->lines,
        .nats = args->nats,
        .print_jobs = args->print_jobs,
        .json = args->json,
        .quiet = args->quiet,
        .as_judge = args->as_judge,
        .differs = &differs,
    };
    lg_status status = meet(mem, &input, &err);
    lg_plain_complain(err.text);
    if (status == LG_OK && differs)
        return LG_EXIT_DIFFERS;
    return lg_cmd_exit_of(status);
}
