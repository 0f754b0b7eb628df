/* host/site/pages.h — what the pages of a league are made with; for this room alone */
#ifndef LG_SITE_PAGES_H
#define LG_SITE_PAGES_H

#include "site/film.h"
#include "site/markup.h"
#include "site/site.h"

typedef struct lg__site {
    lg_mem *mem;
    const lg_site_input *input;
    const lg_league *league;
    const lg_result *result;
    const lg_contest *contest;
    lg_text page;
    lg_err *err;
} lg__site;

/* Each fills site->page. */
void lg__page_index(lg__site *site);
void lg__page_entrant(lg__site *site, uint32_t entrant);
void lg__page_game(lg__site *site, uint32_t game, const lg_film *film);
void lg__page_seat(lg__site *site, uint32_t game, uint32_t seat, const lg_film *film);

/** Whether ranks of @p role go by savings; else by scores. */
bool lg__by_saving(const lg__site *site, lg_seat_role role);
/** "EUR/day" or "points". */
const char *lg__unit_of(const lg__site *site, lg_seat_role role);
/** Cells of a seat in a game: outcome (with its page), score, saving, cost. @p up as of
 * lg_markup_begin() */
void lg__seat_cells(lg__site *site, uint32_t game, uint32_t seat, const char *up);
void lg__seat_heads(lg_text *out);
/** What the seat is scored by, term by term (page_terms.c). */
void lg__seat_terms(lg__site *site, uint32_t game, uint32_t seat);
/** Energy and money as pages show them. */
static inline double lg__kwh(int64_t uwh)
{
    return (double)uwh / 1e9;
}
static inline double lg__eur(int64_t uct)
{
    return (double)uct / 1e8;
}
/** ", 3 faults", or nothing without any. */
void lg__faults(lg_text *out, uint64_t faults);
/** A link to the page of an entrant, with its name. */
void lg__entrant_link(lg__site *site, uint32_t entrant, const char *up);
/** "village, seed 2". */
void lg__case_name(const lg__site *site, uint32_t game, lg_text *out);

#endif
