/* Opened without waiting: a pipe nobody writes to would hold the program before it could be looked
 * at. */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static _Thread_local const lg_input_source *in_use;

const lg_input_source *lg_input_use(const lg_input_source *source)
{
    const lg_input_source *before = in_use;
    in_use = source;
    return before;
}

static FILE *open_file(const char *path, const char **why)
{
    struct stat about;
    FILE *file = NULL;
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0) {
        *why = strerror(errno);
    } else if (!S_ISREG(about.st_mode)) {
        *why = S_ISDIR(about.st_mode) ? "is a folder" : "is no regular file";
    } else {
        file = fdopen(fd, "rb");
        *why = file ? "" : strerror(errno);
    }
    if (!file && fd >= 0)
        close(fd);
    return file;
}

FILE *lg_input_open(const char *path, const char **why)
{
    return in_use ? in_use->open(in_use->ctx, path, why) : open_file(path, why);
}

bool lg_input_is_file(const char *path)
{
    struct stat about;
    if (in_use)
        return in_use->is_file(in_use->ctx, path);
    return stat(path, &about) == 0 && S_ISREG(about.st_mode);
}

/* ---- bytes as a file; fmemopen() would end them at the first zero ---- */

typedef struct bytes {
    const char *data;
    size_t size, at;
} bytes;

static ssize_t read_bytes(void *cookie, char *to, size_t size)
{
    bytes *b = cookie;
    size_t left = b->size - b->at;
    size_t count = size < left ? size : left;
    memcpy(to, b->data + b->at, count);
    b->at += count;
    return (ssize_t)count;
}

static int seek_bytes(void *cookie, off64_t *offset, int whence)
{
    bytes *b = cookie;
    off64_t from = whence == SEEK_SET ? 0 : (off64_t)(whence == SEEK_CUR ? b->at : b->size);
    off64_t to = from + *offset;
    if (to < 0 || to > (off64_t)b->size) {
        errno = EINVAL;
        return -1;
    }
    b->at = (size_t)to;
    *offset = to;
    return 0;
}

static int close_bytes(void *cookie)
{
    free(cookie);
    return 0;
}

FILE *lg_input_of_bytes(const void *data, size_t size)
{
    static const cookie_io_functions_t functions = {
        .read = read_bytes,
        .seek = seek_bytes,
        .close = close_bytes,
    };
    bytes *b = malloc(sizeof *b); /* beside what stdio itself takes */
    if (!b)
        return NULL;
    *b = (bytes){.data = data ? data : "", .size = size};
    FILE *file = fopencookie(b, "rb", functions);
    if (!file)
        free(b);
    return file;
}
