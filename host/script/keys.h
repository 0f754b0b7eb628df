/* host/script/keys.h — keys of a table in the order that all runs share */
#ifndef LG_SCRIPT_KEYS_H
#define LG_SCRIPT_KEYS_H

#include <lua.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A key as something that can be sorted; its text is held by the table itself. */
typedef struct lg__key {
    int rank;       /* 0 whole number, 1 text, 2 handle */
    uint32_t place; /* in the list of keys */
    lua_Integer number;
    const char *text;
    size_t length;
} lg__key;

/** The key at @p index as a sortable. @return false: it has no order */
bool lg__key_at(lua_State *L, int index, lg__key *key);
/** Raises why the key at @p index, which has no order, cannot be. */
_Noreturn void lg__key_refuse(lua_State *L, int index);
/** Of two lg__key: below, at or above 0. */
int lg__key_compare(const void *left, const void *right);

/**
 * Pushes the list of keys of the table at index 1, and what holds them as sortables, in order: the
 * place of each is its index in that list. Charges what that costs. @return how many there are
 */
uint32_t lg__keys_sorted(lua_State *L, lg__key **keys);
/** Pushes the first key of the table at index 1, nil when it is empty. Charges that it looks at
 * all of them. @return how many there are */
uint32_t lg__keys_first(lua_State *L);

#endif
