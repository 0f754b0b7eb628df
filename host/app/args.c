/* One pass over the words. A value never begins an option by accident: `--out --csv` is refused,
 * since a forgotten value is far more common than a folder named "--csv"; `--out=--csv` says it all
 * the same.
 */
#include "app/args.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/text.h"

#define FLAGS_MAX 32

static const lg_flag *find_long(const lg_flag *flags, uint32_t count, const char *name,
                                size_t length)
{
    for (uint32_t i = 0; i < count; i++)
        if (strlen(flags[i].name) == length && memcmp(flags[i].name, name, length) == 0)
            return &flags[i];
    return NULL;
}

static const lg_flag *find_short(const lg_flag *flags, uint32_t count, char letter)
{
    for (uint32_t i = 0; i < count; i++)
        if (flags[i].letter && flags[i].letter == letter)
            return &flags[i];
    return NULL;
}

static lg_status unknown_flag(const lg_flag *flags, uint32_t count, const char *word, lg_err *err)
{
    const char *names[FLAGS_MAX];
    char bare[64];
    const char *name = word + strspn(word, "-");
    size_t length = strcspn(name, "=");
    if (length >= sizeof bare)
        length = sizeof bare - 1;
    memcpy(bare, name, length);
    bare[length] = 0;
    for (uint32_t i = 0; i < count; i++)
        names[i] = flags[i].name;
    int near = lg_text_nearest(bare, names, count);
    if (near >= 0)
        return lg_fail(err, LG_INVALID, "unknown option \"%s\"; did you mean \"--%s\"?", word,
                       names[near]);
    char list[LG_ERR_TEXT_MAX / 2];
    size_t used = 0;
    list[0] = 0;
    for (uint32_t i = 0; i < count && used + 32 < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s--%.24s", i ? ", " : "",
                                 flags[i].name);
    return lg_fail(err, LG_INVALID, "unknown option \"%.60s\"; there are %s", word, list);
}

static bool read_whole(const char *text, uint64_t max, uint64_t *number)
{
    if (text[0] < '0' || text[0] > '9')
        return false;
    char *end;
    errno = 0;
    unsigned long long value = strtoull(text, &end, 10);
    *number = value;
    return errno == 0 && *end == 0 && value <= max;
}

/* Digits with at most one point among them. */
static bool read_days(const char *text, double *days)
{
    if (!text[strspn(text, ".")] || text[strspn(text, "0123456789.")])
        return false;
    char *end;
    double value = strtod(text, &end);
    *days = value;
    return !*end && value > 0 && value <= 36600;
}

static lg_status add_pair(lg_args *args, const lg_flag *flag, char *value, lg_err *err)
{
    lg_pairs *pairs = (lg_pairs *)((char *)args + flag->offset);
    char *equals = strchr(value, '=');
    if (!equals || equals == value)
        return lg_fail(err, LG_INVALID, "--%s expects %s, got \"%s\"", flag->name, flag->value,
                       value);
    if (!LG_GROW(args->mem, pairs->items, pairs->capacity, pairs->count + 1))
        return lg_fail(err, LG_MEMORY, "out of memory");
    *equals = 0;
    pairs->items[pairs->count++] = (lg_setting){.key = value, .value = equals + 1};
    return LG_OK;
}

static lg_status take_value(lg_args *args, const lg_flag *flag, char *value, lg_err *err)
{
    void *field = (char *)args + flag->offset;
    uint64_t number;
    switch (flag->kind) {
    case LG_FLAG_SWITCH:
        *(bool *)field = true;
        return LG_OK;
    case LG_FLAG_MAYBE:
        *(const char **)field = value ? value : "";
        return LG_OK;
    case LG_FLAG_TEXT:
        if (!*value)
            return lg_fail(err, LG_INVALID, "--%s expects %s, got nothing", flag->name,
                           flag->value);
        *(const char **)field = value;
        return LG_OK;
    case LG_FLAG_COUNT:
        if (!read_whole(value, 10000000, &number) || number == 0)
            return lg_fail(err, LG_INVALID,
                           "--%s expects a whole number from 1 to 10000000, got \"%s\"", flag->name,
                           value);
        *(int64_t *)field = (int64_t)number;
        return LG_OK;
    case LG_FLAG_DAYS:
        if (!read_days(value, (double *)field))
            return lg_fail(err, LG_INVALID,
                           "--%s expects a number above 0 and up to 36600, like 1.5, got \"%s\"",
                           flag->name, value);
        return LG_OK;
    case LG_FLAG_SEED:
        if (!read_whole(value, UINT64_C(9007199254740991), &number))
            return lg_fail(err, LG_INVALID,
                           "--%s expects a whole number from 0 to 2^53 - 1 = 9007199254740991, got "
                           "\"%s\"",
                           flag->name, value);
        args->seed = number;
        args->has_seed = true;
        return LG_OK;
    case LG_FLAG_PAIR:
        return add_pair(args, flag, value, err);
    }
    return lg_fail(err, LG_INVALID, "--%s is of no known kind", flag->name);
}

/* Reads the option at argv[*at] and moves *at to its last word. */
static lg_status read_flag(lg_args *args, const lg_flag *flags, uint32_t count, int argc,
                           char **argv, int *at, lg_err *err)
{
    char *word = argv[*at], *value = NULL;
    const lg_flag *flag;
    if (word[1] == '-') {
        size_t length = strcspn(word + 2, "=");
        flag = find_long(flags, count, word + 2, length);
        if (word[2 + length] == '=')
            value = word + 2 + length + 1;
    } else { /* -j 4, -j4 */
        flag = find_short(flags, count, word[1]);
        value = word[2] ? word + 2 : NULL;
        if (flag && value && flag->kind == LG_FLAG_SWITCH)
            flag = NULL; /* switches are not strung together */
    }
    if (!flag)
        return unknown_flag(flags, count, word, err);
    if (flag->kind == LG_FLAG_SWITCH) {
        if (value)
            return lg_fail(err, LG_INVALID, "--%s takes no value, got \"%s\"", flag->name, value);
    } else if (!value && flag->kind != LG_FLAG_MAYBE) {
        if (*at + 1 >= argc || strncmp(argv[*at + 1], "--", 2) == 0)
            return lg_fail(err, LG_INVALID, "--%s expects %s, got nothing", flag->name,
                           flag->value);
        value = argv[++*at];
    }
    return take_value(args, flag, value, err);
}

lg_status lg_args_read(lg_mem *mem, const lg_flag *flags, uint32_t flag_count, int argc,
                       char **argv, lg_args *args, lg_err *err)
{
    *args = (lg_args){.mem = mem, .slots = -1, .days = -1};
    LG_ASSERT(flag_count <= FLAGS_MAX);
    bool options = true;
    for (int i = 0; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && argv[i][0] == '-' && argv[i][1]) {
            lg_status status = read_flag(args, flags, flag_count, argc, argv, &i, err);
            if (status != LG_OK)
                return status;
        } else if (args->operand_count == LG_OPERANDS_MAX) {
            return lg_fail(err, LG_INVALID, "one word too many: \"%s\"", argv[i]);
        } else {
            args->operands[args->operand_count++] = argv[i];
        }
    }
    return LG_OK;
}

void lg_args_fini(lg_args *args)
{
    lg_mem_free(args->mem, args->settings.items, args->settings.capacity * sizeof(lg_setting));
    lg_mem_free(args->mem, args->agents.items, args->agents.capacity * sizeof(lg_setting));
    *args = (lg_args){.mem = args->mem};
}

/* ---- and back to words ---- */

static void tell_pairs(const lg_flag *flag, const lg_pairs *pairs, lg_text *words,
                       void (*tell)(void *ctx, const char *word), void *ctx)
{
    for (uint32_t i = 0; i < pairs->count; i++) {
        lg_text_clear(words);
        lg_text_format(words, "--%s=%s=%s", flag->name, pairs->items[i].key, pairs->items[i].value);
        tell(ctx, lg_text_peek(words));
    }
}

/* Appends "--name" or "--name=value"; nothing when the option was not given. */
static void put_option(const lg_args *args, const lg_flag *flag, lg_text *word)
{
    const void *field = (const char *)args + flag->offset;
    bool texts = flag->kind == LG_FLAG_TEXT || flag->kind == LG_FLAG_MAYBE;
    const char *text = texts ? *(const char *const *)field : NULL;
    if (flag->kind == LG_FLAG_SWITCH && *(const bool *)field)
        lg_text_format(word, "--%s", flag->name);
    else if (text && (*text || flag->kind == LG_FLAG_TEXT))
        lg_text_format(word, "--%s=%s", flag->name, text);
    else if (text)
        lg_text_format(word, "--%s", flag->name);
    else if (flag->kind == LG_FLAG_COUNT && *(const int64_t *)field > 0)
        lg_text_format(word, "--%s=%lld", flag->name, (long long)*(const int64_t *)field);
    else if (flag->kind == LG_FLAG_DAYS && *(const double *)field > 0)
        lg_text_format(word, "--%s=%.17f", flag->name, *(const double *)field);
    else if (flag->kind == LG_FLAG_SEED && args->has_seed)
        lg_text_format(word, "--%s=%llu", flag->name, (unsigned long long)args->seed);
}

bool lg_args_tell(const lg_args *args, const lg_flag *flags, uint32_t flag_count,
                  void (*tell)(void *ctx, const char *word), void *ctx)
{
    bool failed = false;
    lg_text word;
    lg_text_init(&word, args->mem);
    for (uint32_t i = 0; i < flag_count && !failed; i++) {
        const lg_flag *flag = &flags[i];
        lg_text_clear(&word);
        if (flag->once)
            continue;
        if (flag->kind == LG_FLAG_PAIR) {
            const lg_pairs *pairs = (const lg_pairs *)((const char *)args + flag->offset);
            tell_pairs(flag, pairs, &word, tell, ctx);
        } else {
            put_option(args, flag, &word);
            if (word.length)
                tell(ctx, lg_text_peek(&word));
        }
        failed = word.failed;
    }
    lg_text_fini(&word);
    return !failed;
}
