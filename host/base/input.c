/* Opened without waiting: a pipe nobody writes to would hold the program before it could be looked
 * at. */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

FILE *lg_input_open(const char *path, const char **why)
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
