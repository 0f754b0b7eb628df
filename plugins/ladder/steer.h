/* plugins/ladder/steer.h — the commands of one real device: ladders of its set points, its guard
 *
 * A driver says how a value is written and how it would look; everything else about commands is
 * here: which are allowed, when what is written, what is told to the host, and that the device is
 * left safe. One write is on its way at a time.
 */
#ifndef LADDER_STEER_H
#define LADDER_STEER_H

#include "ladder/guard.h"
#include "ladder/ladder.h"
#include "lunagrid/device.h"

struct site_copy;

/** What may be commanded; the first two are set points. */
typedef enum steer_what {
    STEER_ACTIVE,
    STEER_REACTIVE,
    STEER_START,
    STEER_STANDBY,
    STEER_STOP,
    STEER_ACKNOWLEDGE,
    STEER_WHATS
} steer_what;

/** What the driver does; ctx goes first. A value is NaN for a set point that is released, and for
 * what is no set point. */
typedef struct steer_driver {
    void *ctx;
    /** Whether the device has anything to be written for that. */
    bool (*can)(void *ctx, uint32_t component, steer_what what);
    /** Begins to write; steer_wrote() follows, maybe from within. */
    void (*write)(void *ctx, uint32_t component, steer_what what, double value);
    /** Forgets the write that is on its way. */
    void (*stop)(void *ctx);
    /** What would be written, for people. */
    void (*show)(void *ctx, uint32_t component, steer_what what, double value, char *out,
                 size_t size);
    /** What the device itself allows, W; NaN: it does not say. */
    void (*rating)(void *ctx, uint32_t component, double *lower, double *upper);
    /** Says where the guard has to go first (guard_place()). False: it cannot get there. */
    bool (*place)(void *ctx, guard *g);
    /** Tells the guard what to send for a value. */
    bool (*guard)(void *ctx, guard *g, uint32_t component, steer_what what, double value);
    /** Something is due sooner than it was. */
    void (*wake)(void *ctx);
} steer_driver;

/** What the owner says: the options of steer_options.h. */
typedef struct steer_settings {
    ladder_rung rung;
    uint32_t allowed;                              /* bits of steer_what */
    double lower_W, upper_W, ramp_W_per_s, safe_W; /* NaN: nothing is said */
    uint32_t interval_ms;
    uint32_t refresh_ms; /* of a device with a watchdog of its own; 0: it has none */
    bool has_will;       /* somebody else ends the set points when we are gone: a broker */
} steer_settings;

typedef struct steer {
    const lg_device_host *host;
    const struct site_copy *site;
    steer_driver driver;
    steer_settings settings;
    ladder *ladders; /* two a component */
    bool has_begun, is_reached;
    bool is_writing;
    ladder *writing; /* whose; NULL: of `other` */
    uint32_t writing_component;
    lg_device_command other, pending; /* no set points; number 0: none */
    guard *guard;
    int64_t beat_at_ms;
} steer;

/** @p site lives as long as the steer. False: out of memory. */
bool steer_init(steer *s, const lg_device_host *host, const struct site_copy *site,
                const steer_driver *driver, const steer_settings *settings);
/** The device is reached and what it can is known: limits, guard, safe values. Again after each
 * steer_fault(). @p refresh_ms as in the settings. */
void steer_begin(steer *s, uint32_t refresh_ms);
/** The device is out of reach: what was commanded is over. */
void steer_fault(steer *s);
/** What came of the write that was begun; @p why: a constant. */
void steer_wrote(steer *s, bool is_done, const char *why);
/** Does what is due. */
void steer_tick(steer *s);
/** When, by the host's steady clock; -1: nothing is. */
int64_t steer_due(const steer *s);
/** The active power of a component was measured. */
void steer_measured(steer *s, uint32_t component, double watts);
/** What a component may be told to do; false: nothing is known of it. */
bool steer_range(const steer *s, uint32_t component, lg_microgrid_range *out);
/** What a simulated component does now, W. */
double steer_pretended(const steer *s, uint32_t component);
/** For lg_device_driver.command. */
int32_t steer_command(steer *s, const lg_device_command *command);
/** Whether the device holds what it is meant to hold while nobody commands it. */
bool steer_is_safe(const steer *s);
/** Leaves the device safe and frees what the steer has; the connection is closed already. */
void steer_end(steer *s);

#endif
