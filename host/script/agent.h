/* host/script/agent.h — one Lua script at work: its state, its callbacks, its desk */
#ifndef LG_SCRIPT_AGENT_H
#define LG_SCRIPT_AGENT_H

#include "base/diag.h"
#include "desk/turn.h"
#include "script/bundle.h"
#include "script/sight.h"

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

/**
 * What a script may use up; 0 in any field means the default.
 *
 * Units are instructions of Lua and, where a function of a library does the work of many, as many
 * as that. They are the same in every run and on every machine, so a limit of units ends a callback
 * at the same place each time. Counting them slows a script down; without a limit they are not
 * counted, and a callback that does not end is stopped by the clock alone.
 */
typedef struct lg_budget {
    uint64_t units_per_call; /* of one callback, its parts between waits together; default: not
                                counted */
    uint64_t units_at_load;  /* of the top level with all it requires, and what it leaves of
                                on_start, which has units_per_call at least; default: ten million
                                where units_per_call is given, else not counted */
    uint64_t bank;         /* most units that are saved: what callbacks leave of units_per_call, for
                              later ones to draw; 0: none */
    uint64_t memory_bytes; /* of the Lua state; default: LG_BUDGET_MEMORY,
                              LG_BUDGET_MEMORY_PER_ASSET for each asset commanded and
                              LG_BUDGET_MEMORY_PER_SITE_ASSET for each that there is */
    uint32_t output_bytes; /* that print() writes in one callback; default LG_BUDGET_OUTPUT */
    uint32_t faults_in_a_row; /* callbacks that fail one after the other, before the script is given
                                 up; default LG_BUDGET_FAULTS */
    uint32_t breaches_a_day;  /* callbacks that take more units than they have, in a day of the run:
                                 so many, and the script is given up; those before lose what they
                                 commanded, no more. Default 1 */
    double seconds_per_call;  /* of processor time, for one callback; default LG_BUDGET_SECONDS,
                                 in a worker LG_BUDGET_SECONDS_WORKER */
    double seconds_at_load;   /* likewise, for the top level; default seconds_per_call */
    double seconds_grace;     /* beyond these, before its host ends a worker; default
                                 LG_BUDGET_SECONDS_GRACE */
    double patience;          /* as often as long its host waits for a worker's answer by the clock;
                                 default LG_BUDGET_PATIENCE */
} lg_budget;

#define LG_BUDGET_UNITS_AT_LOAD         UINT64_C(10000000)
#define LG_BUDGET_MEMORY                (UINT64_C(16) << 20)
#define LG_BUDGET_MEMORY_PER_ASSET      UINT64_C(2048)
#define LG_BUDGET_MEMORY_PER_SITE_ASSET UINT64_C(256)
#define LG_BUDGET_OUTPUT                (64u << 10)
#define LG_BUDGET_FAULTS                100u
#define LG_BUDGET_SECONDS               2.0
#define LG_BUDGET_SECONDS_WORKER        0.2
#define LG_BUDGET_SECONDS_GRACE         0.1
#define LG_BUDGET_PATIENCE              10.0

/** Lines that print() may write in one callback, and bytes of one line. */
#define LG_PRINT_LINES_MAX 200
#define LG_PRINT_LINE_MAX  512
/** How often a callback may wait for answers. */
#define LG_EXECUTES_MAX 100
/** And how often for the intraday market. */
#define LG_ASKS_MAX 1000

/**
 * Of all agents of a run, borrowed. A run that is done again along its record is told by the record
 * which scripts a clock has ended: meanwhile no clock ends another one, before a callback has taken
 * so long that the whole run hangs.
 */
typedef struct lg_follow {
    bool on;
    double seconds; /* of processor time, for one callback; where it may use more, that counts */
} lg_follow;
#define LG_FOLLOW_SECONDS 60.0

/** What a callback that may use @p seconds may use now. */
static inline double lg_follow_limit(const lg_follow *follow, double seconds)
{
    return follow && follow->on && follow->seconds > seconds ? follow->seconds : seconds;
}

/** Which limit made a script be given up. */
typedef enum lg_stop {
    LG_STOP_NONE,
    LG_STOP_UNITS,
    LG_STOP_TIME,
    LG_STOP_MEMORY,
    LG_STOP_FAULTS,
    LG_STOP_WORKER, /* its worker process was lost */
} lg_stop;

/**
 * How a script came to its end: it ran into a limit, its state is thrown away and it is not called
 * again. Texts live as long as the agent.
 *
 * LG_STOP_UNITS and LG_STOP_FAULTS come at the same place in every run, other ends may not
 * (lg_stop_may_differ()): what is to be repeated must be kept with the inputs of the run.
 */
typedef struct lg_stopped {
    lg_stop why;
    const char *code;      /* of the page: "BUDGET_UNITS" */
    const char *callback;  /* in which it was */
    double spent, allowed; /* in unit */
    const char *unit;      /* "units", "s", "bytes", "errors in a row"; of LG_STOP_WORKER what
                              happened to it */
    uint64_t call;         /* number of that callback, and how often it had waited: */
    uint32_t part;         /* the place for lg_agent_stop_at() */
} lg_stopped;

/** Whether another run may end otherwise: LG_STOP_TIME and LG_STOP_WORKER depend on a clock, and
 * LG_STOP_MEMORY can, since a table with tables as keys grows by their addresses. */
static inline bool lg_stop_may_differ(lg_stop why)
{
    return why == LG_STOP_TIME || why == LG_STOP_MEMORY || why == LG_STOP_WORKER;
}

/** "spent 200,100 of 200,000 units": what to say of it; kept in @p out. */
const char *lg_stopped_text(const lg_stopped *stopped, char *out, size_t size);

typedef struct lg_agent_input {
    lg_desk *desk;              /* borrowed; what it grants is what the script sees as its own */
    const char *script;         /* path of the file */
    const char *scripts_folder; /* where require looks for what ships: scripts/lib */
    lg_bundle *bundle;     /* its texts, instead of files; shared, not changed. NULL: from files */
    const lg_bundle *like; /* texts that are the same in it are shared. May be NULL */
    bool trial;            /* it is never at work: errors do not speak of the rest of the run */
    bool restarts;         /* when it is given up another agent starts afresh: errors say so */
    const lg_script_param *params; /* a table, or NULL */
    uint64_t seed; /* of the run; math.random is drawn from it, the desk's index and the call */
    lg_device_view devices;
    const lg_sight *sight;  /* NULL: the market of the desk and the devices */
    const uint32_t *assets; /* borrowed for good: those of the desk that it sees as its own; NULL:
                               all of them */
    uint32_t asset_count;
    lg_budget budget;
    const lg_follow *follow; /* NULL: clocks count at all times */
    const struct lg_remote
        *remote; /* who runs it elsewhere (script/remote.h); NULL: it runs here */
    bool later;  /* of those: nobody waits for its loading, lg_agent_ready() tells of that */
    /** One sentence or several lines about an error, ready for people; `where` says slot and tick.
     * May be NULL. */
    void (*fault)(void *ctx, const lg_agent *agent, const char *message);
    void (*print)(void *ctx, const lg_agent *agent, const char *line); /* the script's print() */
    /** It is given up (after the fault was told). Nothing may be done to the agent in here. May be
     * NULL. */
    void (*stopped)(void *ctx, const lg_agent *agent, const lg_stopped *how);
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

/** What an agent can be asked for at any time. */
typedef struct lg_agent_figures {
    uint64_t faults, memory;
    uint64_t units, units_most; /* lg_agent_units() */
    uint64_t calls;             /* callbacks so far, counted as for lg_stopped.call */
    uint64_t changes;           /* scheduled ones that it was told of */
    uint64_t told;              /* bits of statuses that were explained by a line */
    uint64_t bank;              /* units that are saved */
    uint64_t breaches;          /* callbacks that took more units than they had */
} lg_agent_figures;
lg_agent_figures lg_agent_figures_of(const lg_agent *agent);

/** Its name, and the path of its script as given; valid as long as the agent. */
const char *lg_agent_name(const lg_agent *agent);
const char *lg_agent_script(const lg_agent *agent);
/** Its texts: the script and every module that it has required or names. Valid as long as the
 * agent; lg_bundle_ref() keeps it. */
lg_bundle *lg_agent_bundle(const lg_agent *agent);
/** lg_bundle_hash() of them: all texts count, not the script's alone. */
const char *lg_agent_hash(const lg_agent *agent);
/** The script's text as it was loaded and hashed, whatever the file says by now; it has no zero
 * byte in it. Valid as long as the agent. */
const char *lg_agent_source(const lg_agent *agent);
/** Repeats an end that was kept from another run: the agent is given up when it comes to that
 * place, without running on. Texts of @p how must live as long as the agent. */
void lg_agent_stop_at(lg_agent *agent, const lg_stopped *how);
/** Whether another version takes its place should it fail now, as on probation: errors say so. */
void lg_agent_set_probation(lg_agent *agent, bool on);
bool lg_agent_on_probation(const lg_agent *agent);
/** How it came to its end; NULL while it is at work. */
const lg_stopped *lg_agent_stopped(const lg_agent *agent);
/** Units of the callback that ran last, and the most that one took; work of libraries alone where
 * instructions are not counted. */
uint64_t lg_agent_units(const lg_agent *agent, uint64_t *most);
/** Callbacks that ended in an error so far. */
uint64_t lg_agent_faults(const lg_agent *agent);
/** Bytes the Lua state holds now; 0 when it was given up. */
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
/** The limits of scripts with their values, and a line of that kind. */
void lg_script_limits(lg_text *out);
void lg_script_limit(lg_text *out, const char *what, double value, const char *unit);

#endif
