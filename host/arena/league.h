/* host/arena/league.h — the table of a league: ranks over cases, families, and a ladder beside it
 *
 * A case is a scenario with a seed; what an entrant has there is the mean over its seats and games
 * of the league's measure: the counted score, or the saving in EUR a day. Ranks are those of rank.h
 * over cases, each role by itself. The ladder plays all games through rating.h in the order of
 * their jobs' names, which nobody can choose; a place in a game goes by the same measure. Both
 * belong to sources: entrants of the same source are one.
 */
#ifndef LG_ARENA_LEAGUE_H
#define LG_ARENA_LEAGUE_H

#include "arena/rank.h"
#include "arena/rating.h"
#include "arena/result.h"

/** Of the resampling; the same for all leagues, so that a pair's interval depends on it alone. */
#define LG_LEAGUE_SEED 1

/** The line of one entrant. */
typedef struct lg_league_row {
    lg_rank rank;     /* same_as is an index of the contest's entrants */
    lg_rating rating; /* of its source */
    uint32_t place; /* in the ladder of its role; 1 the best, equals share; 0: it never met anybody
                     */
    uint32_t games; /* games of the ladder */
    double saving_EUR_per_day; /* mean over its seats and games, a seat; NaN for operators */
    double score;              /* mean of counted ones; NaN without any */
    double *families;          /* mean of the measure over the cases of each family; NaN */
} lg_league_row;

typedef struct lg_league {
    lg_mem *mem;
    lg_arena arena;
    const lg_result *result; /* borrowed, and must outlive this */
    const char *const *hashes;
    uint32_t cases;        /* scenario s with seed k is case s * seed_count + k */
    uint32_t unscored;     /* of them, those where an entrant that played has no value */
    const char **families; /* in the order of the file */
    uint32_t family_count;
    uint32_t *family_of; /* by scenario */
    lg_league_row *rows; /* as the contest's entrants */
    double *values;      /* of entrant e in case c at [e * cases + c] */
    lg_rank_pair *pairs; /* of entrants a, b at [a * entrants + b]; those of one role */
    uint32_t *order;     /* entrants as a table has them: by role, the best first */
} lg_league;

/** What a league was made of, to be published with it. Borrowed. */
typedef struct lg_league_inputs {
    const char *file_hash; /* SHA-256 of the LEAGUE file */
    const lg_game_pairs *files, *plugins;
} lg_league_inputs;

/**
 * Ranks. lg_league_fini() in every case.
 * @param hashes  of entrants' sources: the same hash is the same entrant
 * @return LG_OK; LG_INVALID a value is infinite; LG_MEMORY
 */
lg_status lg_league_make(lg_mem *mem, const lg_result *result, const char *const *hashes,
                         lg_league *league, lg_err *err) LG_CHECKED;
void lg_league_fini(lg_league *league);

/** A saving in EUR a day of the game @p game. */
double lg_league_per_day(const lg_result *result, uint32_t game, int64_t saving_uct);
/** What the measure says of a seat of a game; NaN when it has no value. */
double lg_league_value(const lg_league *league, uint32_t game, uint32_t seat);

/** Appends league.json: every term, the same bytes for the same games. */
void lg_league_print(const lg_league *league, const lg_league_inputs *inputs, const char *engine,
                     lg_text *out);

#endif
