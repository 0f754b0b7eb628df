/* host/app/remote_inputs.h — what a job that came over a wire needs before it can be played: it is
 * checked, and its files are fetched into a folder of its own
 */
#ifndef LG_APP_REMOTE_INPUTS_H
#define LG_APP_REMOTE_INPUTS_H

#include "base/text.h"
#include "nats/queue.h"

/** Where a worker keeps what it plays with; folders, absolute. */
typedef struct lg_remote_places {
    const char *files;   /* input files, by their SHA-256 */
    const char *roots;   /* a folder a job, with its files by their paths */
    const char *scripts; /* what ships with this program */
} lg_remote_places;

/**
 * Checks the job and fills @p root, an empty folder below places->roots, with its files.
 * @param text  empty; takes the job in its one form
 * @return LG_OK; LG_INVALID it is no job, not the one of its name, for another version of the
 * program, or its files are not there: no worker can play it; LG_UNSUPPORTED what ships with this
 * program is not what the job names: another worker may play it; LG_IO; LG_MEMORY. err says why.
 */
lg_status lg_remote_inputs(lg_mem *mem, lg_link *link, const lg_remote_places *places,
                           const lg_task *task, lg_text *text, char *root, size_t root_size,
                           lg_err *err) LG_CHECKED;

/** Removes a folder with all that is below it. */
void lg_remote_drop_tree(const char *folder);

#endif
