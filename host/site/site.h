/* host/site/site.h — the folder of a league as pages: static, opened from the disk, no network
 *
 * index.html is the table; games/JOB.html a game; seats/JOB-N.html what became of a seat's money,
 * for its owner; entrants/N.html all games of an entrant. The same bytes for the same league.
 */
#ifndef LG_SITE_SITE_H
#define LG_SITE_SITE_H

#include "arena/league.h"

typedef struct lg_site_input {
    const lg_league *league;
    const char *folder; /* of the league; its games lie in jobs/NAME below */
    const char *engine; /* version */
} lg_site_input;

/** Writes all pages. @return LG_OK; LG_STORE a game cannot be read; LG_IO a page cannot be written;
 * LG_MEMORY. err says which. */
lg_status lg_site_write(lg_mem *mem, const lg_site_input *input, lg_err *err) LG_CHECKED;

#endif
