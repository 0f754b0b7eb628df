/* host/app/clients.h — remote clients that take part in a run: desks whose commands come from
 * outside
 *
 * A client enters, takes assets and markets over from the agents that the scenario gives them to,
 * and sends batches of commands, all by acts of the world (app/outside.h), so a run with clients is
 * done again from its journal without them. Its commands are applied in the tick that follows, in
 * the order drawn for it; whoever looks on (a gateway) changes nothing.
 */
#ifndef LG_APP_CLIENTS_H
#define LG_APP_CLIENTS_H

#include "app/outside.h"
#include "app/seats.h"
#include "desk/turn.h"

/** Most clients of a run, those that have gone included. */
#define LG_CLIENTS_MAX 4096

typedef enum lg_claim_kind { LG_CLAIM_AREA = 1, LG_CLAIM_ASSET = 2 } lg_claim_kind;

typedef struct lg_clients lg_clients;

/** Whom they trade with; borrowed. */
typedef struct lg_clients_input {
    const lg_scenario *scenario;
    lg_turn *turn;
    lg_seats *seats;
} lg_clients_input;

/** No clients yet; NULL when exhausted. */
lg_clients *lg_clients_new(lg_mem *mem, const lg_clients_input *input);
/** Before the turn is freed. NULL is fine. */
void lg_clients_free(lg_clients *clients);

/**
 * An act of kind LG_OUTSIDE_CLIENT, _CLAIM or _BATCH happens.
 * @return LG_OK; LG_UNKNOWN no such client, asset or market, or it has gone; LG_LIMIT there are too
 * many, or another client has the node; LG_FOREIGN it does not have what it gives back; LG_INVALID
 * the act says nothing that can be read; LG_MEMORY. Unless LG_OK nothing has changed.
 */
lg_status lg_clients_act(lg_clients *clients, const lg_outside *act, lg_err *err) LG_CHECKED;

/* What act->bytes are, and act->node and act->number beside them:
 *   CLIENT  who enters (number 1), node unused; who goes (number 0): node, no bytes
 *   CLAIM   client node takes over (number 1) or gives back (number 0) what the bytes name
 *   BATCH   client node sends the commands in the bytes */
void lg_clients_pack_enter(lg_text *out, const char *id, const char *name);
void lg_clients_pack_claim(lg_text *out, lg_claim_kind kind, uint32_t index);
/** Commands and, for those of SET_*, their values: command.amount of them behind @p values, one
 * command after the other. */
void lg_clients_pack_batch(lg_text *out, const lg_command *commands, uint32_t count,
                           const lg_slot_value *values);

/** What an act says, in words; of a claim *kind and *index are what it is about, else *index is
 * LG_NONE. */
void lg_clients_describe(const lg_outside *act, lg_text *out, lg_claim_kind *kind, uint32_t *index);

typedef struct lg_client_view {
    const char *id, *name; /* borrowed */
    bool gone;
    uint64_t batches; /* sent so far: they are numbered from 1 on */
    lg_desk_counts counts;
} lg_client_view;

/** How many have entered, those that have gone included. */
uint32_t lg_clients_count(const lg_clients *clients);
/** Client @p client, below that count. */
lg_client_view lg_clients_view(const lg_clients *clients, uint32_t client);
/** The client that has the node; LG_NONE: none has. */
uint32_t lg_clients_owner(const lg_clients *clients, lg_claim_kind kind, uint32_t index);

/** Who looks on; nothing that these do may change the run. Functions may be NULL. */
typedef struct lg_clients_ears {
    void *ctx;
    /** All clients are called, once for all of them. */
    void (*moment)(void *ctx, lg_call call, const lg_moment *moment);
    void (*before)(void *ctx, uint32_t client, uint64_t batch, uint32_t index,
                   const lg_command *command);
    void (*after)(void *ctx, uint32_t client, uint64_t batch, uint32_t index,
                  const lg_command *command, const lg_answer *answer);
    /** All commands of the batch are applied. */
    void (*done)(void *ctx, uint32_t client, uint64_t batch);
    void (*trade)(void *ctx, uint32_t client, const lg_trade *trade);
    /** The trades of the tick are told. */
    void (*ticked)(void *ctx, uint32_t client);
} lg_clients_ears;

/** Copied; NULL: nobody does any more. */
void lg_clients_listen(lg_clients *clients, const lg_clients_ears *ears);

#endif
