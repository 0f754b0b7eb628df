/*
 * One value against its row: type, range, choice. A value of `--set` is a text until its row says
 * what it has to be; it is turned into that in place, so that the resolved scenario shows it as if
 * it were written.
 */
#include "scenario/reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "scenario/csv.h"

const char *lg__unit_sign(uint32_t unit)
{
    switch (unit) {
#define X(number, name, sign)                                                                      \
    case number:                                                                                   \
        return sign;
        LG_UNIT_MAP(X)
#undef X
    default:
        return "";
    }
}

/* Room for the choices of one option; a hundred plugins may each bring a matching rule. */
enum { CHOICES_MAX = 128, CHOICES_BYTES = 6400 };

/* "a|b|c" as "a", "b", "c" into pieces. */
static size_t choices_split(const char *choices, char *buffer, size_t size, const char **words,
                            size_t max)
{
    size_t count = 0;
    snprintf(buffer, size, "%s", choices);
    for (char *word = buffer; word && count < max;) {
        char *bar = strchr(word, '|');
        if (bar)
            *bar++ = 0;
        words[count++] = word;
        word = bar;
    }
    return count;
}

/* "one of a, b, c" */
static void expected_choices(const char *choices, char *out, size_t size)
{
    size_t used = (size_t)snprintf(out, size, "one of ");
    for (const char *p = choices; *p && used + 3 < size; p++) {
        out[used++] = *p == '|' ? ',' : *p;
        if (*p == '|')
            out[used++] = ' ';
    }
    out[used] = 0;
}

void lg__expected(const lg_option *row, char *out, size_t size)
{
    const char *sign = lg__unit_sign(row->unit);
    char unit[24] = "";
    if (*sign)
        snprintf(unit, sizeof unit, " (%s)", sign);
    switch (row->type) {
    case LG_OPTION_NUMBER:
        snprintf(out, size, "a number%s", unit);
        return;
    case LG_OPTION_INTEGER:
        snprintf(out, size, "a whole number%s", unit);
        return;
    case LG_OPTION_BOOL:
        snprintf(out, size, "true or false");
        return;
    case LG_OPTION_PROFILE:
        snprintf(out, size, "a number%s, csv{...}, day{...} or a list of 24 or 96 numbers", unit);
        return;
    case LG_OPTION_LIST:
        snprintf(out, size, "a list of numbers%s", unit);
        return;
    case LG_OPTION_TIME:
        snprintf(out, size, "a time of day like \"18:00\" or a date like \"2024-06-03T18:00Z\"");
        return;
    case LG_OPTION_ROWS:
        snprintf(out, size, "a list of tables");
        return;
    case LG__KEY_TABLE:
    case LG__KEY_FREE:
        snprintf(out, size, "a table");
        return;
    case LG__KEY_LIST:
        snprintf(out, size, "a list");
        return;
    case LG__KEY_NAMES:
        snprintf(out, size, "a list of names");
        return;
    case LG__KEY_TIME:
        snprintf(out, size, "a time like \"2024-06-03T00:00Z\"");
        return;
    case LG__KEY_UUID:
        snprintf(out, size, "a UUID of 36 characters");
        return;
    default:
        if (row->choices)
            expected_choices(row->choices, out, size);
        else
            snprintf(out, size, "a text");
    }
}

/* All digits that tell @p value from its neighbours: 15 where they do, else 17. */
static const char *digits_of(double value, char out[32])
{
    snprintf(out, 32, "%.15g", value);
    if (isfinite(value) && strtod(out, NULL) != value)
        snprintf(out, 32, "%.17g", value);
    return out;
}

void lg__got(const lg_conf *item, char *out, size_t size)
{
    char digits[32];
    switch (item->type) {
    case LG_CONF_NULL:
        snprintf(out, size, "nothing");
        return;
    case LG_CONF_BOOL:
        snprintf(out, size, "%s", item->number != 0 ? "true" : "false");
        return;
    case LG_CONF_NUMBER:
        snprintf(out, size, "the number %s", digits_of(item->number, digits));
        return;
    case LG_CONF_TEXT:
        snprintf(out, size, "the text \"%.60s\"", item->text);
        return;
    case LG_CONF_LIST:
        snprintf(out, size, "a list");
        return;
    case LG_CONF_TABLE:
        snprintf(out, size, "a table");
        return;
    }
}

static bool wrong_type(lg__reader *r, const char *label, const lg__field *field)
{
    char expected[160], got[96];
    lg__expected(field->row, expected, sizeof expected);
    lg__got(field->item, got, sizeof got);
    lg__problem(r, field->item, label, field->row->name, "expected %s, got %s", expected, got);
    return false;
}

/* What `--set` gave as a text becomes what the row wants, if it can. */
static void settle_setting(const lg_option *row, lg_conf *item)
{
    double number;
    if (item->line != LG__FROM_SET || item->type != LG_CONF_TEXT)
        return;
    switch (row->type) {
    case LG_OPTION_NUMBER:
    case LG_OPTION_INTEGER:
    case LG_OPTION_PROFILE:
        if (lg__number_parse(item->text, &number)) {
            item->type = LG_CONF_NUMBER;
            item->number = number;
        }
        return;
    case LG_OPTION_BOOL:
        if (strcmp(item->text, "true") == 0 || strcmp(item->text, "false") == 0) {
            item->type = LG_CONF_BOOL;
            item->number = item->text[0] == 't';
        }
        return;
    default:
        return;
    }
}

/* Whether @p value is finite and in the row's range; `which` names an element of a list ("" for
 * none). */
static bool in_range(lg__reader *r, const char *label, const lg_option *row, const lg_conf *item,
                     double value)
{
    if (!isfinite(value)) {
        lg__problem(r, item, label, row->name, "is not a finite number");
        return false;
    }
    if (row->min < row->max && (value < row->min || value > row->max)) {
        const char *sign = lg__unit_sign(row->unit);
        char got[32], min[32], max[32];
        lg__problem(r, item, label, row->name, "%s is outside of %s to %s%s%s",
                    digits_of(value, got), digits_of(row->min, min), digits_of(row->max, max),
                    *sign ? " " : "", sign);
        return false;
    }
    return true;
}

static bool check_number(lg__reader *r, const char *label, lg__field *field)
{
    if (field->item->type != LG_CONF_NUMBER)
        return wrong_type(r, label, field);
    field->value.number = field->item->number;
    if (!in_range(r, label, field->row, field->item, field->value.number))
        return false;
    if (field->row->type == LG_OPTION_INTEGER && field->value.number != floor(field->value.number))
        return wrong_type(r, label, field);
    return true;
}

static bool check_text(lg__reader *r, const char *label, lg__field *field)
{
    const lg_option *row = field->row;
    if (field->item->type != LG_CONF_TEXT)
        return wrong_type(r, label, field);
    field->value.text = field->item->text;
    if (!row->choices)
        return true;
    char buffer[CHOICES_BYTES], near[96];
    const char *words[CHOICES_MAX];
    size_t count = choices_split(row->choices, buffer, sizeof buffer, words, CHOICES_MAX);
    for (size_t i = 0; i < count; i++)
        if (strcmp(words[i], field->item->text) == 0) {
            field->value.number = (double)i; /* its place among the choices */
            return true;
        }
    char expected[160];
    lg__expected(row, expected, sizeof expected);
    lg__near_miss(field->item->text, words, count, near, sizeof near);
    lg__problem(r, field->item, label, row->name, "expected %s, got \"%.60s\"%s", expected,
                field->item->text, near);
    return false;
}

static bool check_list(lg__reader *r, const char *label, lg__field *field)
{
    const lg_conf *item = field->item;
    if (item->type != LG_CONF_LIST && !(item->type == LG_CONF_TABLE && item->count == 0))
        return wrong_type(r, label, field);
    double *list = lg_arena_alloc(r->arena, (item->count + 1) * sizeof *list);
    if (!list)
        return lg__exhausted(r);
    uint32_t n = 0;
    for (lg_conf *each = item->first; each; each = each->next) {
        lg__field one = {.row = field->row, .item = each};
        if (each->type != LG_CONF_NUMBER)
            return wrong_type(r, label, &one);
        if (!in_range(r, label, field->row, each, each->number))
            return false;
        list[n++] = each->number;
    }
    field->value.list = list;
    field->value.list_count = n;
    return true;
}

static bool check_rows(lg__reader *r, const char *label, lg__field *field)
{
    bool no_list;
    bool fine = lg__check_rows(r, label, field, &no_list);
    return no_list ? wrong_type(r, label, field) : fine;
}

static bool check_names(lg__reader *r, const char *label, const lg__field *field)
{
    const lg_conf *item = field->item;
    if (item->type != LG_CONF_LIST && !(item->type == LG_CONF_TABLE && item->count == 0))
        return wrong_type(r, label, field);
    for (lg_conf *each = item->first; each; each = each->next)
        if (each->type != LG_CONF_TEXT) {
            lg__field one = {.row = field->row, .item = each};
            return wrong_type(r, label, &one);
        }
    return true;
}

static bool check_profile(lg__reader *r, const char *label, lg__field *field)
{
    field->value.profile = lg__profile_read(r, label, field->row, field->item);
    if (field->item->type == LG_CONF_NUMBER)
        field->value.number = field->item->number;
    return field->value.profile != NULL;
}

bool lg__check_value(lg__reader *r, const char *label, lg__field *field)
{
    int64_t time_ms;
    lg_uuid uuid;
    lg_conf *item = field->item;
    settle_setting(field->row, item);
    field->value.given = 1;
    switch (field->row->type) {
    case LG_OPTION_NUMBER:
    case LG_OPTION_INTEGER:
        return check_number(r, label, field);
    case LG_OPTION_BOOL:
        field->value.number = item->number;
        return item->type == LG_CONF_BOOL || wrong_type(r, label, field);
    case LG_OPTION_PROFILE:
        return check_profile(r, label, field);
    case LG_OPTION_LIST:
        return check_list(r, label, field);
    case LG_OPTION_TIME:
        return lg__check_time(field) || wrong_type(r, label, field);
    case LG_OPTION_ROWS:
        return check_rows(r, label, field);
    case LG__KEY_NAMES:
        return check_names(r, label, field);
    case LG__KEY_TABLE:
    case LG__KEY_FREE:
        return item->type == LG_CONF_TABLE || (item->type == LG_CONF_LIST && item->count == 0) ||
               wrong_type(r, label, field);
    case LG__KEY_LIST:
        return item->type == LG_CONF_LIST || (item->type == LG_CONF_TABLE && item->count == 0) ||
               wrong_type(r, label, field);
    case LG__KEY_TIME:
        return (item->type == LG_CONF_TEXT && lg_clock_parse(item->text, &time_ms)) ||
               wrong_type(r, label, field);
    case LG__KEY_UUID:
        return (item->type == LG_CONF_TEXT && lg_uuid_parse(item->text, &uuid)) ||
               wrong_type(r, label, field);
    default:
        return check_text(r, label, field);
    }
}
