/* A private folder with one file that is written again and again; in memory where the system has
 * such. */
#include "fuzz/scratch_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/status.h"

static char folder[64], path[128];

static void remove_folder(void)
{
    unlink(path);
    rmdir(folder);
}

const char *scratch_file(const char *name, const uint8_t *bytes, size_t size)
{
    if (!folder[0]) {
        const char *place = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
        snprintf(folder, sizeof folder, "%s/lunagrid-fuzz-XXXXXX", place);
        LG_ASSERT(mkdtemp(folder));
        atexit(remove_folder);
    }
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    LG_ASSERT(file);
    LG_ASSERT(fwrite(bytes, 1, size, file) == size);
    LG_ASSERT(fclose(file) == 0);
    return path;
}
