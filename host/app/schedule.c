/* Switches (enabled, connected) are states: each slot asks what holds at its start, and only a
 * difference is an event. Changes are deeds: each time that comes is one. Both happen before the
 * devices plan and the markets open, so a slot is ruled by one state from its first tick to its
 * last. What has its new value already is no event.
 *
 * Parameters of assets are shared blocks. A change makes new blocks; one that was made before, as
 * daily changes do, is used again. */
#include "app/schedule.h"

#include <stdlib.h>
#include <string.h>
#include "base/clock.h"
#include "base/text.h"

enum { WORDS_MAX = 300 };

/* One mention of an area or asset in an event that switches. Sorted, the mentions of one switch
 * stand side by side; the first of them holds its state. */
typedef struct mention {
    uint64_t key; /* of the switch */
    lg_event_target target;
    uint32_t node, event;
    bool wire; /* connected, not enabled */
    bool off;  /* now */
} mention;

struct lg_schedule {
    lg_mem *mem;
    lg_schedule_input input;
    mention *mentions;
    uint32_t mention_count;
    uint32_t *due;    /* changes of the running slot, in the order in which they come */
    lg_params **made; /* blocks of parameters that changes have made */
    uint32_t made_count, made_capacity;
    int64_t asked_ms; /* start of the slot before */
    uint32_t happened;
    lg_text words;
};

static size_t size_of(const lg_params *params)
{
    return sizeof *params + params->count * sizeof params->items[0];
}

static bool is_switch(const lg_event_spec *spec)
{
    return spec->kind != LG_EVENT_CHANGE;
}

static void add_mention(lg_schedule *s, lg_event_target target, uint32_t node, uint32_t event)
{
    const lg_event_spec *spec = &s->input.scenario->events[event];
    bool wire = spec->kind == LG_EVENT_DISCONNECT || spec->kind == LG_EVENT_CONNECT;
    uint64_t key = (uint64_t)wire << 40 | (uint64_t)target << 32 | node;
    s->mentions[s->mention_count++] =
        (mention){.key = key, .target = target, .node = node, .event = event, .wire = wire};
}

static int by_key(const void *a, const void *b)
{
    const mention *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return x->event < y->event ? -1 : x->event > y->event;
}

static uint32_t count_mentions(const lg_scenario *scenario)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++)
        if (is_switch(&scenario->events[i]))
            count += scenario->events[i].area_count + scenario->events[i].asset_count;
    return count;
}

lg_schedule *lg_schedule_new(lg_mem *mem, const lg_schedule_input *input)
{
    const lg_scenario *scenario = input->scenario;
    lg_schedule *s = lg_mem_zalloc(mem, 1, sizeof *s);
    if (!s)
        return NULL;
    s->mem = mem;
    s->input = *input;
    s->asked_ms = INT64_MIN;
    lg_text_init(&s->words, mem);
    s->mentions = lg_mem_zalloc(mem, count_mentions(scenario), sizeof *s->mentions);
    s->due = lg_mem_zalloc(mem, scenario->event_count, sizeof *s->due);
    if (!s->mentions || !s->due) {
        lg_schedule_free(s);
        return NULL;
    }
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        const lg_event_spec *spec = &scenario->events[i];
        for (uint32_t k = 0; k < spec->area_count && is_switch(spec); k++)
            add_mention(s, LG_TARGET_AREA, spec->areas[k], i);
        for (uint32_t k = 0; k < spec->asset_count && is_switch(spec); k++)
            add_mention(s, LG_TARGET_ASSET, spec->assets[k], i);
    }
    if (s->mention_count)
        qsort(s->mentions, s->mention_count, sizeof *s->mentions, by_key);
    return s;
}

void lg_schedule_free(lg_schedule *s)
{
    if (!s)
        return;
    const lg_scenario *scenario = s->input.scenario;
    lg_mem_free(s->mem, s->mentions, count_mentions(scenario) * sizeof *s->mentions);
    lg_mem_free(s->mem, s->due, scenario->event_count * sizeof *s->due);
    for (uint32_t i = 0; i < s->made_count; i++)
        lg_mem_free(s->mem, s->made[i], size_of(s->made[i]));
    lg_mem_free(s->mem, s->made, s->made_capacity * sizeof *s->made);
    lg_text_fini(&s->words);
    lg_mem_free(s->mem, s, sizeof *s);
}

/* ---- telling ---- */

static void add_words(lg_schedule *s, const lg_event *event, const lg_moment *moment)
{
    char when[32];
    s->happened++;
    if (s->words.length > WORDS_MAX)
        return;
    lg_clock_format_slot(moment->slot_start_ms, when);
    bool long_run =
        s->input.scenario->slot_count * (int64_t)s->input.scenario->rules.slot_ms > LG_DAY_MS;
    lg_text_format(&s->words, "%s%s %s %s", s->words.length ? ", " : "",
                   long_run ? when : when + 11, lg_event_word(event->kind), event->name);
}

static lg_status tell_detail(lg_schedule *s, const char *detail, const char *figures,
                             lg_event_kind kind, lg_event_target target, uint32_t node,
                             const lg_moment *moment)
{
    const lg_scenario *scenario = s->input.scenario;
    const char *name = target == LG_TARGET_AREA    ? scenario->site.areas[node].name
                       : target == LG_TARGET_ASSET ? scenario->site.assets[node].name
                                                   : scenario->agents[node].name;
    lg_event event = {
        .kind = kind,
        .target = target,
        .node = node,
        .name = name,
        .detail = detail,
        .figures = figures,
    };
    add_words(s, &event, moment);
    return lg_turn_event(s->input.turn, &event, moment);
}

static lg_status tell(lg_schedule *s, const lg_event_spec *spec, lg_event_kind kind,
                      lg_event_target target, uint32_t node, const lg_moment *moment)
{
    return tell_detail(s, spec->detail, NULL, kind, target, node, moment);
}

/* ---- switches ---- */

/* The earliest time an `at` may have come: a daily one on the day of the run's first slot. */
static int64_t horizon(const lg_scenario *scenario, const lg_when *when)
{
    return when->daily ? lg_when_midnight(scenario->start_ms) : INT64_MIN + 1;
}

/* Whether the switch whose mentions are first .. end is off at @p now_ms. */
static bool is_off(const lg_schedule *s, uint32_t first, uint32_t end, int64_t now_ms)
{
    const lg_scenario *scenario = s->input.scenario;
    int64_t last_ms = INT64_MIN;
    bool off = false;
    for (uint32_t i = first; i < end; i++) {
        const lg_event_spec *spec = &scenario->events[s->mentions[i].event];
        if (spec->interval) {
            if (lg_when_between(&spec->from, &spec->to, now_ms))
                return true;
            continue;
        }
        int64_t at_ms = lg_when_last(&spec->from, horizon(scenario, &spec->from), now_ms);
        if (at_ms == INT64_MIN || at_ms < last_ms)
            continue;
        last_ms = at_ms;
        off = spec->kind == LG_EVENT_DISABLE || spec->kind == LG_EVENT_DISCONNECT;
    }
    return off;
}

static lg_status do_switches(lg_schedule *s, const lg_moment *moment)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0, end; i < s->mention_count && status == LG_OK; i = end) {
        mention *first = &s->mentions[i];
        for (end = i + 1; end < s->mention_count && s->mentions[end].key == first->key;)
            end++;
        bool off = is_off(s, i, end, moment->slot_start_ms);
        if (off == first->off)
            continue;
        first->off = off;
        lg_event_kind kind = first->wire ? off ? LG_EVENT_DISCONNECT : LG_EVENT_CONNECT
                             : off       ? LG_EVENT_DISABLE
                                         : LG_EVENT_ENABLE;
        status = tell(s, &s->input.scenario->events[first->event], kind, first->target, first->node,
                      moment);
    }
    return status;
}

/* ---- changes ---- */

static const lg_change *change_of(const lg_event_spec *spec, uint32_t driver)
{
    for (uint32_t i = 0; i < spec->change_count; i++)
        if (spec->changes[i].driver == driver)
            return &spec->changes[i];
    return NULL;
}

/* @p to becomes @p from with the values of the change; room for the same count. */
static void put_values(lg_params *to, const lg_params *from, const lg_change *change)
{
    memcpy(to, from, size_of(from));
    for (uint32_t i = 0; i < change->count; i++)
        to->items[change->values[i].index].value = change->values[i].value;
}

/* The block with the values of the change: @p from when it has them already, one that was made
 * before, or a new one; NULL: exhausted. */
static const lg_params *changed(lg_schedule *s, const lg_params *from, const lg_change *change)
{
    size_t size = size_of(from);
    if (!LG_GROW(s->mem, s->made, s->made_capacity, s->made_count + 1))
        return NULL;
    lg_params *block = lg_mem_alloc(s->mem, size);
    if (!block)
        return NULL;
    put_values(block, from, change);
    const lg_params *same = memcmp(from, block, size) == 0 ? from : NULL;
    for (uint32_t i = 0; i < s->made_count && !same; i++)
        if (s->made[i]->count == block->count && memcmp(s->made[i], block, size) == 0)
            same = s->made[i];
    if (same) {
        lg_mem_free(s->mem, block, size);
        return same;
    }
    s->made[s->made_count++] = block;
    return block;
}

/* Each of these three says in *done when anything has another value now. */
static lg_status change_assets(lg_schedule *s, const lg_event_spec *spec, bool *done)
{
    lg_site *site = &s->input.scenario->site;
    const lg_params *from = NULL, *to = NULL;
    for (uint32_t i = 0; i < spec->changed_count; i++) {
        lg_asset *asset = &site->assets[spec->changed[i]];
        const lg_change *change = change_of(spec, asset->driver);
        if (asset->params != from)
            to = changed(s, asset->params, change);
        if (!to)
            return LG_MEMORY;
        from = asset->params;
        if (to == from)
            continue;
        *done = true;
        asset->params = to;
        if (change->device)
            lg_fleet_change(s->input.fleet, spec->changed[i]);
    }
    return LG_OK;
}

static lg_status change_fees(lg_schedule *s, const lg_event_spec *spec, bool *done)
{
    lg_market *market = lg_turn_market(s->input.turn);
    bool constant = s->input.scenario->rules.fee_kind == LG_FEE_CONSTANT;
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < spec->area_count && spec->has_fee && status == LG_OK; i++) {
        *done = *done || lg_market_fee_next(market, spec->areas[i]) != spec->fee;
        status = constant ? lg_market_set_fee_constant(market, spec->areas[i], spec->fee)
                          : lg_market_set_fee_percentage(market, spec->areas[i], spec->fee);
    }
    return status;
}

static lg_status change_scripts(lg_schedule *s, uint32_t event, const lg_moment *moment, bool *done)
{
    const lg_event_spec *spec = &s->input.scenario->events[event];
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < spec->agent_count && status == LG_OK; i++)
        status = lg_seats_change(s->input.seats, event, spec->agents[i], moment, done);
    return status;
}

static lg_status do_change(lg_schedule *s, uint32_t event, const lg_moment *moment)
{
    const lg_event_spec *spec = &s->input.scenario->events[event];
    bool done = false;
    lg_status status = change_fees(s, spec, &done);
    if (status == LG_OK)
        status = change_assets(s, spec, &done);
    if (status == LG_OK)
        status = change_scripts(s, event, moment, &done);
    if (!done) /* a daily one, on any day but the first */
        return status;
    for (uint32_t i = 0; i < spec->area_count && status == LG_OK; i++)
        status = tell(s, spec, LG_EVENT_CHANGE, LG_TARGET_AREA, spec->areas[i], moment);
    for (uint32_t i = 0; i < spec->asset_count && status == LG_OK; i++)
        status = tell(s, spec, LG_EVENT_CHANGE, LG_TARGET_ASSET, spec->assets[i], moment);
    for (uint32_t i = 0; i < spec->agent_count && status == LG_OK; i++)
        status = tell(s, spec, LG_EVENT_CHANGE, LG_TARGET_AGENT, spec->agents[i], moment);
    return status;
}

/* When a change comes in the slots since the last one asked about; INT64_MIN: it does not. */
static int64_t due_at(const lg_schedule *s, const lg_event_spec *spec, int64_t now_ms)
{
    int64_t from_ms = horizon(s->input.scenario, &spec->from);
    if (s->asked_ms >= from_ms)
        from_ms = s->asked_ms + 1;
    return spec->kind == LG_EVENT_CHANGE ? lg_when_last(&spec->from, from_ms, now_ms) : INT64_MIN;
}

static lg_status do_changes(lg_schedule *s, const lg_moment *moment)
{
    const lg_scenario *scenario = s->input.scenario;
    uint32_t count = 0;
    for (uint32_t i = 0; i < scenario->event_count; i++) {
        int64_t at_ms = due_at(s, &scenario->events[i], moment->slot_start_ms);
        if (at_ms == INT64_MIN)
            continue;
        uint32_t k = count++;
        for (; k > 0 && due_at(s, &scenario->events[s->due[k - 1]], moment->slot_start_ms) > at_ms;
             k--)
            s->due[k] = s->due[k - 1];
        s->due[k] = i;
    }
    lg_status status = LG_OK;
    for (uint32_t k = 0; k < count && status == LG_OK; k++)
        status = do_change(s, s->due[k], moment);
    return status;
}

/* ---- scripts that were given up ---- */

typedef struct taking {
    lg_schedule *schedule;
    const lg_moment *moment;
} taking;

static lg_status tell_taken(void *ctx, uint32_t seat, const char *detail, const char *figures)
{
    taking *t = ctx;
    return tell_detail(t->schedule, detail, figures, LG_EVENT_CHANGE, LG_TARGET_AGENT, seat,
                       t->moment);
}

lg_status lg_schedule_slot(lg_schedule *s, const lg_moment *moment)
{
    taking t = {s, moment};
    lg_status status =
        s->input.seats ? lg_seats_take_over(s->input.seats, moment, tell_taken, &t) : LG_OK;
    if (status == LG_OK)
        status = do_switches(s, moment);
    if (status == LG_OK)
        status = do_changes(s, moment);
    s->asked_ms = moment->slot_start_ms;
    return s->words.failed && status == LG_OK ? LG_MEMORY : status;
}

/* ---- before the run ---- */

/* Assets that share a block are told once. */
static lg_status check_change(lg_mem *mem, const lg_scenario *scenario, const lg_event_spec *spec,
                              lg_fleet *fleet, lg_diag *diag)
{
    const lg_params *last = NULL;
    lg_status worst = LG_OK;
    for (uint32_t i = 0; i < spec->changed_count && worst != LG_MEMORY; i++) {
        const lg_asset *asset = &scenario->site.assets[spec->changed[i]];
        const lg_change *change = change_of(spec, asset->driver);
        if (asset->params == last || !change->device)
            continue;
        last = asset->params;
        size_t size = size_of(last);
        lg_params *block = lg_mem_alloc(mem, size);
        if (!block)
            return LG_MEMORY;
        put_values(block, last, change);
        lg_err err;
        lg_status status = lg_fleet_try(fleet, spec->changed[i], block, &err);
        lg_mem_free(mem, block, size);
        if (status == LG_PLUGIN)
            lg_diag_error(diag, scenario->file, 0, "change", "%s", err.text);
        worst = status == LG_OK ? worst : status;
    }
    return worst;
}

lg_status lg_schedule_check(lg_mem *mem, const lg_scenario *scenario, lg_fleet *fleet,
                            lg_diag *diag)
{
    lg_status worst = LG_OK;
    for (uint32_t i = 0; i < scenario->event_count && worst != LG_MEMORY; i++) {
        lg_status status = check_change(mem, scenario, &scenario->events[i], fleet, diag);
        worst = status == LG_OK ? worst : status;
    }
    return worst;
}

uint32_t lg_schedule_happened(const lg_schedule *s, const char **words)
{
    *words = lg_text_peek(&s->words);
    return s->happened;
}
