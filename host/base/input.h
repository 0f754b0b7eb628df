/* host/base/input.h — opening a file to read, and nothing that only looks like one
 *
 * Whatever a run reads comes in here. So somebody may stand in between: to note what was read, or
 * to answer with what was read another time.
 */
#ifndef LG_BASE_INPUT_H
#define LG_BASE_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Who answers in the place of the files; must outlive its use. */
typedef struct lg_input_source {
    void *ctx;
    FILE *(*open)(void *ctx, const char *path, const char **why); /* as lg_input_open() */
    bool (*is_file)(void *ctx, const char *path);                 /* as lg_input_is_file() */
} lg_input_source;

/**
 * From now on @p source answers, in this thread; NULL: the files themselves. A source that looks at
 * files does so with NULL in its place. @return the one before, to be put back
 */
const lg_input_source *lg_input_use(const lg_input_source *source);

/**
 * Opens the regular file @p path for reading; close with fclose(). A pipe or a device, which may
 * never end or never begin, is refused.
 * @return NULL when it cannot; *why then says so in words that follow the name ("No such file or
 * directory"), valid until the next call
 */
FILE *lg_input_open(const char *path, const char **why);

/** Whether @p path is a regular file. */
bool lg_input_is_file(const char *path);

/** @p size bytes as a file to read; they must stay until fclose(). NULL when exhausted. */
FILE *lg_input_of_bytes(const void *bytes, size_t size);

#endif
