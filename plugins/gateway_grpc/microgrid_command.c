/* What components are told: powers, bounds, starts and stops. */
#include <math.h>
#include <stdlib.h>

#include "frequenz/api/microgrid/v1alpha18/microgrid.pb-c.h"
#include "microgrid_parts.h"

#define STATUS(name)                                                                               \
    MG18__SET_ELECTRICAL_COMPONENT_POWER_REQUEST_STATUS__SET_ELECTRICAL_COMPONENT_POWER_REQUEST_STATUS_##name

/* ---- power ---- */

/* A command that is on its way. Who stops listening does not take it back. */
typedef struct steps {
    uint64_t command;
    int64_t until_ms;
} steps;

/* @return false: it could not be sent, and the call is over */
static bool send_step(rpc_call *call, Mg18__SetElectricalComponentPowerRequestStatus status,
                      int64_t until_ms)
{
    Mg18__SetElectricalComponentPowerResponse response =
        MG18__SET_ELECTRICAL_COMPONENT_POWER_RESPONSE__INIT;
    microgrid *g = rpc_self(call);
    maker m = {.arena = &g->made};
    response.status = status;
    if (until_ms != LG_MICROGRID_NO_TIME)
        response.valid_until_time = microgrid_moment(g, &m, until_ms);
    bool sent = false;
    if (m.full)
        rpc_end(call, RPC_RESOURCE_EXHAUSTED, "out of memory");
    else
        sent = rpc_send(call, &response.base);
    arena_reset(&g->made);
    return sent;
}

static void accept(rpc_call *call, const lg_microgrid_answer *answer)
{
    steps *kept = malloc(sizeof *kept);
    if (!send_step(call, STATUS(ACCEPTED), answer->until_ms) || !kept) {
        free(kept);
        rpc_end(call, RPC_OK, NULL); /* it is accepted all the same */
        return;
    }
    *kept = (steps){.command = answer->command, .until_ms = answer->until_ms};
    rpc_keep(call, kept);
}

void microgrid_set_power(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__SetElectricalComponentPowerRequest *request = (const void *)message;
    const microgrid *g = rpc_self(call);
    const lg_microgrid_power power = {
        .size = sizeof power,
        .type = (uint32_t)request->power_type,
        .id = request->electrical_component_id,
        .power = (double)request->power,
        .lifetime_s = request->has_request_lifetime_case ? request->request_lifetime : 0,
    };
    lg_microgrid_answer answer = {.size = sizeof answer};
    if (request->has_request_lifetime_case && request->request_lifetime == 0) {
        microgrid_refuse_why(call, LG_MICROGRID_LIFETIME_WHY); /* 0 is none, not the usual one */
        return;
    }
    g->input.door->set_power(g->input.door->ctx, microgrid_who(call), &power, &answer);
    if (answer.why == LG_MICROGRID_OK_WHY) {
        accept(call, &answer);
    } else if (answer.kind == LG_MICROGRID_KIND_REJECTED) {
        if (send_step(call, STATUS(REJECTED), LG_MICROGRID_NO_TIME))
            rpc_end(call, RPC_OK, NULL);
    } else {
        microgrid_refuse(call, &answer);
    }
    g->input.changed(g->input.ctx);
}

bool microgrid_power_more(rpc_call *call)
{
    const microgrid *g = rpc_self(call);
    const steps *s = rpc_kept(call);
    bool sent = true;
    switch (g->input.door->outcome(g->input.door->ctx, s->command)) {
    case LG_MICROGRID_ACCEPTED:
        return false;
    case LG_MICROGRID_FAILED:
        sent = send_step(call, STATUS(FAILED), LG_MICROGRID_NO_TIME);
        break;
    case LG_MICROGRID_SUCCESS:
        sent = send_step(call, STATUS(SUCCESS), s->until_ms);
        break;
    case LG_MICROGRID_OVERRIDDEN:
        sent = send_step(call, STATUS(OVERRIDDEN), LG_MICROGRID_NO_TIME);
        break;
    default:
        break;
    }
    if (sent)
        rpc_end(call, RPC_OK, NULL);
    return false;
}

/* ---- bounds ---- */

/* @return false: there are too many */
static bool read_ranges(const Mg18__AugmentElectricalComponentBoundsRequest *request,
                        lg_microgrid_range *out)
{
    if (request->n_bounds > LG_MICROGRID_RANGES_MAX)
        return false;
    for (size_t i = 0; i < request->n_bounds; i++) {
        const Fc__Metrics__Bounds *bounds = request->bounds[i];
        out[i].lower = bounds->has_lower_case ? (double)bounds->lower : -INFINITY;
        out[i].upper = bounds->has_upper_case ? (double)bounds->upper : INFINITY;
    }
    return true;
}

void microgrid_augment(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__AugmentElectricalComponentBoundsRequest *request = (const void *)message;
    Mg18__AugmentElectricalComponentBoundsResponse response =
        MG18__AUGMENT_ELECTRICAL_COMPONENT_BOUNDS_RESPONSE__INIT;
    microgrid *g = rpc_self(call);
    maker m = {.arena = &g->made};
    lg_microgrid_range ranges[LG_MICROGRID_RANGES_MAX];
    const lg_microgrid_bounding bounds = {
        .size = sizeof bounds,
        .metric = (uint32_t)request->target_metric,
        .id = request->electrical_component_id,
        .ranges = ranges,
        .range_count = (uint32_t)request->n_bounds,
        .lifetime_s = request->has_request_lifetime_case ? request->request_lifetime : 0,
        .token = request->has_bounds_token_case && request->bounds_token[0] ? request->bounds_token
                                                                            : NULL,
    };
    lg_microgrid_answer answer = {.size = sizeof answer};
    if (!read_ranges(request, ranges)) {
        microgrid_refuse_why(call, LG_MICROGRID_RANGES_WHY);
        return;
    }
    if (request->has_request_lifetime_case && request->request_lifetime == 0) {
        microgrid_refuse_why(call, LG_MICROGRID_LIFETIME_WHY);
        return;
    }
    g->input.door->augment(g->input.door->ctx, microgrid_who(call), &bounds, &answer);
    if (answer.why == LG_MICROGRID_OK_WHY) {
        response.valid_until_time = microgrid_moment(g, &m, answer.until_ms);
        microgrid_reply(call, &m, &response.base);
    } else {
        microgrid_refuse(call, &answer);
    }
    g->input.changed(g->input.ctx);
}

void microgrid_clear(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__ClearElectricalComponentBoundsRequest *request = (const void *)message;
    const microgrid *g = rpc_self(call);
    lg_microgrid_answer answer = {.size = sizeof answer};
    g->input.door->clear(g->input.door->ctx, microgrid_who(call), request->electrical_component_id,
                         (uint32_t)request->target_metric, request->bounds_token, &answer);
    microgrid_done(call, &answer);
}

/* ---- starts and stops ---- */

void microgrid_act(rpc_call *call, uint64_t id, uint32_t action)
{
    const microgrid *g = rpc_self(call);
    lg_microgrid_answer answer = {.size = sizeof answer};
    g->input.door->act(g->input.door->ctx, microgrid_who(call), id, action, &answer);
    microgrid_done(call, &answer);
}

void microgrid_start(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__StartElectricalComponentRequest *request = (const void *)message;
    microgrid_act(call, request->electrical_component_id, LG_MICROGRID_START);
}

void microgrid_standby(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__PutElectricalComponentInStandbyRequest *request = (const void *)message;
    microgrid_act(call, request->electrical_component_id, LG_MICROGRID_STANDBY);
}

void microgrid_stop(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__StopElectricalComponentRequest *request = (const void *)message;
    microgrid_act(call, request->electrical_component_id, LG_MICROGRID_STOP);
}

void microgrid_acknowledge(rpc_call *call, const ProtobufCMessage *message)
{
    const Mg18__AckElectricalComponentErrorRequest *request = (const void *)message;
    microgrid_act(call, request->electrical_component_id, LG_MICROGRID_ACKNOWLEDGE);
}
