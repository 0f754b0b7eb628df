/* host/driver/equipment.h — the open devices of one microgrid: every call into their drivers
 *
 * A device is called while it is open and not set aside; what it posts and asks for goes to the
 * listener that the equipment was opened with, with the device's number. Every call stands between
 * guards, as those of market devices do (fleet.h).
 */
#ifndef LG_DRIVER_EQUIPMENT_H
#define LG_DRIVER_EQUIPMENT_H

#include "base/diag.h"
#include "base/status.h"
#include "grid/machine.h"

typedef struct lg_equipment lg_equipment;

/** Who hears devices; all but `fault` and `log` must be there. */
typedef struct lg_equipment_ears {
    void *ctx;
    void (*sample)(void *ctx, uint32_t device, const lg_device_sample *sample);
    void (*done)(void *ctx, uint32_t device, uint64_t number, int32_t status, const char *sentence);
    void (*flow)(void *ctx, uint32_t device, uint32_t component, double watts, double vars);
    void (*flow_below)(void *ctx, uint32_t device, uint32_t component, double *watts, double *vars);
    int64_t (*now_ms)(void *ctx);
    /** A device has failed, in a sentence that names it. */
    void (*fault)(void *ctx, uint32_t device, const char *sentence);
    void (*log)(void *ctx, uint32_t level, const char *sentence);
} lg_equipment_ears;

/** The loop that live devices reach; functions as in device.h, `ctx` first. */
typedef struct lg_equipment_loop {
    void *ctx;
    void *(*watch)(void *ctx, int32_t fd, void (*ready)(void *self, uint32_t what), void *self);
    void (*watch_for)(void *ctx, void *watch, uint32_t what);
    void (*unwatch)(void *ctx, void *watch);
    void *(*alarm)(void *ctx, void (*due)(void *self), void *self);
    void (*set_alarm)(void *ctx, void *alarm, uint32_t ms);
    void (*drop_alarm)(void *ctx, void *alarm);
    int64_t (*steady_ms)(void *ctx);
} lg_equipment_loop;

typedef struct lg_equipment_input {
    const lg_machine_spec *devices;
    uint32_t count;
    const char *file;         /* of the scenario, for problems */
    uint64_t seed, site_seed; /* of the microgrid, and of the run */
    int64_t start_ms;
    uint32_t step_ms, slot_s;
    double latitude_deg, longitude_deg, voltage_V, frequency_Hz;
    const lg_equipment_loop *loop; /* NULL: live devices stay closed, and are silent */
    lg_equipment_ears ears;
} lg_equipment_input;

/**
 * Opens every device, in order. One that fails is reported to @p diag with the driver's own
 * sentence; the others are tried all the same. @p input is copied; what it points to is borrowed.
 * @return LG_OK; LG_PLUGIN one failed (all are closed again, *out is NULL); LG_MEMORY
 */
lg_status lg_equipment_open(lg_mem *mem, const lg_equipment_input *input, lg_diag *diag,
                            lg_equipment **out) LG_CHECKED;
void lg_equipment_close(lg_equipment *equipment);

/** Lets a device live on to @p now_ms; one that fails is set aside. */
void lg_equipment_step(lg_equipment *equipment, uint32_t device, int64_t now_ms);
/** Whether a device takes part: it is open and not set aside. */
bool lg_equipment_works(const lg_equipment *equipment, uint32_t device);
/**
 * Hands a command to a device. @return LG_OK; LG_DEVICE_LATER; else a status, with a sentence in
 * lg_equipment_reason(); LG_GONE: it does not take part; LG_UNSUPPORTED: it only measures
 */
int32_t lg_equipment_command(lg_equipment *equipment, uint32_t device,
                             const lg_device_command *command);
/** Why the call that failed last did so. */
const char *lg_equipment_reason(const lg_equipment *equipment);
/** What is to come of a component; all NaN when the device says nothing. @return whether it said
 * something */
bool lg_equipment_forecast(lg_equipment *equipment, uint32_t device, const lg_device_span *span,
                           lg_device_forecast *out);
/** Shows a fault. @return LG_OK; LG_UNSUPPORTED it cannot; LG_GONE; of the driver */
int32_t lg_equipment_fault(lg_equipment *equipment, uint32_t device, const lg_device_fault *fault);

#endif
