/* host/scenario/source_lines.h — at which line of a Lua source a key of a constructor is written */
#ifndef LG_SCENARIO_SOURCE_LINES_H
#define LG_SCENARIO_SOURCE_LINES_H

#include <stdint.h>
#include "base/mem.h"

/** One `key =` of a constructor. */
typedef struct lg__source_key {
    const char *name; /* in the source, not ended */
    uint32_t length;
    int line;
} lg__source_key;

/** The keys directly inside of one `word {...}`. */
typedef struct lg__source_site {
    const char *word;
    int line;
    lg__source_key *keys;
    uint32_t key_count;
    struct lg__source_site *next;
} lg__source_site;

#define LG__SOURCE_BUCKETS 1024

typedef struct lg__source {
    const char *text;
    size_t size;
    const char **lines; /* where each starts */
    int line_count;
    lg_arena *arena;
    lg__source_site *buckets[LG__SOURCE_BUCKETS]; /* a site in a loop is scanned once */
} lg__source;

/** Prepares @p source for @p text, which stays as it is. @return false: exhausted */
int lg__source_init(lg__source *source, lg_arena *arena, const char *text, size_t size);

/**
 * The line of @p key in the first `word {...}` (or `word = {...}`) that starts on @p line; @p line
 * when it is not found, 0 when memory is exhausted. @p word must live as long as @p source.
 */
int lg__source_key_line(lg__source *source, int line, const char *word, const char *key);

#endif
