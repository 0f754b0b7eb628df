/* A table is read line by line; the first mistake ends it, with the line and the word. */
#include "plan.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ladder/metrics.h"

enum { WORDS_MAX = 16, ROW_MAX = 512 };

typedef struct reader {
    plan *p;
    const lg_device_site *site;
    uint32_t line;
    char *why;
    size_t size;
    char text[ROW_MAX];
    char *words[WORDS_MAX];
    uint32_t count;
} reader;

static bool wrong(reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool wrong(reader *r, const char *format, ...)
{
    int begin = snprintf(r->why, r->size, "registers, line %u: ", r->line);
    va_list list;
    va_start(list, format);
    if (begin > 0 && (size_t)begin < r->size)
        vsnprintf(r->why + begin, r->size - (size_t)begin, format, list);
    va_end(list);
    return false;
}

static void split(reader *r)
{
    char *rest = r->text, *word;
    r->count = 0;
    r->text[strcspn(r->text, "#")] = 0;
    while ((word = strsep(&rest, " \t\r")) && r->count < WORDS_MAX)
        if (*word)
            r->words[r->count++] = word;
}

static bool read_number(const char *word, double *out)
{
    char *end;
    *out = strtod(word, &end);
    return end != word && *end == 0 && isfinite(*out);
}

/* ---- the columns ---- */

static bool read_component(reader *r, uint32_t *out)
{
    const lg_device_component *first = lg_device_component_at(r->site, 0);
    if (component_of(r->site, r->words[0], out))
        return true;
    return wrong(r,
                 "\"%s\" is no component of this device, by name or id; its first is %llu, \"%s\"",
                 r->words[0], first ? (unsigned long long)first->id : 0, first ? first->name : "");
}

typedef struct place {
    bool is_holding;
    uint16_t address;
    value_type type;
    bool is_turned;
} place;

/* "holding 40083 int16", with ",swapped" behind the type. */
static bool read_place(reader *r, place *out)
{
    char *swapped = strchr(r->words[4], ',');
    double address;
    out->is_holding = strcmp(r->words[2], "holding") == 0;
    if (!out->is_holding && strcmp(r->words[2], "input") != 0)
        return wrong(r, "expected holding or input, not \"%s\"", r->words[2]);
    if (!read_number(r->words[3], &address) || address < 0 || address > 65535 ||
        address != floor(address))
        return wrong(r, "a register is 0 .. 65535, as it goes over the wire, not \"%s\"",
                     r->words[3]);
    out->address = (uint16_t)address;
    out->is_turned = swapped && strcmp(swapped, ",swapped") == 0;
    if (swapped)
        *swapped = 0;
    int type = value_type_of(r->words[4]);
    if (type < 0 || (swapped && !out->is_turned))
        return wrong(r, "a type is one of %s, and may end in \",swapped\"", value_type_words());
    out->type = (value_type)type;
    if (address + value_registers(out->type) > 65536)
        return wrong(r, "%s needs registers behind 65535", r->words[4]);
    return true;
}

static int32_t find_state(const char *word)
{
    static const struct {
        const char *word;
        uint32_t state;
    } states[] = {
#define STATE_ROW_(name, number) {#name, number},
        LG_STATES(STATE_ROW_)
#undef STATE_ROW_
    };
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (strcmp(states[i].word, word) == 0)
            return (int32_t)states[i].state;
    return -1;
}

/* ---- rows ---- */

/* Where the registers of a value are in the image: in a block that has them, or in one that ends
 * just before, or in a new one. */
static int32_t place_in_image(plan *p, const place *at)
{
    uint8_t function = at->is_holding ? FRAME_READ_HOLDING : FRAME_READ_INPUT;
    uint32_t count = value_registers(at->type);
    plan_block *last = p->block_count ? &p->blocks[p->block_count - 1] : NULL;
    for (uint32_t i = 0; i < p->block_count; i++) {
        const plan_block *b = &p->blocks[i];
        if (b->function == function && at->address >= b->address &&
            at->address + count <= (uint32_t)b->address + b->count)
            return (int32_t)(b->at + at->address - b->address);
    }
    if (last && last->function == function && at->address == last->address + last->count &&
        last->count + count <= FRAME_READ_MAX && p->image_size + count <= PLAN_IMAGE_MAX) {
        last->count = (uint16_t)(last->count + count);
        p->image_size += count;
        return (int32_t)(p->image_size - count);
    }
    return plan_add_block(p, function, at->address, count, false);
}

static bool read_state_words(reader *r, plan_reading *reading)
{
    reading->words = &r->p->words[r->p->word_count];
    for (uint32_t i = 5; i < r->count; i++) {
        char *equals = strchr(r->words[i], '=');
        double number = -1;
        if (equals)
            *equals = 0;
        int32_t state = equals ? find_state(equals + 1) : -1;
        if (state < 0 || !read_number(r->words[i], &number) || number < 0 || number > UINT32_MAX)
            return wrong(r, "expected NUMBER=STATE, like 4=READY, not \"%s%s%s\"", r->words[i],
                         equals ? "=" : "", equals ? equals + 1 : "");
        if (r->p->word_count == PLAN_WORDS_MAX)
            return wrong(r, "there are more than %d words for states", PLAN_WORDS_MAX);
        r->p->words[r->p->word_count++] = (plan_word){(uint32_t)number, (uint32_t)state};
        reading->word_count++;
    }
    return reading->word_count > 0 || wrong(r, "a state needs words, like 4=READY");
}

static bool read_reading(reader *r, uint32_t component, const place *at, uint32_t metric)
{
    plan_reading reading = {
        .component = component,
        .metric = metric,
        .value = {.scale_at = -1, .type = at->type, .is_turned = at->is_turned, .factor = 1},
    };
    if (metric == 0 && !read_state_words(r, &reading))
        return false;
    if (metric != 0 && r->count > 5 &&
        (!read_number(r->words[5], &reading.value.factor) || reading.value.factor == 0))
        return wrong(r, "a factor is a number and not 0, unlike \"%s\"", r->words[5]);
    if (metric != 0 && r->count > 6)
        return wrong(r, "there is nothing expected behind the factor");
    reading.value.at = place_in_image(r->p, at);
    if (reading.value.at < 0 || !plan_add_reading(r->p, &reading))
        return wrong(r, "that is more than fits into one device");
    return true;
}

static bool read_write(reader *r, uint32_t component, const place *at, plan_when when)
{
    plan_write write = {
        .component = component,
        .when = when,
        .what = PLAN_CONSTANT,
        .function = value_registers(at->type) == 1 ? FRAME_WRITE_ONE : FRAME_WRITE_MANY,
        .address = at->address,
        .type = at->type,
        .is_turned = at->is_turned,
        .scale_at = -1,
        .base = {.at = -1, .scale_at = -1},
    };
    const char *word = r->count > 5 ? r->words[5] : "1";
    bool is_power = when <= PLAN_DISCHARGE || when == PLAN_REACTIVE;
    uint16_t raw[4];
    if (!at->is_holding)
        return wrong(r, "what is written is a holding register");
    if (strncmp(word, "=", 1) == 0) {
        if (!read_number(word + 1, &write.constant) ||
            !value_write(at->type, false, write.constant, raw))
            return wrong(r, "\"%s\" is no number that fits into %s", word, r->words[4]);
    } else if (strncmp(word, "seconds", 7) == 0) {
        write.what = PLAN_SECONDS;
        write.factor = 1;
        if (word[7] && (word[7] != '*' || !read_number(word + 8, &write.factor)))
            return wrong(r, "expected seconds or seconds*FACTOR, not \"%s\"", word);
    } else {
        write.what = PLAN_POWER;
        if (!is_power || !read_number(word, &write.factor) || write.factor == 0)
            return wrong(r, "expected %s=NUMBER or seconds, not \"%s\"",
                         is_power ? "a factor, " : "", word);
    }
    if (r->count > 6)
        return wrong(r, "there is nothing expected behind \"%s\"", word);
    if (!plan_add_write(r->p, &write))
        return wrong(r, "that is more than fits into one device");
    return true;
}

static int32_t find_when(const char *word)
{
    static const char *const words[PLAN_WHENS] = {
        [PLAN_ACTIVE] = "set_active",
        [PLAN_CHARGE] = "set_charge",
        [PLAN_DISCHARGE] = "set_discharge",
        [PLAN_RELEASE] = "release",
        [PLAN_REACTIVE] = "set_reactive",
        [PLAN_REACTIVE_RELEASE] = "release_reactive",
        [PLAN_START] = "start",
        [PLAN_STANDBY] = "standby",
        [PLAN_STOP] = "stop",
        [PLAN_ACKNOWLEDGE] = "acknowledge",
    };
    for (int32_t i = 0; i < PLAN_WHENS; i++)
        if (strcmp(words[i], word) == 0)
            return i;
    return -1;
}

static bool read_row(reader *r)
{
    uint32_t component = 0;
    place at = {0};
    if (r->count == 0)
        return true;
    if (r->count < 5)
        return wrong(r, "expected COMPONENT METRIC holding|input REGISTER TYPE [FACTOR], or a "
                        "command in the place of the metric");
    if (!read_component(r, &component) || !read_place(r, &at))
        return false;
    int32_t when = find_when(r->words[1]);
    if (when >= 0)
        return read_write(r, component, &at, (plan_when)when);
    uint32_t metric = metric_of(r->words[1]);
    if (metric == 0 && strcmp(r->words[1], "state") != 0)
        return wrong(r, "\"%s\" is no metric, state or command; did you mean %s?", r->words[1],
                     metric_near(r->words[1]));
    return read_reading(r, component, &at, metric);
}

bool plan_of_table(plan *p, const char *table, const lg_device_site *site, char *why, size_t size)
{
    reader r = {.p = p, .site = site, .why = why, .size = size};
    plan_clear(p);
    while (*table) {
        size_t length = strcspn(table, "\n");
        r.line++;
        if (length >= sizeof r.text)
            return wrong(&r, "it is longer than %d characters", ROW_MAX - 1);
        memcpy(r.text, table, length);
        r.text[length] = 0;
        split(&r);
        if (!read_row(&r))
            return false;
        table += length + (table[length] != 0);
    }
    r.line = r.line ? r.line : 1;
    return p->reading_count > 0 || wrong(&r, "nothing is read of the device");
}
