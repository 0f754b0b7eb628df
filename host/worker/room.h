/* host/worker/room.h — a worker as its host sees it */
#ifndef LG_WORKER_ROOM_H
#define LG_WORKER_ROOM_H

#include <sys/types.h>
#include "worker/channel.h"
#include "worker/pack.h"
#include "worker/workers.h"

/** Questions besides those about own assets that are answered before they are asked, by callback;
 * and the most bytes of such answers. */
#define LG_WORKER_KEYS_MAX    64
#define LG_WORKER_FORESEE_MAX (1u << 20)

typedef enum lg__worker_state {
    LG_WORKER_IDLE,
    LG_WORKER_RUNNING, /* the word is with it */
    LG_WORKER_SPOKEN,  /* its message lies in `in` */
    LG_WORKER_GONE,    /* it is no more, since before anything was asked of it: that counts where it
                          is called next, whenever it was noticed */
    LG_WORKER_LOST,    /* it is no more; its agent has not been told yet */
    LG_WORKER_OVER,
} lg__worker_state;

/** What it is called for: the place of an end there, the same in every run. */
typedef struct lg__worker_at {
    uint32_t callback, part; /* as in lg_remote_end */
    uint64_t call;
} lg__worker_at;

typedef struct lg__worker {
    struct lg_workers *pool;
    lg_agent *agent;
    lg_agent_input input;
    lg_desk *desk;
    lg_sight sight;
    lg__worker_state state;
    pid_t pid;
    int pidfd, fd;
    clockid_t clock; /* its processor time */
    uint32_t number; /* of the exchange */
    lg_text out, in;
    size_t in_max;
    /* the callback that runs or waits */
    uint32_t callback, part;
    lg__worker_at at; /* of several that are sent together the first */
    uint64_t aside_call;
    uint32_t asides; /* exchanges before that callback in which nothing was called that counts */
    bool waiting, begun;
    bool loading; /* nobody waits for that */
    /* what may come of it: it is called for so many, ... */
    uint32_t asked;
    bool may_wait; /* and that may wait */
    bool counts;   /* and errors are those of callbacks */
    uint32_t in_a_row;
    uint64_t lines, said; /* printed by the callback so far, also before it waited; bytes of that */
    int64_t begun_ns, begun_cpu_ns; /* the callback; what it waits for answers is left out */
    int64_t spent_ns;               /* since begun_ns, when it spoke */
    int64_t looked_ns;              /* when it was looked at last */
    int64_t silent_ns;              /* in this slot, as far as anybody has looked */
    double seconds; /* of processor time that it may use, grace included; lg_follow_limit() */
    /* what is known of it */
    uint32_t callbacks; /* bits */
    bool every_tick;
    bool strange;    /* it does not know what the batch of its desk holds */
    uint32_t queued; /* callbacks put into `out` */
    uint64_t pinned; /* number of the newest post it has been shown */
    lg_status done;  /* what came of a thing of reload.h */
    lg_err failed;   /* why not, of its state */
    lg_text *left;   /* and what is said of what it leaves out */
    lg_text *saved;  /* where the state goes; NULL: it has not been asked for */
    lg_moment moment;
    lg_remote_end end; /* why it is lost */
    bool told;
    const lg_params **params; /* of own assets, as it knows them */
    uint32_t param_count;
    uint32_t holds; /* lg_desk_holds() when it was told last */
    /* what it asks for, by callback: bits of rows about own assets, other questions */
    uint32_t rows[LG_REMOTE_CALLS];
    lg_sight_key keys[LG_REMOTE_CALLS][LG_WORKER_KEYS_MAX];
    uint32_t key_count[LG_REMOTE_CALLS];
} lg__worker;

struct lg_workers {
    lg_mem *mem;
    const char *program;
    lg_remote remote;
    int epoll;
    lg__worker **items;
    uint32_t count, capacity;
    int64_t patience_ns; /* 0: no such limit */
    lg_workers_counts counts;
};

/* said.c */
/** Does what the message in w->in says, of which nothing is trusted: it is LG_WORKER_IDLE then, or
 * LG_WORKER_LOST. */
void lg__worker_read(lg__worker *w);
/** The same for what came of loading. @return as lg_agent_new() */
lg_status lg__worker_read_loaded(lg__worker *w, lg_err *err) LG_CHECKED;
/** Before it is asked for @p count callbacks: what it may say then. @p may_wait: that callback may
 * wait; @p counts: how they end counts for the errors in a row. */
void lg__worker_ask_for(lg__worker *w, uint32_t count, bool may_wait, bool counts);
/** Before the callback that waits goes on, for which @p count others are called first. */
void lg__worker_ask_again(lg__worker *w, uint32_t count);

/* workers.c */
/** Waits for the end of the exchange, if there is one, and does what came of it. */
void lg__worker_collect(lg__worker *w);
/** It has spoken, or is lost: what came of its loading. @return as lg_agent_new() */
lg_status lg__worker_loaded(lg__worker *w, lg_err *err) LG_CHECKED;
/** Processor time that it may take to load its script, or to look at it, until it is ended. */
double lg__worker_load_s(const lg__worker *w);
/** Appends parameters of own assets, when they are others than it knows. */
void lg__worker_put_params(lg__worker *w);
/** Appends how its desk stands, and what that holds if it does not know. */
void lg__worker_put_stand(lg__worker *w);
/** The time has come. */
void lg__worker_set_moment(lg__worker *w, const lg_moment *moment);
/** The number of its next callback. */
uint64_t lg__worker_next_call(const lg__worker *w);
/** Whether it ends in place of what it is asked next, since an end was kept from another run for
 * this place, or since it is LG_WORKER_GONE; then it is LG_WORKER_LOST. */
bool lg__worker_ends_here(lg__worker *w, uint32_t callback, uint64_t call, uint32_t part);

/* calls.c */
/** For lg_remote.participant. */
void lg__worker_participant(void *self, lg_participant *participant);

/* handover.c */
/** Fills in what reload.h asks of an agent. */
void lg__handover_join(lg_remote *remote);

/* serve.c */
/** Appends the answers that callback @p callback of it will ask for. */
void lg__serve_foresee(lg__worker *w, uint32_t callback, lg_text *out);
/** Answers the question in a READ record, and what is likely to be asked next. */
void lg__serve_read(lg__worker *w, const lg_wire_record *record, lg_text *out);

/** Appends the answer to a LOOK record. @return false: it may not be asked */
bool lg__serve_look(lg__worker *w, const lg_wire_record *record, lg_text *out);

/* pool.c */
/** Starts the process of @p w. @return LG_OK; LG_LIMIT */
lg_status lg__pool_spawn(lg__worker *w, lg_err *err) LG_CHECKED;
/** Passes the word: sends w->out, which is empty then. @p on: to the callback that waits, whose
 * time goes on. */
void lg__pool_send(lg__worker *w, bool on);
/** Waits until the word is back, serving all who ask meanwhile. */
void lg__pool_collect(lg__worker *w);
/** Whether the word is back; serves it as far as that is possible without waiting. */
bool lg__pool_poll(lg__worker *w);
/** Ends its process: it is LG_WORKER_LOST at w->at, or LG_WORKER_GONE. @p format says why. */
void lg__pool_lose(lg__worker *w, const char *format, ...) __attribute__((format(printf, 2, 3)));
/** One that is LG_WORKER_GONE is LG_WORKER_LOST at w->at. */
void lg__pool_place(lg__worker *w);
/** Ends its process without a word, and gives back what @p w holds. */
void lg__pool_drop(lg__worker *w);
/** Monotonic time. */
int64_t lg__pool_now_ns(void);

#endif
