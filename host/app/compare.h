/* host/app/compare.h — two runs side by side: what `lunagrid compare` reads and prints */
#ifndef LG_APP_COMPARE_H
#define LG_APP_COMPARE_H

#include "base/text.h"
#include "store/past.h"

/** One value that a run was made with: a leaf of its scenario by the path that --set takes, the
 * source of a script, the program's version. */
typedef struct lg_compare_setting {
    const char *key, *value;
} lg_compare_setting;

/** The bottom line of a member. */
typedef struct lg_compare_member {
    const char *name;
    int64_t bought_uwh, sold_uwh, unserved_uwh, bill_uct, base_bill_uct;
} lg_compare_member;

/** A market that is no member's. */
typedef struct lg_compare_market {
    const char *name;
    int64_t energy_uwh, volume_uct, fees_uct;
    int64_t import_uwh, peak_import_uwh, peak_import_ms; /* from the market above; of one slot */
    int64_t export_uwh, peak_export_uwh, peak_export_ms;
} lg_compare_market;

/** What a gridpool has traded at the intraday market, and what its deliveries left there. */
typedef struct lg_compare_gridpool {
    const char *name;
    int64_t bought_uwh, sold_uwh;
    int64_t trades_uct, imbalance_uct; /* got: positive */
} lg_compare_gridpool;

/** One of the two runs; everything lives in its arena. */
typedef struct lg_compare_side {
    lg_arena arena;
    const char *file, *scenario, *status, *digest;
    int64_t start_ms, slot_s, slot_count, slots_done;
    lg_compare_setting *settings; /* by key */
    lg_compare_member *members;
    lg_compare_market *markets;
    lg_compare_gridpool *gridpools;
    uint32_t setting_count, setting_capacity, member_count, market_count, gridpool_count;
    const char *community;                     /* NULL: the run has not come to its end */
    double self_sufficiency, self_consumption; /* 0..1 or NaN */
    int64_t peak_import_uwh, peak_import_ms;
    int64_t trade_count, energy_uwh, fees_uct; /* of all */
    lg_compare_member all;                     /* sums of the members */
} lg_compare_side;

/** One figure of both runs. */
typedef struct lg_figure {
    const char *of; /* whose: "community", or the name of a market */
    const char *name, *unit;
    int decimals;         /* for people */
    double values[2];     /* NaN: that run has none */
    const char *texts[2]; /* instead of numbers; NULL, NULL: numbers */
} lg_figure;

/** A value that only one of them has is NULL in the other. */
typedef struct lg_difference {
    const char *key, *values[2];
} lg_difference;

/** What both have; all in the arena of the first side. */
typedef struct lg_comparison {
    lg_compare_side sides[2];
    lg_figure *figures;
    lg_difference *settings;
    uint32_t figure_count, setting_count;
    bool exhausted; /* memory ran out on the way */
} lg_comparison;

/**
 * Reads one run into @p side. @return LG_OK; LG_STORE the file cannot be read; LG_MEMORY. In every
 * case the caller drops side->arena and gives back what lg_compare_settings_fini() does.
 */
lg_status lg_compare_read(lg_mem *mem, const char *path, lg_compare_side *side,
                          lg_err *err) LG_CHECKED;
void lg_compare_settings_fini(lg_mem *mem, lg_compare_side *side);

/** Reads both and puts them side by side; lg_compare_close() in every case. @return as
 * lg_compare_read() */
lg_status lg_compare_open(lg_mem *mem, const char *const paths[2], lg_comparison *comparison,
                          lg_err *err) LG_CHECKED;
void lg_compare_close(lg_mem *mem, lg_comparison *comparison);

/** Asks for name, energy bought and sold, money of trades and of imbalances of each gridpool. */
#define LG_COMPARE_GRIDPOOLS_SQL                                                                   \
    "SELECT name, coalesce(bought, 0), coalesce(sold, 0), coalesce(trades, 0), "                   \
    "coalesce(imbalance, 0) FROM gridpools LEFT JOIN (SELECT gridpool, "                           \
    "sum(iif(side = 'buy', energy_uwh, 0)) AS bought, "                                            \
    "sum(iif(side = 'sell', energy_uwh, 0)) AS sold, sum(amount_uct) AS trades "                   \
    "FROM intraday_trades GROUP BY gridpool) USING (gridpool) LEFT JOIN "                          \
    "(SELECT gridpool, sum(amount_uct) AS imbalance FROM intraday_balances "                       \
    "GROUP BY gridpool) USING (gridpool) ORDER BY gridpool"

/** compare_intraday.c: reads the gridpools of a run into @p side, and appends figures of those of
 * both. @return false: exhausted */
bool lg_compare_read_intraday(lg_past *past, lg_compare_side *side);
#define LG_COMPARE_GRIDPOOL_FIGURES 5
void lg_compare_intraday(lg_comparison *comparison);
/** Appends a figure; there is room. */
lg_figure *lg_compare_add(lg_comparison *comparison, const char *of, const char *name,
                          const char *unit, int decimals, double a, double b);

/** The member of that name; NULL when the side has none. */
const lg_compare_member *lg_compare_member_of(const lg_compare_side *side, const char *name);

/** Appends the comparison for people, and as JSON. */
void lg_compare_write(const lg_comparison *comparison, bool colours, lg_mem *mem, lg_text *out);
void lg_compare_json(const lg_comparison *comparison, lg_text *out);
/** Reads the runs at @p paths and prints them side by side on stdout, or says why not. @return the
 * exit code (app/cmd.h) */
int lg_compare_print(lg_mem *mem, const char *const paths[2], bool json);

#endif
