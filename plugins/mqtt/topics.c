/* One copy of the table is cut into words, which the rows borrow. The first mistake ends it. */
#include "topics.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ladder/metrics.h"

enum { COLUMNS = 12 };

typedef struct reader {
    topics *t;
    const lg_device_site *site;
    uint32_t line;
    char *why;
    size_t size;
    char *words[COLUMNS];
    uint32_t count;
    char *rest; /* of the line, behind the fourth word */
} reader;

static bool wrong(reader *r, const char *format, ...) __attribute__((format(printf, 2, 3)));

static bool wrong(reader *r, const char *format, ...)
{
    int begin = snprintf(r->why, r->size, "topics, line %u: ", r->line);
    va_list list;
    va_start(list, format);
    if (begin > 0 && (size_t)begin < r->size)
        vsnprintf(r->why + begin, r->size - (size_t)begin, format, list);
    va_end(list);
    return false;
}

/* ---- columns ---- */

static bool find_component(reader *r, uint32_t *out)
{
    const lg_device_component *first = lg_device_component_at(r->site, 0);
    if (component_of(r->site, r->words[0], out))
        return true;
    return wrong(r,
                 "\"%s\" is no component of this device, by name or id; its first is %llu, \"%s\"",
                 r->words[0], first ? (unsigned long long)first->id : 0, first ? first->name : "");
}

/* A number, or a unit with a sign that may stand before it: -kW. */
static bool read_factor(const char *word, double *out)
{
    static const struct {
        const char *unit;
        double factor;
    } units[] = {{"W", 1},   {"kW", 1e3},       {"MW", 1e6}, {"VAr", 1},        {"kVAr", 1e3},
                 {"VA", 1},  {"kVA", 1e3},      {"Wh", 1},   {"kWh", 1e3},      {"MWh", 1e6},
                 {"V", 1},   {"mV", 1e-3},      {"kV", 1e3}, {"A", 1},          {"mA", 1e-3},
                 {"Hz", 1},  {"mHz", 1e-3},     {"%", 1},    {"fraction", 100}, {"degC", 1},
                 {"m/s", 1}, {"km/h", 1 / 3.6}, {"hPa", 1},  {"Pa", 0.01},      {"W/m2", 1}};
    char *end;
    double sign = *word == '-' ? -1 : 1;
    *out = strtod(word, &end);
    if (end != word && *end == 0)
        return isfinite(*out) && *out != 0;
    word += *word == '-';
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (strcmp(units[i].unit, word) == 0) {
            *out = sign * units[i].factor;
            return true;
        }
    return false;
}

static int32_t find_state(const char *word)
{
#define STATE_ROW_(name, number)                                                                   \
    if (strcmp(word, #name) == 0)                                                                  \
        return number;
    LG_STATES(STATE_ROW_)
#undef STATE_ROW_
    return -1;
}

/* ---- rows ---- */

static bool read_words(reader *r, topic_row *row)
{
    for (uint32_t i = 4; i < r->count; i++) {
        char *equals = strchr(r->words[i], '=');
        int32_t state = equals ? find_state(equals + 1) : -1;
        if (state < 0)
            return wrong(r, "expected WORD=STATE, like on=READY, not \"%s\"", r->words[i]);
        if (row->word_count == TOPIC_WORDS_MAX)
            return wrong(r, "a state has at most %d words", TOPIC_WORDS_MAX);
        *equals = 0;
        row->words[row->word_count++] = (topic_word){r->words[i], (uint32_t)state};
    }
    return row->word_count > 0 || wrong(r, "a state needs words, like on=READY");
}

static bool read_input(reader *r, topic_row *row)
{
    if (r->count < 4)
        return wrong(r, "expected COMPONENT METRIC TOPIC PATH [UNIT], where PATH may be -");
    row->path = r->words[3];
    row->factor = 1;
    if (row->kind == TOPIC_STATE)
        return read_words(r, row);
    if (r->count > 4 && !read_factor(r->words[4], &row->factor))
        return wrong(r,
                     "\"%s\" is no unit (W, kW, Wh, kWh, V, A, Hz, %%, fraction, degC, ...) and "
                     "no number other than 0",
                     r->words[4]);
    return r->count <= 5 || wrong(r, "there is nothing expected behind \"%s\"", r->words[4]);
}

static bool read_output(reader *r, topic_row *row)
{
    row->factor = 1;
    row->payload = row->kind == TOPIC_SET ? "VALUE" : NULL;
    if (r->count > 3 && strcmp(r->words[3], "-") != 0 &&
        (row->kind != TOPIC_SET || !read_factor(r->words[3], &row->factor)))
        return wrong(r, "expected %s, not \"%s\"",
                     row->kind == TOPIC_SET ? "a unit, like kW, a number or -" : "-", r->words[3]);
    if (row->kind == TOPIC_SET && r->count > 3 && strcmp(r->words[3], "-") != 0)
        row->factor = 1 / row->factor;
    if (r->rest && *r->rest)
        row->payload = r->rest;
    if (row->kind == TOPIC_SET && !strstr(row->payload, "VALUE"))
        return wrong(r, "the payload of a set point has VALUE in it");
    return row->payload || wrong(r, "expected COMPONENT COMMAND TOPIC - PAYLOAD");
}

static bool find_kind(const char *word, topic_row *row)
{
    static const struct {
        const char *word;
        topic_kind kind;
        steer_what what;
    } kinds[] = {
        {"state", TOPIC_STATE, STEER_WHATS},
        {"held_active", TOPIC_HELD, STEER_ACTIVE},
        {"held_reactive", TOPIC_HELD, STEER_REACTIVE},
        {"set_active", TOPIC_SET, STEER_ACTIVE},
        {"set_reactive", TOPIC_SET, STEER_REACTIVE},
        {"release", TOPIC_RELEASE, STEER_ACTIVE},
        {"release_reactive", TOPIC_RELEASE, STEER_REACTIVE},
        {"start", TOPIC_DO, STEER_START},
        {"standby", TOPIC_DO, STEER_STANDBY},
        {"stop", TOPIC_DO, STEER_STOP},
        {"acknowledge", TOPIC_DO, STEER_ACKNOWLEDGE},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].word, word) == 0) {
            row->kind = kinds[i].kind;
            row->what = kinds[i].what;
            return true;
        }
    row->kind = TOPIC_VALUE;
    row->what = STEER_WHATS;
    row->metric = metric_of(word);
    return row->metric != 0;
}

static bool read_row(reader *r)
{
    topic_row row = {.kind = TOPIC_VALUE};
    if (r->count == 0)
        return true;
    if (r->count < 3)
        return wrong(r, "expected COMPONENT METRIC TOPIC PATH [UNIT], or COMPONENT COMMAND TOPIC "
                        "[UNIT [PAYLOAD]]");
    if (!find_component(r, &row.component))
        return false;
    if (!find_kind(r->words[1], &row))
        return wrong(r, "\"%s\" is no metric, state or command; did you mean %s?", r->words[1],
                     metric_near(r->words[1]));
    row.topic = r->words[2];
    if (strpbrk(row.topic, "+#") || strlen(row.topic) > 256)
        return wrong(r, "\"%s\": a topic stands for one thing, without + and #", row.topic);
    bool is_fine = row.kind <= TOPIC_HELD ? read_input(r, &row) : read_output(r, &row);
    if (is_fine && r->t->count == TOPICS_MAX)
        return wrong(r, "there are more than %d rows", TOPICS_MAX);
    if (is_fine)
        r->t->rows[r->t->count++] = row;
    return is_fine;
}

static bool publishes(const char *word)
{
    topic_row row = {.kind = TOPIC_VALUE};
    return find_kind(word, &row) && row.kind >= TOPIC_SET;
}

/* Cuts a line into words; a # that begins one begins a comment. What is published is the rest of
 * the line, as it is written. */
static void split(reader *r, char *at)
{
    r->count = 0;
    r->rest = NULL;
    while (r->count < COLUMNS && *(at += strspn(at, " \t\r")) && *at != '#') {
        if (r->count == 4 && publishes(r->words[1])) {
            r->rest = at;
            at[strcspn(at, "\r")] = 0;
            return;
        }
        r->words[r->count++] = at;
        at += strcspn(at, " \t\r");
        if (*at)
            *at++ = 0;
    }
}

bool topics_read(topics *t, const char *table, const lg_device_site *site, char *why, size_t size)
{
    reader r = {.t = t, .site = site, .why = why, .size = size};
    char *rest, *line;
    memset(t, 0, sizeof *t);
    t->text = rest = strdup(table);
    if (!rest) {
        snprintf(why, size, "out of memory");
        return false;
    }
    while ((line = strsep(&rest, "\n"))) {
        r.line++;
        split(&r, line);
        if (!read_row(&r))
            return false;
    }
    for (uint32_t i = 0; i < t->count; i++)
        if (t->rows[i].kind == TOPIC_VALUE || t->rows[i].kind == TOPIC_STATE)
            return true;
    return wrong(&r, "nothing is read of the device");
}

void topics_fini(topics *t)
{
    free(t->text);
}

const topic_row *topics_find(const topics *t, topic_kind kind, uint32_t component, steer_what what)
{
    for (uint32_t i = 0; i < t->count; i++)
        if (t->rows[i].kind == kind && t->rows[i].component == component && t->rows[i].what == what)
            return &t->rows[i];
    return NULL;
}

bool topics_payload(const topic_row *row, double value, char *out, size_t size)
{
    const char *place = row->kind == TOPIC_SET ? strstr(row->payload, "VALUE") : NULL;
    char number[40];
    int length;
    if (!place) {
        length = snprintf(out, size, "%s", row->payload);
        return length >= 0 && (size_t)length < size;
    }
    snprintf(number, sizeof number, "%.10g", value * row->factor + 0.0);
    length = snprintf(out, size, "%.*s%s%s", (int)(place - row->payload), row->payload, number,
                      place + 5);
    return isfinite(value) && length >= 0 && (size_t)length < size;
}
