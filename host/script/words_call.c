/* The table that a function of `trading` is called with: its keys are known. */
#include "script/walk.h"

#include <stdio.h>
#include <string.h>
#include "script/intraday_keys.h"

static void check_key(lg__walk *c, uint32_t function, uint32_t key, const lg__names *keys)
{
    char name[NAME_MAX_SHOWN + 1], what[NAME_MAX_SHOWN + 1], hint[128], sentence[320];
    if (lg__name_index(keys, lg__words_text(&c->tokens[key], name)) >= 0)
        return;
    snprintf(sentence, sizeof sentence, "trading.%s takes no such key%s",
             lg__words_text(&c->tokens[function], what),
             lg__name_hint(keys, name, hint, sizeof hint));
    lg__words_problem(c, &c->tokens[key], sentence);
}

/* A name before = that begins a field: not one of a table, or a function, within. */
void lg__words_call_keys(lg__walk *c, uint32_t i)
{
    lg__intraday_list list;
    uint32_t at = i + 1 + lg__words_is(c, i + 1, "("), depth = 0;
    if (!lg__words_is(c, at, "{") ||
        !lg__intraday_keys_of(c->tokens[i].text, c->tokens[i].length, &list))
        return;
    for (; at < c->count; at++) {
        if (lg__words_is(c, at, "{") || lg__words_is(c, at, "(") || lg__words_is(c, at, "function"))
            depth++;
        else if (lg__words_is(c, at, "}") || lg__words_is(c, at, ")"))
            depth--;
        if (depth == 0 || lg__words_is(c, at, "function")) /* what follows is no plain list */
            return;
        bool begins =
            lg__words_is(c, at, "{") || lg__words_is(c, at, ",") || lg__words_is(c, at, ";");
        if (depth == 1 && begins && lg__words_is_name(c, at + 1) && lg__words_is(c, at + 2, "="))
            check_key(c, i, at + 1, &list.names);
    }
}
