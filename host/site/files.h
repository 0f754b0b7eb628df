/* host/site/files.h — what all pages of a league share, built into the program */
#ifndef LG_SITE_FILES_H
#define LG_SITE_FILES_H

#include <stdbool.h>
#include <stddef.h>

/** One file. */
typedef struct lg_site_file {
    const char *kind; /* "site" */
    const char *path; /* below the folder of the league */
    const char *text; /* ends in NUL */
    size_t size;      /* without the NUL */
} lg_site_file;

/** All of them; one with kind NULL at the end. */
extern const lg_site_file lg_site_files[];

/** Whether uPlot is among them: npm was there when the program was built. */
bool lg_site_has_plots(void);

#endif
