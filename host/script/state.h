/* host/script/state.h — an agent and its Lua state, as the files of this room see them */
#ifndef LG_SCRIPT_STATE_H
#define LG_SCRIPT_STATE_H

#include <lauxlib.h>
#include <lua.h>
#include "script/agent.h"
#include "script/api.h"

/** Source text of a script: at most this many bytes. */
#define LG_SOURCE_MAX (64 * 1024)
/** Longest text that a script may make, in bytes. */
#define LG_SCRIPT_TEXT_MAX ((size_t)64 << 10)
/** Largest part of a table, stack or text under construction, in bytes, and so much more for each
 * asset commanded: 65,536 elements of a list, or half as many names. */
#define LG_BLOCK_MAX           ((size_t)1 << 20)
#define LG_BLOCK_MAX_PER_ASSET ((size_t)64)
/** Room above the cap that only the host uses, to hand something in and to say what happened. */
#define LG_MEMORY_RESERVE ((size_t)64 << 10)
/** Texts and tables that were too large, in one callback: each costs a walk over the whole heap. */
#define LG_TOO_LARGE_MAX 16
/** Metatables that a script may have at a time. */
#define LG_METATABLES_MAX 1024
/** Fields that are read one behind the other in an expression (naming.h). */
#define LG_LINKS_MAX 100
/** Walks by next() that go on at the same time without beginning anew at each step. */
#define LG_WALKS_MAX 4
/** So many callbacks in a row that ran out of stack, and the script is given up. */
#define LG_EXHAUSTED_MAX 3
/** Instructions between two looks at the budget. */
#define LG_HOOK_UNITS 100
/** What it costs, in units, to catch an error, to make or resume a coroutine, to send a command, to
 * read a file. */
#define LG_COST_CAUGHT    100
#define LG_COST_COROUTINE LG_HOOK_UNITS
#define LG_COST_COMMAND   20
#define LG_COST_FILE      10000

/** A text that was loaded, kept so that errors can show the line. */
typedef struct lg__source {
    const char *text; /* in the bundle */
    size_t size;
    uint32_t links;         /* lg__naming_links() */
    char name[LUA_IDSIZE];  /* as Lua writes it in messages: without a folder */
    char shown[LUA_IDSIZE]; /* as people read it there */
    struct lg__source *next;
} lg__source;

/** Fixed places in the registry, behind Lua's own. */
enum {
    LG_SLOT_ENV = 16,   /* the global environment of the scripts */
    LG_SLOT_THREAD,     /* the coroutine callbacks run on */
    LG_SLOT_CALLBACKS,  /* list of functions by lg_callback + 1 */
    LG_SLOT_RESULT,     /* what the script returned: a table or nil */
    LG_SLOT_INFO,       /* the one info handle */
    LG_SLOT_ASSETS,     /* asset handles by index + 1 */
    LG_SLOT_MARKETS,    /* market handles by index + 1 */
    LG_SLOT_PARAMS,     /* params handles by address of the shared block */
    LG_SLOT_LISTS,      /* list handles by kind and area */
    LG_SLOT_NAMES,      /* name or UUID -> handle */
    LG_SLOT_KEYS,       /* argument names, so that their addresses stay */
    LG_SLOT_LOADED,     /* what require has loaded */
    LG_SLOT_WALKS,      /* of next(): order.c */
    LG_SLOT_METATABLES, /* guarded copies by the script's own metatable; weak keys */
    LG_SLOT_RECORD,     /* LG_SLOT_RECORD + lg__record_kind: their metatables */
    LG_SLOT_HANDLE = LG_SLOT_RECORD + LG__RECORD_COUNT, /* + lg__handle_kind: theirs */
};

typedef enum lg__handle_kind {
    LG_HANDLE_INFO,
    LG_HANDLE_ASSET,
    LG_HANDLE_MARKET,
    LG_HANDLE_PARAMS,
    LG_HANDLE_LIST,
} lg__handle_kind;

/** What a list handle lists. */
enum { LG_LIST_OWN_ASSETS, LG_LIST_OWN_MARKETS, LG_LIST_AREA_ASSETS, LG_LIST_AREA_MARKETS };

/**
 * What a script holds of ours. Indices, never addresses of things that may move. Scripts cannot
 * make full userdata of their own, so each one in the state begins like this.
 */
typedef struct lg__handle {
    uint8_t kind;
    uint8_t own; /* asset, market: commanded by this agent; list: what it lists */
    uint16_t reserved;
    uint32_t index; /* asset or area; list: area */
} lg__handle;

typedef struct lg__params_handle {
    lg__handle head;
    const lg_params *params;
    uint32_t asset; /* one of those that have them: for messages */
} lg__params_handle;

/** Why the allocator had nothing to give. */
typedef enum lg__limit {
    LG_LIMIT_MACHINE, /* the machine had no more */
    LG_LIMIT_MEMORY,  /* the cap of the state */
    LG_LIMIT_TEXT,    /* the length of a text */
    LG_LIMIT_TABLE,   /* the size of a part of a table */
    LG_LIMIT_STACK,   /* the depth of calls */
} lg__limit;

struct lg_agent {
    lg_mem *mem;
    lg_agent_input input; /* script and scripts_folder are copies */
    lg_desk *desk;
    lg_sight sight; /* what it sees of the market */
    const lg_site *site;
    const lg_rules *rules;
    void *remote;  /* what runs it elsewhere; there is no state here then */
    char unit[96]; /* of its end there */
    lua_State *L;  /* main thread: loads, and builds messages and trades */
    lua_State *co; /* where callbacks run, so that execute() can suspend them */
    int base;      /* values that stay on co: info and the callbacks */
    bool has[LG_CB_COUNT];
    bool every_tick;
    bool probation;            /* another version takes its place should it fail */
    bool loading;              /* top level runs: globals may be made */
    bool drawing;              /* what runs has drawn all that is in the bank */
    bool started;              /* a moment is known */
    bool may_wait;             /* execute() can suspend what runs now */
    bool waiting;              /* it has */
    volatile uint8_t stop;     /* lg_stop: what runs is being ended, and cannot catch that */
    bool hosting;              /* the host's own code runs in the state: it has the reserve */
    volatile unsigned periods; /* of the watchdog, in the callback that runs or waits */
    uint8_t running;           /* lg_callback */
    uint8_t exhausted;         /* callbacks in a row that ran out of stack */
    uint32_t in_a_row;         /* callbacks in a row that failed */
    uint32_t too_large;        /* refused allocations of the callback that runs */
    uint32_t metatables;       /* made since they were counted */
    struct {
        uint32_t count, at;    /* keys; the one that was given last, from 1 on */
    } walks[LG_WALKS_MAX];     /* by next() */
    uint32_t walk_next;        /* the place that the next one takes */
    bool walking;              /* there may be some */
    lg_stopped stopped;        /* why it is not called any more */
    lg_stopped stop_at;        /* kept from another run, or nothing */
    uint64_t units, units_max; /* of the callback that runs; UINT64_MAX: they are not counted */
    uint64_t units_most;       /* that a callback has taken */
    uint64_t bank;             /* units that callbacks have left, but for */
    uint64_t drawn;            /* those that the callback that runs has drawn */
    uint64_t start_left;       /* units of the start that the top level has left */
    bool checking;             /* nobody's script: there is no scenario behind it (check.c) */
    bool unknowable;           /* ... and it has asked for something of one */
    uint32_t executes;         /* of the callback that runs */
    bool flushed;  /* what waited in the batch has gone out with a request that was waited for */
    uint32_t asks; /* of the intraday market and the coordination for which it has waited */
    uint64_t news_cursor; /* of the coordination's news, as far as told */
    int64_t rest_ms;      /* into the slot: on_tick does not come before */
    lg_moment moment;
    const void *batch;    /* identity of the grid.batch table; NULL: it may only read */
    const void *board;    /* of grid.board */
    const void *keys[32]; /* the argument names as objects of this state: lib_batch.c */
    lg_bundle *bundle;    /* the texts: of the script and of what it requires */
    bool whole;           /* no text comes to it any more */
    lg__source *sources;
    uint64_t faults, calls, draws;
    uint64_t breaches;                 /* callbacks that took more units than they had */
    uint32_t breaches_today;           /* of them, on that day: */
    int64_t breach_day;                /* since 1970 */
    uint64_t changes;                  /* scheduled ones that it was told of */
    uint64_t refused;                  /* of the desk, already told */
    uint64_t told;                     /* bits of statuses already explained by a line */
    size_t memory, memory_max;         /* held; cap */
    size_t asked;                      /* more, when that was refused */
    size_t block_max;                  /* the largest block but for new objects */
    lg__limit limit;                   /* that the allocator has met last */
    char limit_place[LUA_IDSIZE + 16]; /* "file:line: " where that was, or "" */
    size_t memory_slot, memory_any; /* collect from here on: when a slot opens; at any callback */
    size_t printed;                 /* by the callback that runs: bytes, lines */
    uint32_t lines;
    lg_text saying; /* lines that are told when it ends or waits, each with a zero behind it */
};

/** The agent a state belongs to; also from its coroutines. */
static inline lg_agent *lg__agent_of(lua_State *L)
{
    return *(lg_agent **)lua_getextraspace(L);
}

/* rest.c */
/** What on_market_cycle and on_tick return before the second of the slot until which they rest. */
#define LG_REST_WORD "rest_until"
/**
 * Takes what a callback has returned, the values above agent->base on @p co, for the ticks that it
 * does without. False when it is wrong: the message is on top then, and it does not rest.
 */
bool lg__rest_take(lg_agent *agent, lua_State *co) LG_CHECKED;

/* sandbox.c, source.c, strict.c */
/** Makes agent->L with allocator, environment and handles. LG_OK or LG_MEMORY. */
lg_status lg__state_open(lg_agent *agent, lg_err *err) LG_CHECKED;
/** Throws the Lua state away; the agent stays. Nothing runs at its closing. */
void lg__state_drop(lg_agent *agent);
void lg__state_close(lg_agent *agent);
/** Reads a text file of at most LG_SOURCE_MAX bytes into *text (with an end). LG_IO, LG_SCRIPT,
 * LG_MEMORY. */
lg_status lg__source_read(lg_mem *mem, const char *file, char **text, size_t *size,
                          lg_err *err) LG_CHECKED;
/** Raises for a script that has no callback; what it has returned is at index @p returned. Where
 * nobody waits for what the text gives, a module is fine (purpose.c). */
void lg__purpose_check(lua_State *L, int returned);
/** Loads text as a function onto the stack and remembers the text; raises what is wrong. */
void lg__source_load(lua_State *L, const lg_bundle_text *text);
/** Reads a file into the agent's bundle as the module @p name, "" for the script. @return as
 * lg__source_read(); LG_LIMIT */
lg_status lg__source_take(lg_agent *agent, const char *name, const char *path,
                          const lg_bundle_text **out, lg_err *err) LG_CHECKED;
/** Completes the bundle with the modules that its texts name; false when exhausted. */
bool lg__source_foresee(lg_agent *agent) LG_CHECKED;
int lg__require(lua_State *L);
/** Makes the environment at @p env refuse names that are not there, and adds what says why. */
void lg__strict_environment(lua_State *L, int env);
/** The same for the library table on top of the stack, which cannot be changed from here on. */
void lg__strict_library(lua_State *L, const char *library);
/** Why scripts do not have what stock Lua has under this name; NULL: it is no such name. */
const char *lg__strict_why(const char *name);

/* libraries: each leaves its table (or, base: the environment) filled at the top of the stack */
void lg__lib_base(lua_State *L);
/** Makes the table of guarded metatables; before any script can run. */
void lg__metatables_open(lua_State *L);
void lg__lib_string(lua_State *L);
void lg__lib_table(lua_State *L);
void lg__lib_math(lua_State *L);
void lg__lib_coroutine(lua_State *L);
void lg__lib_grid(lua_State *L);
void lg__lib_batch(lua_State *L);
void lg__lib_board(lua_State *L);
void lg__lib_trading(lua_State *L);
void lg__lib_coord(lua_State *L);
void lg__lib_microgrid(lua_State *L);
/** Pushes the value at @p index as text: no addresses. */
const char *lg__tostring(lua_State *L, int index, size_t *length);

/** An agent with its state and without a script; *out is for the caller to free in any case. LG_OK
 * or LG_MEMORY. */
lg_status lg__agent_make(lg_mem *mem, const lg_agent_input *input, bool checking, lg_err *err,
                         lg_agent **out) LG_CHECKED;
/** Takes the message at the top of the stack, of a load that ended with @p status, into err. */
lg_status lg__load_failed(lg_agent *agent, int status, lg_err *err);
/** Loads a script and throws it away: as lg_agent_new(), but LG_OK for an error after the script
 * has asked for something that only a scenario can tell. err has Lua's message alone. */
lg_status lg__agent_try(lg_mem *mem, const lg_agent_input *input, lg_err *err) LG_CHECKED;

/* handles */
void lg__handles_open(lua_State *L);
void lg__push_info(lua_State *L);
void lg__push_asset(lua_State *L, uint32_t asset);
void lg__push_market(lua_State *L, uint32_t area);
void lg__push_params(lua_State *L, uint32_t asset);
void lg__push_list(lua_State *L, uint8_t what, uint32_t area);
/** Pushes a plain table of all handles of the list handle at @p index. */
void lg__push_list_table(lua_State *L, int index);
/** The handle at @p index; NULL when it is none. */
static inline lg__handle *lg__to_handle(lua_State *L, int index)
{
    return lua_touserdata(L, index);
}
/** A lookup table name -> id of @p names, pushed. */
void lg__push_name_ids(lua_State *L, const lg__names *names);
/** Raises "<what> has no field "x"; did you mean ...". */
int lg__no_field(lua_State *L, const char *what, const lg__names *names, int key);
int lg__asset_index(lua_State *L);
int lg__market_index(lua_State *L);
int lg__info_index(lua_State *L);
int lg__params_index(lua_State *L);
int lg__list_index(lua_State *L);
int lg__list_length(lua_State *L);

/* records: plain tables for scripts; a field that their class has and they have not is nil */
/** Makes the metatables by which a wrong field is an error. */
void lg__records_open(lua_State *L);
void lg__push_uuid(lua_State *L, const lg_uuid *uuid);
void lg__push_bill(lua_State *L, const lg_bill *bill);
/* Asset fields about energy (asset_fields.c). */
/** A number; nil for NaN, which is what is not known. */
int lg__push_known(lua_State *L, double value);
int lg__push_nil(lua_State *L);
/** Figures of the running slot that depend on the role. */
int lg__asset_energy(lua_State *L, int field, const lg_agent *agent, uint32_t asset);
/** Energy in a storage by origin; nil where nobody keeps account. */
int lg__push_origins(lua_State *L, uint32_t asset);
void lg__push_stats(lua_State *L, const lg_market_stats *stats, lg__record_kind kind);
void lg__push_dso_stats(lua_State *L, uint32_t area);
void lg__push_market_bill(lua_State *L, uint32_t area);
void lg__push_device_info(lua_State *L, uint32_t asset);
/** What the callback that runs may still use up. */
void lg__push_budget(lua_State *L);
void lg__push_answers(lua_State *L);
void lg__push_message(lua_State *L, const lg_command *command, const lg_answer *answer);
void lg__push_event(lua_State *L, const lg_event *event);
void lg__push_trade(lua_State *L, const lg_trade *trade, bool buyer);
/** One sentence about a refusal, with the numbers; kept in @p out. @p method: what the script has
 * called, NULL: not known, the name of such commands. */
const char *lg__refusal(const lg_agent *agent, const char *method, const lg_command *command,
                        const lg_answer *answer, char *out, size_t size);
/** Prints the first refusal of each kind for a script that does not listen to them (refusals.c). */
void lg__refusal_told(lg_agent *agent, const lg_command *command, const lg_answer *answer);
/** The start of slot @p slot as scripts see it: "2024-06-03T00:15". */
void lg__push_slot(lua_State *L, uint32_t slot);
/** A table of the unsettled deviations of @p asset by open slot, kWh; nil without such markets. */
void lg__push_deviations(lua_State *L, uint32_t asset);
/** A list of the slots whose settlement market is open, the oldest first; nil without such. */
void lg__push_settlement_slots(lua_State *L);
/** Appends why a command with a time slot, or one with energies of slots, was refused; false when
 * there is nothing to add to what the status says. */
bool lg__slot_refusal(const lg_agent *agent, const lg_command *command, const lg_answer *answer,
                      lg_text *out);
/** A fee of the run's kind as scripts see it: ct/kWh or percent. */
double lg__fee_shown(const lg_agent *agent, int64_t fee);

/* call.c, watchdog.c, fault.c */
bool lg__agent_call(void *self, lg_call call, const lg_moment *moment);
/* The callback that waits is never resumed: the next one begins anew. */
void lg__agent_abandon(lg_agent *agent);
bool lg__agent_resume(void *self);
void lg__agent_answered(void *self);
void lg__agent_traded(void *self, const lg_grown *grown);
void lg__agent_coordinated(void *self);
/** Collects garbage if the heap has doubled. */
void lg__agent_collect_due(lg_agent *agent);
void lg__agent_trade(void *self, const lg_trade *trade);
void lg__agent_event(void *self, const lg_event *event, const lg_moment *moment);
/** Print @p line: when the callback that runs ends or waits, since what one has printed that a
 * clock ends depends on that clock. */
void lg__agent_say(lg_agent *agent, const char *line);
/** Tells what has been printed. @p keep false: forgets it. */
void lg__agent_tell(lg_agent *agent, bool keep);
/** Runs @p function on the main thread with @p context as light userdata, as callback @p callback.
 * A failure is told and costs this callback only. @return whether it went well */
bool lg__agent_run(lg_agent *agent, lg_callback callback, lua_CFunction function,
                   const void *context);
/** Collects garbage, and says at which size it is worth it again. */
void lg__agent_collect(lg_agent *agent);
/** Puts info and callbacks on a fresh coroutine. Call protected. */
void lg__agent_prepare(lua_State *L);

/** Makes the timer of this thread, if there is none; lg__watch_begin() does so too. */
void lg__watch_arm(void);
/** Starts the watch over @p L (a thread of @p agent), and ends it. The time counts on from
 * agent->periods, which a new callback begins at 0. */
void lg__watch_begin(lg_agent *agent, lua_State *L);
void lg__watch_end(void);
/** @p L runs now, a thread of the same state. @return the one before */
lua_State *lg__watch_switch(lua_State *L);
/** The thread that is being watched; NULL when none is. */
lua_State *lg__watch_running(void);
/** Processor time of the callback that runs, as far as the watch has seen it; and how much it may
 * be now. */
double lg__watch_seconds(const lg_agent *agent);
double lg__watch_limit(const lg_agent *agent);
/** Why callbacks of this thread cannot be stopped; NULL when they can, or when it was told before.
 * After the first lg__watch_begin(). */
const char *lg__watch_missing(void);

/* budget.c */
/** A new callback begins: nothing is spent, and @p units_max are allowed (0: any number). */
void lg__budget_begin(lg_agent *agent, uint64_t units_max);
/** A new callback begins, with what is in the bank; on_start with what is left of the start. */
void lg__budget_begin_call(lg_agent *agent, lg_callback callback);
/** It is over, or will not go on: what it leaves goes into the bank. */
void lg__budget_end_call(lg_agent *agent);
/** Lets the instructions of @p L be counted from here on, if they are. */
void lg__budget_count(lg_agent *agent, lua_State *L);
/** The hook that counts, and ends what is to be stopped. */
void lg__budget_hook(lua_State *L, lua_Debug *debug);
/** Charges @p units of work in C; raises when they were too many, or something else ends the
 * callback. */
void lg__charge(lua_State *L, uint64_t units);
/** Whether the callback has come to the place where it ended in another run. */
bool lg__budget_ends_here(const lg_agent *agent);
/** What is to follow an error caught with @p status: raises again what cannot be caught. */
void lg__budget_caught(lua_State *L, int status);
/** The code of the page about an end. */
const char *lg__stop_code(lg_stop why);
/** What becomes of a script that is given up: "is not called again in this run". */
const char *lg__stop_outlook(const lg_agent *agent);
/** Counts a callback that took more units than it had. @return whether the script goes on with its
 * next one: not at the last of breaches_a_day */
bool lg__budget_forgives(lg_agent *agent);
/** What was being ended has ended, and the script goes on: hooks count as before. */
void lg__budget_resume(lg_agent *agent);
/** Why the script is given up, with numbers. */
void lg__budget_stopped(const lg_agent *agent, lg_stop why, lg_stopped *out);
/** The assets that the script sees as its own. */
const uint32_t *lg__own_assets(const lg_agent *agent, uint32_t *count);

/** Counts and reports a callback that failed with @p status of Lua; the message is at the top of
 * @p L (any value). @p stopped: why the script is given up, or NULL. */
void lg__fault(lg_agent *agent, lua_State *L, int status, const char *where,
               const lg_stopped *stopped);
/** Whether LUA_ERRMEM is the end of the script, and not of a text or table that was too large. */
bool lg__limit_is_final(const lg_agent *agent);
/** What LUA_ERRMEM means: the limit that was met, with the place; written to @p out. */
void lg__limit_text(const lg_agent *agent, char *out, size_t size);
enum { LG__DIVIDE_LINES = 4 };
/** Whether Lua's message is that of a whole number divided by zero, whose line is wrong; then sets
 * the lines with such an operator in the function where it says @p line, as many as are looked for
 * at most (divide.c). */
bool lg__divide_lines(const lg_agent *agent, const lg__source *source, const char *message,
                      int line, int lines[LG__DIVIDE_LINES], uint32_t *count);
/** The message with the source line and a caret under the word in question. */
void lg__fault_text(const lg_agent *agent, const char *message, lg_text *out);

#endif
