/* The host's side. Writes never block: the guard reads at once, and a pipe that is full means that
 * it is gone. */
#include "ladder/guard.h"

#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct guard {
    int fd; /* a socket: what is written is said, what is read is heard */
    pid_t pid;
    bool is_gone;
};

/* The folder of the object that @p inside belongs to, with the program's name behind. */
static bool find_program(const void *inside, char *path, size_t size)
{
    Dl_info info;
    if (!dladdr(inside, &info) || !info.dli_fname)
        return false;
    const char *slash = strrchr(info.dli_fname, '/');
    int folder = slash ? (int)(slash - info.dli_fname) + 1 : 0;
    int length = snprintf(path, size, "%.*s%s", folder, info.dli_fname, GUARD_PROGRAM);
    return length > 0 && (size_t)length < size && access(path, X_OK) == 0;
}

/* A process group of its own, so that Ctrl-C reaches the host and not the guard. */
static bool spawn(guard *g, const char *path, int theirs)
{
    char *const words[] = {(char *)(uintptr_t)path, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    bool is_fine = posix_spawn_file_actions_init(&actions) == 0;
    if (!is_fine)
        return false;
    if (posix_spawnattr_init(&attributes) == 0) {
        is_fine = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP) == 0 &&
                  posix_spawn_file_actions_adddup2(&actions, theirs, 0) == 0 &&
                  posix_spawn_file_actions_adddup2(&actions, theirs, 1) == 0 &&
                  posix_spawn(&g->pid, path, &actions, &attributes, words, environ) == 0;
        posix_spawnattr_destroy(&attributes);
    } else {
        is_fine = false;
    }
    posix_spawn_file_actions_destroy(&actions);
    return is_fine;
}

guard *guard_start(const void *inside, char *why, size_t size)
{
    char path[4096];
    int ends[2];
    if (!find_program(inside, path, sizeof path)) {
        snprintf(why, size, "%s is not beside the plugin", GUARD_PROGRAM);
        return NULL;
    }
    guard *g = calloc(1, sizeof *g);
    if (!g || socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) {
        snprintf(why, size, "%s cannot be started: %s", GUARD_PROGRAM, strerror(errno));
        free(g);
        return NULL;
    }
    g->fd = ends[0];
    bool is_fine = spawn(g, path, ends[1]);
    close(ends[1]);
    if (is_fine)
        return g;
    snprintf(why, size, "%s cannot be started: %s", path, strerror(errno));
    close(g->fd);
    free(g);
    return NULL;
}

static bool say(guard *g, const char *text, size_t size)
{
    if (!g->is_gone && send(g->fd, text, size, MSG_NOSIGNAL) != (ssize_t)size)
        g->is_gone = true; /* half a line would be taken for another one */
    return !g->is_gone;
}

bool guard_place(guard *g, const char *address, uint16_t port)
{
    char line[128];
    int size = snprintf(line, sizeof line, "T %s %u\n", address, port);
    return size > 0 && (size_t)size < sizeof line && say(g, line, (size_t)size);
}

static char *put_hex(char *out, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    if (size == 0)
        *out++ = '-';
    for (size_t i = 0; i < size; i++) {
        *out++ = digits[bytes[i] >> 4];
        *out++ = digits[bytes[i] & 15];
    }
    return out;
}

bool guard_send(guard *g, const uint8_t *bytes, size_t size, const uint8_t *expected,
                size_t expected_size)
{
    char *line = malloc(2 * (size + expected_size) + 8);
    char *at = line;
    if (!line)
        return false;
    *at++ = 'S';
    *at++ = ' ';
    at = put_hex(at, bytes, size);
    *at++ = ' ';
    at = put_hex(at, expected, expected_size);
    *at++ = '\n';
    bool is_said = say(g, line, (size_t)(at - line));
    free(line);
    return is_said;
}

bool guard_plan(guard *g)
{
    return say(g, "P\n", 2);
}

bool guard_beat(guard *g)
{
    return say(g, "B\n", 2);
}

const char *guard_deed(guard *g)
{
    char text[256];
    ssize_t size = recv(g->fd, text, sizeof text, 0);
    if (size == 0)
        g->is_gone = true;
    if (size <= 0)
        return NULL;
    return memchr(text, 'f', (size_t)size) ? "failed" : "acted";
}

/* Whether it closes its end within GUARD_LIMIT_MS of its last word. */
static bool has_gone(const guard *g)
{
    char text[64];
    struct pollfd end = {.fd = g->fd, .events = POLLIN};
    while (poll(&end, 1, GUARD_LIMIT_MS) == 1)
        if (recv(g->fd, text, sizeof text, 0) <= 0)
            return true;
    return false;
}

void guard_end(guard *g, bool is_safe)
{
    if (!g)
        return;
    if (is_safe)
        say(g, "E\n", 2);
    shutdown(g->fd, SHUT_WR);
    /* It goes by itself. One that is not done in time outlives us and goes on trying. */
    waitpid(g->pid, NULL, has_gone(g) ? 0 : WNOHANG);
    close(g->fd);
    free(g);
}
