/* host/base/diag.h — every problem of a file at once, each with its place */
#ifndef LG_BASE_DIAG_H
#define LG_BASE_DIAG_H

#include "base/mem.h"
#include "base/text.h"

/** How many problems are kept; further ones are only counted. */
#define LG_DIAG_MAX 200

/** One problem: where (file, line or 0, key or "") and a sentence that says what was expected. */
typedef struct lg_problem {
    char *file, *key, *text;
    int line;
    bool warning; /* worth saying, but no reason to stop */
} lg_problem;

typedef struct lg_diag {
    lg_mem *mem;
    lg_problem *problems;
    uint32_t count, capacity;
    uint32_t errors, warnings; /* all that were reported, also those past LG_DIAG_MAX */
} lg_diag;

/** An empty list; give back what it gathers with lg_diag_fini(). */
void lg_diag_init(lg_diag *diag, lg_mem *mem);
void lg_diag_fini(lg_diag *diag);

/** Reports an error. @p key names the key or item concerned ("" when there is none). */
void lg_diag_error(lg_diag *diag, const char *file, int line, const char *key, const char *format,
                   ...) __attribute__((format(printf, 5, 6)));
void lg_diag_warn(lg_diag *diag, const char *file, int line, const char *key, const char *format,
                  ...) __attribute__((format(printf, 5, 6)));

/** Appends `file:line: key: text` a problem a line, warnings marked as such. */
void lg_diag_print(const lg_diag *diag, lg_text *out);

#endif
