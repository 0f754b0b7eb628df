/* What a gateway makes happen: acts of the world, so that they are kept before they happen. */
#include "app/gateway_parts.h"

#include <math.h>
#include "grid/unit.h"

int32_t lg__gate_act(lg_gate *g, lg_outside *what, const lg_text *bytes)
{
    lg_err err = {.status = LG_OK};
    if (g->finished || g->fatal.status != LG_OK)
        return LG_CLOSED;
    if (bytes) {
        what->bytes = bytes->data;
        what->size = bytes->length;
    }
    lg_status status = bytes && bytes->failed ? lg_fail(&err, LG_MEMORY, "out of memory")
                                              : lg_world_act(g->input.world, what, &err);
    if (lg_status_class_of(status) == LG_FATAL) {
        g->fatal = err;
        g->fatal.status = status;
    }
    return status;
}

static int32_t enter(void *ctx, const char *id, const char *name, uint32_t *client)
{
    lg_gate *g = ctx;
    lg_text bytes;
    lg_text_init(&bytes, g->mem);
    lg_clients_pack_enter(&bytes, id, name);
    lg_outside what = {.kind = LG_OUTSIDE_CLIENT, .number = 1};
    int32_t status = lg__gate_act(g, &what, &bytes);
    lg_text_fini(&bytes);
    if (status == LG_OK)
        *client = lg_clients_count(g->clients) - 1;
    return status;
}

static int32_t leave(void *ctx, uint32_t client)
{
    lg_gate *g = ctx;
    lg_outside what = {.kind = LG_OUTSIDE_CLIENT, .node = client};
    lg_awaits_heard(&g->awaits, client, false);
    return lg__gate_act(g, &what, NULL);
}

static int32_t change(lg_gate *g, uint32_t client, uint32_t kind, uint32_t index, bool take)
{
    lg_text bytes;
    lg_text_init(&bytes, g->mem);
    lg_clients_pack_claim(&bytes, kind == LG_GATEWAY_AREA ? LG_CLAIM_AREA : LG_CLAIM_ASSET, index);
    lg_outside what = {.kind = LG_OUTSIDE_CLAIM, .node = client, .number = take};
    int32_t status = lg__gate_act(g, &what, &bytes);
    lg_text_fini(&bytes);
    g->last_act_ns = lg_loop_now_ns();
    return status;
}

static int32_t claim(void *ctx, uint32_t client, uint32_t kind, uint32_t index)
{
    return change(ctx, client, kind, index, true);
}

static int32_t release(void *ctx, uint32_t client, uint32_t kind, uint32_t index)
{
    return change(ctx, client, kind, index, false);
}

static uint32_t owner(void *ctx, uint32_t kind, uint32_t index)
{
    const lg_gate *g = ctx;
    bool area = kind == LG_GATEWAY_AREA;
    if (index >= (area ? g->site->area_count : g->site->asset_count))
        return LG_GATEWAY_NONE;
    return lg_clients_owner(g->clients, area ? LG_CLAIM_AREA : LG_CLAIM_ASSET, index);
}

static int32_t client_of(void *ctx, uint32_t client, const char **id, const char **name,
                         uint32_t *gone)
{
    const lg_gate *g = ctx;
    if (client >= lg_clients_count(g->clients))
        return false;
    lg_client_view view = lg_clients_view(g->clients, client);
    *id = view.id;
    *name = view.name;
    *gone = view.gone;
    return true;
}

/* ---- commands ---- */

static const uint8_t kinds[] = {
    [LG_GATEWAY_BID] = LG_CMD_BID,
    [LG_GATEWAY_OFFER] = LG_CMD_OFFER,
    [LG_GATEWAY_DELETE_BID] = LG_CMD_DELETE_BID,
    [LG_GATEWAY_DELETE_OFFER] = LG_CMD_DELETE_OFFER,
    [LG_GATEWAY_LIST_BIDS] = LG_CMD_LIST_BIDS,
    [LG_GATEWAY_LIST_OFFERS] = LG_CMD_LIST_OFFERS,
    [LG_GATEWAY_INFO] = LG_CMD_DEVICE_INFO,
    [LG_GATEWAY_STATISTICS] = LG_CMD_DSO_MARKET_STATS,
    [LG_GATEWAY_FEE] = LG_CMD_GRID_FEES,
    [LG_GATEWAY_FORECAST] = LG_CMD_SET_ENERGY_FORECAST,
    [LG_GATEWAY_MEASUREMENT] = LG_CMD_SET_ENERGY_MEASUREMENT,
};

static bool is_set(uint32_t kind)
{
    return kind == LG_GATEWAY_FORECAST || kind == LG_GATEWAY_MEASUREMENT;
}

/* Measured doubles become traded integers here; what cannot be one is no command. */
static bool amounts(const lg_gateway_command *from, lg_command *to)
{
    if (from->kind == LG_GATEWAY_FEE) {
        if (from->flags & LG_GATEWAY_PERCENT)
            return lg_unit_scale(from->rate / 100, (double)LG_ONE_PPB, LG_ONE_PPB * 100,
                                 &to->amount);
        return lg_uct_from_ct(from->rate, &to->amount);
    }
    if (from->kind == LG_GATEWAY_BID || from->kind == LG_GATEWAY_OFFER)
        return lg_uwh_from_kwh(from->energy, &to->energy_uwh) &&
               lg_uct_from_ct(from->rate, &to->amount);
    to->order_id = from->order;
    return true;
}

static lg_status take_values(lg_gate *g, const lg_gateway_command *from, lg_command *to)
{
    uint32_t last = 0;
    to->amount = from->values.count;
    if (!LG_GROW(g->mem, g->values, g->value_capacity, g->value_count + from->values.count))
        return LG_MEMORY;
    for (uint32_t i = 0; i < from->values.count; i++) {
        const lg_gateway_value *value =
            (const lg_gateway_value *)((const char *)from->values.items +
                                       (size_t)i * from->values.stride);
        lg_slot_value taken = {.slot = value->slot};
        if ((i && value->slot <= last) || !lg_uwh_from_kwh(value->energy, &taken.energy_uwh))
            return LG_INVALID;
        last = value->slot;
        g->values[g->value_count++] = taken;
    }
    return LG_OK;
}

static lg_status take(lg_gate *g, const lg_gateway_command *from, lg_command *to)
{
    if (from->kind < LG_GATEWAY_BID || from->kind > LG_GATEWAY_MEASUREMENT)
        return LG_INVALID;
    *to = (lg_command){.kind = kinds[from->kind], .node = from->node};
    bool market = lg_command_is_for_market(to->kind);
    if (from->node >= (market ? g->site->area_count : g->site->asset_count) || !amounts(from, to))
        return LG_INVALID;
    if (from->flags & LG_GATEWAY_REPLACE && from->kind <= LG_GATEWAY_OFFER)
        to->flags |= LG_CMD_REPLACE;
    if (from->flags & LG_GATEWAY_PERCENT && from->kind == LG_GATEWAY_FEE)
        to->flags |= LG_CMD_PERCENTAGE;
    if (from->slot != LG_GATEWAY_NONE && from->kind <= LG_GATEWAY_LIST_OFFERS)
        to->time_slot = from->slot == LG_NONE - 1 ? LG_NONE : from->slot + 1;
    return is_set(from->kind) ? take_values(g, from, to) : LG_OK;
}

static int32_t send_all(void *ctx, uint32_t client, const lg_array *commands, uint64_t *batch,
                        uint32_t *wrong)
{
    lg_gate *g = ctx;
    g->value_count = 0;
    if (!LG_GROW(g->mem, g->commands, g->command_capacity, commands->count))
        return LG_MEMORY;
    for (uint32_t i = 0; i < commands->count; i++) {
        const lg_gateway_command *from =
            (const lg_gateway_command *)((const char *)commands->items +
                                         (size_t)i * commands->stride);
        lg_status status = take(g, from, &g->commands[i]);
        if (status != LG_OK) {
            *wrong = i;
            return status;
        }
    }
    lg_text bytes;
    lg_text_init(&bytes, g->mem);
    lg_clients_pack_batch(&bytes, g->commands, commands->count, g->values);
    lg_outside what = {.kind = LG_OUTSIDE_BATCH, .node = client};
    int32_t status = lg__gate_act(g, &what, &bytes);
    lg_text_fini(&bytes);
    *wrong = commands->count;
    lg_awaits_heard(&g->awaits, client, status == LG_OK);
    if (status == LG_OK)
        *batch = lg_clients_view(g->clients, client).batches;
    return status;
}

void lg__gate_acts(lg_gateway_host *host)
{
    host->enter = enter;
    host->leave = leave;
    host->claim = claim;
    host->release = release;
    host->owner = owner;
    host->client = client_of;
    host->send = send_all;
}
