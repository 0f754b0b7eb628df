/* Looked for by time, since people mean the run they have just made. The time of the file is no
 * result: it only says which file is read. */
#include "app/runs.h"

#include <dirent.h>
#include <string.h>
#include <sys/stat.h>
#include "base/text.h"

static bool is_later(const struct timespec *a, const struct timespec *b)
{
    return a->tv_sec != b->tv_sec ? a->tv_sec > b->tv_sec : a->tv_nsec > b->tv_nsec;
}

/* Whether runs/@p name holds results, and since when. */
static bool holds_results(lg_mem *mem, const char *name, struct timespec *when, bool *exhausted)
{
    struct stat info;
    lg_text path;
    lg_text_init(&path, mem);
    lg_text_format(&path, "runs/%s/run.sqlite", name);
    *exhausted = *exhausted || path.failed;
    bool holds = !path.failed && stat(lg_text_peek(&path), &info) == 0 && S_ISREG(info.st_mode);
    if (holds)
        *when = info.st_mtim;
    lg_text_fini(&path);
    return holds;
}

lg_status lg_runs_latest(lg_mem *mem, char **folder, lg_err *err)
{
    struct timespec best = {0}, when;
    bool exhausted = false;
    char *name = NULL;
    *folder = NULL;
    DIR *runs = opendir("runs");
    for (const struct dirent *entry; runs && !exhausted && (entry = readdir(runs));) {
        if (entry->d_name[0] == '.' || !holds_results(mem, entry->d_name, &when, &exhausted))
            continue;
        bool tie = !is_later(&when, &best) && !is_later(&best, &when);
        if (name && (is_later(&best, &when) || (tie && strcmp(entry->d_name, name) > 0)))
            continue;
        best = when;
        lg_mem_strfree(mem, name);
        name = lg_mem_strdup(mem, entry->d_name);
        exhausted = exhausted || !name;
    }
    if (runs)
        closedir(runs);
    lg_text path;
    lg_text_init(&path, mem);
    lg_text_format(&path, "runs/%s", name ? name : "");
    if (!exhausted && name && !path.failed)
        *folder = lg_mem_strdup(mem, lg_text_peek(&path));
    lg_status status = LG_OK;
    if (!exhausted && !name)
        status =
            lg_fail(err, LG_STORE, "there are no results in runs/; say with --run where they lie");
    else if (!*folder)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    lg_text_fini(&path);
    lg_mem_strfree(mem, name);
    return status;
}
