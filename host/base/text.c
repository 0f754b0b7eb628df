/* Appending never fails loudly: `failed` is sticky until the text is cleared or given back. */
#include "base/text.h"

#include <float.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void lg_text_init(lg_text *text, lg_mem *mem)
{
    *text = (lg_text){.mem = mem};
}

void lg_text_fini(lg_text *text)
{
    lg_mem_free(text->mem, text->data, text->capacity);
    *text = (lg_text){.mem = text->mem};
}

void lg_text_clear(lg_text *text)
{
    text->length = 0;
    text->failed = false;
    if (text->data)
        text->data[0] = 0;
}

const char *lg_text_peek(const lg_text *text)
{
    return text->data ? text->data : "";
}

static bool reserve(lg_text *text, size_t more)
{
    size_t need = text->length + more + 1;
    if (need <= text->capacity)
        return true;
    size_t capacity = text->capacity ? text->capacity : 64;
    while (capacity < need)
        capacity *= 2;
    char *data = text->mem->resize(text->mem->ctx, text->data, text->capacity, capacity);
    if (!data) {
        text->failed = true;
        return false;
    }
    text->data = data;
    text->capacity = capacity;
    return true;
}

void lg_text_bytes(lg_text *text, const char *bytes, size_t length)
{
    if (!reserve(text, length))
        return;
    if (length) /* no bytes may have no place */
        memcpy(text->data + text->length, bytes, length);
    text->length += length;
    text->data[text->length] = 0;
}

void lg_text_str(lg_text *text, const char *str)
{
    lg_text_bytes(text, str, strlen(str));
}

void lg_text_char(lg_text *text, char c)
{
    lg_text_bytes(text, &c, 1);
}

void lg_text_int(lg_text *text, int64_t value)
{
    lg_text_fixed(text, value, 0);
}

void lg_text_format(lg_text *text, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    if (length >= 0 && reserve(text, (size_t)length)) {
        vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void lg_text_fixed(lg_text *text, int64_t value, int decimals)
{
    char digits[48];
    char *end = digits + sizeof digits, *p = end;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    bool shown = false; /* a digit behind the point that is not a trailing zero */
    for (int i = 0; i < decimals; i++, rest /= 10) {
        char digit = (char)('0' + rest % 10);
        shown = shown || digit != '0';
        if (shown)
            *--p = digit;
    }
    if (shown)
        *--p = '.';
    do {
        *--p = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        *--p = '-';
    lg_text_bytes(text, p, (size_t)(end - p));
}

void lg_text_double(lg_text *text, double value)
{
    char buffer[40];
    if (!isfinite(value)) {
        lg_text_str(text, "null");
        return;
    }
    /* Normal numbers keep 15 digits and %g drops their zeros; subnormal ones have fewer to show. */
    for (int precision = fabs(value) < DBL_MIN ? 1 : 15; precision <= 17; precision++) {
        snprintf(buffer, sizeof buffer, "%.*g", precision, value);
        if (strtod(buffer, NULL) == value)
            break;
    }
    lg_text_str(text, buffer);
}

size_t lg_text_utf8(const unsigned char *s)
{
    if (s[0] < 0x80)
        return 1;
    size_t n = s[0] >= 0xf0 && s[0] < 0xf5 ? 4 : s[0] >= 0xe0 ? 3 : s[0] >= 0xc2 ? 2 : 0;
    if (s[0] >= 0xf5)
        return 0;
    for (size_t i = 1; i < n; i++)
        if ((s[i] & 0xc0) != 0x80)
            return 0;
    if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
        (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
        return 0;
    return n;
}

bool lg_text_is_utf8(const char *str)
{
    const unsigned char *p = (const unsigned char *)str;
    while (*p) {
        size_t length = lg_text_utf8(p);
        if (length == 0)
            return false;
        p += length;
    }
    return true;
}

size_t lg_text_control(const unsigned char *s)
{
    size_t n = lg_text_utf8(s);
    if (n == 1)
        return *s && (*s < 0x20 || *s == 0x7f);
    if (n == 2)
        return (s[0] == 0xc2 && s[1] < 0xa0) || (s[0] == 0xd8 && s[1] == 0x9c) ? 2 : 0;
    if (n != 3 || s[0] != 0xe2)
        return 0;
    bool turns =
        (s[1] == 0x80 && (s[2] == 0x8e || s[2] == 0x8f || (s[2] >= 0xaa && s[2] <= 0xae))) ||
        (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9);
    return turns ? 3 : 0;
}

void lg_text_clean(char *str)
{
    for (unsigned char *p = (unsigned char *)str; *p;) {
        size_t n = lg_text_utf8(p), control = lg_text_control(p);
        if (n == 0)
            *p = '?';
        else
            memset(p, ' ', control);
        p += n ? n : 1;
    }
}

void lg_text_clean_lines(char *str)
{
    for (char *piece = str, sign = 1; sign;) {
        char *end = piece + strcspn(piece, "\n\t");
        sign = *end;
        *end = '\0';
        lg_text_clean(piece);
        *end = sign;
        piece = end + 1;
    }
}

void lg_text_json(lg_text *text, const char *str)
{
    const unsigned char *s = (const unsigned char *)str;
    lg_text_char(text, '"');
    while (*s) {
        size_t n = lg_text_utf8(s);
        if (*s == '"' || *s == '\\')
            lg_text_format(text, "\\%c", *s);
        else if (*s == '\n')
            lg_text_str(text, "\\n");
        else if (*s < 0x20)
            lg_text_format(text, "\\u%04x", *s);
        else if (n == 0)
            lg_text_str(text, "\xef\xbf\xbd");
        else
            lg_text_bytes(text, (const char *)s, n);
        s += n ? n : 1;
    }
    lg_text_char(text, '"');
}

void lg_text_csv(lg_text *text, const char *str)
{
    if (!strpbrk(str, ",;\"\r\n")) {
        lg_text_str(text, str);
        return;
    }
    lg_text_char(text, '"');
    for (; *str; str++) {
        if (*str == '"')
            lg_text_char(text, '"');
        lg_text_char(text, *str);
    }
    lg_text_char(text, '"');
}

enum { WORD_MAX = 48 };

/* Optimal string alignment distance; words are cut at WORD_MAX letters. */
static int distance(const char *a, size_t la, const char *b, size_t lb)
{
    int row[3][WORD_MAX + 1];
    int *before = row[0], *last = row[1], *now = row[2];
    for (size_t j = 0; j <= lb; j++)
        last[j] = (int)j;
    for (size_t i = 1; i <= la; i++) {
        now[0] = (int)i;
        for (size_t j = 1; j <= lb; j++) {
            int best = last[j - 1] + (a[i - 1] != b[j - 1]);
            if (last[j] + 1 < best)
                best = last[j] + 1;
            if (now[j - 1] + 1 < best)
                best = now[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            now[j] = best;
        }
        int *oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return last[lb];
}

/* Whether longer is shorter with something more behind a '_': a unit was forgotten or invented. */
static bool continues(const char *longer, const char *shorter)
{
    size_t length = strlen(shorter);
    return length > 2 && strncmp(longer, shorter, length) == 0 && longer[length] == '_';
}

int lg_text_nearest(const char *word, const char *const *candidates, size_t count)
{
    size_t length = strnlen(word, WORD_MAX);
    int limit = length < 2 ? 0 : length < 4 ? 1 : length < 9 ? 2 : (int)(length / 3);
    int best = -1, best_distance = limit + 1;
    for (size_t i = 0; i < count; i++) {
        int d = distance(word, length, candidates[i], strnlen(candidates[i], WORD_MAX));
        if (d > limit && (continues(candidates[i], word) || continues(word, candidates[i])))
            d = limit;
        if (d < best_distance) {
            best = (int)i;
            best_distance = d;
        }
    }
    return best;
}

int lg_text_slug_next(const char **name, bool started)
{
    const unsigned char *p = (const unsigned char *)*name, *from = p;
    while (*p && !((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') ||
                   (*p >= '0' && *p <= '9') || *p >= 0x80))
        p++;
    bool hyphen = *p && p > from && started;
    *name = (const char *)(*p && !hyphen ? p + 1 : p);
    if (hyphen)
        return '-';
    return *p >= 'A' && *p <= 'Z' ? *p - 'A' + 'a' : *p;
}
