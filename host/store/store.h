/* host/store/store.h — the results of a run: one SQLite file, summary.json, CSV on request */
#ifndef LG_STORE_STORE_H
#define LG_STORE_STORE_H

#include "base/text.h"
#include "desk/turn.h"
#include "market/market.h"
#include "market/origin.h"

/** What the file says about the run; texts are copied, NULL is said as "". */
typedef struct lg_run_info {
    const char *scenario_name, *scenario_file, *scenario_hash, *scenario_json;
    const char *engine_version;
    uint64_t seed;
    int64_t start_ms;
    uint32_t slot_count, slot_s, ticks_per_slot;
    const char *market_rule, *fee_kind, *compat; /* words of the scenario */
    const char *lua_version;                     /* "Lua 5.4.4"; NULL: said as "" */
} lg_run_info;

/** One agent, for the table of agents; the source is kept with the results. Copied; NULL is said as
 * "". */
typedef struct lg_run_agent {
    const char *name, *script, *hash, *source;
} lg_run_agent;

/** The bottom line of one member or asset, in micro-cents and micro-watt-hours; made by app/ledger.
 */
typedef struct lg_member_result {
    uint32_t area;        /* of the member */
    const char *strategy; /* names of the scripts that trade for it, comma separated */
    int64_t bought_uwh, sold_uwh, unserved_uwh;
    int64_t bill_uct;       /* spent - earned + unserved + settlement + imbalance */
    int64_t unserved_uct;   /* part of it */
    int64_t base_bill_uct;  /* without a local market */
    int64_t settlement_uct; /* part of bill_uct: trades of settlement markets, fees included */
    int64_t imbalance_uct;  /* part of bill_uct: deviations that nobody settled */
    lg_kpi kpi;             /* of its area, without what a utility inside it traded */
} lg_member_result;

/** Devices that failed during the run. */
typedef struct lg_run_devices {
    uint32_t aside;    /* set aside: from then on they had nothing to trade */
    const char *first; /* asset of the first of them; NULL without any */
    uint64_t bad_readings;
} lg_run_devices;

/** Scripts that were given up during the run. */
typedef struct lg_run_given_up {
    uint32_t count;
    const char *first;   /* agent of the first of them; NULL without any */
    uint32_t taken_over; /* how many of them by template strategies */
} lg_run_given_up;

/** An agent whose commands were refused, and how often. */
typedef struct lg_run_refused {
    const char *agent;
    uint64_t commands;
} lg_run_refused;

/** How an agent has behaved. */
typedef struct lg_run_conduct {
    uint64_t faults, refused; /* callbacks that failed, commands that were refused */
    int64_t units_most;       /* that a callback has spent; below 0: not known, since its script was
                                 given up, or it has none */
    uint64_t breaches;        /* callbacks among faults that took more units than they had */
    uint64_t refused_as[LG_STATUS_COUNT]; /* the same commands by why */
    const lg_desk_refusal *refusals;      /* the first of them one by one; borrowed */
    uint32_t refusal_count;
} lg_run_conduct;

/** What an asset needed, could make and held in a slot: as its plan was when the slot opened. */
typedef struct lg_asset_slot {
    int64_t demand_uwh, supply_uwh;   /* as in the slot's caps */
    int64_t stored_uwh, capacity_uwh; /* of a storage; capacity 0: it is none */
    int64_t measured_uwh; /* consumption measured for settlement; production is negative */
    bool is_measured;
} lg_asset_slot;

/** What rules a slot beyond its trades. */
typedef struct lg_slot_facts {
    int64_t market_maker_uct, feed_in_uct; /* the utility's rates, micro-cents per kWh */
    double carbon_g_per_kwh;               /* of the grid; NaN: not known */
    const lg_asset_slot *assets;           /* one an asset, borrowed until the slot has closed */
} lg_slot_facts;

/** What the results say of the community beside its members; made by app/course. */
typedef struct lg_run_community {
    lg_kpi kpi;
    int64_t peak_import_uwh; /* most that it bought from outside in one slot */
    int64_t peak_import_ms;  /* start of that slot; of no meaning without import */
} lg_run_community;

/** "3.40.1". */
const char *lg_store_sqlite_version(void);

typedef struct lg_store lg_store;

typedef struct lg_store_input {
    const char *folder;  /* created when absent, parents too; holds one run: see lg_store_open */
    const lg_site *site; /* borrowed until lg_store_close() */
    const lg_market *market;     /* borrowed: read when a slot closes and at the end */
    const lg_settling *settling; /* borrowed; NULL: the run has no settlement markets */
    const lg_origins *origins;   /* borrowed: read at the end; NULL: no origins are written */
    uint32_t community;          /* area whose indicators stand for all members; 0: the root */
    const lg_run_info *info;
    const lg_run_agent *agents;
    uint32_t agent_count;
    const char *const *driver_names; /* by asset.driver; copied */
    bool trades, orders, assets;     /* tables to fill; assets: see lg_store_slot() */
    bool ours; /* the folder is known to be of a run: what lies there without run.sqlite is its */
    bool csv;  /* also trades.csv, market_slots.csv, bills.csv, trades-settlement.csv */
    bool keep_open; /* of a slot that never closes what has been written stays, for who looks for
                       the place where two runs part */
    /** Called by lg_store_open() when the folder is this run's and all files of the new one stand
     * beside those of an earlier one, just before they replace them. A status other than LG_OK,
     * with a sentence in @p err, leaves the earlier results as they are. May be NULL. */
    lg_status (*begin)(void *ctx, const char *folder, lg_err *err);
    void *ctx; /* of begin */
} lg_store_input;

/**
 * Opens the results of a run; from now on the file says "incomplete". An existing run.sqlite is
 * replaced only once the new one stands beside it with everything that is known before the first
 * slot; the other files of an earlier run are then removed. CSV files and the summary carry ".part"
 * behind their name until the run is complete. A folder whose run.sqlite is not a result of
 * lunagrid, or with a summary or CSV file but without run.sqlite (unless it is known to be ours),
 * is refused and left as it is.
 * @return LG_OK; LG_STORE the folder cannot be made, holds such files, a file cannot be written, or
 * another run is writing there (err names file and reason); LG_MEMORY. Unless LG_OK, *out is NULL.
 */
lg_status lg_store_open(lg_mem *mem, const lg_store_input *input, lg_err *err,
                        lg_store **out) LG_CHECKED;
/**
 * What to give to lg_turn_listen(), with commands asked for when input.orders is set. Its functions
 * return LG_OK, LG_STORE or LG_MEMORY; after the first failure nothing more is written. Rows become
 * visible to readers some slots at a time, whole slots only.
 */
void lg_store_listener(lg_store *store, lg_listener *listener);
/** Says what rules the running slot; kept until it closes. Without it the slot's row has no rates,
 * and without facts->assets or input.assets there are no rows of assets. */
void lg_store_slot(lg_store *store, const lg_slot_facts *facts);
/** What a gridpool has sold for a slot and what it delivered; made by app/balance. */
typedef struct lg_balance {
    uint32_t slot, gridpool, area; /* the latter two by index */
    int64_t sold_uwh;              /* at the intraday market, less what it has bought */
    int64_t measured_uwh;          /* that went out */
    int64_t imbalance_uwh;         /* measured less sold */
    int64_t rate_uct, amount_uct;  /* what a kWh of it is worth; what the gridpool gets, or pays */
} lg_balance;

/** The run has the intraday market @p trading, which is borrowed until lg_store_close(): its
 * gridpools are written, and orders when they are over, and trades from now on, by its sink. */
lg_status lg_store_intraday(lg_store *store, lg_trading *trading, lg_err *err) LG_CHECKED;
/** A row of a slot that is about to close. A failure is kept as others are. */
void lg_store_balance(lg_store *store, const lg_balance *balance);
/** The run has the coordination @p scene, which is borrowed until lg_store_close(): its resources
 * are written, and the rest when the results are finished. */
lg_status lg_store_coordination(lg_store *store, const lg_scene *scene, lg_err *err) LG_CHECKED;
/** What signals have asked of @p resource in a slot that is about to close, and what it used. A
 * failure is kept as others are. */
void lg_store_signalled(lg_store *store, uint32_t slot, uint32_t resource, int64_t used_uwh,
                        const lg_scene_ruling *ruling);
/** What a component of a microgrid did in a slot; NaN: not known. */
typedef struct lg_component_slot {
    uint32_t slot;
    uint64_t microgrid, component; /* ids */
    double consumed_Wh, delivered_Wh, mean_W, min_W, max_W, soc_percent;
    uint64_t samples, bad;
} lg_component_slot;
void lg_store_component(lg_store *store, const lg_component_slot *row);
/** What stood behind an asset in a slot: positive is used or bought, negative made or sold. */
typedef struct lg_backed_slot {
    uint32_t slot, asset;
    int64_t planned_uwh, traded_uwh, measured_uwh;
    int64_t deviation_uwh;      /* measured less planned */
    int64_t rate_uct, cost_uct; /* what a kWh of it costs; positive: it is paid for */
} lg_backed_slot;
void lg_store_backed(lg_store *store, const lg_backed_slot *row);
/** A request to a microgrid. */
typedef struct lg_micro_command {
    int64_t time_ms;
    uint64_t microgrid, component;
    const char *who, *what, *answer;
    int64_t until_ms; /* INT64_MIN: it does not end */
} lg_micro_command;
void lg_store_command(lg_store *store, const lg_micro_command *row);
/** What failed first: file and reason. "" when nothing has. Valid until lg_store_close(). */
const char *lg_store_error(const lg_store *store);
/** A line of the run's log: faults of scripts and devices. @p version: of the script; 0: it is
 * none. LG_OK; LG_STORE; LG_MEMORY */
lg_status lg_store_log(lg_store *store, uint32_t slot, uint32_t tick, const char *who,
                       uint32_t version, const char *message) LG_CHECKED;

/** From a tick on a version of its script is at work at an agent. */
typedef struct lg_run_version {
    uint32_t agent, version; /* versions of an agent are numbered from 1 */
    const char *hash;        /* of its texts, see lg_run_source */
    const char *script;      /* file of the script */
    uint32_t slot, tick;     /* the first tick that it may act in */
    const char *cause;       /* start, reload, back, rollback, change */
    const char *detail;      /* for people; may be "" */
} lg_run_version;
/** LG_OK; LG_STORE; LG_MEMORY */
lg_status lg_store_version(lg_store *store, const lg_run_version *version) LG_CHECKED;

/** One of the texts that a version is made of; the same hash and place need not be told twice. */
typedef struct lg_run_source {
    const char *hash; /* of all texts together */
    uint32_t place;   /* 0: the script */
    const char *module, *path, *text;
} lg_run_source;
/** LG_OK; LG_STORE; LG_MEMORY */
lg_status lg_store_source(lg_store *store, const lg_run_source *source) LG_CHECKED;

/**
 * The run ends before its time: lg_store_finish() then writes everything about the slots that
 * closed, but the run stays "incomplete" there and in the summary.
 */
void lg_store_cut_short(lg_store *store);

/**
 * What the results say of the community: indicators instead of those its area has in the table of
 * indicators, and its peak. Call before lg_store_finish(); without, the table of it stays empty.
 */
void lg_store_community(lg_store *store, const lg_run_community *community);

/** What the summary says of devices; the name is copied. Call before lg_store_finish(). */
void lg_store_devices(lg_store *store, const lg_run_devices *devices);
/** The same of scripts. */
void lg_store_given_up(lg_store *store, const lg_run_given_up *given_up);
/** The same of refused commands: a row an agent that had some; borrowed until lg_store_finish(). */
void lg_store_refused(lg_store *store, const lg_run_refused *rows, uint32_t count);

/** How the first @p count agents have behaved; borrowed until lg_store_finish(). */
void lg_store_conduct(lg_store *store, const lg_run_conduct *rows, uint32_t count);

/**
 * Writes bills, indicators and the summary, gives the files their names and, last of all, marks the
 * run complete. Once, between slots. members may be NULL when member_count is 0.
 * @return LG_OK; LG_STORE; LG_MEMORY. Unless LG_OK the run stays "incomplete", with all its slots,
 * without a summary, and CSV files keep their ".part".
 */
lg_status lg_store_finish(lg_store *store, lg_digest digest, const lg_member_result *members,
                          uint32_t member_count, lg_err *err) LG_CHECKED;
/**
 * Closes the files. A run that was not finished stays readable and says so: it keeps its closed
 * slots and its log, and the CSV files stay ".part". NULL is fine.
 */
void lg_store_close(lg_store *store);

#endif
