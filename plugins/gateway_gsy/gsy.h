/* plugins/gateway_gsy/gsy.h — what the files of this plugin share
 *
 * The channels and messages are those of the Grid Singularity exchange over Redis, which a client
 * written with gsy-e-sdk expects. README.md says where this gateway differs on purpose.
 *
 * An *aggregator* is a client: it is created, selects assets and markets, and sends batches of
 * commands for them. A *participant* is an asset or market that has been registered.
 */
#ifndef GATEWAY_GSY_GSY_H
#define GATEWAY_GSY_GSY_H

#include "json.h"
#include "link.h"
#include "lunagrid/driver.h"
#include "lunagrid/gateway.h"
#include "lunagrid/host.h"
#include "out.h"

#define NONE LG_GATEWAY_NONE

enum {
    ID_MAX = 64,            /* letters of an id that a client chose */
    NAME_MAX_LETTERS = 120, /* of its name */
    ROWS_MAX = 16384,       /* commands of a batch */
};

/** An asset or a market as clients find it. Its channels begin with its name or, just as well, with
 * that in lower case with dashes; it is told on those that were used last to register it. */
typedef struct gsy_node {
    lg_gateway_node is;
    char *slug;
    const char *channel; /* one of both */
    bool open;           /* may be registered: kinds that trade on somebody's orders, all markets */
    bool waiting; /* somebody is registered for it who has not selected it for an aggregator */
    uint8_t lone; /* turns of an alarm until that one trades for it without an aggregator */
    struct gsy_aggregator *direct; /* who did so, in this run; NULL: nobody, or it has gone */
    size_t place; /* of an asset in the tree that is sent: where what only its owner sees stands */
    bool complained; /* of a message that could not be read, it was told once */
} gsy_node;

/** A first part of channels. */
typedef struct gsy_word {
    const char *text;
    gsy_node *node;
    bool other; /* the slug of an asset, the name of a market: any node's own word goes first */
} gsy_word;

/** A command of a batch. */
typedef struct gsy_row {
    const json *json;     /* as it was sent */
    const char *type;     /* of the command; NULL: it has none */
    const char *wrong;    /* why it is refused unread; NULL: it is not */
    const gsy_node *node; /* NULL: nobody knows the address */
    uint32_t kind;        /* LG_GATEWAY_..., 0: it is refused already */
    uint32_t index;       /* among those that are sent to the host */
    bool past;            /* a slot that is over is meant, in its settlement market */
    uint32_t slot;        /* that is meant; NONE: the running one */
    out answer;
} gsy_row;

/** An address in a batch, with its commands. */
typedef struct gsy_part {
    const char *uuid; /* as it was sent */
    uint32_t first, count;
} gsy_part;

/** A batch until it is answered. */
typedef struct gsy_batch {
    struct gsy_batch *next;
    json_message message;
    const char *transaction;
    const char *wrong; /* with all of it; NULL: nothing */
    char *channel;     /* of a command without an aggregator: where its answer goes; else NULL */
    uint64_t number;
    gsy_part *parts;
    uint32_t part_count;
    gsy_row *rows;
    uint32_t row_count;
    uint32_t *sent; /* row of each command that was sent */
    uint32_t sent_count;
} gsy_batch;

/** A selection of what somebody has, until it is known whether he is still there. */
typedef struct gsy_asked {
    struct gsy_asked *next;
    gsy_node *node;
    char id[ID_MAX + 1]; /* of the aggregator that asks */
    char transaction[];
} gsy_asked;

/** A client of ours: an aggregator, or who trades for one asset or market without. */
typedef struct gsy_aggregator {
    uint32_t client; /* NONE: it has never taken anything */
    gsy_node *node;  /* of the one that it trades for; of an aggregator NULL */
    char id[ID_MAX + 1];
    char name[NAME_MAX_LETTERS + 1];
    bool gone;
    uint32_t assets, markets; /* it has */
    uint32_t unheard;         /* markets events in a row that nobody has listened to */
    gsy_batch *first, **last; /* batches that wait */
    gsy_asked *asked;         /* for what it has */
    out trades;               /* of this tick, parts of a list */
} gsy_aggregator;

typedef struct gsy {
    const lg_gateway_host *host;
    redis_link *link;
    char *address;
    gsy_node *areas, *assets;
    uint32_t area_count, asset_count;
    gsy_node **by_uuid; /* sorted; all */
    gsy_word *words;    /* sorted; of those that are open */
    uint32_t word_count, node_count;
    uint64_t salt; /* of ids that are given to orders and trades */
    gsy_aggregator **people;
    uint32_t count, capacity;
    gsy_aggregator **clients; /* by their number in the run */
    uint32_t client_count;
    out text, tree, own; /* that is being sent; the tree of the moment; what an owner sees */
    bool tree_made;
    double last_maker_rate, maker_rate; /* of the slot that closed last; of the running one */
    uint32_t rate_slot;
    void *heartbeat;
    void *lone;          /* rings while somebody may be about to do without an aggregator */
    uint32_t complaints; /* bits: channels of all of which it was told that a message was wrong */
} gsy;

/* gateway.c */
void gsy_say(const gsy *g, uint32_t level, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** Publishes g->text, or says once that memory is exhausted. */
void gsy_publish(gsy *g, const char *channel);
void gsy_publish_to(gsy *g, const char *channel, uint32_t client);
/** A message that cannot be read is told once a channel; @p told is that channel's. */
void gsy_complain(gsy *g, bool *told, const char *channel, const char *why);

/* names.c: addresses */
bool names_open(gsy *g);
void names_close(gsy *g);
/** The node whose channels begin with @p word. */
gsy_node *names_by_word(const gsy *g, const char *word, size_t length);
gsy_node *names_by_uuid(const gsy *g, const char *uuid);
/** Ids on the wire: each number has its own, and it can be read back. */
typedef enum gsy_id { ID_ORDER = 1, ID_TRADE = 2, ID_MARKET = 3 } gsy_id;
void names_put_id(const gsy *g, out *o, gsy_id kind, uint64_t number);
/** 0: it is no id of that kind of ours. */
uint64_t names_read_id(const gsy *g, gsy_id kind, const char *text);

/* people.c: who is there */
gsy_aggregator *people_by_id(const gsy *g, const char *id);
gsy_aggregator *people_by_client(const gsy *g, uint32_t client);
/** Those who were there when the run broke off are there again. */
bool people_open(gsy *g);
void people_close(gsy *g);
/** Somebody who has not taken anything yet. NULL: memory is exhausted. */
gsy_aggregator *people_add(gsy *g, const char *id, const char *name);
/** It takes @p node, and enters the run with that. @return as lg_gateway_host.claim */
int32_t people_claim(gsy *g, gsy_aggregator *a, const gsy_node *node);
/** It goes; all that it has goes back. */
void people_leave(gsy *g, gsy_aggregator *a, const char *why);
/** So many have heard what was published for a client. */
void people_heard(gsy *g, uint32_t client, uint32_t listeners);
/** Who has @p node; NULL: nobody. */
gsy_aggregator *people_owner(const gsy *g, const gsy_node *node);
/** Gives back what somebody has of @p node. @return whether somebody had it */
bool people_release(gsy *g, const gsy_node *node);
/** Whether @p a has @p node. */
bool people_has(const gsy *g, const gsy_aggregator *a, const gsy_node *node);
/** Its channel for events, or for answers to batches. */
void people_channel(const gsy_aggregator *a, const char *what, char *out, size_t size);

/* handshake.c: a message on `aggregator-commands`, or on `aggregator` */
void handshake_command(gsy *g, const char *channel, const char *bytes, size_t size);
/** Whether somebody listens to @p a: who has asked for what it has is answered. */
void handshake_heard(gsy *g, gsy_aggregator *a, bool heard);
/** Those who have asked will not be answered: the link was lost. */
void handshake_forget(gsy *g);

/* registry.c: a message on a channel that begins with @p prefix, which stands for @p node, and ends
 * in @p what: registrations, and commands without an aggregator */
void registry_command(gsy *g, gsy_node *node, const char *prefix, const char *what,
                      const char *bytes, size_t size);
/** An aggregator has selected it; @p known: it had it already. */
void registry_taken(gsy_node *node, bool known);
/** An aggregator has it no more, and who is registered for it still is. */
void registry_left(gsy_node *node);

/* direct.c: an asset or market without an aggregator */
bool direct_open(gsy *g);
void direct_close(gsy *g);
/** Somebody was registered for it: when no aggregator selects it he trades without. */
void direct_soon(gsy *g, gsy_node *node);
/** A client of a run that goes on may be one of these. */
void direct_again(gsy *g, gsy_aggregator *a);
/** What @p node understands on channels of its own: words, and a NULL behind them. */
const char *const *direct_commands(const gsy_node *node);
/** A command on `{prefix}/{type}`; it owns @p message from here on. */
void direct_command(gsy *g, gsy_node *node, const char *prefix, const char *type,
                    json_message *message, const char *transaction);
/** Something begins (LG_GATEWAY_SLOT, ...), and @p a, who has its node, is told. */
void direct_moment(gsy *g, const gsy_aggregator *a, uint32_t what);
void direct_trade(gsy *g, const gsy_aggregator *a, const lg_gateway_trade *trade);

/* batch.c: commands in */
void batch_command(gsy *g, const char *bytes, size_t size);
/** One that is too long to be read. */
void batch_too_long(gsy *g, const char *bytes, size_t size);
/** One command of @p a to its node, as a batch; it owns @p message and @p channel, where the answer
 * goes and whose last word is the command's type, from here on. */
void batch_single(gsy *g, gsy_aggregator *a, json_message *message, const char *transaction,
                  char *channel);
void batch_before(gsy *g, uint32_t client, uint64_t number, uint32_t index);
void batch_after(gsy *g, uint32_t client, uint64_t number, uint32_t index,
                 const lg_gateway_answer *answer);
void batch_done(gsy *g, uint32_t client, uint64_t number);
/** Those that wait will not be applied any more. */
void batch_end(gsy *g, gsy_aggregator *a);
void batch_free(gsy_batch *batch);

/* orders.c: the arguments of commands */
/**
 * Reads the command of @p row for the node it is addressed to. @return true: *command is to be
 * sent; false: row->answer says why not
 */
bool orders_read(gsy *g, const gsy_batch *batch, gsy_row *row, lg_gateway_command *command,
                 lg_gateway_value **values);

/** Where the arguments of a market's command stand. */
const json *orders_data(const gsy_row *row);

/* answer.c: what came of them */
void answer_before(gsy *g, gsy_row *row, const lg_gateway_command *command);
void answer_after(gsy *g, const gsy_batch *batch, gsy_row *row, const lg_gateway_answer *answer);
/** Refusals that need nobody to look: of a type, and of arguments. */
void answer_unsupported(const gsy_batch *batch, gsy_row *row, const char *sentence);
void answer_refused(const gsy_batch *batch, gsy_row *row, const char *reason);
void answer_foreign(const gsy_batch *batch, gsy_row *row, const char *uuid, const char *sentence);

/* info.c: figures of an asset and a market */
/** `{"energy_requirement_kWh": ...}` */
void answer_info(const gsy *g, out *o, const gsy_node *asset);
void answer_statistics(const gsy *g, const gsy_batch *batch, gsy_row *row);
void answer_fee(const gsy *g, const gsy_batch *batch, gsy_row *row);

/* tree.c: events */
void tree_moment(gsy *g, uint32_t what);
/** Sends @p a the tick of 0 %, which says nothing new; how many have heard it is told. */
void tree_probe(gsy *g, gsy_aggregator *a);
/** An asset's bill. */
void tree_put_asset_bill(out *o, const lg_gateway_asset *asset, uint32_t role);
/** Appends `"grid_tree": {...}, "feed_in_tariff_rate": ..., "market_maker_rate": ...` as @p a sees
 * it. */
void tree_put(gsy *g, const gsy_aggregator *a, out *o);
/** The figures of a market that statistics begin with, without braces. */
void tree_put_stats(out *o, const lg_gateway_market *market);
void tree_put_bill(out *o, const lg_gateway_bill *bill);

/* trades.c */
void trades_add(gsy *g, uint32_t client, const lg_gateway_trade *trade);
void trades_send(gsy *g, uint32_t client);
/** `, "key": "id"`; 0: the text None. */
void trades_put_id(const gsy *g, out *o, const char *key, gsy_id kind, uint64_t number);
/** Of a trade in a settlement market: that it is one, and of which slot. */
void trades_put_settlement(const gsy *g, out *o, const lg_gateway_trade *trade);

/* steering.c: pause, resume, stop; heartbeat */
bool steering_open(gsy *g);
void steering_close(gsy *g);
void steering_listen(redis_link *l);
/** Whether @p channel was one of these. */
bool steering_command(gsy *g, const char *channel, const char *bytes, size_t size);

#endif
