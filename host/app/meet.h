/* host/app/meet.h — a whole match, from the MATCH file to the table */
#ifndef LG_APP_MEET_H
#define LG_APP_MEET_H

#include "app/table.h"
#include "arena/result.h"

/** What the folder of a match has beside its jobs. */
#define LG_MEET_RESULT "result.json"

typedef struct lg_meet_input {
    const char *file;
    lg_contest_kind kind;
    const char *out;   /* NULL: matches/<name>; of a league leagues/<name> */
    const char *salt;  /* or "@file"; NULL: none */
    uint32_t parallel; /* 0: one a processor */
    const char *nats;  /* as in lg_jobs_input */
    bool print_jobs;   /* nothing is played or scored: app/print_jobs.h */
    bool json, quiet;
    bool as_judge; /* of a league: plays in a folder of its own, all games, and says what it was
                      made of */
    bool *differs; /* of a judge: set when a game in the folder was not what came out; or NULL */
} lg_meet_input;

/** Plays the match and prints what came of it. @return LG_OK; LG_SCENARIO the match has errors
 * (printed to stderr); LG_INVALID; LG_IO; LG_LIMIT it was stopped; LG_MEMORY. err has a sentence,
 * or is empty when all was said. */
lg_status lg_meet(lg_mem *mem, const lg_meet_input *input, lg_err *err) LG_CHECKED;

/** Reads and checks a MATCH or LEAGUE file with all scenarios and seats; problems go to stdout as
 * those of `check`. @return as lg_meet() */
lg_status lg_meet_check(lg_mem *mem, const char *file, lg_contest_kind kind,
                        lg_err *err) LG_CHECKED;

/** The table of a match for people (meet_table.c). */
void lg_meet_table(lg_mem *mem, const lg_result *result, const char *folder, bool colours,
                   lg_text *out);
/** The next cell says how an entrant's games ended: "3 ok", "2 ok, 1 timeout". */
void lg_meet_outcomes(lg_table *table, const lg_result_entrant *entrant);

#endif
