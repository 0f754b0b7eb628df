/*
 * Values over time among the params of an agent. A script cannot read files, and knows no profiles:
 * it gets a list with the value of every slot, so that what it does with slot 7 is what the list
 * has for it. The resolved scenario keeps what was written, so that it stays a scenario.
 *
 * And what an agent may use up.
 */
#include "scenario/profiles.h"

#include <stdio.h>
#include <string.h>

static bool is_profile(const lg_conf *conf)
{
    static const char *const words[] = {"csv", "day", "series"};
    const lg_conf *inner = conf->first;
    if (conf->type != LG_CONF_TABLE || conf->count != 1 || inner->type != LG_CONF_TABLE)
        return false;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (strcmp(inner->key, words[i]) == 0)
            return true;
    return false;
}

/* The value of every slot. A series that does not cover the run is told by lg__profiles_cover(). */
static lg_conf *slots_of(lg__reader *r, const char *label, lg_conf *conf)
{
    const lg_scenario *s = r->scenario;
    lg_option *row = lg_arena_alloc(r->arena, sizeof *row); /* kept for what is told later */
    lg_conf *list = lg__conf_new(r->arena, LG_CONF_LIST, conf->key, conf->line);
    lg_conf *items = lg_arena_alloc(r->arena, ((size_t)s->slot_count + 1) * sizeof *items);
    if (!row || !list || !items) {
        lg__exhausted(r);
        return NULL;
    }
    *row = (lg_option){.name = conf->key ? conf->key : "params", .type = LG__KEY_FREE};
    const lg_profile *profile = lg__profile_read(r, label, row, conf);
    lg_conf **tail = &list->first;
    for (uint32_t i = 0; profile && i < s->slot_count; i++) {
        items[i] = (lg_conf){
            .type = LG_CONF_NUMBER,
            .line = conf->line,
            .number = lg_profile_at(profile, s->start_ms + i * (int64_t)s->rules.slot_ms)};
        tail = lg__conf_append(list, tail, &items[i]);
    }
    return list;
}

/* A copy of @p conf, profiles within as lists; NULL: exhausted. */
static lg_conf *copy_of(lg__reader *r, const char *label, lg_conf *conf)
{
    lg_conf *copy = lg__conf_new(r->arena, conf->type, conf->key, conf->line);
    if (!copy) {
        lg__exhausted(r);
        return NULL;
    }
    *copy = *conf;
    copy->first = copy->next = NULL;
    copy->count = 0;
    lg_conf **tail = &copy->first;
    for (lg_conf *item = conf->first; item; item = item->next) {
        lg_conf *part = is_profile(item) ? slots_of(r, label, item) : copy_of(r, label, item);
        if (!part)
            return NULL;
        tail = lg__conf_append(copy, tail, part);
    }
    return copy;
}

enum { BANK_MIN = 1000 };

lg_conf *lg__agent_budget(lg__reader *r, const char *label, lg_conf *table, lg_agent_spec *spec)
{
    const lg__rows *rows = &r->rows[LG__BUDGET];
    lg__field fields[12];
    char name[LG__NAME_MAX + 16];
    LG_ASSERT(rows->count <= 12);
    if (!table)
        return NULL;
    if (table->type == LG_CONF_LIST && !table->first)
        table->type = LG_CONF_TABLE; /* the empty table of a file */
    snprintf(name, sizeof name, "%.*s.budget", LG__NAME_MAX, label);
    lg__check(r, name, table, rows, fields);
#define GIVEN(key)                                                                                 \
    (lg__field_of(fields, rows, key)->item ? lg__field_of(fields, rows, key)->value.number : 0)
    spec->budget = (lg_budget_spec){
        .units_per_call = (uint64_t)GIVEN("units_per_call"),
        .units_at_load = (uint64_t)GIVEN("units_at_load"),
        .bank = (uint64_t)GIVEN("bank"),
        .seconds_per_call = GIVEN("seconds_per_call"),
        .seconds_at_load = GIVEN("seconds_at_load"),
        .seconds_grace = GIVEN("seconds_grace"),
        .patience = GIVEN("patience"),
        .memory_bytes = (uint64_t)(GIVEN("memory_MB") * (1 << 20)),
        .output_bytes = (uint32_t)GIVEN("output_bytes"),
        .faults_in_a_row = (uint32_t)GIVEN("faults_in_a_row"),
        .breaches_a_day = (uint32_t)GIVEN("breaches_a_day"),
    };
#undef GIVEN
    if (spec->budget.bank && spec->budget.bank < BANK_MIN)
        lg__problem(r, lg__field_of(fields, rows, "bank")->item, name, "bank",
                    "%llu is less than %d units; 0 is none", (unsigned long long)spec->budget.bank,
                    (int)BANK_MIN);
    if (spec->budget.bank && !spec->budget.units_per_call)
        lg__problem(r, lg__field_of(fields, rows, "bank")->item, name, "bank",
                    "a bank saves what units_per_call leaves over, and that is not given");
    return lg__resolved(r, rows, fields);
}

const lg_conf *lg__agent_params(lg__reader *r, const char *label, lg_conf *params)
{
    return params ? copy_of(r, label, params) : NULL;
}
