/* An act as bytes: kind, node, number, what the kind says more, and the texts of a script. */
#include "app/outside.h"

#include <string.h>
#include "journal/pack.h"

void lg_outside_pack(const lg_outside *act, lg_text *out)
{
    lg_text script;
    lg_text_init(&script, out->mem);
    if (act->script)
        lg_bundle_write(act->script, &script);
    lg_pack_u32(out, (uint32_t)act->kind);
    lg_pack_u32(out, act->node);
    lg_pack_u64(out, (uint64_t)act->number);
    lg_pack_bytes(out, act->bytes, act->size);
    lg_pack_bytes(out, script.data, script.length);
    out->failed = out->failed || script.failed;
    lg_text_fini(&script);
}

lg_status lg_outside_unpack(lg_mem *mem, const void *bytes, size_t size, lg_outside *act)
{
    lg_unpack in = lg_unpack_of(bytes, size);
    size_t length;
    *act = (lg_outside){0};
    act->kind = (lg_outside_kind)lg_unpack_u32(&in);
    act->node = lg_unpack_u32(&in);
    act->number = (int64_t)lg_unpack_u64(&in);
    act->bytes = lg_unpack_bytes(&in, &act->size);
    const char *script = lg_unpack_bytes(&in, &length);
    if (in.bad || in.left)
        return LG_INVALID;
    lg_status status = length ? lg_bundle_read(mem, script, length, NULL, &act->script) : LG_OK;
    return status == LG_OK || status == LG_MEMORY ? status : LG_INVALID;
}

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

void lg_outside_pack_stop(const lg_stopped *how, const char *words, lg_text *out)
{
    lg_pack_u32(out, (uint32_t)how->why);
    lg_pack_u32(out, how->part);
    lg_pack_u64(out, how->call);
    lg_pack_u64(out, bits_of(how->spent));
    lg_pack_u64(out, bits_of(how->allowed));
    lg_pack_str(out, how->code);
    lg_pack_str(out, how->callback);
    lg_pack_str(out, how->unit);
    lg_pack_str(out, words);
}

lg_status lg_outside_unpack_stop(const lg_outside *act, lg_arena *arena, lg_stopped *how,
                                 const char **words)
{
    lg_unpack in = lg_unpack_of(act->bytes, act->size);
    bool exhausted = false;
    *how = (lg_stopped){.why = (lg_stop)lg_unpack_u32(&in)};
    how->part = lg_unpack_u32(&in);
    how->call = lg_unpack_u64(&in);
    how->spent = double_of(lg_unpack_u64(&in));
    how->allowed = double_of(lg_unpack_u64(&in));
    how->code = lg_unpack_str(&in, arena, &exhausted);
    how->callback = lg_unpack_str(&in, arena, &exhausted);
    how->unit = lg_unpack_str(&in, arena, &exhausted);
    *words = lg_unpack_str(&in, arena, &exhausted);
    if (exhausted)
        return LG_MEMORY;
    return in.bad || in.left || !lg_stop_may_differ(how->why) ? LG_INVALID : LG_OK;
}
