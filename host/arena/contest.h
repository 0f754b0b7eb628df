/* host/arena/contest.h — a MATCH or LEAGUE file: who meets whom, where and for how long
 *
 * "Match" is also what orders do in a market (lunagrid/matching.h), so in the code it is a contest.
 * A league is one with a table: it has as many games as a plan of blocks.h, cases and ranks.
 */
#ifndef LG_ARENA_CONTEST_H
#define LG_ARENA_CONTEST_H

#include "arena/game.h"

/** Days of a game when neither match nor scenario entry says how long. */
#define LG_CONTEST_DAYS 7

typedef enum lg_contest_kind {
    LG_CONTEST_MATCH,
    LG_CONTEST_LEAGUE,
} lg_contest_kind;

/** What a league ranks by. */
typedef enum lg_measure {
    LG_MEASURE_SCORE,  /* 0: baseline, 100: bound; cases without a bound do not count */
    LG_MEASURE_SAVING, /* EUR a day and seat */
} lg_measure;

/** "score", "saving". */
const char *lg_measure_name(lg_measure measure);

typedef struct lg_contest_scenario {
    const char *name;        /* of the entry; the file when it has none */
    const char *family;      /* of a league: what it is summed up with; its name when it has none */
    const char *file;        /* as written: a file or a folder, seen from the match's folder */
    const lg_conf *settings; /* as --set has them; NULL: none */
    double days;             /* 0: slots count */
    uint32_t slots;
    const char *path; /* of the entry in the file: "scenario", "scenarios[2]" */
    const char
        *length_path; /* of days or slots: "days", "scenarios[2].slots"; "": neither is said */
    int line, length_line;
} lg_contest_scenario;

typedef struct lg_contest_seat {
    const char *name;
    lg_seat_role role;
    lg_names assets, markets; /* both empty: what the scenario gives the agent, asset or area */
    uint32_t entrant;         /* who always sits here; LG_NONE: they take turns */
    const char *path;         /* "seats[1]" */
    int line;
} lg_contest_seat;

typedef struct lg_contest_entrant {
    const char *name;
    lg_seat_role role;
    const char *script; /* as written, "baseline", or of an exchange the rule */
    const lg_conf *params;
    const char *path; /* "entrants[1]" */
    int line;
} lg_contest_entrant;

/** How entrants take turns in the seats of their role that nobody has for good. */
typedef enum lg_turns {
    LG_TURNS_ROTATE, /* as many games as entrants: in the next one each sits one seat further */
    LG_TURNS_ALL,    /* every order of them */
    LG_TURNS_NONE,   /* one game: the first entrant in the first seat, and so on */
} lg_turns;

/** What a seat is compared with. */
typedef enum lg_against {
    LG_AGAINST_SEAT, /* the same game with "baseline" in this seat */
    LG_AGAINST_ALL,  /* with "baseline" in all seats */
} lg_against;

typedef struct lg_contest {
    lg_mem *mem;
    lg_arena arena; /* of everything */
    const char *file, *folder;
    const char *name, *description;
    const char *root; /* as written; NULL: found from the files */
    lg_contest_scenario *scenarios;
    uint32_t scenario_count;
    lg_contest_seat *seats;
    uint32_t seat_count;
    lg_contest_entrant *entrants;
    uint32_t entrant_count;
    uint64_t *seeds; /* of hidden ones filled by lg_contest_reveal() */
    uint32_t seed_count;
    const char *commitment; /* SHA-256 of the salt; NULL: seeds are public */
    const char *salt;       /* once it was revealed; else NULL */
    lg_contest_kind kind;
    lg_turns turns;     /* of a match */
    bool blocks;        /* of a league: so many rounds, not as many as let all meet equally often */
    uint32_t rounds;    /* of blocks; 1 at least */
    lg_measure measure; /* of a league */
    lg_against against;
    const char *sees;      /* "own": of markets scripts see their own surroundings; NULL: all */
    const lg_conf *budget; /* of every script, as in a scenario's agent; NULL: the default */
} lg_contest;

/** What scripts may use up unless the match says otherwise. */
#define LG_CONTEST_UNITS_PER_CALL   1000000
#define LG_CONTEST_BANK_CALLS       50 /* the bank holds so many times units_per_call */
#define LG_CONTEST_MEMORY_MB        64
#define LG_CONTEST_SECONDS_PER_CALL 10
#define LG_CONTEST_FAULTS_IN_A_ROW  10
#define LG_CONTEST_BREACHES_A_DAY   5

/**
 * Reads a MATCH file. Every problem goes to @p diag with file, line, key and near miss.
 * lg_contest_fini() in every case.
 * @return LG_OK; LG_SCENARIO there were errors; LG_MEMORY
 */
lg_status lg_contest_read(lg_mem *mem, const char *file, lg_diag *diag,
                          lg_contest *match) LG_CHECKED;
/** The same of a LEAGUE file. @return as lg_contest_read() */
lg_status lg_contest_read_league(lg_mem *mem, const char *file, lg_diag *diag,
                                 lg_contest *league) LG_CHECKED;
void lg_contest_fini(lg_contest *match);

/**
 * Makes the hidden seeds from @p salt: number i (from 0) is the first 53 bits of the SHA-256 of
 * "<salt>:<i>".
 * @return LG_OK; LG_INVALID the salt is not the one that was promised; LG_MEMORY
 */
lg_status lg_contest_reveal(lg_contest *match, const char *salt, lg_err *err) LG_CHECKED;

/** The JSON Schema of files of @p kind. */
void lg_contest_schema(lg_contest_kind kind, lg_text *out);

/* ---- who sits where (lineup.c) ---- */

/** Games more than this of one scenario and seed are refused. */
#define LG_LINEUPS_MAX 50000

/** Who sits where: an index of an entrant a seat. */
typedef struct lg_lineups {
    lg_mem *mem;
    uint32_t *items; /* count times seat_count */
    uint32_t count, seat_count;
} lg_lineups;

/** Every lineup that the match asks for, in order. lg_lineups_fini() in every case.
 * @return LG_OK; LG_LIMIT there are more than LG_LINEUPS_MAX; LG_MEMORY */
lg_status lg_lineups_make(lg_mem *mem, const lg_contest *match, lg_lineups *lineups,
                          lg_err *err) LG_CHECKED;
void lg_lineups_fini(lg_lineups *lineups);

/**
 * The lineups of a league: a plan of blocks.h for each role, played side by side until each is
 * whole. Whoever has the hash of an earlier entrant of its role gets no seat (plan.c).
 * @param hashes  of each entrant's source
 * @return LG_OK; LG_INVALID nobody is left for a seat, or a plan is impossible; LG_LIMIT there are
 * more than LG_LINEUPS_MAX; LG_MEMORY. lg_lineups_fini() in every case.
 */
lg_status lg_lineups_plan(lg_mem *mem, const lg_contest *league, const char *const *hashes,
                          lg_lineups *lineups, lg_err *err) LG_CHECKED;

#endif
