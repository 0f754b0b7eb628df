/* include/lunagrid/device.h — what a plugin says about devices of a microgrid (since 1.4)
 *
 * A microgrid is made of components (a meter, an inverter, its battery) and of devices that speak
 * for them: one device for one component, or for several (a battery with its inverter, a gateway
 * behind which a whole cabinet stands). A device posts samples of what its components measure and
 * obeys commands. Which drivers of market assets there are is another matter (driver.h).
 *
 * Two kinds of drivers. A simulated one is asked to step from one moment to the next and posts
 * within that call; all it does follows from what it was told, so that runs can be repeated. A live
 * one (LG_DEVICE_LIVE) reaches equipment outside: it watches descriptors and sets alarms, may post
 * at any time, and is opened only in runs that keep the pace of real time. What it posts and
 * confirms is kept in the run's journal before it counts; when the run is done again from there,
 * the driver is not opened.
 *
 * Calls come from one thread, one at a time; a call may not block and should take well under a
 * millisecond. A driver with a thread of its own hands over through a descriptor that it watches.
 * All state hangs from the device handle.
 *
 * Life of a device:  open -> (step | command | forecast | fault)* -> close
 * A live device is brought to its safe state by its own driver when it is closed; it ends what was
 * commanded by itself when lg_device_command.until_ms passes, whether or not the host is still
 * there.
 *
 * Signs follow the passive convention: positive power is consumed, drawn from the grid or charged,
 * negative power is produced, fed in or discharged. Active power in W, reactive in VAr (positive:
 * inductive), energy in Wh, other metrics in the unit that component.h names. Times are
 * milliseconds since 1970 UTC in the clock of the run. What is not known is NaN. Texts and arrays
 * are borrowed for the call.
 */
#ifndef LUNAGRID_DEVICE_H
#define LUNAGRID_DEVICE_H

#include "lunagrid/component.h"
#include "lunagrid/driver.h"
#include "lunagrid/microgrid.h"

/** All components of a device. */
#define LG_DEVICE_ALL UINT32_MAX
/** As many components as the scenario names. */
#define LG_DEVICE_MANY UINT32_MAX

/** Components that a device of a driver may, or must, speak for. */
typedef struct lg_device_part {
    uint32_t size;     /* sizeof(lg_device_part) */
    uint32_t category; /* LG_CATEGORY_...; 0: any, and sensors */
    uint32_t type;     /* of a battery, charger or inverter: LG_BATTERY_... and so on; 0: any */
    uint32_t min, max; /* how many of them one device has; LG_DEVICE_MANY */
    uint32_t reserved;
    const char *help; /* one sentence */
} lg_device_part;

/** A component as the device's own scenario entry names it. */
typedef struct lg_device_component {
    uint32_t size;           /* sizeof(lg_device_component) */
    uint32_t category, type; /* 0: it is a sensor */
    uint32_t part;           /* index into lg_device_driver.parts: the first that it fits */
    uint64_t id;             /* of the microgrid's graph, from 1 */
    const char *name;
    uint32_t before, after; /* components that it hangs from, and that hang from it */
} lg_device_component;

/** What a device is told when it is opened. Components and values are borrowed for the call;
 * profiles, texts and lists live as long as the device. */
typedef struct lg_device_site {
    uint32_t size;    /* sizeof(lg_device_site) */
    uint32_t step_ms; /* from one step to the next */
    /** Name of the device, seeds, start, latitude and the values of its options: see
     * lg_value_at(). */
    const lg_device_info *device;
    lg_array components; /* of lg_device_component, as the scenario lists them; where a component is
                            meant below, it is by its index here */
    double longitude_deg;
    double voltage_V, frequency_Hz; /* nominal: between a phase and neutral */
} lg_device_site;

/** Component @p index; NULL past the end. */
static inline const lg_device_component *lg_device_component_at(const lg_device_site *site,
                                                                uint32_t index)
{
    if (index >= site->components.count)
        return NULL;
    return (const lg_device_component *)((const char *)site->components.items +
                                         (size_t)index * site->components.stride);
}

/* ---- what devices say ---- */

/*
 * Values are lg_microgrid_value. Ranges of AC_POWER_ACTIVE and AC_POWER_REACTIVE (of a battery:
 * DC_POWER) say what the component could be told now, two of them around a gap near 0 where it
 * cannot work; 0 W is always possible. They hold until others are said; the host lays the bounds of
 * others over them. The range of BATTERY_SOC_PCT is what may be used. A value that is not finite is
 * left out.
 */

/**
 * What a component measured at one moment, and its states. Whoever has LG_STATE_ERROR among them
 * has failed: its set points end, and it takes no others before its error is acknowledged.
 *
 * A sample that is not later than the one before, or lies in the future, is shown to clients as it
 * is, and counts as bad: no power, energy or state is taken from it. Clients expect one a second or
 * more, and take a component for lost after ten.
 */
typedef struct lg_device_sample {
    uint32_t size;      /* sizeof(lg_device_sample) */
    uint32_t component; /* index */
    int64_t time_ms;
    const lg_microgrid_value *values;
    const uint32_t *states;                           /* LG_STATE_...: a set */
    const lg_microgrid_diagnostic *warnings, *errors; /* LG_DIAGNOSTIC_... */
    uint32_t value_count, state_count, warning_count, error_count;
} lg_device_sample;

/* ---- what devices are told ---- */

enum {
    LG_DEVICE_POWER_ACTIVE = 1,
    LG_DEVICE_POWER_REACTIVE = 2,
    LG_DEVICE_START = 3,
    LG_DEVICE_STANDBY = 4,
    LG_DEVICE_STOP = 5,
    LG_DEVICE_ACKNOWLEDGE = 6, /* clears errors; the component is stopped then */
};

/**
 * A command for one component. It was checked by the host: the component takes it, the power lies
 * within all ranges and bounds. One that is there for the same component and kind is replaced.
 */
typedef struct lg_device_command {
    uint32_t size; /* sizeof(lg_device_command) */
    uint32_t kind;
    uint32_t component; /* index */
    uint32_t reserved;
    uint64_t number;  /* of the command in this run, rising; for lg_device_host.done */
    double power;     /* of POWER_...: W or VAr; NaN: what the component does by default, 0 W, or of
                         PV and wind all that the weather gives */
    int64_t until_ms; /* of POWER_...: when it ends; the host says so by a command with NaN, a live
                         driver sees to it by itself as well. INT64_MAX: of NaN */
} lg_device_command;

/** What command() returns when the device was not heard yet: lg_device_host.done tells later. */
#define LG_DEVICE_LATER (-1)

/** A stretch of time to come. */
typedef struct lg_device_span {
    uint32_t size; /* sizeof(lg_device_span) */
    uint32_t component;
    int64_t from_ms, until_ms;
} lg_device_span;

/** What a component will do or could do then. The host clears it (all NaN) before it asks. */
typedef struct lg_device_forecast {
    uint32_t size; /* sizeof(lg_device_forecast) */
    uint32_t reserved;
    double power_W;        /* mean, without commands */
    double min_W, max_W;   /* what it could be told to do on the mean */
    double stored_Wh;      /* in a store now, between empty and capacity_Wh */
    double capacity_Wh;    /* when full */
    double lower_Wh;       /* the store is not used below, */
    double upper_Wh;       /* nor above */
    double charged_part;   /* of what is drawn arrives in the store, 0 .. 1; NaN: 1 */
    double delivered_part; /* of what leaves the store is fed in, 0 .. 1; NaN: 1 */
    double need_Wh;        /* has to be drawn before due_ms (a car that leaves) */
    double due_ms;         /* milliseconds since 1970 */
} lg_device_forecast;

/* Faults that a simulated device shows on demand.
 * X(NAME, number, word, what it does) */
#define LG_DEVICE_FAULTS(X)                                                                        \
    X(NONE, 0, "none", "ends what was shown; a trip is ended by acknowledging it")                 \
    X(SILENT, 1, "silent", "posts nothing, and no command reaches it")                             \
    X(STUCK, 2, "stuck", "posts the values that it had, with new times")                           \
    X(LATE, 3, "late", "posts each sample some seconds after it was taken")                        \
    X(REPEATED, 4, "repeated", "posts each sample twice")                                          \
    X(BACKWARDS, 5, "backwards", "posts times that go backwards")                                  \
    X(REFUSING, 6, "refusing", "refuses commands")                                                 \
    X(TRIP, 7, "trip", "switches itself off with an error")

enum {
#define LG_DEVICE_FAULT_VALUE_(name, number, word, help) LG_DEVICE_FAULT_##name = number,
    LG_DEVICE_FAULTS(LG_DEVICE_FAULT_VALUE_)
#undef LG_DEVICE_FAULT_VALUE_
};

typedef struct lg_device_fault {
    uint32_t size;      /* sizeof(lg_device_fault) */
    uint32_t kind;      /* LG_DEVICE_FAULT_... */
    uint32_t component; /* index; LG_DEVICE_ALL */
    uint32_t reserved;
    int64_t until_ms; /* INT64_MAX: until another one takes its place */
} lg_device_fault;

/* ---- host and driver ---- */

/** Passed to open() and valid until close() has returned; each device has its own. `ctx` goes
 * first. */
typedef struct lg_device_host {
    uint32_t size; /* sizeof(lg_device_host) */
    uint32_t reserved;
    /** refuse, log, alloc, free, profile_at and profile_mean of host.h, for this device at any
     * time; its post() does nothing. */
    const lg_host *host;
    void *ctx;

    /** Posts a sample, which is copied. */
    void (*post)(void *ctx, const lg_device_sample *sample);
    /** Says what came of a command that was answered with LG_DEVICE_LATER: LG_OK, or why it
     * failed, with a sentence or NULL. One that nobody speaks of has failed when it ends. */
    void (*done)(void *ctx, uint64_t number, int32_t status, const char *sentence);
    /** The clock of the run, for stamps of samples. */
    int64_t (*now_ms)(void *ctx);

    /* Simulated devices: what really flows, whatever is posted about it. */
    /** From this step on @p component draws @p watts and @p vars where it is connected. */
    void (*flow)(void *ctx, uint32_t component, double watts, double vars);
    /** What flows out of @p component into those that hang from it: the sum of what they said in
     * this step; they step first. */
    void (*flow_below)(void *ctx, uint32_t component, double *watts, double *vars);

    /* Live devices; NULL for others. */
    /** Calls @p ready when @p fd, which stays the driver's, is ready for what watch_for() said
     * last (bits of LG_READ, LG_WRITE; nothing at first). NULL: exhausted. */
    void *(*watch)(void *ctx, int32_t fd, void (*ready)(void *self, uint32_t what), void *self);
    void (*watch_for)(void *ctx, void *watch, uint32_t what);
    void (*unwatch)(void *ctx, void *watch);
    /** An alarm that rings once, some milliseconds after it is set. NULL: exhausted. */
    void *(*alarm)(void *ctx, void (*due)(void *self), void *self);
    void (*set_alarm)(void *ctx, void *alarm, uint32_t ms);
    void (*drop_alarm)(void *ctx, void *alarm);
    /** Milliseconds of a clock of the machine that never goes back, for time-outs. */
    int64_t (*steady_ms)(void *ctx);
} lg_device_host;

enum { LG_DEVICE_LIVE = 1 };

/**
 * A kind of device. Functions return a status of status.h; LG_OK or one that says what went wrong,
 * best after host->host->refuse with the reason. `open` must be there, and `step` unless it is
 * live. A device whose step() fails is set aside: it is silent from then on.
 */
typedef struct lg_device_driver {
    uint32_t size;    /* sizeof(lg_device_driver) */
    uint32_t flags;   /* LG_DEVICE_LIVE */
    const char *name; /* the word of scenarios: "battery_system", "modbus" */
    const char *help; /* one sentence */
    lg_array parts;   /* of lg_device_part, at least one */
    lg_array options; /* of lg_option */

    /** Makes a device. What cannot be reached yet is no failure: a live driver goes on trying. On
     * failure nothing is kept. */
    int32_t (*open)(const lg_device_host *host, const lg_device_site *site, void **device);
    /** Ends; watches, alarms and threads are gone when it returns, live equipment is safe. */
    void (*close)(void *device);
    /** Simulated: lives on to @p now_ms, which is step_ms later than at the call before (the start
     * of the run at the first), and posts. Live: may be NULL; called as often. */
    int32_t (*step)(void *device, int64_t now_ms);
    /** Obeys. NULL: it only measures. @return LG_OK it is done; LG_DEVICE_LATER; else why not */
    int32_t (*command)(void *device, const lg_device_command *command);
    /** Says what is to come; NULL: nothing, and what was measured last is taken for it. */
    int32_t (*forecast)(void *device, const lg_device_span *span, lg_device_forecast *out);
    /** Shows a fault; NULL: it cannot. */
    int32_t (*fault)(void *device, const lg_device_fault *fault);
} lg_device_driver;

#endif
