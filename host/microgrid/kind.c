/* The lists of kind.h as tables.
 */
#include "microgrid/kind.h"

#include <string.h>

typedef struct kind {
    uint32_t number, older;
    const char *name, *unit;
    bool power;
} kind;

#define CATEGORY(name_, number_, word, power_) {.number = number_, .name = word, .power = power_},
#define TYPE(name_, number_, word)             {.number = number_, .name = word},
#define METRIC(name_, number_, older_, unit_)                                                      \
    {.number = number_, .older = older_, .name = #name_, .unit = unit_},
#define STATE(name_, number_) {.number = number_, .name = #name_},

static const kind categories[] = {LG_CATEGORIES(CATEGORY)};
static const kind batteries[] = {LG_BATTERY_TYPES(TYPE)};
static const kind chargers[] = {LG_EV_CHARGER_TYPES(TYPE)};
static const kind inverters[] = {LG_INVERTER_TYPES(TYPE)};
static const kind metrics[] = {LG_METRICS(METRIC)};
static const kind states[] = {LG_STATES(STATE)};
static const kind none = {.name = "?", .unit = ""};

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const kind *numbered(const kind *list, size_t count, uint32_t number)
{
    for (size_t i = 0; i < count; i++)
        if (list[i].number == number)
            return &list[i];
    return &none;
}

static int named(const kind *list, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].name, name) == 0)
            return (int)list[i].number;
    return -1;
}

static const kind *types_of(lg_category category, size_t *count)
{
    *count = category == LG_CATEGORY_BATTERY      ? COUNT(batteries)
             : category == LG_CATEGORY_EV_CHARGER ? COUNT(chargers)
             : category == LG_CATEGORY_INVERTER   ? COUNT(inverters)
                                                  : 0;
    return category == LG_CATEGORY_BATTERY      ? batteries
           : category == LG_CATEGORY_EV_CHARGER ? chargers
                                                : inverters;
}

const char *lg_category_word(lg_category category)
{
    return numbered(categories, COUNT(categories), category)->name;
}

int lg_category_of(const char *word)
{
    return named(categories, COUNT(categories), word);
}

bool lg_category_takes_power(lg_category category)
{
    return numbered(categories, COUNT(categories), category)->power;
}

const char *lg_component_type_word(lg_category category, uint32_t type)
{
    size_t count;
    const kind *types = types_of(category, &count);
    return count ? numbered(types, count, type)->name : "";
}

int lg_component_type_of(lg_category category, const char *word)
{
    size_t count;
    const kind *types = types_of(category, &count);
    return named(types, count, word);
}

const char *lg_metric_name(lg_metric metric)
{
    return numbered(metrics, COUNT(metrics), metric)->name;
}

int lg_metric_of(const char *name)
{
    return named(metrics, COUNT(metrics), name);
}

const char *lg_metric_unit(lg_metric metric)
{
    return numbered(metrics, COUNT(metrics), metric)->unit;
}

uint32_t lg_metric_to_v1(lg_metric metric)
{
    return numbered(metrics, COUNT(metrics), metric)->older;
}

lg_metric lg_metric_from_v1(uint32_t number)
{
    for (size_t i = 0; i < COUNT(metrics); i++)
        if (metrics[i].older == number)
            return (lg_metric)metrics[i].number;
    return LG_METRIC_UNSPECIFIED;
}

const char *lg_state_name(lg_state state)
{
    return numbered(states, COUNT(states), state)->name;
}
