/* host/arena/keys.h — the tables of the arena's files: which keys they have, and what is wrong with
 * those of a file
 */
#ifndef LG_ARENA_KEYS_H
#define LG_ARENA_KEYS_H

#include "base/diag.h"
#include "scenario/conf.h"

typedef enum lg_key_type {
    LG_KEY_TEXT,  /* not empty */
    LG_KEY_WHOLE, /* a whole number */
    LG_KEY_NUMBER,
    LG_KEY_BOOL,
    LG_KEY_TABLE,
    LG_KEY_LIST,  /* of anything */
    LG_KEY_ANY,   /* what the reader looks at itself */
    LG_KEY_TEXTS, /* a list of texts; a single text stands for a list of one */
} lg_key_type;

/** One key of a table. Texts are static. */
typedef struct lg_key {
    const char *name;
    lg_key_type type;
    bool required;
    double min, max;     /* of a number; both 0: any */
    const char *choices; /* of a text: "trader|operator"; NULL: any */
    const char *help;    /* for the schema */
    /** For the schema: under which name in its $defs the table is, or each table of the list;
     * "text|NAME": a text may stand for it. NULL: anything. */
    const char *of;
} lg_key;

/** Where problems go. */
typedef struct lg_keys {
    lg_diag *diag;
    const char *file;
} lg_keys;

/** Reports a problem at @p at (NULL: no line); label and key may be NULL. */
void lg_keys_problem(const lg_keys *keys, const lg_conf *at, const char *label, const char *key,
                     const char *format, ...) __attribute__((format(printf, 5, 6)));

/**
 * Checks @p table against @p rows: every unknown key (with the near miss), wrong type, number out
 * of range and missing key is reported. @return whether there was none
 */
bool lg_keys_check(const lg_keys *keys, const char *label, const lg_conf *table, const lg_key *rows,
                   uint32_t count);

/** What a script may use up: the keys of `budget`, as a scenario's agent has them. */
extern const lg_key lg_budget_keys[];
extern const uint32_t lg_budget_key_count;

/* What a table that was checked says. */
const char *lg_keys_text(const lg_conf *table, const char *key, const char *otherwise);
double lg_keys_number(const lg_conf *table, const char *key, double otherwise);
bool lg_keys_bool(const lg_conf *table, const char *key, bool otherwise);

/** A list of texts. */
typedef struct lg_names {
    const char **items;
    uint32_t count;
} lg_names;

/** The LG_KEY_TEXTS of @p key in @p arena; none when absent. @return false: exhausted */
bool lg_keys_names(lg_arena *arena, const lg_conf *table, const char *key,
                   lg_names *out) LG_CHECKED;

/** A table that others name by lg_key.of. */
typedef struct lg_keys_part {
    const char *name;
    const lg_key *rows;
    uint32_t count;
} lg_keys_part;

/** Appends the JSON Schema of files whose root has @p rows and whose tables are @p parts. */
void lg_keys_schema(const char *title, const lg_key *rows, uint32_t count,
                    const lg_keys_part *parts, uint32_t part_count, lg_text *out);

#endif
