/* What clients do, as the bytes that a journal keeps: written for whoever acts, read for the desk,
 * told in words. */
#include "app/clients_bytes.h"

#include "journal/pack.h"

/* ---- in ---- */

/* Values of a SET_* stand behind those of the batch that are there already. */
static lg_status read_values(lg_mem *mem, lg__clients_batch *r, lg_command *command,
                             uint32_t before, uint32_t count, lg_unpack *in)
{
    command->order_id = before + r->value_count;
    command->amount = count;
    if (!LG_GROW(mem, r->values, r->value_capacity, r->value_count + count))
        return LG_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        lg_slot_value value = {.slot = lg_unpack_u32(in)};
        value.energy_uwh = (int64_t)lg_unpack_u64(in);
        r->values[r->value_count++] = value;
    }
    return LG_OK;
}

static lg_status read_one(lg_mem *mem, lg__clients_batch *r, uint32_t before, lg_unpack *in)
{
    uint32_t kind = lg_unpack_u32(in), flags = lg_unpack_u32(in);
    lg_command command = {.kind = (uint8_t)kind, .flags = (uint8_t)flags};
    command.node = lg_unpack_u32(in);
    command.energy_uwh = (int64_t)lg_unpack_u64(in);
    command.amount = (int64_t)lg_unpack_u64(in);
    command.order_id = lg_unpack_u64(in);
    command.time_slot = lg_unpack_u32(in);
    uint32_t count = lg_unpack_u32(in);
    if (in->bad || kind >= LG_CMD_COUNT || flags > UINT8_MAX || count > in->left / 12 ||
        (kind <= LG_CMD_UPDATE_OFFER && command.terms))
        return LG_INVALID;
    lg_status status = LG_OK;
    if (kind == LG_CMD_SET_ENERGY_FORECAST || kind == LG_CMD_SET_ENERGY_MEASUREMENT)
        status = read_values(mem, r, &command, before, count, in);
    else if (count)
        return LG_INVALID;
    if (status != LG_OK || !LG_GROW(mem, r->commands, r->capacity, r->count + 1))
        return LG_MEMORY;
    r->commands[r->count++] = command;
    return LG_OK;
}

lg_status lg__clients_read_batch(lg_mem *mem, const lg_outside *act, uint32_t before,
                                 lg__clients_batch *r)
{
    lg_unpack in = lg_unpack_of(act->bytes, act->size);
    uint32_t count = lg_unpack_u32(&in);
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < count && status == LG_OK; i++)
        status = read_one(mem, r, before, &in);
    return status == LG_OK && (in.bad || in.left) ? LG_INVALID : status;
}

void lg__clients_drop_batch(lg_mem *mem, lg__clients_batch *r)
{
    lg_mem_free(mem, r->commands, r->capacity * sizeof *r->commands);
    lg_mem_free(mem, r->values, r->value_capacity * sizeof *r->values);
}

/* ---- out ---- */

void lg_clients_pack_enter(lg_text *out, const char *id, const char *name)
{
    lg_pack_str(out, id);
    lg_pack_str(out, name);
}

void lg_clients_pack_claim(lg_text *out, lg_claim_kind kind, uint32_t index)
{
    lg_pack_u32(out, kind);
    lg_pack_u32(out, index);
}

void lg_clients_pack_batch(lg_text *out, const lg_command *commands, uint32_t count,
                           const lg_slot_value *values)
{
    lg_pack_u32(out, count);
    for (uint32_t i = 0; i < count; i++) {
        const lg_command *c = &commands[i];
        bool set =
            c->kind == LG_CMD_SET_ENERGY_FORECAST || c->kind == LG_CMD_SET_ENERGY_MEASUREMENT;
        uint32_t value_count = set ? (uint32_t)c->amount : 0;
        lg_pack_u32(out, c->kind);
        lg_pack_u32(out, c->flags);
        lg_pack_u32(out, c->node);
        lg_pack_u64(out, (uint64_t)c->energy_uwh);
        lg_pack_u64(out, set ? 0 : (uint64_t)c->amount);
        lg_pack_u64(out, c->order_id);
        lg_pack_u32(out, c->time_slot);
        lg_pack_u32(out, value_count);
        for (uint32_t k = 0; k < value_count; k++, values++) {
            lg_pack_u32(out, values->slot);
            lg_pack_u64(out, (uint64_t)values->energy_uwh);
        }
    }
}

void lg_clients_describe(const lg_outside *act, lg_text *out, lg_claim_kind *kind, uint32_t *index)
{
    lg_unpack in = lg_unpack_of(act->bytes, act->size);
    *index = LG_NONE;
    if (act->kind == LG_OUTSIDE_CLIENT && act->number) {
        size_t id_size, name_size;
        const char *id = lg_unpack_bytes(&in, &id_size), *name = lg_unpack_bytes(&in, &name_size);
        lg_text_str(out, "a remote client enters: ");
        if (!in.bad)
            lg_text_format(out, "%.*s (%.*s)", (int)name_size, name, (int)id_size, id);
    } else if (act->kind == LG_OUTSIDE_CLIENT) {
        lg_text_format(out, "remote client %u goes", act->node);
    } else if (act->kind == LG_OUTSIDE_CLAIM) {
        *kind = (lg_claim_kind)lg_unpack_u32(&in);
        *index = lg_unpack_u32(&in);
        lg_text_format(out, "remote client %u %s", act->node,
                       act->number ? "takes it over" : "gives it back");
    } else {
        lg_text_format(out, "remote client %u sends %u commands", act->node, lg_unpack_u32(&in));
    }
}
