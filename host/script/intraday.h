/* host/script/intraday.h — what the files of the library `trading` share: what a call says, and
 * rows that scripts are given */
#ifndef LG_SCRIPT_INTRADAY_H
#define LG_SCRIPT_INTRADAY_H

#include "script/state.h"

enum { LG__INTRADAY_COST = 20 }; /* of a row */

/* What the table of a call has, and who asks. */
typedef struct lg__intraday {
    lua_State *L;
    lg_agent *agent;
    const lg_trading_rules *rules; /* of that market; NULL: the run has none */
    const char *name;
} lg__intraday;

/** Every key of the table at 1 is one of @p keys, or an error. */
void lg__intraday_keys(const lg__intraday *c, const char *const *keys, size_t count);
/** A call of trading.@p name with one table: at 1 from here on. */
lg__intraday lg__intraday_begin(lua_State *L, const char *name);
/** nil, sentence and code: the run has none. */
int lg__intraday_no_market(lua_State *L, const char *name);
/** The value of @p key on top of the stack; its type. */
int lg__intraday_get(const lg__intraday *c, const char *key);
/** A text, which stays on the stack; NULL when it is absent. */
const char *lg__intraday_text(const lg__intraday *c, const char *key);
/** A whole number. */
lua_Integer lg__intraday_integer(const lg__intraday *c, const char *key, lua_Integer otherwise);
/** Thousandths of a number; @p wrong when it has more digits than that, which the market refuses.
 */
int64_t lg__intraday_thousandths(const lg__intraday *c, const char *key, int64_t absent,
                                 int64_t wrong);
/** The number of a word of a list; 0 when the key is absent. */
uint32_t lg__intraday_word(const lg__intraday *c, const char *key,
                           const char *(*word_of)(uint32_t));
/** UINT32_MAX: absent, where it is not needed. */
uint32_t lg__intraday_area(const lg__intraday *c, bool needed);
/** One of its own. */
uint32_t lg__intraday_gridpool(const lg__intraday *c);
/** A text as milliseconds. */
int64_t lg__intraday_time(const lg__intraday *c, const char *key, int64_t absent);
/** The start of the period that is meant; @p absent when none is. */
int64_t lg__intraday_start(const lg__intraday *c, int64_t absent);
/** Minutes; of a slot when it is absent. */
uint32_t lg__intraday_duration(const lg__intraday *c);
/** Raises when there is none. */
void lg__intraday_need_start(const lg__intraday *c, int64_t start_ms);
/** As scripts see thousandths. */
double lg__intraday_shown(int64_t thousandths);
/** Fields of the table on top; a price that is absent is left out. */
void lg__intraday_set_price(lua_State *L, const char *key, int64_t price);
void lg__intraday_set_time(lua_State *L, const char *key, int64_t ms);
/** Area, start, duration and slot of a period. */
void lg__intraday_set_period(const lg__intraday *c, uint32_t area, int64_t start_ms,
                             uint32_t minutes);
/** An order as a table. */
void lg__intraday_push_order(const lg__intraday *c, const lg_trading_order *o);

/** LG__INTRADAY_KEYS(call, "a", "b"): no key but these. */
#define LG__INTRADAY_KEYS(c, ...)                                                                  \
    do {                                                                                           \
        static const char *const keys_[] = {__VA_ARGS__};                                          \
        lg__intraday_keys((c), keys_, sizeof keys_ / sizeof *keys_);                               \
    } while (0)

#endif
