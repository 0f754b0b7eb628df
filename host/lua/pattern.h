/* host/lua/pattern.h — Lua's patterns, with a limit to the work of a call */
#ifndef LG_LUA_PATTERN_H
#define LG_LUA_PATTERN_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Steps one call of string.find, match, gsub, or one step of a gmatch loop, may take. */
#define LG_PATTERN_STEPS    1000000
#define LG_PATTERN_CAPTURES 32

typedef struct lg__capture {
    const char *start;
    ptrdiff_t length; /* or one of the two below */
} lg__capture;

enum { LG_CAPTURE_OPEN = -1, LG_CAPTURE_PLACE = -2 };

/** A text and a pattern, as lg__match_init() makes it. */
typedef struct lg__match {
    lua_State *L;
    void (*charge)(lua_State *L, uint64_t steps);
    const char *text, *text_end;
    const char *pattern_end;
    int captures;
    size_t steps, charged; /* of this call; those of them that were charged */
    int depth;
    lg__capture capture[LG_PATTERN_CAPTURES];
} lg__match;

/** Prepares a match of @p size bytes of @p text; the steps count from here, and are charged now and
 * then while it runs, so that an error leaves few of them unpaid. */
void lg__match_init(lg__match *m, lua_State *L, const char *text, size_t size,
                    const char *pattern_end);
/** Charges what has not been charged yet. */
void lg__match_settle(lg__match *m);
/** The end of the match of @p pattern at @p at; NULL: none there. Raises for what is no pattern and
 * for too many steps. */
const char *lg__match_at(lg__match *m, const char *at, const char *pattern);

#endif
