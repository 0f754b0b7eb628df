/* Prices of one side: a trie over the number of steps of a price, six bits a node.
 *
 * The lowest nodes hold levels, the others nodes; a node that loses its last kid goes back to the
 * pool with its level. So levels that are near to each other share nodes, the best is found by
 * walking down along the first or last kids, and the next one by walking up to the first turn. */
#include "trading/room.h"

static uint64_t key_of(const lg_trading *t, uint32_t area, int64_t price)
{
    int64_t step = t->rules->areas[area].price_step;
    return (uint64_t)(price / step + LG_TRADING_PRICE_MAX / step);
}

static uint32_t node_take(lg_trading *t, uint32_t parent, uint32_t bit)
{
    uint32_t node = t->node_free;
    if (node != LG__NIL)
        t->node_free = t->nodes[node].parent;
    else
        node = t->node_count++;
    t->nodes[node].bits = 0;
    t->nodes[node].parent = parent;
    t->nodes[node].bit = bit;
    return node;
}

static void node_give(lg_trading *t, uint32_t node)
{
    t->nodes[node].parent = t->node_free;
    t->node_free = node;
}

static uint32_t level_take(lg_trading *t)
{
    uint32_t level = t->level_free;
    if (level == LG__NIL)
        return t->level_count++;
    t->level_free = t->levels[level].head;
    return level;
}

bool lg__side_reserve(lg_trading *t, uint32_t area)
{
    uint32_t nodes = t->node_count + t->depth[area] + 1;
    return LG_GROW(t->mem, t->nodes, t->node_capacity, nodes) &&
           LG_GROW(t->mem, t->levels, t->level_capacity, t->level_count + 1);
}

static uint32_t first_bit(uint64_t bits, bool high)
{
    return (uint32_t)(high ? 63 - __builtin_clzll(bits) : __builtin_ctzll(bits));
}

/* The best level below @p node, which has @p depth layers of nodes. */
static uint32_t best_below(const lg_trading *t, uint32_t node, uint32_t depth, bool high)
{
    while (depth--) {
        const lg__node *n = &t->nodes[node];
        node = n->kids[first_bit(n->bits, high)];
    }
    return node;
}

/* The level of @p price below the root, made when there is none; there is room for it. */
static uint32_t level_at(lg_trading *t, lg__side *side, uint32_t depth, uint64_t key, int64_t price)
{
    if (side->root == LG__NIL)
        side->root = node_take(t, LG__NIL, 0);
    uint32_t node = side->root;
    for (uint32_t shift = (depth - 1) * 6; shift; shift -= 6) {
        uint32_t bit = (uint32_t)(key >> shift) & 63;
        if (!(t->nodes[node].bits >> bit & 1)) {
            t->nodes[node].kids[bit] = node_take(t, node, bit);
            t->nodes[node].bits |= UINT64_C(1) << bit;
        }
        node = t->nodes[node].kids[bit];
    }
    uint32_t bit = (uint32_t)key & 63;
    if (t->nodes[node].bits >> bit & 1)
        return t->nodes[node].kids[bit];
    uint32_t level = level_take(t);
    t->nodes[node].kids[bit] = level;
    t->nodes[node].bits |= UINT64_C(1) << bit;
    t->levels[level] =
        (lg__level){.price = price, .head = LG__NIL, .tail = LG__NIL, .node = node, .bit = bit};
    return level;
}

static bool better(const lg__side *side, int64_t a, int64_t b)
{
    return side->high ? a > b : a < b;
}

bool lg__side_add(lg_trading *t, lg__side *side, uint32_t rec, int64_t price)
{
    lg__rec *r = &t->recs[rec];
    uint32_t level = side->best;
    if (level == LG__NIL || t->levels[level].price != price) {
        if (!lg__side_reserve(t, r->area))
            return false;
        level = level_at(t, side, t->depth[r->area], key_of(t, r->area, price), price);
        if (side->best == LG__NIL || better(side, price, t->levels[side->best].price))
            side->best = level;
    }
    lg__level *l = &t->levels[level];
    r->level = level;
    r->prev = l->tail;
    r->next = LG__NIL;
    if (l->tail != LG__NIL)
        t->recs[l->tail].next = rec;
    else
        l->head = rec;
    l->tail = rec;
    l->count++;
    l->open += r->open;
    side->open += r->open;
    side->orders++;
    side->aon += r->execution == LG_TRADING_AON;
    t->aon += r->execution == LG_TRADING_AON;
    return true;
}

/* The level that comes after the place of @p bit in @p node, one of the lowest. */
static uint32_t next_from(const lg_trading *t, uint32_t node, uint32_t bit, bool high)
{
    uint32_t below = 0;
    for (;;) {
        uint64_t bits = t->nodes[node].bits;
        bits &= high ? (UINT64_C(1) << bit) - 1 : ~(((UINT64_C(1) << bit) << 1) - 1);
        if (bits)
            return best_below(t, t->nodes[node].kids[first_bit(bits, high)], below, high);
        uint32_t parent = t->nodes[node].parent;
        if (parent == LG__NIL)
            return LG__NIL;
        bit = t->nodes[node].bit;
        node = parent;
        below++;
    }
}

uint32_t lg__side_next(const lg_trading *t, const lg__side *side, uint32_t level)
{
    return next_from(t, t->levels[level].node, t->levels[level].bit, side->high);
}

/* Takes an empty level away, and the nodes that only it kept. */
static void level_drop(lg_trading *t, lg__side *side, uint32_t level)
{
    if (side->best == level)
        side->best = lg__side_next(t, side, level);
    uint32_t node = t->levels[level].node, bit = t->levels[level].bit;
    t->levels[level].head = t->level_free;
    t->level_free = level;
    for (;;) {
        uint32_t parent = t->nodes[node].parent;
        t->nodes[node].bits &= ~(UINT64_C(1) << bit);
        if (t->nodes[node].bits || parent == LG__NIL) /* the root stays */
            return;
        bit = t->nodes[node].bit;
        node_give(t, node);
        node = parent;
    }
}

void lg__side_remove(lg_trading *t, lg__side *side, uint32_t rec)
{
    lg__rec *r = &t->recs[rec];
    lg__level *l = &t->levels[r->level];
    if (r->prev != LG__NIL)
        t->recs[r->prev].next = r->next;
    else
        l->head = r->next;
    if (r->next != LG__NIL)
        t->recs[r->next].prev = r->prev;
    else
        l->tail = r->prev;
    l->open -= r->open;
    side->open -= r->open;
    side->orders--;
    side->aon -= r->execution == LG_TRADING_AON;
    t->aon -= r->execution == LG_TRADING_AON;
    if (--l->count == 0)
        level_drop(t, side, r->level);
    r->level = r->prev = r->next = LG__NIL;
}

uint32_t lg__side_first(const lg_trading *t, const lg__side *side)
{
    return side->best == LG__NIL ? LG__NIL : t->levels[side->best].head;
}

uint32_t lg__side_after(const lg_trading *t, const lg__side *side, uint32_t rec)
{
    const lg__rec *r = &t->recs[rec];
    if (r->next != LG__NIL)
        return r->next;
    uint32_t level = lg__side_next(t, side, r->level);
    return level == LG__NIL ? LG__NIL : t->levels[level].head;
}
