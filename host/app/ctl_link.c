/* A plain blocking socket: whoever asks has nothing else to do. */
#include "app/ctl_link.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>
#include "app/run.h"

/* A host's answers stay below it (loop/lines.h); more is no host of ours. */
#define HEARD_MAX (8 << 20)

/* Connected, or -1 with errno. */
static int dial(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = strlen(path);
    if (length >= sizeof address.sun_path) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, path, length + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

static lg_status dial_one(const char *path, lg_ctl_link *link, lg_err *err)
{
    static const struct timespec a_moment = {.tv_nsec = 20000000};
    for (int tries = 0; tries < 5; tries++) { /* a host that has just begun may not listen yet */
        link->socket = dial(path);
        if (link->socket >= 0)
            return LG_OK;
        if (errno != ECONNREFUSED)
            break;
        nanosleep(&a_moment, NULL);
    }
    const char *why = errno == ECONNREFUSED ? "nobody listens there any more"
                      : errno == ENOENT     ? "there is no socket"
                                            : strerror(errno);
    return lg_fail(err, LG_UNKNOWN, "cannot reach a host at %s: %s", path, why);
}

/* The socket of each run that answers; the first is kept in the link. */
static lg_status dial_runs(lg_mem *mem, lg_ctl_link *link, lg_err *err)
{
    uint32_t count = 0;
    lg_text names, path;
    lg_text_init(&names, mem);
    lg_text_init(&path, mem);
    DIR *runs = opendir("runs");
    for (const struct dirent *entry; runs && (entry = readdir(runs));) {
        lg_text_clear(&path);
        lg_text_format(&path, "runs/%s/" LG_RUN_SOCKET, entry->d_name);
        int fd = entry->d_name[0] == '.' || path.failed ? -1 : dial(lg_text_peek(&path));
        if (fd < 0)
            continue;
        lg_text_format(&names, "%sruns/%s", count++ ? ", " : "", entry->d_name);
        if (link->socket < 0)
            link->socket = fd;
        else
            close(fd);
    }
    if (runs)
        closedir(runs);
    lg_status status = LG_OK;
    if (names.failed || path.failed)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    else if (count == 0)
        status =
            lg_fail(err, LG_UNKNOWN,
                    "no host listens below runs/; say with --out or --control where it is, and "
                    "start it with `lunagrid run --pace` or --control");
    else if (count > 1)
        status = lg_fail(err, LG_UNKNOWN, "%u hosts are running: %s; say with --out which one",
                         count, lg_text_peek(&names));
    lg_text_fini(&names);
    lg_text_fini(&path);
    return status;
}

static lg_status dial_out(lg_mem *mem, const char *out, lg_ctl_link *link, lg_err *err)
{
    lg_text path;
    lg_text_init(&path, mem);
    lg_text_format(&path, "%s/" LG_RUN_SOCKET, out);
    lg_status status = path.failed ? lg_fail(err, LG_MEMORY, "out of memory")
                                   : dial_one(lg_text_peek(&path), link, err);
    lg_text_fini(&path);
    return status;
}

lg_status lg_ctl_link_open(lg_mem *mem, const char *path, const char *out, lg_ctl_link *link,
                           lg_err *err)
{
    *link = (lg_ctl_link){.socket = -1};
    lg_text_init(&link->heard, mem);
    lg_status status = path  ? dial_one(path, link, err)
                       : out ? dial_out(mem, out, link, err)
                             : dial_runs(mem, link, err);
    if (status != LG_OK)
        lg_ctl_link_close(link);
    return status;
}

void lg_ctl_link_close(lg_ctl_link *link)
{
    if (link->socket >= 0)
        close(link->socket);
    link->socket = -1;
    lg_text_fini(&link->heard);
}

lg_status lg_ctl_link_say(lg_ctl_link *link, const lg_text *line, lg_err *err)
{
    for (size_t sent = 0; sent < line->length;) {
        ssize_t n = send(link->socket, line->data + sent, line->length - sent, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return lg_fail(err, LG_IO, "the host does not listen any more");
        sent += (size_t)n;
    }
    return LG_OK;
}

/* Makes room at the front and reads more behind. */
static lg_status hear_more(lg_ctl_link *link, lg_err *err)
{
    char block[4096];
    ssize_t n;
    do
        n = recv(link->socket, block, sizeof block, 0);
    while (n < 0 && errno == EINTR);
    if (n <= 0 || link->heard.length > HEARD_MAX)
        return lg_fail(err, LG_IO, "the host has ended the connection");
    lg_text_bytes(&link->heard, block, (size_t)n);
    return link->heard.failed ? lg_fail(err, LG_MEMORY, "out of memory") : LG_OK;
}

lg_status lg_ctl_link_hear(lg_ctl_link *link, const char **line, size_t *size, lg_err *err)
{
    lg_text *heard = &link->heard;
    if (link->taken) {
        memmove(heard->data, heard->data + link->taken, heard->length - link->taken);
        heard->length -= link->taken;
        link->taken = 0;
    }
    for (size_t from = 0;;) {
        char *end =
            heard->length > from ? memchr(heard->data + from, '\n', heard->length - from) : NULL;
        if (end) {
            *end = 0;
            *line = heard->data;
            *size = (size_t)(end - heard->data);
            link->taken = *size + 1;
            return LG_OK;
        }
        from = heard->length;
        lg_status status = hear_more(link, err);
        if (status != LG_OK)
            return status;
    }
}
