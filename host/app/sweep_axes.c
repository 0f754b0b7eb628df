/* Ranges are counted in millionths, so 0..1..0.1 has eleven values and none is 0.30000000000000004.
 */
#include "app/sweep_axes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { DECIMALS = 6 };
#define MILLION    INT64_C(1000000)
#define NUMBER_MAX (INT64_C(1000000000000) * MILLION)
#define SEED_MAX   ((UINT64_C(1) << 53) - 1)

/* ---- numbers ---- */

/* A decimal with up to six digits behind the point, in millionths. @return where it ends; NULL: it
 * is none */
static const char *read_number(const char *text, int64_t *number)
{
    bool negative = *text == '-';
    int decimals = -1;
    bool any = false;
    *number = 0;
    for (text += negative; (*text >= '0' && *text <= '9') || (*text == '.' && text[1] != '.');
         text++) {
        if (*text == '.') {
            if (decimals >= 0)
                return NULL;
            decimals = 0;
            continue;
        }
        any = true;
        *number = *number * 10 + (*text - '0');
        decimals += decimals >= 0;
        if (*number > NUMBER_MAX / MILLION || decimals > DECIMALS)
            return NULL;
    }
    for (int i = decimals > 0 ? decimals : 0; i < DECIMALS; i++)
        *number *= 10;
    *number = negative ? -*number : *number;
    return any ? text : NULL;
}

typedef struct range {
    int64_t from, to, step;
} range;

/* Whether @p text is A..B or A..B..STEP. */
static bool read_range(const char *text, range *r)
{
    const char *at = read_number(text, &r->from);
    if (!at || strncmp(at, "..", 2) != 0)
        return false;
    at = read_number(at + 2, &r->to);
    if (!at)
        return false;
    r->step = r->to < r->from ? -MILLION : MILLION;
    if (!*at)
        return true;
    if (strncmp(at, "..", 2) != 0)
        return false;
    at = read_number(at + 2, &r->step);
    return at && !*at;
}

/* ---- values ---- */

static lg_status exhausted(lg_err *err)
{
    return lg_fail(err, LG_MEMORY, "out of memory");
}

static lg_status add_value(lg_axes *axes, lg_axis *axis, const char *text, size_t length,
                           lg_err *err)
{
    const char *copy = lg_arena_text(&axes->arena, text, length);
    if (axis->count == LG_AXIS_VALUES_MAX)
        return lg_fail(err, LG_LIMIT, "--set %.100s has more than %d values", axis->key,
                       LG_AXIS_VALUES_MAX);
    if (!copy || !LG_GROW(axes->mem, axis->values, axis->capacity, axis->count + 1))
        return exhausted(err);
    axis->values[axis->count++] = copy;
    return LG_OK;
}

static lg_status add_range(lg_axes *axes, lg_axis *axis, const char *text, const range *r,
                           lg_err *err)
{
    lg_text value;
    lg_status status = LG_OK;
    if (r->step == 0 || (r->to > r->from && r->step < 0) || (r->to < r->from && r->step > 0))
        return lg_fail(err, LG_INVALID,
                       "--set %.100s: the range %.100s gets nowhere: its step leads away from its "
                       "end",
                       axis->key, text);
    if ((r->to - r->from) / r->step >= LG_AXIS_VALUES_MAX)
        return lg_fail(err, LG_LIMIT, "--set %.100s: the range %.100s has more than %d values",
                       axis->key, text, LG_AXIS_VALUES_MAX);
    lg_text_init(&value, axes->mem);
    int64_t steps = (r->to - r->from) / r->step;
    for (int64_t i = 0; i <= steps && status == LG_OK; i++) {
        lg_text_clear(&value);
        lg_text_fixed(&value, r->from + i * r->step, DECIMALS);
        status =
            value.failed ? exhausted(err) : add_value(axes, axis, value.data, value.length, err);
    }
    lg_text_fini(&value);
    return status;
}

/* The value in quotes that begins at *at, moved behind it. */
static lg_status add_quoted(lg_axes *axes, lg_axis *axis, const char **at, lg_err *err)
{
    lg_text value;
    const char *c = *at + 1;
    lg_text_init(&value, axes->mem);
    for (; *c && (*c != '"' || c[1] == '"'); c += *c == '"' ? 2 : 1)
        lg_text_char(&value, *c);
    lg_status status = LG_OK;
    if (!*c || (c[1] && c[1] != ','))
        status =
            lg_fail(err, LG_INVALID,
                    "--set %.100s: %.100s has a double quote that is not closed before a comma "
                    "or the end; a quote within is doubled",
                    axis->key, *at);
    else
        status = value.failed ? exhausted(err)
                              : add_value(axes, axis, lg_text_peek(&value), value.length, err);
    lg_text_fini(&value);
    *at = *c ? c + 1 : c;
    return status;
}

static lg_status add_plain(lg_axes *axes, lg_axis *axis, const char **at, lg_err *err)
{
    range r;
    size_t length = strcspn(*at, ",");
    const char *text = lg_arena_text(&axes->arena, *at, length);
    *at += length;
    if (!text)
        return exhausted(err);
    if (!length)
        return lg_fail(err, LG_INVALID,
                       "--set %.100s has an empty value: they are separated by single commas; an "
                       "empty text is \"\"",
                       axis->key);
    return read_range(text, &r) ? add_range(axes, axis, text, &r, err)
                                : add_value(axes, axis, text, length, err);
}

static lg_status check_twice(const lg_axis *axis, lg_err *err)
{
    for (uint32_t i = 0; i < axis->count; i++)
        for (uint32_t k = 0; k < i; k++)
            if (strcmp(axis->values[i], axis->values[k]) == 0)
                return lg_fail(err, LG_INVALID, "--set %.100s has the value %.100s twice",
                               axis->key, axis->values[i]);
    return LG_OK;
}

static lg_status read_axis(lg_axes *axes, lg_axis *axis, const lg_setting *setting, lg_err *err)
{
    const char *at = setting->value;
    lg_status status = LG_OK;
    axis->key = setting->key;
    for (bool more = true; more && status == LG_OK;) {
        status = *at == '"' ? add_quoted(axes, axis, &at, err) : add_plain(axes, axis, &at, err);
        more = *at == ',';
        at += more;
    }
    return status == LG_OK ? check_twice(axis, err) : status;
}

/* ---- all of them ---- */

static lg_status take_seeds(lg_axes *axes, const lg_axis *axis, lg_err *err)
{
    axes->seeds = lg_arena_alloc(&axes->arena, axis->count * sizeof *axes->seeds);
    if (!axes->seeds)
        return exhausted(err);
    for (uint32_t i = 0; i < axis->count; i++) {
        char *end;
        errno = 0;
        axes->seeds[i] = strtoull(axis->values[i], &end, 10);
        if (axis->values[i][0] < '0' || axis->values[i][0] > '9' || *end || errno ||
            axes->seeds[i] > SEED_MAX)
            return lg_fail(err, LG_INVALID,
                           "--set seed expects whole numbers from 0 to 2^53 - 1, got \"%.100s\"",
                           axis->values[i]);
    }
    axes->seed_count = axis->count;
    return LG_OK;
}

static lg_status read_one(lg_axes *axes, const lg_pairs *settings, uint32_t index, lg_err *err)
{
    const lg_setting *setting = &settings->items[index];
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(settings->items[i].key, setting->key) == 0)
            return lg_fail(err, LG_INVALID,
                           "--set %.100s is given twice: its values stand in one list, with commas",
                           setting->key);
    lg_axis *axis = &axes->items[axes->count];
    lg_status status = read_axis(axes, axis, setting, err);
    if (status == LG_OK && strcmp(setting->key, LG_AXIS_SEED) == 0) {
        status = take_seeds(axes, axis, err);
        lg_mem_free(axes->mem, axis->values, axis->capacity * sizeof *axis->values);
        *axis = (lg_axis){.key = NULL};
        return status;
    }
    axes->count++;
    return status;
}

lg_status lg_axes_read(lg_mem *mem, const lg_pairs *settings, lg_axes *axes, lg_err *err)
{
    *axes = (lg_axes){.mem = mem, .combinations = 1};
    lg_arena_init(&axes->arena, mem, 4096);
    axes->items = lg_arena_alloc(&axes->arena, (settings->count + 1) * sizeof *axes->items);
    if (!axes->items)
        return exhausted(err);
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < settings->count && status == LG_OK; i++)
        status = read_one(axes, settings, i, err);
    uint64_t games = axes->seed_count ? axes->seed_count : 1;
    for (uint32_t i = 0; i < axes->count && status == LG_OK; i++) {
        games *= axes->items[i].count;
        if (games > LG_AXES_GAMES_MAX)
            return lg_fail(err, LG_LIMIT, "these values have more than %d combinations",
                           LG_AXES_GAMES_MAX);
        axes->combinations *= axes->items[i].count;
    }
    return status;
}

void lg_axes_fini(lg_axes *axes)
{
    for (uint32_t i = 0; axes->items && i <= axes->count; i++)
        lg_mem_free(axes->mem, axes->items[i].values,
                    axes->items[i].capacity * sizeof *axes->items[i].values);
    lg_arena_drop(&axes->arena);
    *axes = (lg_axes){.mem = axes->mem};
}

const char *lg_axes_value(const lg_axes *axes, uint32_t index, uint32_t axis)
{
    for (uint32_t i = axes->count - 1; i > axis; i--)
        index /= axes->items[i].count;
    return axes->items[axis].values[index % axes->items[axis].count];
}
