/* plugins/ev_charger/device.h — a place where cars charge: what it keeps */
#ifndef EV_CHARGER_DEVICE_H
#define EV_CHARGER_DEVICE_H

#include <stdbool.h>
#include "lunagrid/driver.h"

/** Options in the order of the driver's table. */
enum { OPTION_POWER, OPTION_EFFICIENCY, OPTION_CHARGING, OPTION_SESSIONS };

/** Columns of a session. */
enum { COLUMN_PLUG_IN, COLUMN_DURATION, COLUMN_INITIAL_SOC, COLUMN_MIN_SOC, COLUMN_CAPACITY };
enum { COLUMN_COUNT = COLUMN_CAPACITY + 1 };

enum { POINT_POWER, POINT_STORED, POINT_MISSED };

/** A car's stay, as the scenario says it; energies in kWh in the car's battery. */
typedef struct ev_session {
    int64_t plug_in_ms; /* of the day when daily, else since 1970 */
    int64_t duration_ms;
    bool daily;
    uint32_t number; /* place in the scenario's list, from 1 */
    double capacity_kWh, initial_kWh, required_kWh;
} ev_session;

/** One stay of a session: where it lies in time. */
typedef struct ev_stay {
    const ev_session *session; /* NULL: nobody is there */
    int64_t start_ms, end_ms;
} ev_stay;

/**
 * The state of one charger; energies are doubles nearest to whole micro-watt-hours. What is bought
 * is counted before the charger's losses, what is stored behind them.
 */
typedef struct ev_device {
    const lg_host *host;
    double max_power_kW, efficiency;
    bool bidirectional;
    ev_session *sessions;
    uint32_t session_count;
    ev_stay stay;
    double stored_kWh;
    double bought_kWh, sold_kWh; /* in this stay */
    double need_kWh;             /* of the running slot */
    double missed_kWh;           /* of this stay: needs that were not bought */
    double used_kWh;             /* to be told with the next plan */
    double power_W;              /* of the last slot, discharging is positive */
    double missed_sum_kWh;       /* of all stays */
} ev_device;

/** The double nearest to a whole number of micro-watt-hours. */
double ev_whole_uwh(double kwh);

/**
 * Reads the sessions of @p info and checks that each holds a whole slot and that no two overlap;
 * refuses otherwise. @return LG_OK; LG_INVALID; LG_MEMORY
 */
int32_t ev_sessions_read(ev_device *ev, const lg_device_info *info);
/** The stay that holds the whole time from @p start_ms to @p end_ms; session NULL: none. */
ev_stay ev_sessions_at(const ev_device *ev, int64_t start_ms, int64_t end_ms);

int32_t ev_open(const lg_host *host, const lg_device_info *info, void **device);
void ev_close(void *device);
int32_t ev_plan(void *device, const lg_slot *slot, lg_plan *plan);
int32_t ev_settle(void *device, const lg_slot *slot, const lg_settlement *done);
int32_t ev_poll(void *device, int64_t now_ms);

#endif
