/* Numbers are made from integers: no locale, no double, and a tenth of the time
 * of printf. An error is kept and everything after it is dropped, so that a writer looks once. */
#include "store/file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output.h"
#include "base/text.h"

enum { BUFFER_SIZE = 1 << 17, NUMBER_MAX = 24 };

lg_status lg__folder_make(char *path, lg_err *err)
{
    for (char *p = path + 1;; p++) {
        if (*p && *p != '/')
            continue;
        char kept = *p;
        *p = 0;
        struct stat info;
        int cause = mkdir(path, 0777) ? errno : 0;
        if (cause == EEXIST && stat(path, &info) == 0)
            cause = S_ISDIR(info.st_mode) ? 0 : ENOTDIR;
        if (cause)
            return lg_fail(err, LG_STORE, "cannot create folder %s: %s", path, strerror(cause));
        *p = kept;
        if (!kept)
            return LG_OK;
    }
}

lg_status lg__file_create(lg__file *file, lg_mem *mem, const char *folder, const char *name,
                          lg_err *err)
{
    lg_text path;
    *file = (lg__file){.mem = mem, .fd = -1};
    lg_text_init(&path, mem);
    lg_text_format(&path, "%s/%s", folder, name);
    if (!path.failed)
        file->path = lg_mem_strdup(mem, lg_text_peek(&path));
    lg_text_str(&path, ".part");
    if (!path.failed)
        file->part = lg_mem_strdup(mem, lg_text_peek(&path));
    lg_text_fini(&path);
    file->buffer = lg_mem_alloc(mem, BUFFER_SIZE);
    if (!file->path || !file->part || !file->buffer)
        return lg_fail(err, LG_MEMORY, "out of memory while opening %s/%s", folder, name);
    file->fd = lg_output_create_fresh(file->part);
    if (file->fd < 0)
        file->error = errno;
    file->made = file->fd >= 0;
    return lg__file_check(file, err);
}

bool lg__file_is_open(const lg__file *file)
{
    return file->path != NULL;
}

lg_status lg__file_check(const lg__file *file, lg_err *err)
{
    if (!file->error)
        return LG_OK;
    return lg_fail(err, LG_STORE, "cannot write %s: %s", file->path, strerror(file->error));
}

static void flush(lg__file *file)
{
    size_t done = 0;
    while (done < file->used && !file->error) {
        ssize_t n = write(file->fd, file->buffer + done, file->used - done);
        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            file->error = n == 0 ? ENOSPC : errno;
    }
    file->used = 0;
}

lg_status lg__file_end(lg__file *file, lg_err *err)
{
    flush(file);
    if (file->fd >= 0 && close(file->fd) && !file->error)
        file->error = errno;
    file->fd = -1;
    return lg__file_check(file, err);
}

lg_status lg__file_place(lg__file *file, lg_err *err)
{
    if (rename(file->part, file->path))
        file->error = errno;
    else
        file->placed = true;
    return lg__file_check(file, err);
}

void lg__file_unplace(lg__file *file)
{
    if (file->placed && rename(file->path, file->part) == 0)
        file->placed = false;
}

void lg__file_drop(lg__file *file)
{
    if (file->made)
        unlink(file->placed ? file->path : file->part);
    file->used = 0;
    lg__file_close(file);
}

void lg__file_close(lg__file *file)
{
    if (!file->mem)
        return;
    if (file->fd >= 0) {
        flush(file);
        close(file->fd);
    }
    lg_mem_free(file->mem, file->buffer, BUFFER_SIZE);
    lg_mem_strfree(file->mem, file->part);
    lg_mem_strfree(file->mem, file->path);
    *file = (lg__file){.fd = -1};
}

/* Room for @p length <= BUFFER_SIZE bytes at the end of the buffer. */
static inline char *room(lg__file *file, size_t length)
{
    if (file->used + length > BUFFER_SIZE)
        flush(file);
    return file->buffer + file->used;
}

void lg__file_bytes(lg__file *file, const char *bytes, size_t length)
{
    while (length > BUFFER_SIZE) {
        memcpy(room(file, BUFFER_SIZE), bytes, BUFFER_SIZE);
        file->used += BUFFER_SIZE;
        bytes += BUFFER_SIZE;
        length -= BUFFER_SIZE;
    }
    memcpy(room(file, length), bytes, length);
    file->used += length;
}

void lg__file_str(lg__file *file, const char *str)
{
    lg__file_bytes(file, str, strlen(str));
}

void lg__file_char(lg__file *file, char c)
{
    *room(file, 1) = c;
    file->used++;
}

void lg__file_fixed(lg__file *file, int64_t value, int decimals)
{
    char digits[NUMBER_MAX];
    char *p = digits + sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    while (decimals > 0 && rest % 10 == 0) {
        rest /= 10;
        decimals--;
    }
    if (decimals > 0) {
        for (; decimals > 0; decimals--, rest /= 10)
            *--p = (char)('0' + rest % 10);
        *--p = '.';
    }
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        *--p = '-';
    lg__file_bytes(file, p, (size_t)(digits + sizeof digits - p));
}

void lg__file_csv(lg__file *file, const char *str)
{
    size_t length = strcspn(str, ",;\"\r\n");
    if (!str[length]) {
        lg__file_bytes(file, str, length);
        return;
    }
    lg__file_char(file, '"');
    for (; *str; str++) {
        if (*str == '"')
            lg__file_char(file, '"');
        lg__file_char(file, *str);
    }
    lg__file_char(file, '"');
}
