/* A small walk over Lua's words: enough to skip comments and strings, no more. It need not
 * understand a broken file, only guess what it was meant to be; the real reader then says what is
 * wrong with it.
 */
#include "app/kind.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "base/input.h"
#include "base/text.h"

typedef struct cursor {
    const char *at, *end;
} cursor;

/* Level of a long bracket [==[ at the cursor, or -1; moves behind it. */
static int long_bracket(cursor *c)
{
    const char *p = c->at;
    if (p == c->end || *p != '[')
        return -1;
    int level = 0;
    for (p++; p < c->end && *p == '='; p++)
        level++;
    if (p == c->end || *p != '[')
        return -1;
    c->at = p + 1;
    return level;
}

static void skip_long(cursor *c, int level)
{
    for (; c->at < c->end; c->at++) {
        if (*c->at != ']')
            continue;
        const char *p = c->at + 1;
        int equals = 0;
        for (; p < c->end && *p == '='; p++)
            equals++;
        if (equals == level && p < c->end && *p == ']') {
            c->at = p + 1;
            return;
        }
    }
}

static void skip_comment(cursor *c)
{
    c->at += 2;
    int level = long_bracket(c);
    if (level >= 0) {
        skip_long(c, level);
        return;
    }
    while (c->at < c->end && *c->at != '\n')
        c->at++;
}

static void skip_string(cursor *c)
{
    char quote = *c->at++;
    while (c->at < c->end && *c->at != quote && *c->at != '\n')
        c->at += *c->at == '\\' && c->at + 1 < c->end ? 2 : 1;
    if (c->at < c->end)
        c->at++;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static bool is_named(const char *word, size_t length, const char *name)
{
    return length == strlen(name) && memcmp(word, name, length) == 0;
}

/* Takes the word at the cursor; what a file that holds it is. *returned: the word before it is
 * `return`, then whether this one is. */
static lg_file_kind kind_of_word(cursor *c, char before, bool *returned)
{
    bool after_return = *returned;
    const char *word = c->at;
    while (c->at < c->end && is_word(*c->at))
        c->at++;
    size_t length = (size_t)(c->at - word);
    *returned = is_named(word, length, "return");
    const char *next = c->at;
    while (next < c->end && isspace((unsigned char)*next))
        next++;
    if (before == '.' || before == ':' || next == c->end || (*next != '{' && *next != '('))
        return LG_FILE_SCRIPT;
    return is_named(word, length, "scenario")                 ? LG_FILE_SCENARIO
           : is_named(word, length, "area")                   ? LG_FILE_AREAS
           : after_return && is_named(word, length, "match")  ? LG_FILE_MATCH
           : after_return && is_named(word, length, "collab") ? LG_FILE_COLLAB
           : after_return && is_named(word, length, "league") ? LG_FILE_LEAGUE
                                                              : LG_FILE_SCRIPT;
}

lg_file_kind lg_kind_of_lua(const char *text, size_t length)
{
    cursor c = {.at = text, .end = text + length};
    lg_file_kind guess = LG_FILE_SCRIPT;
    bool returned = false;
    char before = 0; /* the last character that was neither blank nor comment */
    while (c.at < c.end) {
        if (c.end - c.at >= 2 && c.at[0] == '-' && c.at[1] == '-') {
            skip_comment(&c);
            continue;
        }
        if (is_word(*c.at)) {
            lg_file_kind kind = kind_of_word(&c, before, &returned);
            if (kind != LG_FILE_SCRIPT && kind != LG_FILE_AREAS)
                return kind;
            if (kind == LG_FILE_AREAS)
                guess = kind;
            before = 'a';
            continue;
        }
        int level = long_bracket(&c);
        returned = returned && isspace((unsigned char)*c.at);
        if (level >= 0) {
            skip_long(&c, level);
        } else if (*c.at == '"' || *c.at == '\'') {
            skip_string(&c);
            before = '"';
        } else {
            if (!isspace((unsigned char)*c.at))
                before = *c.at;
            c.at++;
        }
    }
    return guess;
}

static bool ends_in(const char *path, const char *tail)
{
    size_t length = strlen(path), end = strlen(tail);
    return length > end && strcmp(path + length - end, tail) == 0;
}

/* A match has none of these, and a league need have none: then it is taken for one that fits both.
 */
static bool is_league(const lg_text *text)
{
    static const char *const words[] = {"\"schedule\"", "\"measure\"", "\"rounds\"", "\"family\"",
                                        "league.schema.json\""};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (memmem(text->data, text->length, words[i], strlen(words[i])))
            return true;
    return false;
}

lg_status lg_kind_of_file(lg_mem *mem, const char *path, lg_file_kind *kind, lg_err *err)
{
    *kind = LG_FILE_SCENARIO;
    bool json = ends_in(path, ".json");
    if (!json && !ends_in(path, ".lua"))
        return lg_fail(err, LG_INVALID, "%s: expected a file that ends in .lua or .json", path);
    const char *why;
    FILE *file = lg_input_open(path, &why);
    if (!file && json) /* whoever reads it says so */
        return LG_OK;
    if (!file)
        return lg_fail(err, LG_SCENARIO, "%s: %s", path, why);
    lg_text text;
    lg_text_init(&text, mem);
    char piece[4096];
    for (size_t got; (got = fread(piece, 1, sizeof piece, file)) > 0;)
        lg_text_bytes(&text, piece, got);
    lg_status status = LG_OK;
    if (ferror(file))
        status = lg_fail(err, LG_SCENARIO, "%s: reading failed", path);
    else if (text.failed)
        status = lg_fail(err, LG_MEMORY, "out of memory for %s", path);
    else if (json && text.length && memmem(text.data, text.length, "\"entrants\"", 10))
        *kind = is_league(&text) ? LG_FILE_LEAGUE : LG_FILE_MATCH;
    else if (json && text.length && memmem(text.data, text.length, "\"scenario\"", 10) &&
             memmem(text.data, text.length, "\"owner\"", 7))
        *kind = LG_FILE_COLLAB;
    else if (!json)
        *kind = lg_kind_of_lua(lg_text_peek(&text), text.length);
    fclose(file);
    lg_text_fini(&text);
    return status;
}
