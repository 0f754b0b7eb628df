/*
 * What is new in a version, by its words: comments and layout do not count. A text is cut into the
 * functions that its top level names (function f(), local function f(), t.f = function(), and
 * f = function() in a table) and all that is left between them.
 */
#include "script/reload.h"

#include <string.h>
#include "script/walk.h"

enum { SHOWN_MAX = 6 };

/* Tokens [from, to) of a text. */
typedef struct part {
    uint32_t name, name_count; /* the words that name the function, up to its bracket */
    uint32_t from, to;
    bool met; /* has its like in the other text */
} part;

typedef struct words {
    lg__token *tokens;
    uint32_t count, capacity;
    part *parts;
    uint32_t part_count, part_capacity;
} words;

/* The list that is being written. */
typedef struct list {
    lg_text *out;
    const char *module; /* "": the script */
    const char *verb;   /* written last */
    uint32_t count;
} list;

/* Whether a block begins (1) or ends (-1) with the token. */
static int step(const lg__token *token)
{
    static const char *const opens[] = {"function", "do", "if", "repeat"};
    if (token->kind != LG_TOKEN_KEYWORD)
        return 0;
    for (size_t i = 0; i < sizeof opens / sizeof opens[0]; i++)
        if (lg__token_is(token, opens[i]))
            return 1;
    return lg__token_is(token, "end") || lg__token_is(token, "until") ? -1 : 0;
}

/* How many tokens from i on are a name: a, a.b.c, a.b:c. */
static uint32_t name_at(const words *w, uint32_t i)
{
    uint32_t n = 0;
    while (w->tokens[i + n].kind == LG_TOKEN_NAME) {
        const lg__token *next = &w->tokens[i + n + 1];
        n++;
        if ((!lg__token_is(next, ".") && !lg__token_is(next, ":")) || next[1].kind != LG_TOKEN_NAME)
            break;
        n++;
    }
    return n;
}

/* Whether a function that has a name begins at token i; the last token is LG_TOKEN_END, so there is
 * always one behind a word. */
static bool function_at(const words *w, uint32_t i, part *found)
{
    const lg__token *t = w->tokens;
    bool local = lg__token_is(&t[i], "local");
    bool statement = lg__token_is(&t[i + local], "function");
    uint32_t name = i + local + statement, length = name_at(w, name);
    if (length == 0)
        return false;
    uint32_t body = name + length; /* a bracket, or "= function" */
    if (!statement && (!lg__token_is(&t[body], "=") || !lg__token_is(&t[body + 1], "function")))
        return false;
    uint32_t to = statement ? body : body + 2;
    for (int depth = 1; depth > 0 && to < w->count - 1; to++)
        depth += step(&t[to]);
    *found = (part){.name = name, .name_count = length, .from = i, .to = to};
    return true;
}

static bool cut(lg_mem *mem, const lg_bundle_text *text, words *w)
{
    *w = (words){.part_count = 0};
    w->tokens = lg__scan(mem, text->text, text->size, &w->count, &w->capacity);
    int depth = 0;
    for (uint32_t i = 0; w->tokens && i < w->count - 1; i++) {
        part found;
        if (depth > 0 || !function_at(w, i, &found)) {
            depth += step(&w->tokens[i]);
            continue;
        }
        if (!LG_GROW(mem, w->parts, w->part_capacity, w->part_count + 1))
            return false;
        w->parts[w->part_count++] = found;
        i = found.to - 1;
    }
    return w->tokens;
}

static void drop(lg_mem *mem, words *w)
{
    lg_mem_free(mem, w->tokens, w->capacity * sizeof *w->tokens);
    lg_mem_free(mem, w->parts, w->part_capacity * sizeof *w->parts);
}

static bool same(const words *a, uint32_t from, uint32_t to, const words *b, uint32_t b_from,
                 uint32_t b_to)
{
    if (to - from != b_to - b_from)
        return false;
    for (; from < to; from++, b_from++)
        if (!lg__words_same(&a->tokens[from], &b->tokens[b_from]))
            return false;
    return true;
}

/* The function of the same name that has not been met yet. */
static part *like(const words *a, const part *p, const words *b)
{
    for (uint32_t i = 0; i < b->part_count; i++) {
        part *q = &b->parts[i];
        if (!q->met &&
            same(a, p->name, p->name + p->name_count, b, q->name, q->name + q->name_count))
            return q;
    }
    return NULL;
}

/* The next token that belongs to no function; the last one is nobody's. */
static uint32_t next_loose(const words *w, uint32_t i, uint32_t *at)
{
    while (*at < w->part_count && i == w->parts[*at].from)
        i = w->parts[(*at)++].to;
    return i;
}

static bool same_rest(const words *a, const words *b)
{
    uint32_t i = 0, k = 0, i_part = 0, k_part = 0;
    for (;; i++, k++) {
        i = next_loose(a, i, &i_part);
        k = next_loose(b, k, &k_part);
        if (a->tokens[i].kind == LG_TOKEN_END || b->tokens[k].kind == LG_TOKEN_END)
            return a->tokens[i].kind == b->tokens[k].kind;
        if (!lg__words_same(&a->tokens[i], &b->tokens[k]))
            return false;
    }
}

/* Begins an entry; false when it is only counted. */
static bool begin(list *l, const char *verb)
{
    if (l->count++ >= SHOWN_MAX)
        return false;
    lg_text_str(l->out, l->count > 1 ? ", " : "");
    if (verb != l->verb)
        lg_text_format(l->out, "%s ", verb);
    l->verb = verb;
    return true;
}

static void name(list *l, const char *verb, const words *w, const part *p)
{
    if (!begin(l, verb))
        return;
    if (*l->module)
        lg_text_format(l->out, "%s: ", l->module);
    for (uint32_t i = 0; i < p->name_count; i++) {
        const lg__token *t = &w->tokens[p->name + i];
        lg_text_bytes(l->out, t->text, t->length);
    }
    lg_text_str(l->out, "()");
}

static const char changed[] = "changed", added[] = "added", removed[] = "removed";

static void compare(lg_mem *mem, const lg_bundle_text *from, const lg_bundle_text *to, list *l)
{
    words a, b;
    bool room = cut(mem, from, &a);
    room = cut(mem, to, &b) && room;
    for (uint32_t i = 0; room && i < b.part_count; i++) {
        part *p = &b.parts[i], *old = like(&b, p, &a);
        if (!old)
            continue;
        old->met = p->met = true;
        if (!same(&b, p->from, p->to, &a, old->from, old->to))
            name(l, changed, &b, p);
    }
    if (room && !same_rest(&a, &b) && begin(l, changed))
        lg_text_format(l->out, "%s%stop level", l->module, *l->module ? ": " : "");
    for (uint32_t i = 0; room && i < b.part_count; i++)
        if (!b.parts[i].met)
            name(l, added, &b, &b.parts[i]);
    for (uint32_t i = 0; room && i < a.part_count; i++)
        if (!a.parts[i].met)
            name(l, removed, &a, &a.parts[i]);
    drop(mem, &a);
    drop(mem, &b);
}

void lg_bundle_changes(lg_mem *mem, const lg_bundle *from, const lg_bundle *to, lg_text *out)
{
    list l = {.out = out, .module = ""};
    for (uint32_t i = 0; i < lg_bundle_count(to); i++) {
        const lg_bundle_text *text = lg_bundle_at(to, i);
        const lg_bundle_text *old = lg_bundle_find(from, text->name);
        l.module = text->name;
        if (old && (old->size != text->size || memcmp(old->text, text->text, text->size) != 0))
            compare(mem, old, text, &l);
        else if (!old && begin(&l, added))
            lg_text_format(out, "module %s", text->name);
    }
    for (uint32_t i = 0; i < lg_bundle_count(from); i++)
        if (!lg_bundle_find(to, lg_bundle_at(from, i)->name) && begin(&l, removed))
            lg_text_format(out, "module %s", lg_bundle_at(from, i)->name);
    if (l.count == 0)
        lg_text_str(out, "changed no code");
    if (l.count > SHOWN_MAX)
        lg_text_format(out, " and %u more", l.count - SHOWN_MAX);
}

lg_status lg_bundle_lint(lg_mem *mem, const lg_bundle *bundle, const lg_bundle *old, lg_diag *diag)
{
    lg_status worst = LG_OK;
    for (uint32_t i = 0; i < lg_bundle_count(bundle) && worst != LG_MEMORY; i++) {
        const lg_bundle_text *text = lg_bundle_at(bundle, i);
        const lg_bundle_text *before = old ? lg_bundle_find(old, text->name) : NULL;
        if (before && before->size == text->size &&
            memcmp(before->text, text->text, text->size) == 0)
            continue;
        lg_status status =
            lg__check_text(mem, lg_bundle_shown(text->path), text->text, text->size, diag);
        worst = status == LG_OK ? worst : status;
    }
    return worst;
}
