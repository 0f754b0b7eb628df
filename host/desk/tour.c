/* The walk: below an area its child areas and its own assets are visited in one order, a rotation
 * drawn for the area and tick. */
#include "desk/tour.h"

#include <string.h>

#include "base/rng.h"
#include "desk/room.h"

#define LG__DRAW_TOUR UINT64_C(0x746f757200) /* "tour": the purpose of this draw */

struct trip {
    struct lg__tour *tour;
    lg_market *market;
    uint64_t moment;
    lg__errand_function *apply;
    void *ctx;
};

void lg__tour_free(struct lg__tour *tour)
{
    if (tour->first)
        lg_mem_free(tour->mem, tour->first, tour->site->asset_count * sizeof *tour->first);
    lg_mem_free(tour->mem, tour->errands, tour->capacity * sizeof *tour->errands);
}

static lg_side side_of(uint8_t kind)
{
    return kind == LG_CMD_OFFER || kind == LG_CMD_UPDATE_OFFER ? LG_OFFER : LG_BID;
}

static int64_t traded(const struct lg__errand *errand)
{
    const lg_command *c = &errand->desk->batch[!errand->desk->filling].commands[errand->index];
    return lg_market_position(errand->desk->market, c->node)->traded_uwh[side_of(c->kind)];
}

lg_status lg__tour_take(struct lg__tour *tour, lg_desk *desk)
{
    const struct lg__batch *batch = &desk->batch[!desk->filling];
    for (uint32_t i = 0; i < batch->count; i++) {
        if (!lg__is_errand(tour->site, &batch->commands[i]))
            continue;
        if (!LG_GROW(tour->mem, tour->errands, tour->capacity, tour->count + 1))
            return LG_MEMORY;
        struct lg__errand *errand = &tour->errands[tour->count++];
        *errand = (struct lg__errand){.desk = desk, .index = i};
        errand->traded_uwh = traded(errand);
    }
    return LG_OK;
}

/* Lists the errands by asset, each list in the order they were taken. */
static lg_status sort_out(struct lg__tour *tour)
{
    size_t bytes = tour->site->asset_count * sizeof *tour->first;
    if (!tour->first) {
        tour->first = lg_mem_alloc(tour->mem, bytes);
        if (!tour->first)
            return LG_MEMORY;
    }
    memset(tour->first, 0xff, bytes);
    for (uint32_t i = tour->count; i-- > 0;) {
        struct lg__errand *errand = &tour->errands[i];
        uint32_t asset = errand->desk->batch[!errand->desk->filling].commands[errand->index].node;
        errand->next = tour->first[asset];
        tour->first[asset] = i;
    }
    return LG_OK;
}

static lg_status visit_asset(const struct trip *trip, uint32_t asset)
{
    lg_status status = lg_market_tick_asset(trip->market, asset);
    const struct lg__tour *tour = trip->tour;
    for (uint32_t i = tour->first[asset]; i != LG_NONE && status == LG_OK;
         i = tour->errands[i].next) {
        const struct lg__errand *errand = &tour->errands[i];
        status = trip->apply(trip->ctx, errand->desk, errand->index,
                             traded(errand) - errand->traded_uwh);
    }
    return status;
}

/* Recursion is bounded by LG_DEPTH_MAX. */
static lg_status visit_area(const struct trip *trip, uint32_t area)
{
    const lg_site *site = trip->tour->site;
    const lg_area *a = &site->areas[area];
    uint32_t count = a->child_count + a->asset_count;
    uint64_t draw = lg_rng(site->seed, LG__DRAW_TOUR, trip->moment, area);
    uint32_t at = count ? lg_rng_below(draw, count) : 0;
    uint32_t step = draw & 1 ? 1 : count - 1;
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < count && status == LG_OK; i++) {
        status = at < a->child_count ? visit_area(trip, a->child_first + at)
                                     : visit_asset(trip, a->asset_first + (at - a->child_count));
        at = (uint32_t)(((uint64_t)at + step) % count);
    }
    return status == LG_OK ? lg_market_tick_area(trip->market, area) : status;
}

lg_status lg__tour_run(struct lg__tour *tour, lg_market *market, uint32_t slot, uint32_t tick,
                       lg__errand_function *apply, void *ctx)
{
    const struct trip trip = {tour, market, (uint64_t)slot << 32 | tick, apply, ctx};
    lg_status status = sort_out(tour);
    if (status == LG_OK) {
        lg_market_tick_begin(market, tick);
        status = visit_area(&trip, 0);
        lg_status ended = lg_market_tick_end(market);
        status = status == LG_OK ? ended : status;
    }
    tour->count = 0;
    return status;
}
