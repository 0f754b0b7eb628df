/* host/desk/room.h — what the files of this room share: the desk's inside and the applying of
 * commands */
#ifndef LG_DESK_ROOM_H
#define LG_DESK_ROOM_H

#include "desk/desk.h"

/** One bit a node, only as wide as from the lowest to the highest node granted: homes stand side by
 * side. */
struct lg__rights {
    uint64_t *words;
    uint32_t first, count; /* words[0] holds nodes from first * 64 on */
};

struct lg__batch {
    lg_command *commands;
    uint32_t count, capacity;
    lg_terms *terms; /* of commands that have any, their texts and lists in the arena */
    uint32_t term_count, term_capacity;
    lg_arena arena;
};

struct lg_desk {
    lg_mem *mem;
    lg_market *market;
    char *name;
    uint32_t index;
    struct lg__rights asset_rights, area_rights;
    uint32_t *assets, *markets;
    uint32_t asset_count, asset_capacity, market_count, market_capacity;
    struct lg__batch batch[2]; /* one is filled, the other was applied last */
    int filling;
    lg_answer *answers;
    uint32_t answer_capacity;
    lg_desk_counts counts;
};

/** Turns the filled batch into the applied one and makes room for its answers. LG_MEMORY: nothing
 * changed. */
lg_status lg__desk_flip(lg_desk *desk) LG_CHECKED;

/** Whether a command is addressed to an asset there is. */
bool lg__is_errand(const lg_site *site, const lg_command *command);

/** Applies one command of @p desk to the market. Rights are checked here, whoever sends. */
void lg__apply(lg_desk *desk, const lg_command *command, lg_answer *answer);

#endif
