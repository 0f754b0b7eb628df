/* host/desk/command.h — a command, and the answer it gets */
#ifndef LG_DESK_COMMAND_H
#define LG_DESK_COMMAND_H

#include "market/market.h"
#include "market/slot_values.h"

typedef enum lg_command_kind {
#define X(name, lua, node, help) LG_CMD_##name,
#include "desk/command.def"
#undef X
    LG_CMD_COUNT
} lg_command_kind;

/** Bits of lg_command.flags. */
enum {
    LG_CMD_REPLACE = 1,    /* withdraw the asset's other orders of that side in the same step */
    LG_CMD_PERCENTAGE = 2, /* GRID_FEES: amount is a fraction in parts per billion */
};

/** Plain data; what a field means depends on the kind, fields not named are 0. */
typedef struct lg_command {
    uint8_t kind; /* lg_command_kind */
    uint8_t flags;
    uint16_t reserved;
    uint32_t node;      /* asset or area */
    int64_t energy_uwh; /* BID, OFFER, UPDATE_* */
    int64_t amount;     /* rate_uct of orders; fee_uct or ppb of GRID_FEES; how many of SET_* */
    union {
        uint64_t order_id; /* DELETE_*: 0 means all; SET_*: place of its values, lg_desk_values() */
        uint64_t terms;    /* BID, OFFER, UPDATE_*: number from lg_desk_add_terms(); 0: none */
    };
    uint32_t time_slot; /* orders: number of the slot whose market is meant, plus 1; 0: the spot
                           market; LG_NONE: a slot that never is */
    uint32_t version;   /* of the participant, who sent it; set by the desk */
} lg_command;

/** One answer a command, in order. */
typedef struct lg_answer {
    lg_status status;
    union {
        uint32_t count;    /* DELETE_*: how many orders went */
        uint32_t stripped; /* BID, OFFER, UPDATE_*: 1: terms were left out, the market takes none */
    };
    uint64_t order_id; /* BID, OFFER, UPDATE_*: the new order */
    int64_t asked;     /* refusals: what was asked, in the command's unit */
    int64_t allowed;   /* and what would have been accepted */
} lg_answer;

/** Name of a kind as scripts know it: "bid_energy_rate". */
const char *lg_command_name(lg_command_kind kind);
/** Whether commands of @p kind are addressed to a market, not to an asset. */
bool lg_command_is_for_market(lg_command_kind kind);

#endif
