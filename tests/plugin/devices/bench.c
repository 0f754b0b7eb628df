/* The loop is the one that tests of the gRPC gateway use. */
#include "bench.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum { PATIENCE_MS = 60000 };

static int64_t clock_ms(clockid_t which)
{
    struct timespec now;
    clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the host ---- */

static void refuse(void *ctx, const char *sentence)
{
    bench *b = ctx;
    snprintf(b->loop.refusal, sizeof b->loop.refusal, "%s", sentence);
}

static void keep_log(void *ctx, uint32_t level, const char *sentence)
{
    bench *b = ctx;
    size_t had = strlen(b->log), more = strlen(sentence) + 2;
    (void)level;
    if (more >= sizeof b->log)
        return;
    while (had + more > sizeof b->log) { /* the oldest line goes */
        const char *next = strchr(b->log, '\n') + 1;
        memmove(b->log, next, strlen(next) + 1);
        had = strlen(b->log);
    }
    snprintf(b->log + had, sizeof b->log - had, "%s\n", sentence);
}

static void post(void *ctx, const lg_device_sample *sample)
{
    bench *b = ctx;
    bench_sample *s = &b->samples[sample->component];
    s->count++;
    b->posted++;
    s->time_ms = sample->time_ms;
    s->range = (lg_microgrid_range){NAN, NAN};
    for (size_t i = 0; i < 256; i++)
        s->values[i] = NAN;
    for (uint32_t i = 0; i < sample->value_count; i++) {
        const lg_microgrid_value *v = &sample->values[i];
        s->values[v->metric] = v->value;
        if (v->range_count)
            s->range = v->ranges[0];
    }
    s->state_count = sample->state_count < 4 ? sample->state_count : 4;
    memcpy(s->states, sample->states, s->state_count * sizeof *s->states);
    s->error_count = sample->error_count;
}

static void done(void *ctx, uint64_t number, int32_t status, const char *sentence)
{
    bench *b = ctx;
    b->done_number = number;
    b->done_status = status;
    snprintf(b->done_why, sizeof b->done_why, "%s", sentence ? sentence : "");
}

static int64_t now_ms(void *ctx)
{
    (void)ctx;
    return clock_ms(CLOCK_REALTIME);
}

static int64_t steady_ms(void *ctx)
{
    (void)ctx;
    return clock_ms(CLOCK_MONOTONIC);
}

void bench_open(bench *b)
{
    memset(b, 0, sizeof *b);
    loop_open(&b->loop, NULL);
    b->plain = (lg_host){.size = sizeof b->plain, .ctx = b, .refuse = refuse, .log = keep_log};
    b->host = (lg_device_host){
        .size = sizeof b->host,
        .host = &b->plain,
        .ctx = b,
        .post = post,
        .done = done,
        .now_ms = now_ms,
        .watch = b->loop.host.watch,
        .watch_for = b->loop.host.watch_for,
        .unwatch = b->loop.host.unwatch,
        .alarm = b->loop.host.alarm,
        .set_alarm = b->loop.host.set_alarm,
        .drop_alarm = b->loop.host.drop_alarm,
        .steady_ms = steady_ms,
    };
}

void bench_close(bench *b)
{
    loop_close(&b->loop);
}

/* ---- devices ---- */

static const char *setting(const bench_device *what, const char *name)
{
    size_t length = strlen(name);
    for (const char *const *s = what->settings; s && *s; s++)
        if (strncmp(*s, name, length) == 0 && (*s)[length] == '=')
            return *s + length + 1;
    return NULL;
}

int32_t bench_device_open(bench *b, const lg_device_driver *driver, const bench_device *what,
                          void **device)
{
    lg_value values[BENCH_OPTIONS];
    char first[BENCH_OPTIONS][64];
    for (uint32_t i = 0; i < what->option_count; i++) {
        const lg_option *o = &what->options[i];
        const char *given = setting(what, o->name);
        values[i] = (lg_value){.size = sizeof values[i], .given = given != NULL, .number = o->def};
        if (o->type == LG_OPTION_TEXT && !given && o->choices) {
            snprintf(first[i], sizeof first[i], "%.*s", (int)strcspn(o->choices, "|"), o->choices);
            given = first[i];
        }
        values[i].text = given;
        if (given && o->type != LG_OPTION_TEXT)
            values[i].number = strtod(given, NULL);
    }
    const lg_device_info info = {.size = sizeof info,
                                 .name = "Roof",
                                 .values = {values, what->option_count, sizeof *values}};
    const lg_device_site site = {
        .size = sizeof site,
        .step_ms = 1000,
        .device = &info,
        .components = {what->components, what->component_count, sizeof *what->components}};
    return driver->open(&b->host, &site, device);
}

bool bench_until(bench *b, bool (*is_true)(void *ctx), void *ctx)
{
    int64_t until = clock_ms(CLOCK_MONOTONIC) + PATIENCE_MS;
    while (!is_true(ctx)) {
        if (clock_ms(CLOCK_MONOTONIC) > until)
            return false;
        loop_turn(&b->loop, 50);
    }
    return true;
}

/* ---- equipment ---- */

static bool read_line(peer *p, char *out, size_t size)
{
    size_t have = 0;
    while (have + 1 < size) {
        struct pollfd wanted = {.fd = p->out, .events = POLLIN};
        if (poll(&wanted, 1, PATIENCE_MS) <= 0 || read(p->out, out + have, 1) != 1)
            return false;
        if (out[have] == '\n')
            break;
        have++;
    }
    out[have] = 0;
    return true;
}

void peer_start(peer *p, char *const *words)
{
    int in[2], out[2];
    char line[8192];
    posix_spawn_file_actions_t actions;
    memset(p, 0, sizeof *p);
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0)
        abort();
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in[0], 0);
    posix_spawn_file_actions_adddup2(&actions, out[1], 1);
    if (posix_spawnp(&p->pid, words[0], &actions, NULL, words, environ) != 0)
        abort();
    posix_spawn_file_actions_destroy(&actions);
    close(in[0]);
    close(out[1]);
    p->in = in[1];
    p->out = out[0];
    signal(SIGPIPE, SIG_IGN);
    if (!read_line(p, line, sizeof line))
        abort();
    char *rest = line, *word;
    while ((word = strsep(&rest, " ")) && p->port_count < 512)
        if (*word)
            p->ports[p->port_count++] = (uint16_t)strtoul(word, NULL, 10);
}

bool peer_ask(peer *p, const char *line, char *answer, size_t size)
{
    return dprintf(p->in, "%s\n", line) > 0 && read_line(p, answer, size);
}

long peer_number(peer *p, const char *line)
{
    char answer[100] = "";
    if (!peer_ask(p, line, answer, sizeof answer))
        abort();
    return strtol(answer, NULL, 10);
}

void peer_stop(peer *p)
{
    close(p->in);
    kill(p->pid, SIGTERM);
    waitpid(p->pid, NULL, 0);
    close(p->out);
}
