/* What batteries held before the first slot and hold after the last; cars come and go. For a seat
 * it is valued at the best of its doors, for a home at its own. */
#include "arena/figures_parts.h"

#include "base/num.h"

typedef struct held {
    int64_t start_uwh, end_uwh;
} held;

static void read_held(const lg__figures_reading *r, held *of_asset)
{
    static const char *const questions[] = {
        "SELECT s.asset, s.stored_uwh FROM asset_slots s JOIN assets a USING (asset) "
        "WHERE s.slot = 0 AND s.stored_uwh IS NOT NULL AND a.type <> 'ev_charger'",
        "SELECT o.asset, sum(o.stored_uwh) FROM origins o JOIN assets a USING (asset) "
        "WHERE a.type <> 'ev_charger' GROUP BY o.asset",
    };
    for (int end = 0; end < 2; end++) {
        lg_past_rows rows;
        lg_past_ask(r->past, &rows, questions[end], NULL, 0);
        while (lg_past_next(&rows)) {
            int64_t asset = lg_past_int(&rows, 0);
            if (asset < 0 || asset >= r->site->asset_count)
                continue;
            int64_t *to = end ? &of_asset[asset].end_uwh : &of_asset[asset].start_uwh;
            *to = lg_past_int(&rows, 1);
        }
        lg_past_drop(&rows);
    }
}

static void add_to_seats(const lg__figures_reading *r, const held *of_asset, lg_figures *figures)
{
    for (uint32_t i = 0; i < r->site->asset_count; i++) {
        if (r->seat_of_asset[i] == LG_NONE)
            continue;
        lg_seat_figures *seat = &figures->seats[r->seat_of_asset[i]];
        seat->stored_start_uwh = lg_add(seat->stored_start_uwh, of_asset[i].start_uwh);
        seat->stored_end_uwh = lg_add(seat->stored_end_uwh, of_asset[i].end_uwh);
    }
}

static void add_to_homes(const lg__figures_reading *r, const held *of_asset, held *of_home)
{
    for (uint32_t i = 0; i < r->site->asset_count; i++) {
        uint32_t home = r->member_of_area[r->site->assets[i].area];
        if (home == LG_NONE)
            continue;
        of_home[home].start_uwh = lg_add(of_home[home].start_uwh, of_asset[i].start_uwh);
        of_home[home].end_uwh = lg_add(of_home[home].end_uwh, of_asset[i].end_uwh);
    }
}

static bool cost_homes(lg__doors *d, const held *of_home, lg_figures *figures)
{
    figures->members_cost_uct = figures->members_bill_uct;
    for (uint32_t i = 0; i < d->reading->site->area_count; i++) {
        if (of_home[i].start_uwh == of_home[i].end_uwh)
            continue;
        const lg__door *door = lg__doors_of_home(d, i);
        if (!door)
            return false;
        lg_stored_rates rates = lg_stored_rates_of(door->buy_uct, door->sell_uct, d->count);
        figures->members_cost_uct = lg_seat_cost_uct(figures->members_cost_uct, rates,
                                                     of_home[i].start_uwh, of_home[i].end_uwh);
    }
    return true;
}

bool lg__figures_stored(lg__doors *d, lg_figures *figures)
{
    const lg__figures_reading *r = d->reading;
    uint32_t assets = r->site->asset_count + 1, areas = r->site->area_count + 1;
    held *of_asset = lg_mem_zalloc(r->mem, assets, sizeof *of_asset);
    held *of_home = lg_mem_zalloc(r->mem, areas, sizeof *of_home);
    bool fine = of_asset && of_home;
    if (fine) {
        read_held(r, of_asset);
        add_to_seats(r, of_asset, figures);
        add_to_homes(r, of_asset, of_home);
        fine = cost_homes(d, of_home, figures);
    }
    if (of_asset)
        lg_mem_free(r->mem, of_asset, assets * sizeof *of_asset);
    if (of_home)
        lg_mem_free(r->mem, of_home, areas * sizeof *of_home);
    return fine;
}
