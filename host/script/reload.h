/* host/script/reload.h — a newer version of a script takes the place of the one at work
 *
 * Both stand side by side for a while, each with a Lua state of its own: the newer one is made by
 * lg_agent_new() with the same desk, takes over what the older one kept in `state`, and may be
 * tried out before anything is done to the older one.
 */
#ifndef LG_SCRIPT_RELOAD_H
#define LG_SCRIPT_RELOAD_H

#include "script/agent.h"

/**
 * Appends what the script keeps in `state` (that of the table it returns, else the global) to
 * @p out, as bytes: numbers, texts, booleans and tables of them, 16 deep and 64 KiB at most. Of a
 * script that was given up the table is empty. What cannot be kept is left out, and @p left says
 * what: "state.seen[3].f is a function: not carried over"; without room for all of it the table is
 * empty. @p left is as it was when everything is kept.
 * @return LG_OK; LG_SCRIPT the worker of the script is lost, or @p left is NULL and err names what
 * cannot be kept; LG_MEMORY
 */
lg_status lg_agent_save(lg_agent *agent, lg_text *out, lg_text *left, lg_err *err) LG_CHECKED;

/** What a newer version is handed; all is borrowed for the call. */
typedef struct lg_legacy {
    lg_agent_figures from; /* of the agent at work until now */
    uint32_t version;      /* its number */
    const char *state;     /* as lg_agent_save() wrote it */
    size_t state_size;
    lg_moment moment; /* now */
} lg_legacy;

/**
 * Puts the entries of the older state into that of @p agent, over what its top level has put there,
 * and calls on_reload(old_state, from_version): what that returns takes the place of all of it.
 * Random draws go on where those of the older one stood. Before the first callback.
 * @return LG_OK; LG_SCRIPT on_reload failed, or `state` is no plain data now: told as a fault of
 * the agent; LG_MEMORY. What on_reload has put into the batch is forgotten then
 */
lg_status lg_agent_inherit(lg_agent *agent, const lg_legacy *legacy) LG_CHECKED;

/**
 * Runs on_market_cycle of @p agent in the middle of a slot, for what it prepares for on_tick: its
 * commands are thrown away, what it has put into entries that `state` had before is undone, random
 * draws of later callbacks do not depend on it. It ends at its first execute(): nothing answers.
 * After lg_agent_inherit(); without on_market_cycle or on_tick nothing happens.
 * @return LG_OK; LG_SCRIPT told as a fault of the agent; LG_MEMORY
 */
lg_status lg_agent_catch_up(lg_agent *agent) LG_CHECKED;

/**
 * Runs the callback that would come next, on_market_cycle or on_tick (the other one where that is
 * absent), up to its end or its first execute(). The agent is of no use but to be freed then; the
 * caller throws away what is in the batch (lg_desk_rewind). @return LG_OK; LG_SCRIPT told as a
 * fault of the agent; LG_MEMORY
 */
lg_status lg_agent_rehearse(lg_agent *agent, lg_call next) LG_CHECKED;

/**
 * Begins all that is tried of an agent that runs elsewhere: lg_agent_lint(), lg_agent_inherit(),
 * lg_agent_catch_up() (@p in_slot) and lg_agent_rehearse(), up to the first that fails. Nobody
 * waits: lg_agent_ready() tells what came of it.
 */
void lg_agent_shadow(lg_agent *agent, const lg_bundle *old, const lg_legacy *legacy, bool in_slot,
                     lg_call next);
/**
 * Whether what was begun is over, the loading (lg_agent_input.later) or lg_agent_shadow(). Then
 * *status is LG_OK; LG_SCRIPT err or a fault of the agent says why; LG_MEMORY. What it has put into
 * the batch is the caller's to take back. Only of an agent that runs elsewhere.
 */
bool lg_agent_ready(lg_agent *agent, lg_status *status, lg_err *err);

/** Whether it has on_reload. */
bool lg_agent_migrates(const lg_agent *agent);

/** An agent goes on after @p other was at work at its desk for a while. */
void lg_agent_follow(lg_agent *agent, const lg_agent *other);

/** The keys of a saved state: "soc_target, seen", at most @p most. */
void lg_agent_state_keys(const char *state, size_t size, uint32_t most, lg_text *out);

/**
 * Looks at the texts of @p bundle that @p old (NULL is fine) has not: syntax, unknown callbacks and
 * names of the API, accidental globals. @return LG_OK; LG_SCRIPT @p diag has errors;
 * LG_MEMORY
 */
lg_status lg_bundle_lint(lg_mem *mem, const lg_bundle *bundle, const lg_bundle *old,
                         lg_diag *diag) LG_CHECKED;

/** The same of the texts of @p agent, where they run: what is wrong first is told as a fault of the
 * agent. @return LG_OK; LG_SCRIPT; LG_MEMORY */
lg_status lg_agent_lint(lg_agent *agent, const lg_bundle *old) LG_CHECKED;

/** Says in what two versions differ: "changed quote(), added limit()"; functions of the top level
 * by name, those of modules behind the module's. */
void lg_bundle_changes(lg_mem *mem, const lg_bundle *from, const lg_bundle *to, lg_text *out);

#endif
