/* host/desk/room.h — what the files of this room share: the desk's inside and the applying of
 * commands */
#ifndef LG_DESK_ROOM_H
#define LG_DESK_ROOM_H

#include "desk/desk.h"

#define LG__BIT_WORDS(count) (((size_t)(count) + 63) / 64 + 1)

struct lg__batch {
    lg_command *commands;
    uint32_t count, capacity;
};

struct lg_desk {
    lg_mem *mem;
    lg_market *market;
    char *name;
    uint32_t index;
    uint64_t *asset_bits, *area_bits; /* rights, one bit a node */
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

/** Applies one command of @p desk to the market. Rights are checked here, whoever sends. */
void lg__apply(lg_desk *desk, const lg_command *command, lg_answer *answer);

#endif
