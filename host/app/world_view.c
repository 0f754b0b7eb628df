/* A world as others look at it, between two ticks: its parts, and where it stands.
 */
#include "app/moments.h"
#include "app/world_parts.h"

lg_place lg_world_next(const lg_world *w)
{
    return w->next;
}

uint32_t lg_world_slots_done(const lg_world *w)
{
    return w->next.slot;
}

lg_digest lg_world_digest(const lg_world *w)
{
    return lg_turn_digest(w->turn);
}

lg_status lg_world_eval(lg_world *w, const char *expression, lg_text *out, lg_err *err)
{
    const lg_eval_input input = {
        .scenario = w->scenario,
        .seats = w->seats,
        .turn = w->turn,
        .scripts_folder = w->input.setup->places.scripts,
    };
    if (!w->eval)
        w->eval = lg_eval_new(w->mem, &input);
    if (!w->eval)
        return lg_fail(err, LG_MEMORY, "out of memory");
    bool began = w->next.slot || w->next.tick;
    uint32_t ticks = w->scenario->rules.ticks_per_slot;
    lg_place last = w->next.tick ? (lg_place){w->next.slot, w->next.tick - 1}
                                 : (lg_place){w->next.slot - began, ticks - 1};
    lg_moment moment = lg_moments_at(w->scenario, last.slot, last.tick);
    return lg_eval_text(w->eval, began ? &moment : NULL, expression, out, err);
}

void lg_world_set_patience(lg_world *w, double seconds)
{
    lg_seats_set_patience(w->seats, seconds);
}

void lg_world_set_later(lg_world *w, bool later)
{
    lg_seats_set_later(w->seats, later);
}

void lg_world_drop_trial(lg_world *w, uint32_t seat)
{
    lg_seats_drop_trial(w->seats, seat);
}

const lg_seats *lg_world_seats(const lg_world *w)
{
    return w->seats;
}

lg_clients *lg_world_clients(lg_world *w)
{
    return w->clients;
}

lg_turn *lg_world_turn(const lg_world *w)
{
    return w->turn;
}

lg_trading_done lg_world_asked(const lg_world *w)
{
    return w->asked;
}

lg_moment lg_world_moment(const lg_world *w)
{
    return w->at;
}

const lg_plan *lg_world_plan(const lg_world *w, uint32_t asset)
{
    return lg_fleet_plan_of(w->fleet, asset);
}

lg_mem *lg_world_mem(const lg_world *w)
{
    return w->mem;
}

const char *lg_world_scripts(const lg_world *w)
{
    return w->input.setup->places.scripts;
}

lg_status lg_world_listen(lg_world *w, const lg_listener *listener)
{
    if (w->begun)
        return lg_turn_listen(w->turn, listener, false);
    if (w->early_count >= sizeof w->early / sizeof *w->early)
        return LG_LIMIT;
    w->early[w->early_count++] = *listener;
    return LG_OK;
}

const lg_course *lg_world_course(const lg_world *w)
{
    return &w->course;
}

const lg_member_result *lg_world_members(const lg_world *w, uint32_t *count)
{
    *count = lg_members_count(w->members);
    return lg_members_results(w->members, w->market, lg_turn_settling(w->turn));
}

const lg_market *lg_world_market(const lg_world *w)
{
    return w->market;
}

const lg_settling *lg_world_settling(const lg_world *w)
{
    return lg_turn_settling(w->turn);
}

const lg_member_result *lg_world_bills(lg_world *w)
{
    return lg_members_results(w->members, w->market, lg_turn_settling(w->turn));
}

const lg_microgrids *lg_world_microgrids(const lg_world *w)
{
    return w->micro;
}

lg_micro_done lg_world_micro_asked(const lg_world *w)
{
    return w->micro_asked;
}
