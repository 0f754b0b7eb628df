/* Requests as bytes that are the same on every machine: kind, gridpool, order, fields, terms. */
#include "app/intraday.h"

#include "journal/pack.h"

void lg_intraday_pack(const lg_trading_ask *ask, lg_text *out)
{
    const lg_trading_terms *t = &ask->terms;
    lg_pack_u32(out, ask->kind);
    lg_pack_u32(out, ask->gridpool);
    lg_pack_u64(out, ask->order);
    if (ask->kind > LG_ASK_UPDATE)
        return;
    lg_pack_u32(out, ask->set);
    lg_pack_u32(out, t->area);
    lg_pack_u32(out, t->currency);
    lg_pack_u32(out, t->minutes);
    lg_pack_u32(out, t->type);
    lg_pack_u32(out, t->side);
    lg_pack_u32(out, t->execution);
    lg_pack_u64(out, (uint64_t)t->start_ms);
    lg_pack_u64(out, (uint64_t)t->price);
    lg_pack_u64(out, (uint64_t)t->quantity);
    lg_pack_u64(out, (uint64_t)t->stop_price);
    lg_pack_u64(out, (uint64_t)t->peak_delta);
    lg_pack_u64(out, (uint64_t)t->display);
    lg_pack_u64(out, (uint64_t)t->valid_until_ms);
    lg_pack_u32(out, t->tag != NULL);
    lg_pack_str(out, t->tag);
    lg_pack_bytes(out, t->payload, t->payload_size);
}

static void unpack_terms(lg_unpack *in, lg_arena *arena, lg_trading_ask *ask, bool *exhausted)
{
    lg_trading_terms *t = &ask->terms;
    size_t size;
    ask->set = lg_unpack_u32(in);
    t->area = lg_unpack_u32(in);
    t->currency = lg_unpack_u32(in);
    t->minutes = lg_unpack_u32(in);
    t->type = lg_unpack_u32(in);
    t->side = lg_unpack_u32(in);
    t->execution = lg_unpack_u32(in);
    t->start_ms = (int64_t)lg_unpack_u64(in);
    t->price = (int64_t)lg_unpack_u64(in);
    t->quantity = (int64_t)lg_unpack_u64(in);
    t->stop_price = (int64_t)lg_unpack_u64(in);
    t->peak_delta = (int64_t)lg_unpack_u64(in);
    t->display = (int64_t)lg_unpack_u64(in);
    t->valid_until_ms = (int64_t)lg_unpack_u64(in);
    uint32_t tagged = lg_unpack_u32(in);
    t->tag = lg_unpack_str(in, arena, exhausted);
    in->bad = in->bad || tagged > 1 || (!tagged && *t->tag); /* one way to say each thing */
    t->tag = tagged ? t->tag : NULL;
    t->payload = lg_unpack_bytes(in, &size);
    t->payload_size = (uint32_t)size;
}

lg_status lg_intraday_unpack(const lg_outside *act, lg_arena *arena, lg_trading_ask *ask)
{
    lg_unpack in = lg_unpack_of(act->bytes, act->size);
    bool exhausted = false;
    *ask = (lg_trading_ask){.kind = lg_unpack_u32(&in)};
    ask->gridpool = lg_unpack_u32(&in);
    ask->order = lg_unpack_u64(&in);
    if (ask->kind == LG_ASK_CREATE || ask->kind == LG_ASK_UPDATE)
        unpack_terms(&in, arena, ask, &exhausted);
    if (exhausted)
        return LG_MEMORY;
    bool known = ask->kind >= LG_ASK_CREATE && ask->kind <= LG_ASK_CANCEL_ALL;
    return in.bad || in.left || !known ? LG_INVALID : LG_OK;
}

lg_status lg_intraday_act(lg_mem *mem, lg_turn *turn, const lg_outside *act, lg_trading_done *done,
                          lg_err *err)
{
    lg_trading_ask ask;
    lg_arena arena;
    if (!lg_turn_trading(turn))
        return lg_fail(err, LG_UNSUPPORTED, "the scenario has no intraday market");
    lg_arena_init(&arena, mem, 512);
    lg_status status = lg_intraday_unpack(act, &arena, &ask);
    if (status == LG_OK) {
        *done = lg_turn_ask(turn, &ask);
        status = lg_trading_status(lg_turn_trading(turn));
    }
    lg_arena_drop(&arena);
    return status == LG_OK
               ? LG_OK
               : lg_fail(err, status, "the intraday market: %s", lg_status_text(status));
}

void lg_intraday_describe(lg_mem *mem, const lg_outside *act, lg_text *out)
{
    static const char *const kinds[] = {"", "creates", "updates", "cancels", "cancels all orders"};
    lg_trading_ask ask;
    lg_arena arena;
    lg_arena_init(&arena, mem, 512);
    if (lg_intraday_unpack(act, &arena, &ask) != LG_OK) {
        lg_text_str(out, "a request that cannot be read");
    } else {
        lg_text_format(out, "gridpool number %u %s", ask.gridpool, kinds[ask.kind]);
        if (ask.kind == LG_ASK_UPDATE || ask.kind == LG_ASK_CANCEL)
            lg_text_format(out, " order %llu", (unsigned long long)ask.order);
        if (ask.kind == LG_ASK_CREATE) {
            lg_text_format(out, " an order to %s ", lg_trading_side_word(ask.terms.side));
            lg_text_fixed(out, ask.terms.quantity, 3);
            lg_text_str(out, " MW at ");
            lg_text_fixed(out, ask.terms.price, 3);
        }
    }
    lg_arena_drop(&arena);
}
