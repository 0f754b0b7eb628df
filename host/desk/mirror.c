/* A batch carried from one process to another. What arrives is checked here to the degree that the
 * library of the scripts checks it there; what depends on the market is checked when it is applied,
 * as always. */
#include "desk/mirror.h"

#include <string.h>
#include "desk/room.h"
#include "grid/unit.h"

lg_desk_part lg_desk_part_behind(const lg_desk *desk, const lg_desk_mark *mark)
{
    const struct lg__batch *batch = &desk->batch[desk->filling];
    const struct lg__asking *asking = &desk->asking[desk->filling];
    return (lg_desk_part){
        .commands = batch->commands ? batch->commands + mark->commands : NULL,
        .values = batch->values ? batch->values + mark->values : NULL,
        .terms = batch->terms ? batch->terms + mark->terms : NULL,
        .posts =
            desk->pinning.posts ? (const lg_post *const *)desk->pinning.posts + mark->posts : NULL,
        .asks = asking->asks ? asking->asks + mark->asks : NULL,
        .count = {.commands = batch->count - mark->commands,
                  .values = batch->value_count - mark->values,
                  .terms = batch->term_count - mark->terms,
                  .posts = desk->pinning.count - mark->posts,
                  .asks = asking->count - mark->asks},
    };
}

/* What lg_uct_from_ct() gives at most. */
#define AMOUNT_MAX INT64_C(1000000000000000000)

static bool is_amount(int64_t value, int64_t limit)
{
    return value >= -limit && value <= limit;
}

static bool is_set(const lg_command *c)
{
    return c->kind == LG_CMD_SET_ENERGY_FORECAST || c->kind == LG_CMD_SET_ENERGY_MEASUREMENT;
}

/* @p value_count and @p term_count: of the batch with what is being appended. */
static bool is_valid(const lg_site *site, const lg_command *c, uint32_t value_count,
                     uint32_t term_count)
{
    if (c->kind >= LG_CMD_COUNT || c->flags & ~(LG_CMD_REPLACE | LG_CMD_PERCENTAGE) ||
        c->reserved) /* whose version it is, the desk says */
        return false;
    if (c->node >= (lg_command_is_for_market(c->kind) ? site->area_count : site->asset_count))
        return false;
    if (!is_amount(c->energy_uwh, LG_UNLIMITED_UWH))
        return false;
    if (is_set(c))
        return c->amount >= 0 && c->amount <= value_count && c->order_id <= value_count &&
               c->order_id + (uint64_t)c->amount <= value_count;
    return is_amount(c->amount, AMOUNT_MAX) &&
           (c->kind > LG_CMD_UPDATE_OFFER || c->terms <= term_count);
}

/* The values of a command come in the order of their slots, each slot once. */
static bool in_order(const lg_slot_value *values, const lg_command *c)
{
    for (int64_t i = 1; i < c->amount; i++)
        if (values[c->order_id + (uint64_t)i].slot <= values[c->order_id + (uint64_t)i - 1].slot)
            return false;
    return true;
}

static lg_status append_values(lg_desk *desk, struct lg__batch *batch, const lg_desk_part *part)
{
    if (part->count.values > lg_desk_limits_of(desk).values - batch->value_count)
        return LG_LIMIT;
    if (!LG_GROW(desk->mem, batch->values, batch->value_capacity,
                 batch->value_count + part->count.values))
        return LG_MEMORY;
    if (part->count.values)
        memcpy(batch->values + batch->value_count, part->values,
               part->count.values * sizeof *part->values);
    batch->value_count += part->count.values;
    return LG_OK;
}

/* What a request says is looked at by the market, but for what stands where it is read. */
static lg_status append_asks(lg_desk *desk, const lg_desk_part *part)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < part->count.asks && status == LG_OK; i++) {
        const lg_trading_ask *ask = &part->asks[i];
        bool known = ask->kind >= LG_ASK_CREATE && ask->kind <= LG_ASK_CANCEL_ALL;
        status = known ? lg_desk_ask(desk, ask) : LG_INVALID;
    }
    return status;
}

lg_status lg_desk_append(lg_desk *desk, const lg_desk_part *part)
{
    struct lg__batch *batch = &desk->batch[desk->filling];
    const lg_site *site = lg_market_site(desk->market);
    lg_status status = append_values(desk, batch, part);
    for (uint32_t i = 0; i < part->count.terms && status == LG_OK; i++) {
        uint64_t number;
        status = lg_desk_add_terms(desk, &part->terms[i], &number);
    }
    for (uint32_t i = 0; i < part->count.commands && status == LG_OK; i++) {
        const lg_command *c = &part->commands[i];
        if (!is_valid(site, c, batch->value_count, batch->term_count) ||
            (is_set(c) && !in_order(batch->values, c)))
            status = LG_INVALID;
    }
    uint32_t before = batch->count;
    for (uint32_t i = 0; i < part->count.commands && status == LG_OK; i++)
        status = lg_desk_send(desk, &part->commands[i]);
    uint32_t posts = desk->pinning.count, asks = desk->asking[desk->filling].count;
    for (uint32_t i = 0; i < part->count.posts && status == LG_OK; i++)
        status = lg_desk_post(desk, part->posts[i]);
    if (status == LG_OK)
        status = append_asks(desk, part);
    if (status != LG_OK)
        lg_desk_truncate(desk, (lg_desk_mark){.commands = before, .posts = posts, .asks = asks});
    return status;
}

lg_status lg_desk_take(lg_desk *desk, const lg_desk_part *part)
{
    lg_desk_rewind(desk, (lg_desk_mark){0});
    lg_status status = append_values(desk, &desk->batch[desk->filling], part);
    for (uint32_t i = 0; i < part->count.terms && status == LG_OK; i++) {
        uint64_t number;
        status = lg_desk_add_terms(desk, &part->terms[i], &number);
    }
    for (uint32_t i = 0; i < part->count.commands && status == LG_OK; i++)
        status = lg_desk_send(desk, &part->commands[i]);
    return status == LG_OK ? append_asks(desk, part) : status;
}

lg_status lg_desk_applied(lg_desk *desk, const lg_answer *answers, uint32_t count)
{
    if (answers && count != desk->batch[desk->filling].count)
        return LG_INVALID;
    lg_status status = lg__desk_flip(desk);
    if (status != LG_OK || !answers)
        return status;
    for (uint32_t i = 0; i < count; i++) {
        desk->answers[i] = answers[i];
        desk->counts.commands++;
        bool refused = answers[i].status != LG_OK &&
                       !lg_desk_is_held(desk, &desk->batch[!desk->filling].commands[i]);
        desk->counts.refused += refused;
        if (refused && answers[i].status < LG_STATUS_COUNT)
            desk->counts.refused_as[answers[i].status]++;
    }
    return LG_OK;
}
