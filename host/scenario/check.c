/*
 * One object against its rows. Nothing stops at the first problem: a field that is wrong is
 * reported and takes its default, so that the rest of the file can be looked at.
 */
#include "scenario/reader.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool lg__exhausted(lg__reader *reader)
{
    reader->exhausted = true;
    return false;
}

/* Names and texts come from files: a line break in one must not look like another message. */
static void escape(const char *from, char *out, size_t size)
{
    size_t used = 0;
    out[0] = 0;
    for (; *from && used + 5 < size; from++) {
        unsigned char c = (unsigned char)*from;
        if (c >= 0x20 && c != 0x7f)
            used += (size_t)snprintf(out + used, size - used, "%c", c);
        else if (c == '\n' || c == '\t')
            used += (size_t)snprintf(out + used, size - used, c == '\n' ? "\\n" : "\\t");
        else
            used += (size_t)snprintf(out + used, size - used, "\\x%02x", c);
    }
}

static void report(lg__reader *r, bool warning, const lg_conf *at, const char *label,
                   const char *key, const char *format, va_list args)
{
    char raw[512], sentence[640], place[LG__NAME_MAX + 128];
    bool both = label && *label && key && *key;
    vsnprintf(raw, sizeof raw, format, args);
    escape(raw, sentence, sizeof sentence);
    snprintf(raw, sizeof raw, "%.*s%s%.60s", LG__NAME_MAX, label ? label : "", both ? "." : "",
             key ? key : "");
    escape(raw, place, sizeof place);
    int line = at ? at->line : 0;
    const char *file = line == LG__FROM_SET      ? "--set"
                       : line == LG__FROM_AGENT  ? "--agent"
                       : line == LG__FROM_OPTION ? "command line"
                       : line <= LG__FROM_SEATS  ? r->input->seats_file
                                                 : r->input->file;
    line = line > 0 ? line : line <= LG__FROM_SEATS ? LG__FROM_SEATS - line : 0;
    if (warning)
        lg_diag_warn(r->diag, file, line, place, "%s", sentence);
    else
        lg_diag_error(r->diag, file, line, place, "%s", sentence);
}

void lg__problem(lg__reader *reader, const lg_conf *at, const char *label, const char *key,
                 const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(reader, false, at, label, key, format, args);
    va_end(args);
}

void lg__warning(lg__reader *reader, const lg_conf *at, const char *label, const char *key,
                 const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report(reader, true, at, label, key, format, args);
    va_end(args);
}

void lg__near_miss(const char *word, const char *const *candidates, size_t count, char *out,
                   size_t size)
{
    int near = lg_text_nearest(word, candidates, count);
    if (near >= 0)
        snprintf(out, size, "; did you mean \"%.60s\"?", candidates[near]);
    else
        out[0] = 0;
}

lg__field *lg__field_of(lg__field *fields, const lg__rows *rows, const char *key)
{
    for (uint32_t i = 0; i < rows->count; i++)
        if (strcmp(rows->items[i]->name, key) == 0)
            return &fields[i];
    LG_ASSERT(false); /* a key that no row names */
    return NULL;
}

/* Appends the names of all rows, as far as they fit. */
static void known_keys(const lg__rows *rows, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "; known are ");
    for (uint32_t i = 0; i < rows->count && used + 40 < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%.32s", i ? ", " : "",
                                 rows->items[i]->name);
}

static void unknown_key(lg__reader *r, const char *label, const lg_conf *item, const lg__rows *rows)
{
    const char **names = lg_arena_alloc(&r->scratch, (rows->count + 1) * sizeof *names);
    if (!names) {
        lg__exhausted(r);
        return;
    }
    for (uint32_t i = 0; i < rows->count; i++)
        names[i] = rows->items[i]->name;
    char hint[360];
    lg__near_miss(item->key, names, rows->count, hint, sizeof hint);
    if (!hint[0])
        known_keys(rows, hint, sizeof hint);
    lg__problem(r, item, label, item->key, "unknown key%s", hint);
}

/* The default of a row, as if the scenario had not said anything. */
static lg_value default_of(const lg_option *row)
{
    lg_value value = {.size = sizeof value, .number = row->def};
    if (row->type == LG_OPTION_TEXT && row->choices)
        value.number = 0;
    return value;
}

/* The first choice of a text row as the default text; other rows have none. */
static bool default_text(lg__reader *r, lg__field *field)
{
    const lg_option *row = field->row;
    if (row->type != LG_OPTION_TEXT || !row->choices)
        return true;
    field->value.text = lg_arena_text(r->arena, row->choices, strcspn(row->choices, "|"));
    return field->value.text || lg__exhausted(r);
}

static bool place_items(lg__reader *r, const char *label, lg_conf *table, const lg__rows *rows,
                        lg__field *fields)
{
    bool fine = true;
    for (lg_conf *item = table->first; item; item = item->next) {
        uint32_t i = 0;
        while (i < rows->count && strcmp(rows->items[i]->name, item->key) != 0)
            i++;
        if (i == rows->count) {
            unknown_key(r, label, item, rows);
            fine = false;
        } else if (item->type != LG_CONF_NULL) {
            fields[i].item = item;
        }
    }
    return fine;
}

bool lg__check(lg__reader *r, const char *label, lg_conf *table, const lg__rows *rows,
               lg__field *fields)
{
    for (uint32_t i = 0; i < rows->count; i++)
        fields[i] = (lg__field){.row = rows->items[i], .value = default_of(rows->items[i])};
    bool fine = place_items(r, label, table, rows, fields);
    for (uint32_t i = 0; i < rows->count; i++) {
        const lg_option *row = rows->items[i];
        if (fields[i].item) {
            if (lg__check_value(r, label, &fields[i]))
                continue;
            fine = false;
            fields[i].value = default_of(row);
            fields[i].item = NULL;
        } else if (row->flags & LG_OPTION_REQUIRED) {
            char expected[160];
            lg__expected(row, expected, sizeof expected);
            lg__problem(r, table, label, row->name, "is missing; expected %s: %s", expected,
                        row->help ? row->help : "");
            fine = false;
        }
        if (!default_text(r, &fields[i]))
            return false;
    }
    return fine;
}

/* An item for the value a row's default stands for; NULL when it has none. */
static lg_conf *default_item(lg__reader *r, const lg__field *field)
{
    const lg_option *row = field->row;
    bool text = row->type == LG_OPTION_TEXT && row->choices;
    if (!text && isnan(row->def))
        return NULL;
    lg_conf_type type = text                          ? LG_CONF_TEXT
                        : row->type == LG_OPTION_BOOL ? LG_CONF_BOOL
                                                      : LG_CONF_NUMBER;
    lg_conf *item = lg__conf_new(r->arena, type, row->name, 0);
    if (!item) {
        lg__exhausted(r);
        return NULL;
    }
    item->text = field->value.text;
    item->number = text ? 0 : row->def;
    return item;
}

lg_conf *lg__resolved(lg__reader *r, const lg__rows *rows, const lg__field *fields)
{
    lg_conf *table = lg__conf_new(r->arena, LG_CONF_TABLE, NULL, 0);
    if (!table) {
        lg__exhausted(r);
        return NULL;
    }
    lg_conf **tail = &table->first;
    for (uint32_t i = 0; i < rows->count; i++) {
        lg_conf *item = NULL;
        if (fields[i].item) {
            item = lg_arena_alloc(r->arena, sizeof *item);
            if (!item) {
                lg__exhausted(r);
                return NULL;
            }
            *item = *fields[i].item;
        } else if (i < rows->own) {
            item = default_item(r, &fields[i]);
        }
        if (item)
            tail = lg__conf_append(table, tail, item);
    }
    return table;
}
