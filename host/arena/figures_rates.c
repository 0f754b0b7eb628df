/* What the utility takes and pays at doors, slot by slot, out of the fees that ruled: the rates
 * that bills without a local market are made of. */
#include "arena/figures_parts.h"

#include <string.h>
#include "base/num.h"
#include "grid/unit.h"

static int64_t one_number(const lg__figures_reading *r, const char *sql)
{
    lg_past_rows rows;
    lg_past_ask(r->past, &rows, sql, NULL, 0);
    int64_t value = lg_past_next(&rows) ? lg_past_int(&rows, 0) : 0;
    lg_past_drop(&rows);
    return value;
}

static int64_t *slots(const lg__doors *d)
{
    return lg_mem_zalloc(d->reading->mem, d->count + 1, sizeof(int64_t));
}

static void give_back(const lg__doors *d, int64_t *list)
{
    if (list)
        lg_mem_free(d->reading->mem, list, (d->count + 1) * sizeof *list);
}

static bool open_door(const lg__doors *d, lg__door *door)
{
    door->buy_uct = slots(d);
    door->sell_uct = slots(d);
    return door->buy_uct && door->sell_uct;
}

bool lg__doors_open(lg__doors *d, const lg__figures_reading *r)
{
    lg_past_rows rows;
    *d = (lg__doors){.reading = r,
                     .count = (uint32_t)one_number(r, "SELECT count(*) FROM slots"),
                     .utility = lg_site_utility_area(r->site),
                     .percentage = one_number(r, "SELECT fee_kind = 'percentage' FROM runs") != 0};
    d->maker_uct = slots(d);
    d->feed_in_uct = slots(d);
    d->fee = slots(d);
    d->of_area = lg_mem_zalloc(r->mem, r->site->area_count + 1, sizeof *d->of_area);
    if (!d->maker_uct || !d->feed_in_uct || !d->fee || !d->of_area || !open_door(d, &d->best))
        return false;
    lg_past_ask(r->past, &rows, "SELECT slot, market_maker_uct, feed_in_uct FROM slots", NULL, 0);
    while (lg_past_next(&rows)) {
        int64_t slot = lg_past_int(&rows, 0);
        if (slot < 0 || slot >= d->count)
            continue;
        d->maker_uct[slot] = lg_past_int(&rows, 1);
        d->feed_in_uct[slot] = lg_past_int(&rows, 2);
    }
    lg_past_drop(&rows);
    return true;
}

void lg__doors_close(lg__doors *d)
{
    uint32_t areas = d->reading->site->area_count;
    for (uint32_t i = 0; d->of_area && i < areas; i++) {
        give_back(d, d->of_area[i].buy_uct);
        give_back(d, d->of_area[i].sell_uct);
    }
    lg_mem_free(d->reading->mem, d->of_area, (areas + 1) * sizeof *d->of_area);
    give_back(d, d->best.buy_uct);
    give_back(d, d->best.sell_uct);
    give_back(d, d->maker_uct);
    give_back(d, d->feed_in_uct);
    give_back(d, d->fee);
}

/* Adds the fee of @p area: a row where it is not that of the slot before. */
static void add_fee(lg__doors *d, uint32_t area)
{
    lg_past_rows rows;
    const int64_t which = area;
    const lg_area *a = &d->reading->site->areas[area];
    int64_t fee = d->percentage ? a->fee_ppb : a->fee_uct;
    uint32_t at = 0;
    lg_past_ask(d->reading->past, &rows,
                "SELECT slot, fee_uct, fee_ppb FROM fees WHERE area = ?1 ORDER BY slot", &which, 1);
    while (lg_past_next(&rows)) {
        int64_t slot = lg_past_int(&rows, 0);
        for (; at < d->count && at < slot; at++)
            d->fee[at] = lg_add(d->fee[at], fee);
        fee = lg_past_int(&rows, d->percentage ? 2 : 1);
    }
    for (; at < d->count; at++)
        d->fee[at] = lg_add(d->fee[at], fee);
    lg_past_drop(&rows);
}

static void fill_door(lg__doors *d, uint32_t area, const lg__door *door)
{
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    uint32_t count = lg_site_path(d->reading->site, area, d->utility, path);
    memset(d->fee, 0, d->count * sizeof *d->fee);
    for (uint32_t i = 0; i < count; i++)
        add_fee(d, path[i]);
    for (uint32_t i = 0; i < d->count; i++) {
        int64_t maker = d->maker_uct[i], feed = d->feed_in_uct[i], fee = d->fee[i];
        if (d->percentage) { /* what the utility pays is the seller's revenue and fees on it */
            door->buy_uct[i] = lg_add(maker, lg_fraction_of(maker, fee));
            door->sell_uct[i] = lg_muldiv(feed, LG_ONE_PPB, LG_ONE_PPB + fee);
        } else {
            door->buy_uct[i] = lg_add(maker, fee);
            door->sell_uct[i] = lg_max64(0, feed - fee);
        }
    }
}

static uint32_t area_of_door(const lg__doors *d, uint32_t asset)
{
    const lg_site *site = d->reading->site;
    uint32_t area = site->assets[asset].area, member = d->reading->member_of_area[area];
    return member == LG_NONE ? area : site->areas[member].parent;
}

static const lg__door *door_of_area(lg__doors *d, uint32_t area)
{
    lg__door *door = &d->of_area[area];
    if (door->buy_uct && door->sell_uct)
        return door;
    if (!open_door(d, door))
        return NULL;
    fill_door(d, area, door);
    return door;
}

const lg__door *lg__doors_of(lg__doors *d, uint32_t asset)
{
    return door_of_area(d, area_of_door(d, asset));
}

const lg__door *lg__doors_of_home(lg__doors *d, uint32_t area)
{
    return door_of_area(d, d->reading->site->areas[area].parent);
}

const lg__door *lg__doors_best(lg__doors *d, uint32_t seat)
{
    const lg_site *site = d->reading->site;
    uint32_t last = LG_NONE;
    bool first = true;
    for (uint32_t i = 0; i < site->asset_count; i++) {
        uint32_t area = area_of_door(d, i);
        if (d->reading->seat_of_asset[i] != seat || area == last)
            continue;
        const lg__door *door = door_of_area(d, area);
        if (!door)
            return NULL;
        for (uint32_t k = 0; k < d->count; k++) {
            int64_t buy = door->buy_uct[k], sell = door->sell_uct[k];
            d->best.buy_uct[k] = first ? buy : lg_min64(d->best.buy_uct[k], buy);
            d->best.sell_uct[k] = first ? sell : lg_max64(d->best.sell_uct[k], sell);
        }
        last = area;
        first = false;
    }
    if (first) /* it has no assets */
        for (uint32_t k = 0; k < d->count; k++)
            d->best.buy_uct[k] = d->best.sell_uct[k] = 0;
    return &d->best;
}

bool lg__figures_cost(lg__doors *d, uint32_t seat, lg_seat_figures *figures)
{
    const lg__door *door = lg__doors_best(d, seat);
    if (!door)
        return false;
    figures->stored = lg_stored_rates_of(door->buy_uct, door->sell_uct, d->count);
    figures->cost_uct = lg_seat_cost_uct(figures->bill_uct, figures->stored,
                                         figures->stored_start_uwh, figures->stored_end_uwh);
    return true;
}

/* ---- welfare ---- */

static bool is_inside(const lg__doors *d, uint32_t asset)
{
    return d->reading->member_of_area[d->reading->site->assets[asset].area] != LG_NONE;
}

bool lg__figures_welfare(lg__doors *d, lg_welfare *welfare)
{
    lg_past_rows rows;
    bool fine = true;
    *welfare = (lg_welfare){0};
    lg_past_ask(d->reading->past, &rows,
                "SELECT slot, buyer, seller, energy_uwh, paid_uct, earned_uct, fees_uct "
                "FROM trades ORDER BY trade",
                NULL, 0);
    while (fine && lg_past_next(&rows)) {
        int64_t slot = lg_past_int(&rows, 0), buyer = lg_past_int(&rows, 1),
                seller = lg_past_int(&rows, 2), assets = d->reading->site->asset_count;
        if (slot < 0 || slot >= d->count || buyer < 0 || buyer >= assets || seller < 0 ||
            seller >= assets)
            continue;
        const lg__door *in = lg__doors_of(d, (uint32_t)buyer),
                       *out = lg__doors_of(d, (uint32_t)seller);
        fine = in && out;
        if (!fine)
            break;
        const lg_surplus_trade trade = {
            .energy_uwh = lg_past_int(&rows, 3),
            .paid_uct = lg_past_int(&rows, 4),
            .earned_uct = lg_past_int(&rows, 5),
            .fees_uct = lg_past_int(&rows, 6),
            .utility_buy_uct = in->buy_uct[slot],
            .feed_in_uct = out->sell_uct[slot],
            .buyer_inside = is_inside(d, (uint32_t)buyer),
            .seller_inside = is_inside(d, (uint32_t)seller),
        };
        lg_welfare_add(welfare, &trade);
    }
    lg_past_drop(&rows);
    return fine;
}
