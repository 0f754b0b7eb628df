/* host/app/league.h — a whole league, from the LEAGUE file to the table and its folder */
#ifndef LG_APP_LEAGUE_H
#define LG_APP_LEAGUE_H

#include "app/meet.h"
#include "arena/league.h"

/** What the folder of a league has beside its jobs. */
#define LG_LEAGUE_RESULT "league.json"

/** Plays the league and prints its table. @return as lg_meet() */
lg_status lg_league_play(lg_mem *mem, const lg_meet_input *input, lg_err *err) LG_CHECKED;

/** The table of a league for people (league_table.c). */
void lg_league_table(lg_mem *mem, const lg_league *league, const char *folder, bool colours,
                     lg_text *out);

#endif
