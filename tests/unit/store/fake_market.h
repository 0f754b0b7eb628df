/* tests/unit/store/fake_market.h — a street of two homes whose market says what tests wrote down
 *
 *   0 Grid            Utility (asset 0, bus)
 *   1   Community     fee 1 ct/kWh
 *   2     Home 1      Home 1 PV (asset 1)
 *   3     Home 2      "Home 2, load" (asset 2; the comma needs quotes in CSV)
 */
#ifndef LG_TEST_STORE_FAKE_MARKET_H
#define LG_TEST_STORE_FAKE_MARKET_H

#include "store/store.h"

enum { FAKE_AREAS = 4, FAKE_ASSETS = 3 };

struct lg_market {
    lg_account accounts[FAKE_ASSETS];
    lg_bill area_bills[FAKE_AREAS], external[FAKE_AREAS];
    int64_t fees_uct[FAKE_AREAS], rounding_uct[FAKE_AREAS];
    lg_market_stats stats[FAKE_AREAS];
    lg_kpi kpis[FAKE_AREAS];
    lg_position positions[FAKE_ASSETS];
    uint64_t orders, trades;
};

/* Settlement markets with the accounts of that market. */
struct lg_settling {
    struct lg_market *market;
};

/* The desk of agent 1. */
struct lg_desk {
    uint32_t index;
};

typedef struct fake_street {
    lg_area areas[FAKE_AREAS];
    lg_asset assets[FAKE_ASSETS];
    lg_site site;
    struct lg_market market;
    struct lg_desk desk;
    lg_run_info info;
    lg_run_agent agents[2];
    lg_member_result members[2];
    lg_store_input input;
    lg_connection connection; /* of Home 2, when asked for */
    lg_asset_slot slots[FAKE_ASSETS];
} fake_street;

/** Fills @p street; trades, orders and CSV are asked for. */
void fake_street_init(fake_street *street, const char *folder);
/** Trade @p id of 0.25 kWh from Home 1 PV to Home 2, load in tick 3 of @p slot. */
lg_status fake_street_trade(const lg_listener *listener, uint64_t id, uint32_t slot);
/** The same trade in a market of that type. */
lg_status fake_street_trade_of(const lg_listener *listener, uint64_t id, uint32_t slot,
                               lg_market_type type);
/** The statistics of @p slot after one such trade, and the call that closes the slot. */
lg_status fake_street_close_slot(fake_street *street, const lg_listener *listener, uint32_t slot);

/**
 * A whole run into @p folder: in slot 0 such a trade, and 0.1 kWh from the Utility to Home 2, load
 * at 31 ct/kWh; in slot 1 none, but the Community's fee is 2 ct/kWh. The utility asks 30 and pays 8
 * ct/kWh, a kWh of the grid makes 400 g. Home 2 may import 0.5 kWh in a slot and 2 kVA. In slot 0
 * the load needs 0.3 kWh and is measured at 0.34, the PV makes 0.4 and holds 0.5 of 2 kWh.
 * @return what failed first
 */
lg_status fake_street_run(lg_mem *mem, fake_street *street, const char *folder, lg_err *err);

/** A new empty folder under the system's folder for such things; remove with fake_folder_remove().
 */
void fake_folder_make(char path[64]);
void fake_folder_remove(const char *path);
/** The whole file folder/name as a text, at most @p size - 1 bytes; -1 when it cannot be read. */
int fake_folder_read(const char *folder, const char *name, char *text, size_t size);
/** The first column of the first row that @p sql gives on folder/run.sqlite, as text; "" when none.
 */
void fake_folder_ask(const char *folder, const char *sql, char *text, size_t size);

#endif
