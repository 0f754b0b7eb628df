/* host/app/print_jobs.h — the games of a pool as lines for a shell, instead of playing them
 */
#ifndef LG_APP_PRINT_JOBS_H
#define LG_APP_PRINT_JOBS_H

#include "app/jobs.h"

/**
 * Prints a line a job that has not been played, on stdout: for GNU parallel, an array of Slurm, or
 * sh. All paths are absolute and quoted, so lines work from any folder. The pool was opened with
 * `hold`.
 * @return LG_OK; LG_INVALID a path has the end of a line in it; LG_IO; LG_MEMORY
 */
lg_status lg_print_jobs(lg_mem *mem, const lg_jobs *jobs, lg_err *err) LG_CHECKED;

/** Appends @p word as one word of a POSIX shell, quoted where it must be. */
void lg_shell_word(lg_text *text, const char *word);

#endif
