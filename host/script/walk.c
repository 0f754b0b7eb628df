/*
 * Walks over the words of a text that Lua has accepted: once to see which globals it makes, once to
 * report. It knows blocks, functions, loops and table keys well enough to say which local a name
 * is.
 */
#include "script/walk.h"

#include <string.h>

static void enter(lg__walk *c, lg__block_kind kind)
{
    if (!LG_GROW(c->mem, c->blocks, c->block_capacity, c->block_count + 1)) {
        c->failed = true;
        return;
    }
    c->blocks[c->block_count++] = (lg__block){kind, c->local_count};
    c->functions += kind == BLOCK_FUNCTION;
}

/* keep: names of a repeat block stay for the condition behind until, and a little longer. */
static void leave(lg__walk *c, bool keep)
{
    if (c->block_count == 0)
        return;
    const lg__block *b = &c->blocks[--c->block_count];
    c->functions -= b->kind == BLOCK_FUNCTION;
    if (!keep)
        c->local_count = b->first_local;
}

/* local a <const>, b = ...: returns the index of the last token that was used. */
static uint32_t walk_local(lg__walk *c, uint32_t i)
{
    const lg__token *first = &c->tokens[i + 1];
    uint32_t names = 0;
    while (lg__words_is_name(c, i + 1)) {
        i++;
        names++;
        if (names > 1)
            lg__words_declare(c, &c->tokens[i], MEANS_ANYTHING);
        if (lg__words_is(c, i + 1, "<"))
            i += 3;
        if (!lg__words_is(c, i + 1, ","))
            break;
        i++;
    }
    lg__words_declare(c, first,
                      names == 1 && lg__words_is(c, i + 1, "=") ? lg__words_meaning(c, i + 2)
                                                                : MEANS_ANYTHING);
    return i;
}

/* for names in ...: the second name of a loop over .assets or .markets is one of those. */
static uint32_t walk_for(lg__walk *c, uint32_t i)
{
    uint32_t head = i, last = i;
    enter(c, BLOCK_FOR_HEAD);
    while (last < c->count && !lg__words_is(c, last, "do") && !lg__words_is(c, last, "function"))
        last++;
    lg__meaning means = MEANS_ANYTHING;
    if (last >= 3 && lg__words_is(c, last, "do") && lg__words_is(c, last - 1, ")") &&
        lg__words_is(c, last - 3, "."))
        means = lg__words_is(c, last - 2, "assets")    ? MEANS_ASSET
                : lg__words_is(c, last - 2, "markets") ? MEANS_MARKET
                                                       : MEANS_ANYTHING;
    for (uint32_t n = 0; lg__words_is_name(c, i + 1); n++) {
        i++;
        lg__words_declare(c, &c->tokens[i], n == 1 ? means : MEANS_ANYTHING);
        if (!lg__words_is(c, i + 1, ","))
            break;
        i++;
    }
    return i > head ? i : head;
}

/* Whether the callback is called with what is known of the moment. */
static bool takes_info(int callback)
{
    return callback == LG_CB_START || callback == LG_CB_MARKET_CYCLE || callback == LG_CB_TICK ||
           callback == LG_CB_FINISH;
}

/* Whether the function of that name is given as a callback somewhere: on_tick = quote. */
static bool serves_as_callback(const lg__walk *c, const lg__token *name)
{
    for (uint32_t i = 0; i + 2 < c->count; i++) {
        char word[NAME_MAX_SHOWN + 1];
        if (!lg__words_is_name(c, i) || !lg__words_is(c, i + 1, "=") ||
            !lg__words_is_name(c, i + 2) || !lg__words_same(&c->tokens[i + 2], name))
            continue;
        int callback = lg__name_index(&lg__callback_names, lg__words_text(&c->tokens[i], word));
        if (takes_info(callback))
            return true;
    }
    return false;
}

static lg__meaning argument_of(const lg__walk *c, const lg__token *name)
{
    char word[NAME_MAX_SHOWN + 1];
    if (!name)
        return MEANS_ANYTHING;
    int callback = lg__name_index(&lg__callback_names, lg__words_text(name, word));
    switch (callback) {
    case LG_CB_TRADE:
        return (lg__meaning)(MEANS_RECORD + LG__RECORD_TRADE);
    case LG_CB_EVENT:
        return (lg__meaning)(MEANS_RECORD + LG__RECORD_MESSAGE);
    case LG_CB_ORDER:
        return (lg__meaning)(MEANS_RECORD + LG__RECORD_TRADING_ORDER);
    case LG_CB_PUBLIC_TRADE:
        return (lg__meaning)(MEANS_RECORD + LG__RECORD_PUBLIC_TRADE);
    case LG_CB_SIGNAL:
        return (lg__meaning)(MEANS_RECORD + LG__RECORD_SIGNAL);
    case LG_CB_REPORT:
    case LG_CB_COMPENSATION:
        return (lg__meaning)(MEANS_RECORD + LG__RECORD_COORD_REPORT);
    case LG_CB_ENROLMENT:
        return (lg__meaning)(MEANS_RECORD + LG__RECORD_ENROLMENT);
    case LG_CB_ACKNOWLEDGE:
        return (lg__meaning)(MEANS_RECORD + LG__RECORD_ACKNOWLEDGEMENT);
    case LG_CB_RELOAD:
        return MEANS_ANYTHING;
    default:
        return takes_info(callback) || serves_as_callback(c, name) ? MEANS_INFO : MEANS_ANYTHING;
    }
}

/* The name of the function whose keyword is at i, declared or assigned; *last is moved past it. */
static const lg__token *function_name(lg__walk *c, uint32_t i, uint32_t *last, bool *method)
{
    *last = i;
    *method = false;
    if (!lg__words_is_name(c, i + 1)) /* x = function, { x = function */
        return i >= 2 && lg__words_is(c, i - 1, "=") && lg__words_is_name(c, i - 2)
                   ? &c->tokens[i - 2]
                   : NULL;
    const lg__token *name = &c->tokens[++*last];
    if (i > 0 && lg__words_is(c, i - 1, "local"))
        lg__words_declare(c, name, MEANS_ANYTHING);
    else if (!lg__words_resolve(c, name)) {
        if (lg__words_is(c, *last + 1, "("))
            lg__words_make_global(c, name);
        else
            lg__words_read_global(c, name);
    }
    while ((lg__words_is(c, *last + 1, ".") || lg__words_is(c, *last + 1, ":")) &&
           lg__words_is_name(c, *last + 2)) {
        *method = lg__words_is(c, *last + 1, ":");
        *last += 2;
        name = &c->tokens[*last];
        lg__words_callback(c, name);
    }
    return name;
}

static uint32_t walk_function(lg__walk *c, uint32_t i)
{
    static const lg__token self = {.kind = LG_TOKEN_NAME, .text = "self", .length = 4};
    bool method, first = true;
    const lg__token *name = function_name(c, i, &i, &method);
    lg__meaning argument = argument_of(c, name);
    if (method && argument != MEANS_ANYTHING)
        lg__words_problem(c, name, "define a callback with a dot, not a colon: it gets no self");
    enter(c, BLOCK_FUNCTION);
    if (method)
        lg__words_declare(c, &self, MEANS_ANYTHING);
    if (lg__words_is(c, i + 1, "("))
        i++;
    while (!lg__words_is(c, i + 1, ")") && i + 1 < c->count) {
        i++;
        if (lg__words_is_name(c, i))
            lg__words_declare(c, &c->tokens[i], first ? argument : MEANS_ANYTHING);
        first = false;
    }
    return i + 1; /* the closing bracket */
}

static bool is_table_key(const lg__walk *c, uint32_t i)
{
    return lg__words_is(c, i + 1, "=") && c->bracket_count > 0 &&
           c->brackets[c->bracket_count - 1] == '{' &&
           (lg__words_is(c, i - 1, "{") || lg__words_is(c, i - 1, ",") ||
            lg__words_is(c, i - 1, ";"));
}

static void walk_name(lg__walk *c, uint32_t i)
{
    if (i > 0 && (lg__words_is(c, i - 1, ".") || lg__words_is(c, i - 1, ":"))) {
        if (lg__words_is(c, i + 1, "="))
            lg__words_key(c, &c->tokens[i]); /* agent.on_tick = quote */
        return;
    }
    if (i > 0 && (lg__words_is(c, i - 1, "goto") || lg__words_is(c, i - 1, "::")))
        return;
    if (i > 0 && is_table_key(c, i)) {
        lg__words_key(c, &c->tokens[i]);
        return;
    }
    const lg__local *local = lg__words_resolve(c, &c->tokens[i]);
    if (!local && lg__words_is(c, i + 1, "="))
        lg__words_make_global(c, &c->tokens[i]);
    else if (!local)
        lg__words_read_global(c, &c->tokens[i]);
    lg__words_fields(c, i, lg__words_means(c, i));
}

static void walk_bracket(lg__walk *c, char sign)
{
    if (sign == ')' || sign == '}' || sign == ']') {
        if (c->bracket_count)
            c->bracket_count--;
        return;
    }
    if (LG_GROW(c->mem, c->brackets, c->bracket_capacity, c->bracket_count + 1))
        c->brackets[c->bracket_count++] = sign;
    else
        c->failed = true;
}

/* @return the index of the last token used */
static uint32_t walk_keyword(lg__walk *c, uint32_t i)
{
    if (lg__words_is(c, i, "function"))
        return walk_function(c, i);
    if (lg__words_is(c, i, "local") && !lg__words_is(c, i + 1, "function"))
        return walk_local(c, i);
    if (lg__words_is(c, i, "for"))
        return walk_for(c, i);
    if (lg__words_is(c, i, "do")) {
        if (c->block_count && c->blocks[c->block_count - 1].kind == BLOCK_FOR_HEAD)
            c->blocks[c->block_count - 1].kind = BLOCK_PLAIN;
        else
            enter(c, BLOCK_PLAIN);
    } else if (lg__words_is(c, i, "then") || lg__words_is(c, i, "repeat"))
        enter(c, BLOCK_PLAIN);
    else if (lg__words_is(c, i, "else")) {
        leave(c, false);
        enter(c, BLOCK_PLAIN);
    } else if (lg__words_is(c, i, "elseif") || lg__words_is(c, i, "end"))
        leave(c, false);
    else if (lg__words_is(c, i, "until"))
        leave(c, true);
    return i;
}

/* ("text"):upper(): brackets of its own, not those of a call. */
static bool is_text_in_brackets(const lg__walk *c, uint32_t i)
{
    if (i < 1 || !lg__words_is(c, i - 1, "(") || !lg__words_is(c, i + 1, ")"))
        return false;
    return i < 2 || (!lg__words_is_name(c, i - 2) && !lg__words_is(c, i - 2, ")") &&
                     !lg__words_is(c, i - 2, "]") && !lg__words_is(c, i - 2, "}") &&
                     c->tokens[i - 2].kind != LG_TOKEN_TEXT);
}

void lg__walk_run(lg__walk *c, bool report)
{
    c->report = report;
    c->local_count = c->block_count = c->bracket_count = 0;
    c->functions = 0;
    for (uint32_t i = 0; i < c->count && !c->failed; i++) {
        const lg__token *token = &c->tokens[i];
        if (token->kind == LG_TOKEN_KEYWORD)
            i = walk_keyword(c, i);
        else if (token->kind == LG_TOKEN_NAME)
            walk_name(c, i);
        else if (token->kind == LG_TOKEN_TEXT && is_text_in_brackets(c, i))
            lg__words_fields(c, i + 1, MEANS_LIBRARY);
        else if (token->kind == LG_TOKEN_SIGN && token->length == 1 &&
                 strchr("()[]{}", *token->text))
            walk_bracket(c, *token->text);
        else if (lg__token_is(token, "^"))
            lg__words_power(c, i);
    }
}
