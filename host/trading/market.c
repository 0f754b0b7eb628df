/* The market as a whole: its life, its clock, and energy and money as numbers. */
#include "trading/room.h"

#include <string.h>

int64_t lg_trading_uwh(int64_t kw, int64_t ms)
{
    return lg_muldiv(kw * 2500, ms, 9); /* 1 kW over an hour, 3600000 ms, is 10^9 */
}

int64_t lg_trading_uct(int64_t price, int64_t kw, uint32_t minutes)
{
    return lg_muldiv(price * (int64_t)minutes * 5, kw, 3);
}

/* Prices of an area are so many steps apart from the lowest to the highest. */
static uint32_t depth_of(const lg_trading_area *area)
{
    int64_t keys = 2 * (LG_TRADING_PRICE_MAX / area->price_step) + 1;
    uint32_t depth = 1;
    for (int64_t room = 64; room < keys; room *= 64)
        depth++;
    return depth;
}

static bool set_up(lg_trading *t)
{
    const lg_trading_rules *rules = t->rules;
    for (uint32_t i = 0; i < rules->area_count; i++) {
        LG_ASSERT(rules->areas[i].price_step > 0 && rules->areas[i].quantity_step > 0);
        t->depth[i] = depth_of(&rules->areas[i]);
    }
    t->pools = lg_mem_zalloc(t->mem, rules->gridpool_count, sizeof *t->pools);
    t->capacity =
        lg_mem_zalloc(t->mem, (size_t)rules->area_count * rules->area_count, sizeof *t->capacity);
    if (!t->pools || !t->capacity || !lg__logs_init(t))
        return false;
    for (uint32_t i = 0; i < rules->gridpool_count; i++)
        t->pools[i].newest = LG__NIL;
    for (uint32_t i = 0; i < rules->link_count; i++) {
        const lg_trading_link *link = &rules->links[i];
        LG_ASSERT(link->from < rules->area_count && link->to < rules->area_count &&
                  link->from != link->to);
        t->capacity[link->from * rules->area_count + link->to] = link->capacity;
        t->linked = true;
    }
    return true;
}

lg_trading *lg_trading_new(lg_mem *mem, const lg_trading_rules *rules, int64_t now_ms)
{
    LG_ASSERT(rules->area_count && rules->area_count <= LG_TRADING_AREAS_MAX &&
              rules->gridpool_count && rules->gridpool_count <= LG_TRADING_GRIDPOOLS_MAX);
    lg_trading *t = lg_mem_zalloc(mem, 1, sizeof *t);
    if (!t)
        return NULL;
    t->mem = mem;
    t->rules = rules;
    t->now_ms = now_ms;
    t->next_id = t->next_seq = t->next_public = t->next_trade = 1;
    t->rec_free = t->level_free = t->node_free = t->contract_free = LG__NIL;
    t->due_first = t->over_first = t->over_last = LG__NIL;
    if (!set_up(t)) {
        lg_trading_free(t);
        return NULL;
    }
    return t;
}

void lg_trading_free(lg_trading *t)
{
    if (!t)
        return;
    uint32_t areas = t->rules->area_count;
    lg__logs_fini(t);
    lg__blob_fini(t);
    lg__contract_fini(t);
    lg_mem_free(t->mem, t->recs, t->rec_capacity * sizeof *t->recs);
    lg_mem_free(t->mem, t->buckets, t->bucket_count * sizeof *t->buckets);
    lg_mem_free(t->mem, t->levels, t->level_capacity * sizeof *t->levels);
    lg_mem_free(t->mem, t->nodes, t->node_capacity * sizeof *t->nodes);
    lg_mem_free(t->mem, t->pools, t->rules->gridpool_count * sizeof *t->pools);
    lg_mem_free(t->mem, t->capacity, (size_t)areas * areas * sizeof *t->capacity);
    lg_mem_free(t->mem, t->steps, t->step_capacity * sizeof *t->steps);
    lg_mem_free(t->mem, t->slices, t->slice_capacity * sizeof *t->slices);
    lg_mem_free(t->mem, t->woken, t->woken_capacity * sizeof *t->woken);
    lg_mem_free(t->mem, t, sizeof *t);
}

void lg_trading_listen(lg_trading *t, const lg_trading_sink *sink)
{
    LG_ASSERT(t->sink_count < LG_TRADING_SINKS_MAX);
    t->sinks[t->sink_count++] = *sink;
}

const lg_trading_rules *lg_trading_rules_of(const lg_trading *t)
{
    return t->rules;
}

int64_t lg_trading_now(const lg_trading *t)
{
    return t->now_ms;
}

lg_status lg_trading_status(const lg_trading *t)
{
    return t->failed;
}

lg_trading_counts lg_trading_counts_of(const lg_trading *t)
{
    return t->counts;
}

uint32_t lg_trading_gridpool_of(const lg_trading *t, uint64_t id)
{
    for (uint32_t i = 0; i < t->rules->gridpool_count; i++)
        if (t->rules->gridpools[i].id == id)
            return i;
    return LG__NIL;
}

uint32_t lg_trading_area_in(const lg_trading_rules *rules, const char *code)
{
    for (uint32_t i = 0; i < rules->area_count; i++)
        if (strcmp(rules->areas[i].code, code) == 0)
            return i;
    return LG__NIL;
}

uint32_t lg_trading_area_of(const lg_trading *t, const char *code)
{
    return lg_trading_area_in(t->rules, code);
}

/* ---- totals ---- */

lg_trading_totals lg_trading_totals_of(const lg_trading *t, uint32_t gridpool)
{
    return t->pools[gridpool].totals;
}

int64_t lg_trading_money_uct(const lg_trading_totals *totals)
{
    return lg_add(lg_add(totals->earned_uct, -totals->paid_uct), totals->imbalance_uct);
}

void lg_trading_settle(lg_trading *t, uint32_t gridpool, int64_t imbalance_uwh, int64_t amount_uct)
{
    lg_trading_totals *totals = &t->pools[gridpool].totals;
    int64_t *side = imbalance_uwh < 0 ? &totals->short_uwh : &totals->long_uwh;
    *side = lg_add(*side, imbalance_uwh < 0 ? -imbalance_uwh : imbalance_uwh);
    totals->imbalance_uct = lg_add(totals->imbalance_uct, amount_uct);
}

/* ---- the clock ---- */

static void expire(lg_trading *t, uint32_t rec)
{
    lg__end(t, rec, LG_TRADING_EXPIRED, LG_TRADING_DELETE, LG_TRADING_SYSTEM);
}

static void expire_due(lg_trading *t)
{
    for (uint32_t rec = t->due_first, next; rec != LG__NIL; rec = next) {
        next = t->recs[rec].due_next;
        if (t->recs[rec].valid_until_ms <= t->now_ms)
            expire(t, rec);
    }
}

static void close_area(lg_trading *t, lg__contract *c, uint32_t area)
{
    for (uint32_t rec = c->live_first, next; rec != LG__NIL; rec = next) {
        next = t->recs[rec].live_next;
        if (t->recs[rec].area == area)
            expire(t, rec);
    }
    c->books[area].closed = true;
}

static void close_gates(lg_trading *t, lg__contract *c)
{
    c->closed = true;
    for (uint32_t area = 0; area < t->rules->area_count; area++) {
        if (!c->books[area].closed && c->start_ms - t->now_ms <= t->rules->areas[area].gate_ms)
            close_area(t, c, area);
        c->closed = c->closed && c->books[area].closed;
    }
}

void lg_trading_advance(lg_trading *t, int64_t now_ms, int64_t keep_ms)
{
    t->now_ms = lg_max64(t->now_ms, now_ms);
    expire_due(t);
    for (uint32_t place = 0; place < t->sorted_count;) {
        lg__contract *c = t->contracts[t->sorted[place]];
        if (!c->closed)
            close_gates(t, c);
        if (c->closed && c->end_ms <= t->now_ms && t->now_ms - c->end_ms >= keep_ms)
            lg__contract_drop(t, place);
        else
            place++;
    }
    lg__rec_forget(t);
}

/* ---- what was agreed ---- */

lg_trading_position lg_trading_position_of(const lg_trading *t, uint32_t gridpool, uint32_t area,
                                           int64_t start_ms, uint32_t minutes)
{
    uint32_t contract = lg__contract_find(t, start_ms, minutes);
    if (contract == LG__NIL)
        return (lg_trading_position){0};
    return t->contracts[contract]->positions[area * t->rules->gridpool_count + gridpool];
}

int64_t lg_trading_net_uwh(const lg_trading *t, uint32_t gridpool, uint32_t area, int64_t from_ms,
                           int64_t until_ms)
{
    int64_t net = 0;
    for (uint32_t place = 0; place < t->sorted_count; place++) {
        const lg__contract *c = t->contracts[t->sorted[place]];
        int64_t from = lg_max64(from_ms, c->start_ms), until = lg_min64(until_ms, c->end_ms);
        const lg_trading_position *p = &c->positions[area * t->rules->gridpool_count + gridpool];
        if (from < until && p->sold != p->bought)
            net = lg_add(net, lg_trading_uwh(p->sold - p->bought, until - from));
    }
    return net;
}

bool lg_trading_period(const lg_trading *t, uint32_t index, int64_t *start_ms, uint32_t *minutes)
{
    if (index >= t->sorted_count)
        return false;
    *start_ms = t->contracts[t->sorted[index]]->start_ms;
    *minutes = t->contracts[t->sorted[index]]->minutes;
    return true;
}
