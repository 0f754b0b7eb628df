/* host/store/parts.h — the store itself, and what its files offer each other */
#ifndef LG_STORE_PARTS_H
#define LG_STORE_PARTS_H

#include "store/database.h"
#include "store/file.h"
#include "store/store.h"

/** What happened in a market so far: the sum of its market_slots, for the summary. */
typedef struct lg__market_sum {
    uint64_t trade_count;
    int64_t energy_uwh, volume_uct, fee_revenue_uct, import_uwh, export_uwh;
    int64_t min_rate_uct, max_rate_uct; /* 0 without trades */
    int64_t fee_uct, fee_ppb;           /* that ruled last, of the kind the run has */
} lg__market_sum;

/** Sums over trades, each trade once however many markets it passed. */
typedef struct lg__trade_sum {
    uint64_t trade_count;
    int64_t energy_uwh, paid_uct, earned_uct, fees_uct, rounding_uct;
} lg__trade_sum;

/** What was measured and not planned, of all settlement markets that closed. */
typedef struct lg__deviation_sum {
    int64_t short_uwh, long_uwh; /* had to be bought; could be sold */
} lg__deviation_sum;

enum { LG__INTRADAY_ORDERS, LG__INTRADAY_TRADES, LG__INTRADAY_FILES };

/** Of microgrids, so far. */
typedef struct lg_store_micro {
    bool any;
    uint64_t commands;
    int64_t short_uwh, long_uwh, cost_uct; /* of deviations */
} lg_store_micro;

struct lg_store {
    lg_mem *mem;
    lg_store_input input; /* site and market stay the caller's, drivers' names in the arena */
    char *folder;
    int lock;           /* the folder, locked for this run; -1: not open */
    lg_run_info info;   /* texts live in the arena */
    lg_arena arena;     /* paths of areas, texts of info, names of drivers */
    const char **paths; /* of areas: slugs from the root joined by "/" */
    lg__database db;
    lg__file trades_csv, slots_csv, bills_csv;
    lg__file settlement_csv; /* trades of settlement markets; not open when there are none */
    lg__file intraday_csv[LG__INTRADAY_FILES]; /* likewise */
    lg__market_sum *sums;                      /* one an area */
    lg__trade_sum total, slot_total;           /* of closed slots; of the running one */
    lg__trade_sum settled;                     /* trades of settlement markets */
    lg__deviation_sum deviations;
    lg_store_micro micro;
    lg_trading *trading; /* NULL: there is no intraday market */
    struct {
        uint64_t orders, trades;
        int64_t energy_uwh, amount_uct, short_uwh, long_uwh, imbalance_uct;
    } intraday;            /* sums so far */
    const lg_scene *scene; /* NULL: there is no coordination */
    struct {
        uint64_t limited, kept; /* slots of resources with a limit; in which it was kept */
        int64_t earned_uct;
    } coordination;
    int64_t open_trade, order_rows, clearing_rows, event_rows; /* last rows so far */
    int64_t last_trade, last_order, last_clearing, last_event; /* rows up to here belong to
                                                                   closed slots */
    uint32_t slots_open, rows_open;                            /* since the last commit */
    int64_t csv_slot_ms, csv_time_ms;                          /* what csv_slot and csv_time say */
    char csv_slot[32], csv_time[32];
    lg_err failure; /* status LG_OK: none */
    uint32_t slots_done;
    lg_run_community community; /* as lg_store_community() has it */
    bool has_community;
    lg_slot_facts facts; /* of the running slot */
    bool has_facts;
    lg_run_devices devices;        /* as lg_store_devices() has it; the name is in the arena */
    lg_run_given_up given_up;      /* as lg_store_given_up() has it, likewise */
    const lg_run_refused *refused; /* as lg_store_refused() has it; borrowed */
    uint32_t refused_count;
    const lg_run_conduct *conduct; /* as lg_store_conduct() has it; borrowed */
    uint32_t conduct_count;
    bool finished;
    bool cut_short; /* ended before its time: never "complete" */
};

/**
 * Refuses a folder that holds files of the names of results which are not lunagrid's: a run.sqlite
 * of another program, or a summary or CSV file without run.sqlite unless the folder is @p ours.
 * Changes nothing there.
 * @return LG_OK; LG_STORE (err names the file); LG_MEMORY.
 */
lg_status lg__owner_check(lg_mem *mem, const char *folder, bool ours, lg_err *err) LG_CHECKED;

/** The word of the table of assets for LG_ROLE_...; "" for a number that is none. */
const char *lg__role_name(uint32_t role);

/** Writes the tables that are known before the first slot. */
lg_status lg__setup_write(lg_store *store, lg_err *err) LG_CHECKED;
/** Fills store->paths. */
lg_status lg__setup_paths(lg_store *store) LG_CHECKED;

/* Rows that are written while the run goes on; failures are kept in store->failure. */
lg_status lg__live_trade(void *ctx, const lg_trade *trade) LG_CHECKED;
lg_status lg__live_cleared(void *ctx, uint32_t area, uint32_t slot, uint32_t tick, int64_t rate_uct,
                           int64_t energy_uwh) LG_CHECKED;
lg_status lg__live_command(void *ctx, const lg_desk *desk, const lg_command *command,
                           const lg_answer *answer, uint32_t slot, uint32_t tick) LG_CHECKED;
lg_status lg__live_event(void *ctx, const lg_event *event, uint32_t slot) LG_CHECKED;
lg_status lg__live_slot(void *ctx, uint32_t slot, int64_t slot_start_ms,
                        lg_digest chain) LG_CHECKED;
/** A settlement market has closed. */
lg_status lg__live_settled(void *ctx, const lg_settled *settled) LG_CHECKED;
/** Takes back the rows of a slot that has not closed. */
lg_status lg__live_trim(lg_store *store, lg_err *err) LG_CHECKED;

/** Bills, accounts, indicators, members and the closing of the run's row. */
lg_status lg__final_write(lg_store *store, lg_digest digest, const lg_member_result *members,
                          uint32_t member_count, lg_err *err) LG_CHECKED;

/** Bills of the settlement markets; nothing when there are none. */
lg_status lg__final_settled(lg_store *store, lg_err *err) LG_CHECKED;

/** What a gridpool has sold, less what it has bought, for delivery after the last slot: there is no
 * balance of it. */
int64_t lg__intraday_beyond(const lg_store *store, uint32_t gridpool);
/** Orders of the intraday market that are still open; nothing when there is no such market. */
lg_status lg__final_intraday(lg_store *store, lg_err *err) LG_CHECKED;

/** What was signalled, answered, reported and earned; nothing when there is no coordination. */
lg_status lg__final_coordination(lg_store *store, lg_err *err) LG_CHECKED;

/** Notes in the run's row how many slots are whole. */
lg_status lg__final_slots_done(lg_store *store, lg_err *err) LG_CHECKED;

lg_status lg__csv_create(lg_store *store, lg_err *err) LG_CHECKED;
/** The same for the intraday market, and its lines (csv_intraday.c). */
lg_status lg__csv_create_intraday(lg_store *store, lg_err *err) LG_CHECKED;
void lg__csv_intraday_order(lg_store *store, const lg_trading_order *order);
void lg__csv_intraday_trade(lg_store *store, const lg_trading_trade *trade);
/** A line a market that the trade passed, into @p file. */
void lg__csv_trade(lg_store *store, lg__file *file, const lg_trade *trade);
void lg__csv_market_slot(lg_store *store, uint32_t area, int64_t slot_start_ms,
                         const lg_market_stats *stats);
void lg__csv_bills(lg_store *store);

/** Writes summary.json into @p file, which is created, written and ended. */
lg_status lg__summary_write(lg_store *store, lg__file *file, lg_digest digest,
                            const lg_member_result *members, uint32_t member_count,
                            lg_err *err) LG_CHECKED;

#endif
