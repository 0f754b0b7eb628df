/* From --gateway to the last message: finding the plugin, its services of the loop, its end. */
#include "app/gateway_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/num.h"
#include "loop/watch.h"

/* How long messages on their way out are waited for at the end. */
#define FLUSH_NS (INT64_C(1000000000))

lg_status lg_gate_name(const char *named, char *name, size_t size, const char **address,
                       lg_err *err)
{
    const char *equals = strchr(named, '=');
    if (!equals || equals == named || !equals[1] || (size_t)(equals - named) >= size)
        return lg_fail(err, LG_INVALID,
                       "--gateway expects NAME=ADDRESS, like gsy=redis://127.0.0.1:6379, not "
                       "\"%.60s\"",
                       named);
    memcpy(name, named, (size_t)(equals - named));
    name[equals - named] = 0;
    *address = equals + 1;
    return LG_OK;
}

lg_status lg_gate_await(const char *seconds, int64_t *ms, lg_err *err)
{
    char *end;
    double value = strtod(seconds, &end);
    if (!*seconds || seconds[strspn(seconds, "0123456789.")] || *end ||
        !(value >= 0.001 && value <= LG_GATEWAY_AWAIT_MAX_S))
        return lg_fail(err, LG_INVALID,
                       "--await-batches expects seconds, 0.001 to %d, not \"%.60s\"",
                       LG_GATEWAY_AWAIT_MAX_S, seconds);
    *ms = (int64_t)(value * 1000 + 0.5);
    return LG_OK;
}

/* ---- services ---- */

static void refuse(void *ctx, const char *sentence)
{
    lg_gate *g = ctx;
    snprintf(g->refusal, sizeof g->refusal, "%s", sentence);
}

static void say(void *ctx, uint32_t level, const char *sentence)
{
    lg_gate *g = ctx;
    char line[LG_ERR_TEXT_MAX];
    if (level < LG_LOG_INFO)
        return;
    snprintf(line, sizeof line, "gateway %s: %s", g->name, sentence);
    lg_text_clean(line);
    lg_notes_say(g->input.notes, line);
}

/* A descriptor or an alarm of the plugin. */
typedef struct watching {
    lg_gate *gate;
    lg_watch_point *point;
    void (*ready)(void *self, uint32_t what);
    void (*due)(void *self);
    void *self;
} watching;

static void is_ready(void *ctx, unsigned what)
{
    const watching *w = ctx;
    lg_gateway_enter(w->gate->name, "ready");
    w->ready(w->self, what); /* may take the watch back */
    lg_gateway_leave();
}

static void is_due(void *ctx)
{
    const watching *w = ctx;
    lg_gateway_enter(w->gate->name, "due");
    w->due(w->self);
    lg_gateway_leave();
}

static void unwatch(void *ctx, void *watch)
{
    lg_gate *g = ctx;
    watching *w = watch;
    if (!w)
        return;
    lg_watch_point_free(w->point);
    lg_mem_free(g->mem, w, sizeof *w);
}

/* NULL when the point could not be made. */
static void *watched(lg_gate *g, watching *w)
{
    if (w->point)
        return w;
    lg_mem_free(g->mem, w, sizeof *w);
    return NULL;
}

static void *watch(void *ctx, int32_t fd, void (*ready)(void *self, uint32_t what), void *self)
{
    lg_gate *g = ctx;
    watching *w = lg_mem_zalloc(g->mem, 1, sizeof *w);
    if (!w)
        return NULL;
    *w = (watching){.gate = g, .ready = ready, .self = self};
    w->point = lg_watch_fd(g->input.loop, fd, is_ready, w);
    return watched(g, w);
}

/* What cannot be watched is told by the plugin's own time-outs. */
static void watch_for(void *ctx, void *watch, uint32_t what)
{
    const watching *w = watch;
    if (lg_watch_for(w->point, what) != LG_OK)
        say(ctx, LG_LOG_ERROR, "the system cannot watch its connection");
}

static void *alarm_new(void *ctx, void (*due)(void *self), void *self)
{
    lg_gate *g = ctx;
    watching *w = lg_mem_zalloc(g->mem, 1, sizeof *w);
    if (!w)
        return NULL;
    *w = (watching){.gate = g, .due = due, .self = self};
    w->point = lg_watch_alarm(g->input.loop, is_due, w);
    return watched(g, w);
}

static void alarm_set(void *ctx, void *alarm, uint32_t ms)
{
    const watching *w = alarm;
    if (lg_watch_set(w->point, ms) != LG_OK)
        say(ctx, LG_LOG_ERROR, "the system cannot set its alarm");
}

static int64_t wall_ms(void *ctx)
{
    struct timespec now;
    (void)ctx;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int32_t control(void *ctx, uint32_t what)
{
    lg_gate *g = ctx;
    switch (what) {
    case LG_GATEWAY_PAUSE:
        lg_helm_pause(g->input.helm);
        return LG_OK;
    case LG_GATEWAY_RESUME:
        lg_helm_resume(g->input.helm);
        return LG_OK;
    case LG_GATEWAY_STOP:
        lg_helm_set_stop(g->input.helm, LG_HELM_STOP_SLOT);
        return LG_OK;
    default:
        return LG_UNSUPPORTED;
    }
}

/* ---- life ---- */

static lg_status unknown(const lg_gate *g, lg_err *err)
{
    char names[LG_ERR_TEXT_MAX / 2] = "";
    uint32_t count, used = 0;
    const lg_plugin *const *plugins = lg_plugins_list(g->input.setup->plugins, &count);
    for (uint32_t i = 0; i < count; i++) {
        const lg_gateway *gateways = plugins[i]->gateways.items;
        for (uint32_t k = 0; k < plugins[i]->gateways.count && used + 80 < sizeof names; k++)
            used += (uint32_t)snprintf(names + used, sizeof names - used, "%s%.60s",
                                       used ? ", " : "", gateways[k].name);
    }
    return lg_fail(err, LG_UNKNOWN, "no plugin offers the gateway \"%s\"; there %s%s", g->name,
                   used ? "is " : "is none", names);
}

lg_status lg_gate_new(lg_mem *mem, const lg_gate_input *input, lg_err *err, lg_gate **out)
{
    *out = NULL;
    lg_gate *g = lg_mem_zalloc(mem, 1, sizeof *g);
    if (!g)
        return lg_fail(err, LG_MEMORY, "out of memory");
    g->mem = mem;
    lg_text_init(&g->refused, mem);
    g->input = *input;
    g->clients = lg_world_clients(input->world);
    g->site = &input->setup->scenario->site;
    lg_awaits_init(&g->awaits, mem, input->await_ms * 1000000, lg_loop_now_ns);
    lg_status status = lg_gate_name(input->named, g->name, sizeof g->name, &g->address, err);
    if (status == LG_OK) {
        g->kind = lg_plugins_gateway(input->setup->plugins, g->name);
        if (!g->kind)
            status = unknown(g, err);
    }
    if (status == LG_OK) {
        g->past = lg_mem_zalloc(mem, g->site->asset_count, sizeof *g->past);
        g->bills = lg_mem_zalloc(mem, g->site->area_count, sizeof *g->bills);
        if (!g->past || !g->bills)
            status = lg_fail(err, LG_MEMORY, "out of memory for the gateway");
    }
    if (status != LG_OK) {
        lg_gate_close(g);
        return status;
    }
    g->host = (lg_gateway_host){
        .size = sizeof(lg_gateway_host),
        .abi_minor = LG_ABI_MINOR,
        .ctx = g,
        .refuse = refuse,
        .say = say,
        .watch = watch,
        .watch_for = watch_for,
        .unwatch = unwatch,
        .alarm = alarm_new,
        .set_alarm = alarm_set,
        .drop_alarm = unwatch,
        .wall_ms = wall_ms,
        .control = control,
    };
    lg__gate_views(&g->host);
    lg__gate_orders(&g->host);
    lg__gate_acts(&g->host);
    lg__gate_waits(&g->host);
    *out = g;
    return LG_OK;
}

lg_status lg_gate_open(lg_gate *g, lg_err *err)
{
    const lg_gateway_info info = {.size = sizeof info, .address = g->address};
    lg_listener listener = lg__gate_listener(g);
    lg_clients_ears ears = lg__gate_ears(g);
    g->refusal[0] = 0;
    lg__gate_trading(g);
    if (lg__gate_microgrids(g) != LG_OK)
        return lg_fail(err, LG_MEMORY, "out of memory for the gateway");
    lg__gate_bills(g);
    lg_gateway_enter(g->name, "open");
    int32_t status = g->kind->open(&g->host, &info, &g->self);
    lg_gateway_leave();
    if (status == LG_MEMORY)
        return lg_fail(err, LG_MEMORY, "out of memory for the gateway");
    if (status != LG_OK)
        return lg_fail(err, status == LG_INVALID ? LG_INVALID : LG_PLUGIN, "gateway %s: %s",
                       g->name, g->refusal[0] ? g->refusal : "it cannot be opened");
    g->open = true;
    lg_clients_listen(g->clients, &ears);
    if (lg_world_listen(g->input.world, &listener) != LG_OK)
        return lg_fail(err, LG_MEMORY, "out of memory for the gateway");
    return LG_OK;
}

bool lg_gate_is_open(const lg_gate *g)
{
    return g->open;
}

lg_status lg_gate_look(lg_gate *g, lg_err *err)
{
    lg__gate_traded(g);
    lg__gate_measured(g);
    if (g->fatal.status != LG_OK)
        *err = g->fatal;
    return g->fatal.status;
}

/* Whoever has something to say at the end is heard for a moment. */
static void flush(const lg_gate *g)
{
    int64_t until_ns = lg_loop_now_ns() + FLUSH_NS;
    while (g->kind->busy && g->kind->busy(g->self) && lg_loop_now_ns() < until_ns)
        lg_loop_wait(g->input.loop, lg_min64(until_ns, lg_loop_now_ns() + FLUSH_NS / 50));
}

void lg_gate_close(lg_gate *g)
{
    if (!g)
        return;
    if (g->open) {
        lg_clients_listen(g->clients, NULL);
        g->finished = true; /* acts that still come have no place any more */
        LG__GATE_CALL(g, moment, LG_GATEWAY_FINISH);
        flush(g);
        LG__GATE_CALL(g, close);
    }
    lg_text_fini(&g->refused);
    lg__gate_close_microgrids(g);
    lg_mem_free(g->mem, g->past, g->site->asset_count * sizeof *g->past);
    lg_mem_free(g->mem, g->bills, g->site->area_count * sizeof *g->bills);
    lg_mem_free(g->mem, g->commands, g->command_capacity * sizeof *g->commands);
    lg_mem_free(g->mem, g->values, g->value_capacity * sizeof *g->values);
    lg_mem_free(g->mem, g->silents, g->silent_capacity * sizeof *g->silents);
    lg_awaits_fini(&g->awaits);
    lg_mem_free(g->mem, g, sizeof *g);
}
