/* include/lunagrid/host.h — the services a plugin gets; it links against nothing else of ours */
#ifndef LUNAGRID_HOST_H
#define LUNAGRID_HOST_H

#include "lunagrid/abi.h"

/** A value over time, owned by the host and shared between devices. Lives as long as the device. */
typedef struct lg_profile lg_profile;

enum { LG_LOG_DEBUG = 0, LG_LOG_INFO = 1, LG_LOG_WARN = 2, LG_LOG_ERROR = 3 };

/**
 * Passed to open() and valid until the last device of the plugin is closed. `ctx` is the host's and
 * goes first into every call.
 */
typedef struct lg_host {
    uint32_t size;
    uint32_t abi_minor; /* what this host speaks */
    void *ctx;

    /** Says why the running call (open, plan, settle, poll, write) fails: one sentence. Copied. */
    void (*refuse)(void *ctx, const char *sentence);
    void (*log)(void *ctx, uint32_t level, const char *sentence);
    /**
     * Memory of the device whose call is running; what it still holds after close() or a failed
     * open() is taken back by the host, so a driver without other resources needs no close(). A few
     * blocks a device are cheap; free() looks through them one by one.
     */
    void *(*alloc)(void *ctx, uint64_t size); /* cleared; NULL when exhausted */
    void (*free)(void *ctx, void *ptr);       /* NULL is fine */
    /** The value of @p profile at @p time_ms in the option's unit; NaN where it says nothing. */
    double (*profile_at)(void *ctx, const lg_profile *profile, int64_t time_ms);
    /** Mean of @p profile over [from_ms, to_ms) in the option's unit; NaN where it says nothing. */
    double (*profile_mean)(void *ctx, const lg_profile *profile, int64_t from_ms, int64_t to_ms);
    /**
     * Posts a reading of point @p point of the device whose call is running. One that is NaN,
     * outside the point's range or of a point that cannot be read is counted as bad and goes no
     * further.
     */
    void (*post)(void *ctx, uint32_t point, double value, int64_t time_ms);
} lg_host;

#endif
