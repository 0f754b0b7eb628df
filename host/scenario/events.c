/*
 * Scheduled events: what happens when to whom. Times are looked at against the run, so that an
 * event that cannot happen in it is told; targets are names of the built site, or of agents where a
 * change gives them another script.
 */
#include "scenario/reader.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

enum { FIELDS_MAX = 8 };

/* One event while it is read. */
typedef struct reading {
    lg__reader *r;
    const lg_conf *conf;
    const char *label;
    lg__field fields[FIELDS_MAX];
    lg_event_spec *spec;
} reading;

static const lg__field *field(reading *e, const char *key)
{
    return lg__field_of(e->fields, &e->r->rows[LG__EVENT], key);
}

/* --- when ------------------------------------------------------------------------------------ */

static bool read_time(reading *e, const lg__field *said, lg_when *when)
{
    if (lg_when_parse(said->value.text, when))
        return true;
    lg__problem(e->r, said->item, e->label, said->row->name,
                "expected a time of the day like \"14:00\" or a time like \"2024-06-03T14:00Z\", "
                "got \"%.40s\"",
                said->value.text);
    return false;
}

/* Whether a slot of the run starts in the interval; a day of slots decides about all. */
static bool interval_in_run(const lg_scenario *s, const lg_event_spec *spec)
{
    uint32_t slot_ms = s->rules.slot_ms, slots = s->slot_count;
    int64_t first = 0;
    if (!spec->from.daily && spec->from.ms > s->start_ms)
        first = (spec->from.ms - s->start_ms + slot_ms - 1) / slot_ms;
    for (uint32_t i = 0; i <= LG_DAY_MS / slot_ms; i++)
        if (first + i < slots &&
            lg_when_between(&spec->from, &spec->to, s->start_ms + (first + i) * slot_ms))
            return true;
    return false;
}

static bool time_in_run(const lg_scenario *s, const lg_when *when)
{
    int64_t last = s->start_ms + (int64_t)(s->slot_count - 1) * s->rules.slot_ms;
    return when->daily ? lg_when_last(when, lg_when_midnight(s->start_ms), last) != INT64_MIN
                       : when->ms <= last;
}

static void read_interval(reading *e, const lg__field *from, const lg__field *to)
{
    lg_event_spec *spec = e->spec;
    spec->interval = true;
    if (spec->kind != LG_EVENT_DISABLE && spec->kind != LG_EVENT_DISCONNECT) {
        lg__problem(e->r, from->item, e->label, "from",
                    "only disable and disconnect have an interval; %s takes `at`",
                    lg_event_word(spec->kind));
        return;
    }
    if (!read_time(e, from, &spec->from) || !read_time(e, to, &spec->to))
        return;
    if (spec->from.daily != spec->to.daily)
        lg__problem(e->r, to->item, e->label, "to",
                    "from and to are both times of the day, or both of one date");
    else if (spec->from.ms == spec->to.ms || (!spec->from.daily && spec->to.ms < spec->from.ms))
        lg__problem(e->r, to->item, e->label, "to", "the interval ends before it begins");
    else if (!interval_in_run(e->r->scenario, spec))
        lg__warning(e->r, from->item, e->label, "from",
                    "no slot of the run starts in \"%s\" to \"%s\"", from->value.text,
                    to->value.text);
}

static void read_when(reading *e)
{
    const lg__field *at = field(e, "at"), *from = field(e, "from"), *to = field(e, "to");
    if ((at->item != NULL) == (from->item != NULL) || (from->item != NULL) != (to->item != NULL)) {
        lg__problem(e->r, e->conf, e->label, NULL,
                    "expected `at`, or `from` and `to`: when does it happen?");
        return;
    }
    if (from->item) {
        read_interval(e, from, to);
        return;
    }
    if (read_time(e, at, &e->spec->from) && !time_in_run(e->r->scenario, &e->spec->from))
        lg__warning(e->r, at->item, e->label, "at",
                    "\"%s\" does not come before the run's last slot", at->value.text);
}

/* --- to whom --------------------------------------------------------------------------------- */

static uint32_t *room(reading *e, const lg_conf *list)
{
    uint32_t *items = lg_arena_alloc(e->r->arena, (list->count + 1) * sizeof *items);
    if (!items)
        lg__exhausted(e->r);
    return items;
}

static void take_target(reading *e, const lg_conf *item)
{
    lg__reader *r = e->r;
    lg_event_spec *spec = e->spec;
    const lg_site *site = &r->scenario->site;
    uint32_t found = lg__names_find(&r->names, item->text);
    bool wires = spec->kind == LG_EVENT_CONNECT || spec->kind == LG_EVENT_DISCONNECT;
    char near[96];
    if (found == LG_NONE) {
        lg__names_near(r, site, !wires, item->text, near, sizeof near);
        lg__problem(r, item, e->label, "targets", "there is no area or asset \"%.80s\"%s",
                    item->text, near);
    } else if (found >= site->area_count && wires) {
        lg__problem(r, item, e->label, "targets",
                    "\"%.80s\" is an asset; areas have a connection to the market above them",
                    item->text);
    } else if (found == 0 && wires) {
        lg__problem(r, item, e->label, "targets",
                    "\"%.80s\" is the topmost area; there is nothing above it", item->text);
    } else if (found < site->area_count) {
        spec->areas[spec->area_count++] = found;
    } else {
        spec->assets[spec->asset_count++] = found - site->area_count;
    }
}

static void read_targets(reading *e, const lg_conf *list)
{
    e->spec->areas = room(e, list);
    e->spec->assets = room(e, list);
    for (const lg_conf *item = list->first; item && !e->r->exhausted; item = item->next)
        take_target(e, item);
}

static void take_agent(reading *e, const lg_conf *item)
{
    lg__reader *r = e->r;
    const lg_scenario *s = r->scenario;
    const char **names = lg_arena_alloc(&r->scratch, (s->agent_count + 1) * sizeof *names);
    if (!names) {
        lg__exhausted(r);
        return;
    }
    for (uint32_t i = 0; i < s->agent_count; i++) {
        names[i] = s->agents[i].name;
        if (strcmp(names[i], item->text) == 0) {
            e->spec->agents[e->spec->agent_count++] = i;
            return;
        }
    }
    char near[96];
    lg__near_miss(item->text, names, s->agent_count, near, sizeof near);
    lg__problem(r, item, e->label, "targets", "there is no agent \"%.80s\" to get another script%s",
                item->text, near);
}

static void read_agents(reading *e, const lg_conf *list)
{
    const lg__field *script = field(e, "script"), *params = field(e, "params");
    lg_event_spec *spec = e->spec;
    spec->agents = room(e, list);
    for (const lg_conf *item = list->first; item && !e->r->exhausted; item = item->next)
        take_agent(e, item);
    spec->script_name = script->value.text;
    spec->script = lg__script_path(e->r, script->item, e->label, "script", script->value.text);
    spec->params = params->item;
    char detail[LG__NAME_MAX + 16];
    snprintf(detail, sizeof detail, "script %.*s", LG__NAME_MAX, spec->script_name);
    spec->detail = lg_arena_text(e->r->arena, detail, strlen(detail));
    if (!spec->detail)
        lg__exhausted(e->r);
}

/* --- what ------------------------------------------------------------------------------------ */

static void read_change(reading *e, const lg_conf *list)
{
    const lg__field *script = field(e, "script"), *params = field(e, "params");
    if (script->item) {
        read_agents(e, list);
        return;
    }
    read_targets(e, list);
    if (!params->item || params->item->count == 0)
        lg__problem(e->r, e->conf, e->label, "params",
                    "is missing; expected what changes: params = { final_buying_rate = 25 }, or a "
                    "script");
    else if (!e->r->exhausted)
        lg__changes_read(e->r, e->label, params->item, e->spec);
}

static void refuse_key(reading *e, const char *key)
{
    const lg__field *said = field(e, key);
    if (said->item)
        lg__problem(e->r, said->item, e->label, key, "goes with kind \"change\" only");
}

static void read_event(lg__reader *r, lg_conf *conf, lg_event_spec *spec, lg_conf **resolved)
{
    const lg__rows *rows = &r->rows[LG__EVENT];
    const lg_conf *kind = lg_conf_get(conf, "kind");
    reading e = {.r = r, .conf = conf, .spec = spec, .label = "event"};
    LG_ASSERT(rows->count <= FIELDS_MAX);
    if (conf->type != LG_CONF_TABLE) {
        char got[96];
        lg__got(conf, got, sizeof got);
        lg__problem(r, conf, NULL, "events",
                    "expected disable{...}, disconnect{...}, change{...} or the like, got %s", got);
        return;
    }
    if (kind && kind->type == LG_CONF_TEXT)
        e.label = kind->text;
    bool fine = lg__check(r, e.label, conf, rows, e.fields);
    *resolved = lg__resolved(r, rows, e.fields);
    if (!fine || r->exhausted)
        return;
    spec->detail = "";
    spec->kind = (lg_event_kind)field(&e, "kind")->value.number;
    read_when(&e);
    const lg_conf *targets = field(&e, "targets")->item;
    if (targets->count == 0)
        lg__problem(r, targets, e.label, "targets",
                    "is empty; expected the names of areas or assets");
    if (spec->kind == LG_EVENT_CHANGE) {
        read_change(&e, targets);
        return;
    }
    refuse_key(&e, "params");
    refuse_key(&e, "script");
    read_targets(&e, targets);
}

void lg__events_read(lg__reader *r, lg_conf *list, lg_conf **resolved)
{
    lg_scenario *s = r->scenario;
    lg_conf *out = lg__conf_new(r->arena, LG_CONF_LIST, "events", 0);
    s->events = lg_arena_alloc(r->arena, (list->count + 1) * sizeof *s->events);
    if (!out || !s->events) {
        lg__exhausted(r);
        return;
    }
    lg_conf **tail = &out->first;
    for (lg_conf *item = list->first; item && !r->exhausted; item = item->next) {
        lg_conf *copy = NULL;
        lg_event_spec *spec = &s->events[s->event_count++];
        *spec = (lg_event_spec){.kind = LG_EVENT_COUNT};
        read_event(r, item, spec, &copy);
        if (copy)
            tail = lg__conf_append(out, tail, copy);
    }
    *resolved = out;
}
