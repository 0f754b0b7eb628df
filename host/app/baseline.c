/* The strategies are called one after the other, and what one has sent is applied before the next
 * is called: so the answers that each gets are its own. */
#include "app/baseline.h"

#include <string.h>
#include "base/text.h"

typedef struct part {
    lg_agent *agent;
    lg_participant participant;
    uint32_t *assets;
    uint32_t count, room;
} part;

struct lg_baseline {
    lg_mem *mem;
    lg_desk *desk;
    part *parts;
    uint32_t count, capacity;
    lg_text names;
    /* the call that runs */
    lg_call call;
    lg_moment moment;
    uint32_t next;
    bool waiting; /* parts[next] does; else the batch of the one before it is being applied */
};

/* The last two words of a path: "strategies/load_ramp.lua". */
static const char *shown(const char *path)
{
    const char *slash = strrchr(path, '/');
    while (slash && slash > path && slash[-1] != '/')
        slash--;
    return slash ? slash : path;
}

/* One agent for all assets with the strategy of asset @p first. */
static bool add_part(lg_baseline *b, const lg_agent_spec *spec, const lg_agent_input *input,
                     uint32_t first)
{
    const char *script = spec->baseline[first];
    lg_err err = {.text = ""};
    part *p = &b->parts[b->count++];
    memset(p, 0, sizeof *p);
    p->room = spec->asset_count;
    p->assets = lg_mem_zalloc(b->mem, p->room, sizeof *p->assets);
    if (!p->assets)
        return false;
    for (uint32_t i = first; i < spec->asset_count; i++)
        if (spec->baseline[i] && strcmp(spec->baseline[i], script) == 0)
            p->assets[p->count++] = spec->assets[i];
    lg_agent_input own = *input;
    own.script = script;
    own.params = NULL;
    own.stopped = NULL;
    /* what becomes of it is in no record: a clock may end only what would never end */
    own.budget = (lg_budget){.seconds_per_call = LG_FOLLOW_SECONDS};
    own.assets = p->assets;
    own.asset_count = p->count;
    lg_status status = lg_agent_new(b->mem, &own, &err, &p->agent);
    if (status == LG_OK) {
        memset(&p->participant, 0, sizeof p->participant);
        lg_agent_participant(p->agent, &p->participant);
        lg_text_format(&b->names, "%s%s", b->names.length ? ", " : "", shown(script));
    } else if (status != LG_MEMORY) {
        input->fault(input->ctx, NULL, err.text); /* a shipped file has vanished */
    }
    return status != LG_MEMORY;
}

static bool is_first(const lg_agent_spec *spec, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++)
        if (spec->baseline[i] && strcmp(spec->baseline[i], spec->baseline[index]) == 0)
            return false;
    return true;
}

lg_baseline *lg_baseline_new(lg_mem *mem, const lg_agent_spec *spec, const lg_agent_input *input)
{
    lg_baseline *b = lg_mem_zalloc(mem, 1, sizeof *b);
    if (!b)
        return NULL;
    b->mem = mem;
    b->desk = input->desk;
    lg_text_init(&b->names, mem);
    bool fine = true;
    for (uint32_t i = 0; i < spec->asset_count && spec->baseline && fine; i++) {
        if (!spec->baseline[i] || !is_first(spec, i))
            continue;
        fine = LG_GROW(mem, b->parts, b->capacity, b->count + 1);
        fine = fine && add_part(b, spec, input, i);
    }
    if (fine && b->names.length == 0)
        lg_text_str(&b->names, "nothing");
    if (fine && !b->names.failed)
        return b;
    lg_baseline_free(b);
    return NULL;
}

void lg_baseline_free(lg_baseline *b)
{
    if (!b)
        return;
    for (uint32_t i = 0; i < b->count; i++) {
        lg_agent_free(b->parts[i].agent);
        lg_mem_free(b->mem, b->parts[i].assets, b->parts[i].room * sizeof *b->parts[i].assets);
    }
    lg_mem_free(b->mem, b->parts, b->capacity * sizeof *b->parts);
    lg_text_fini(&b->names);
    lg_mem_free(b->mem, b, sizeof *b);
}

bool lg_baseline_trades(const lg_baseline *b)
{
    for (uint32_t i = 0; i < b->count; i++)
        if (b->parts[i].agent)
            return true;
    return false;
}

const char *lg_baseline_names(const lg_baseline *b)
{
    return lg_text_peek(&b->names);
}

static bool wants(const lg_baseline *b, const part *p)
{
    if (!p->agent)
        return false;
    return b->call != LG_CALL_TICK || b->moment.tenth || p->participant.every_tick;
}

/* Calls from parts[next] on; @return true when there is something to wait for. */
static bool go_on(lg_baseline *b)
{
    for (; b->next < b->count; b->next++) {
        part *p = &b->parts[b->next];
        if (!wants(b, p))
            continue;
        b->waiting = p->participant.call(p->participant.self, b->call, &b->moment);
        if (b->waiting)
            return true;
        if (lg_desk_pending(b->desk) && b->next + 1 < b->count) {
            b->next++;
            return true;
        }
    }
    return false;
}

static bool call(void *self, lg_call kind, const lg_moment *moment)
{
    lg_baseline *b = self;
    b->call = kind;
    b->moment = *moment;
    b->next = 0;
    return go_on(b);
}

static bool resume(void *self)
{
    lg_baseline *b = self;
    if (!b->waiting) {
        part *done = &b->parts[b->next - 1];
        if (done->participant.answered)
            done->participant.answered(done->participant.self);
        return go_on(b);
    }
    part *p = &b->parts[b->next];
    b->waiting = p->participant.resume(p->participant.self);
    if (b->waiting)
        return true;
    b->next++;
    return lg_desk_pending(b->desk) && b->next < b->count ? true : go_on(b);
}

/* What was sent last is the last part's that was called. */
static void answered(void *self)
{
    lg_baseline *b = self;
    for (uint32_t i = b->count; i-- > 0;) {
        part *p = &b->parts[i];
        if (!wants(b, p))
            continue;
        if (p->participant.answered)
            p->participant.answered(p->participant.self);
        return;
    }
}

static void trade(void *self, const lg_trade *t)
{
    lg_baseline *b = self;
    for (uint32_t i = 0; i < b->count; i++)
        if (b->parts[i].participant.trade)
            b->parts[i].participant.trade(b->parts[i].participant.self, t);
}

static void event(void *self, const lg_event *e, const lg_moment *moment)
{
    lg_baseline *b = self;
    for (uint32_t i = 0; i < b->count; i++)
        if (b->parts[i].participant.event)
            b->parts[i].participant.event(b->parts[i].participant.self, e, moment);
}

void lg_baseline_participant(lg_baseline *b, lg_participant *participant)
{
    bool every_tick = false, trades = false;
    for (uint32_t i = 0; i < b->count; i++) {
        every_tick = every_tick || b->parts[i].participant.every_tick;
        trades = trades || b->parts[i].participant.trade;
    }
    *participant = (lg_participant){
        .self = b,
        .desk = b->desk,
        .every_tick = every_tick,
        .call = call,
        .resume = resume,
        .answered = answered,
        .trade = trades ? trade : NULL,
        .event = event,
    };
}
