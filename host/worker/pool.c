/*
 * Processes: started, listened to all at once, ended, reaped.
 *
 * Whoever waits for one worker serves all that ask meanwhile, so all of them run side by side, and
 * the time of each is counted from its own beginning. The clocks are looked at only when nothing
 * has come for a while.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "worker/jail.h"
#include "worker/room.h"

enum {
    LISTEN_MS = 1000, /* how long a worker may take to read what is sent to it */
    DYING_MS = 1000,  /* how long one that has closed its channel, or was killed, may take to end */
    READY_MAX = 64,
};

static int64_t clock_ns(clockid_t clock)
{
    struct timespec t;
    return clock_gettime(clock, &t) == 0 ? t.tv_sec * INT64_C(1000000000) + t.tv_nsec : 0;
}

int64_t lg__pool_now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

static lg_status spawn(lg__worker *w, int end, lg_err *err)
{
    char parent[24], word[] = LG_WORKER_COMMAND, name[] = "lunagrid";
    char *const words[] = {name, word, parent, NULL}, *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    snprintf(parent, sizeof parent, "%ld", (long)getpid());
    sigemptyset(&none);
    sigfillset(&all);
    if (posix_spawn_file_actions_init(&actions) != 0)
        return lg_fail(err, LG_MEMORY, "out of memory for a worker");
    if (posix_spawnattr_init(&attributes) != 0) {
        posix_spawn_file_actions_destroy(&actions);
        return lg_fail(err, LG_MEMORY, "out of memory for a worker");
    }
    /* a group of its own: Ctrl-C is for the host, which ends the slot first */
    int failed = posix_spawn_file_actions_adddup2(&actions, end, LG_JAIL_FD);
    failed |= posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK |
                                                        POSIX_SPAWN_SETSIGDEF);
    failed |= posix_spawnattr_setsigmask(&attributes, &none);
    failed |= posix_spawnattr_setsigdefault(&attributes, &all);
    if (!failed)
        failed = posix_spawn(&w->pid, w->pool->program, &actions, &attributes, words, environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failed ? lg_fail(err, LG_LIMIT, "a worker cannot be started: %s", strerror(failed))
                  : LG_OK;
}

lg_status lg__pool_spawn(lg__worker *w, lg_err *err)
{
    int ends[2];
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = w};
    if (lg_channel_pair(ends) != LG_OK)
        return lg_fail(err, LG_LIMIT,
                       "no socket for the worker of \"%s\": %s; %u workers are at work, with two "
                       "open files each",
                       lg_desk_name(w->desk), strerror(errno), w->pool->count - 1);
    w->fd = ends[0];
    lg_status status = spawn(w, ends[1], err);
    close(ends[1]);
    if (status != LG_OK)
        return status;
    w->pool->counts.spawned++;
    w->pidfd = pidfd_open(w->pid, 0);
    if (w->pidfd < 0 || clock_getcpuclockid(w->pid, &w->clock) != 0 ||
        epoll_ctl(w->pool->epoll, EPOLL_CTL_ADD, w->fd, &event) != 0)
        return lg_fail(
            err, LG_LIMIT,
            "the worker of \"%s\" cannot be watched: %s; %u others are at work, with two "
            "open files each",
            lg_desk_name(w->desk), strerror(errno), w->pool->count - 1);
    return LG_OK;
}

/* How it ended, once it has; false when it has not. */
static bool reap(lg__worker *w, int patience_ms, siginfo_t *how)
{
    struct pollfd waiting = {.fd = w->pidfd, .events = POLLIN};
    if (w->pid <= 0)
        return false;
    if (w->pidfd >= 0 && poll(&waiting, 1, patience_ms) <= 0)
        return false;
    memset(how, 0, sizeof *how);
    if (waitid(P_PID, (id_t)w->pid, how, WEXITED | WNOHANG) != 0 || how->si_pid == 0)
        return false;
    w->pid = 0;
    return true;
}

/* After this nothing is heard of it any more. */
static void kill_process(lg__worker *w)
{
    siginfo_t how;
    if (w->fd >= 0)
        close(w->fd); /* leaves the epoll set with it */
    w->fd = -1;
    if (w->pid > 0) {
        kill(w->pid, SIGKILL); /* it is ours and not reaped, so the number is its own */
        reap(w, DYING_MS, &how);
    }
    if (w->pidfd >= 0)
        close(w->pidfd);
    w->pidfd = -1;
}

/* Whether it is called for what has a place; what its state holds is asked for between two. */
static bool is_called(const lg__worker *w)
{
    return (w->state == LG_WORKER_RUNNING || w->state == LG_WORKER_SPOKEN) && !w->saved;
}

static void lost(lg__worker *w, const char *why)
{
    bool called = is_called(w);
    kill_process(w);
    w->pool->counts.lost++;
    w->state = LG_WORKER_GONE;
    w->told = false;
    memset(&w->end, 0, sizeof w->end);
    w->end.why = LG_STOP_WORKER;
    snprintf(w->end.unit, sizeof w->end.unit, "%s", why);
    if (called)
        lg__pool_place(w);
}

void lg__pool_place(lg__worker *w)
{
    w->end.callback = w->at.callback;
    w->end.call = w->at.call;
    w->end.part = w->at.part;
    w->state = LG_WORKER_LOST;
}

void lg__pool_lose(lg__worker *w, const char *format, ...)
{
    char why[sizeof w->end.unit];
    va_list list;
    va_start(list, format);
    vsnprintf(why, sizeof why, format, list);
    va_end(list);
    lost(w, why);
}

/* Its channel is closed. */
static void gone(lg__worker *w)
{
    siginfo_t how;
    char why[sizeof w->end.unit];
    if (!reap(w, DYING_MS, &how))
        snprintf(why, sizeof why, "it has closed its channel");
    else if (how.si_code == CLD_EXITED)
        snprintf(why, sizeof why, "it ended with code %d", how.si_status);
    else
        snprintf(why, sizeof why, "signal %d ended it (%s)", how.si_status,
                 how.si_status == SIGSYS ? "a system call that workers may not make"
                                         : strsignal(how.si_status));
    lost(w, why);
}

void lg__pool_drop(lg__worker *w)
{
    kill_process(w);
    w->state = LG_WORKER_OVER;
}

/* Where the time of a callback is counted from: while it waits for answers it has none, and what it
 * has used of the processor before is asked for when somebody has waited, which is rare. */
static void begin_clocks(lg__worker *w, bool on)
{
    w->looked_ns = lg__pool_now_ns();
    w->begun_ns = w->looked_ns - (on ? w->spent_ns : 0);
    if (!on)
        w->begun_cpu_ns = -1;
    else if (w->begun_cpu_ns < 0)
        w->begun_cpu_ns = clock_ns(w->clock);
}

void lg__pool_send(lg__worker *w, bool on)
{
    w->number++;
    begin_clocks(w, on);
    w->pool->counts.exchanges++;
    w->state = LG_WORKER_RUNNING;
    lg_text_clear(&w->in);
    bool sent = lg_channel_send(w->fd, w->number, &w->out, LISTEN_MS);
    if (w->out.failed)
        lg__pool_lose(w, "there was no memory to call it");
    else if (!sent)
        gone(w);
    lg_text_clear(&w->out);
}

/* Its message is whole: a question is answered at once, all else waits for its turn. */
static void spoken(lg__worker *w)
{
    lg_wire_walk walk = {
        .bytes = (const uint8_t *)w->in.data, .size = w->in.length, .from_worker = true};
    lg_wire_record record;
    if (!lg_wire_next(&walk, &record)) {
        lg__pool_lose(w, "it said %s", walk.wrong ? walk.wrong : "nothing");
        return;
    }
    bool looks = record.kind == LG_WIRE_LOOK_RECORD;
    if (record.kind != LG_WIRE_READ_RECORD && !looks) {
        w->state = LG_WORKER_SPOKEN;
        w->spent_ns = lg__pool_now_ns() - w->begun_ns;
        return;
    }
    w->pool->counts.questions++;
    if (!looks)
        lg__serve_read(w, &record, &w->out);
    else if (!lg__serve_look(w, &record, &w->out)) {
        lg__pool_lose(w, "it asked what it may not know of the intraday market");
        return;
    }
    lg_text_clear(&w->in);
    bool sent = lg_channel_send(w->fd, w->number, &w->out, LISTEN_MS);
    lg_text_clear(&w->out);
    if (!sent)
        gone(w);
}

/* Takes what has come. @return whether anything has */
static bool hear(lg__worker *w)
{
    const char *wrong;
    if (w->state != LG_WORKER_RUNNING) { /* it has not been asked */
        char byte;
        ssize_t got = recv(w->fd, &byte, sizeof byte, MSG_PEEK | MSG_DONTWAIT);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            gone(w);
        else if (got > 0)
            lg__pool_lose(w, "it spoke without being asked");
        return got >= 0;
    }
    switch (lg_channel_receive(w->fd, &w->number, w->in_max, false, &w->in, &wrong)) {
    case LG_CHANNEL_NONE:
        return false;
    case LG_CHANNEL_MORE:
        return true;
    case LG_CHANNEL_LAST:
        spoken(w);
        return true;
    case LG_CHANNEL_END:
        gone(w);
        return true;
    case LG_CHANNEL_WRONG:
        lg__pool_lose(w, "it sent %s", wrong);
        return true;
    }
    return false;
}

/* Whether it neither runs nor would, had it a processor: a line of /proc says "12 (name) S ...". A
 * worker that has nothing to do has said something before. */
static bool is_silent(const lg__worker *w)
{
    char path[40], line[128] = "";
    struct pollfd said = {.fd = w->fd, .events = POLLIN};
    if (poll(&said, 1, 0) != 0)
        return false;
    snprintf(path, sizeof path, "/proc/%ld/stat", (long)w->pid);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = fd >= 0 ? read(fd, line, sizeof line - 1) : 0;
    if (fd >= 0)
        close(fd);
    const char *state = got > 0 ? strrchr(line, ')') : NULL;
    return !state || state[1] == '\0' || state[2] != 'R';
}

/* In a run that is paced: whether it has kept the slot waiting for long enough. */
static bool look_for_silence(lg__worker *w, int64_t now)
{
    int64_t patience = w->pool->patience_ns;
    if (!patience || (w->input.follow && w->input.follow->on))
        return false;
    if (is_silent(w))
        w->silent_ns += now - w->looked_ns;
    w->looked_ns = now;
    if (w->silent_ns <= patience)
        return false;
    lg__pool_lose(w, "it was silent for %.2f s, at this pace a slot waits %.2f s",
                  (double)w->silent_ns / 1e9, (double)patience / 1e9);
    return true;
}

/* Ends those who are late. */
static void look_at_clocks(lg_workers *pool)
{
    int64_t now = lg__pool_now_ns();
    for (uint32_t i = 0; i < pool->count; i++) {
        lg__worker *w = pool->items[i];
        if (w->state != LG_WORKER_RUNNING || look_for_silence(w, now))
            continue;
        int64_t cpu = clock_ns(w->clock);
        if (w->begun_cpu_ns < 0)
            w->begun_cpu_ns = cpu;
        cpu -= w->begun_cpu_ns;
        double limit_ns = 1e9 * lg_follow_limit(w->input.follow, w->seconds);
        if ((double)cpu > limit_ns)
            lg__pool_lose(w, "it was stopped after %.2f s of processor time", (double)cpu / 1e9);
        else if ((double)(now - w->begun_ns) > w->input.budget.patience * limit_ns)
            lg__pool_lose(w, "it was stopped after %.1f s without an answer",
                          (double)(now - w->begun_ns) / 1e9);
    }
}

bool lg__pool_poll(lg__worker *w)
{
    while (w->state == LG_WORKER_RUNNING && hear(w))
        continue;
    if (w->state == LG_WORKER_RUNNING)
        look_at_clocks(w->pool);
    return w->state != LG_WORKER_RUNNING;
}

void lg__pool_collect(lg__worker *w)
{
    struct epoll_event ready[READY_MAX];
    lg_workers *pool = w->pool;
    int64_t looked = w->begun_ns;
    while (w->state == LG_WORKER_RUNNING) {
        int count = hear(w) ? 0 : epoll_wait(pool->epoll, ready, READY_MAX, LG_WORKER_LOOK_MS);
        for (int i = 0; i < count; i++)
            hear(ready[i].data.ptr);
        int64_t now = lg__pool_now_ns();
        if (now - looked < LG_WORKER_LOOK_MS * INT64_C(1000000))
            continue;
        looked = now;
        look_at_clocks(pool);
    }
}
