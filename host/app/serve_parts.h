/* host/app/serve_parts.h — what the files serve*.c share */
#ifndef LG_APP_SERVE_PARTS_H
#define LG_APP_SERVE_PARTS_H

#include "app/history.h"
#include "app/serve.h"
#include "base/num.h"
#include "control/reply.h"
#include "grid/unit.h"
#include "grid/utility.h"
#include "market/look.h"

/** Orders of a side, and trades, that are told of one market. */
enum {
    LG_SERVE_ORDERS_MAX = 2000,
    LG_SERVE_ROWS_MAX = 1000,
    LG_SERVE_FAULTS = 5,
    LG_SERVE_BOOKS = 5
};

/** Streams: the page, or lines of JSON by what is wanted of them. */
enum { LG_SERVE_PAGE = 0, LG_SERVE_LOG = 1, LG_SERVE_SLOTS = 2, LG_SERVE_TRADES = 4 };

/** A trade as one of the markets that it went through saw it. */
typedef struct lg_serve_deal {
    uint32_t market, seller, buyer, tick;
    int64_t energy_uwh, rate_uct;         /* paid by the buyer in this market */
    int64_t offer_rate_uct, bid_rate_uct; /* of the orders, in this market */
} lg_serve_deal;

/** Trades of one slot. */
typedef struct lg_serve_deals {
    uint32_t slot;
    lg_serve_deal *items;
    uint32_t count, capacity;
} lg_serve_deals;

/** The book of a market, as it stood after a tick. */
typedef struct lg_serve_book {
    uint32_t market; /* LG_NONE: none */
    uint32_t slot, tick;
    lg_seen *side[2];
    uint32_t count[2]; /* there were, of which LG_SERVE_ORDERS_MAX are kept */
    int64_t asked_ns;  /* when somebody looked at it last; 0: nobody has */
} lg_serve_book;

/** The last errors of an agent, as JSON objects of the log; a ring. */
typedef struct lg_serve_faults {
    char *lines[LG_SERVE_FAULTS];
    uint32_t count;
} lg_serve_faults;

struct lg_serve {
    lg_mem *mem;
    lg_serve_input input;
    lg_web *web; /* NULL: closed */
    lg_history history;
    lg_serve_deals deals[2];             /* of the running slot, of the one before */
    lg_serve_book books[LG_SERVE_BOOKS]; /* the first one of the community */
    lg_serve_faults *faults;             /* by seat */
    uint32_t fault_count, fault_last;    /* seats; whose error came last */
    int64_t kept_ns;                     /* when the community's book was kept for nobody yet */
    int64_t told_ns;                     /* when the page was told last */
    bool due;                            /* there is something to tell it */
    bool bills_wanted;                   /* somebody has asked for them */
    const lg_member_result *bills;       /* at the end of the last slot, or NULL */
    lg_helm seen;                        /* as it was told */
    lg_kpi kpi;                          /* of the community, likewise */
    uint32_t slots;                      /* that were seen to close */
    bool over;
    lg_status broken; /* LG_OK, or what a listener met */
};

/** A request with what its path says. */
typedef struct lg_serve_call {
    lg_serve *serve;       /* of a running host; else NULL */
    struct lg_view *view;  /* of runs that are over; else NULL */
    const lg_owner *owner; /* who asks; NULL: the run has no owners, or there is none to ask */
    const lg_web_call *web;
    uint32_t number; /* in the path; LG_NONE without one */
    lg_text *out;
} lg_serve_call;

/** A path, "#" in it for a whole number, and who answers there. */
typedef struct lg_serve_route {
    const char *path;
    bool post; /* else asked with GET */
    bool all;  /* it tells of all owners: only the organiser may */
    void (*answer)(lg_serve_call *call);
} lg_serve_route;
#define LG_SERVE_API "/api/v1"

/** Answers @p web with a file of the page, by one of @p count routes, or with an error; @p call
 * says for whom. */
void lg_serve_find(const lg_serve_route *routes, size_t count, const lg_web_call *web, lg_mem *mem,
                   lg_serve_call call);
/** Sends what is in call->out as JSON. */
void lg_serve_answer(lg_serve_call *call);
/** Answers with an error. */
void lg_serve_refuse(lg_serve_call *call, int code, const char *word, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** A whole number of the query, @p otherwise when it is not said or none. */
uint32_t lg_serve_query(const lg_serve_call *call, const char *key, uint32_t otherwise);

/** The rows that are asked for: from, count. */
typedef struct lg_serve_range {
    uint32_t from, count;
} lg_serve_range;
lg_serve_range lg_serve_range_of(const lg_serve_call *call, uint32_t otherwise);
static inline bool lg_serve_is_in(lg_serve_range range, uint32_t row)
{
    return row >= range.from && row - range.from < range.count;
}

/** What is asked of the homes: a range, which of them, and in which order. */
typedef struct lg_serve_homes {
    lg_serve_range range;
    uint32_t area; /* only this one; LG_NONE: all */
    bool by_saved; /* who saves most comes first; else in the order of areas */
} lg_serve_homes;
/** Reads it from the query. @return false: it was refused */
bool lg_serve_homes_of(lg_serve_call *call, lg_serve_homes *homes);

/** Homes by what they did in the last slot: net of import and export, from half a watt-hour on. */
typedef struct lg_serve_tally {
    uint32_t sold, bought, even;
} lg_serve_tally;
void lg_serve_tally_add(lg_serve_tally *tally, int64_t import_uwh, int64_t export_uwh);
/** `,"last_sold":1,...`: of all homes, however many rows are asked for. */
void lg_serve_tally_write(const lg_serve_tally *tally, lg_text *out);

/** The body of a check or a reload. */
typedef struct lg_serve_proposal {
    struct cJSON *tree; /* cJSON_Delete(), also when it could not be read */
    const char *text;   /* NULL: none */
    uint32_t to;        /* 0: no version */
} lg_serve_proposal;
/** Reads one of @p size bytes with a NUL behind them. @return whether it is one */
bool lg_serve_proposal_read(lg_mem *mem, const char *body, size_t size, bool check,
                            lg_serve_proposal *proposal);
/** The books: of the community and of markets that somebody looks at. @return false: no memory */
bool lg_serve_books_init(lg_serve *serve);
void lg_serve_books_fini(lg_serve *serve);
/** A tick was done. */
void lg_serve_books_keep(lg_serve *serve);
/** `,"book":{...}` of market @p area, from now on kept for a while; of an owner the own orders. */
void lg_serve_book_of(lg_serve *serve, const lg_owner *owner, uint32_t area, lg_text *out);
/** `,"trades":[...],"trade_count":3` of the slot of that book, the newest LG_SERVE_ROWS_MAX of so
 * many, the newest first; of an owner the own ones. */
void lg_serve_trades(const lg_serve *serve, const lg_owner *owner, uint32_t area, lg_text *out);
/** Whether grid fees are in ct/kWh; else in percent. */
bool lg_serve_fee_is_constant(const lg_serve *serve);
/** Whether the market that is meant is there, and who asks may see it. @return false: answered */
bool lg_serve_market_is_theirs(lg_serve_call *call);
/** Whether the agent that is meant is there, and of who asks. @return false: it was answered */
bool lg_serve_agent_is_theirs(lg_serve_call *call);
/** Whose token it is. */
const void *lg_serve_bearer(void *ctx, const char *token);

/** `,"key":1.5` of @p value / 10^@p decimals, exactly. */
void lg_serve_fixed(lg_text *out, const char *key, int64_t value, int decimals);
static inline void lg_serve_kwh(lg_text *out, const char *key, int64_t uwh)
{
    lg_serve_fixed(out, key, uwh, 9);
}
static inline void lg_serve_ct(lg_text *out, const char *key, int64_t uct)
{
    lg_serve_fixed(out, key, uct, 6);
}
static inline void lg_serve_eur(lg_text *out, const char *key, int64_t uct)
{
    lg_serve_fixed(out, key, uct, 8);
}
/** `,"key":30.25` of money over energy, which is what a price is here; nothing without energy. */
static inline void lg_serve_price(lg_text *out, const char *key, int64_t uct, int64_t uwh)
{
    if (uwh > 0)
        lg_serve_ct(out, key, lg_muldiv(uct, LG_KWH_UWH, uwh));
}
/** Where the run is and the sums of the community: what the page is told of each change. */
void lg_serve_state(lg_serve *serve, lg_text *out);
/** "load", "pv": the driver's word. */
const char *lg_serve_type(const lg_serve *serve, uint32_t asset);

/** A request is answered. */
void lg_serve_asked(void *ctx, const lg_web_call *call);
bool lg_serve_is_public(void *ctx, const char *path);

/* One function a route. */
void lg_serve_do_status(lg_serve_call *call);
void lg_serve_do_site(lg_serve_call *call);
void lg_serve_do_members(lg_serve_call *call);
void lg_serve_do_market(lg_serve_call *call);
void lg_serve_do_market_history(lg_serve_call *call);
void lg_serve_do_assets(lg_serve_call *call);
void lg_serve_do_asset_history(lg_serve_call *call);
void lg_serve_do_agents(lg_serve_call *call);
void lg_serve_do_agent(lg_serve_call *call);
void lg_serve_do_check(lg_serve_call *call);
void lg_serve_do_reload(lg_serve_call *call);
void lg_serve_do_control(lg_serve_call *call);
void lg_serve_do_intraday(lg_serve_call *call);
void lg_serve_do_log(lg_serve_call *call);
void lg_serve_do_stream(lg_serve_call *call);
void lg_serve_do_events(lg_serve_call *call);
void lg_serve_do_sqlite(lg_serve_call *call);
void lg_serve_do_trades_csv(lg_serve_call *call);
void lg_serve_do_markets_csv(lg_serve_call *call);
void lg_serve_do_members_csv(lg_serve_call *call);
void lg_serve_do_metrics(lg_serve_call *call);

/** A row of `trades`, and of `gridpools`, of the intraday market: as market prices are, in
 * thousandths per MWh and in kW. */
void lg_serve_intraday_trade(lg_text *out, int64_t time_ms, int64_t start_ms, int64_t minutes,
                             int64_t price, int64_t quantity);
void lg_serve_intraday_gridpool(lg_text *out, const char *name, int64_t bought_uwh,
                                int64_t sold_uwh, int64_t trades_uct, int64_t imbalance_uct);

#endif
