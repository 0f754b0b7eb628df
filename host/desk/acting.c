/* What a desk does in the coordination of the run: kept with its requests to the intraday market,
 * done behind them. */
#include "desk/room.h"

void lg_desk_cast(lg_desk *desk, uint32_t part)
{
    desk->part = part;
}

uint32_t lg_desk_plays(const lg_desk *desk)
{
    return desk->part;
}

const lg_scene *lg_desk_scene(const lg_desk *desk)
{
    return desk->venue ? desk->venue->scene : NULL;
}

lg_status lg_desk_act(lg_desk *desk, const lg_scene_act *act)
{
    struct lg__asking *a = &desk->asking[desk->filling];
    if (!lg_desk_scene(desk))
        return LG_UNSUPPORTED;
    if (desk->part == LG_SCENE_NOBODY)
        return LG_FOREIGN;
    if (a->act_count >= LG_DESK_ACTS_MAX)
        return LG_LIMIT;
    lg_scene_act kept = *act;
    kept.part = desk->part;
    if (!LG_GROW(desk->mem, a->acts, a->act_capacity, a->act_count + 1) ||
        !lg_scene_act_keep(&kept, &a->arena))
        return LG_MEMORY;
    a->acts[a->act_count++] = kept;
    return LG_OK;
}

const lg_scene_done *lg_desk_acted(const lg_desk *desk, uint32_t *count)
{
    const struct lg__asking *a = &desk->asking[!desk->filling];
    *count = a->act_count;
    return a->acted;
}

lg_status lg__acting_apply(lg_desk *desk, lg_chain *chain)
{
    struct lg__asking *a = &desk->asking[!desk->filling];
    for (uint32_t i = 0; i < a->act_count; i++) {
        a->acted[i] = lg_scene_do(desk->venue->scene, &a->acts[i]);
        lg_scene_chain(chain, &a->acts[i], &a->acted[i]);
    }
    return a->act_count ? lg_scene_status(desk->venue->scene) : LG_OK;
}
