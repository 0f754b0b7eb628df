/* host/script/remote.h — an agent whose Lua state is elsewhere, such as in a worker process
 *
 * Here it has its texts, its desk and its figures; somebody else calls the script, and tells here
 * what became of it.
 */
#ifndef LG_SCRIPT_REMOTE_H
#define LG_SCRIPT_REMOTE_H

#include "script/agent.h"

struct lg_legacy;

/** Who runs scripts elsewhere; what lg_agent_input.remote points to, and outlives the agent. */
typedef struct lg_remote {
    void *ctx;
    /**
     * Loads the texts of @p bundle and runs the top level there. @p input has its defaults filled
     * in. @return as lg_agent_new(); unless LG_OK *self is NULL
     */
    lg_status (*open)(void *ctx, lg_agent *agent, const lg_agent_input *input, lg_bundle *bundle,
                      lg_err *err, void **self);
    /** As lg_agent_participant(). */
    void (*participant)(void *self, lg_participant *participant);
    /* As the functions of script/reload.h; lint as lg_bundle_lint(), what is wrong is told as a
     * fault of the agent. */
    lg_status (*save)(void *self, lg_text *out, lg_text *left, lg_err *err);
    lg_status (*lint)(void *self, const lg_bundle *old);
    lg_status (*inherit)(void *self, const struct lg_legacy *legacy);
    lg_status (*catch_up)(void *self);
    lg_status (*rehearse)(void *self, lg_call next);
    bool (*ready)(void *self, lg_status *status, lg_err *err);
    void (*shadow)(void *self, const lg_bundle *old, const struct lg_legacy *legacy, bool in_slot,
                   lg_call next);
    bool (*migrates)(const void *self);
    /** Another agent has filled the batch of its desk meanwhile. */
    void (*follow)(void *self);
    void (*close)(void *self);
} lg_remote;

/** Of an agent that runs elsewhere: what it has there. */
void lg_agent_set_figures(lg_agent *agent, const lg_agent_figures *figures);
/** A callback that it does not have was due. */
void lg_agent_skip(lg_agent *agent);

/** How a script ended, as plain data. */
typedef struct lg_remote_end {
    uint32_t why;      /* lg_stop, not LG_STOP_NONE */
    uint32_t callback; /* its number */
    uint32_t part, reserved;
    uint64_t call;
    double spent, allowed;
    char unit[96]; /* with its end; of LG_STOP_WORKER: what happened to the process */
} lg_remote_end;

/** Of an agent that runs here and was given up. */
void lg_agent_end_of(const lg_agent *agent, lg_remote_end *end);
/** Gives up an agent that ran elsewhere: what lg_agent_stopped() says from then on; its input's
 * fault(), unless @p told, and stopped() hear of it. Out of range: LG_STOP_WORKER. */
void lg_agent_set_end(lg_agent *agent, const lg_remote_end *end, const lg_moment *moment,
                      bool told);
/** The end that lg_agent_stop_at() asks for, when @p callback of number @p call in its part
 * @p part is it; else NULL. */
const lg_stopped *lg_agent_ends_at(const lg_agent *agent, uint32_t callback, uint64_t call,
                                   uint32_t part);

/** Callbacks are numbered by their lg_call; these stand for on_trade, on_event_or_response,
 * on_reload, on_order and on_public_trade. */
enum {
    LG_REMOTE_TRADE = LG_CALL_FINISH + 1,
    LG_REMOTE_EVENT,
    LG_REMOTE_RELOAD,
    LG_REMOTE_ORDER,
    LG_REMOTE_PUBLIC_TRADE,
    LG_REMOTE_CALLS
};

/** As the participant's answered(), but tells of @p most refusals at most. */
void lg_agent_answer(lg_agent *agent, uint32_t most);
/** What the participant's traded() tells of the intraday market, one by one: changes of orders,
 * then trades; when all of them were told, the last one. */
void lg_agent_tell_order(lg_agent *agent, const lg_trading_order *order);
void lg_agent_tell_public_trade(lg_agent *agent, const lg_trading_public_trade *trade);
void lg_agent_told_intraday(lg_agent *agent);

/** Prepares what can be had only before a process is locked up: the timer of this thread. */
void lg_agent_arm(void);
/** The callbacks that it has, a bit each by number. */
uint32_t lg_agent_callbacks(const lg_agent *agent);
/** How often the callback that waits has waited: for the answers to a batch, for the intraday
 * market. */
uint32_t lg_agent_part(const lg_agent *agent);

#endif
