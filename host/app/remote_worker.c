/* One loop: ask for a job while a child is free, look after children, tell the server what is at
 * work, store what has ended. A job leaves the queue last of all, when its game is stored and that
 * was told; whatever happens before, it is handed out again, and a game that is stored is not
 * played again. */
#include "app/remote_worker.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/jobs.h"
#include "app/places.h"
#include "app/plain.h"
#include "app/remote_games.h"
#include "app/remote_inputs.h"
#include "nats/objects.h"
#include "nats/queue.h"

enum {
    HANDED_MAX = 10, /* a job that often handed out in vain is given up */
    AT_ONCE_MAX = 1024,
    IDLE_MS = 1000, /* an answer is waited for, nothing else to do */
    BUSY_MS = 100,  /* children may end */
    AWAY_MS = 1000, /* before the server is asked again */
    REFUSED_MS = 5000,
    DRAIN_ROUNDS = 2
};

/* A job in our hands. */
typedef struct holding {
    bool used;
    lg_task task;
    char root[PATH_MAX];
    uint32_t index; /* in the pool */
    bool ended;
    bool troubled; /* storing it failed already; that was told */
} holding;

typedef struct worker {
    lg_mem *mem;
    const lg_worker_input *input;
    char name[65];
    char scratch[PATH_MAX - 64], files[PATH_MAX], roots[PATH_MAX], jobs_folder[PATH_MAX];
    bool temporary;
    int lock; /* of the folder; -1 */
    lg_places places;
    lg_loop *loop;
    lg_jobs *jobs;
    lg_link *link;
    lg_pull *pull;
    holding *items;
    uint32_t capacity, held;
    uint32_t patience_ms;
    int64_t told_ns; /* when we said last that we are at it */
    bool away;       /* it was told that the server is gone */
    bool stopped;
    lg_err dispute;
} worker;

static void say(const worker *w, const char *name, const char *what)
{
    if (w->input->quiet)
        return;
    printf("%s %s\n", name, what);
    fflush(stdout);
}

static void complain(const worker *w, const char *name, const char *why)
{
    fprintf(stderr, "worker %s: %s%s", w->name, name, *name ? ": " : "");
    lg_plain_put(why, stderr); /* it may quote a job */
    fputc('\n', stderr);
}

static lg_status tell(worker *w, const char *name, lg_end end, const char *reason, lg_err *err)
{
    lg_queue_end what = {.end = end};
    snprintf(what.name, sizeof what.name, "%s", name);
    snprintf(what.worker, sizeof what.worker, "%s", w->name);
    snprintf(what.reason, sizeof what.reason, "%s", reason);
    return lg_queue_tell(w->link, &what, err);
}

/* ---- what has ended ---- */

static holding *find(worker *w, const char *name)
{
    for (uint32_t i = 0; i < w->capacity; i++)
        if (w->items[i].used && strcmp(w->items[i].task.name, name) == 0)
            return &w->items[i];
    return NULL;
}

static void job_done(void *ctx, uint32_t index, const lg_job *job)
{
    holding *h = find(ctx, job->name);
    if (h) {
        h->index = index;
        h->ended = true;
    }
}

static void let_go(worker *w, holding *h)
{
    char path[PATH_MAX];
    static const char *const kinds[] = {".json", ".log"};
    for (size_t i = 0; i < 2; i++) {
        snprintf(path, sizeof path, "%.4000s/%s%s", w->jobs_folder, h->task.name, kinds[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%.4000s/%s", w->jobs_folder, h->task.name);
    lg_remote_drop_tree(path);
    snprintf(path, sizeof path, "%.4000s/%s.part", w->jobs_folder, h->task.name);
    lg_remote_drop_tree(path);
    lg_remote_drop_tree(h->root);
    lg_task_fini(w->pull, &h->task);
    h->used = false;
    w->held--;
}

static lg_status store(worker *w, holding *h, lg_err *err)
{
    lg_stored stored;
    static const char differs[] =
        "its game is stored already, and came out differently here: see verify of both machines";
    const char *folder = lg_jobs_at(w->jobs, h->index)->folder;
    lg_status status = lg_remote_store(w->mem, w->link, folder, h->task.name, &stored, err);
    if (status != LG_OK)
        return status;
    if (stored != LG_STORED_DIFFERS) {
        say(w, h->task.name, stored == LG_STORED_FIRST ? "stored" : "was stored by another");
        return tell(w, h->task.name, LG_END_STORED, "", err);
    }
    if (w->dispute.status == LG_OK)
        complain(w, h->task.name, differs);
    lg_fail(&w->dispute, LG_INVALID, "game %s: %s", h->task.name, differs);
    return tell(w, h->task.name, LG_END_DIFFERS, differs, err);
}

/* What cannot be done now, because the server is away, is done in a later round. */
static void settle(worker *w, holding *h)
{
    lg_err err = {.status = LG_OK};
    const lg_job *job = lg_jobs_at(w->jobs, h->index);
    lg_task_working(w->pull, &h->task);
    bool failed = job->state == LG_JOB_FAILED;
    lg_status status =
        failed ? tell(w, h->task.name, LG_END_FAILED, job->reason, &err) : store(w, h, &err);
    if (status == LG_LIMIT || status == LG_INVALID) { /* of the folder: no later round is better */
        complain(w, h->task.name, err.text);
        status = tell(w, h->task.name, LG_END_FAILED, err.text, &err);
    }
    if (status == LG_OK)
        status = lg_task_over(w->pull, &h->task, &err);
    if (status != LG_OK) {
        if (!h->troubled)
            complain(w, h->task.name, err.text);
        h->troubled = true;
        return;
    }
    if (failed)
        complain(w, h->task.name, job->reason);
    let_go(w, h);
}

/* ---- what comes ---- */

/* Ends a task that is not to be played. */
static void answer(worker *w, holding *h, lg_end end, const char *reason)
{
    lg_err err = {.status = LG_OK};
    lg_status status = tell(w, h->task.name, end, reason, &err);
    if (end == LG_END_REFUSED)
        lg_task_return(w->pull, &h->task, REFUSED_MS);
    else if (status == LG_OK)
        status = lg_task_over(w->pull, &h->task, &err);
    if (end != LG_END_STORED)
        complain(w, h->task.name, reason);
    if (status != LG_OK)
        complain(w, h->task.name, err.text);
    lg_task_fini(w->pull, &h->task);
    h->used = false;
    w->held--;
}

static lg_status begin(worker *w, holding *h, lg_err *err)
{
    const lg_remote_places places = {
        .files = w->files, .roots = w->roots, .scripts = w->places.scripts};
    uint32_t index;
    lg_text text;
    lg_text_init(&text, w->mem);
    lg_status status =
        lg_remote_inputs(w->mem, w->link, &places, &h->task, &text, h->root, sizeof h->root, err);
    if (status == LG_OK)
        status =
            lg_jobs_add_text(w->jobs, h->task.name, text.data, text.length, h->root, &index, err);
    if (status == LG_OK && !h->ended)
        lg_jobs_again(w->jobs, index); /* it may have been here long ago */
    if (status == LG_OK && lg_jobs_at(w->jobs, index)->state == LG_JOB_WAITING) {
        w->stopped = true;
        status = lg_fail(err, LG_IO, "no process can be started: this worker ends");
    }
    lg_text_fini(&text);
    return status;
}

static holding *hold(worker *w, lg_task *task)
{
    holding *h = w->items;
    while (h->used)
        h++;
    *h = (holding){.used = true, .task = *task};
    w->held++;
    return h;
}

static void take(worker *w, lg_task *task)
{
    lg_err err = {.status = LG_OK};
    lg_object object;
    bool stored = false;
    holding *h = find(w, task->name);
    if (h) { /* we were silent for too long, and it was handed out again: to us */
        lg_task_fini(w->pull, &h->task);
        h->task = *task;
        return;
    }
    h = hold(w, task);
    if (task->handed > HANDED_MAX) {
        snprintf(err.text, sizeof err.text,
                 "it was handed out %d times and never ended: workers were lost, or refused it",
                 HANDED_MAX);
        answer(w, h, LG_END_FAILED, err.text);
        return;
    }
    lg_status status =
        lg_objects_find(w->link, LG_OBJECTS_GAMES, task->name, &stored, &object, &err);
    if (status == LG_OK && stored) {
        answer(w, h, LG_END_STORED, "");
        return;
    }
    if (status == LG_OK)
        status = begin(w, h, &err);
    if (status == LG_INVALID)
        answer(w, h, LG_END_FAILED, err.text);
    else if (status != LG_OK)
        answer(w, h, LG_END_REFUSED, err.text);
}

/* ---- working ---- */

static void heard_signal(void *ctx, int number)
{
    worker *w = ctx;
    (void)number;
    w->stopped = true;
}

static void keep(worker *w)
{
    int64_t now = lg_loop_now_ns();
    if (now - w->told_ns < w->patience_ms / 3 * INT64_C(1000000))
        return;
    w->told_ns = now;
    for (uint32_t i = 0; i < w->capacity; i++)
        if (w->items[i].used)
            lg_task_working(w->pull, &w->items[i].task);
}

static lg_status ask(worker *w, bool *found, lg_err *err)
{
    lg_task task;
    *found = false;
    lg_status status =
        w->pull ? LG_OK : lg_pull_open(w->link, LG_VERSION, w->patience_ms, err, &w->pull);
    if (status == LG_OK)
        status = lg_pull_next(w->pull, w->held ? BUSY_MS : IDLE_MS, found, &task, err);
    if (status == LG_OK && *found)
        take(w, &task);
    if (status == LG_OK && w->away)
        complain(w, "", "the server is back");
    if (status == LG_OK)
        w->away = false;
    return status;
}

/* @return how often in a row there was no job */
static lg_status work(worker *w, lg_err *err)
{
    uint32_t empty = 0;
    while (!w->stopped && (!w->input->drain || empty < DRAIN_ROUNDS)) {
        bool found = true;
        lg_status status = LG_OK;
        if (w->held < w->capacity)
            status = ask(w, &found, err);
        else
            lg_loop_wait(w->loop, lg_loop_now_ns() + BUSY_MS * INT64_C(1000000));
        if (status == LG_MEMORY)
            return status;
        if (status != LG_OK) {
            if (!w->away)
                complain(w, "", err->text);
            w->away = true;
            lg_loop_wait(w->loop, lg_loop_now_ns() + AWAY_MS * INT64_C(1000000));
        }
        empty = found || w->held || status != LG_OK ? 0 : empty + 1;
        lg_jobs_watch(w->jobs);
        lg_loop_round_now(w->loop);
        keep(w);
        for (uint32_t i = 0; i < w->capacity; i++)
            if (w->items[i].used && w->items[i].ended)
                settle(w, &w->items[i]);
    }
    for (uint32_t i = 0; i < w->capacity; i++)
        if (w->items[i].used)
            lg_task_return(w->pull, &w->items[i].task, 0);
    return LG_OK;
}

/* ---- up and down ---- */

static lg_status make_folder(const char *path, lg_err *err)
{
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return lg_fail(err, LG_IO, "%.400s: %s", path, strerror(errno));
    return LG_OK;
}

static lg_status find_folders(worker *w, lg_err *err)
{
    char path[PATH_MAX];
    const char *base = getenv("TMPDIR");
    lg_status status = LG_OK;
    if (w->input->scratch) {
        snprintf(path, sizeof path, "%.4000s", w->input->scratch);
        status = make_folder(path, err);
    } else {
        snprintf(path, sizeof path, "%.3900s/lunagrid-worker-XXXXXX",
                 base && *base ? base : "/tmp");
        w->temporary = mkdtemp(path);
        if (!w->temporary)
            status = lg_fail(err, LG_IO, "%.400s: %s", path, strerror(errno));
    }
    char whole[PATH_MAX];
    if (status == LG_OK && (!realpath(path, whole) || strlen(whole) >= 3000))
        status = lg_fail(err, LG_IO, "%.400s: %s", path, strerror(errno ? errno : ENAMETOOLONG));
    if (status != LG_OK)
        return status;
    snprintf(w->scratch, sizeof w->scratch, "%.3000s", whole);
    w->lock = open(whole, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (w->lock < 0 || flock(w->lock, LOCK_EX | LOCK_NB) != 0)
        return lg_fail(err, LG_IO, "%.400s: another worker plays in it", whole);
    snprintf(w->files, sizeof w->files, "%.3000s/files", whole);
    snprintf(w->roots, sizeof w->roots, "%.3000s/roots", whole);
    snprintf(w->jobs_folder, sizeof w->jobs_folder, "%.3000s/jobs", whole);
    status = make_folder(w->files, err);
    return status == LG_OK ? make_folder(w->roots, err) : status;
}

static lg_status open_jobs(worker *w, lg_err *err)
{
    w->loop = lg_loop_new(w->mem);
    if (!w->loop || lg_loop_on_signal(w->loop, SIGINT, heard_signal, w) != LG_OK ||
        lg_loop_on_signal(w->loop, SIGTERM, heard_signal, w) != LG_OK)
        return lg_fail(err, LG_MEMORY, "the event loop cannot be made");
    const lg_jobs_input input = {.loop = w->loop,
                                 .folder = w->jobs_folder,
                                 .root = w->roots,
                                 .parallel = w->capacity,
                                 .limit_s =
                                     w->input->limit_s ? w->input->limit_s : LG_WORKER_LIMIT_S,
                                 .done = job_done,
                                 .ctx = w};
    return lg_jobs_open(w->mem, &input, err, &w->jobs);
}

static lg_status open_server(worker *w, lg_err *err)
{
    lg_status status = lg_link_open(w->mem, w->input->url, err, &w->link);
    if (status == LG_OK)
        status = lg_objects_open(w->link, err);
    if (status == LG_OK)
        status = lg_queue_open(w->link, err);
    if (status == LG_OK)
        status = lg_pull_open(w->link, LG_VERSION, w->patience_ms, err, &w->pull);
    return status;
}

static void fill_in(worker *w)
{
    char machine[48] = "";
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    gethostname(machine, sizeof machine - 1);
    if (w->input->name)
        snprintf(w->name, sizeof w->name, "%s", w->input->name);
    else
        snprintf(w->name, sizeof w->name, "%.47s-%ld", machine, (long)getpid());
    lg_text_clean(w->name);
    w->capacity = w->input->parallel ? w->input->parallel
                  : processors > 0   ? (uint32_t)processors
                                     : 1;
    w->capacity = w->capacity < AT_ONCE_MAX ? w->capacity : AT_ONCE_MAX;
    w->patience_ms = (w->input->patience_s ? w->input->patience_s : LG_WORKER_PATIENCE_S) * 1000;
}

static void take_down(worker *w)
{
    lg_jobs_close(w->jobs);
    for (uint32_t i = 0; w->items && i < w->capacity; i++)
        if (w->items[i].used)
            lg_task_fini(w->pull, &w->items[i].task);
    lg_pull_close(w->pull);
    lg_link_close(w->link);
    lg_loop_free(w->loop);
    lg_places_fini(&w->places);
    lg_mem_free(w->mem, w->items, w->capacity * sizeof *w->items);
    if (w->temporary)
        lg_remote_drop_tree(w->scratch);
    if (w->lock >= 0)
        close(w->lock);
}

lg_status lg_worker_work(lg_mem *mem, const lg_worker_input *input, lg_err *err)
{
    worker w = {.mem = mem, .input = input, .places.mem = mem, .lock = -1};
    fill_in(&w);
    w.items = lg_mem_zalloc(mem, w.capacity, sizeof *w.items);
    lg_status status = w.items ? LG_OK : lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK)
        status = lg_places_find(mem, &w.places, err);
    if (status == LG_OK)
        status = open_server(&w, err);
    if (status == LG_OK)
        status = find_folders(&w, err);
    if (status == LG_OK)
        status = open_jobs(&w, err);
    if (status == LG_OK) {
        if (!input->quiet)
            printf("worker %s plays for lunagrid " LG_VERSION " at %s\n", w.name,
                   lg_link_name(w.link));
        fflush(stdout);
        status = work(&w, err);
    }
    take_down(&w);
    if (status == LG_OK && w.dispute.status != LG_OK)
        status = lg_fail(err, w.dispute.status, "%s", w.dispute.text);
    return status;
}
