/* host/app/helm.h — when the next tick of a run is done: at once, at its time, or not at all
 *
 * All a run is told from outside about its course meets here: the pace, pauses, steps, the end. It
 * decides when a tick is done and never what it does.
 */
#ifndef LG_APP_HELM_H
#define LG_APP_HELM_H

#include "app/outside.h"
#include "app/pace.h"

typedef enum lg_helm_stop {
    LG_HELM_GO_ON,
    LG_HELM_STOP_SLOT, /* the running slot is finished, at once; then the results */
    LG_HELM_STOP_TICK, /* no more ticks; the results stay as they are */
} lg_helm_stop;

typedef enum lg_helm_order {
    LG_HELM_TICK, /* do the next tick */
    LG_HELM_WAIT, /* look again at the deadline, or when something has happened */
    LG_HELM_END,  /* no more ticks */
} lg_helm_order;

/** Prepared by lg_helm_init(); read freely, change by the functions. */
typedef struct lg_helm {
    uint32_t slot_count, ticks_per_slot;
    int64_t slot_ms;
    int64_t (*now_ns)(void); /* the clock of the deadlines */
    lg_place next;           /* the tick that is done next */
    lg_pace pace;
    lg_helm_stop stop;
    bool paused;
    uint64_t steps;    /* ticks that are done although it is paused */
    bool anchored;     /* simulated time anchor_ms is due at anchor_ns */
    int64_t anchor_ms; /* since the start of the run */
    int64_t anchor_ns;
    int64_t late_ns;        /* of the tick that is done next, when it was looked at last */
    bool behind, caught_up; /* to be told: lg_helm_news() */
    bool told;
} lg_helm;

/** At the start of a run of @p slot_count slots, going on at full speed. */
void lg_helm_init(lg_helm *helm, uint32_t slot_count, uint32_t ticks_per_slot, int64_t slot_ms,
                  int64_t (*now_ns)(void));

/** What to do now. *until_ns: the deadline of LG_HELM_WAIT, of helm->now_ns. */
lg_helm_order lg_helm_next(lg_helm *helm, int64_t *until_ns);
/** A tick was done; @p next is the one after it. */
void lg_helm_done(lg_helm *helm, lg_place next);

/** From now on at this pace: the next tick is due at once, later ones from there. */
void lg_helm_set_pace(lg_helm *helm, lg_pace pace);
void lg_helm_pause(lg_helm *helm);
/** Goes on where it was: what was due in the pause is not caught up. */
void lg_helm_resume(lg_helm *helm);
/** Does @p ticks ticks at once, then is paused. */
void lg_helm_step_ticks(lg_helm *helm, uint64_t ticks);
/** The same to the end of the running slot and @p slots - 1 more; at the start of one: of @p slots.
 */
void lg_helm_step_slots(lg_helm *helm, uint64_t slots);
/** A second stop while a slot is being finished ends after the tick. */
void lg_helm_set_stop(lg_helm *helm, lg_helm_stop stop);

/** When simulated time @p ms, since the start of the run, is due, of helm->now_ns; INT64_MAX: not
 * known, as it is paused, or at full speed. */
int64_t lg_helm_due_ns(const lg_helm *helm, int64_t ms);
/** Nanoseconds of helm->now_ns until the next slot begins; -1 when that is not known: paused, or at
 * full speed. */
int64_t lg_helm_slot_in_ns(const lg_helm *helm);
/** Seconds that a worker which says nothing may keep a slot waiting: @p slots times what one lasts
 * at its pace, and at least LG_HELM_PATIENCE_MIN_S; 0: as long as it likes, nothing is due at a
 * time.
 */
double lg_helm_patience(const lg_helm *helm, double slots);
#define LG_HELM_PATIENCE_MIN_S 0.1
/**
 * Whether it has fallen behind its pace or caught up since the last call; a sentence for it is
 * appended to @p out.
 */
bool lg_helm_news(lg_helm *helm, lg_text *out);

#endif
