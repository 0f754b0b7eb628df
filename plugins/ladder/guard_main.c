/* lunagrid-guard: see guard.h. It holds no lock and waits for nothing but the host's beat; when it
 * is time it goes to each place of the plan and says what is to be said there, again and again
 * until all of it was answered as it has to be, or GIVE_UP_MS are over. */
#include "ladder/guard.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { GIVE_UP_MS = 60000, AGAIN_MS = 500, ANSWER_MS = 1500, PLAN_MAX = 1 << 20 };

/* Lines of a plan as they were said. */
typedef struct plan {
    char *text;
    size_t size;
} plan;

static plan coming, current;

static int64_t steady_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- one place ---- */

static bool wait_for(int fd, short what, int64_t until_ms)
{
    struct pollfd wanted = {.fd = fd, .events = what};
    int64_t left = until_ms - steady_ms();
    return left > 0 && poll(&wanted, 1, (int)left) == 1;
}

static int dial(const char *address, const char *port)
{
    struct sockaddr_in six_or_four = {.sin_family = AF_INET};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    bool is_six = inet_pton(AF_INET6, address, &six.sin6_addr) == 1;
    if (!is_six && inet_pton(AF_INET, address, &six_or_four.sin_addr) != 1)
        return -1;
    six_or_four.sin_port = six.sin6_port = htons((uint16_t)strtoul(port, NULL, 10));
    const struct sockaddr *to =
        is_six ? (const struct sockaddr *)&six : (const struct sockaddr *)&six_or_four;
    socklen_t size = is_six ? sizeof six : sizeof six_or_four;
    int fd = socket(is_six ? AF_INET6 : AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    int error = 0;
    socklen_t error_size = sizeof error;
    if (fd < 0)
        return -1;
    bool is_up = connect(fd, to, size) == 0 ||
                 (errno == EINPROGRESS && wait_for(fd, POLLOUT, steady_ms() + ANSWER_MS) &&
                  getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &error_size) == 0 && error == 0);
    if (is_up)
        return fd;
    close(fd);
    return -1;
}

static size_t read_hex(const char *text, uint8_t *out, size_t max)
{
    size_t size = 0;
    unsigned byte;
    while (size < max && text[0] && text[1] && sscanf(text, "%2x", &byte) == 1) {
        out[size++] = (uint8_t)byte;
        text += 2;
    }
    return size;
}

static bool say(int fd, const char *hex, const char *expected_hex)
{
    uint8_t bytes[2048], expected[512], got[512];
    size_t size = read_hex(hex, bytes, sizeof bytes), have = 0;
    size_t want = read_hex(expected_hex, expected, sizeof expected);
    int64_t until_ms = steady_ms() + ANSWER_MS;
    if (send(fd, bytes, size, MSG_NOSIGNAL) != (ssize_t)size)
        return false;
    while (have < want) {
        if (!wait_for(fd, POLLIN, until_ms))
            return false;
        ssize_t part = recv(fd, got + have, want - have, 0);
        if (part <= 0)
            return false;
        have += (size_t)part;
    }
    return memcmp(got, expected, want) == 0;
}

/* ---- the plan ---- */

/* Goes through it once. @return whether all of it was answered */
static bool act_once(void)
{
    char *copy = strndup(current.text ? current.text : "", current.size), *rest = copy, *line;
    bool is_done = copy != NULL;
    int fd = -1;
    while (copy && (line = strsep(&rest, "\n"))) {
        char *word = line, *kind = strsep(&word, " "), *first = strsep(&word, " ");
        if (!first || !word)
            continue;
        if (strcmp(kind, "T") == 0) {
            if (fd >= 0)
                close(fd);
            fd = dial(first, word);
            is_done = is_done && fd >= 0;
        } else if (strcmp(kind, "S") == 0 && fd >= 0) {
            is_done =
                say(fd, strcmp(first, "-") == 0 ? "" : first, strcmp(word, "-") == 0 ? "" : word) &&
                is_done;
        }
    }
    if (fd >= 0)
        close(fd);
    free(copy);
    return is_done;
}

static void tell(const char *deed)
{
    ssize_t size = write(STDOUT_FILENO, deed, strlen(deed));
    (void)size; /* nobody may be there to hear it */
}

static void act(void)
{
    const struct timespec pause = {.tv_nsec = AGAIN_MS * 1000000L};
    int64_t until_ms = steady_ms() + GIVE_UP_MS;
    if (current.size == 0)
        return;
    while (!act_once()) {
        if (steady_ms() >= until_ms) {
            tell("failed\n");
            return;
        }
        nanosleep(&pause, NULL);
    }
    tell("acted\n");
}

static void add(const char *line, size_t size)
{
    char *text =
        coming.size + size + 1 > PLAN_MAX ? NULL : realloc(coming.text, coming.size + size + 1);
    if (!text)
        return;
    memcpy(text + coming.size, line, size);
    text[coming.size + size] = '\n';
    coming = (plan){text, coming.size + size + 1};
}

/* ---- what is heard ---- */

/* @return false: farewell, all is safe */
static bool hear(const char *line, size_t size)
{
    if (size && (*line == 'T' || *line == 'S'))
        add(line, size);
    if (size && *line == 'P') {
        free(current.text);
        current = coming;
        coming = (plan){0};
    }
    return !(size && *line == 'E');
}

/* @return false: there is no more to come; *is_safe: it was a farewell */
static bool listen_for(char *buffer, size_t *have, size_t max, bool *is_safe)
{
    ssize_t part = recv(STDIN_FILENO, buffer + *have, max - *have, 0);
    char *from = buffer, *end;
    if (part <= 0)
        return part < 0 && (errno == EAGAIN || errno == EINTR);
    *have += (size_t)part;
    while ((end = memchr(from, '\n', *have - (size_t)(from - buffer)))) {
        if (!hear(from, (size_t)(end - from))) {
            *is_safe = true;
            return false;
        }
        from = end + 1;
    }
    *have -= (size_t)(from - buffer);
    memmove(buffer, from, *have);
    return *have < max; /* a line that long is none of ours */
}

int main(void)
{
    static char buffer[16384];
    size_t have = 0;
    bool is_safe = false, has_acted = false;
    int64_t heard_ms = steady_ms();
    const int ignored[] = {SIGINT, SIGTERM, SIGHUP, SIGPIPE, SIGQUIT};
    for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
        signal(ignored[i], SIG_IGN);
    close_range(3, ~0U, 0);
    for (;;) {
        if (wait_for(STDIN_FILENO, POLLIN, heard_ms + GUARD_LIMIT_MS + (has_acted ? 60000 : 0))) {
            if (!listen_for(buffer, &have, sizeof buffer, &is_safe))
                break;
            heard_ms = steady_ms();
            has_acted = false;
        } else if (steady_ms() >= heard_ms + GUARD_LIMIT_MS && !has_acted) {
            act(); /* it is stuck; when it comes back it will find out */
            has_acted = true;
        } else if (has_acted) {
            heard_ms = steady_ms(); /* still nothing: all has been done */
        }
    }
    if (!is_safe && !has_acted)
        act();
    return 0;
}
