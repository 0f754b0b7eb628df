/* host/arena/result.h — what came of a match: every game's seats compared and scored, and a row an
 * entrant */
#ifndef LG_ARENA_RESULT_H
#define LG_ARENA_RESULT_H

#include "arena/contest.h"
#include "arena/figures.h"

/** One game that was played. Everything is borrowed and must outlive the result. */
typedef struct lg_result_game {
    uint32_t scenario, seed; /* indices into the contest's */
    const uint32_t *lineup;  /* an entrant a seat */
    const char *job;
    const lg_figures *figures;
    const char *const *reference_jobs; /* a seat: the game it is compared with */
    const lg_figures *const *references;
} lg_result_game;

/** What an entrant has come to, over all its seats in all games. */
typedef struct lg_result_entrant {
    uint32_t games;                           /* seats it had, counted over games */
    uint32_t outcomes[LG_OUTCOME_MEMORY + 1]; /* of them, by outcome */
    uint32_t scored;                          /* seats with a score */
    double score;                             /* mean of counted scores; NaN without any */
    double saving_uct;                        /* mean of savings, of traders */
    uint64_t faults, refused;
} lg_result_entrant;

typedef struct lg_result {
    lg_mem *mem;
    lg_arena arena;
    const lg_contest *contest;
    const lg_result_game *games;
    uint32_t game_count;
    lg_seat_score *scores;        /* game by game, seat by seat; of traders */
    lg_operator_score *operators; /* likewise, of operators */
    lg_result_entrant *entrants;  /* as in the contest */
    const char *const *hashes;    /* of entrants: SHA-256 of the script; "" */
    char hash[65];                /* SHA-256 of the names of all jobs: what was asked */
} lg_result;

/** Compares and scores. lg_result_fini() in every case. @return LG_OK; LG_MEMORY */
lg_status lg_result_make(lg_mem *mem, const lg_contest *contest, const lg_result_game *games,
                         uint32_t game_count, const char *const *hashes,
                         lg_result *result) LG_CHECKED;
void lg_result_fini(lg_result *result);

/** Score and saving of seat @p seat in game @p game. */
const lg_seat_score *lg_result_score(const lg_result *result, uint32_t game, uint32_t seat);
const lg_operator_score *lg_result_operator(const lg_result *result, uint32_t game, uint32_t seat);

/** Gini coefficient of what the traders' seats of game @p game have saved: nobody else of the
 * community was compared with anything. NaN without any. */
double lg_result_gini(const lg_result *result, uint32_t game);

/** Appends the games of result.json, `"games": [...]`. */
void lg_result_print_games(const lg_result *result, lg_text *out);
/** Appends result.json: the same bytes for the same games. */
void lg_result_print(const lg_result *result, const char *engine, lg_text *out);

#endif
