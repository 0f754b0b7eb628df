/* host/app/kind.h — what a file is: a scenario, a match, a league, a community or a script */
#ifndef LG_APP_KIND_H
#define LG_APP_KIND_H

#include "base/mem.h"
#include "base/status.h"

typedef enum lg_file_kind {
    LG_FILE_SCENARIO,
    LG_FILE_SCRIPT,
    LG_FILE_MATCH,  /* `return match { ... }` */
    LG_FILE_COLLAB, /* `return collab { ... }` */
    LG_FILE_LEAGUE, /* `return league { ... }` */
    LG_FILE_AREAS,  /* makes areas, as scenarios alone can, but no scenario */
} lg_file_kind;

/** A Lua text that calls `scenario{` or `scenario(` outside of comments and strings is a scenario;
 * one that calls only `area` means to be one. One that returns match{...} is a match, and
 * likewise with league{...} and collab{...}. */
lg_file_kind lg_kind_of_lua(const char *text, size_t length);

/**
 * By its name and content: .json is a scenario, or a match when it has "entrants", a league when it
 * has a word of leagues too ("schedule", "measure", "rounds", "family", league.schema.json), a
 * community when it has an "owner" and a "scenario"; .lua is looked into.
 * @return LG_OK; LG_SCENARIO it cannot be read; LG_INVALID it is neither; LG_MEMORY
 */
lg_status lg_kind_of_file(lg_mem *mem, const char *path, lg_file_kind *kind,
                          lg_err *err) LG_CHECKED;

#endif
