/* A desk keeps two batches: the one being filled and the one applied last, whose answers are being
 * read. */
#include "desk/room.h"

#include <string.h>

lg_desk *lg_desk_new(lg_mem *mem, lg_market *market, uint32_t index, const char *name)
{
    lg_desk *desk = lg_mem_zalloc(mem, 1, sizeof *desk);
    if (!desk)
        return NULL;
    *desk = (lg_desk){.mem = mem, .market = market, .index = index};
    for (int i = 0; i < 2; i++)
        lg_arena_init(&desk->batch[i].arena, mem, 1024);
    lg__asking_init(desk);
    desk->name = lg_mem_strdup(mem, name);
    if (!desk->name) {
        lg_desk_free(desk);
        return NULL;
    }
    return desk;
}

void lg_desk_free(lg_desk *desk)
{
    if (!desk)
        return;
    lg_mem *mem = desk->mem;
    lg__grants_fini(&desk->assets, mem);
    if (desk->refusals)
        lg_mem_free(mem, desk->refusals, LG_DESK_REFUSALS_MAX * sizeof *desk->refusals);
    lg__grants_fini(&desk->markets, mem);
    lg__asking_fini(desk);
    for (int i = 0; i < 2; i++) {
        struct lg__batch *batch = &desk->batch[i];
        lg_mem_free(mem, batch->commands, batch->capacity * sizeof *batch->commands);
        lg_mem_free(mem, batch->values, batch->value_capacity * sizeof *batch->values);
        lg_mem_free(mem, batch->terms, batch->term_capacity * sizeof *batch->terms);
        lg_arena_drop(&batch->arena);
    }
    for (uint32_t i = 0; i < desk->pinning.count; i++)
        lg_post_free(mem, desk->pinning.posts[i]);
    lg_mem_free(mem, desk->pinning.posts, desk->pinning.capacity * sizeof *desk->pinning.posts);
    lg_mem_free(mem, desk->answers, desk->answer_capacity * sizeof *desk->answers);
    lg_mem_strfree(mem, desk->name);
    lg_mem_free(mem, desk, sizeof *desk);
}

const char *lg_desk_name(const lg_desk *desk)
{
    return desk->name;
}

uint32_t lg_desk_index(const lg_desk *desk)
{
    return desk->index;
}

lg_market *lg_desk_market(const lg_desk *desk)
{
    return desk->market;
}

const lg_settling *lg_desk_settling(const lg_desk *desk)
{
    return desk->venue ? desk->venue->settling : NULL;
}

lg_market *lg_desk_market_of(const lg_desk *desk, const lg_command *command)
{
    const struct lg__venue *venue = desk->venue;
    uint32_t slot = command->time_slot - 1;
    if (command->time_slot == 0 || (venue && venue->slot != LG_NONE && slot == venue->slot))
        return desk->market;
    return venue && venue->settling && command->time_slot != LG_NONE
               ? lg_settling_market(venue->settling, slot)
               : NULL;
}

static uint64_t node_count(const lg_desk *desk)
{
    return (uint64_t)desk->assets.count + desk->markets.count;
}

void lg_desk_narrow(lg_desk *desk)
{
    desk->narrow = true;
}

bool lg_desk_sees(const lg_desk *desk, uint32_t area)
{
    const lg_site *site = lg_market_site(desk->market);
    if (!desk->narrow)
        return true;
    for (uint32_t i = 0; i < desk->markets.count; i++)
        if (lg_site_below(site, area, desk->markets.all[i]))
            return true;
    for (uint32_t i = 0; i < desk->assets.count; i++)
        if (lg_site_below(site, site->assets[desk->assets.all[i]].area, area))
            return true;
    return false;
}

static uint64_t batch_max(const lg_desk *desk)
{
    uint64_t max = node_count(desk) * LG_DESK_COMMANDS_PER_NODE;
    return max > LG_DESK_COMMANDS_MIN ? max : LG_DESK_COMMANDS_MIN;
}

static uint32_t grown(const lg_desk *desk, uint32_t least, uint32_t per_node, uint32_t most)
{
    uint64_t max = least + node_count(desk) * per_node;
    return max < most ? (uint32_t)max : most;
}

lg_desk_limits lg_desk_limits_of(const lg_desk *desk)
{
    return (lg_desk_limits){
        .commands = batch_max(desk),
        .values = grown(desk, LG_DESK_VALUES_MIN, LG_DESK_VALUES_PER_NODE, LG_DESK_VALUES_MAX),
        .terms = grown(desk, LG_DESK_TERMS_MIN, LG_DESK_TERMS_PER_NODE, LG_DESK_TERMS_MAX),
    };
}

/* Past what a list may hold nothing is counted: such terms are refused when they are applied. */
static uint32_t bytes_of(const lg_terms *terms)
{
    size_t bytes = 32 + (terms->energy_type ? strlen(terms->energy_type) : 0);
    for (uint32_t i = 0; i < terms->requirement_count && bytes < LG_DESK_TERMS_MAX; i++) {
        const lg_requirement *r = &terms->requirements[i];
        bytes += 24 + (size_t)r->partners.count * 4;
        for (uint32_t k = 0; k < r->energy_types.count; k++) {
            const char *type;
            memcpy(&type, (const char *)r->energy_types.items + (size_t)k * r->energy_types.stride,
                   sizeof type);
            bytes += 5 + strlen(type);
        }
    }
    return bytes < LG_DESK_TERMS_MAX ? (uint32_t)bytes : LG_DESK_TERMS_MAX;
}

lg_status lg_desk_send(lg_desk *desk, const lg_command *command)
{
    struct lg__batch *batch = &desk->batch[desk->filling];
    if (batch->count >=
        batch->capacity) { /* the limit is looked at only when the room is used up */
        if (batch->count >= batch_max(desk))
            return LG_LIMIT;
        if (!LG_GROW(desk->mem, batch->commands, batch->capacity, batch->count + 1))
            return LG_MEMORY;
    }
    lg_command *sent = &batch->commands[batch->count++];
    *sent = *command;
    sent->version = desk->version;
    return LG_OK;
}

lg_status lg_desk_send_values(lg_desk *desk, const lg_command *command, const lg_slot_value *values,
                              uint32_t count)
{
    struct lg__batch *batch = &desk->batch[desk->filling];
    lg_command with = *command;
    if (count > lg_desk_limits_of(desk).values - batch->value_count)
        return LG_LIMIT;
    if (!LG_GROW(desk->mem, batch->values, batch->value_capacity, batch->value_count + count))
        return LG_MEMORY;
    with.order_id = batch->value_count;
    with.amount = count;
    lg_status status = lg_desk_send(desk, &with);
    if (status != LG_OK)
        return status;
    if (count)
        memcpy(batch->values + batch->value_count, values, count * sizeof *values);
    batch->value_count += count;
    return LG_OK;
}

const lg_slot_value *lg_desk_values(const lg_desk *desk, const lg_command *command, uint32_t *count)
{
    *count = (uint32_t)command->amount;
    return *count ? desk->batch[!desk->filling].values + command->order_id : NULL;
}

lg_status lg_desk_add_terms(lg_desk *desk, const lg_terms *terms, uint64_t *number)
{
    struct lg__batch *batch = &desk->batch[desk->filling];
    uint32_t bytes = bytes_of(terms);
    if (batch->term_count >= batch_max(desk) ||
        bytes > lg_desk_limits_of(desk).terms - batch->term_bytes)
        return LG_LIMIT;
    if (!LG_GROW(desk->mem, batch->terms, batch->term_capacity, batch->term_count + 1))
        return LG_MEMORY;
    lg_status status = lg_terms_copy(&batch->arena, terms, &batch->terms[batch->term_count]);
    if (status != LG_OK)
        return status;
    batch->term_bytes += bytes;
    *number = ++batch->term_count;
    return LG_OK;
}

const lg_terms *lg_desk_terms(const lg_desk *desk, uint64_t number)
{
    const struct lg__batch *applied = &desk->batch[!desk->filling];
    return number && number <= applied->term_count ? &applied->terms[number - 1] : NULL;
}

uint32_t lg_desk_pending(const lg_desk *desk)
{
    return desk->batch[desk->filling].count;
}

lg_desk_mark lg_desk_mark_of(const lg_desk *desk)
{
    const struct lg__batch *batch = &desk->batch[desk->filling];
    return (lg_desk_mark){batch->count,
                          batch->value_count,
                          batch->term_count,
                          desk->pinning.count,
                          desk->asking[desk->filling].count,
                          desk->asking[desk->filling].act_count,
                          desk->asking[desk->filling].micro_count};
}

static void drop_posts(lg_desk *desk, uint32_t kept)
{
    struct lg__pinning *p = &desk->pinning;
    while (p->count > kept)
        lg_post_free(desk->mem, p->posts[--p->count]);
}

void lg_desk_truncate(lg_desk *desk, lg_desk_mark mark)
{
    struct lg__batch *batch = &desk->batch[desk->filling];
    if (batch->count > mark.commands)
        batch->count = mark.commands;
    if (desk->asking[desk->filling].count > mark.asks)
        desk->asking[desk->filling].count = mark.asks;
    if (desk->asking[desk->filling].act_count > mark.acts)
        desk->asking[desk->filling].act_count = mark.acts;
    if (desk->asking[desk->filling].micro_count > mark.micros)
        desk->asking[desk->filling].micro_count = mark.micros;
    drop_posts(desk, mark.posts);
}

void lg_desk_rewind(lg_desk *desk, lg_desk_mark mark)
{
    struct lg__batch *batch = &desk->batch[desk->filling];
    batch->count = mark.commands;
    batch->value_count = mark.values;
    desk->asking[desk->filling].count = mark.asks;
    desk->asking[desk->filling].act_count = mark.acts;
    desk->asking[desk->filling].micro_count = mark.micros;
    while (batch->term_count > mark.terms)
        batch->term_bytes -= bytes_of(&batch->terms[--batch->term_count]);
    if (!mark.terms)
        lg_arena_drop(&batch->arena);
    drop_posts(desk, mark.posts);
}

const lg_board *lg_desk_board(const lg_desk *desk)
{
    return desk->board || !desk->venue ? desk->board : desk->venue->board;
}

void lg_desk_set_board(lg_desk *desk, const lg_board *board)
{
    desk->board = board;
}

lg_status lg_desk_post(lg_desk *desk, const lg_post *post)
{
    const lg_board *board = lg_desk_board(desk);
    struct lg__pinning *p = &desk->pinning;
    lg_post own = *post;
    own.author = desk->index;
    own.number = 0;
    if (!board)
        return LG_UNSUPPORTED;
    if (!lg_post_is_valid(&own, lg_board_authors(board)))
        return LG_INVALID;
    if (p->elsewhere + p->count >= LG_BOARD_POSTS_PER_TICK)
        return LG_LIMIT;
    if (!LG_GROW(desk->mem, p->posts, p->capacity, p->count + 1))
        return LG_MEMORY;
    p->posts[p->count] = lg_post_copy(desk->mem, &own);
    if (!p->posts[p->count])
        return LG_MEMORY;
    p->count++;
    return LG_OK;
}

const lg_post *const *lg_desk_posts(const lg_desk *desk, uint32_t *count)
{
    *count = desk->pinning.count;
    return (const lg_post *const *)desk->pinning.posts;
}

void lg_desk_set_posts(lg_desk *desk, uint32_t count)
{
    struct lg__pinning *p = &desk->pinning;
    if (count == 0)
        drop_posts(desk, 0);
    p->elsewhere = count > p->count ? count - p->count : 0;
}

void lg_desk_watch(lg_desk *desk, const lg_desk_watcher *watcher)
{
    desk->watcher = *watcher;
}

void lg_desk_set_version(lg_desk *desk, uint32_t version)
{
    desk->version = version;
}

uint32_t lg_desk_answers(const lg_desk *desk, const lg_command **commands,
                         const lg_answer **answers)
{
    const struct lg__batch *applied = &desk->batch[!desk->filling];
    *commands = applied->commands;
    *answers = desk->answers;
    return applied->count;
}

const lg_desk_refusal *lg_desk_refusals(const lg_desk *desk, uint32_t *count)
{
    *count = desk->refusal_count;
    return desk->refusals;
}

lg_desk_counts lg_desk_counts_of(const lg_desk *desk)
{
    return desk->counts;
}

lg_status lg__desk_flip(lg_desk *desk)
{
    uint32_t count = desk->batch[desk->filling].count;
    if (!LG_GROW(desk->mem, desk->answers, desk->answer_capacity, count) || !lg__asking_flip(desk))
        return LG_MEMORY;
    desk->filling = !desk->filling;
    struct lg__batch *batch = &desk->batch[desk->filling];
    batch->count = batch->value_count = 0;
    if (batch->term_count) {
        batch->term_count = batch->term_bytes = 0;
        lg_arena_drop(&batch->arena);
    }
    return LG_OK;
}
