/* The desk is made once and kept; each expression has a state of its own. */
#include "app/eval.h"

#include "script/probe.h"

struct lg_eval {
    lg_mem *mem;
    lg_eval_input input;
    lg_desk *desk;
};

static lg_status open_desk(lg_eval *e)
{
    const lg_site *site = &e->input.scenario->site;
    uint32_t index = lg_seats_count(e->input.seats);
    e->desk = lg_desk_new(e->mem, lg_turn_market(e->input.turn), index, "eval");
    if (!e->desk)
        return LG_MEMORY;
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < site->asset_count && status == LG_OK; i++)
        status = lg_desk_grant_asset(e->desk, i);
    for (uint32_t i = 0; i < site->area_count && status == LG_OK; i++)
        status = lg_desk_grant_market(e->desk, i);
    lg_turn_show(e->input.turn, e->desk);
    return status;
}

lg_eval *lg_eval_new(lg_mem *mem, const lg_eval_input *input)
{
    lg_eval *e = lg_mem_zalloc(mem, 1, sizeof *e);
    if (!e)
        return NULL;
    e->mem = mem;
    e->input = *input;
    if (open_desk(e) == LG_OK)
        return e;
    lg_eval_free(e);
    return NULL;
}

void lg_eval_free(lg_eval *e)
{
    if (!e)
        return;
    if (e->desk)
        lg_desk_free(e->desk);
    lg_mem_free(e->mem, e, sizeof *e);
}

lg_status lg_eval_text(lg_eval *e, const lg_moment *moment, const char *expression, lg_text *out,
                       lg_err *err)
{
    const lg_agent_input input = {
        .desk = e->desk,
        .script = "eval",
        .scripts_folder = e->input.scripts_folder,
        .seed = e->input.scenario->seed,
        .devices = lg_seats_devices(e->input.seats),
    };
    return lg_probe(e->mem, &input, moment, expression, out, err);
}
