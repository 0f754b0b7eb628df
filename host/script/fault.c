/*
 * What people read when a callback fails: the message, the line it happened on with the expression
 * underlined and carets under the word in question, when it was, and where more is said of it.
 *
 *     patient.lua:7: asset "Load 1" (load) has no field "enrgy_to_buy"; did you mean ...
 *         7 |     if a.enrgy_to_buy > 0 then
 *           |        ~~^^^^^^^^^^^^
 *       in on_tick, slot 2024-06-03T14:15, tick 3 of 10
 *       lunagrid explain NO_FIELD
 */
#include "script/state.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "lua/sandbox.h"
#include "script/codes.h"

enum { MESSAGE_MAX = 512, LINE_MAX_SHOWN = 160, CALLERS_MAX = 4 };

/* The kept text whose name starts the message "name:line: ..."; sets *line. */
static const lg__source *source_of(const lg_agent *agent, const char *message, int *line)
{
    for (const lg__source *s = agent->sources; s; s = s->next) {
        size_t length = strlen(s->name);
        if (strncmp(message, s->name, length) == 0 && message[length] == ':' &&
            isdigit((unsigned char)message[length + 1])) {
            char *end;
            *line = (int)strtol(message + length + 1, &end, 10);
            return *end == ':' ? s : NULL;
        }
    }
    return NULL;
}

/* The line'th line of the text, without its end. */
static const char *line_of(const lg__source *source, int line, size_t *length)
{
    const char *p = source->text, *end = p + source->size;
    while (--line > 0 && p < end) {
        const char *next = memchr(p, '\n', (size_t)(end - p));
        p = next ? next + 1 : end;
    }
    const char *next = memchr(p, '\n', (size_t)(end - p));
    *length = (size_t)((next ? next : end) - p);
    if (*length && p[*length - 1] == '\r')
        --*length;
    return p;
}

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

/* Where word stands in the line as a whole word; NULL when it does not. */
static const char *find_word(const char *text, size_t length, const char *word, size_t size)
{
    for (size_t i = 0; i + size <= length; i++)
        if (memcmp(text + i, word, size) == 0 && (i == 0 || !is_word(text[i - 1])) &&
            (i + size == length || !is_word(text[i + size])))
            return text + i;
    return NULL;
}

/* The first quoted word of the message that stands in the line; texts in quotes there do not count.
 */
static const char *culprit(const char *message, const char *text, size_t length, size_t *size)
{
    for (const char *p = message; (p = strpbrk(p, "'\"")) != NULL; p++) {
        const char *word = p + 1;
        size_t n = 0;
        while (is_word(word[n]))
            n++;
        const char *found = n && word[n] == *p ? find_word(text, length, word, n) : NULL;
        if (found) {
            *size = n;
            return found;
        }
    }
    return NULL;
}

/* Where the expression begins that ends with the word: what stands before it with dots, colons and
 * brackets between, as in info.assets[1].name. */
static const char *expression_begin(const char *text, const char *word)
{
    const char *begin = word;
    while (begin > text) {
        char before = begin[-1];
        if (is_word(before) || before == '.' || before == ':') {
            begin--;
            continue;
        }
        const char *open = begin - 1;
        while (before == ']' && open > text && *open != '[')
            open--;
        if (*open != '[' || before != ']')
            break;
        begin = open;
    }
    return *begin == '.' || *begin == ':' || *begin == '[' ? word : begin;
}

static void show_line(const lg__source *source, int line, const char *message, lg_text *out)
{
    size_t length, size = 0;
    const char *text = line_of(source, line, &length);
    const char *word = culprit(message, text, length, &size);
    size_t shown = length < LINE_MAX_SHOWN ? length : LINE_MAX_SHOWN;
    if (length == 0)
        return;
    lg_text_format(out, "\n%5d | %.*s%s", line, (int)shown, text, shown < length ? " ..." : "");
    if (!word || (size_t)(word - text) + size > shown)
        return;
    lg_text_str(out, "\n      | ");
    const char *begin = expression_begin(text, word);
    for (const char *p = text; p < begin; p++)
        lg_text_char(out, *p == '\t' ? '\t' : ' ');
    for (const char *p = begin; p < word; p++)
        lg_text_char(out, '~');
    while (size--)
        lg_text_char(out, '^');
}

/* Puts the character of UTF-8 at @p text, of which @p length bytes are left; what is none, or
 * controls a terminal, is a space or a question mark. @return its bytes */
static size_t put_character(const char *text, size_t length, lg_text *out)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t n = s[0] < 0x80   ? 1
               : s[0] < 0xc2 ? 0
               : s[0] < 0xe0 ? 2
               : s[0] < 0xf0 ? 3
               : s[0] < 0xf5 ? 4
                             : 0;
    for (size_t i = 1; i < n; i++)
        if (i >= length || (s[i] & 0xc0) != 0x80)
            n = 0;
    bool control = n == 2 && s[0] == 0xc2 && s[1] < 0xa0;
    if (n == 0 || control)
        lg_text_char(out, '?');
    else if (n == 1 && (s[0] < 0x20 || s[0] == 0x7f))
        lg_text_char(out, ' ');
    else
        lg_text_bytes(out, text, n);
    return n ? n : 1;
}

static void put_plain(const char *text, size_t length, lg_text *out)
{
    for (size_t i = 0; i < length; i += put_character(text + i, length - i, out))
        continue;
}

/* Puts the line of a message, or the lines of one where it is not known. @return whether it is */
static bool put_place(const lg_agent *agent, const lg__source *source, const char *message,
                      int *line, lg_text *out)
{
    int lines[LG__DIVIDE_LINES];
    uint32_t count;
    bool divides = lg__divide_lines(agent, source, message, *line, lines, &count);
    put_plain(source->shown, strlen(source->shown), out);
    if (divides && count == 1)
        *line = lines[0];
    if (!divides || count == 1) {
        lg_text_format(out, ":%d", *line);
        return true;
    }
    lg_text_format(out, ": in or near line %d", *line);
    for (uint32_t i = 0; i < count && count < LG__DIVIDE_LINES; i++)
        lg_text_format(out, "%s%d", i ? " or " : ", perhaps in line ", lines[i]);
    return false;
}

void lg__fault_text(const lg_agent *agent, const char *message, lg_text *out)
{
    int line = 0;
    const lg__source *source = source_of(agent, message, &line);
    const char *rest = message;
    bool known = source && put_place(agent, source, message, &line, out);
    if (source)
        rest = strchr(message + strlen(source->name) + 1, ':');
    put_plain(rest, strnlen(rest, MESSAGE_MAX), out);
    if (known && !agent->checking) /* check.c says the line in its own way */
        show_line(source, line, message, out);
}

/* The path of the kept text that Lua knows by @p name. */
static const char *shown_name(const lg_agent *agent, const char *name)
{
    for (const lg__source *s = agent->sources; s; s = s->next)
        if (strcmp(s->name, name) == 0)
            return s->shown;
    return name;
}

/* Who called the function that failed; the failed coroutine still has its frames. */
static void show_callers(const lg_agent *agent, lua_State *L, lg_text *out)
{
    lua_Debug frame;
    int shown = -1; /* the frame that failed is in the message already */
    for (int level = 0; shown < CALLERS_MAX && lua_getstack(L, level, &frame); level++) {
        if (!lua_getinfo(L, "Sl", &frame) || frame.currentline < 1)
            continue;
        if (shown++ >= 0)
            lg_text_format(out, "\n  called from %s:%d", shown_name(agent, frame.short_src),
                           frame.currentline);
    }
}

bool lg__limit_is_final(const lg_agent *agent)
{
    return agent->limit <= LG_LIMIT_MEMORY || agent->too_large > 2 * LG_TOO_LARGE_MAX;
}

void lg__limit_text(const lg_agent *agent, char *out, size_t size)
{
    switch (agent->limit) {
    case LG_LIMIT_TEXT:
        snprintf(out, size, "%sa text may have at most %d bytes", agent->limit_place,
                 (int)LG_SCRIPT_TEXT_MAX);
        return;
    case LG_LIMIT_TABLE:
        snprintf(out, size, "%sa table may have at most %zu elements in its list or %zu other keys",
                 agent->limit_place, agent->block_max / 16, agent->block_max / 32);
        return;
    case LG_LIMIT_STACK:
        snprintf(out, size, "%sstack overflow: the stack may have at most %zu bytes",
                 agent->limit_place, agent->block_max);
        return;
    case LG_LIMIT_MEMORY:
        snprintf(out, size, "%snot enough memory (%zu bytes needed, %zu allowed)",
                 agent->limit_place, agent->memory + agent->asked, agent->memory_max);
        return;
    case LG_LIMIT_MACHINE:
        snprintf(out, size, "%sout of memory", agent->limit_place);
        return;
    }
}

void lg__fault(lg_agent *agent, lua_State *L, int status, const char *where,
               const lg_stopped *stopped)
{
    lg_text text;
    char limit[LG_ERR_TEXT_MAX];
    char slot[32], sentence[160];
    const char *code;
    agent->faults++;
    if (!agent->input.fault)
        return;
    lg_text_init(&text, agent->mem);
    lg__limit_text(agent, limit, sizeof limit);
    if (status == LUA_ERRMEM)
        lg__fault_text(agent, limit, &text);
    else if (lua_type(L, -1) == LUA_TSTRING)
        lg__fault_text(agent, lua_tostring(L, -1), &text);
    else
        lg_text_format(&text, "%s: the error is no text but a %s", agent->input.script,
                       luaL_typename(L, -1));
    if (L != agent->L)
        show_callers(agent, L, &text);
    if (agent->running == LG_CB_RELOAD && !agent->has[LG_CB_RELOAD] && !stopped) {
        lg_text_str(&text, "\n  when its state was handed over"); /* by the host: no callback */
        goto tell;
    }
    lg_clock_format_slot(agent->moment.slot_start_ms, slot);
    lg_text_format(&text, "\n  in %s, slot %s, tick %u of %u", where, slot, agent->moment.tick,
                   agent->rules->ticks_per_slot);
    code = stopped ? stopped->code : lg_code_of(lg_text_peek(&text))->name;
    if (stopped && agent->input.trial)
        lg_text_format(&text, "\n  %s %s", where,
                       lg_stopped_text(stopped, sentence, sizeof sentence));
    else if (stopped)
        lg_text_format(&text, "\n  \"%s\" %s: %s %s", lg_desk_name(agent->desk),
                       lg__stop_outlook(agent), where,
                       lg_stopped_text(stopped, sentence, sizeof sentence));
    else if (agent->stop) {
        code = lg__stop_code((lg_stop)agent->stop);
        lg_text_format(&text, "\n  \"%s\" loses what the callback commanded: breach %u of %u a day",
                       lg_desk_name(agent->desk), agent->breaches_today,
                       agent->input.budget.breaches_a_day);
    }
    lg_text_format(&text, "\n  lunagrid explain %s", code);
tell:
    if (text.data)
        lg_text_clean_lines(text.data); /* lines of a source are as they were written */
    agent->input.fault(agent->input.ctx, agent,
                       text.failed ? "out of memory while telling of an error"
                                   : lg_text_peek(&text));
    lg_text_fini(&text);
}
