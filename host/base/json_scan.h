/* host/base/json_scan.h — a strict look at JSON before cJSON sees it, and the line of every
 * value */
#ifndef LG_BASE_JSON_SCAN_H
#define LG_BASE_JSON_SCAN_H

#include "base/mem.h"
#include "base/status.h"

#define LG_JSON_DEPTH_MAX 64

/** What the scan found: the line of each value in the order of the text, or the first problem. */
typedef struct lg_json_lines {
    lg_mem *mem;
    uint32_t *lines;
    uint32_t count, capacity;
    int problem_line, problem_column; /* from 1 on; of a text that is wrong, where it was noticed */
    char problem[120];
} lg_json_lines;

/**
 * Checks that @p text (with a NUL behind @p size bytes) is exactly one JSON value: valid UTF-8
 * without byte order mark, at most LG_JSON_DEPTH_MAX deep, numbers and escapes as the standard has
 * them, no NUL.
 * @return LG_OK; LG_INVALID with lines->problem; LG_MEMORY. Always lg_json_lines_fini() it.
 */
lg_status lg_json_scan(lg_mem *mem, const char *text, size_t size, lg_json_lines *lines) LG_CHECKED;
void lg_json_lines_fini(lg_json_lines *lines);

#endif
