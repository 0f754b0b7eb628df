/* A client is a participant of the turn that does nothing when it is called: what it sends comes
 * between two ticks and waits at its desk. One that has gone keeps its place, so that numbers stay
 * what they are. */
#include "app/clients.h"

#include <string.h>
#include "app/clients_bytes.h"
#include "desk/mirror.h"
#include "journal/pack.h"

/* A batch that waits at the desk, or is being applied. */
typedef struct waiting {
    uint64_t number;
    uint32_t first, count; /* of the desk's batch */
} waiting;

typedef struct client {
    lg_clients *all;
    uint32_t index, member; /* among clients; among the participants of the turn */
    const char *id, *name;
    lg_desk *desk;
    bool gone;
    uint64_t batches;
    waiting *queue;
    uint32_t queue_count, queue_capacity;
} client;

struct lg_clients {
    lg_mem *mem;
    lg_arena arena; /* ids, names */
    lg_clients_input input;
    lg_clients_ears ears;
    client **items; /* participants point at them */
    uint32_t count, capacity;
    uint32_t *asset_owners, *area_owners; /* NULL until the first claim */
    bool called;                          /* of this call the ears were told */
    lg_call call;
    uint32_t slot, tick;
};

lg_clients *lg_clients_new(lg_mem *mem, const lg_clients_input *input)
{
    lg_clients *all = lg_mem_zalloc(mem, 1, sizeof *all);
    if (!all)
        return NULL;
    all->mem = mem;
    all->input = *input;
    lg_arena_init(&all->arena, mem, 1024);
    return all;
}

static void free_client(lg_mem *mem, client *c)
{
    lg_desk_free(c->desk);
    lg_mem_free(mem, c->queue, c->queue_capacity * sizeof *c->queue);
    lg_mem_free(mem, c, sizeof *c);
}

void lg_clients_free(lg_clients *all)
{
    if (!all)
        return;
    const lg_site *site = &all->input.scenario->site;
    for (uint32_t i = 0; i < all->count; i++)
        free_client(all->mem, all->items[i]);
    lg_mem_free(all->mem, all->items, all->capacity * sizeof *all->items);
    lg_mem_free(all->mem, all->asset_owners, site->asset_count * sizeof *all->asset_owners);
    lg_mem_free(all->mem, all->area_owners, site->area_count * sizeof *all->area_owners);
    lg_arena_drop(&all->arena);
    lg_mem_free(all->mem, all, sizeof *all);
}

void lg_clients_listen(lg_clients *all, const lg_clients_ears *ears)
{
    all->ears = ears ? *ears : (lg_clients_ears){0};
}

uint32_t lg_clients_count(const lg_clients *all)
{
    return all->count;
}

lg_client_view lg_clients_view(const lg_clients *all, uint32_t index)
{
    const client *c = all->items[index];
    return (lg_client_view){
        .id = c->id,
        .name = c->name,
        .gone = c->gone,
        .batches = c->batches,
        .counts = lg_desk_counts_of(c->desk),
    };
}

uint32_t lg_clients_owner(const lg_clients *all, lg_claim_kind kind, uint32_t index)
{
    const uint32_t *owners = kind == LG_CLAIM_ASSET ? all->asset_owners : all->area_owners;
    return owners ? owners[index] : LG_NONE;
}

/* ---- as a participant ---- */

/* The first client that is called stands for all. */
static bool call(void *self, lg_call kind, const lg_moment *moment)
{
    const client *c = self;
    lg_clients *all = c->all;
    bool told =
        all->called && all->call == kind && all->slot == moment->slot && all->tick == moment->tick;
    all->called = true;
    all->call = kind;
    all->slot = moment->slot;
    all->tick = moment->tick;
    if (!told && all->ears.moment)
        all->ears.moment(all->ears.ctx, kind, moment);
    return false;
}

static bool resume(void *self)
{
    (void)self;
    return false;
}

/* The batch that command @p index of the desk's belongs to. */
static const waiting *batch_of(const client *c, uint32_t index)
{
    for (uint32_t i = 0; i < c->queue_count; i++)
        if (index - c->queue[i].first < c->queue[i].count)
            return &c->queue[i];
    return NULL;
}

static void before(void *ctx, uint32_t index, const lg_command *command)
{
    const client *c = ctx;
    const waiting *w = batch_of(c, index);
    const lg_clients_ears *ears = &c->all->ears;
    if (w && ears->before)
        ears->before(ears->ctx, c->index, w->number, index - w->first, command);
}

static void after(void *ctx, uint32_t index, const lg_command *command, const lg_answer *answer)
{
    const client *c = ctx;
    const waiting *w = batch_of(c, index);
    const lg_clients_ears *ears = &c->all->ears;
    if (w && ears->after)
        ears->after(ears->ctx, c->index, w->number, index - w->first, command, answer);
}

static void answered(void *self)
{
    client *c = self;
    const lg_clients_ears *ears = &c->all->ears;
    for (uint32_t i = 0; i < c->queue_count && ears->done; i++)
        ears->done(ears->ctx, c->index, c->queue[i].number);
    c->queue_count = 0;
}

static void trade(void *self, const lg_trade *t)
{
    const client *c = self;
    const lg_clients_ears *ears = &c->all->ears;
    if (ears->trade)
        ears->trade(ears->ctx, c->index, t);
}

static void flush(void *self)
{
    const client *c = self;
    const lg_clients_ears *ears = &c->all->ears;
    if (ears->ticked && !c->gone)
        ears->ticked(ears->ctx, c->index);
}

/* ---- entering and leaving ---- */

static lg_status make_owners(lg_clients *all)
{
    const lg_site *site = &all->input.scenario->site;
    if (!all->asset_owners) {
        all->asset_owners = lg_mem_alloc(all->mem, site->asset_count * sizeof *all->asset_owners);
        if (!all->asset_owners)
            return LG_MEMORY;
        memset(all->asset_owners, 0xff, site->asset_count * sizeof *all->asset_owners);
    }
    if (!all->area_owners) {
        all->area_owners = lg_mem_alloc(all->mem, site->area_count * sizeof *all->area_owners);
        if (!all->area_owners)
            return LG_MEMORY;
        memset(all->area_owners, 0xff, site->area_count * sizeof *all->area_owners);
    }
    return LG_OK;
}

static lg_status sit_down(lg_clients *all, client *c)
{
    const lg_participant participant = {
        .self = c,
        .desk = c->desk,
        .call = call,
        .resume = resume,
        .answered = answered,
        .trade = trade,
        .flush = flush,
    };
    const lg_desk_watcher watcher = {.ctx = c, .before = before, .after = after};
    c->member = lg_turn_count(all->input.turn);
    lg_desk_watch(c->desk, &watcher);
    return lg_turn_join(all->input.turn, &participant);
}

static lg_status enter(lg_clients *all, const lg_outside *act, lg_err *err)
{
    size_t id_size, name_size;
    lg_unpack in = lg_unpack_of(act->bytes, act->size);
    const char *id = lg_unpack_bytes(&in, &id_size);
    const char *name = lg_unpack_bytes(&in, &name_size);
    if (in.bad || in.left || memchr(id, 0, id_size) || memchr(name, 0, name_size))
        return lg_fail(err, LG_INVALID, "a client enters with an id and a name");
    if (all->count >= LG_CLIENTS_MAX)
        return lg_fail(err, LG_LIMIT, "a run takes at most %d clients", LG_CLIENTS_MAX);
    client *c = lg_mem_zalloc(all->mem, 1, sizeof *c);
    if (!c)
        return lg_fail(err, LG_MEMORY, "out of memory for a client");
    c->all = all;
    c->index = all->count;
    c->id = lg_arena_text(&all->arena, id, id_size);
    c->name = lg_arena_text(&all->arena, name, name_size);
    if (c->id && c->name)
        c->desk = lg_desk_new(all->mem, lg_turn_market(all->input.turn),
                              all->input.scenario->agent_count + c->index, c->name);
    if (!c->desk || make_owners(all) != LG_OK ||
        !LG_GROW(all->mem, all->items, all->capacity, all->count + 1) ||
        sit_down(all, c) != LG_OK) {
        free_client(all->mem, c);
        return lg_fail(err, LG_MEMORY, "out of memory for a client");
    }
    all->items[all->count++] = c;
    return LG_OK;
}

static lg_status give_back(lg_clients *all, client *c, lg_claim_kind kind, uint32_t index)
{
    bool asset = kind == LG_CLAIM_ASSET;
    lg_status status = asset ? lg_desk_hold_asset(c->desk, index, true)
                             : lg_desk_hold_market(c->desk, index, true);
    if (status == LG_OK)
        status = lg_seats_hold(all->input.seats, asset, index, false);
    if (status != LG_OK)
        return status;
    (asset ? all->asset_owners : all->area_owners)[index] = LG_NONE;
    if (asset)
        lg_turn_tell_trades_to(all->input.turn, index,
                               all->input.scenario->site.assets[index].agent);
    return LG_OK;
}

static lg_status leave(lg_clients *all, client *c)
{
    const lg_site *site = &all->input.scenario->site;
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < site->asset_count && status == LG_OK; i++)
        if (all->asset_owners[i] == c->index)
            status = give_back(all, c, LG_CLAIM_ASSET, i);
    for (uint32_t i = 0; i < site->area_count && status == LG_OK; i++)
        if (all->area_owners[i] == c->index)
            status = give_back(all, c, LG_CLAIM_AREA, i);
    c->gone = status == LG_OK;
    return status;
}

/* ---- claims ---- */

static lg_status take_over(lg_clients *all, client *c, lg_claim_kind kind, uint32_t index)
{
    bool asset = kind == LG_CLAIM_ASSET;
    lg_status status = lg_seats_hold(all->input.seats, asset, index, true);
    if (status == LG_OK)
        status = asset ? lg_desk_grant_asset(c->desk, index) : lg_desk_grant_market(c->desk, index);
    if (status != LG_OK)
        return status;
    (asset ? all->asset_owners : all->area_owners)[index] = c->index;
    if (asset)
        lg_turn_tell_trades_to(all->input.turn, index, c->member);
    return LG_OK;
}

static lg_status claim(lg_clients *all, client *c, const lg_outside *act, lg_err *err)
{
    const lg_site *site = &all->input.scenario->site;
    lg_unpack in = lg_unpack_of(act->bytes, act->size);
    uint32_t kind = lg_unpack_u32(&in), index = lg_unpack_u32(&in);
    if (in.bad || in.left || (kind != LG_CLAIM_AREA && kind != LG_CLAIM_ASSET))
        return lg_fail(err, LG_INVALID, "a claim names an asset or a market");
    if (index >= (kind == LG_CLAIM_ASSET ? site->asset_count : site->area_count))
        return lg_fail(err, LG_UNKNOWN, "there is no such asset or market");
    uint32_t owner = lg_clients_owner(all, kind, index);
    if (act->number && owner != LG_NONE && owner != c->index)
        return lg_fail(err, LG_LIMIT, "\"%s\" has it already", all->items[owner]->name);
    if (!act->number && owner != c->index)
        return lg_fail(err, LG_FOREIGN, "\"%s\" does not have it", c->name);
    if (act->number && owner == c->index)
        return LG_OK;
    lg_status status =
        act->number ? take_over(all, c, kind, index) : give_back(all, c, kind, index);
    return status == LG_OK ? LG_OK : lg_fail(err, status, "out of memory for the rights");
}

/* ---- batches ---- */

static lg_status batch(lg_clients *all, client *c, const lg_outside *act, lg_err *err)
{
    lg__clients_batch r = {.count = 0};
    lg_desk_mark mark = lg_desk_mark_of(c->desk);
    lg_status status = lg__clients_read_batch(all->mem, act, mark.values, &r);
    const lg_desk_part part = {
        .commands = r.commands,
        .values = r.values,
        .count = {.commands = r.count, .values = r.value_count},
    };
    if (status == LG_OK && !LG_GROW(all->mem, c->queue, c->queue_capacity, c->queue_count + 1))
        status = LG_MEMORY;
    if (status == LG_OK)
        status = lg_desk_append(c->desk, &part);
    if (status == LG_OK)
        c->queue[c->queue_count++] =
            (waiting){.number = ++c->batches, .first = mark.commands, .count = r.count};
    else
        lg_desk_rewind(c->desk, mark);
    lg__clients_drop_batch(all->mem, &r);
    return status == LG_OK
               ? LG_OK
               : lg_fail(err, status, "a batch of \"%s\": %s", c->name, lg_status_text(status));
}

lg_status lg_clients_act(lg_clients *all, const lg_outside *act, lg_err *err)
{
    if (act->kind == LG_OUTSIDE_CLIENT && act->number)
        return enter(all, act, err);
    client *c = act->node < all->count ? all->items[act->node] : NULL;
    if (!c || c->gone)
        return lg_fail(err, LG_UNKNOWN, "there is no client with number %u", act->node);
    if (act->kind == LG_OUTSIDE_CLAIM)
        return claim(all, c, act, err);
    if (act->kind == LG_OUTSIDE_BATCH)
        return batch(all, c, act, err);
    lg_status status = leave(all, c);
    return status == LG_OK ? LG_OK : lg_fail(err, status, "out of memory for the rights");
}
