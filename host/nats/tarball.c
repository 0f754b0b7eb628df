/* Headers have 512 bytes, files are filled up to whole blocks with zeros, two blocks of zeros end
 * the tarball. */
#include "nats/tarball.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/output.h"

enum { BLOCK = 512, NAME_MAX_LENGTH = 99, FILES_MAX = 1000, PIECE = 64 * 1024 };

typedef struct header {
    char name[100], mode[8], uid[8], gid[8], size[12], time[12], sum[8], type, link[100];
    char magic[6], version[2], user[32], group[32], major[8], minor[8], prefix[155], rest[12];
} header;

static bool is_plain(const char *name)
{
    size_t length = strlen(name);
    return length && length <= NAME_MAX_LENGTH && name[0] != '.' &&
           !name[strspn(name, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._-")];
}

/* The sum of all bytes, those of the sum itself counted as blanks. */
static unsigned sum_of(const header *h)
{
    const unsigned char *bytes = (const unsigned char *)h;
    unsigned sum = 0;
    for (size_t i = 0; i < sizeof *h; i++)
        sum += i >= offsetof(header, sum) && i < offsetof(header, type) ? ' ' : bytes[i];
    return sum;
}

/* ---- packing ---- */

static void fill_header(header *h, const char *name, uint64_t size)
{
    memset(h, 0, sizeof *h);
    memcpy(h->name, name, strlen(name));
    memcpy(h->mode, "0000644", 8);
    memcpy(h->uid, "0000000", 8);
    memcpy(h->gid, "0000000", 8);
    snprintf(h->size, sizeof h->size, "%011llo", (unsigned long long)size);
    snprintf(h->time, sizeof h->time, "%011o", 0U);
    h->type = '0';
    memcpy(h->magic, "ustar", 6);
    memcpy(h->version, "00", 2);
    snprintf(h->sum, sizeof h->sum, "%06o", sum_of(h));
    h->sum[7] = ' ';
}

static lg_status copy(FILE *in, FILE *out, uint64_t size, const char *name, lg_err *err)
{
    char piece[PIECE];
    for (uint64_t left = size; left;) {
        size_t want = left < sizeof piece ? (size_t)left : sizeof piece;
        if (fread(piece, 1, want, in) != want)
            return lg_fail(err, LG_IO, "%.100s cannot be read whole", name);
        if (fwrite(piece, 1, want, out) != want)
            return lg_fail(err, LG_IO, "%.100s cannot be written: %s", name, strerror(errno));
        left -= want;
    }
    return LG_OK;
}

static lg_status pack_file(int folder, const char *name, FILE *out, lg_err *err)
{
    struct stat info;
    header h;
    static const char zeros[BLOCK];
    if (!is_plain(name))
        return lg_fail(err, LG_INVALID, "\"%.100s\" cannot be in a tarball", name);
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    FILE *in = fd >= 0 ? fdopen(fd, "r") : NULL;
    if (!in || fstat(fd, &info) != 0) {
        int cause = errno;
        if (in)
            fclose(in);
        return lg_fail(err, LG_IO, "%.100s: %s", name, strerror(cause));
    }
    lg_status status =
        S_ISREG(info.st_mode) ? LG_OK : lg_fail(err, LG_INVALID, "%.100s is no regular file", name);
    uint64_t size = (uint64_t)info.st_size, over = size % BLOCK;
    if (status == LG_OK) {
        fill_header(&h, name, size);
        if (fwrite(&h, sizeof h, 1, out) != 1)
            status = lg_fail(err, LG_IO, "a tarball cannot be written: %s", strerror(errno));
    }
    if (status == LG_OK)
        status = copy(in, out, size, name, err);
    if (status == LG_OK && over && fwrite(zeros, BLOCK - over, 1, out) != 1)
        status = lg_fail(err, LG_IO, "a tarball cannot be written: %s", strerror(errno));
    fclose(in);
    return status;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static lg_status list(lg_arena *arena, DIR *dir, char **names, uint32_t *count, lg_err *err)
{
    for (const struct dirent *entry; (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (*count == FILES_MAX)
            return lg_fail(err, LG_INVALID, "more than %d files", FILES_MAX);
        names[*count] = lg_arena_text(arena, entry->d_name, strlen(entry->d_name));
        if (!names[(*count)++])
            return lg_fail(err, LG_MEMORY, "out of memory");
    }
    qsort(names, *count, sizeof *names, by_name);
    return LG_OK;
}

lg_status lg_tarball_pack(lg_mem *mem, const char *folder, FILE *out, lg_err *err)
{
    static const char zeros[2 * BLOCK];
    lg_arena arena;
    uint32_t count = 0;
    DIR *dir = opendir(folder);
    if (!dir)
        return lg_fail(err, LG_IO, "%.300s: %s", folder, strerror(errno));
    lg_arena_init(&arena, mem, 4096);
    char **names = lg_arena_alloc(&arena, FILES_MAX * sizeof *names);
    lg_status status =
        names ? list(&arena, dir, names, &count, err) : lg_fail(err, LG_MEMORY, "out of memory");
    for (uint32_t i = 0; i < count && status == LG_OK; i++)
        status = pack_file(dirfd(dir), names[i], out, err);
    if (status == LG_OK && (fwrite(zeros, sizeof zeros, 1, out) != 1 || fflush(out) != 0))
        status = lg_fail(err, LG_IO, "a tarball cannot be written: %s", strerror(errno));
    lg_arena_drop(&arena);
    closedir(dir);
    return status;
}

/* ---- opening ---- */

/* @return false: no number in octal digits */
static bool read_octal(const char *field, size_t size, uint64_t *number)
{
    size_t i = 0;
    *number = 0;
    for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
        *number = *number << 3 | (uint64_t)(field[i] - '0');
    return i && i < size && (field[i] == 0 || field[i] == ' ');
}

static bool is_fine(const header *h, uint64_t *size)
{
    uint64_t sum;
    return memchr(h->name, 0, sizeof h->name) && is_plain(h->name) &&
           (h->type == '0' || !h->type) && memcmp(h->magic, "ustar", 6) == 0 && !h->prefix[0] &&
           read_octal(h->size, sizeof h->size, size) && read_octal(h->sum, sizeof h->sum, &sum) &&
           sum == sum_of(h);
}

static lg_status open_file(FILE *in, int folder, const char *name, uint64_t size, lg_err *err)
{
    char filling[BLOCK];
    uint64_t over = size % BLOCK;
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    FILE *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (!out)
        return lg_fail(err, LG_IO, "%.100s: %s", name, strerror(errno));
    lg_status status = copy(in, out, size, name, err);
    if (fclose(out) != 0 && status == LG_OK)
        status = lg_fail(err, LG_IO, "%.100s: %s", name, strerror(errno));
    if (status == LG_OK && over && fread(filling, BLOCK - over, 1, in) != 1)
        status = lg_fail(err, LG_INVALID, "the tarball ends within %.100s", name);
    return status;
}

lg_status lg_tarball_open(FILE *in, const char *folder, lg_err *err)
{
    header h;
    lg_status status = LG_OK;
    int dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return lg_fail(err, LG_IO, "%.300s: %s", folder, strerror(errno));
    for (uint32_t files = 0; status == LG_OK; files++) {
        uint64_t size;
        if (fread(&h, sizeof h, 1, in) != 1)
            status = lg_fail(err, LG_INVALID, "the tarball has no end");
        else if (!h.name[0])
            break;
        else if (files == FILES_MAX || !is_fine(&h, &size))
            status = lg_fail(err, LG_INVALID, "no tarball of plain files");
        else
            status = open_file(in, dir, h.name, size, err);
    }
    close(dir);
    return status;
}
