/* The orders and where they have got to. An order climbs: once it has been in a market for the age
 * that the area sets, an entry for it is appended to the parent's lane. It does not descend:
 * markets below look up (view.c). So an order costs one record and at most one entry a level,
 * whatever the number of siblings. */
#include "market/engine.h"

struct lg__entry *lg__lane_add(lg_market *m, uint32_t area, lg_side side)
{
    struct lg__lane *lane = &m->books[area].lane[side];
    if (!LG_GROW(m->mem, lane->entries, lane->capacity, lane->count + 1))
        return NULL;
    return &lane->entries[lane->count++];
}

void lg__order_kill(lg_market *m, uint32_t order)
{
    struct lg__order *o = &m->orders[order];
    uint32_t *link = &m->first[o->side][o->asset];
    while (*link != order)
        link = &m->orders[*link].next;
    *link = o->next;
    m->positions[o->asset].offered_uwh[o->side] -= o->energy_uwh;
    o->energy_uwh = 0;
    o->generation++;
    uint32_t *list = m->holds ? &m->order_held : &m->order_free;
    o->next = *list;
    *list = order;
}

void lg__orders_release(lg_market *m)
{
    while (m->order_held != LG_NONE) {
        uint32_t order = m->order_held;
        m->order_held = m->orders[order].next;
        m->orders[order].next = m->order_free;
        m->order_free = order;
    }
}

lg_status lg__order_restart(lg_market *m, uint32_t order, uint32_t arrival)
{
    const struct lg__order *o = &m->orders[order];
    for (uint32_t area = m->area_of[o->asset]; area != LG_NONE;
         area = m->site->areas[area].parent) {
        struct lg__lane *lane = &m->books[area].lane[o->side];
        for (uint32_t i = lane->travelled; i < lane->count; i++) {
            struct lg__entry moved = lane->entries[i];
            if (moved.order != order || moved.generation != o->generation)
                continue;
            struct lg__entry *entry = lg__lane_add(m, area, (lg_side)o->side);
            if (!entry)
                return LG_MEMORY;
            lane->entries[i].generation--; /* of no living order */
            *entry = moved;
            entry->arrival = (int32_t)arrival;
            return LG_OK;
        }
    }
    return LG_OK;
}

/* Makes room for a new record; LG_NONE when exhausted. */
static uint32_t order_take(lg_market *m)
{
    uint32_t order = m->order_free;
    if (order != LG_NONE) {
        m->order_free = m->orders[order].next;
        return order;
    }
    if (!LG_GROW(m->mem, m->orders, m->order_capacity, m->order_count + 1))
        return LG_NONE;
    order = m->order_count++;
    m->orders[order].generation = 0;
    return order;
}

/* The end of an asset's list of open orders on one side, where the next one goes. */
static uint32_t *list_end(lg_market *m, uint32_t asset, lg_side side, uint32_t *count)
{
    uint32_t *link = &m->first[side][asset];
    for (*count = 0; *link != LG_NONE; (*count)++)
        link = &m->orders[*link].next;
    return link;
}

/* A new order at the end of its asset's list, seen in its own market from this tick on. */
static lg_status order_new(lg_market *m, uint32_t asset, lg_side side, bool replace,
                           uint32_t *order)
{
    uint32_t area = m->area_of[asset], count;
    list_end(m, asset, side, &count);
    if (count >= LG_ORDERS_MAX && !replace)
        return LG_LIMIT;
    /* room first, so that a failure leaves nothing half-done */
    struct lg__entry *entry = lg__lane_add(m, area, side);
    if (!entry)
        return LG_MEMORY;
    *order = order_take(m);
    if (*order == LG_NONE) {
        m->books[area].lane[side].count--;
        return LG_MEMORY;
    }
    struct lg__order *o = &m->orders[*order];
    o->asset = asset;
    o->side = (uint8_t)side;
    o->next = LG_NONE;
    *entry = (struct lg__entry){
        .order = *order,
        .generation = o->generation,
        .arrival = (int32_t)m->tick,
        .party = asset,
        .offset = side == LG_OFFER ? m->books[area].fee : 0,
    };
    while (replace && m->first[side][asset] != LG_NONE)
        lg__order_kill(m, m->first[side][asset]);
    *list_end(m, asset, side, &count) = *order;
    return LG_OK;
}

/* Bit 0: may bid, bit 1: may offer; by LG_ROLE_... */
static const uint8_t sides_of_role[] = {
    [LG_ROLE_CONSUMER] = 1, [LG_ROLE_PRODUCER] = 2,     [LG_ROLE_STORAGE] = 3,
    [LG_ROLE_BUS] = 3,      [LG_ROLE_MARKET_MAKER] = 2, [LG_ROLE_PROSUMER] = 3,
};

/* Whether an order may be placed at all, whatever its energy. */
static lg_status may_place(const lg_market *m, uint32_t asset, lg_side side, int64_t energy_uwh,
                           int64_t rate_uct)
{
    if (!m->open)
        return LG_CLOSED;
    if (m->rules.type == LG_MARKET_SPOT && !(sides_of_role[m->role_of[asset]] >> side & 1))
        return LG_UNSUPPORTED;
    if (energy_uwh <= m->rules.energy_tolerance_uwh)
        return LG_INVALID;
    if ((uint64_t)rate_uct > (uint64_t)LG_RATE_MAX_UCT) /* negative ones become large */
        return LG_RATE;
    return m->sequence >= LG__SEQUENCE_MAX ? LG_LIMIT : LG_OK;
}

lg_status lg_market_place(lg_market *m, uint32_t asset, lg_side side, int64_t energy_uwh,
                          int64_t rate_uct, bool replace, lg_placed *placed)
{
    lg_position *p = &m->positions[asset];
    placed->id = 0;
    placed->asked_uwh = energy_uwh;
    placed->allowed_uwh = 0;
    lg_status status = may_place(m, asset, side, energy_uwh, rate_uct);
    if (status != LG_OK)
        return status;
    int64_t offered = p->offered_uwh[side];
    int64_t room = p->cap_uwh[side] - p->traded_uwh[side] - (replace ? 0 : offered);
    if (energy_uwh > room) {
        placed->allowed_uwh = room > 0 ? room : 0;
        return LG_ENERGY;
    }
    uint32_t order = m->first[side][asset];
    if (replace && m->rules.keep_age && order != LG_NONE && m->orders[order].next == LG_NONE) {
        /* the same record goes on, where it has got to */
        p->offered_uwh[side] = offered - m->orders[order].energy_uwh;
    } else {
        status = order_new(m, asset, side, replace, &order);
        if (status != LG_OK)
            return status;
    }
    struct lg__order *o = &m->orders[order];
    o->energy_uwh = energy_uwh;
    o->rate_uct = rate_uct;
    o->id = placed->id = ++m->ids->order;
    m->orders_total++;
    o->sequence = ++m->sequence;
    o->tick = m->tick;
    p->offered_uwh[side] += energy_uwh;
    m->last_change = m->tick;
    return LG_OK;
}

lg_status lg_market_cancel(lg_market *m, uint32_t asset, lg_side side, uint64_t id,
                           uint32_t *cancelled)
{
    *cancelled = 0;
    if (!m->open)
        return LG_CLOSED;
    uint32_t order = m->first[side][asset];
    while (order != LG_NONE) {
        uint32_t next = m->orders[order].next;
        if (id == 0 || m->orders[order].id == id) {
            lg__order_kill(m, order);
            (*cancelled)++;
        }
        order = next;
    }
    if (*cancelled)
        m->last_change = m->tick; /* what stood in the way of others may be gone */
    return id != 0 && *cancelled == 0 ? LG_GONE : LG_OK;
}

void lg_market_set_caps(lg_market *m, uint32_t asset, int64_t buy_uwh, int64_t sell_uwh)
{
    lg_position *p = &m->positions[asset];
    LG_ASSERT(m->open);
    bool enabled = lg_market_asset_enabled(m, asset);
    p->buy_uwh = enabled ? buy_uwh : 0;
    p->sell_uwh = enabled ? sell_uwh : 0;
    for (int side = 0; side < 2; side++) {
        if (p->offered_uwh[side] == 0 ||
            p->offered_uwh[side] <= p->cap_uwh[side] - p->traded_uwh[side])
            continue;
        while (m->first[side][asset] != LG_NONE)
            lg__order_kill(m, m->first[side][asset]);
        m->last_change = m->tick;
    }
}

uint32_t lg_market_orders(const lg_market *m, uint32_t asset, lg_side side, lg_order *orders,
                          uint32_t max)
{
    uint32_t count = 0;
    for (uint32_t i = m->first[side][asset]; i != LG_NONE; i = m->orders[i].next, count++) {
        const struct lg__order *o = &m->orders[i];
        if (count < max)
            orders[count] = (lg_order){
                .id = o->id,
                .asset = asset,
                .side = side,
                .energy_uwh = o->energy_uwh,
                .rate_uct = o->rate_uct,
                .tick = o->tick,
            };
    }
    return count;
}

/* Drops dead entries once they are the larger part. */
static void lane_compact(lg_market *m, struct lg__lane *lane)
{
    uint32_t kept = 0, travelled = lane->travelled;
    for (uint32_t i = 0; i < lane->count; i++) {
        bool alive = lg__alive(m, &lane->entries[i]);
        if (!alive && i < lane->travelled)
            travelled--;
        if (alive)
            lane->entries[kept++] = lane->entries[i];
    }
    lane->count = kept;
    lane->travelled = travelled;
}

static lg_status lane_travel(lg_market *m, uint32_t area, lg_side side)
{
    const lg_area *a = &m->site->areas[area];
    struct lg__lane *lane = &m->books[area].lane[side];
    int32_t age = side == LG_OFFER ? a->offer_age : a->bid_age;
    /* an offer pays the fee of the market it enters, a bid that of the market it leaves */
    int64_t fee = m->books[side == LG_OFFER ? a->parent : area].fee;
    for (; lane->travelled < lane->count; lane->travelled++) {
        const struct lg__entry *e = &lane->entries[lane->travelled];
        if (e->arrival + age > (int32_t)m->tick)
            return LG_OK;
        if (!lg__alive(m, e))
            continue;
        struct lg__entry *up = lg__lane_add(m, a->parent, side);
        if (!up)
            return LG_MEMORY;
        *up = *e;
        up->arrival = e->arrival + age;
        up->party = LG__AREA_PARTY + area;
        up->offset = e->offset + fee;
        m->last_change = m->tick;
    }
    return LG_OK;
}

lg_status lg__travel_from(lg_market *m, uint32_t area)
{
    if (m->books[area].reach == 0)
        return LG_OK; /* the root, or cut off from its parent */
    lg_status status = lane_travel(m, area, LG_OFFER);
    if (status == LG_OK && m->rules.match != LG_ONE_SIDED)
        status = lane_travel(m, area, LG_BID);
    return status;
}

lg_status lg__travel(lg_market *m)
{
    lg_status status = LG_OK;
    /* breadth-first order backwards: children before their parents, so age 0 climbs to the root at
     * once */
    for (uint32_t area = m->site->area_count; area-- > 1 && status == LG_OK;)
        status = lg__travel_from(m, area);
    return status;
}

void lg__lane_tidy(lg_market *m, struct lg__lane *lane, uint32_t dead)
{
    if (dead > 8 && dead > lane->count / 2)
        lane_compact(m, lane);
}
