/* Checks a table of a file against rows of keys, and says all that is wrong with it at once. */
#include "arena/keys.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/text.h"

enum { ROWS_MAX = 64, CHOICES_MAX = 16 };

void lg_keys_problem(const lg_keys *keys, const lg_conf *at, const char *label, const char *key,
                     const char *format, ...)
{
    char sentence[512], place[256];
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    bool both = label && *label && key && *key;
    snprintf(place, sizeof place, "%.120s%s%.120s", label ? label : "", both ? "." : "",
             key ? key : "");
    lg_text_clean(sentence);
    lg_text_clean(place);
    lg_diag_error(keys->diag, keys->file, at && at->line > 0 ? at->line : 0, place, "%s", sentence);
}

static void got(const lg_conf *item, char *out, size_t size)
{
    static const char *const words[] = {
        [LG_CONF_NULL] = "null",
        [LG_CONF_LIST] = "a list",
        [LG_CONF_TABLE] = "a table",
    };
    if (item->type == LG_CONF_BOOL)
        snprintf(out, size, "%s", item->number != 0 ? "true" : "false");
    else if (item->type == LG_CONF_NUMBER)
        snprintf(out, size, "%.10g", item->number);
    else if (item->type == LG_CONF_TEXT)
        snprintf(out, size, "\"%.60s\"", item->text);
    else
        snprintf(out, size, "%s", words[item->type]);
}

static const char *type_words(lg_key_type type)
{
    switch (type) {
    case LG_KEY_TEXT:
        return "a text";
    case LG_KEY_WHOLE:
        return "a whole number";
    case LG_KEY_NUMBER:
        return "a number";
    case LG_KEY_BOOL:
        return "true or false";
    case LG_KEY_TABLE:
        return "a table";
    case LG_KEY_LIST:
        return "a list";
    case LG_KEY_ANY:
        return "a value";
    case LG_KEY_TEXTS:
        return "a list of texts";
    }
    return "?";
}

static bool is_texts(const lg_conf *item)
{
    if (item->type == LG_CONF_TEXT)
        return *item->text;
    for (const lg_conf *one = item->first; one; one = one->next)
        if (one->type != LG_CONF_TEXT || !*one->text)
            return false;
    return item->type == LG_CONF_LIST || (item->type == LG_CONF_TABLE && !item->first);
}

static bool is_of_type(const lg_conf *item, lg_key_type type)
{
    switch (type) {
    case LG_KEY_TEXT:
        return item->type == LG_CONF_TEXT && *item->text;
    case LG_KEY_WHOLE:
        return item->type == LG_CONF_NUMBER && item->number == floor(item->number) &&
               fabs(item->number) <= 9007199254740991.0;
    case LG_KEY_NUMBER:
        return item->type == LG_CONF_NUMBER;
    case LG_KEY_BOOL:
        return item->type == LG_CONF_BOOL;
    case LG_KEY_TABLE: /* an empty table of Lua may be either */
        return item->type == LG_CONF_TABLE || (item->type == LG_CONF_LIST && !item->first);
    case LG_KEY_LIST:
        return item->type == LG_CONF_LIST || (item->type == LG_CONF_TABLE && !item->first);
    case LG_KEY_ANY:
        return true;
    case LG_KEY_TEXTS:
        return is_texts(item);
    }
    return false;
}

/* The words between bars; @return how many */
static uint32_t split(const char *choices, char words[CHOICES_MAX][32],
                      const char *names[CHOICES_MAX])
{
    uint32_t count = 0;
    for (const char *at = choices; *at && count < CHOICES_MAX; count++) {
        size_t length = strcspn(at, "|");
        snprintf(words[count], sizeof words[count], "%.*s", (int)length, at);
        names[count] = words[count];
        at += length + (at[length] == '|');
    }
    return count;
}

static bool check_choice(const lg_keys *keys, const char *label, const lg_conf *item,
                         const lg_key *row)
{
    char words[CHOICES_MAX][32], list[256] = "";
    const char *names[CHOICES_MAX];
    uint32_t count = split(row->choices, words, names);
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(item->text, names[i]) == 0)
            return true;
    size_t used = 0;
    for (uint32_t i = 0; i < count && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s\"%s\"",
                                 i == 0           ? ""
                                 : i + 1 == count ? " or "
                                                  : ", ",
                                 names[i]);
    int near = lg_text_nearest(item->text, names, count);
    lg_keys_problem(keys, item, label, row->name, "expected %s, got \"%.60s\"%s%s%s", list,
                    item->text, near >= 0 ? "; did you mean \"" : "", near >= 0 ? names[near] : "",
                    near >= 0 ? "\"?" : "");
    return false;
}

static bool check_value(const lg_keys *keys, const char *label, const lg_conf *item,
                        const lg_key *row)
{
    char word[96];
    if (!is_of_type(item, row->type)) {
        got(item, word, sizeof word);
        lg_keys_problem(keys, item, label, row->name, "expected %s, got %s", type_words(row->type),
                        word);
        return false;
    }
    bool number = row->type == LG_KEY_WHOLE || row->type == LG_KEY_NUMBER;
    if (number && (row->min != 0 || row->max != 0) &&
        !(item->number >= row->min && item->number <= row->max)) {
        int digits = row->type == LG_KEY_WHOLE ? 16 : 10; /* 2^53 has 16 */
        lg_keys_problem(keys, item, label, row->name, "expected %s from %.*g to %.*g, got %.10g",
                        type_words(row->type), digits, row->min, digits, row->max, item->number);
        return false;
    }
    return row->type != LG_KEY_TEXT || !row->choices || check_choice(keys, label, item, row);
}

static const lg_key *row_of(const lg_key *rows, uint32_t count, const char *name)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

static void unknown(const lg_keys *keys, const char *label, const lg_conf *item, const lg_key *rows,
                    uint32_t count)
{
    const char *names[ROWS_MAX];
    char list[400] = "";
    size_t used = 0;
    for (uint32_t i = 0; i < count && i < ROWS_MAX; i++) {
        names[i] = rows[i].name;
        if (used < sizeof list)
            used +=
                (size_t)snprintf(list + used, sizeof list - used, "%s%s", i ? ", " : "", names[i]);
    }
    int near = lg_text_nearest(item->key, names, count < ROWS_MAX ? count : ROWS_MAX);
    if (near >= 0)
        lg_keys_problem(keys, item, label, item->key, "unknown key; did you mean \"%s\"?",
                        names[near]);
    else
        lg_keys_problem(keys, item, label, item->key, "unknown key; there are %s", list);
}

bool lg_keys_check(const lg_keys *keys, const char *label, const lg_conf *table, const lg_key *rows,
                   uint32_t count)
{
    bool fine = true;
    if (!is_of_type(table, LG_KEY_TABLE)) {
        char word[96];
        got(table, word, sizeof word);
        lg_keys_problem(keys, table, label, "", "expected a table, got %s", word);
        return false;
    }
    for (const lg_conf *item = table->first; item; item = item->next) {
        const lg_key *row = row_of(rows, count, item->key);
        if (!row)
            unknown(keys, label, item, rows, count);
        fine = row && check_value(keys, label, item, row) && fine;
    }
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].required && !lg_conf_get(table, rows[i].name)) {
            lg_keys_problem(keys, table, label, rows[i].name, "is missing: expected %s, %s",
                            type_words(rows[i].type), rows[i].help);
            fine = false;
        }
    return fine;
}

const char *lg_keys_text(const lg_conf *table, const char *key, const char *otherwise)
{
    const lg_conf *item = lg_conf_get(table, key);
    return item && item->type == LG_CONF_TEXT ? item->text : otherwise;
}

double lg_keys_number(const lg_conf *table, const char *key, double otherwise)
{
    const lg_conf *item = lg_conf_get(table, key);
    return item && item->type == LG_CONF_NUMBER ? item->number : otherwise;
}

bool lg_keys_bool(const lg_conf *table, const char *key, bool otherwise)
{
    const lg_conf *item = lg_conf_get(table, key);
    return item && item->type == LG_CONF_BOOL ? item->number != 0 : otherwise;
}

bool lg_keys_names(lg_arena *arena, const lg_conf *table, const char *key, lg_names *out)
{
    const lg_conf *item = lg_conf_get(table, key);
    *out = (lg_names){.count = 0};
    if (!item)
        return true;
    bool one = item->type == LG_CONF_TEXT;
    out->items = lg_arena_alloc(arena, (item->count + 1) * sizeof *out->items);
    if (!out->items)
        return false;
    if (one)
        out->items[out->count++] = item->text;
    for (const lg_conf *text = item->first; text; text = text->next)
        out->items[out->count++] = text->text;
    return true;
}

/* ---- the schema ---- */

static void put_reference(const char *of, lg_text *out)
{
    const char *bar = strchr(of, '|');
    if (bar)
        lg_text_format(out, "{\"anyOf\": [{\"type\": \"string\"}, {\"$ref\": \"#/$defs/%s\"}]}",
                       bar + 1);
    else
        lg_text_format(out, "{\"$ref\": \"#/$defs/%s\"}", of);
}

static void put_type(const lg_key *row, lg_text *out)
{
    static const char *const types[] = {
        [LG_KEY_TEXT] = "\"type\": \"string\", \"minLength\": 1",
        [LG_KEY_WHOLE] = "\"type\": \"integer\"",
        [LG_KEY_NUMBER] = "\"type\": \"number\"",
        [LG_KEY_BOOL] = "\"type\": \"boolean\"",
        [LG_KEY_TABLE] = "\"type\": \"object\"",
        [LG_KEY_LIST] = "\"type\": \"array\"",
        [LG_KEY_ANY] = "\"type\": [\"array\", \"object\"]",
        [LG_KEY_TEXTS] = "\"type\": [\"string\", \"array\"], \"items\": {\"type\": \"string\"}",
    };
    lg_text_str(out, types[row->type]);
    if (row->min != 0 || row->max != 0) {
        lg_text_str(out, ", \"minimum\": ");
        lg_text_double(out, row->min);
        lg_text_str(out, ", \"maximum\": ");
        lg_text_double(out, row->max);
    }
    if (row->of && row->type == LG_KEY_LIST) {
        lg_text_str(out, ", \"items\": ");
        put_reference(row->of, out);
    } else if (row->of && row->type == LG_KEY_TABLE) {
        lg_text_format(out, ", \"$ref\": \"#/$defs/%s\"", row->of);
    } else if (row->of && row->type == LG_KEY_ANY) {
        lg_text_str(out, ", \"anyOf\": [{\"type\": \"array\"}, ");
        put_reference(row->of, out);
        lg_text_char(out, ']');
    }
    if (row->choices) {
        char words[CHOICES_MAX][32];
        const char *names[CHOICES_MAX];
        uint32_t count = split(row->choices, words, names);
        lg_text_str(out, ", \"enum\": [");
        for (uint32_t i = 0; i < count; i++)
            lg_text_format(out, "%s\"%s\"", i ? ", " : "", names[i]);
        lg_text_char(out, ']');
    }
}

static void put_rows(const lg_key *rows, uint32_t count, lg_text *out)
{
    const char *between = "";
    lg_text_str(out, "\"type\": \"object\", \"additionalProperties\": false, \"properties\": {");
    for (uint32_t i = 0; i < count; i++) {
        lg_text_format(out, "%s\n    \"%s\": {", i ? "," : "", rows[i].name);
        put_type(&rows[i], out);
        lg_text_str(out, ", \"description\": ");
        lg_text_json(out, rows[i].help);
        lg_text_char(out, '}');
    }
    lg_text_str(out, "\n  }, \"required\": [");
    for (uint32_t i = 0; i < count; i++)
        if (rows[i].required) {
            lg_text_format(out, "%s\"%s\"", between, rows[i].name);
            between = ", ";
        }
    lg_text_char(out, ']');
}

void lg_keys_schema(const char *title, const lg_key *rows, uint32_t count,
                    const lg_keys_part *parts, uint32_t part_count, lg_text *out)
{
    lg_text_format(out,
                   "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
                   "  \"title\": \"%s\",\n  ",
                   title);
    put_rows(rows, count, out);
    lg_text_str(out, ",\n  \"$defs\": {");
    for (uint32_t i = 0; i < part_count; i++) {
        lg_text_format(out, "%s\n  \"%s\": {", i ? "," : "", parts[i].name);
        put_rows(parts[i].rows, parts[i].count, out);
        lg_text_char(out, '}');
    }
    lg_text_str(out, "\n  }\n}\n");
}
