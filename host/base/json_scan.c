/*
 * cJSON accepts more than the standard: leading zeros, a byte order mark, raw control characters,
 * any bytes as UTF-8, `\u0000` cutting a text. What passes here is plain JSON, so what cJSON makes
 * of it is what the author meant. One pass, no recursion: the stack is one bit a level.
 */
#include "base/json_scan.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"

typedef struct scan {
    const char *p, *end, *start;
    int line;
    lg_json_lines *out;
    lg_status status;
} scan;

/* In characters, from 1 on. */
static int column_of(const scan *s)
{
    int column = 1;
    for (const char *p = s->p; p > s->start && p[-1] != '\n'; p--)
        column += (p[-1] & 0xc0) != 0x80; /* bytes within a character do not count */
    return column;
}

static bool fail(scan *s, const char *sentence)
{
    if (s->status == LG_OK) {
        s->status = LG_INVALID;
        s->out->problem_line = s->line;
        s->out->problem_column = column_of(s);
        snprintf(s->out->problem, sizeof s->out->problem, "%s", sentence);
    }
    return false;
}

static void skip_blanks(scan *s)
{
    for (; s->p < s->end; s->p++) {
        if (*s->p == '\n')
            s->line++;
        else if (*s->p != ' ' && *s->p != '\t' && *s->p != '\r')
            return;
    }
}

static bool is_digit(const scan *s)
{
    return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

static bool digits(scan *s)
{
    if (!is_digit(s))
        return fail(s, "a number is not written as JSON has it (digits are missing)");
    while (is_digit(s))
        s->p++;
    return true;
}

static bool number(scan *s)
{
    if (*s->p == '-')
        s->p++;
    if (s->p + 1 < s->end && *s->p == '0' && s->p[1] >= '0' && s->p[1] <= '9')
        return fail(s, "a number has a leading zero");
    if (!digits(s))
        return false;
    if (s->p < s->end && *s->p == '.') {
        s->p++;
        if (!digits(s))
            return false;
    }
    if (s->p < s->end && (*s->p == 'e' || *s->p == 'E')) {
        s->p++;
        if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
            s->p++;
        return digits(s);
    }
    return true;
}

/* The code of four hexadecimal digits, -1 if they are none. */
static int hex4(const char *p)
{
    int code = 0;
    for (int i = 0; i < 4; i++) {
        const char *digits16 = "0123456789abcdef";
        char c = (char)(p[i] >= 'A' && p[i] <= 'F' ? p[i] + 32 : p[i]);
        const char *found = c ? strchr(digits16, c) : NULL;
        if (!found)
            return -1;
        code = code * 16 + (int)(found - digits16);
    }
    return code;
}

static bool escape(scan *s)
{
    char c = s->p[1];
    if (c != 'u') {
        if (!c || !strchr("\"\\/bfnrt", c))
            return fail(s, "a text has an escape that JSON does not know");
        s->p += 2;
        return true;
    }
    int code = hex4(s->p + 2);
    if (code < 0)
        return fail(s, "a text has \\u without four hexadecimal digits");
    if (code == 0)
        return fail(s, "a text holds \\u0000");
    if (code >= 0xdc00 && code <= 0xdfff)
        return fail(s, "a text holds half of a surrogate pair");
    s->p += 6;
    if (code >= 0xd800 && code <= 0xdbff) {
        int low = s->p[0] == '\\' && s->p[1] == 'u' ? hex4(s->p + 2) : -1;
        if (low < 0xdc00 || low > 0xdfff)
            return fail(s, "a text holds half of a surrogate pair");
        s->p += 6;
    }
    return true;
}

static bool text(scan *s)
{
    for (s->p++; s->p < s->end;) {
        unsigned char c = (unsigned char)*s->p;
        if (c == '"') {
            s->p++;
            return true;
        }
        if (c == '\\') {
            if (!escape(s))
                return false;
        } else if (c < 0x20) {
            return fail(s, "a text is not closed on its line, or holds a control character");
        } else if (c < 0x80) {
            s->p++;
        } else {
            size_t n = lg_text_utf8((const unsigned char *)s->p);
            if (n == 0)
                return fail(s, "a text is not valid UTF-8");
            s->p += n;
        }
    }
    return fail(s, "a text is not closed");
}

static bool word(scan *s, const char *expected)
{
    size_t length = strlen(expected);
    if ((size_t)(s->end - s->p) < length || memcmp(s->p, expected, length) != 0)
        return fail(s, "expected a value");
    s->p += length;
    return true;
}

static bool plain_value(scan *s)
{
    switch (*s->p) {
    case '"':
        return text(s);
    case 't':
        return word(s, "true");
    case 'f':
        return word(s, "false");
    case 'n':
        return word(s, "null");
    default:
        if (*s->p == '-' || is_digit(s))
            return number(s);
        return fail(s, "expected a value");
    }
}

static bool note_line(scan *s)
{
    lg_json_lines *out = s->out;
    if (!LG_GROW(out->mem, out->lines, out->capacity, out->count + 1)) {
        s->status = LG_MEMORY;
        return false;
    }
    out->lines[out->count++] = (uint32_t)s->line;
    return true;
}

/* `"key" :` before a value of a table. */
static bool key(scan *s)
{
    skip_blanks(s);
    if (s->p >= s->end || *s->p != '"')
        return fail(s, "expected a key in double quotes");
    if (!text(s))
        return false;
    skip_blanks(s);
    if (s->p >= s->end || *s->p != ':')
        return fail(s, "expected : behind a key");
    s->p++;
    return true;
}

/* Behind a value: closes what ends here. @return 1 another value follows, 0 all done, -1 problem */
static int after_value(scan *s, const bool *is_table, int *depth)
{
    while (*depth > 0) {
        bool table = is_table[*depth - 1];
        skip_blanks(s);
        if (s->p >= s->end)
            return fail(s, table ? "} is missing at the end" : "] is missing at the end") - 1;
        if (*s->p == ',') {
            s->p++;
            return table && !key(s) ? -1 : 1;
        }
        if (*s->p != (table ? '}' : ']'))
            return fail(s, table ? "expected , or } in a table" : "expected , or ] in a list") - 1;
        s->p++;
        --*depth;
    }
    return 0;
}

static bool values(scan *s)
{
    bool is_table[LG_JSON_DEPTH_MAX];
    int depth = 0;
    for (int more = 1; more > 0;) {
        skip_blanks(s);
        if (s->p >= s->end)
            return fail(s, "expected a value, but the text ends");
        if (!note_line(s))
            return false;
        if (*s->p == '{' || *s->p == '[') {
            if (depth == LG_JSON_DEPTH_MAX)
                return fail(s, "values are nested too deep");
            bool table = is_table[depth++] = *s->p++ == '{';
            skip_blanks(s);
            if (s->p >= s->end || *s->p != (table ? '}' : ']')) {
                if (table && !key(s))
                    return false;
                continue;
            }
            s->p++;
            depth--;
        } else if (!plain_value(s)) {
            return false;
        }
        more = after_value(s, is_table, &depth);
        if (more < 0)
            return false;
    }
    skip_blanks(s);
    return s->p == s->end || fail(s, "something follows behind the end of the JSON value");
}

lg_status lg_json_scan(lg_mem *mem, const char *json, size_t size, lg_json_lines *lines)
{
    *lines = (lg_json_lines){.mem = mem};
    scan s = {.p = json, .end = json + size, .start = json, .line = 1, .out = lines};
    if (size >= 3 && memcmp(json, "\xef\xbb\xbf", 3) == 0)
        fail(&s, "the text starts with a byte order mark");
    else
        values(&s);
    return s.status;
}

void lg_json_lines_fini(lg_json_lines *lines)
{
    lg_mem_free(lines->mem, lines->lines, lines->capacity * sizeof *lines->lines);
    *lines = (lg_json_lines){0};
}
