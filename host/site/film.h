/* host/site/film.h — what a game shows over time, and what became of each seat's money: read from
 * its results */
#ifndef LG_SITE_FILM_H
#define LG_SITE_FILM_H

#include "arena/contest.h"
#include "arena/figures.h"
#include "store/past.h"

/** Most lines of what a script has said. */
#define LG_FILM_LINES_MAX 60
/** Most of its refused commands. */
#define LG_FILM_REFUSED_MAX 40

/** With whom a seat has traded. */
typedef struct lg_film_partner {
    const char *name; /* another seat's, "utility", "neighbours" */
    int64_t bought_uwh, paid_uct, sold_uwh, earned_uct;
} lg_film_partner;

/** What a seat did in an hour of the day, all days together. */
typedef struct lg_film_hour {
    int64_t bought_uwh, paid_uct, sold_uwh, earned_uct;
} lg_film_hour;

typedef struct lg_film_refusal {
    const char *code, *text; /* why: "LIMIT", "a limit is reached" */
    int64_t commands;
} lg_film_refusal;

/** One of the refused commands: those that are kept are the first. */
typedef struct lg_film_refused {
    uint32_t slot, tick; /* LG_NONE: before the first slot */
    const char *command, *node, *code;
    int64_t energy_uwh, rate_uct; /* of an order; energy 0: it was none */
    int64_t asked, allowed; /* where code is ENERGY (micro-watt-hours) or RATE; both 0: not said */
} lg_film_refused;

typedef struct lg_film_line {
    uint32_t slot, tick;
    const char *text;
} lg_film_line;

typedef struct lg_film_seat {
    double *stored_kWh; /* when each slot begins; NULL: it has no battery */
    double *cost_EUR;   /* paid minus earned, summed up to each slot; of a trader */
    lg_film_hour hours[24];
    lg_film_partner *partners; /* seats of the game, then utility, then neighbours */
    uint32_t partner_count;
    int64_t fees_uct; /* part of what it has paid */
    lg_film_refusal *refusals;
    uint32_t refusal_count;
    lg_film_refused *refused;
    uint32_t refused_count; /* LG_FILM_REFUSED_MAX at most */
    int64_t units_most;     /* below 0: not known */
    lg_film_line *lines;
    uint32_t line_count;
    bool lines_more; /* there are more in table log */
} lg_film_seat;

typedef struct lg_film {
    lg_mem *mem;
    lg_arena arena;
    uint32_t slots;
    int64_t *at_ms;   /* when each slot begins */
    double *price_ct; /* in the community's market, its fee included; NaN: no trade */
    double *utility_ct, *feed_in_ct; /* what the utility asks and pays as that market sees it */
    const char *community;
    lg_film_seat *seats; /* as in the contest */
    uint32_t seat_count;
} lg_film;

/** Reads the game in @p folder. lg_film_fini() in every case.
 * @return LG_OK; LG_STORE (err says why); LG_MEMORY */
lg_status lg_film_read(lg_mem *mem, const lg_contest *contest, const char *folder, lg_film *film,
                       lg_err *err) LG_CHECKED;
void lg_film_fini(lg_film *film);

#endif
