/* One machine a device, from open to close:
 *
 *   (none) --open--> open --set_aside--> aside
 *                      \________________/ \--close--> (none)
 *
 * Unlike market devices these have a table of services each: a live one calls the host from the
 * loop, between all other calls, and is known by it. */
#include "driver/equipment.h"

#include "grid/profile.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/rng.h"
#include "base/text.h"
#include "driver/blocks.h"
#include "driver/fpmode.h"
#include "driver/guard.h"

typedef struct machine {
    lg_equipment *equipment;
    uint32_t index;
    bool open, aside;
    void *state;
    lg__block *held;
    lg_host host;          /* refuse, log, memory, profiles */
    lg_device_host beyond; /* the rest */
} machine;

struct lg_equipment {
    lg_mem *mem;
    lg_equipment_input input;
    machine *machines;
    bool exhausted;                /* an alloc() of the running call found no memory */
    char refusal[LG_ERR_TEXT_MAX]; /* of the running call, or the one that failed last */
};

static const lg_machine_spec *spec_of(const machine *m)
{
    return &m->equipment->input.devices[m->index];
}

/* ---- services ---- */

static void host_refuse(void *ctx, const char *sentence)
{
    const machine *m = ctx;
    if (!sentence)
        return;
    snprintf(m->equipment->refusal, sizeof m->equipment->refusal, "%s", sentence);
    lg_text_clean(m->equipment->refusal);
}

/* "battery (battery_system): <sentence>", on one line whatever the plugin said. */
static void with_name(const machine *m, char *out, size_t size, const char *sentence)
{
    snprintf(out, size, "%s (%s): %s", spec_of(m)->name, spec_of(m)->driver->name, sentence);
    lg_text_clean(out);
}

static void complain(const machine *m, const char *sentence)
{
    char text[LG_ERR_TEXT_MAX];
    const lg_equipment_ears *ears = &m->equipment->input.ears;
    with_name(m, text, sizeof text, sentence);
    if (ears->fault)
        ears->fault(ears->ctx, m->index, text);
}

static void host_log(void *ctx, uint32_t level, const char *sentence)
{
    const machine *m = ctx;
    char text[LG_ERR_TEXT_MAX];
    const lg_equipment_ears *ears = &m->equipment->input.ears;
    if (!ears->log || !sentence)
        return;
    with_name(m, text, sizeof text, sentence);
    ears->log(ears->ctx, level > LG_LOG_ERROR ? LG_LOG_ERROR : level, text);
}

static void *host_alloc(void *ctx, uint64_t size)
{
    machine *m = ctx;
    return lg__blocks_lend(m->equipment->mem, &m->held, size, &m->equipment->exhausted);
}

static void host_free(void *ctx, void *ptr)
{
    machine *m = ctx;
    if (ptr && !lg__blocks_return(m->equipment->mem, &m->held, ptr))
        complain(m, "gives back memory that it does not hold");
}

static double host_profile_at(void *ctx, const lg_profile *profile, int64_t time_ms)
{
    (void)ctx;
    return profile ? lg_profile_at(profile, time_ms) : (double)NAN;
}

static double host_profile_mean(void *ctx, const lg_profile *profile, int64_t from_ms,
                                int64_t to_ms)
{
    (void)ctx;
    return profile ? lg_profile_mean(profile, from_ms, to_ms) : (double)NAN;
}

static void host_reading(void *ctx, uint32_t point, double value, int64_t time_ms)
{
    (void)ctx;
    (void)point;
    (void)value;
    (void)time_ms;
}

static void host_post(void *ctx, const lg_device_sample *sample)
{
    const machine *m = ctx;
    const lg_equipment_ears *ears = &m->equipment->input.ears;
    if (sample->size < sizeof *sample || sample->component >= spec_of(m)->component_count)
        complain(m, "posts a sample of a component that it has not");
    else
        ears->sample(ears->ctx, m->index, sample);
}

static void host_done(void *ctx, uint64_t number, int32_t status, const char *sentence)
{
    const machine *m = ctx;
    const lg_equipment_ears *ears = &m->equipment->input.ears;
    ears->done(ears->ctx, m->index, number, status, sentence ? sentence : "");
}

static int64_t host_now_ms(void *ctx)
{
    const machine *m = ctx;
    return m->equipment->input.ears.now_ms(m->equipment->input.ears.ctx);
}

static void host_flow(void *ctx, uint32_t component, double watts, double vars)
{
    const machine *m = ctx;
    const lg_equipment_ears *ears = &m->equipment->input.ears;
    if (component < spec_of(m)->component_count)
        ears->flow(ears->ctx, m->index, component, watts, vars);
}

static void host_flow_below(void *ctx, uint32_t component, double *watts, double *vars)
{
    const machine *m = ctx;
    const lg_equipment_ears *ears = &m->equipment->input.ears;
    *watts = *vars = 0;
    if (component < spec_of(m)->component_count)
        ears->flow_below(ears->ctx, m->index, component, watts, vars);
}

/* The loop's functions under the device's own context. */
static void *loop_watch(void *ctx, int32_t fd, void (*ready)(void *self, uint32_t what), void *self)
{
    const lg_equipment_loop *loop = ((machine *)ctx)->equipment->input.loop;
    return loop->watch(loop->ctx, fd, ready, self);
}

static void loop_watch_for(void *ctx, void *watch, uint32_t what)
{
    const lg_equipment_loop *loop = ((machine *)ctx)->equipment->input.loop;
    loop->watch_for(loop->ctx, watch, what);
}

static void loop_unwatch(void *ctx, void *watch)
{
    const lg_equipment_loop *loop = ((machine *)ctx)->equipment->input.loop;
    loop->unwatch(loop->ctx, watch);
}

static void *loop_alarm(void *ctx, void (*due)(void *self), void *self)
{
    const lg_equipment_loop *loop = ((machine *)ctx)->equipment->input.loop;
    return loop->alarm(loop->ctx, due, self);
}

static void loop_set_alarm(void *ctx, void *alarm, uint32_t ms)
{
    const lg_equipment_loop *loop = ((machine *)ctx)->equipment->input.loop;
    loop->set_alarm(loop->ctx, alarm, ms);
}

static void loop_drop_alarm(void *ctx, void *alarm)
{
    const lg_equipment_loop *loop = ((machine *)ctx)->equipment->input.loop;
    loop->drop_alarm(loop->ctx, alarm);
}

static int64_t loop_steady_ms(void *ctx)
{
    const lg_equipment_loop *loop = ((machine *)ctx)->equipment->input.loop;
    return loop->steady_ms(loop->ctx);
}

static void prepare(machine *m)
{
    m->host = (lg_host){
        .size = sizeof(lg_host),
        .abi_minor = LG_ABI_MINOR,
        .ctx = m,
        .refuse = host_refuse,
        .log = host_log,
        .alloc = host_alloc,
        .free = host_free,
        .profile_at = host_profile_at,
        .profile_mean = host_profile_mean,
        .post = host_reading,
    };
    m->beyond = (lg_device_host){
        .size = sizeof(lg_device_host),
        .host = &m->host,
        .ctx = m,
        .post = host_post,
        .done = host_done,
        .now_ms = host_now_ms,
        .flow = host_flow,
        .flow_below = host_flow_below,
    };
    if (!m->equipment->input.loop || !(spec_of(m)->driver->flags & LG_DEVICE_LIVE))
        return;
    m->beyond.watch = loop_watch;
    m->beyond.watch_for = loop_watch_for;
    m->beyond.unwatch = loop_unwatch;
    m->beyond.alarm = loop_alarm;
    m->beyond.set_alarm = loop_set_alarm;
    m->beyond.drop_alarm = loop_drop_alarm;
    m->beyond.steady_ms = loop_steady_ms;
}

/* ---- calls ---- */

static lg__fpmode enter(machine *m, const char *function)
{
    m->equipment->refusal[0] = 0;
    m->equipment->exhausted = false;
    lg__guard_enter(spec_of(m)->driver->name, function, spec_of(m)->name);
    return lg__fpmode_get();
}

static bool leave(lg__fpmode before)
{
    lg__guard_leave();
    return lg__fpmode_keep(before);
}

const char *lg_equipment_reason(const lg_equipment *equipment)
{
    return equipment->refusal[0] ? equipment->refusal : "it gave no reason";
}

static void set_aside(machine *m, const char *why)
{
    char text[LG_ERR_TEXT_MAX];
    m->aside = true;
    snprintf(text, sizeof text, "is set aside: %s", why);
    complain(m, text);
}

/* Draws of a device depend on its name alone, not on who else is there. */
static uint64_t seed_of(const lg_equipment *equipment, const char *name)
{
    uint64_t seed = equipment->input.seed;
    for (const char *p = name; *p; p++)
        seed = lg_mix(seed ^ (unsigned char)*p);
    return seed;
}

static lg_status open_machine(machine *m, lg_diag *diag)
{
    const lg_equipment_input *input = &m->equipment->input;
    const lg_machine_spec *spec = spec_of(m);
    const lg_device_info info = {
        .size = sizeof info,
        .slot_s = input->slot_s,
        .name = spec->name,
        .seed = seed_of(m->equipment, spec->name),
        .start_ms = input->start_ms,
        .values = {spec->params ? &spec->params->items[0].value : NULL, spec->driver->options.count,
                   sizeof(lg_param)},
        .latitude_deg = input->latitude_deg,
        .site_seed = input->site_seed,
    };
    const lg_device_site site = {
        .size = sizeof site,
        .step_ms = input->step_ms,
        .device = &info,
        .components = {spec->components, spec->component_count, sizeof(lg_device_component)},
        .longitude_deg = input->longitude_deg,
        .voltage_V = input->voltage_V,
        .frequency_Hz = input->frequency_Hz,
    };
    lg__fpmode before = enter(m, "open");
    int32_t status = spec->driver->open(&m->beyond, &site, &m->state);
    m->open = status == LG_OK;
    bool kept = leave(before);
    if (m->open && kept)
        return LG_OK;
    if (m->equipment->exhausted)
        return LG_MEMORY;
    lg_diag_error(diag, input->file, spec->line, spec->name, "%s: %s", spec->driver->name,
                  m->open ? "opening it changes the floating-point mode"
                          : lg_equipment_reason(m->equipment));
    return LG_PLUGIN;
}

static void close_machine(machine *m)
{
    const lg_device_driver *driver = spec_of(m)->driver;
    if (m->open && driver->close) {
        lg__fpmode before = enter(m, "close");
        driver->close(m->state);
        if (!leave(before))
            complain(m, "closing it changes the floating-point mode");
    }
    m->open = false;
    lg__blocks_take_back(m->equipment->mem, &m->held);
}

lg_status lg_equipment_open(lg_mem *mem, const lg_equipment_input *input, lg_diag *diag,
                            lg_equipment **out)
{
    *out = NULL;
    lg_equipment *equipment = lg_mem_zalloc(mem, 1, sizeof *equipment);
    machine *machines = lg_mem_zalloc(mem, (size_t)input->count + 1, sizeof *machines);
    if (!equipment || !machines) {
        lg_mem_free(mem, equipment, sizeof *equipment);
        lg_mem_free(mem, machines, ((size_t)input->count + 1) * sizeof *machines);
        return LG_MEMORY;
    }
    *equipment = (lg_equipment){.mem = mem, .input = *input, .machines = machines};
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < input->count && status != LG_MEMORY; i++) {
        machine *m = &machines[i];
        *m = (machine){.equipment = equipment, .index = i};
        prepare(m);
        if ((input->devices[i].driver->flags & LG_DEVICE_LIVE) && !input->loop)
            continue;
        lg_status opened = open_machine(m, diag);
        status = opened == LG_OK ? status : opened;
    }
    if (status == LG_OK)
        *out = equipment;
    else
        lg_equipment_close(equipment);
    return status;
}

void lg_equipment_close(lg_equipment *equipment)
{
    if (!equipment)
        return;
    lg_mem *mem = equipment->mem;
    for (uint32_t i = 0; i < equipment->input.count; i++)
        if (equipment->machines[i].equipment)
            close_machine(&equipment->machines[i]);
    lg_mem_free(mem, equipment->machines,
                ((size_t)equipment->input.count + 1) * sizeof *equipment->machines);
    lg_mem_free(mem, equipment, sizeof *equipment);
}

bool lg_equipment_works(const lg_equipment *equipment, uint32_t device)
{
    const machine *m = &equipment->machines[device];
    return m->open && !m->aside;
}

/* After a call: whether the device may go on. */
static bool ended(machine *m, lg__fpmode before, int32_t status)
{
    char text[LG_ERR_TEXT_MAX];
    if (!leave(before)) {
        set_aside(m, "it changes the floating-point mode");
        return false;
    }
    if (status == LG_OK)
        return true;
    snprintf(text, sizeof text, "%s", lg_equipment_reason(m->equipment));
    set_aside(m, text);
    return false;
}

void lg_equipment_step(lg_equipment *equipment, uint32_t device, int64_t now_ms)
{
    machine *m = &equipment->machines[device];
    const lg_device_driver *driver = spec_of(m)->driver;
    if (!lg_equipment_works(equipment, device) || !driver->step)
        return;
    lg__fpmode before = enter(m, "step");
    int32_t status = driver->step(m->state, now_ms);
    (void)ended(m, before, status);
}

int32_t lg_equipment_command(lg_equipment *equipment, uint32_t device,
                             const lg_device_command *command)
{
    machine *m = &equipment->machines[device];
    const lg_device_driver *driver = spec_of(m)->driver;
    equipment->refusal[0] = 0;
    if (!lg_equipment_works(equipment, device))
        return LG_GONE;
    if (!driver->command)
        return LG_UNSUPPORTED;
    lg__fpmode before = enter(m, "command");
    int32_t status = driver->command(m->state, command);
    return ended(m, before, LG_OK) ? status : LG_GONE;
}

bool lg_equipment_forecast(lg_equipment *equipment, uint32_t device, const lg_device_span *span,
                           lg_device_forecast *out)
{
    machine *m = &equipment->machines[device];
    const lg_device_driver *driver = spec_of(m)->driver;
    const double none = (double)NAN;
    *out = (lg_device_forecast){sizeof *out, 0,    none, none, none, none, none,
                                none,        none, none, none, none, none};
    if (!lg_equipment_works(equipment, device) || !driver->forecast)
        return false;
    lg__fpmode before = enter(m, "forecast");
    int32_t status = driver->forecast(m->state, span, out);
    return ended(m, before, LG_OK) && status == LG_OK;
}

int32_t lg_equipment_fault(lg_equipment *equipment, uint32_t device, const lg_device_fault *fault)
{
    machine *m = &equipment->machines[device];
    const lg_device_driver *driver = spec_of(m)->driver;
    equipment->refusal[0] = 0;
    if (!lg_equipment_works(equipment, device))
        return LG_GONE;
    if (!driver->fault)
        return LG_UNSUPPORTED;
    lg__fpmode before = enter(m, "fault");
    int32_t status = driver->fault(m->state, fault);
    return ended(m, before, LG_OK) ? status : LG_GONE;
}
