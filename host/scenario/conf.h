/* host/scenario/conf.h — what a scenario file says, before it is understood: values with their
 * places */
#ifndef LG_SCENARIO_CONF_H
#define LG_SCENARIO_CONF_H

#include <stdbool.h>
#include "base/diag.h"
#include "base/mem.h"
#include "base/status.h"

typedef enum lg_conf_type {
    LG_CONF_NULL,
    LG_CONF_BOOL,
    LG_CONF_NUMBER,
    LG_CONF_TEXT,
    LG_CONF_LIST,  /* items in order, without keys */
    LG_CONF_TABLE, /* items with keys, in the order of the file (Lua: sorted by key) */
} lg_conf_type;

/** A value; lives in the arena it was read into. */
typedef struct lg_conf {
    lg_conf_type type;
    int line;                     /* where it was written; 0 when unknown */
    const char *key;              /* in a table; NULL in a list */
    const char *text;             /* LG_CONF_TEXT */
    double number;                /* LG_CONF_NUMBER; LG_CONF_BOOL: 0 or 1 */
    struct lg_conf *first, *next; /* items; next item of the parent */
    uint32_t count;               /* items */
} lg_conf;

/** The item @p key of a table; NULL when absent or not a table. */
const lg_conf *lg_conf_get(const lg_conf *table, const char *key);

/**
 * Reads a file of data, JSON or Lua: the table that `return WORD { ... }` of it makes, in the
 * sandbox of scenarios. What is wrong with it goes to @p diag with file and line.
 * @param word   what it calls, for messages: "match"
 * @param arena  takes what is read
 * @return LG_OK; LG_SCENARIO there were errors; LG_MEMORY. Unless LG_OK, *out is NULL.
 */
lg_status lg_conf_read(lg_mem *mem, lg_arena *arena, const char *file, const char *word,
                       lg_diag *diag, const lg_conf **out) LG_CHECKED;

/** Appends the one JSON form of @p conf: no blanks, keys in the order of their bytes, shortest
 * numbers. */
void lg_conf_canonical(const lg_conf *conf, lg_text *out);

#endif
