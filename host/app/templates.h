/* host/app/templates.h — files that `lunagrid new` writes, built into the program by
 * cmake/EmbedFiles.cmake */
#ifndef LG_APP_TEMPLATES_H
#define LG_APP_TEMPLATES_H

#include <stddef.h>

/** One file. */
typedef struct lg_template {
    const char *kind; /* "strategy", "scenario", "plugin", "rule"; "page": of the page */
    const char
        *path; /* below the place where it is written; @NAME@ stands for the new thing's name */
    const char *text; /* ends in NUL; @NAME@ likewise */
    size_t size;      /* without the NUL */
} lg_template;

/** All of them; one with kind NULL at the end. */
extern const lg_template lg_templates[];

#endif
