/* A script's code has no size that could be asked for, so the length of the text stands for it: an
 * instruction has a byte of text or more. What is charged is so never less than what it costs. */
#include "script/naming.h"

#include <string.h>
#include "script/scan.h"
#include "script/state.h"

/* Instructions that are gone through for a unit, and bytes of text to find the lines of a function:
 * both take two or three times as long as an instruction that the hook counts. */
enum { STEPS_A_UNIT = 16, BYTES_A_UNIT = 512 };

/* ---- links ---- */

enum { NESTED_MAX = 256 }; /* Lua itself ends below */

typedef enum bracket { GROUP, CALL, INDEX, TABLE } bracket;

typedef struct chains {
    uint32_t links; /* of the expression that is read */
    uint32_t depth;
    struct {
        uint8_t kind; /* bracket */
        uint32_t links;
    } open[NESTED_MAX];
    uint32_t most;
    int line;
} chains;

/* Whether what stands before a bracket is a value, which is called or indexed then. */
static bool is_value(const lg__token *t)
{
    return t && (t->kind == LG_TOKEN_NAME || t->kind == LG_TOKEN_TEXT || lg__token_is(t, ")") ||
                 lg__token_is(t, "]") || lg__token_is(t, "}"));
}

static void add_link(chains *c, uint32_t links, int line)
{
    c->links = links;
    if (links <= c->most)
        return;
    c->most = links;
    c->line = line;
}

static void open_bracket(chains *c, bracket kind)
{
    if (c->depth < NESTED_MAX) {
        c->open[c->depth].kind = kind;
        c->open[c->depth].links = c->links;
    }
    c->depth++;
    c->links = 0;
}

static void close_bracket(chains *c, int line)
{
    uint32_t inside = c->links;
    if (c->depth == 0 || c->depth-- > NESTED_MAX)
        return;
    switch ((bracket)c->open[c->depth].kind) {
    case GROUP: /* (a.b).c is a.b.c */
        return;
    case INDEX:
        add_link(c, c->open[c->depth].links + inside + 1, line);
        return;
    case CALL:
    case TABLE:
        c->links = 0;
        return;
    }
}

static void take_sign(chains *c, const lg__token *before, const lg__token *t)
{
    if (t->length != 1)
        return;
    switch (*t->text) {
    case '(':
        open_bracket(c, is_value(before) ? CALL : GROUP);
        return;
    case '[':
        open_bracket(c, is_value(before) ? INDEX : TABLE);
        return;
    case '{':
        open_bracket(c, TABLE);
        return;
    case ')':
    case ']':
    case '}':
        close_bracket(c, t->line);
        return;
    default:
        return;
    }
}

uint32_t lg__naming_links(lg_mem *mem, const char *text, size_t size, int *line)
{
    uint32_t count, capacity;
    chains c = {.links = 0};
    lg__token *tokens = lg__scan(mem, text, size, &count, &capacity);
    if (!tokens)
        return UINT32_MAX;
    for (uint32_t i = 0; i < count; i++) {
        const lg__token *t = &tokens[i], *before = i ? t - 1 : NULL;
        if (t->kind == LG_TOKEN_SIGN)
            take_sign(&c, before, t);
        else if (t->kind == LG_TOKEN_NAME && before && lg__token_is(before, "."))
            add_link(&c, c.links + 1, t->line);
        else
            c.links = 0;
    }
    lg_mem_free(mem, tokens, capacity * sizeof *tokens);
    *line = c.line;
    return c.most;
}

/* ---- charging ---- */

static const lg__source *source_of(const lg_agent *agent, const char *name)
{
    for (const lg__source *s = agent->sources; s; s = s->next)
        if (strcmp(s->name, name) == 0)
            return s;
    return NULL;
}

/* Bytes until the end of the line'th line. */
static size_t bytes_until(const lg__source *source, int line)
{
    const char *p = source->text, *end = p + source->size;
    for (; line > 0 && p < end; line--) {
        const char *next = memchr(p, '\n', (size_t)(end - p));
        p = next ? next + 1 : end;
    }
    return (size_t)(p - source->text);
}

uint64_t lg__naming_units(lua_State *L)
{
    lua_Debug frame;
    int level = 0;
    do {
        if (!lua_getstack(L, level++, &frame) || !lua_getinfo(L, "S", &frame))
            return 0;
    } while (*frame.what == 'C');
    const lg__source *source = source_of(lg__agent_of(L), frame.short_src);
    if (!source)
        return 0;
    bool whole = frame.linedefined <= 0; /* the top level */
    size_t end = whole ? source->size : bytes_until(source, frame.lastlinedefined);
    size_t bytes = end - (whole ? 0 : bytes_until(source, frame.linedefined - 1));
    return end / BYTES_A_UNIT + (uint64_t)bytes * (1 + source->links) / STEPS_A_UNIT;
}
