/* The life of orders in the naive market: placing, copying from market to market, slots.
 *
 * In phase B of a tick every book is emptied, and each open order is copied again from its own
 * market along the tree as far as time and price let it. So a copy never has to be updated or taken
 * back. */
#include "fuzz/naive_market.h"

#include <string.h>
#include "base/rng.h"
#include "grid/unit.h"

static const uint64_t visit_word = UINT64_C(0x766973697400); /* "visit" */

static void *cleared(lg_mem *mem, size_t count, size_t size)
{
    void *array = lg_mem_zalloc(mem, count ? count : 1, size);
    LG_ASSERT(array);
    return array;
}

static void give_back(lg_mem *mem, void *array, size_t count, size_t size)
{
    lg_mem_free(mem, array, (count ? count : 1) * size);
}

naive_market *naive_market_new(const lg_site *site, const lg_rules *rules)
{
    lg_mem *mem = lg_mem_system();
    naive_market *naive = cleared(mem, 1, sizeof *naive);
    naive->mem = mem;
    naive->site = site;
    naive->rules = rules;
    naive->frozen = true;
    naive->fee_next = cleared(mem, site->area_count, sizeof *naive->fee_next);
    naive->fee = cleared(mem, site->area_count, sizeof *naive->fee);
    naive->cut_next = cleared(mem, site->area_count, sizeof *naive->cut_next);
    naive->cut = cleared(mem, site->area_count, sizeof *naive->cut);
    naive->off_next = cleared(mem, site->area_count, sizeof *naive->off_next);
    naive->asset_off_next = cleared(mem, site->asset_count, sizeof *naive->asset_off_next);
    naive->books = cleared(mem, site->area_count, sizeof *naive->books);
    naive->area_bills = cleared(mem, site->area_count, sizeof *naive->area_bills);
    naive->external_bills = cleared(mem, site->area_count, sizeof *naive->external_bills);
    naive->fees_uct = cleared(mem, site->area_count, sizeof *naive->fees_uct);
    naive->rounding_uct = cleared(mem, site->area_count, sizeof *naive->rounding_uct);
    naive->positions = cleared(mem, site->asset_count, sizeof *naive->positions);
    naive->asset_bills = cleared(mem, site->asset_count, sizeof *naive->asset_bills);
    for (uint32_t i = 0; i < site->area_count; i++)
        naive->fee_next[i] =
            rules->fee_kind == LG_FEE_CONSTANT ? site->areas[i].fee_uct : site->areas[i].fee_ppb;
    return naive;
}

static void free_book(lg_mem *mem, naive_book *book)
{
    lg_mem_free(mem, book->bids, book->bid_room * sizeof *book->bids);
    lg_mem_free(mem, book->offers, book->offer_room * sizeof *book->offers);
}

void naive_market_free(naive_market *naive)
{
    if (!naive)
        return;
    lg_mem *mem = naive->mem;
    uint32_t areas = naive->site->area_count, assets = naive->site->asset_count;
    for (uint32_t i = 0; i < areas; i++)
        free_book(mem, &naive->books[i]);
    free_book(mem, &naive->clearing);
    give_back(mem, naive->fee_next, areas, sizeof *naive->fee_next);
    give_back(mem, naive->fee, areas, sizeof *naive->fee);
    give_back(mem, naive->cut_next, areas, sizeof *naive->cut_next);
    give_back(mem, naive->cut, areas, sizeof *naive->cut);
    give_back(mem, naive->off_next, areas, sizeof *naive->off_next);
    give_back(mem, naive->asset_off_next, assets, sizeof *naive->asset_off_next);
    give_back(mem, naive->books, areas, sizeof *naive->books);
    give_back(mem, naive->area_bills, areas, sizeof *naive->area_bills);
    give_back(mem, naive->external_bills, areas, sizeof *naive->external_bills);
    give_back(mem, naive->fees_uct, areas, sizeof *naive->fees_uct);
    give_back(mem, naive->rounding_uct, areas, sizeof *naive->rounding_uct);
    give_back(mem, naive->positions, assets, sizeof *naive->positions);
    give_back(mem, naive->asset_bills, assets, sizeof *naive->asset_bills);
    lg_mem_free(mem, naive->orders, naive->order_room * sizeof *naive->orders);
    lg_mem_free(mem, naive->trades, naive->trade_room * sizeof *naive->trades);
    lg_mem_free(mem, naive, sizeof *naive);
}

/** Whether @p asset or an area above it is disabled. */
static bool is_off(const naive_market *naive, uint32_t asset)
{
    bool off = naive->asset_off_next[asset];
    for (uint32_t area = naive->site->assets[asset].area; area != LG_NONE;
         area = naive->site->areas[area].parent)
        off = off || naive->off_next[area];
    return off;
}

lg_status naive_market_open_slot(naive_market *naive, uint32_t slot, int64_t start_ms,
                                 const lg_caps *caps)
{
    uint32_t areas = naive->site->area_count, assets = naive->site->asset_count;
    naive->is_open = true;
    naive->slot = slot;
    naive->tick = 0;
    naive->start_ms = start_ms;
    naive->trade_count = 0;
    memcpy(naive->fee, naive->fee_next, areas * sizeof *naive->fee);
    memcpy(naive->cut, naive->cut_next, areas * sizeof *naive->cut);
    for (uint32_t i = 0; i < assets; i++)
        naive->positions[i] = is_off(naive, i) ? (lg_position){.buy_uwh = 0}
                                               : (lg_position){.buy_uwh = caps[i].buy_uwh,
                                                               .sell_uwh = caps[i].sell_uwh};
    return LG_OK;
}

/** Writes into the positions what is in open orders; called after whatever changes an order. */
static void count_offered(naive_market *naive)
{
    for (uint32_t i = 0; i < naive->site->asset_count; i++)
        naive->positions[i].offered_buy_uwh = naive->positions[i].offered_sell_uwh = 0;
    for (uint32_t i = 0; i < naive->order_count; i++) {
        const naive_order *order = &naive->orders[i];
        lg_position *position = &naive->positions[order->asset];
        if (order->open && order->side == LG_BID)
            position->offered_buy_uwh += order->left_uwh;
        else if (order->open)
            position->offered_sell_uwh += order->left_uwh;
    }
}

static bool has_side(uint32_t role, lg_side side)
{
    if (role == LG_ROLE_STORAGE || role == LG_ROLE_BUS || role == LG_ROLE_PROSUMER)
        return true;
    return (role == LG_ROLE_CONSUMER) == (side == LG_BID);
}

/** Number of open orders of @p asset on @p side, one of them, and the energy in them. */
static uint32_t open_orders(const naive_market *naive, uint32_t asset, lg_side side,
                            naive_order **one, int64_t *energy_uwh)
{
    uint32_t count = 0;
    *energy_uwh = 0;
    for (uint32_t i = 0; i < naive->order_count; i++) {
        naive_order *order = &naive->orders[i];
        if (order->open && order->asset == asset && order->side == side) {
            *one = order;
            *energy_uwh += order->left_uwh;
            count++;
        }
    }
    return count;
}

/** What @p asset may still put into an order beside @p staying_uwh in its other ones. */
static int64_t allowed(const naive_market *naive, uint32_t asset, lg_side side, int64_t staying_uwh)
{
    const lg_position *position = &naive->positions[asset];
    int64_t cap = side == LG_BID ? position->buy_uwh : position->sell_uwh;
    int64_t traded = side == LG_BID ? position->bought_uwh : position->sold_uwh;
    return lg_max64(cap - traded - staying_uwh, 0);
}

lg_status naive_market_place(naive_market *naive, uint32_t asset, lg_side side, int64_t energy_uwh,
                             int64_t rate_uct, bool replace, lg_placed *placed)
{
    *placed = (lg_placed){.asked_uwh = energy_uwh};
    if (!naive->is_open)
        return LG_CLOSED;
    if (!has_side(naive->site->assets[asset].role, side))
        return LG_UNSUPPORTED;
    if (energy_uwh <= 0 || energy_uwh > LG_UNLIMITED_UWH)
        return LG_INVALID;
    if (rate_uct < 0 || rate_uct > LG_RATE_MAX_UCT)
        return LG_RATE;
    naive_order *old = NULL;
    int64_t staying_uwh;
    uint32_t count = open_orders(naive, asset, side, &old, &staying_uwh);
    placed->allowed_uwh = allowed(naive, asset, side, replace ? 0 : staying_uwh);
    if (energy_uwh > placed->allowed_uwh)
        return LG_ENERGY;
    if (!replace && count >= LG_ORDERS_MAX)
        return LG_LIMIT;

    uint32_t arrival = naive->tick;
    if (replace && naive->rules->keep_age && count == 1)
        arrival = old->arrival;
    for (uint32_t i = 0; replace && i < naive->order_count; i++)
        if (naive->orders[i].asset == asset && naive->orders[i].side == side)
            naive->orders[i].open = false;
    LG_ASSERT(LG_GROW(naive->mem, naive->orders, naive->order_room, naive->order_count + 1));
    naive->orders[naive->order_count++] = (naive_order){
        .id = ++naive->last_id,
        .sequence = ++naive->last_sequence,
        .asset = asset,
        .side = side,
        .left_uwh = energy_uwh,
        .rate_uct = rate_uct,
        .arrival = arrival,
        .tick = naive->tick,
        .open = true,
    };
    placed->id = naive->last_id;
    count_offered(naive);
    return LG_OK;
}

lg_status naive_market_cancel(naive_market *naive, uint32_t asset, lg_side side, uint64_t id,
                              uint32_t *cancelled)
{
    *cancelled = 0;
    for (uint32_t i = 0; i < naive->order_count; i++) {
        naive_order *order = &naive->orders[i];
        if (order->open && order->asset == asset && order->side == side &&
            (!id || order->id == id)) {
            order->open = false;
            ++*cancelled;
        }
    }
    count_offered(naive);
    return id == 0 || *cancelled ? LG_OK : LG_GONE; /* all of none is no mistake */
}

/** The rate of @p order in a market where fees of @p fees have been added or taken off. */
static int64_t rate_after(const naive_market *naive, const naive_order *order, int64_t fees)
{
    int64_t shift =
        naive->rules->fee_kind == LG_FEE_CONSTANT ? fees : lg_fraction_of(order->rate_uct, fees);
    return order->side == LG_OFFER ? order->rate_uct + shift : order->rate_uct - shift;
}

static void add_copy(naive_market *naive, uint32_t area, lg_side side, naive_copy copy)
{
    naive_book *book = &naive->books[area];
    if (side == LG_BID) {
        LG_ASSERT(LG_GROW(naive->mem, book->bids, book->bid_room, book->bid_count + 1));
        book->bids[book->bid_count++] = copy;
    } else {
        LG_ASSERT(LG_GROW(naive->mem, book->offers, book->offer_room, book->offer_count + 1));
        book->offers[book->offer_count++] = copy;
    }
}

/**
 * Copies order number @p order into the market of @p area and on from there.
 *
 * @param party    who brings it: the asset, a child area, or the outside
 * @param arrival  the tick from which it is there
 * @param fees     of the markets that the bid has left, or that the offer has entered before this
 * one
 */
static void copy_into(naive_market *naive, uint32_t area, uint32_t order, uint32_t party,
                      uint32_t arrival, int64_t fees)
{
    const lg_site *site = naive->site;
    const naive_order *original = &naive->orders[order];
    bool is_bid = original->side == LG_BID;
    int64_t with_own = fees + naive->fee[area];
    int64_t rate = rate_after(naive, original, is_bid ? fees : with_own);
    if (arrival > naive->tick || rate < 0)
        return;
    add_copy(naive, area, original->side,
             (naive_copy){.order = order,
                          .party = party,
                          .arrival = arrival,
                          .sequence = original->sequence,
                          .rate_uct = rate});
    if (is_bid && naive->rules->match == LG_ONE_SIDED)
        return; /* a limit that stays with its owner */
    if (naive->rules->no_market)
        return; /* nothing is forwarded */

    const lg_area *here = &site->areas[area];
    if (party != NAIVE_PARTY_OUTSIDE && here->parent != LG_NONE && !naive->cut[area]) {
        uint32_t age = is_bid ? here->bid_age : here->offer_age;
        copy_into(naive, here->parent, order, NAIVE_PARTY_AREA + area, arrival + age, with_own);
    }
    for (uint32_t i = 0; i < here->child_count; i++) {
        uint32_t child = here->child_first + i;
        uint32_t age = is_bid ? site->areas[child].bid_age : site->areas[child].offer_age;
        uint32_t cost = party == NAIVE_PARTY_OUTSIDE && age > 0 ? age + 1 : age;
        if (party != NAIVE_PARTY_AREA + child && !naive->cut[child])
            copy_into(naive, child, order, NAIVE_PARTY_OUTSIDE, arrival + cost, with_own);
    }
}

/** Matches the areas @p wanted levels below @p area, children from a drawn one on, up or down. */
static void match_level(naive_market *naive, uint32_t area, uint32_t wanted)
{
    const lg_area *here = &naive->site->areas[area];
    if (wanted == 0) {
        naive_match(naive, area);
        return;
    }
    uint64_t start =
        lg_rng(naive->site->seed, visit_word, (uint64_t)naive->slot << 16 | naive->tick, area);
    uint32_t n = here->child_count, offset = n ? lg_rng_below(start, n) : 0;
    for (uint32_t i = 0; i < n; i++)
        match_level(naive, here->child_first + (start & 1 ? offset + n - i : offset + i) % n,
                    wanted - 1);
}

lg_status naive_market_tick(naive_market *naive, uint32_t tick)
{
    const lg_site *site = naive->site;
    naive->tick = tick;
    for (uint32_t i = 0; i < site->area_count; i++)
        naive->books[i].bid_count = naive->books[i].offer_count = 0;
    for (uint32_t i = 0; i < naive->order_count; i++)
        if (naive->orders[i].open)
            copy_into(naive, site->assets[naive->orders[i].asset].area, i, naive->orders[i].asset,
                      naive->orders[i].arrival, 0);

    for (uint32_t i = 0; naive->rules->no_market && i < site->area_count; i++)
        naive_match_none(naive, i);
    for (uint32_t depth = site->level_count; depth-- > 0 && !naive->rules->no_market;)
        match_level(naive, 0, depth);
    count_offered(naive);
    naive->tick = tick + 1;
    return LG_OK;
}

lg_status naive_market_close_slot(naive_market *naive)
{
    naive->is_open = false;
    naive->order_count = 0;
    count_offered(naive);
    return LG_OK;
}

lg_status naive_market_set_fee(naive_market *naive, uint32_t area, lg_fee_kind kind, int64_t fee)
{
    if (kind != naive->rules->fee_kind)
        return LG_UNSUPPORTED;
    if (fee < 0)
        return LG_RATE;
    naive->fee_next[area] = fee;
    return LG_OK;
}

void naive_market_set_connected(naive_market *naive, uint32_t area, bool connected)
{
    naive->cut_next[area] = !connected;
}

void naive_market_set_enabled(naive_market *naive, uint32_t area, bool enabled)
{
    naive->off_next[area] = !enabled;
}

void naive_market_set_asset_enabled(naive_market *naive, uint32_t asset, bool enabled)
{
    naive->asset_off_next[asset] = !enabled;
}

uint32_t naive_market_orders(const naive_market *naive, uint32_t asset, lg_side side,
                             lg_order *orders, uint32_t max)
{
    uint32_t count = 0;
    uint64_t last = 0;
    for (;;) { /* each time the oldest of those younger than the last one */
        const naive_order *next = NULL;
        for (uint32_t i = 0; i < naive->order_count; i++) {
            const naive_order *order = &naive->orders[i];
            if (order->open && order->asset == asset && order->side == side && order->id > last &&
                (!next || order->id < next->id))
                next = order;
        }
        if (!next)
            return count;
        if (count < max)
            orders[count] = (lg_order){.id = next->id,
                                       .asset = asset,
                                       .side = side,
                                       .energy_uwh = next->left_uwh,
                                       .rate_uct = next->rate_uct,
                                       .tick = next->tick};
        count++;
        last = next->id;
    }
}
