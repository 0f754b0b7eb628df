/* host/script/tabled.h — calls with one table, trading.create{...}: what it says, and waiting */
#ifndef LG_SCRIPT_TABLED_H
#define LG_SCRIPT_TABLED_H

#include "script/state.h"

/* What the table of a call has, and who asks. */
typedef struct lg__tabled {
    lua_State *L;
    lg_agent *agent;
    const lg_trading_rules *rules; /* of the intraday market; NULL: the run has none */
    const lg_scene *scene;         /* the coordination; likewise */
    const char *name;              /* of the function: "trading.create" */
} lg__tabled;

/** Every key of the table at 1 is one of @p keys, or an error. */
void lg__tabled_keys(const lg__tabled *c, const char *const *keys, size_t count);
/** A call of @p name with one table: at 1 from here on. */
lg__tabled lg__tabled_begin(lua_State *L, const char *name);
/** nil, sentence and code: the scenario has no @p what. */
int lg__tabled_none(const lg__tabled *c, const char *what);
/** The value of @p key on top of the stack; its type. */
int lg__tabled_get(const lg__tabled *c, const char *key);
/** A text, which stays on the stack; NULL when it is absent. */
const char *lg__tabled_text(const lg__tabled *c, const char *key);
/** A whole number. */
lua_Integer lg__tabled_integer(const lg__tabled *c, const char *key, lua_Integer otherwise);
/** A text as milliseconds. */
int64_t lg__tabled_time(const lg__tabled *c, const char *key, int64_t absent);
/** The start of the period that is meant; @p absent when none is. */
int64_t lg__tabled_start(const lg__tabled *c, int64_t absent);
/** Minutes; of a slot when it is absent. */
uint32_t lg__tabled_duration(const lg__tabled *c);
/** Raises when there is none. */
void lg__tabled_need_start(const lg__tabled *c, int64_t start_ms);
/** Sets a field of the table on top to a time. */
void lg__tabled_set_time(lua_State *L, const char *key, int64_t ms);
/** What goes out with the batch was put there with @p status, as number @p at of its kind. Where
 * the callback can wait it is suspended, and @p then goes on with @p at as its context; else true.
 * A refusal is nil, sentence and code. */
int lg__tabled_wait(const lg__tabled *c, lg_status status, uint32_t at, lua_KFunction then);

/** LG__TABLED_KEYS(call, "a", "b"): no key but these. */
#define LG__TABLED_KEYS(c, ...)                                                                    \
    do {                                                                                           \
        static const char *const keys_[] = {__VA_ARGS__};                                          \
        lg__tabled_keys((c), keys_, sizeof keys_ / sizeof *keys_);                                 \
    } while (0)

#endif
