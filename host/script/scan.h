/* host/script/scan.h — the words of a Lua text */
#ifndef LG_SCRIPT_SCAN_H
#define LG_SCRIPT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include "base/mem.h"

typedef enum lg__token_kind {
    LG_TOKEN_END,
    LG_TOKEN_NAME,
    LG_TOKEN_KEYWORD,
    LG_TOKEN_TEXT, /* a string */
    LG_TOKEN_NUMBER,
    LG_TOKEN_SIGN, /* operators and brackets, whole: "==", "..." */
} lg__token_kind;

typedef struct lg__token {
    lg__token_kind kind;
    const char *text; /* in the source */
    size_t length;
    int line;
} lg__token;

/**
 * Splits @p source, which must be valid Lua, into tokens; the last is LG_TOKEN_END. Comments are
 * left out.
 * @return the tokens, to be freed with lg_mem_free(mem, tokens, *capacity * sizeof *tokens); NULL
 * when exhausted
 */
lg__token *lg__scan(lg_mem *mem, const char *source, size_t size, uint32_t *count,
                    uint32_t *capacity);
/** Whether @p token is exactly @p text and no string. */
bool lg__token_is(const lg__token *token, const char *text);

#endif
