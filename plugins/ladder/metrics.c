/* The list is that of component.h. */
#include "ladder/metrics.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lunagrid/component.h"

static const struct {
    const char *name;
    uint32_t number;
} metrics[] = {
#define METRIC_ROW_(name, number, older, unit) {#name, number},
    LG_METRICS(METRIC_ROW_)
#undef METRIC_ROW_
};

uint32_t metric_of(const char *name)
{
    for (size_t i = 1; i < sizeof metrics / sizeof *metrics; i++)
        if (strcmp(metrics[i].name, name) == 0)
            return metrics[i].number;
    return 0;
}

/* How many letters have to be changed, left out or put in. */
static uint32_t distance(const char *a, const char *b)
{
    enum { LETTERS = 64 };
    uint32_t row[LETTERS + 1];
    size_t length = strnlen(b, LETTERS);
    for (size_t j = 0; j <= length; j++)
        row[j] = (uint32_t)j;
    for (uint32_t i = 1; *a; a++, i++) {
        uint32_t corner = row[0];
        row[0] = i;
        for (size_t j = 1; j <= length; j++) {
            uint32_t change = corner + (*a != b[j - 1]);
            uint32_t least = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            corner = row[j];
            row[j] = change < least ? change : least;
        }
    }
    return row[length];
}

const char *metric_near(const char *name)
{
    size_t best = 1;
    for (size_t i = 2; i < sizeof metrics / sizeof *metrics; i++)
        if (distance(name, metrics[i].name) < distance(name, metrics[best].name))
            best = i;
    return metrics[best].name;
}

bool component_of(const lg_device_site *site, const char *word, uint32_t *out)
{
    char *end;
    unsigned long long id = strtoull(word, &end, 10);
    bool is_id = end != word && *end == 0;
    for (uint32_t i = 0; i < site->components.count; i++) {
        const lg_device_component *c = lg_device_component_at(site, i);
        if (strcmp(c->name, word) == 0 || (is_id && c->id == id)) {
            *out = i;
            return true;
        }
    }
    return false;
}
