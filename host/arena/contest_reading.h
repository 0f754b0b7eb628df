/* host/arena/contest_reading.h — a MATCH or LEAGUE file while it is read, for the files that do so
 */
#ifndef LG_ARENA_CONTEST_READING_H
#define LG_ARENA_CONTEST_READING_H

#include "arena/contest_keys.h"

typedef struct lg__reading {
    lg_keys keys;
    lg_contest *match;
    const lg_conf *root;
    bool exhausted, fine;
} lg__reading;

/** As lg_keys_problem(); and the file is not fine. */
void lg__contest_problem(lg__reading *r, const lg_conf *at, const char *label, const char *key,
                         const char *format, ...) __attribute__((format(printf, 5, 6)));
/** @p count things of @p size and one more, zeroed, in the match's arena; NULL: exhausted, which is
 * noted. */
void *lg__contest_room(lg__reading *r, uint32_t count, size_t size);
/** The file name of @p path without folder and ending; "scenario" is called like its folder. */
const char *lg__contest_short_name(lg__reading *r, const char *path);

/** The key path of entry @p index of @p list, counted from 1 as Lua does: "seats[1]"; with @p key,
 * unless it is NULL: "scenarios[2].days". */
const char *lg__contest_path(lg__reading *r, const char *list, uint32_t index, const char *key);

/* Parts of the file, in this order (contest_scenarios.c, contest_seats.c, contest_seeds.c). */
void lg__contest_scenarios(lg__reading *r);
/** Settings of the match itself are those of every scenario that does not say otherwise. */
void lg__contest_settings(lg__reading *r);
/** A case that is there twice would count twice, and say what it cannot. */
void lg__contest_cases(lg__reading *r);
void lg__contest_entrants(lg__reading *r);
void lg__contest_seats(lg__reading *r);
/** Whoever may sit down has a chair, and the other way round. */
void lg__contest_roles(lg__reading *r);
void lg__contest_seeds(lg__reading *r);

#endif
