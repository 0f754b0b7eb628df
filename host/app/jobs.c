/* A child says by its exit code whether the game is there. One that was lost (killed, crashed) is
 * started once more; a game that fails by itself fails again, so it is not. */
#include "app/jobs.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/game_check.h"
#include "app/play.h"
#include "app/remote_games.h"
#include "app/remote_jobs.h"
#include "base/input.h"
#include "base/output.h"
#include "base/text.h"
#include "loop/children.h"

#define ANEW ".again" /* behind the name of a folder that is there: where it is played again */
enum { TRIES_MAX = 2, LOG_KEPT = 400, WAIT_MS = 200, ASK_MS = 40 };

typedef struct entry {
    lg_job job;
    const char *root;
    pid_t pid;
    int64_t began_ns;
    bool late; /* it was killed for that */
} entry;

struct lg_jobs {
    lg_mem *mem;
    lg_jobs_input input;
    lg_arena arena;
    char folder[PATH_MAX], root[PATH_MAX], program[PATH_MAX];
    entry *items;
    uint32_t count, capacity, next, playing, done;
    lg_remote *remote; /* NULL: children play */
    lg_err failure;    /* a child cannot be started */
    lg_err dispute;    /* a game was played in two ways */
};

/* ---- opening ---- */

static lg_status make_folders(char *path, lg_err *err)
{
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        int failed = mkdir(path, 0777) != 0 && errno != EEXIST ? errno : 0;
        *slash = '/';
        if (failed)
            return lg_fail(err, LG_IO, "%s: %s", path, strerror(failed));
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return lg_fail(err, LG_IO, "%s: %s", path, strerror(errno));
    return LG_OK;
}

static lg_status find_places(lg_jobs *jobs, lg_err *err)
{
    char folder[PATH_MAX];
    if (snprintf(folder, sizeof folder, "%s", jobs->input.folder) >= (int)sizeof folder)
        return lg_fail(err, LG_IO, "%.200s: %s", jobs->input.folder, strerror(ENAMETOOLONG));
    lg_status status = make_folders(folder, err);
    if (status != LG_OK)
        return status;
    if (!realpath(folder, jobs->folder))
        return lg_fail(err, LG_IO, "%s: %s", folder, strerror(errno));
    if (!realpath(jobs->input.root, jobs->root))
        return lg_fail(err, LG_IO, "%s: %s", jobs->input.root, strerror(errno));
    ssize_t length = readlink("/proc/self/exe", jobs->program, sizeof jobs->program - 1);
    if (length <= 0)
        return lg_fail(err, LG_IO, "/proc/self/exe: %s", strerror(errno));
    jobs->program[length] = 0;
    return LG_OK;
}

static void remote_ended(void *ctx, const char *name, lg_remote_end end, const char *reason);

static lg_status open_remote(lg_jobs *jobs, lg_err *err)
{
    const lg_remote_input input = {.url = jobs->input.nats,
                                   .folder = jobs->folder,
                                   .root = jobs->root,
                                   .ended = remote_ended,
                                   .ctx = jobs};
    return lg_remote_open(jobs->mem, &input, err, &jobs->remote);
}

lg_status lg_jobs_open(lg_mem *mem, const lg_jobs_input *input, lg_err *err, lg_jobs **out)
{
    lg_jobs *jobs = lg_mem_zalloc(mem, 1, sizeof *jobs);
    *out = NULL;
    if (!jobs)
        return lg_fail(err, LG_MEMORY, "out of memory");
    jobs->mem = mem;
    jobs->input = *input;
    lg_arena_init(&jobs->arena, mem, 4096);
    if (!jobs->input.parallel) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        jobs->input.parallel = processors > 0 ? (uint32_t)processors : 1;
    }
    lg_status status = find_places(jobs, err);
    if (status == LG_OK && input->nats && !input->hold)
        status = open_remote(jobs, err);
    if (status == LG_OK)
        *out = jobs;
    else
        lg_jobs_close(jobs);
    return status;
}

void lg_jobs_close(lg_jobs *jobs)
{
    if (!jobs)
        return;
    lg_remote_close(jobs->remote);
    lg_children_end(jobs->input.loop);
    lg_mem_free(jobs->mem, jobs->items, jobs->capacity * sizeof *jobs->items);
    lg_arena_drop(&jobs->arena);
    lg_mem_free(jobs->mem, jobs, sizeof *jobs);
}

/* ---- playing ---- */

static bool is_whole(const char *folder)
{
    char path[PATH_MAX];
    return snprintf(path, sizeof path, "%s/" LG_PLAY_FIGURES, folder) < (int)sizeof path &&
           access(path, F_OK) == 0;
}

/* Where a game is played: beside the one that is there. */
static void place_of(const lg_job *job, char place[LG_JOB_PATH_MAX])
{
    snprintf(place, LG_JOB_PATH_MAX, "%.4000s%s", job->folder, job->again ? ANEW : "");
}

static void log_path(const lg_jobs *jobs, const lg_job *job, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%.4000s/%s.log", jobs->folder, job->name);
}

/* The end of what the child has printed. */
static const char *last_words(lg_jobs *jobs, const lg_job *job)
{
    char path[PATH_MAX], text[LOG_KEPT + 1] = "";
    log_path(jobs, job, path);
    FILE *file = fopen(path, "re");
    if (file) {
        long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : 0;
        long from = size > LOG_KEPT ? size - LOG_KEPT : 0;
        size_t got = fseek(file, from, SEEK_SET) == 0 ? fread(text, 1, LOG_KEPT, file) : 0;
        text[got] = 0;
        fclose(file);
    }
    size_t length = strlen(text);
    while (length && text[length - 1] == '\n')
        text[--length] = 0;
    const char *copy = lg_arena_text(&jobs->arena, text, length);
    return copy ? copy : "";
}

static void settle(lg_jobs *jobs, uint32_t index, lg_job_state state, const char *reason)
{
    lg_job *job = &jobs->items[index].job;
    job->state = state;
    job->reason = reason;
    jobs->done++;
    if (jobs->input.done)
        jobs->input.done(jobs->input.ctx, index, job);
}

static void start_some(lg_jobs *jobs);

static void fail_with(lg_jobs *jobs, uint32_t index, const char *words)
{
    const char *copy = lg_arena_text(&jobs->arena, words, strlen(words));
    settle(jobs, index, LG_JOB_FAILED, copy ? copy : "");
}

/* What was there says so or not; what was played now takes its place in any case. */
static lg_status replace(lg_jobs *jobs, lg_job *job, lg_err *err)
{
    char made[LG_JOB_PATH_MAX], old[PATH_MAX], new[PATH_MAX];
    lg_text words;
    place_of(job, made);
    snprintf(old, sizeof old, "%.4000s/" LG_PLAY_FIGURES, job->folder);
    snprintf(new, sizeof new, "%.4050s/" LG_PLAY_FIGURES, made);
    lg_text_init(&words, jobs->mem);
    lg_status status = lg_game_compare(jobs->mem, old, new, &words, err);
    if (status == LG_OK)
        job->differs = lg_arena_text(&jobs->arena, lg_text_peek(&words), words.length);
    if (status == LG_OK && !job->differs)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    lg_text_fini(&words);
    if (status != LG_OK)
        return status;
    lg_remote_drop(job->folder);
    return rename(made, job->folder) == 0
               ? LG_OK
               : lg_fail(err, LG_IO, "%.400s: %s", job->folder, strerror(errno));
}

static void played(lg_jobs *jobs, uint32_t index)
{
    lg_err err;
    lg_job *job = &jobs->items[index].job;
    if (job->again && replace(jobs, job, &err) != LG_OK)
        fail_with(jobs, index, err.text);
    else
        settle(jobs, index, LG_JOB_PLAYED, "");
}

static void ended(void *ctx, pid_t pid, lg_child_end how)
{
    lg_jobs *jobs = ctx;
    uint32_t index = 0;
    while (jobs->items[index].pid != pid)
        index++;
    lg_job *job = &jobs->items[index].job;
    jobs->items[index].pid = 0;
    jobs->playing--;
    char words[96], path[PATH_MAX], place[LG_JOB_PATH_MAX];
    place_of(job, place);
    if (how.code == 0 && is_whole(place)) {
        log_path(jobs, job, path);
        unlink(path);
        played(jobs, index);
    } else if (jobs->items[index].late) {
        snprintf(words, sizeof words, "it took longer than %u s, and was ended",
                 jobs->input.limit_s);
        fail_with(jobs, index, words);
    } else if (how.code < 0 && job->tries < TRIES_MAX) {
        job->state = LG_JOB_WAITING;
        jobs->next = index < jobs->next ? index : jobs->next;
    } else if (how.code < 0) {
        snprintf(words, sizeof words, "its process was lost %u times, the last by signal %d",
                 job->tries, how.signal);
        fail_with(jobs, index, words);
    } else {
        settle(jobs, index, LG_JOB_FAILED, last_words(jobs, job));
    }
    start_some(jobs);
}

/* From a round of the remote pool. */
static void remote_ended(void *ctx, const char *name, lg_remote_end end, const char *reason)
{
    lg_jobs *jobs = ctx;
    uint32_t index = 0;
    while (index < jobs->count && strcmp(jobs->items[index].job.name, name) != 0)
        index++;
    if (index == jobs->count)
        return;
    if (end == LG_REMOTE_DISPUTED && jobs->dispute.status == LG_OK)
        lg_fail(&jobs->dispute, LG_INVALID, "game %s: %s", name, reason);
    if (jobs->items[index].job.state != LG_JOB_PLAYING || end == LG_REMOTE_DISPUTED)
        return;
    jobs->playing--;
    const char *copy = lg_arena_text(&jobs->arena, reason, strlen(reason));
    settle(jobs, index, end == LG_REMOTE_FETCHED ? LG_JOB_PLAYED : LG_JOB_FAILED, copy ? copy : "");
}

static lg_status start_remote(lg_jobs *jobs, uint32_t index, lg_err *err)
{
    entry *e = &jobs->items[index];
    lg_status status = lg_remote_add(jobs->remote, e->job.name, err);
    if (status == LG_OK) {
        e->job.state = LG_JOB_PLAYING;
        jobs->playing++;
    }
    return status;
}

static lg_status start(lg_jobs *jobs, uint32_t index, lg_err *err)
{
    if (jobs->remote)
        return start_remote(jobs, index, err);
    entry *e = &jobs->items[index];
    char file[LG_JOB_PATH_MAX], log[PATH_MAX], place[LG_JOB_PATH_MAX];
    const char *argv[LG_JOB_WORDS];
    lg_jobs_words(jobs, index, file, argv);
    place_of(&e->job, place);
    argv[LG_JOB_WORD_OUT] = place;
    if (e->job.again) /* of one who was killed */
        lg_remote_drop(place);
    log_path(jobs, &e->job, log);
    const lg_child_input input = {.argv = argv, .log = log, .ended = ended, .ctx = jobs};
    lg_status status = lg_child_start(jobs->mem, jobs->input.loop, &input, &e->pid, err);
    if (status != LG_OK)
        return status;
    e->job.state = LG_JOB_PLAYING;
    e->job.tries++;
    e->began_ns = lg_loop_now_ns();
    e->late = false;
    jobs->playing++;
    return LG_OK;
}

static void start_some(lg_jobs *jobs)
{
    uint32_t most = jobs->remote ? UINT32_MAX : jobs->input.parallel;
    while (jobs->failure.status == LG_OK && jobs->playing < most && jobs->next < jobs->count) {
        uint32_t index = jobs->next++;
        lg_job *job = &jobs->items[index].job;
        if (job->state != LG_JOB_WAITING)
            continue;
        bool there = is_whole(job->folder);
        job->again = there && jobs->input.anew;
        if (there && !job->again)
            settle(jobs, index, LG_JOB_THERE, "");
        else if (!jobs->input.hold)
            jobs->failure.status = start(jobs, index, &jobs->failure);
    }
}

/* ---- adding ---- */

/* Whether the file is there with that text: an edited one would make another game of its name. */
static bool says(lg_mem *mem, const char *path, const char *text, size_t size)
{
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    char *kept = lg_mem_alloc(mem, size + 1);
    bool same = kept && fread(kept, 1, size + 1, file) == size && memcmp(kept, text, size) == 0;
    lg_mem_free(mem, kept, size + 1);
    fclose(file);
    return same;
}

static lg_status write_job(const lg_jobs *jobs, const char *name, const char *text, size_t size,
                           lg_err *err)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%.4000s/%s.json", jobs->folder, name);
    if (says(jobs->mem, path, text, size))
        return LG_OK;
    int cause = lg_output_replace(jobs->mem, path, text, size);
    return cause ? lg_fail(err, LG_IO, "%s: %s", path, strerror(cause)) : LG_OK;
}

lg_status lg_jobs_add_text(lg_jobs *jobs, const char *name, const char *text, size_t size,
                           const char *root, uint32_t *index, lg_err *err)
{
    lg_status status = write_job(jobs, name, text, size, err);
    if (status != LG_OK)
        return status;
    for (uint32_t i = 0; i < jobs->count; i++)
        if (strcmp(jobs->items[i].job.name, name) == 0) {
            *index = i;
            return LG_OK;
        }
    lg_text folder;
    lg_text_init(&folder, jobs->mem);
    lg_text_format(&folder, "%s/%s", jobs->folder, name);
    const char *copy =
        folder.failed ? NULL : lg_arena_text(&jobs->arena, folder.data, folder.length);
    lg_text_fini(&folder);
    const char *own = root ? lg_arena_text(&jobs->arena, root, strlen(root)) : jobs->root;
    if (!copy || !own || !LG_GROW(jobs->mem, jobs->items, jobs->capacity, jobs->count + 1))
        return lg_fail(err, LG_MEMORY, "out of memory");
    *index = jobs->count++;
    entry *e = &jobs->items[*index];
    *e = (entry){.job = {.folder = copy, .reason = "", .differs = ""}, .root = own};
    snprintf(e->job.name, sizeof e->job.name, "%s", name);
    start_some(jobs);
    return LG_OK;
}

lg_status lg_jobs_add(lg_jobs *jobs, const lg_game *game, uint32_t *index, lg_err *err)
{
    char name[LG_GAME_NAME_SIZE];
    lg_text text;
    lg_text_init(&text, jobs->mem);
    lg_game_print(game, &text);
    lg_status status = !text.failed && lg_game_name(game, name)
                           ? lg_jobs_add_text(jobs, name, text.data, text.length, NULL, index, err)
                           : lg_fail(err, LG_MEMORY, "out of memory");
    lg_text_fini(&text);
    return status;
}

void lg_jobs_again(lg_jobs *jobs, uint32_t index)
{
    lg_job *job = &jobs->items[index].job;
    if (job->state == LG_JOB_WAITING || job->state == LG_JOB_PLAYING)
        return;
    job->state = LG_JOB_WAITING;
    job->tries = 0;
    job->reason = "";
    jobs->done--;
    jobs->next = index < jobs->next ? index : jobs->next;
    start_some(jobs);
}

/* ---- waiting ---- */

void lg_jobs_words(const lg_jobs *jobs, uint32_t index, char file[LG_JOB_PATH_MAX],
                   const char *words[LG_JOB_WORDS])
{
    const entry *e = &jobs->items[index];
    snprintf(file, LG_JOB_PATH_MAX, "%.4000s/%s.json", jobs->folder, e->job.name);
    const char *const all[LG_JOB_WORDS] = {
        jobs->program, "game", file, "--root", e->root, "--out", e->job.folder, "--quiet", NULL};
    memcpy(words, all, sizeof all);
}

uint32_t lg_jobs_count(const lg_jobs *jobs)
{
    return jobs->count;
}

uint32_t lg_jobs_done(const lg_jobs *jobs)
{
    return jobs->done;
}

const lg_job *lg_jobs_at(const lg_jobs *jobs, uint32_t index)
{
    return &jobs->items[index].job;
}

void lg_jobs_watch(lg_jobs *jobs)
{
    int64_t before = lg_loop_now_ns() - (int64_t)jobs->input.limit_s * 1000000000;
    for (uint32_t i = 0; jobs->input.limit_s && i < jobs->count; i++) {
        entry *e = &jobs->items[i];
        if (!e->pid || e->late || e->began_ns > before)
            continue;
        e->late = true;
        kill(e->pid, SIGKILL);
    }
}

lg_status lg_jobs_wait(lg_jobs *jobs, bool (*stop)(void *ctx), void *ctx, lg_err *err)
{
    while (jobs->done < jobs->count) {
        if (jobs->failure.status != LG_OK && (!jobs->playing || jobs->remote))
            return lg_fail(err, jobs->failure.status, "%s", jobs->failure.text);
        if (stop && stop(ctx))
            return lg_fail(err, LG_LIMIT, "stopped with %u of %u games played", jobs->done,
                           jobs->count);
        int64_t wait_ms = jobs->remote ? ASK_MS : WAIT_MS;
        lg_loop_wait(jobs->input.loop, lg_loop_now_ns() + wait_ms * 1000000);
        lg_jobs_watch(jobs);
        lg_status status = jobs->remote ? lg_remote_round(jobs->remote, err) : LG_OK;
        if (status != LG_OK)
            return status;
    }
    if (jobs->dispute.status != LG_OK)
        return lg_fail(err, jobs->dispute.status, "%s", jobs->dispute.text);
    return LG_OK;
}
