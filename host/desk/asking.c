/* What a desk asks of the intraday market: kept with its batch, done when that is applied. */
#include "desk/room.h"

void lg__asking_init(lg_desk *desk)
{
    for (int i = 0; i < 2; i++)
        lg_arena_init(&desk->asking[i].arena, desk->mem, 4096);
}

void lg__asking_fini(lg_desk *desk)
{
    for (int i = 0; i < 2; i++) {
        struct lg__asking *a = &desk->asking[i];
        lg_mem_free(desk->mem, a->asks, a->capacity * sizeof *a->asks);
        lg_mem_free(desk->mem, a->dones, a->done_capacity * sizeof *a->dones);
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

lg_status lg_desk_ask(lg_desk *desk, const lg_trading_ask *ask)
{
    struct lg__asking *a = &desk->asking[desk->filling];
    bool own = false;
    if (!lg_desk_trading(desk))
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

bool lg__asking_flip(lg_desk *desk)
{
    struct lg__asking *filled = &desk->asking[desk->filling];
    struct lg__asking *old = &desk->asking[!desk->filling];
    if (!LG_GROW(desk->mem, filled->dones, filled->done_capacity, filled->count))
        return false;
    if (old->count)
        lg_arena_drop(&old->arena);
    old->count = 0;
    return true;
}

lg_status lg__asking_apply(lg_desk *desk, lg_chain *chain)
{
    struct lg__asking *a = &desk->asking[!desk->filling];
    for (uint32_t i = 0; i < a->count; i++) {
        a->dones[i] = lg_trading_do(desk->venue->trading, &a->asks[i]);
        lg_trading_chain(chain, &a->asks[i], &a->dones[i]);
    }
    return a->count ? lg_trading_status(desk->venue->trading) : LG_OK;
}
