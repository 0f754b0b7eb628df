/* The intraday market as bytes. */
#include "worker/pack_intraday.h"

#include <string.h>

/* ---- what never changes ---- */

void lg_pack_intraday(const lg_desk *desk, lg_text *out)
{
    const lg_trading_rules *rules = lg_desk_intraday(desk);
    uint32_t count;
    const uint32_t *own = lg_desk_gridpools(desk, &count);
    lg_wire_put_u32(out, rules ? rules->area_count : 0);
    if (!rules)
        return;
    for (uint32_t i = 0; i < rules->area_count; i++) {
        lg_trading_area area = rules->areas[i];
        area.code = NULL;
        lg_text_bytes(out, (const char *)&area, sizeof area);
        lg_wire_put_text(out, rules->areas[i].code);
    }
    lg_wire_put_u32(out, rules->orders_max);
    lg_wire_put_u32(out, rules->gridpool_count);
    lg_wire_put_u32(out, count);
    for (uint32_t i = 0; i < count; i++) {
        lg_wire_put_u32(out, own[i]);
        lg_wire_put_u64(out, rules->gridpools[own[i]].id);
    }
}

static bool get_areas(lg_home *home, lg_wire_reader *r, uint32_t count)
{
    lg_trading_area *areas = lg_arena_alloc(&home->arena, count * sizeof *areas);
    for (uint32_t i = 0; i < count && areas; i++) {
        const void *area = lg_wire_bytes(r, sizeof *areas);
        if (!area)
            return false;
        memcpy(&areas[i], area, sizeof *areas);
        areas[i].code = lg_wire_text(r);
    }
    home->intraday.areas = areas;
    home->intraday.area_count = count;
    return areas;
}

/* Those of others have no name and no number here. */
static bool get_gridpools(lg_home *home, lg_wire_reader *r)
{
    home->intraday.orders_max = lg_wire_u32(r);
    uint32_t count = lg_wire_u32(r);
    lg_trading_gridpool *pools = lg_arena_alloc(&home->arena, count * sizeof *pools + 1);
    home->gridpool_count = lg_wire_u32(r);
    home->gridpools =
        lg_arena_alloc(&home->arena, home->gridpool_count * sizeof *home->gridpools + 1);
    if (!pools || !home->gridpools)
        return false;
    for (uint32_t i = 0; i < count; i++)
        pools[i] = (lg_trading_gridpool){.size = sizeof *pools, .name = "", .agent = ""};
    for (uint32_t i = 0; i < home->gridpool_count && !r->failed; i++) {
        home->gridpools[i] = lg_wire_u32(r);
        uint64_t id = lg_wire_u64(r);
        if (home->gridpools[i] >= count)
            return false;
        pools[home->gridpools[i]].id = id;
    }
    home->intraday.gridpools = pools;
    home->intraday.gridpool_count = count;
    return true;
}

bool lg_unpack_intraday(lg_home *home, lg_wire_reader *r)
{
    uint32_t count = lg_wire_u32(r);
    return !count || (get_areas(home, r, count) && get_gridpools(home, r));
}

/* ---- requests ---- */

void lg_pack_ask(const lg_trading_ask *ask, lg_text *out)
{
    lg_trading_ask plain = *ask;
    plain.terms.tag = NULL;
    plain.terms.payload = NULL;
    plain.terms.payload_size = 0;
    size_t begun = lg_wire_begin(out, LG_WIRE_ASK_RECORD);
    lg_text_bytes(out, (const char *)&plain, sizeof plain);
    lg_wire_put_text(out, ask->terms.tag);
    lg_wire_end(out, begun);
}

bool lg_unpack_ask(const lg_wire_record *record, lg_trading_ask *ask)
{
    lg_wire_reader r = {.bytes = record->bytes, .size = record->size};
    const void *plain = lg_wire_bytes(&r, sizeof *ask);
    if (!plain)
        return false;
    memcpy(ask, plain, sizeof *ask);
    ask->terms.tag = lg_wire_text(&r);
    ask->terms.payload = NULL; /* scripts have none */
    ask->terms.payload_size = 0;
    return !r.failed && ask->kind >= LG_ASK_CREATE && ask->kind <= LG_ASK_CANCEL_ALL;
}

size_t lg_pack_asks_max(const lg_desk *desk)
{
    uint32_t count;
    lg_desk_gridpools(desk, &count);
    return count ? LG_DESK_ASKS_MAX * (sizeof(lg_trading_ask) + LG_TRADING_TAG_MAX + 32) : 0;
}

/* ---- looks ---- */

void lg_pack_look(const lg_look *look, lg_text *out)
{
    lg_look plain = *look;
    plain.tag = NULL;
    size_t begun = lg_wire_begin(out, LG_WIRE_LOOK_RECORD);
    lg_text_bytes(out, (const char *)&plain, sizeof plain);
    lg_wire_put_text(out, look->tag);
    lg_wire_end(out, begun);
}

bool lg_unpack_look(const lg_wire_record *record, lg_look *look)
{
    lg_wire_reader r = {.bytes = record->bytes, .size = record->size};
    const void *plain = lg_wire_bytes(&r, sizeof *look);
    if (!plain)
        return false;
    memcpy(look, plain, sizeof *look);
    look->tag = lg_wire_text(&r);
    return !r.failed;
}

/* Orders leave the payload of a gateway's client where it is. */
static void put_order(const lg_trading_order *order, lg_text *out)
{
    lg_trading_order plain = *order;
    plain.terms.tag = NULL;
    plain.terms.payload = NULL;
    plain.terms.payload_size = 0;
    lg_text_bytes(out, (const char *)&plain, sizeof plain);
    lg_wire_put_text(out, order->terms.tag);
}

static void put_trade(const lg_trading_trade *trade, lg_text *out)
{
    lg_trading_trade plain = *trade;
    plain.tag = NULL;
    lg_text_bytes(out, (const char *)&plain, sizeof plain);
    lg_wire_put_text(out, trade->tag);
}

void lg_pack_row(uint32_t kind, const lg_look_row *row, lg_text *out)
{
    size_t begun = lg_wire_begin(out, LG_WIRE_ROW_RECORD);
    switch ((lg_look_kind)kind) {
    case LG_LOOK_ORDER:
    case LG_LOOK_ORDERS:
        put_order(&row->order, out);
        break;
    case LG_LOOK_TRADES:
        put_trade(&row->trade, out);
        break;
    case LG_LOOK_BOOK:
        lg_text_bytes(out, (const char *)&row->resting, sizeof row->resting);
        break;
    case LG_LOOK_POSITION:
        lg_text_bytes(out, (const char *)&row->position, sizeof row->position);
        break;
    case LG_LOOK_KINDS:
        break;
    }
    lg_wire_end(out, begun);
}

static bool get(const lg_wire_record *record, void *plain, size_t size, const char **text)
{
    lg_wire_reader r = {.bytes = record->bytes, .size = record->size};
    const void *bytes = lg_wire_bytes(&r, size);
    if (!bytes)
        return false;
    memcpy(plain, bytes, size);
    if (text)
        *text = lg_wire_text(&r);
    return !r.failed;
}

bool lg_unpack_row(uint32_t kind, const lg_wire_record *record, lg_look_row *row)
{
    switch ((lg_look_kind)kind) {
    case LG_LOOK_ORDER:
    case LG_LOOK_ORDERS:
        return lg_unpack_order(record, &row->order);
    case LG_LOOK_TRADES:
        return get(record, &row->trade, sizeof row->trade, &row->trade.tag);
    case LG_LOOK_BOOK:
        return get(record, &row->resting, sizeof row->resting, NULL);
    case LG_LOOK_POSITION:
        return get(record, &row->position, sizeof row->position, NULL);
    case LG_LOOK_KINDS:
        break;
    }
    return false;
}

void lg_pack_order(const lg_trading_order *order, lg_text *out)
{
    size_t begun = lg_wire_begin(out, LG_WIRE_ORDER_RECORD);
    put_order(order, out);
    lg_wire_end(out, begun);
}

bool lg_unpack_order(const lg_wire_record *record, lg_trading_order *order)
{
    return get(record, order, sizeof *order, &order->terms.tag);
}
