/* Who plays which part in the coordination. Agents are known only when all have been read, so their
 * names wait until then. */
#include "scenario/rules_read.h"
#include "scenario/seats.h"

#include <string.h>
#include "base/clock.h"

enum { FIELDS_MAX = 16 };

static const char *text_of(lg__field *fields, const lg__rows *rows, const char *key)
{
    const lg__field *field = lg__field_of(fields, rows, key);
    return field->item ? field->value.text : NULL;
}

static double number_of(lg__field *fields, const lg__rows *rows, const char *key)
{
    return lg__field_of(fields, rows, key)->value.number;
}

static const lg_coord_zone *zone_of(lg__reader *r, lg__field *fields, const lg__rows *rows)
{
    const char *name = text_of(fields, rows, "zone");
    const lg_coord_zone *zone = lg_coord_zone_find(name ? name : "UTC");
    if (!zone)
        lg__problem(r, lg__field_of(fields, rows, "zone")->item, "coordination", "zone",
                    "there is no zone \"%.80s\"; expected one of " LG_COORD_ZONES, name);
    return zone;
}

/* Signals speak of whole slots, in the two resolutions that their wire knows. */
static void check_slots(lg__reader *r, const lg_conf *table)
{
    int64_t slot_ms = r->scenario->rules.slot_ms;
    if (slot_ms != 15 * LG_MINUTE_MS && slot_ms != LG_HOUR_MS)
        lg__problem(r, table, "coordination", NULL,
                    "slots last 15 or 60 minutes where there is a coordination, not %g",
                    (double)slot_ms / LG_MINUTE_MS);
    else if (r->scenario->start_ms % slot_ms)
        lg__problem(r, table, "coordination", NULL,
                    "the run starts on a whole %s where there is a coordination",
                    slot_ms == LG_HOUR_MS ? "hour" : "quarter of an hour");
}

static int word_of(const char *const *words, const char *word)
{
    int found = word ? lg_coord_word(words, word) : 0;
    return found < 0 ? 0 : found;
}

static void read_names(lg__reader *r, lg_coordination_spec *spec, const lg__field *field)
{
    uint32_t count = 0;
    for (const lg_conf *at = field->item ? field->item->first : NULL; at; at = at->next)
        count++;
    const char **names = lg_arena_alloc(r->arena, (count + 1) * sizeof *names);
    spec->agents = lg_arena_alloc(r->arena, (count + 1) * sizeof *spec->agents);
    if (!names || !spec->agents) {
        lg__exhausted(r);
        return;
    }
    count = 0;
    for (const lg_conf *at = field->item ? field->item->first : NULL; at; at = at->next) {
        for (uint32_t i = 0; i < count; i++)
            if (strcmp(names[i], at->text) == 0)
                lg__problem(r, at, "coordination", "aggregators", "\"%.80s\" is there twice",
                            at->text);
        names[count++] = at->text;
    }
    if (!count)
        lg__problem(r, field->item, "coordination", "aggregators",
                    "there is none: nobody would hear the operator");
    spec->rules.aggregators = names;
    spec->rules.aggregator_count = count;
}

lg_conf *lg__coordination_read(lg__reader *r, lg_conf *table)
{
    const lg__rows *rows = &r->rows[LG__COORDINATION];
    lg__field fields[FIELDS_MAX];
    lg_coordination_spec *spec = lg_arena_alloc(r->arena, sizeof *spec);
    LG_ASSERT(rows->count <= FIELDS_MAX);
    if (!spec) {
        lg__exhausted(r);
        return NULL;
    }
    lg__check(r, "coordination", table, rows, fields);
    check_slots(r, table);
    *spec = (lg_coordination_spec){.operator_name = text_of(fields, rows, "operator"),
                                   .rules = {
                                       .settings = lg_coord_defaults(),
                                       .start_us = r->scenario->start_ms * INT64_C(1000),
                                       .slot_s = (uint32_t)(r->scenario->rules.slot_ms / 1000),
                                   }};
    lg_scene_rules *rules = &spec->rules;
    rules->settings.zone = zone_of(r, fields, rows);
    rules->settings.seed = r->scenario->seed;
    rules->settings.must_be_eligible = number_of(fields, rows, "must_be_eligible") != 0;
    rules->settings.acknowledge_us =
        (int64_t)(number_of(fields, rows, "acknowledge_minutes") * LG_COORD_MINUTE_US);
    rules->settings.eligibility_us =
        (int64_t)(number_of(fields, rows, "eligibility_minutes") * LG_COORD_MINUTE_US);
    const char *currency = text_of(fields, rows, "currency");
    rules->currency = (lg_coord_currency)word_of(lg_coord_currencies, currency ? currency : "EUR");
    rules->area =
        (lg_coord_price_area)word_of(lg_coord_price_areas, text_of(fields, rows, "price_area"));
    read_names(r, spec, lg__field_of(fields, rows, "aggregators"));
    r->scenario->coordination = spec;
    r->coordination = table;
    return r->exhausted ? NULL : lg__resolved(r, rows, fields);
}

/* ---- whose scripts play ---- */

static uint32_t find_agent(lg__seats *s, const char *key, const char *name)
{
    uint32_t found = lg__seats_find(s, name, s->count);
    if (found == LG_NONE) {
        const char *names[64];
        char near[96];
        uint32_t count = s->count < 64 ? s->count : 64;
        for (uint32_t i = 0; i < count; i++)
            names[i] = s->specs[i].name;
        lg__near_miss(name, names, count, near, sizeof near);
        lg__problem(s->r, s->r->coordination, "coordination", key, "there is no agent \"%.80s\"%s",
                    name, near);
        return LG_NONE;
    }
    if (s->specs[found].worker)
        lg__problem(s->r, s->r->coordination, "coordination", key,
                    "the script of \"%.80s\" runs in a worker process, from where the coordination "
                    "cannot be reached: leave its isolation out",
                    name);
    if (s->specs[found].coordinates)
        lg__problem(s->r, s->r->coordination, "coordination", key,
                    "\"%.80s\" plays another part already", name);
    s->specs[found].coordinates = true;
    return found;
}

void lg__coordination_agents(lg__seats *s)
{
    lg_coordination_spec *spec = s->r->scenario->coordination;
    if (!spec || !spec->operator_name)
        return;
    spec->operator_agent = find_agent(s, "operator", spec->operator_name);
    for (uint32_t i = 0; i < spec->rules.aggregator_count; i++)
        spec->agents[i] = find_agent(s, "aggregators", spec->rules.aggregators[i]);
}

void lg__coordination_renumber(lg__seats *s, const uint32_t *numbers)
{
    lg_coordination_spec *spec = s->r->scenario->coordination;
    if (!spec)
        return;
    if (spec->operator_agent != LG_NONE)
        spec->operator_agent = numbers[spec->operator_agent];
    for (uint32_t i = 0; i < spec->rules.aggregator_count; i++)
        if (spec->agents[i] != LG_NONE)
            spec->agents[i] = numbers[spec->agents[i]];
}
