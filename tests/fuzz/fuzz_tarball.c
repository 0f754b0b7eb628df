/* libFuzzer target: any bytes as the tarball of a game. Sums of headers are put right, so that what
 * is behind them is reached too. Whatever is written is a plain file in the folder. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/status.h"
#include "nats/tarball.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

enum { BLOCK = 512, SUM = 148, SUM_END = 156 };

static char folder[] = "/tmp/lunagrid-fuzz-XXXXXX";

static void remove_folder(void)
{
    rmdir(folder);
}

/* Every block that might be a header gets its sum. */
static void sum_up(uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at + BLOCK <= size; at += BLOCK) {
        unsigned sum = 0;
        for (size_t i = 0; i < BLOCK; i++)
            sum += i >= SUM && i < SUM_END ? ' ' : bytes[at + i];
        if (memcmp(bytes + at + 257, "ustar", 5) == 0) {
            snprintf((char *)bytes + at + SUM, 7, "%06o", sum);
            bytes[at + SUM + 7] = ' ';
        }
    }
}

static void look_and_empty(void)
{
    struct stat info;
    DIR *dir = opendir(folder);
    LG_ASSERT(dir);
    for (const struct dirent *entry; (entry = readdir(dir));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        LG_ASSERT(fstatat(dirfd(dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0);
        LG_ASSERT(S_ISREG(info.st_mode) && entry->d_name[0] != '.');
        LG_ASSERT(unlinkat(dirfd(dir), entry->d_name, 0) == 0);
    }
    closedir(dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static bool made;
    lg_err err = {.status = LG_OK};
    if (!made) {
        LG_ASSERT(mkdtemp(folder));
        atexit(remove_folder);
        made = true;
    }
    if (size == 0)
        return 0; /* no file can be made of it */
    uint8_t *copy = malloc(size);
    LG_ASSERT(copy);
    memcpy(copy, bytes, size);
    sum_up(copy, size);
    FILE *file = fmemopen(copy, size, "r");
    LG_ASSERT(file);
    lg_status status = lg_tarball_open(file, folder, &err);
    LG_ASSERT(status == LG_OK || *err.text);
    fclose(file);
    look_and_empty();
    free(copy);
    return 0;
}
