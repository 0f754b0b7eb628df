/* The list itself is made at build time (CMakeLists.txt). */
#include "site/files.h"

#include <string.h>

bool lg_site_has_plots(void)
{
    for (const lg_site_file *file = lg_site_files; file->kind; file++)
        if (strcmp(file->path, "site/uplot.js") == 0)
            return true;
    return false;
}
