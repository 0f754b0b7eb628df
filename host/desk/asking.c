/* What a desk asks of the intraday market, and does in the coordination (acting.c): kept with its
 * batch, done when that is applied. */
#include "desk/mirror.h"
#include "desk/room.h"

void lg__asking_init(lg_desk *desk)
{
    desk->part = LG_SCENE_NOBODY;
    desk->microgrid = LG_NONE;
    for (int i = 0; i < 2; i++)
        lg_arena_init(&desk->asking[i].arena, desk->mem, 4096);
}

void lg__asking_fini(lg_desk *desk)
{
    for (int i = 0; i < 2; i++) {
        struct lg__asking *a = &desk->asking[i];
        lg_mem_free(desk->mem, a->asks, a->capacity * sizeof *a->asks);
        lg_mem_free(desk->mem, a->dones, a->done_capacity * sizeof *a->dones);
        lg_mem_free(desk->mem, a->acts, a->act_capacity * sizeof *a->acts);
        lg_mem_free(desk->mem, a->acted, a->acted_capacity * sizeof *a->acted);
        lg_mem_free(desk->mem, a->micros, a->micro_capacity * sizeof *a->micros);
        lg_arena_drop(&a->arena);
    }
    lg_mem_free(desk->mem, desk->gridpools, desk->gridpool_capacity * sizeof *desk->gridpools);
}

lg_status lg_desk_grant_gridpool(lg_desk *desk, uint32_t gridpool)
{
    if (!LG_GROW(desk->mem, desk->gridpools, desk->gridpool_capacity, desk->gridpool_count + 1))
        return LG_MEMORY;
    desk->gridpools[desk->gridpool_count++] = gridpool;
    return LG_OK;
}

const uint32_t *lg_desk_gridpools(const lg_desk *desk, uint32_t *count)
{
    *count = desk->gridpool_count;
    return desk->gridpools;
}

const lg_trading *lg_desk_trading(const lg_desk *desk)
{
    return desk->venue ? desk->venue->trading : NULL;
}

const lg_trading_rules *lg_desk_intraday(const lg_desk *desk)
{
    const lg_trading *trading = lg_desk_trading(desk);
    return desk->intraday || !trading ? desk->intraday : lg_trading_rules_of(trading);
}

void lg_desk_set_intraday(lg_desk *desk, const lg_trading_rules *rules)
{
    desk->intraday = rules;
}

/* The first change of @p gridpool at @p cursor or behind it, before @p until. */
static bool order_behind(const lg_trading *trading, uint32_t gridpool, uint64_t cursor,
                         uint64_t until, lg_trading_order *out)
{
    uint32_t read = LG_TRADING_GONE;
    while (read == LG_TRADING_GONE)
        read = lg_trading_read_order(trading, gridpool, &cursor, out);
    return read == LG_TRADING_READ && out->number < until;
}

bool lg_desk_next_order(const lg_desk *desk, uint64_t *cursor, uint64_t until,
                        lg_trading_order *out)
{
    lg_trading_order order;
    bool found = false;
    for (uint32_t i = 0; i < desk->gridpool_count; i++)
        if (order_behind(lg_desk_trading(desk), desk->gridpools[i], *cursor,
                         found ? out->number : until, &order)) {
            *out = order;
            found = true;
        }
    if (found)
        *cursor = out->number + 1;
    return found;
}

lg_status lg_desk_ask(lg_desk *desk, const lg_trading_ask *ask)
{
    struct lg__asking *a = &desk->asking[desk->filling];
    bool own = false;
    if (!lg_desk_intraday(desk))
        return LG_UNSUPPORTED;
    for (uint32_t i = 0; i < desk->gridpool_count; i++)
        own = own || desk->gridpools[i] == ask->gridpool;
    if (!own)
        return LG_FOREIGN;
    if (a->count >= LG_DESK_ASKS_MAX)
        return LG_LIMIT;
    lg_trading_ask kept = *ask;
    if (!LG_GROW(desk->mem, a->asks, a->capacity, a->count + 1) ||
        !lg_trading_ask_keep(&kept, &a->arena))
        return LG_MEMORY;
    a->asks[a->count++] = kept;
    return LG_OK;
}

const lg_trading_done *lg_desk_dones(const lg_desk *desk, uint32_t *count)
{
    const struct lg__asking *a = &desk->asking[!desk->filling];
    *count = a->count;
    return a->dones;
}

const lg_trading_ask *lg_desk_asks(const lg_desk *desk)
{
    return desk->asking[!desk->filling].asks;
}

lg_status lg_desk_answered(lg_desk *desk, const lg_trading_done *dones, uint32_t count)
{
    struct lg__asking *a = &desk->asking[!desk->filling];
    if (count != a->count)
        return LG_INVALID;
    for (uint32_t i = 0; i < count; i++)
        a->dones[i] = dones[i];
    return LG_OK;
}

bool lg__asking_flip(lg_desk *desk)
{
    struct lg__asking *filled = &desk->asking[desk->filling];
    struct lg__asking *old = &desk->asking[!desk->filling];
    if (!LG_GROW(desk->mem, filled->dones, filled->done_capacity, filled->count) ||
        !LG_GROW(desk->mem, filled->acted, filled->acted_capacity, filled->act_count))
        return false;
    if (old->count || old->act_count)
        lg_arena_drop(&old->arena);
    old->count = old->act_count = old->micro_count = 0;
    return true;
}

void lg_desk_grant_microgrid(lg_desk *desk, uint32_t microgrid)
{
    if (desk->microgrid == LG_NONE)
        desk->microgrid = microgrid;
}

const lg_desk_microgrids *lg_desk_microgrids_of(const lg_desk *desk, uint32_t *microgrid)
{
    *microgrid = desk->microgrid;
    return desk->microgrid != LG_NONE && desk->venue ? desk->venue->microgrids : NULL;
}

/* Whether component @p id stands behind assets of others, and of none of this desk. */
static bool is_foreign(const lg_desk *desk, const lg_desk_microgrids *microgrids,
                       uint32_t microgrid, uint64_t id)
{
    uint32_t asset;
    bool own = false, any = false;
    for (uint32_t n = 0; microgrids->behind(microgrids->ctx, microgrid, id, n, &asset); n++) {
        any = true;
        own = own || lg_desk_commands_asset(desk, asset);
    }
    return any && !own;
}

lg_status lg_desk_ask_microgrid(lg_desk *desk, const lg_micro_ask *ask)
{
    struct lg__asking *a = &desk->asking[desk->filling];
    uint32_t microgrid;
    const lg_desk_microgrids *microgrids = lg_desk_microgrids_of(desk, &microgrid);
    if (!microgrids)
        return LG_UNSUPPORTED;
    if (is_foreign(desk, microgrids, microgrid, ask->id))
        return LG_FOREIGN;
    if (a->micro_count >= LG_DESK_MICROS_MAX)
        return LG_LIMIT;
    if (!LG_GROW(desk->mem, a->micros, a->micro_capacity, a->micro_count + 1))
        return LG_MEMORY;
    struct lg__micro *kept = &a->micros[a->micro_count++];
    *kept = (struct lg__micro){.ask = *ask};
    kept->ask.microgrid = microgrid;
    kept->ask.token = NULL;
    kept->ask.range_count = ask->range_count > 0;
    if (ask->range_count)
        kept->range = ask->ranges[0];
    return LG_OK;
}

static void apply_micros(lg_desk *desk, struct lg__asking *a)
{
    const lg_desk_microgrids *microgrids = desk->venue->microgrids;
    for (uint32_t i = 0; i < a->micro_count; i++) {
        a->micros[i].ask.ranges = &a->micros[i].range;
        a->micros[i].ask.who = desk->name;
        microgrids->ask(microgrids->ctx, &a->micros[i].ask);
    }
}

lg_status lg__asking_apply(lg_desk *desk, lg_chain *chain)
{
    struct lg__asking *a = &desk->asking[!desk->filling];
    for (uint32_t i = 0; i < a->count; i++) {
        a->dones[i] = lg_trading_do(desk->venue->trading, &a->asks[i]);
        lg_trading_chain(chain, &a->asks[i], &a->dones[i]);
    }
    apply_micros(desk, a);
    return a->count ? lg_trading_status(desk->venue->trading) : LG_OK;
}
