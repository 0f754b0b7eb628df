/* host/desk/turn_parts.h — what the files of a turn share: who takes part, who listens, and how
 * both are reached */
#ifndef LG_DESK_TURN_PARTS_H
#define LG_DESK_TURN_PARTS_H

#include "desk/room.h"
#include "desk/tour.h"
#include "desk/turn.h"

struct lg__member {
    lg_participant participant;
    bool waiting, sent;
};

struct lg__listener {
    lg_listener listener;
    bool commands;
};

/* A trade waits here, with its legs, until the tick's matching is over. */
struct lg_turn {
    lg_mem *mem;
    const lg_site *site;
    lg_market *market;
    struct lg__venue venue; /* what desks reach beside the spot market */
    lg_chain *chain;
    lg_digest digest;
    struct lg__member *members;
    uint32_t member_count, member_capacity;
    struct lg__listener *listeners;
    uint32_t listener_count, listener_capacity;
    bool command_listeners;
    uint32_t *trader; /* member that commands an asset; LG_NONE */
    lg_trade *trades;
    uint32_t trade_count, trade_capacity;
    lg_leg *legs;
    uint32_t leg_count, leg_capacity;
    bool wants_trades, elsewhere; /* somebody does: has trade(); has begin() or flush() */
    lg_event *events;             /* of the slot that opens next */
    uint32_t event_count, event_capacity;
    lg_status failed;                  /* of a sink, which cannot return one */
    uint64_t told_orders, told_trades; /* cursors of the intraday market's logs */
    uint64_t told_news;                /* of the coordination */
    struct lg__tour tour;
    lg_moment moment;
};

/** Puts @p participant into place @p index, which is there (calling.c). */
void lg__turn_seat(lg_turn *turn, uint32_t index, const lg_participant *participant);
/** Calls everybody whom it concerns, applies, and lets those who wait for answers go on, until
 * nobody does. @p walks: last batches are left to lg__turn_walk_all() */
lg_status lg__turn_call_all(lg_turn *turn, lg_call call, bool walks) LG_CHECKED;
/** Sends the last batches of all through the tree: commands to markets at once, those to assets
 * when the walk comes to them. */
lg_status lg__turn_walk_all(lg_turn *turn) LG_CHECKED;
/** Calls one participant outside of a slot, until it waits no more. */
lg_status lg__turn_call_alone(lg_turn *turn, const lg_participant *participant,
                              lg_call call) LG_CHECKED;

/** What the markets report to (telling.c). */
lg_market_sink lg__turn_sink(lg_turn *turn);
lg_status lg__turn_tell_command(lg_turn *turn, const lg_desk *desk, const lg_command *command,
                                const lg_answer *answer) LG_CHECKED;
/** An lg__settled_told, @p turn is an lg_turn. */
lg_status lg__turn_tell_settled(void *turn, const lg_settled *settled) LG_CHECKED;
lg_status lg__turn_tell_slot(lg_turn *turn) LG_CHECKED;
/** Hands the tick's trades to the participants whose assets traded, the buyer's first. */
void lg__turn_deliver_trades(lg_turn *turn);
/** Tells participants what has happened before the slot opened. */
void lg__turn_deliver_events(lg_turn *turn);

#endif
