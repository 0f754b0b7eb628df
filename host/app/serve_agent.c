/* Agents: who trades with which version, and how it does. */
#include <string.h>
#include "app/serve_parts.h"

bool lg_serve_agent_is_theirs(lg_serve_call *call)
{
    const lg_serve *s = call->serve;
    uint32_t count = lg_seats_count(lg_world_seats(s->input.world));
    if (call->number >= count) {
        lg_serve_refuse(call, 404, "not_found", "there are agents 0 to %u, no %u", count - 1,
                        call->number);
        return false;
    }
    if (lg_control_owns(s->input.control, call->owner, call->number))
        return true;
    const lg_agent_spec *spec = &s->input.scenario->agents[call->number];
    lg_serve_refuse(call, 403, "foreign", "the seat \"%.100s\" belongs to \"%.100s\"", spec->name,
                    spec->owner);
    return false;
}

static void write_seat(const lg_serve *s, uint32_t index, lg_text *out)
{
    const lg_seats *seats = lg_world_seats(s->input.world);
    lg_seat_view seat = lg_seats_view(seats, index);
    const lg_agent_spec *spec = &s->input.scenario->agents[index];
    lg_reply_int(out, "agent", index);
    lg_reply_str(out, "name", seat.name);
    lg_reply_str(out, "script", spec->script_name);
    lg_reply_bool(out, "template", spec->template_agent);
    lg_reply_int(out, "version", seat.version);
    lg_reply_int(out, "versions", seat.versions);
    if (seat.instead)
        lg_reply_str(out, "instead", seat.instead);
    lg_reply_bool(out, "on_probation", seat.on_probation);
    lg_reply_str(out, "hash", seat.hash);
    lg_reply_int(out, "faults", (int64_t)seat.faults);
    lg_reply_int(out, "memory_bytes", (int64_t)seat.memory);
    lg_reply_int(out, "units_last", (int64_t)seat.units);
    lg_reply_int(out, "units_most", (int64_t)seat.units_most);
    if (spec->budget.units_per_call)
        lg_reply_int(out, "units_per_call", (int64_t)spec->budget.units_per_call);
    lg_reply_int(out, "assets", spec->asset_count);
    lg_reply_int(out, "markets", spec->market_count);
}

void lg_serve_do_agents(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    uint32_t count = lg_seats_count(lg_world_seats(s->input.world)), theirs = 0;
    lg_serve_range range = lg_serve_range_of(call, 200);
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_key(out, "agents");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if (!lg_control_owns(s->input.control, call->owner, i) || !lg_serve_is_in(range, theirs++))
            continue;
        lg_text_str(out, theirs - 1 > range.from ? ",{" : "{");
        write_seat(s, i, out);
        lg_text_char(out, '}');
    }
    lg_text_char(out, ']');
    lg_reply_int(out, "agent_count", theirs);
    lg_text_char(out, '}');
    lg_serve_answer(call);
}

void lg_serve_do_agent(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    lg_text *out = call->out;
    if (!lg_serve_agent_is_theirs(call))
        return;
    const lg_serve_faults *faults = &s->faults[call->number];
    uint32_t kept = faults->count < LG_SERVE_FAULTS ? faults->count : LG_SERVE_FAULTS;
    lg_bundle *bundle = lg_seats_bundle(lg_world_seats(s->input.world), call->number);
    lg_text_char(out, '{');
    write_seat(s, call->number, out);
    lg_reply_key(out, "errors");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < kept; i++) { /* the last one first */
        const char *line = faults->lines[(faults->count - 1 - i) % LG_SERVE_FAULTS];
        if (i)
            lg_text_char(out, ',');
        lg_text_str(out, line ? line : "null");
    }
    lg_text_char(out, ']');
    lg_reply_key(out, "texts");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < lg_bundle_count(bundle); i++) {
        const lg_bundle_text *text = lg_bundle_at(bundle, i);
        lg_text_str(out, i ? ",{" : "{");
        lg_reply_str(out, "module", text->name);
        lg_reply_str(out, "path", text->path);
        lg_reply_str(out, "text", text->text);
        lg_text_char(out, '}');
    }
    lg_text_str(out, "]}");
    lg_serve_answer(call);
}
