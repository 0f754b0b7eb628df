/* host/script/agent.h — one Lua script at work: its state, its callbacks, its desk */
#ifndef LG_SCRIPT_AGENT_H
#define LG_SCRIPT_AGENT_H

#include "base/diag.h"
#include "desk/turn.h"
#include "market/origin.h"

/** Reads what the scripts may see of devices; filled by the application from the fleet. */
typedef struct lg_device_view {
    void *ctx;
    const lg_plan *(*plan)(void *ctx, uint32_t asset); /* of the running slot */
    const char *(*type)(void *ctx, uint32_t asset);    /* the driver's word: "pv"; may be NULL */
    const lg_origins *origins; /* where stored energy comes from; may be NULL */
} lg_device_view;

/** A plain value handed to a script as `params`: the same shape as a scenario's table. */
typedef struct lg_script_param {
    enum { LG_PARAM_NUMBER, LG_PARAM_BOOL, LG_PARAM_TEXT, LG_PARAM_TABLE, LG_PARAM_LIST } type;
    const char *key; /* NULL in a list */
    const char *text;
    double number;
    const struct lg_script_param *items;
    uint32_t count;
} lg_script_param;

typedef struct lg_agent lg_agent;

typedef struct lg_agent_input {
    lg_desk *desk;                 /* borrowed; what it grants is what the script sees as its own */
    const char *script;            /* path of the file */
    const char *scripts_folder;    /* where require looks for what ships: scripts/lib */
    const lg_script_param *params; /* a table, or NULL */
    uint64_t seed; /* of the run; math.random is drawn from it, the desk's index and the call */
    lg_device_view devices;
    uint64_t memory_max; /* bytes of the Lua state; 0: default */
    double seconds_max;  /* a callback that runs longer is stopped; 0: default */
    /** One sentence or several lines about an error, ready for people; `where` says slot and tick.
     * May be NULL. */
    void (*fault)(void *ctx, const lg_agent *agent, const char *message);
    void (*print)(void *ctx, const lg_agent *agent, const char *line); /* the script's print() */
    void *ctx;
} lg_agent_input;

/**
 * Loads a script and runs its top level. @return LG_OK; LG_SCRIPT (err says file, line and why);
 * LG_IO; LG_MEMORY. Unless LG_OK, *out is NULL.
 */
lg_status lg_agent_new(lg_mem *mem, const lg_agent_input *input, lg_err *err,
                       lg_agent **out) LG_CHECKED;
void lg_agent_free(lg_agent *agent);

/** Fills @p participant so that the turn can call this agent. */
void lg_agent_participant(lg_agent *agent, lg_participant *participant);

/** Its name, and the path of its script as given; valid as long as the agent. */
const char *lg_agent_name(const lg_agent *agent);
const char *lg_agent_script(const lg_agent *agent);
/** SHA-256 of the script's text, 64 hexadecimal digits. */
const char *lg_agent_hash(const lg_agent *agent);
/** The script's text as it was loaded and hashed, whatever the file says by now; it has no zero
 * byte in it. Valid as long as the agent. */
const char *lg_agent_source(const lg_agent *agent);
/** Callbacks that ended in an error so far. */
uint64_t lg_agent_faults(const lg_agent *agent);
/** Bytes the Lua state holds now. */
uint64_t lg_agent_memory(const lg_agent *agent);

/**
 * Checks a script without a scenario: syntax, unknown callbacks and API names with the near miss,
 * accidental globals, what scripts do not have. When nothing of that is wrong its top level is run
 * in the sandbox, and what it raises is a problem too, unless it has asked for something that only
 * a scenario can tell (params, grid.asset, ...). All problems go to @p diag.
 * @param scripts_folder  as in lg_agent_input; NULL: what require does not find is no problem
 * @return LG_OK; LG_SCRIPT; LG_IO; LG_MEMORY
 */
lg_status lg_script_check(lg_mem *mem, const char *file, const char *scripts_folder,
                          lg_diag *diag) LG_CHECKED;

/** The editor annotations (LuaCATS) of everything a script can use, from the tables that register
 * it. */
void lg_script_annotations(lg_text *out);
/** The same for people: callbacks, fields, commands and functions, a line or two each. */
void lg_script_page(lg_text *out);

#endif
