/* host/app/gateway_parts.h — what the files of a gateway share */
#ifndef LG_APP_GATEWAY_PARTS_H
#define LG_APP_GATEWAY_PARTS_H

#include "app/gateway.h"
#include "driver/gateway_call.h"

enum { LG__GATE_KINDS = 8 }; /* of what clients are told, see lg_gateway_host.expect */

/** What a client's last answers to one kind took, in microseconds, and how often it has let one
 * pass before the first of them. */
enum { LG__GATE_ANSWERS = 8 };
typedef struct lg__habit {
    uint32_t took_us[LG__GATE_ANSWERS];
    uint8_t count, next, silent;
} lg__habit;

/** Whether a client is waited for. */
typedef struct lg__await {
    bool expected, more; /* more: of what it has sent; waited for only a moment */
    bool told;           /* that it was silent */
    bool late;           /* it has not answered the event before the last one either */
    uint8_t kind, late_kind;
    int64_t told_ns, late_ns; /* when it was told of them; told_ns 0: it has answered */
    lg__habit habits[LG__GATE_KINDS];
} lg__await;

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
    lg__await *awaits; /* one a client */
    uint32_t await_capacity;
    uint32_t expected;   /* clients */
    uint32_t mores;      /* of them, who may send more */
    int64_t wait_ns;     /* since when it waits; 0: it does not */
    int64_t more_ns;     /* until then more is waited for */
    int64_t last_act_ns; /* 0: none yet */
    bool said_first;
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

/** Fills the functions that look (gateway_view.c), act (gateway_acts.c), and wait for clients
 * (gateway_wait.c) in. */
void lg__gate_views(lg_gateway_host *host);
void lg__gate_acts(lg_gateway_host *host);
void lg__gate_waits(lg_gateway_host *host);
/** What to give to lg_world_listen(), and to lg_clients_listen(). */
lg_listener lg__gate_listener(lg_gate *gate);
lg_clients_ears lg__gate_ears(lg_gate *gate);
/** Takes the bills as they stand. */
void lg__gate_bills(lg_gate *gate);
/** @p order as plugins see it. */
lg_gateway_order lg__gate_order(const lg_gate *gate, uint32_t asset, bool offer, uint64_t id,
                                int64_t energy_uwh, int64_t rate_uct);
/** A client has sent something, or is gone: it is not waited for. */
void lg__gate_heard(lg_gate *gate, uint32_t client);

#endif
