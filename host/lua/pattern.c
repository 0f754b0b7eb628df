/*
 * Lua's patterns: characters, classes (%a), sets ([^%d_]), captures, places (()), the repetitions
 * * + - ?, %b(), %f[set], back references and the anchors. What they mean is written in the
 * reference manual of Lua 5.4, section 6.4.1, and is the same here.
 *
 * Matching can go back, so its time can grow with a power of the text's length; C code cannot be
 * interrupted. So each step is counted, and a call that takes too many ends in an error: the same
 * one in every run, because nothing but text and pattern decides it.
 */
#include "lua/pattern.h"

#include <ctype.h>
#include <lauxlib.h>
#include <string.h>
#include "lua/library.h"

enum { DEPTH_MAX = 200, CHARGE_STEPS = 4096 };

void lg__match_init(lg__match *m, lua_State *L, const char *text, size_t size,
                    const char *pattern_end)
{
    m->L = L;
    m->charge = lg__lua_rules(L)->charge;
    m->text = text;
    m->text_end = text + size;
    m->pattern_end = pattern_end;
    m->steps = m->charged = 0;
    m->depth = 0;
    m->captures = 0;
}

void lg__match_settle(lg__match *m)
{
    size_t steps = m->steps - m->charged;
    m->charged = m->steps;
    m->charge(m->L, steps);
}

static inline void charge(lg__match *m, size_t steps)
{
    m->steps += steps;
    if (__builtin_expect(m->steps - m->charged < CHARGE_STEPS, 1))
        return;
    lg__match_settle(m);
    if (m->steps > LG_PATTERN_STEPS)
        luaL_error(m->L, "pattern too complex: more than %d steps", LG_PATTERN_STEPS);
}

static bool in_class(int c, int letter)
{
    bool in;
    switch (tolower(letter)) {
    case 'a':
        in = isalpha(c);
        break;
    case 'c':
        in = iscntrl(c);
        break;
    case 'd':
        in = isdigit(c);
        break;
    case 'g':
        in = isgraph(c);
        break;
    case 'l':
        in = islower(c);
        break;
    case 'p':
        in = ispunct(c);
        break;
    case 's':
        in = isspace(c);
        break;
    case 'u':
        in = isupper(c);
        break;
    case 'w':
        in = isalnum(c);
        break;
    case 'x':
        in = isxdigit(c);
        break;
    case 'z': /* deprecated, but stock Lua has it */
        in = c == 0;
        break;
    default:
        return letter == c;
    }
    return isupper(letter) ? !in : in;
}

/* Behind the item at p: a character, a class or a set. */
static const char *item_end(lg__match *m, const char *p)
{
    const char *end = m->pattern_end;
    char first = *p++;
    if (first == '%') {
        if (p == end)
            luaL_error(m->L, "malformed pattern (ends with '%%')");
        return p + 1;
    }
    if (first != '[')
        return p;
    if (p < end && *p == '^')
        p++;
    do { /* a bracket right at the beginning stands for itself */
        if (p >= end)
            luaL_error(m->L, "malformed pattern (missing ']')");
        if (*p++ == '%')
            p++;
    } while (p >= end || *p != ']');
    return p + 1;
}

/* Whether c is in the set that begins at p and ends with the bracket at last. */
static bool in_set(int c, const char *p, const char *last)
{
    bool in = true;
    p++;
    if (*p == '^') {
        in = false;
        p++;
    }
    while (p < last) {
        unsigned char low = (unsigned char)p[0], high = (unsigned char)p[1];
        if (low == '%') {
            if (in_class(c, high))
                return in;
            p += 2;
        } else if (high == '-' && p + 2 < last) {
            if (low <= c && c <= (unsigned char)p[2])
                return in;
            p += 3;
        } else {
            if (low == c)
                return in;
            p++;
        }
    }
    return !in;
}

static bool fits(const lg__match *m, const char *s, const char *p, const char *end)
{
    if (s >= m->text_end)
        return false;
    int c = (unsigned char)*s;
    switch (*p) {
    case '.':
        return true;
    case '%':
        return in_class(c, (unsigned char)p[1]);
    case '[':
        return in_set(c, p, end - 1);
    default:
        return (unsigned char)*p == c;
    }
}

static const char *match_here(lg__match *m, const char *s, const char *p);

/* As many as there are, then one less at a time. */
static const char *longest(lg__match *m, const char *s, const char *p, const char *end)
{
    const char *last = s;
    while (fits(m, last, p, end)) {
        charge(m, (size_t)(end - p));
        last++;
    }
    for (; last >= s; last--) {
        const char *found = match_here(m, last, end + 1);
        if (found)
            return found;
    }
    return NULL;
}

/* None, then one more at a time. */
static const char *shortest(lg__match *m, const char *s, const char *p, const char *end)
{
    for (;;) {
        const char *found = match_here(m, s, end + 1);
        if (found || !fits(m, s, p, end))
            return found;
        charge(m, (size_t)(end - p));
        s++;
    }
}

static const char *open_capture(lg__match *m, const char *s, const char *p, ptrdiff_t kind)
{
    if (m->captures >= LG_PATTERN_CAPTURES)
        luaL_error(m->L, "too many captures");
    m->capture[m->captures++] = (lg__capture){s, kind};
    const char *found = match_here(m, s, p);
    if (!found)
        m->captures--;
    return found;
}

static const char *close_capture(lg__match *m, const char *s, const char *p)
{
    int i = m->captures - 1;
    while (i >= 0 && m->capture[i].length != LG_CAPTURE_OPEN)
        i--;
    if (i < 0)
        luaL_error(m->L, "invalid pattern capture");
    m->capture[i].length = s - m->capture[i].start;
    const char *found = match_here(m, s, p);
    if (!found)
        m->capture[i].length = LG_CAPTURE_OPEN;
    return found;
}

/* %bxy, p is at x. */
static const char *balanced(lg__match *m, const char *s, const char *p)
{
    if (m->pattern_end - p < 2)
        luaL_error(m->L, "malformed pattern (missing arguments to '%%b')");
    if (s >= m->text_end || *s != p[0])
        return NULL;
    int open = 1;
    while (++s < m->text_end) {
        charge(m, 1);
        if (*s == p[1]) {
            if (--open == 0)
                return s + 1;
        } else if (*s == p[0])
            open++;
    }
    return NULL;
}

/* %f[set], p is at the bracket, end behind the set. */
static bool at_frontier(const lg__match *m, const char *s, const char *p, const char *end)
{
    int before = s == m->text ? 0 : (unsigned char)s[-1];
    int after = s == m->text_end ? 0 : (unsigned char)*s;
    return !in_set(before, p, end - 1) && in_set(after, p, end - 1);
}

/* %1 .. %9: the text of that capture once more. */
static const char *again(lg__match *m, const char *s, char digit)
{
    int i = digit - '1';
    if (i < 0 || i >= m->captures || m->capture[i].length == LG_CAPTURE_OPEN)
        luaL_error(m->L, "invalid capture index %%%d", i + 1);
    ptrdiff_t length = m->capture[i].length;
    if (length < 0 || m->text_end - s < length) /* a place has no text */
        return NULL;
    charge(m, (size_t)length / 16);
    return memcmp(m->capture[i].start, s, (size_t)length) == 0 ? s + length : NULL;
}

/* The items that are longer than a character: %b, %f, %1. *p is moved behind; @return false: it is
 * none of them */
static bool match_special(lg__match *m, const char **s, const char **p)
{
    const char *at = *p + 2;
    if (**p != '%' || m->pattern_end - *p < 2)
        return false;
    switch (at[-1]) {
    case 'b':
        *s = balanced(m, *s, at);
        *p = at + 2;
        return true;
    case 'f': {
        if (at >= m->pattern_end || *at != '[')
            luaL_error(m->L, "missing '[' after '%%f' in pattern");
        const char *end = item_end(m, at);
        charge(m, (size_t)(end - at));
        if (!at_frontier(m, *s, at, end))
            *s = NULL;
        *p = end;
        return true;
    }
    default:
        if (!isdigit((unsigned char)at[-1]))
            return false;
        *s = again(m, *s, at[-1]);
        *p = at;
        return true;
    }
}

/* The rest of the pattern from p at s. */
static const char *match_rest(lg__match *m, const char *s, const char *p)
{
    while (s && p < m->pattern_end) {
        charge(m, 1);
        if (*p == '(')
            return p + 1 < m->pattern_end && p[1] == ')'
                       ? open_capture(m, s, p + 2, LG_CAPTURE_PLACE)
                       : open_capture(m, s, p + 1, LG_CAPTURE_OPEN);
        if (*p == ')')
            return close_capture(m, s, p + 1);
        if (*p == '$' && p + 1 == m->pattern_end)
            return s == m->text_end ? s : NULL;
        if (match_special(m, &s, &p))
            continue;
        const char *end = item_end(m, p);
        charge(m, (size_t)(end - p));
        char repeat = end < m->pattern_end ? *end : '\0';
        if (repeat == '*')
            return longest(m, s, p, end);
        if (repeat == '-')
            return shortest(m, s, p, end);
        bool fit = fits(m, s, p, end);
        if (repeat == '+')
            return fit ? longest(m, s + 1, p, end) : NULL;
        if (repeat == '?') {
            const char *found = fit ? match_here(m, s + 1, end + 1) : NULL;
            if (found)
                return found;
            p = end + 1;
        } else {
            s = fit ? s + 1 : NULL;
            p = end;
        }
    }
    return s;
}

static const char *match_here(lg__match *m, const char *s, const char *p)
{
    if (m->depth >= DEPTH_MAX)
        luaL_error(m->L, "pattern too complex: nested more than %d deep", DEPTH_MAX);
    m->depth++;
    s = match_rest(m, s, p);
    m->depth--;
    return s;
}

const char *lg__match_at(lg__match *m, const char *at, const char *pattern)
{
    m->captures = 0;
    m->depth = 0;
    charge(m, 1);
    return match_here(m, at, pattern);
}
