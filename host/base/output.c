/* The name a file has while it is written may be taken by what a killed run left, or by a link that
 * somebody put there: it is removed, and the kernel is asked for a new file and nothing else. */
#include "base/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>
#include "base/text.h"

int lg_output_create(const char *path)
{
    return open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
}

int lg_output_create_fresh(const char *path)
{
    if (unlink(path) != 0 && errno != ENOENT)
        return -1;
    return lg_output_create(path);
}

int lg_output_write(int fd, const void *data, size_t size)
{
    const char *next = data;
    while (size) {
        ssize_t done = write(fd, next, size);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return done < 0 ? errno : ENOSPC;
        next += done;
        size -= (size_t)done;
    }
    return 0;
}

static int write_part(const char *part, const char *path, const void *data, size_t size)
{
    int fd = lg_output_create_fresh(part);
    if (fd < 0)
        return errno;
    int cause = lg_output_write(fd, data, size);
    if (!cause && fsync(fd) != 0)
        cause = errno;
    if (close(fd) != 0 && !cause)
        cause = errno;
    if (!cause && rename(part, path) != 0)
        cause = errno;
    if (cause)
        unlink(part);
    return cause;
}

int lg_output_replace(lg_mem *mem, const char *path, const void *data, size_t size)
{
    lg_text part;
    lg_text_init(&part, mem);
    lg_text_format(&part, "%s.part", path);
    int cause = part.failed ? ENOMEM : write_part(lg_text_peek(&part), path, data, size);
    lg_text_fini(&part);
    return cause;
}
