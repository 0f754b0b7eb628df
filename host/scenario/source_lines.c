/*
 * Lua says at which line a constructor is called, not where its keys stand. So the source is read
 * once more from there, as far as words, brackets, texts and comments go: enough for data, and a
 * wrong guess only makes a message point a few lines off.
 */
#include "scenario/source_lines.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

typedef struct cursor {
    const char *p, *end;
    int line;
} cursor;

int lg__source_init(lg__source *source, lg_arena *arena, const char *text, size_t size)
{
    int count = 1, n = 0;
    for (size_t i = 0; i < size; i++)
        count += text[i] == '\n';
    memset(source, 0, sizeof *source);
    source->text = text;
    source->size = size;
    source->arena = arena;
    source->lines = lg_arena_alloc(arena, (size_t)count * sizeof *source->lines);
    if (!source->lines)
        return 0;
    source->lines[n++] = text;
    for (size_t i = 0; i < size; i++)
        if (text[i] == '\n')
            source->lines[n++] = text + i + 1;
    source->line_count = count;
    return 1;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static void step(cursor *c)
{
    if (*c->p == '\n')
        c->line++;
    c->p++;
}

/* At `[`, `[=`...: the number of = signs of a long bracket, -1 if it is none. */
static int long_bracket(const cursor *c)
{
    const char *p = c->p + 1;
    while (p < c->end && *p == '=')
        p++;
    return p < c->end && *p == '[' ? (int)(p - c->p - 1) : -1;
}

static void skip_long(cursor *c, int level)
{
    for (c->p += level + 2; c->p < c->end; step(c)) {
        if (*c->p != ']')
            continue;
        const char *p = c->p + 1;
        while (p < c->end && *p == '=')
            p++;
        if (p < c->end && *p == ']' && p - c->p - 1 == level) {
            c->p = p + 1;
            return;
        }
    }
}

static void skip_quoted(cursor *c)
{
    char quote = *c->p++;
    while (c->p < c->end && *c->p != quote && *c->p != '\n')
        c->p += *c->p == '\\' && c->p + 1 < c->end ? 2 : 1;
    if (c->p < c->end && *c->p == quote)
        c->p++;
}

/* Skips a comment or a text at the cursor. @return whether there was one */
static bool skip_opaque(cursor *c)
{
    if (*c->p == '"' || *c->p == '\'') {
        skip_quoted(c);
        return true;
    }
    if (*c->p == '[' && long_bracket(c) >= 0) {
        skip_long(c, long_bracket(c));
        return true;
    }
    if (*c->p != '-' || c->p + 1 >= c->end || c->p[1] != '-')
        return false;
    c->p += 2;
    if (c->p < c->end && *c->p == '[' && long_bracket(c) >= 0) {
        skip_long(c, long_bracket(c));
    } else {
        while (c->p < c->end && *c->p != '\n')
            c->p++;
    }
    return true;
}

static void skip_blanks(cursor *c)
{
    while (c->p < c->end && isspace((unsigned char)*c->p))
        step(c);
}

/* Moves behind the { of `word {`, `word({` or `word = {`; the first { when the word is not there.
 */
static bool find_opening(cursor *c, const char *word)
{
    cursor fallback = {0};
    size_t length = strlen(word);
    int first_line = c->line;
    while (c->p < c->end && (c->line == first_line || !fallback.p)) {
        if (skip_opaque(c))
            continue;
        if (*c->p == '{' && !fallback.p) {
            fallback = *c;
            fallback.p++;
        }
        if (!is_word(*c->p)) {
            step(c);
            continue;
        }
        const char *start = c->p;
        while (c->p < c->end && is_word(*c->p))
            c->p++;
        if ((size_t)(c->p - start) != length || memcmp(start, word, length) != 0)
            continue;
        while (c->p < c->end && (*c->p == '=' || *c->p == '(' || isspace((unsigned char)*c->p)))
            step(c);
        if (c->p < c->end && *c->p == '{') {
            c->p++;
            return true;
        }
    }
    if (fallback.p)
        *c = fallback;
    return fallback.p != NULL;
}

/* Reads `name =` or `["name"] =` at the cursor. @return whether it was a key */
static bool read_key(cursor *c, lg__source_key *key)
{
    cursor at = *c;
    bool bracket = *at.p == '[';
    if (bracket) {
        at.p++;
        skip_blanks(&at);
        if (at.p >= at.end || (*at.p != '"' && *at.p != '\''))
            return false;
        at.p++;
    }
    key->name = at.p;
    key->line = at.line;
    while (at.p < at.end &&
           (bracket ? *at.p != '"' && *at.p != '\'' && *at.p != '\n' : is_word(*at.p)))
        at.p++;
    key->length = (uint32_t)(at.p - key->name);
    if (bracket)
        while (at.p < at.end && (*at.p == '"' || *at.p == '\'' || *at.p == ']' || *at.p == ' '))
            at.p++;
    *c = at;
    skip_blanks(&at);
    return key->length > 0 && at.p + 1 < at.end && at.p[0] == '=' && at.p[1] != '=';
}

/* Collects the keys up to the closing bracket; with keys NULL only counts them. */
static uint32_t collect(cursor c, lg__source_key *keys)
{
    uint32_t count = 0;
    for (int depth = 1; c.p < c.end && depth > 0;) {
        lg__source_key key;
        bool bracket_key = *c.p == '[' && long_bracket(&c) < 0 && depth == 1;
        if (bracket_key || (depth == 1 && is_word(*c.p))) {
            const char *before = c.p;
            if (read_key(&c, &key)) {
                if (keys)
                    keys[count] = key;
                count++;
            }
            if (c.p == before)
                step(&c);
        } else if (!skip_opaque(&c)) {
            depth += (*c.p == '{' || *c.p == '(') - (*c.p == '}' || *c.p == ')');
            step(&c);
        }
    }
    return count;
}

static lg__source_site *scan_site(lg__source *source, int line, const char *word)
{
    lg__source_site *site = lg_arena_alloc(source->arena, sizeof *site);
    if (!site)
        return NULL;
    site->line = line;
    site->word = word;
    cursor c = {.p = source->lines[line - 1], .end = source->text + source->size, .line = line};
    if (!find_opening(&c, word))
        return site;
    uint32_t count = collect(c, NULL);
    site->keys = lg_arena_alloc(source->arena, (count + 1) * sizeof *site->keys);
    if (!site->keys)
        return NULL;
    site->key_count = collect(c, site->keys);
    return site;
}

int lg__source_key_line(lg__source *source, int line, const char *word, const char *key)
{
    if (line < 1 || line > source->line_count)
        return line;
    uint32_t bucket = (uint32_t)line * 31 + (uint32_t)strlen(word);
    lg__source_site **link = &source->buckets[bucket % LG__SOURCE_BUCKETS];
    while (*link && ((*link)->line != line || strcmp((*link)->word, word) != 0))
        link = &(*link)->next;
    if (!*link && !(*link = scan_site(source, line, word)))
        return 0;
    const lg__source_site *site = *link;
    size_t length = strlen(key);
    for (uint32_t i = 0; i < site->key_count; i++)
        if (site->keys[i].length == length && memcmp(site->keys[i].name, key, length) == 0)
            return site->keys[i].line;
    return line;
}
