/* host/arena/contest_keys.h — the tables of a MATCH or LEAGUE file; for its reader alone */
#ifndef LG_ARENA_CONTEST_KEYS_H
#define LG_ARENA_CONTEST_KEYS_H

#include "arena/contest.h"

enum { LG__SEEDS_MAX = 10000 };

/** The keys of a table that matches and leagues share, and those that one of them adds. */
typedef struct lg__rows {
    lg_key items[64];
    uint32_t count;
} lg__rows;

/** Of the file itself. */
lg__rows lg__contest_rows(lg_contest_kind kind);
/** Of an entry of scenarios. */
lg__rows lg__scenario_rows(lg_contest_kind kind);

extern const lg_key lg__seat_keys[], lg__entrant_keys[], lg__hidden_keys[];
extern const uint32_t lg__seat_key_count, lg__entrant_key_count, lg__hidden_key_count;

#endif
