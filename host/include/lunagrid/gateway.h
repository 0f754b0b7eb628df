/* include/lunagrid/gateway.h — what a plugin says about a gateway it offers (since 1.2)
 *
 * A gateway lets clients of a protocol that exists already trade in these markets. It speaks the
 * protocol; the host has the market. A gateway is told when clients are called (moments), when what
 * they sent is applied, and when their assets trade; it lets clients enter, take over assets and
 * markets, and sends commands on their behalf.
 *
 * All that a gateway makes happen is kept in the run's journal with its place before it happens, so
 * that the run can be done again without the gateway and without the protocol. A gateway therefore
 * sees the market and never changes it otherwise, and nothing it keeps for itself may decide what a
 * client's command does: what was sent is what counts.
 *
 * Commands that are sent between two ticks are applied in the next one, together with those of all
 * others and in the order drawn for that tick; each is shown before and after it is applied.
 *
 * Calls come from one thread, one at a time; a call may not block and should take well under a
 * millisecond. A gateway may not wait: it watches descriptors and sets alarms (host->watch and so
 * on), and is called from the host's loop, between two ticks.
 *
 * A plugin with gateways and nothing else is best called gateway_NAME.so: from the plugin folders
 * such a file is loaded only where a gateway is asked for. A driver in it would not be found.
 *
 * Energies are in kWh, rates in ct/kWh, money in ct, bills in EUR; what is not known is NaN. Texts
 * are borrowed for the call.
 */
#ifndef LUNAGRID_GATEWAY_H
#define LUNAGRID_GATEWAY_H

#include "lunagrid/abi.h"
#include "lunagrid/status.h"
#include "lunagrid/microgrid.h"
#include "lunagrid/trading.h"

/** No area, asset, client, slot. */
#define LG_GATEWAY_NONE UINT32_MAX

enum { LG_GATEWAY_AREA = 1, LG_GATEWAY_ASSET = 2 };

/** An area with its market, or an asset; constant during a run. */
typedef struct lg_gateway_node {
    uint32_t size; /* sizeof(lg_gateway_node) */
    uint32_t kind; /* LG_GATEWAY_AREA, LG_GATEWAY_ASSET */
    uint32_t index;
    uint32_t parent;                   /* the area it lies in; LG_GATEWAY_NONE: the root */
    uint32_t role;                     /* of an asset: LG_ROLE_... */
    uint32_t area_first, area_count;   /* of an area: areas directly below are numbered so */
    uint32_t asset_first, asset_count; /* and assets directly in it */
    const char *name;                  /* as long as the gateway is open */
    const char *type;                  /* of an asset: the word for its driver */
    char uuid[40];                     /* 36 characters and an end */
} lg_gateway_node;

/** Where the run is. */
typedef struct lg_gateway_time {
    uint32_t size; /* sizeof(lg_gateway_time) */
    uint32_t slot, tick, ticks_per_slot, slot_count;
    uint32_t slot_s;
    int64_t slot_start_ms, now_ms;            /* simulated, since 1970 UTC */
    double slot_completion;                   /* 0 .. 1 */
    double market_maker_rate, feed_in_tariff; /* of the slot */
} lg_gateway_time;

/** Sums since the start of the run, EUR and kWh. */
typedef struct lg_gateway_bill {
    double bought, sold;
    double spent, earned, market_fee; /* spent and earned are without the market's fee */
} lg_gateway_bill;

/** What an asset has done and may still do. What its role does not know is NaN. */
typedef struct lg_gateway_asset {
    uint32_t size;                   /* sizeof(lg_gateway_asset) */
    uint32_t enabled;                /* 0: an event of the scenario has switched it off */
    double to_buy, to_sell;          /* still, open orders not counted */
    double in_bids, in_offers;       /* open orders */
    double traded, cost;             /* in this slot: energy and money, bought and sold added up */
    double last_traded, last_cost;   /* in the slot before */
    double stored, capacity, usable; /* of a storage; usable: of it, above its reserve */
    uint64_t trades, last_trades;    /* how many there were in this slot and the one before */
    lg_gateway_bill bill;
} lg_gateway_asset;

/** What a market does and did. */
typedef struct lg_gateway_market {
    uint32_t size;   /* sizeof(lg_gateway_market) */
    uint32_t closed; /* slots that have closed; 0: what is about the last one says nothing */
    double last_min, last_max, last_avg, last_median; /* rates; NaN without trades */
    double last_energy, last_fee, last_fee_revenue, last_import, last_export;
    uint64_t last_trades;
    double next_fee;                  /* ct/kWh, or percent; rules the slots opened from now on */
    uint32_t fee_is_percent, has_fee; /* has_fee 0: none was ever set */
    lg_gateway_bill accumulated, external;
    double self_sufficiency, self_consumption; /* 0 .. 1 */
} lg_gateway_market;

/** An open order, or one that was placed. */
typedef struct lg_gateway_order {
    uint64_t id;
    double energy, rate; /* left; without fees */
    double fee_rate; /* of an offer: the fee of its own market, which counts in its price there */
} lg_gateway_order;

enum {
    LG_GATEWAY_BID = 1,
    LG_GATEWAY_OFFER = 2,
    LG_GATEWAY_DELETE_BID = 3, /* order 0: all */
    LG_GATEWAY_DELETE_OFFER = 4,
    LG_GATEWAY_LIST_BIDS = 5, /* these change nothing: whoever asks looks when it is applied */
    LG_GATEWAY_LIST_OFFERS = 6,
    LG_GATEWAY_INFO = 7,       /* of an asset */
    LG_GATEWAY_STATISTICS = 8, /* of a market */
    LG_GATEWAY_FEE = 9,        /* of a market: rate, ct/kWh or percent */
    LG_GATEWAY_FORECAST = 10,
    LG_GATEWAY_MEASUREMENT = 11,
};
enum {
    LG_GATEWAY_REPLACE = 1, /* of an order: the asset's others of its side are withdrawn */
    LG_GATEWAY_PERCENT = 2, /* of a fee */
};

/** The energy of one slot. */
typedef struct lg_gateway_value {
    uint32_t slot, reserved;
    double energy;
} lg_gateway_value;

/** A command of a client. */
typedef struct lg_gateway_command {
    uint32_t size; /* sizeof(lg_gateway_command) */
    uint32_t kind;
    uint32_t node; /* asset, or area of STATISTICS and FEE */
    uint32_t flags;
    double energy, rate;
    uint64_t order;
    uint32_t slot; /* whose market is meant; LG_GATEWAY_NONE: the running one's */
    uint32_t reserved;
    lg_array values; /* of lg_gateway_value: of FORECAST and MEASUREMENT, slots in order */
} lg_gateway_command;

/** What came of a command. */
typedef struct lg_gateway_answer {
    uint32_t size;          /* sizeof(lg_gateway_answer) */
    int32_t status;         /* LG_OK, or why it was refused */
    const char *text;       /* the same in words */
    lg_gateway_order order; /* of BID and OFFER: the new one */
    uint32_t count;         /* of DELETE: how many went */
    uint32_t reserved;
} lg_gateway_answer;

/** A trade of an asset of a client. */
typedef struct lg_gateway_trade {
    uint32_t size;          /* sizeof(lg_gateway_trade) */
    uint32_t seller, buyer; /* assets */
    uint32_t reserved;
    uint64_t id, bid, offer;     /* order 0: none */
    double bid_left, offer_left; /* what stays open of either order */
    int64_t time_ms;
    double energy;
    double bought_price, bought_fee; /* in the buyer's market: what it pays, and the fee in it */
    double sold_price, sold_fee;     /* in the seller's market; its seller gets price less fee */
    /* since 1.3 */
    uint32_t slot;       /* of the energy */
    uint32_t settlement; /* it was made in the settlement market of that slot, which is over */
} lg_gateway_trade;

/** What the host is asked to do. */
enum { LG_GATEWAY_PAUSE = 1, LG_GATEWAY_RESUME = 2, LG_GATEWAY_STOP = 3 };
/** What a descriptor is ready for. */
enum { LG_GATEWAY_READ = 1, LG_GATEWAY_WRITE = 2 };

/** What is expected is more of the same: the client was answered, and those who send one batch
 * after the other send the next one now. It is waited for only a moment. */
#define LG_GATEWAY_EXPECT_MORE 8

/** Passed to open() and valid until close() has returned. `ctx` is the host's and goes first. */
typedef struct lg_gateway_host {
    uint32_t size;
    uint32_t abi_minor; /* what this host speaks */
    void *ctx;

    /** Says why open() fails: one sentence. Copied. */
    void (*refuse)(void *ctx, const char *sentence);
    /** One line for the screen and for who follows the log; LG_LOG_DEBUG is left out. */
    void (*say)(void *ctx, uint32_t level, const char *sentence);

    /** Calls @p ready when @p fd, which stays the gateway's, is ready for what watch_for() said
     * last (bits of LG_GATEWAY_READ, LG_GATEWAY_WRITE; nothing at first). NULL: exhausted. */
    void *(*watch)(void *ctx, int32_t fd, void (*ready)(void *self, uint32_t what), void *self);
    void (*watch_for)(void *ctx, void *watch, uint32_t what);
    void (*unwatch)(void *ctx, void *watch);
    /** An alarm that rings once, some milliseconds after it is set. NULL: exhausted. */
    void *(*alarm)(void *ctx, void (*due)(void *self), void *self);
    void (*set_alarm)(void *ctx, void *alarm, uint32_t ms);
    void (*drop_alarm)(void *ctx, void *alarm);
    /** Milliseconds of a clock of the machine since 1970, for what says so (a heartbeat). */
    int64_t (*wall_ms)(void *ctx);

    /* What may be asked at any time. Area 0 is the root. False, or 0: there is none such. */
    void (*time)(void *ctx, lg_gateway_time *out);
    uint32_t (*count)(void *ctx, uint32_t kind);
    int32_t (*node)(void *ctx, uint32_t kind, uint32_t index, lg_gateway_node *out);
    int32_t (*asset)(void *ctx, uint32_t index, lg_gateway_asset *out);
    int32_t (*market)(void *ctx, uint32_t index, lg_gateway_market *out);
    /** Open orders of an asset, bids or (@p offers) offers, oldest first, at most @p max.
     * @return how many there are */
    uint32_t (*orders)(void *ctx, uint32_t asset, uint32_t offers, lg_gateway_order *out,
                       uint32_t max);

    /* What comes from outside; each returns a status. */
    /** A client called @p name enters; @p id, of the protocol, says later who it was. */
    int32_t (*enter)(void *ctx, const char *id, const char *name, uint32_t *client);
    /** It goes, and all that it has taken over goes back. */
    int32_t (*leave)(void *ctx, uint32_t client);
    /** It takes an asset or a market over: whoever commands it in the scenario does not from now
     * on. LG_LIMIT: another client has it. */
    int32_t (*claim)(void *ctx, uint32_t client, uint32_t kind, uint32_t index);
    int32_t (*release)(void *ctx, uint32_t client, uint32_t kind, uint32_t index);
    /** Who has it; LG_GATEWAY_NONE: nobody from outside. */
    uint32_t (*owner)(void *ctx, uint32_t kind, uint32_t index);
    /** Clients that have entered, from 0 on, those that have gone included; of a run that goes on
     * some are there when the gateway is opened. @return false: no such client */
    int32_t (*client)(void *ctx, uint32_t client, const char **id, const char **name,
                      uint32_t *gone);
    /**
     * Sends commands, which are applied in the next tick, all of them or none. @p batch becomes the
     * number of their batch, from 1 on. @return LG_OK; LG_LIMIT there are too many; LG_INVALID the
     * command numbered *wrong (from 0 on) has amounts that cannot be
     */
    int32_t (*send)(void *ctx, uint32_t client, const lg_array *commands, uint64_t *batch,
                    uint32_t *wrong);

    /** The client was told something that it may answer with commands: with --await-batches the
     * next tick waits for them, or for a time-out. @p kind tells apart what clients may answer to
     * or not (0 .. 7), or is LG_GATEWAY_EXPECT_MORE. */
    void (*expect)(void *ctx, uint32_t client, uint32_t kind);
    /** Nobody hears the client's messages: nothing is waited for. */
    void (*unexpect)(void *ctx, uint32_t client);
    /** LG_GATEWAY_PAUSE and so on. */
    int32_t (*control)(void *ctx, uint32_t what);

    /* since 1.3 */
    /** The intraday market; NULL: the scenario has none. As long as the gateway is open. */
    const lg_trading_door *trading;
    /** Open orders of an asset in the market of @p slot: the running one's, or a settlement market.
     * @return as orders(); 0 when there is no such market */
    uint32_t (*orders_of)(void *ctx, uint32_t asset, uint32_t offers, uint32_t slot,
                          lg_gateway_order *out, uint32_t max);
    /** What an asset still has to settle in each open settlement market, oldest first, at most
     * @p max: positive is to be bought; NaN: nobody has measured. @return how many are open;
     * LG_GATEWAY_NONE: the run has no settlement markets */
    uint32_t (*unsettled)(void *ctx, uint32_t asset, lg_gateway_value *out, uint32_t max);
    /** What was measured in the slot measured last less what was planned, of an asset or of all
     * below an area; NaN: not known. */
    double (*deviance)(void *ctx, uint32_t kind, uint32_t index);

    /* since 1.4 */
    /** The door to microgrid @p index, from 0 on, in the order of the scenario; NULL: there are not
     * so many. It stays as long as the gateway is open. */
    const lg_microgrid_door *(*microgrid)(void *ctx, uint32_t index);
} lg_gateway_host;

/** What a gateway is told when it is opened. */
typedef struct lg_gateway_info {
    uint32_t size; /* sizeof(lg_gateway_info) */
    uint32_t reserved;
    const char *address; /* what stands behind NAME= on the command line; borrowed */
} lg_gateway_info;

enum {
    LG_GATEWAY_SLOT = 1,   /* a slot has opened */
    LG_GATEWAY_TICK = 2,   /* at 10 % .. 90 % of it */
    LG_GATEWAY_FINISH = 3, /* there are no more slots */
};

/** A kind of gateway. Functions but open, close may be NULL. */
typedef struct lg_gateway {
    uint32_t size; /* sizeof(lg_gateway) */
    uint32_t reserved;
    const char *name; /* the word in --gateway NAME=ADDRESS */
    const char *help; /* one sentence */

    /** Begins. What cannot be reached yet is no failure: it goes on trying. @return LG_OK;
     * LG_INVALID the address; else why it cannot be, best after host->refuse */
    int32_t (*open)(const lg_gateway_host *host, const lg_gateway_info *info, void **gateway);
    /** Ends; all watches and alarms are gone when it returns. */
    void (*close)(void *gateway);
    /** Whether something is still on its way out: close() waits a little for it. */
    int32_t (*busy)(void *gateway);

    /** Something begins (LG_GATEWAY_SLOT, ...), once for all clients; commands are applied after
     * it. */
    void (*moment)(void *gateway, uint32_t what);
    /** Command @p index of a batch is about to be applied. */
    void (*before)(void *gateway, uint32_t client, uint64_t batch, uint32_t index);
    /** It was. */
    void (*after)(void *gateway, uint32_t client, uint64_t batch, uint32_t index,
                  const lg_gateway_answer *answer);
    /** All of the batch were. */
    void (*done)(void *gateway, uint32_t client, uint64_t batch);
    /** An asset of the client has traded in this tick, in order. */
    void (*trade)(void *gateway, uint32_t client, const lg_gateway_trade *trade);
    /** The trades of the tick are told. */
    void (*ticked)(void *gateway, uint32_t client);

    /* since 1.3 */
    /** A tick is over, in which logs of the intraday market have grown: scripts have traded, gates
     * have closed. What the gateway's own requests cause is there when they return; nothing is
     * called for it. */
    void (*traded)(void *gateway);

    /* since 1.4 */
    /** A step of the microgrids is over: there are samples, and commands have got somewhere. What
     * the gateway's own requests cause is there when they return; nothing is called for it. */
    void (*measured)(void *gateway);
} lg_gateway;

#endif
