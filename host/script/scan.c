/* Knows strings, long brackets, comments and numbers well enough to walk over a text that Lua has
 * accepted. */
#include "script/scan.h"

#include <string.h>

static const char *const keywords[] = {
    "and",      "break",  "do",   "else", "elseif", "end",   "false", "for",
    "function", "goto",   "if",   "in",   "local",  "nil",   "not",   "or",
    "repeat",   "return", "then", "true", "until",  "while",
};

/* Every text of every agent is gone through before it runs, byte by byte: these are quicker than
 * those of the C library, and the same in every locale. */
static inline bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool is_word(char c)
{
    return is_letter(c) || is_digit(c) || c == '_';
}

/* Length of a long bracket "[==[ ... ]==]" at p, 0 when there is none. */
static size_t long_bracket(const char *p, const char *end)
{
    const char *start = p;
    size_t level = 0;
    if (p >= end || *p++ != '[')
        return 0;
    while (p < end && *p == '=') {
        level++;
        p++;
    }
    if (p >= end || *p++ != '[')
        return 0;
    for (; p < end; p++) {
        if (*p != ']')
            continue;
        size_t n = 0;
        while (p + 1 + n < end && p[1 + n] == '=')
            n++;
        if (n == level && p + 1 + n < end && p[1 + n] == ']')
            return (size_t)(p + n + 2 - start);
    }
    return (size_t)(end - start);
}

/* Length of white space or a comment at p. */
static size_t blank(const char *p, const char *end)
{
    size_t n = 0;
    while (p + n < end && is_space(p[n]))
        n++;
    if (n)
        return n;
    if (end - p < 2 || p[0] != '-' || p[1] != '-')
        return 0;
    size_t bracket = long_bracket(p + 2, end);
    if (bracket)
        return bracket + 2;
    const char *line = memchr(p, '\n', (size_t)(end - p));
    return (size_t)((line ? line : end) - p);
}

static size_t quoted(const char *p, const char *end)
{
    const char *start = p;
    char quote = *p++;
    while (p < end && *p != quote) {
        if (*p == '\\' && p + 1 < end) {
            p++;
            if (*p == 'z')
                while (p + 1 < end && is_space(p[1]))
                    p++;
        }
        p++;
    }
    return (size_t)(p < end ? p + 1 - start : end - start);
}

static size_t word(const char *p, const char *end)
{
    size_t n = 0;
    while (p + n < end && is_word(p[n]))
        n++;
    return n;
}

static size_t number(const char *p, const char *end)
{
    size_t n = 0;
    bool hex = end - p > 1 && p[0] == '0' && (p[1] == 'x' || p[1] == 'X');
    while (p + n < end) {
        char c = p[n];
        bool sign = (c == '+' || c == '-') && n > 0 && (p[n - 1] | 32) == (hex ? 'p' : 'e');
        if (!is_letter(c) && !is_digit(c) && c != '.' && !sign)
            break;
        n++;
    }
    return n;
}

static size_t sign(const char *p, const char *end)
{
    static const char signs[][2] = {"..", "==", "~=", "<=", ">=", "//", "<<", ">>", "::"};
    if (end - p < 2)
        return 1;
    if (end - p > 2 && p[0] == '.' && p[1] == '.' && p[2] == '.')
        return 3;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (signs[i][0] == p[0] && signs[i][1] == p[1])
            return 2;
    return 1;
}

static lg__token next_token(const char *p, const char *end)
{
    lg__token token = {.text = p};
    if (is_letter(*p) || *p == '_') {
        token.kind = LG_TOKEN_NAME;
        token.length = word(p, end);
        for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++)
            if (*keywords[i] == *p && strlen(keywords[i]) == token.length &&
                memcmp(keywords[i], p, token.length) == 0)
                token.kind = LG_TOKEN_KEYWORD;
    } else if (is_digit(*p) || (*p == '.' && end - p > 1 && is_digit(p[1]))) {
        token.kind = LG_TOKEN_NUMBER;
        token.length = number(p, end);
    } else if (*p == '"' || *p == '\'') {
        token.kind = LG_TOKEN_TEXT;
        token.length = quoted(p, end);
    } else {
        token.length = long_bracket(p, end);
        token.kind = token.length ? LG_TOKEN_TEXT : LG_TOKEN_SIGN;
        if (!token.length)
            token.length = sign(p, end);
    }
    return token;
}

static int lines_in(const char *p, size_t n)
{
    int lines = 0;
    for (size_t i = 0; i < n; i++)
        lines += p[i] == '\n';
    return lines;
}

lg__token *lg__scan(lg_mem *mem, const char *source, size_t size, uint32_t *count,
                    uint32_t *capacity)
{
    lg__token *tokens = NULL;
    const char *p = source, *end = source + size;
    int line = 1;
    *count = *capacity = 0;
    if (size && *p == '#') { /* a first line for the shell */
        const char *next = memchr(p, '\n', size);
        p = next ? next : end;
    }
    for (;;) {
        size_t n;
        while (p < end && (n = blank(p, end)) > 0) {
            line += lines_in(p, n);
            p += n;
        }
        if (!LG_GROW(mem, tokens, *capacity, *count + 1)) {
            lg_mem_free(mem, tokens, *capacity * sizeof *tokens);
            return NULL;
        }
        if (p >= end) {
            tokens[(*count)++] = (lg__token){.kind = LG_TOKEN_END, .text = end, .line = line};
            return tokens;
        }
        tokens[*count] = next_token(p, end);
        tokens[*count].line = line;
        if (tokens[*count].kind == LG_TOKEN_TEXT) /* no other goes over the end of a line */
            line += lines_in(p, tokens[*count].length);
        p += tokens[(*count)++].length;
    }
}

bool lg__token_is(const lg__token *token, const char *text)
{
    return token->kind != LG_TOKEN_TEXT && strlen(text) == token->length &&
           memcmp(text, token->text, token->length) == 0;
}
