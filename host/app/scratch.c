/* Only files are removed with a folder: what a run leaves has no folders in it. */
#include "app/scratch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"

lg_status lg_scratch_make(lg_mem *mem, const char *purpose, char **path, lg_err *err)
{
    const char *base = getenv("TMPDIR");
    lg_text text;
    *path = NULL;
    lg_text_init(&text, mem);
    lg_text_format(&text, "%s/lunagrid-%s-XXXXXX", base && *base ? base : "/tmp", purpose);
    lg_status status = text.failed ? lg_fail(err, LG_MEMORY, "out of memory") : LG_OK;
    if (status == LG_OK && !mkdtemp(text.data))
        status = lg_fail(err, LG_IO, "cannot make the folder %s: %s; TMPDIR may name another place",
                         lg_text_peek(&text), strerror(errno));
    if (status == LG_OK && !(*path = lg_mem_strdup(mem, lg_text_peek(&text)))) {
        rmdir(lg_text_peek(&text));
        status = lg_fail(err, LG_MEMORY, "out of memory");
    }
    lg_text_fini(&text);
    return status;
}

void lg_scratch_remove(lg_mem *mem, char *path)
{
    DIR *dir = path ? opendir(path) : NULL;
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, 0); /* "." and ".." are no files */
    if (dir)
        closedir(dir);
    if (path)
        rmdir(path);
    lg_mem_strfree(mem, path);
}
