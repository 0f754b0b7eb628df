/* host/app/places.h — where plugins and scripts that ship are found */
#ifndef LG_APP_PLACES_H
#define LG_APP_PLACES_H

#include "base/mem.h"
#include "base/status.h"

#define LG_PLACES_FOLDERS_MAX 16

/** Folders; texts are owned. */
typedef struct lg_places {
    lg_mem *mem;
    char *plugins[LG_PLACES_FOLDERS_MAX]; /* in the order in which they are loaded */
    uint32_t plugin_count;
    char *scripts;
} lg_places;

/**
 * Plugins: `plugins` beside the executable (a build tree), else `../lib/lunagrid/plugins`
 * (installed), else the folder named when the program was built; then every folder of
 * LUNAGRID_PLUGINS, separated by colons. Scripts: LUNAGRID_SCRIPTS, else `scripts` beside the
 * executable, `../scripts`, `../share/lunagrid/scripts`, or the folder named when the program was
 * built.
 *
 * @return LG_OK; LG_IO the executable's own place cannot be told; LG_LIMIT too many folders;
 * LG_MEMORY
 */
lg_status lg_places_find(lg_mem *mem, lg_places *places, lg_err *err) LG_CHECKED;
void lg_places_fini(lg_places *places);

#endif
