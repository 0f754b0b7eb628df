/* include/lunagrid/driver.h — what a plugin says about the devices it drives
 *
 * A driver speaks for devices of one kind. Data first: the host lists points, units, ranges and
 * options of a driver without running it. All state hangs from the device handle, so ten batteries
 * are ten handles. One exception is allowed: an answer kept beside all inputs it was made from, one
 * a thread, so that devices that ask for the same (the sky of a slot) compute it once; it can
 * change no result, whatever was asked before. Calls come from one thread, one at a time; a call
 * may not block and should take well under a millisecond. Everything is deterministic: time, seed
 * and profiles come from the host.
 *
 * Life of a device:  open -> (plan -> settle -> [change])* -> write of safe values -> close
 *
 * A simulated run (`lunagrid run`) calls nothing else: it writes safe values when a device is set
 * aside or closed, and polls nothing. poll, and write of other values, are for hosts that meter and
 * control devices; plugin_kit calls them at any time between open and close, and so may a host.
 */
#ifndef LUNAGRID_DRIVER_H
#define LUNAGRID_DRIVER_H

#include "lunagrid/abi.h"
#include "lunagrid/host.h"
#include "lunagrid/status.h"
#include "lunagrid/unit.h"

/** How a point may be used. */
enum { LG_READ = 1, LG_WRITE = 2 };

/** One thing that can be measured or set. */
typedef struct lg_point {
    uint32_t size; /* sizeof(lg_point) */
    uint32_t unit; /* LG_UNIT_... */
    uint32_t access;
    uint32_t reserved;
    const char *name;
    double min, max; /* readings and set points outside are refused */
    double safe;     /* written on fault, at stop and when the host goes away */
    const char *help;
} lg_point;

/** What a device is to the market; decides which commands it takes and how it counts in indicators.
 */
enum {
    LG_ROLE_CONSUMER = 1, /* buys what it needs */
    LG_ROLE_PRODUCER = 2, /* sells what it makes */
    LG_ROLE_STORAGE = 3,  /* buys and sells within its state of charge */
    LG_ROLE_BUS = 4,      /* the outside grid: buys and sells without limit at given rates */
    LG_ROLE_MARKET_MAKER =
        5,                /* sells without limit at a given rate, or is only a reference price */
    LG_ROLE_PROSUMER = 6, /* needs energy in some slots and has some in others, never both in one:
                             a meter that counts both ways. Since 1.1 */
};

/** The type of an option's value, and the field of lg_value that carries it. */
enum {
    LG_OPTION_NUMBER = 1,  /* number */
    LG_OPTION_INTEGER = 2, /* number, whole */
    LG_OPTION_BOOL = 3,    /* number, 0 or 1 */
    LG_OPTION_TEXT = 4,    /* text; one of `choices` when given */
    LG_OPTION_PROFILE = 5, /* profile: a number, a table or a column of a CSV file, over time */
    LG_OPTION_LIST = 6,    /* list: numbers, count of them in list_count */
    LG_OPTION_TIME = 7,    /* number: milliseconds; see below */
    LG_OPTION_ROWS = 8,    /* list: a list of tables, row by row, one number a column */
};

/*
 * A time is written as "18:00" or as a date, "2024-06-03T18:00Z". The first is a time of day (UTC):
 * milliseconds since midnight, less than LG_OPTION_TIME_DATE. The other is milliseconds since 1970,
 * never less.
 */
#define LG_OPTION_TIME_DATE 86400000.0

enum { LG_OPTION_REQUIRED = 1 };

/** One key that an asset of this driver may have in a scenario. */
typedef struct lg_option {
    uint32_t size; /* sizeof(lg_option) */
    uint32_t type;
    uint32_t unit;
    uint32_t flags;
    const char *name;
    double def;          /* value when absent; NaN: none, lg_value.given is then 0 */
    double min, max;     /* of a number, of each number of a list or profile */
    const char *choices; /* "a|b|c" for LG_OPTION_TEXT, the first is the default; NULL: any text */
    const char *help;
    lg_array columns; /* of lg_option: number, integer or time; for LG_OPTION_ROWS. Since 1.1 */
} lg_option;

/** The value of one option, in the order of the driver's options. */
typedef struct lg_value {
    uint32_t size;
    uint32_t given; /* 1: the scenario says so; 0: default */
    double number;
    const char *text;
    const lg_profile *profile; /* NULL when absent; ask host->profile_at */
    const double *list;
    uint64_t list_count;
} lg_value;

/** What a device is told when it is opened; borrowed for the call, except profiles, texts and
 * lists. */
typedef struct lg_device_info {
    uint32_t size;
    uint32_t slot_s;  /* length of a market slot in seconds */
    const char *name; /* of the asset; unique; lives as long as the device */
    uint64_t seed;    /* of this device alone, derived from the run's seed and the asset's UUID */
    int64_t start_ms; /* first slot of the run, milliseconds since 1970 UTC */
    lg_array values;  /* of lg_value, one an option, in the order of lg_driver.options */
    double latitude_deg; /* of the site; north positive */
    uint64_t
        site_seed; /* of the run, the same for all devices: for what they share, like the weather */
} lg_device_info;

/** The value of option @p index of the driver's own list; NULL past its end. Borrowed like the
 * array. */
static inline const lg_value *lg_value_at(const lg_device_info *info, uint32_t index)
{
    if (index >= info->values.count)
        return NULL;
    return (const lg_value *)((const char *)info->values.items +
                              (size_t)index * info->values.stride);
}

/** The slot a call is about. */
typedef struct lg_slot {
    uint32_t size;
    uint32_t index; /* 0 for the first slot of the run */
    int64_t start_ms;
    double hours; /* length */
} lg_slot;

/**
 * What a device needs or can do in a slot. The host clears it before plan(). Energies in kWh, at
 * least 0 and finite. A storage says how much it could buy and sell at most in this slot, from what
 * it holds now. LG_UNLIMITED_KWH means without limit.
 */
typedef struct lg_plan {
    uint32_t size;
    uint32_t reserved;
    double demand_kWh;   /* consumer, prosumer: needs; storage, bus: could buy at most; a storage no
                            more than fits into it and, beside that, need_kWh, which may be used
                            up at once */
    double supply_kWh;   /* producer, prosumer: has; storage, bus, market maker: could sell at most;
                            a prosumer's is 0 when it needs any */
    double stored_kWh;   /* storage: in the battery now */
    double capacity_kWh; /* storage: when full */
    double reserve_kWh;  /* storage: never sold */
    double buy_rate_ct;  /* bus: pays this, ct/kWh; else NaN */
    double sell_rate_ct; /* bus, market maker, commercial producer: asks this, ct/kWh; else NaN */

    /* Since 1.1. NaN and 0 as the host clears them are right for whoever has nothing to say. */
    double need_kWh;  /* of demand_kWh, what cannot wait: as far as it is not bought in this slot it
                       * counts as unserved. NaN: all of a consumer's demand, nothing of others' */
    double used_kWh;  /* storage: what its owner took out since the last plan, as energy that had to
                       * be bought for it; counted as demand */
    double due_kWh;   /* storage: has to be bought before due_hours are over, need_kWh included */
    double due_hours; /* from the start of the slot; NaN: nothing is due */
    double efficiency; /* storage: part of a purchase that arrives in the store, above 0; NaN: all,
                        * or the device takes its losses otherwise */
} lg_plan;

#define LG_UNLIMITED_KWH 10000000.0

/** What the market made of a slot, told once it is over. */
typedef struct lg_settlement {
    uint32_t size;
    uint32_t reserved;
    double bought_kWh, sold_kWh;
} lg_settlement;

/**
 * A kind of device. Functions return a status of status.h; LG_OK or one that says what went wrong,
 * best after host->refuse with the reason. `open` and `plan` must be there, the others may be NULL.
 * A device whose plan() or settle() fails, or whose plan cannot be, is set aside: it trades no more
 * in this run.
 *
 * A plugin runs inside the program: none of its functions may end it. exit() and a crash are told
 * with driver, function and device, and the exit code is not 0. _exit(), quick_exit() and a signal
 * that cannot be caught end it without a word, with whatever code they give: only the results,
 * which then say "incomplete", show it.
 */
typedef struct lg_driver {
    uint32_t size;    /* sizeof(lg_driver) */
    uint32_t role;    /* LG_ROLE_... */
    const char *name; /* the word used in scenarios: "load", "pv" */
    const char *help; /* one sentence */
    lg_array points;  /* of lg_point */
    lg_array options; /* of lg_option */

    /** Makes a device from @p info. On failure nothing is kept; say why with host->refuse. */
    int32_t (*open)(const lg_host *host, const lg_device_info *info, void **device);
    void (*close)(void *device);
    /** Says what the device needs or can do in @p slot; called once a slot, in order. */
    int32_t (*plan)(void *device, const lg_slot *slot, lg_plan *plan);
    /** Is told what was traded for @p slot, before the next plan(). Energy moves here. */
    int32_t (*settle)(void *device, const lg_slot *slot, const lg_settlement *done);
    /** Posts readings of its points with host->post. Not called in simulated runs. */
    int32_t (*poll)(void *device, int64_t now_ms);
    /** Obeys a set point; @p point is an index into points, @p value within its range. In simulated
     * runs only safe values are written. */
    int32_t (*write)(void *device, uint32_t point, double value);
    /**
     * Takes other values of its options between two slots, after settle() and before the next
     * plan(); @p info has all of them, and what the device holds goes on. Called only with values
     * that open() takes. NULL: a device keeps what it was opened with. Since 1.1
     */
    int32_t (*change)(void *device, const lg_device_info *info);

    /** Since 1.1: the script that trades for its assets when no agent does, as scenarios name it
     * ("strategies/ev_ramp.lua"). NULL: the one of the role. */
    const char *strategy;
    /** What its offers are made of: "PV", "Grid"; NULL: the driver's name. Since 1.1 */
    const char *energy_type;

    /** Since 1.4: not 0: its assets are backed by components of a microgrid, which their option
     * `components` (a list of ids) names: plan comes from these, what is traded becomes set points
     * for them, and open() alone is called; `plan` may be NULL. */
    uint32_t backed, reserved;
} lg_driver;

#endif
