/*
 * Where a division by zero stands. Lua notes its place before instructions that may fail, and of
 * those two, a whole number % or // zero, it does not think so: the line in its message is that of
 * some instruction before, in a loop even of one further down. But the function is the right one,
 * and seldom has more than one such operator.
 */
#include "script/scan.h"
#include "script/state.h"

#include <string.h>

typedef struct range {
    uint32_t first, end; /* tokens */
} range;

static bool opens(const lg__token *token)
{
    return lg__token_is(token, "function") || lg__token_is(token, "do") ||
           lg__token_is(token, "if") || lg__token_is(token, "repeat");
}

static bool closes(const lg__token *token)
{
    return lg__token_is(token, "end") || lg__token_is(token, "until");
}

/* The token that ends the block which token @p first opens, or the end of the text. */
static uint32_t end_of(const lg__token *tokens, uint32_t count, uint32_t first)
{
    uint32_t at = first + 1;
    for (int depth = 1; at < count; at++) {
        depth += opens(&tokens[at]) - closes(&tokens[at]);
        if (depth == 0)
            break;
    }
    return at < count ? at : count - 1;
}

/* The first function in a range that line stands in. */
static bool next_function(const lg__token *tokens, uint32_t count, int line, range in, range *found)
{
    for (uint32_t i = in.first + 1; i < in.end && tokens[i].line <= line; i++) {
        if (!lg__token_is(&tokens[i], "function"))
            continue;
        *found = (range){i, end_of(tokens, count, i)};
        if (tokens[found->end].line >= line)
            return true;
        i = found->end;
    }
    return false;
}

static void add_line(int line, int lines[LG__DIVIDE_LINES], uint32_t *found)
{
    if (*found < LG__DIVIDE_LINES && (*found == 0 || lines[*found - 1] != line))
        lines[(*found)++] = line;
}

/* The lines with the operator in a function, without those of functions inside; but with theirs
 * where one begins or ends in the line that Lua says, for it may mean either. */
static void find_lines(const lg__token *tokens, uint32_t count, range in, const char *operator,
                       int line, int lines[LG__DIVIDE_LINES], uint32_t *found)
{
    for (uint32_t i = in.first + 1; i < in.end; i++) {
        if (lg__token_is(&tokens[i], operator))
            add_line(tokens[i].line, lines, found);
        if (!lg__token_is(&tokens[i], "function"))
            continue;
        range inner = {i, end_of(tokens, count, i)};
        if (tokens[inner.first].line == line || tokens[inner.end].line == line)
            find_lines(tokens, count, inner, operator, line, lines, found);
        i = inner.end;
    }
}

/* The innermost function around line that neither begins nor ends there; the text else. */
static range function_around(const lg__token *tokens, uint32_t count, int line)
{
    range around = {UINT32_MAX, count - 1}, inner; /* from the token before the first */
    while (next_function(tokens, count, line, around, &inner) && tokens[inner.first].line < line &&
           tokens[inner.end].line > line)
        around = inner;
    return around;
}

bool lg__divide_lines(const lg_agent *agent, const lg__source *source, const char *message,
                      int line, int lines[LG__DIVIDE_LINES], uint32_t *count)
{
    bool modulo = strstr(message, ": attempt to perform 'n%");
    uint32_t token_count, capacity;
    *count = 0;
    if (!modulo && !strstr(message, ": attempt to divide by zero") &&
        !strstr(message, ": attempt to perform 'n//0'"))
        return false;
    lg__token *tokens = lg__scan(agent->mem, source->text, source->size, &token_count, &capacity);
    if (!tokens)
        return true;
    find_lines(tokens, token_count, function_around(tokens, token_count, line), modulo ? "%" : "//",
               line, lines, count);
    lg_mem_free(agent->mem, tokens, capacity * sizeof *tokens);
    return true;
}
