/* host/worker/inside.h — the worker itself, as its own files see it */
#ifndef LG_WORKER_INSIDE_H
#define LG_WORKER_INSIDE_H

#include "script/reload.h"
#include "worker/channel.h"
#include "worker/pack.h"
#include "worker/seen.h"

/** Why it ends. */
enum {
    LG_EXIT_HOST_GONE = 0,
    LG_EXIT_CONFUSED = 3, /* the host says what cannot be */
    LG_EXIT_NO_MEMORY = 4,
};

typedef struct lg__inside {
    lg_mem *mem;
    lg_home home;
    lg_desk *desk;
    lg_board *board; /* NULL: the run has none */
    lg_sight sight;
    lg_agent *agent;
    lg_participant participant;
    lg_text in, reply, out;
    uint32_t number;
    lg_desk_mark mark; /* how much of the batch the host has */
    lg_seen seen;
    lg_wire_stand stand;
    bool waiting;
    lg_status done;
    lg_desk_part held; /* what the batch of the desk is to be */
    lg_terms *terms;   /* of it */
    uint32_t term_capacity;
    lg_trading_ask *asks; /* likewise */
    uint32_t ask_capacity;
    lg_look_elsewhere looks;
    lg_wire_walk rows; /* of the answer to the last look, */
    uint32_t row_kind; /* which was of this kind */
    lg_arena arena;    /* likewise */
} lg__inside;

/** Appends that something has not come about, and why. */
void lg__inside_failed(lg__inside *in, lg_status status, const lg_err *err);
/** Takes an answer about the market. @p copy: the message it lies in goes before it does. */
void lg__inside_seen(lg__inside *in, const lg_wire_record *record, bool copy);

/* inside_look.c */
/** What looks at the intraday market go through. */
lg_look_elsewhere lg__inside_looks(lg__inside *in);
/** Sends the question in @p question, which is given back, and waits for the answer in in->reply.
 */
void lg__inside_ask(lg__inside *in, lg_text *question);

/* inside_told.c */
/** Does what a record of the host says. */
void lg__inside_take(lg__inside *in, const lg_wire_record *record);

#endif
