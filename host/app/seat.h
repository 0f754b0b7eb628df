/* host/app/seat.h — the inside of seats, for the files that say who sits there */
#ifndef LG_APP_SEAT_H
#define LG_APP_SEAT_H

#include "app/baseline.h"
#include "app/seats.h"
#include "worker/workers.h"
#include "script/reload.h"

/** Where a script ended that could not even be loaded, in no callback: afresh, or before the run
 * (lg_stopped.part 0); and one that was to take the place of another. */
#define LG__AT_LOAD   LG_OUTSIDE_AT_LOAD
#define LG__AT_RELOAD "the top level of a newer version"

/** Where an agent of a seat has its place: the scenario's own, or one that an event brings. */
typedef struct lg__stand {
    lg_agent *agent;
    const char *script;            /* its file */
    const lg_script_param *params; /* NULL: none */
} lg__stand;

/** A version that may come back, as it stood. */
typedef struct lg__kept {
    lg_agent *agent;
    uint32_t version;
} lg__kept;

/** Of a newer version (trial.c). */
typedef struct lg__trial lg__trial;

typedef struct lg__seat {
    lg_seats *seats;
    uint32_t index;
    lg_desk *desk;
    lg__stand own; /* of the scenario's agent */
    lg__stand *at; /* the one at work: own, or an heir's; NULL while it is loaded */
    const char *name;
    lg_notes *notes;
    uint32_t shown;       /* errors printed so far */
    uint64_t faults;      /* callbacks of it that failed */
    bool starts_baseline; /* nobody else has been at work yet */
    lg_bundle **versions; /* texts of version 1, 2, ... */
    uint32_t version_count, version_capacity;
    uint32_t version;  /* at work */
    uint32_t newcomer; /* of an agent that is about to be; 0: none */
    /* probation: what comes back when the version at work fails, the last one first: the one before
     * it, and the last proven one */
    lg__kept kept[2];
    uint32_t kept_count; /* 0: the version at work is proven */
    uint64_t proven_at;  /* tick of the run from which on it is */
    /* a script that was given up */
    bool given_up;         /* and nobody has taken over yet */
    bool left;             /* by its owner, until a version is back */
    uint32_t strikes;      /* how often the version at work has started afresh */
    uint32_t due;          /* the slot in which it does so next; LG_NONE: not known yet */
    lg_baseline *baseline; /* in its place; NULL: a version is at work, or nobody yet */
    const char *unloaded;  /* why its own script is not there, and no record tells; NULL: it is */
    const char *code;      /* of what ended it; why begins with it */
    char why[LG_ERR_TEXT_MAX];
    lg__trial *trial;  /* of a newer version that nobody waits for; NULL: none */
    lg_stopped stop;   /* the end that is to be repeated, and */
    const char *words; /* what was told of it; NULL: none is */
} lg__seat;

/** Another script for a seat, from an event on. */
typedef struct lg__heir {
    uint32_t event, seat;
    lg__stand stand;
} lg__heir;

struct lg_seats {
    lg_mem *mem;
    lg_seats_input input;
    lg_arena arena; /* params */
    lg__seat *items;
    lg__heir *heirs;
    uint32_t heir_count;
    lg_run_agent *agents; /* of seats, then of heirs */
    uint32_t count;
    uint32_t *trying; /* seats with a version on probation */
    uint32_t trying_count;
    lg_text said;     /* about the last reload */
    lg_text words;    /* the last fault of a script: of the one that is given up next, maybe */
    uint32_t waiting; /* seats that nobody has taken over yet */
    lg_run_given_up given_up;
    lg_workers *workers; /* NULL until the first script is to run in one */
    double patience;     /* of them */
    bool later;          /* trials in workers are not waited for */
};

/** Who listens to an agent, and where its texts come from; how often they have started afresh. */
typedef struct lg__opening {
    lg_bundle *bundle;     /* NULL: files */
    const lg_bundle *like; /* as in lg_agent_input */
    bool trial;            /* likewise */
    bool reload;           /* the market waits for it, unless it is */
    bool later;            /* loaded while it goes on: of one in a worker */
    uint32_t strikes;
    void (*fault)(void *ctx, const lg_agent *agent, const char *message);
    void (*print)(void *ctx, const lg_agent *agent, const char *line);
    void (*stopped)(void *ctx, const lg_agent *agent, const lg_stopped *how);
    void *ctx;
} lg__opening;

/** What agents of the seat are made of but for their script, its params and budget. */
lg_agent_input lg__seat_input(lg_seats *seats, lg__seat *seat);
/** Whether a script that has started afresh @p strikes times may do so again. */
bool lg__seat_may_restart(const lg__seat *seat, uint32_t strikes);
/** Whether @p how is the end that was kept, seat->stop. */
bool lg__seat_is_repeated(const lg__seat *seat, const lg_stopped *how);
/** A scenario's table as what a script gets as `params`, in the arena of the seats; NULL where
 * there is none. @p name: whose, for messages. LG_OK; LG_MEMORY */
lg_status lg__seat_params(lg_seats *seats, const char *name, const struct lg_conf *conf,
                          const lg_script_param **out, lg_err *err) LG_CHECKED;
/** The stand of a script whose texts are these; NULL: the file's. */
lg__stand lg__seat_stand(const lg__seat *seat, const lg_bundle *bundle);
/** Whether scripts of the seat run in a process of their own. */
bool lg__seat_is_apart(const lg_seats *seats, uint32_t seat);
/** Makes an agent for @p stand of the seat; *agent is the caller's. @return as lg_agent_new() */
lg_status lg__seat_load(lg_seats *seats, lg__seat *seat, const lg__stand *stand,
                        const lg__opening *opening, lg_agent **agent, lg_err *err) LG_CHECKED;
/** Sits everybody down, in order. @return as lg_seats_open() */
lg_status lg__seats_open_own(lg_seats *seats, lg_diag *diag, lg_err *err) LG_CHECKED;
/** Loads what events bring, so that a script that cannot be loaded is told before the run. */
lg_status lg__seats_open_heirs(lg_seats *seats, lg_diag *diag, lg_err *err) LG_CHECKED;
/** How many scripts events bring. */
uint32_t lg__seats_count_heirs(const lg_scenario *scenario);
/** The ears of the run; ctx is the seat. */
void lg__seat_fault(void *ctx, const lg_agent *agent, const char *message);
void lg__seat_print(void *ctx, const lg_agent *agent, const char *line);
void lg__seat_stopped(void *ctx, const lg_agent *agent, const lg_stopped *how);

/** What a newer version is handed of the one at work, whose @p state was saved. */
lg_legacy lg__seat_legacy(const lg__seat *seat, const lg_text *state, const lg_seats_when *when);
/** Hands it over, and lets the newer one prepare what the older one has prepared in this slot. */
lg_status lg__seat_hand_over(lg_agent *newer, const lg_legacy *legacy,
                             const lg_seats_when *when) LG_CHECKED;
/** A version that has not been at this seat yet gets its number. LG_OK; LG_MEMORY */
lg_status lg__seat_add_version(lg_seats *seats, lg__seat *seat, lg_bundle *bundle,
                               lg_err *err) LG_CHECKED;
/** Tells the results which version is at work from the tick of @p when on. */
void lg__seat_tell_version(lg_seats *seats, const lg__seat *seat, const lg_seats_when *when,
                           const char *cause, const char *detail);
/** Tells them that its template strategies are at work from @p moment on. */
void lg__seat_tell_baseline(lg_seats *seats, const lg__seat *seat, const lg_moment *moment);
/** Fills @p participant for the agent at work, with its version. */
void lg__seat_participant(const lg__seat *seat, lg_participant *participant);
/** The script at work is over: somebody has to take over. */
void lg__seat_give_up(lg__seat *seat);
/** A version is at work again: who stood in for a script that was given up goes. After the turn
 * knows. */
void lg__seat_relieve(lg_seats *seats, lg__seat *seat);
/** Ends a probation: what would have come back goes. */
void lg__seat_prove(lg_seats *seats, lg__seat *seat);

#endif
