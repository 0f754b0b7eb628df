/* host/script/intraday_keys.h — the keys that functions of `trading` take, from the one place that
 * lists them: api.def */
#ifndef LG_SCRIPT_INTRADAY_KEYS_H
#define LG_SCRIPT_INTRADAY_KEYS_H

#include <stdbool.h>
#include "script/api.h"

typedef struct lg__intraday_list {
    const char *items[24];
    char text[400]; /* they lie here */
    lg__names names;
} lg__intraday_list;

/** The keys of trading.@p function, as far as @p length of its name goes. @return false: there is
 * no such function */
bool lg__intraday_keys_of(const char *function, size_t length, lg__intraday_list *out);

#endif
