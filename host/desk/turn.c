/* Collect, apply, match, publish: the life of a turn, one tick after the other. */
#include "desk/turn_parts.h"

#include <string.h>
#include "base/clock.h"

lg_turn *lg_turn_new(lg_mem *mem, const lg_site *site, const lg_rules *rules)
{
    lg_turn *turn = lg_mem_zalloc(mem, 1, sizeof *turn);
    if (!turn)
        return NULL;
    turn->mem = mem;
    turn->site = site;
    turn->tour = (struct lg__tour){.mem = mem, .site = site};
    lg_market_sink sink = lg__turn_sink(turn);
    turn->market = lg_market_new(mem, site, rules, &sink);
    turn->chain = lg_chain_new(mem, site->seed);
    turn->trader = lg_mem_alloc(mem, site->asset_count * sizeof *turn->trader);
    if (!turn->market || !turn->chain || !turn->trader ||
        !lg__venue_init(&turn->venue, mem, turn->market, rules, &sink)) {
        lg_turn_free(turn);
        return NULL;
    }
    if (rules->board_posts) {
        turn->venue.board = lg_board_new(mem, site->agent_count, rules->board_posts);
        if (!turn->venue.board) {
            lg_turn_free(turn);
            return NULL;
        }
    }
    memset(turn->trader, 0xff, site->asset_count * sizeof *turn->trader);
    return turn;
}

void lg_turn_free(lg_turn *turn)
{
    if (!turn)
        return;
    lg_mem *mem = turn->mem;
    lg_market_free(turn->market);
    lg__venue_fini(&turn->venue);
    lg_chain_free(turn->chain);
    lg__tour_free(&turn->tour);
    lg_mem_free(mem, turn->trader, turn->site->asset_count * sizeof *turn->trader);
    lg_mem_free(mem, turn->members, turn->member_capacity * sizeof *turn->members);
    lg_mem_free(mem, turn->listeners, turn->listener_capacity * sizeof *turn->listeners);
    lg_mem_free(mem, turn->trades, turn->trade_capacity * sizeof *turn->trades);
    lg_mem_free(mem, turn->legs, turn->leg_capacity * sizeof *turn->legs);
    lg_mem_free(mem, turn->events, turn->event_capacity * sizeof *turn->events);
    lg_mem_free(mem, turn, sizeof *turn);
}

lg_market *lg_turn_market(lg_turn *turn)
{
    return turn->market;
}

void lg_turn_set_trading(lg_turn *turn, lg_trading *trading)
{
    turn->venue.trading = trading;
    lg__chain_intraday(turn->chain, trading);
    turn->told_orders = turn->told_trades = 1;
}

lg_trading *lg_turn_trading(lg_turn *turn)
{
    return turn->venue.trading;
}

void lg_turn_set_microgrids(lg_turn *turn, const lg_desk_microgrids *microgrids)
{
    turn->venue.microgrids = microgrids;
}

lg_trading_done lg_turn_ask(lg_turn *turn, const lg_trading_ask *ask)
{
    lg_trading_done done = lg_trading_do(turn->venue.trading, ask);
    lg_trading_chain(turn->chain, ask, &done);
    return done;
}

void lg_turn_set_scene(lg_turn *turn, lg_scene *scene)
{
    turn->venue.scene = scene;
}

lg_scene *lg_turn_scene(lg_turn *turn)
{
    return turn->venue.scene;
}

lg_status lg_turn_measure_resources(lg_turn *turn, uint32_t slot, const int64_t *energies_uwh,
                                    uint32_t count)
{
    lg_chain_add(turn->chain, energies_uwh, count * sizeof *energies_uwh);
    return lg_scene_measure(turn->venue.scene, slot, energies_uwh);
}

const lg_settling *lg_turn_settling(const lg_turn *turn)
{
    return turn->venue.settling;
}

void lg_turn_show(lg_turn *turn, lg_desk *desk)
{
    desk->venue = &turn->venue;
}

lg_status lg_turn_join(lg_turn *turn, const lg_participant *participant)
{
    if (!LG_GROW(turn->mem, turn->members, turn->member_capacity, turn->member_count + 1))
        return LG_MEMORY;
    lg__turn_seat(turn, turn->member_count++, participant);
    return LG_OK;
}

bool lg_turn_has_forecasts(const lg_turn *turn)
{
    return lg_slot_values_count(turn->venue.forecasts) > 0;
}

bool lg_turn_forecast(lg_turn *turn, uint32_t asset, uint32_t slot, lg_caps *caps)
{
    return lg__venue_forecast(&turn->venue, asset, slot, caps);
}

lg_status lg_turn_start(lg_turn *turn, const lg_moment *moment)
{
    turn->moment = *moment;
    return lg__turn_call_all(turn, LG_CALL_START, false);
}

lg_status lg_turn_finish(lg_turn *turn, const lg_moment *moment)
{
    turn->moment = *moment;
    lg_status status =
        lg__venue_settle(&turn->venue, true, turn->chain, lg__turn_tell_settled, turn);
    if (status == LG_OK)
        status = lg__turn_call_all(turn, LG_CALL_FINISH, false);
    turn->digest = lg_chain_link(turn->chain);
    return status;
}

void lg_turn_reseat(lg_turn *turn, uint32_t index, const lg_participant *participant)
{
    LG_ASSERT(index < turn->member_count &&
              turn->members[index].participant.desk == participant->desk);
    lg__turn_seat(turn, index, participant);
}

void lg_turn_tell_trades_to(lg_turn *turn, uint32_t asset, uint32_t index)
{
    LG_ASSERT(index < turn->member_count && asset < turn->site->asset_count);
    bool wants = turn->members[index].participant.trade != NULL;
    turn->trader[asset] = wants ? index : LG_NONE;
    turn->wants_trades = turn->wants_trades || wants;
}

uint32_t lg_turn_count(const lg_turn *turn)
{
    return turn->member_count;
}

void lg_turn_outside(lg_turn *turn, const void *bytes, size_t size)
{
    uint64_t row = UINT64_C(7) << 56 | size;
    lg_chain_add(turn->chain, &row, sizeof row);
    lg_chain_add(turn->chain, bytes, size);
}

lg_status lg_turn_measure_asset(lg_turn *turn, uint32_t asset, uint32_t slot, int64_t energy_uwh)
{
    const lg_slot_value value = {.slot = slot, .energy_uwh = energy_uwh};
    return lg_slot_values_put(turn->venue.measured, asset, &value, 1);
}

void lg_turn_balance(lg_turn *turn, const int64_t *figures, uint32_t count)
{
    uint64_t row = UINT64_C(12) << 56 | count;
    lg_chain_add(turn->chain, &row, sizeof row);
    lg_chain_add(turn->chain, figures, count * sizeof *figures);
}

lg_status lg_turn_replace(lg_turn *turn, uint32_t index, const lg_participant *heir,
                          const lg_moment *moment)
{
    LG_ASSERT(index < turn->member_count && turn->members[index].participant.desk == heir->desk);
    turn->moment = *moment;
    lg_status status = lg__turn_call_alone(turn, &turn->members[index].participant, LG_CALL_FINISH);
    if (status != LG_OK)
        return status;
    lg__turn_seat(turn, index, heir);
    return lg__turn_call_alone(turn, heir, LG_CALL_START);
}

lg_status lg_turn_open_slot(lg_turn *turn, const lg_moment *moment, const lg_caps *caps)
{
    turn->moment = *moment;
    for (uint32_t i = 0; i < turn->site->asset_count; i++)
        lg_chain_add(turn->chain, &caps[i], sizeof caps[i]);
    lg_status status = lg_market_open_slot(turn->market, moment->slot, moment->slot_start_ms, caps);
    if (status == LG_OK)
        status = lg__venue_settle(&turn->venue, false, turn->chain, lg__turn_tell_settled, turn);
    if (status == LG_OK)
        status = lg__venue_open_slot(&turn->venue, moment->slot, moment->slot_start_ms, caps,
                                     turn->chain);
    if (status == LG_OK)
        lg__turn_deliver_events(turn);
    return status;
}

/* What was handed in since the last tick can be read from here on. */
static lg_status pin_posts(lg_turn *turn)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < turn->member_count; i++) {
        lg_desk *desk = turn->members[i].participant.desk;
        uint32_t count;
        const lg_post *const *posts = lg_desk_posts(desk, &count);
        for (uint32_t k = 0; k < count && status == LG_OK; k++) {
            lg_post post = *posts[k];
            post.slot = turn->moment.slot;
            post.tick = turn->moment.tick;
            post.number = lg_board_newest(turn->venue.board) + 1;
            status = lg_board_pin(turn->venue.board, &post);
            if (status == LG_OK)
                lg__chain_post(turn->chain, &post);
        }
        lg_desk_set_posts(desk, 0);
    }
    return status;
}

lg_status lg_turn_tick(lg_turn *turn, const lg_moment *moment)
{
    turn->moment = *moment;
    turn->venue.tick = moment->tick;
    lg_status pinned = turn->venue.board ? pin_posts(turn) : LG_OK;
    if (pinned != LG_OK)
        return pinned;
    if (turn->venue.trading)
        lg_trading_advance(turn->venue.trading, moment->now_ms, LG_HOUR_MS);
    lg_status status = turn->venue.scene
                           ? lg_scene_advance(turn->venue.scene, moment->now_ms * INT64_C(1000))
                           : LG_OK;
    /* everybody begins the slot before a market of it is matched */
    bool walks = moment->tick > 0 && lg_rules_interleave(lg_market_rules(turn->market));
    if (status == LG_OK)
        status =
            lg__turn_call_all(turn, moment->tick == 0 ? LG_CALL_MARKET_CYCLE : LG_CALL_TICK, walks);
    if (status == LG_OK)
        status = walks ? lg__turn_walk_all(turn) : lg_market_tick(turn->market, moment->tick);
    if (status == LG_OK && turn->venue.settling)
        status = lg_settling_tick(turn->venue.settling, moment->slot, moment->tick);
    if (status == LG_OK)
        status = turn->failed;
    if (status == LG_OK && turn->venue.trading)
        status = lg_trading_status(turn->venue.trading);
    if (status == LG_OK && turn->venue.scene)
        status = lg_scene_status(turn->venue.scene);
    if (status != LG_OK)
        return status;
    lg__turn_deliver_trades(turn);
    return LG_OK;
}

lg_status lg_turn_close_slot(lg_turn *turn)
{
    lg_status status = lg_market_close_slot(turn->market);
    if (status != LG_OK)
        return status;
    turn->digest = lg_chain_link(turn->chain);
    return lg__turn_tell_slot(turn);
}

lg_digest lg_turn_digest(const lg_turn *turn)
{
    return turn->digest;
}

uint64_t lg_turn_mark(const lg_turn *turn)
{
    return lg_chain_peek(turn->chain);
}
