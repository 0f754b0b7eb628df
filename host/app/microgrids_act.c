/* Requests to microgrids as bytes that are the same on every machine, and as acts. */
#include <stdio.h>
#include <string.h>

#include "app/microgrids.h"
#include "journal/pack.h"
#include "microgrid/kind.h"

static void pack_double(lg_text *out, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    lg_pack_u64(out, bits);
}

static double unpack_double(lg_unpack *in)
{
    uint64_t bits = lg_unpack_u64(in);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void lg_microgrids_pack(const lg_micro_ask *ask, lg_text *out)
{
    lg_pack_u32(out, ask->kind);
    lg_pack_u32(out, ask->what);
    lg_pack_u64(out, ask->id);
    pack_double(out, ask->power);
    lg_pack_u64(out, ask->lifetime_s);
    lg_pack_u32(out, ask->token != NULL);
    lg_pack_str(out, ask->token ? ask->token : "");
    lg_pack_str(out, ask->who ? ask->who : "");
    lg_pack_u32(out, ask->range_count);
    for (uint32_t i = 0; i < ask->range_count; i++) {
        pack_double(out, ask->ranges[i].lower);
        pack_double(out, ask->ranges[i].upper);
    }
}

lg_status lg_microgrids_unpack(const lg_outside *act, lg_arena *arena, lg_micro_ask *ask)
{
    lg_unpack in = lg_unpack_of(act->bytes, act->size);
    bool exhausted = false;
    *ask = (lg_micro_ask){.kind = lg_unpack_u32(&in), .microgrid = act->node};
    ask->what = lg_unpack_u32(&in);
    ask->id = lg_unpack_u64(&in);
    ask->power = unpack_double(&in);
    ask->lifetime_s = lg_unpack_u64(&in);
    bool token = lg_unpack_u32(&in) != 0;
    ask->token = lg_unpack_str(&in, arena, &exhausted);
    ask->token = token ? ask->token : NULL;
    ask->who = lg_unpack_str(&in, arena, &exhausted);
    ask->range_count = lg_unpack_u32(&in);
    if (exhausted)
        return LG_MEMORY;
    if (in.bad || ask->range_count > LG_MICROGRID_RANGES_MAX)
        return LG_INVALID;
    lg_microgrid_range *ranges = lg_arena_alloc(arena, (ask->range_count + 1) * sizeof *ranges);
    if (!ranges)
        return LG_MEMORY;
    for (uint32_t i = 0; i < ask->range_count; i++) {
        ranges[i].lower = unpack_double(&in);
        ranges[i].upper = unpack_double(&in);
    }
    ask->ranges = ranges;
    bool known = ask->kind >= LG_MICRO_ASK_POWER && ask->kind <= LG_MICRO_ASK_FAULT;
    return in.bad || in.left || !known ? LG_INVALID : LG_OK;
}

/* "set 5000 W, active", "stop". */
static void say(const lg_micro_ask *ask, lg_text *out)
{
    static const char *const acts[] = {"?", "start", "standby", "stop", "acknowledge"};
    static const char *const faults[] = {
#define FAULT_WORD(name, number, word, help) [number] = word,
        LG_DEVICE_FAULTS(FAULT_WORD)
#undef FAULT_WORD
    };
    switch (ask->kind) {
    case LG_MICRO_ASK_POWER:
        lg_text_format(out, "set %.10g %s", ask->power,
                       ask->what == LG_MICROGRID_REACTIVE ? "VAr" : "W");
        return;
    case LG_MICRO_ASK_AUGMENT:
        lg_text_format(out, "bounds of %s", lg_metric_name((lg_metric)ask->what));
        for (uint32_t i = 0; i < ask->range_count; i++)
            lg_text_format(out, "%s %.10g to %.10g", i ? "," : "", ask->ranges[i].lower,
                           ask->ranges[i].upper);
        return;
    case LG_MICRO_ASK_CLEAR:
        lg_text_format(out, "clear bounds of %s", lg_metric_name((lg_metric)ask->what));
        return;
    case LG_MICRO_ASK_ACT:
        lg_text_str(out, ask->what < sizeof acts / sizeof *acts ? acts[ask->what] : "?");
        return;
    default:
        lg_text_format(out, "fault %s",
                       ask->what < sizeof faults / sizeof *faults ? faults[ask->what] : "?");
    }
}

lg_micro_done lg_microgrids_ask(lg_microgrids *m, lg_turn *turn, lg_store *store,
                                const lg_micro_ask *ask)
{
    lg_station *station = lg_microgrids_at(m, ask->microgrid);
    lg_micro_done done = {.why = LG_MICROGRID_OVER_WHY, .until_ms = LG_MICROGRID_NO_TIME};
    lg_text bytes;
    if (!station)
        return done;
    done = lg_station_ask(station, ask);
    lg_text_init(&bytes, lg_mem_system());
    lg_microgrids_pack(ask, &bytes);
    lg_pack_u32(&bytes, done.why);
    lg_pack_u64(&bytes, done.command);
    lg_turn_outside(turn, lg_text_peek(&bytes), bytes.length);
    bytes.length = 0;
    say(ask, &bytes);
    lg_microgrid_answer answer = lg_micro_answer(&done);
    const lg_micro_command row = {
        .time_ms = lg_station_now_ms(station),
        .microgrid = lg_station_spec(station)->site.id,
        .component = ask->id,
        .who = ask->who ? ask->who : "",
        .what = lg_text_peek(&bytes),
        .answer = answer.word,
        .until_ms = done.until_ms,
    };
    if (store)
        lg_store_command(store, &row);
    lg_text_fini(&bytes);
    return done;
}

lg_status lg_microgrids_act(lg_microgrids *m, lg_turn *turn, lg_store *store, const lg_outside *act,
                            lg_micro_done *done, lg_err *err)
{
    lg_micro_ask ask;
    lg_arena arena;
    if (act->node >= lg_microgrids_count(m))
        return lg_fail(err, LG_UNSUPPORTED, "there is no microgrid with number %u", act->node);
    lg_arena_init(&arena, lg_mem_system(), 512);
    lg_status status = lg_microgrids_unpack(act, &arena, &ask);
    if (status == LG_OK)
        *done = lg_microgrids_ask(m, turn, store, &ask);
    lg_arena_drop(&arena);
    return status == LG_OK
               ? LG_OK
               : lg_fail(err, status, "microgrid %u: %s", act->node, lg_status_text(status));
}

void lg_microgrids_describe(lg_mem *mem, const lg_outside *act, lg_text *out)
{
    lg_micro_ask ask;
    lg_arena arena;
    lg_arena_init(&arena, mem, 512);
    if (lg_microgrids_unpack(act, &arena, &ask) != LG_OK) {
        lg_text_str(out, "a request that cannot be read");
    } else {
        lg_text_format(out, "microgrid number %u, component %llu: ", act->node,
                       (unsigned long long)ask.id);
        say(&ask, out);
    }
    lg_arena_drop(&arena);
}
