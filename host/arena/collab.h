/* host/arena/collab.h — a COLLAB file: one community, many owners
 *
 *     return collab {
 *       scenario = "street.lua",
 *       seats = {
 *         seat { owner = "Ada", name = "Home 1", script = "ada.lua" },
 *         seat { owner = "Dora", name = "Grid operator", markets = { "Grid" } },
 *       },
 *       limits = { uploads_per_minute = 6, upload_kB = 256, budget = { units_per_call = 2000000 }
 * }, board = { posts = 8 }, pace = "15m=10s", days = 7,
 *     }
 */
#ifndef LG_ARENA_COLLAB_H
#define LG_ARENA_COLLAB_H

#include "arena/keys.h"

typedef struct lg_collab_seat {
    const char *name, *owner;
    const char *script; /* that it begins with; NULL: the template strategies of its assets */
    lg_names assets, markets;
    const lg_conf *params; /* of its scripts; NULL: none */
    int line;
} lg_collab_seat;

typedef struct lg_collab {
    lg_mem *mem;
    lg_arena arena;
    const char *name, *scenario, *pace, *control, *group; /* the last two may be NULL */
    int scenario_line, pace_line;
    const lg_conf *settings, *budget; /* NULL: none */
    lg_collab_seat *seats;
    uint32_t seat_count;
    int64_t slots; /* -1: not said */
    double days;   /* likewise */
    uint64_t seed;
    bool has_seed;
    uint32_t board_posts, uploads_per_minute, upload_bytes, restarts;
} lg_collab;

/**
 * Reads a COLLAB file, Lua or JSON; paths in it are seen from its folder. Every problem goes to
 * @p diag with file, line and key; what is right is there nevertheless, and scenario is "" when it
 * is not said. lg_collab_fini() in any case.
 * @return LG_OK; LG_SCENARIO there were problems; LG_MEMORY
 */
lg_status lg_collab_read(lg_mem *mem, const char *file, lg_diag *diag,
                         lg_collab *collab) LG_CHECKED;
void lg_collab_fini(lg_collab *collab);

/** The JSON Schema of COLLAB files. */
void lg_collab_schema(lg_text *out);

/** Appends its seats as `run --seats` takes them. */
void lg_collab_agents(const lg_collab *collab, lg_text *out);

#endif
