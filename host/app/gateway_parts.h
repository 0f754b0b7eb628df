/* host/app/gateway_parts.h — what the files of a gateway share */
#ifndef LG_APP_GATEWAY_PARTS_H
#define LG_APP_GATEWAY_PARTS_H

#include "app/awaits.h"
#include "app/gateway.h"
#include "driver/gateway_call.h"

/** What an asset did in the slot that closed last, and how often it has traded in the running one.
 */
typedef struct lg__past_slot {
    int64_t traded_uwh, cost_uct;
    uint32_t trades, now;
} lg__past_slot;

/** Bills of an area as they stood when a slot closed last: within one some parts of them grow. */
typedef struct lg__closed_bills {
    lg_bill accumulated, external;
} lg__closed_bills;

struct lg_gate {
    lg_mem *mem;
    lg_gate_input input;
    char name[64];
    const char *address;
    const lg_gateway *kind;
    lg_gateway_host host;
    void *self;
    bool open, finished;
    char refusal[LG_ERR_TEXT_MAX];
    lg_err fatal; /* an act that could not be kept */
    const lg_site *site;
    lg_clients *clients;
    lg__past_slot *past;     /* one an asset */
    lg__closed_bills *bills; /* one an area */
    lg_command *commands;    /* of the batch that is being sent */
    uint32_t command_capacity;
    lg_slot_value *values;
    uint32_t value_count, value_capacity;
    lg_awaits awaits;
    bool *silents; /* one a client: it was told that it was waited for in vain */
    uint32_t silent_capacity;
    int64_t last_act_ns; /* 0: none yet */
    bool said_first, said_passed;
    lg_trading_door door;         /* to the intraday market, if there is one */
    int64_t shift_ms;             /* from the run's clock to that of clients */
    uint64_t traded;              /* how much of its logs the gateway knows of */
    struct lg__micro_door *micro; /* one a microgrid; NULL: there are none */
    uint32_t micro_count;
    int64_t measured_ms, measured_wall_ms; /* of the last step that the gateway was told of */
    lg_text refused;                       /* what was told last of a request that was */
};

/** Calls a function of the gateway, if it has it. */
#define LG__GATE_CALL(gate, function, ...)                                                         \
    do {                                                                                           \
        if ((gate)->kind->function) {                                                              \
            lg_gateway_enter((gate)->name, #function);                                             \
            (gate)->kind->function((gate)->self, ##__VA_ARGS__);                                   \
            lg_gateway_leave();                                                                    \
        }                                                                                          \
    } while (0)

/** Fills the functions that look (gateway_view.c, gateway_orders.c), act (gateway_acts.c), and wait
 * for clients (gateway_wait.c) in. */
void lg__gate_views(lg_gateway_host *host);
void lg__gate_orders(lg_gateway_host *host);
void lg__gate_acts(lg_gateway_host *host);
void lg__gate_waits(lg_gateway_host *host);
/** An act, with what it says; a failure that ends the run is told when the loop's round is over. */
int32_t lg__gate_act(lg_gate *gate, lg_outside *what, const lg_text *bytes);
/** Opens the door to the intraday market, when the gateway is about to be opened; and tells it that
 * others have traded there (gateway_trading.c). */
void lg__gate_trading(lg_gate *gate);
void lg__gate_traded(lg_gate *gate);
/** The same for the microgrids, of which each step is told (gateway_microgrid.c). @return LG_OK;
 * LG_MEMORY */
lg_status lg__gate_microgrids(lg_gate *gate) LG_CHECKED;
void lg__gate_measured(lg_gate *gate);
void lg__gate_close_microgrids(lg_gate *gate);
/** What to give to lg_world_listen(), and to lg_clients_listen(). */
lg_listener lg__gate_listener(lg_gate *gate);
lg_clients_ears lg__gate_ears(lg_gate *gate);
/** Takes the bills as they stand. */
void lg__gate_bills(lg_gate *gate);
/** The market that a command with this time_slot means. */
const lg_market *lg__gate_market(const lg_gate *gate, uint32_t time_slot);
/** An order in it as plugins see it. */
lg_gateway_order lg__gate_order(const lg_gate *gate, const lg_market *market, uint32_t asset,
                                bool offer, uint64_t id, int64_t energy_uwh, int64_t rate_uct);
#endif
