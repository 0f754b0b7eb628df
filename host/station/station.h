/* host/station/station.h — a microgrid at work: its devices step by step, what they say, what they
 * are told, and what of it the market needs to know
 *
 * A station has no clock of its own: lg_station_step() goes on by one step. Requests act between
 * two steps. All it does follows from its scenario, the requests and the market's dispatch, so runs
 * can be repeated.
 */
#ifndef LG_STATION_STATION_H
#define LG_STATION_STATION_H

#include "base/diag.h"
#include "driver/equipment.h"
#include "microgrid/ask.h"
#include "scenario/microgrid_spec.h"

typedef struct lg_station lg_station;

typedef struct lg_station_input {
    const lg_microgrid_spec *spec; /* borrowed */
    const lg_site *site;           /* whose assets components stand behind */
    const char *file;
    uint64_t seed;
    int64_t start_ms;
    uint32_t slot_s;
    const lg_equipment_loop *loop; /* of live devices; NULL: they stay closed */
    /** Hears of devices that fail, in a sentence. May be NULL. */
    void (*fault)(void *ctx, const char *device, const char *sentence);
    void *ctx;
} lg_station_input;

/** @return LG_OK; LG_PLUGIN a device refuses its options (all said in @p diag); LG_MEMORY */
lg_status lg_station_open(lg_mem *mem, const lg_station_input *input, lg_diag *diag,
                          lg_station **out) LG_CHECKED;
void lg_station_close(lg_station *station);

/** What it was opened with. */
const lg_microgrid_spec *lg_station_spec(const lg_station *station);
/** The end of the last step; before the first, the start of the run. */
int64_t lg_station_now_ms(const lg_station *station);
void lg_station_step(lg_station *station);

/** A request acts. Whoever asks has seen to it that it can be repeated. */
lg_micro_done lg_station_ask(lg_station *station, const lg_micro_ask *ask);
/** What has become of a command of power: LG_MICROGRID_ACCEPTED and so on. */
uint32_t lg_station_outcome(const lg_station *station, uint64_t command);
/** Commands of power so far. */
uint64_t lg_station_commands(const lg_station *station);

/** What component @p index said last. Valid until the next call of this station. @return false: it
 * has said nothing yet */
bool lg_station_latest(lg_station *station, uint32_t index, lg_microgrid_sample *out);
/** Where a metric may be commanded to now. @return how many ranges, at most @p max are filled in */
uint32_t lg_station_bounds(const lg_station *station, uint32_t index, uint32_t metric,
                           lg_microgrid_range *out, uint32_t max);
/** The index of component @p id; LG_NONE. */
uint32_t lg_station_find(const lg_station *station, uint64_t id);
const lg_graph *lg_station_graph(const lg_station *station);
/** Active power of a component as it was measured last, W; NaN: not known, or too old. */
double lg_station_power(const lg_station *station, uint32_t index);

/** What a component did in the slot that is running. */
typedef struct lg_station_slot {
    double consumed_Wh, delivered_Wh;
    double mean_W, min_W, max_W; /* NaN without samples */
    double soc_percent;          /* of a battery, at the end; else NaN */
    uint64_t samples, bad;
} lg_station_slot;
lg_station_slot lg_station_slot_of(const lg_station *station, uint32_t index);
/** A slot is over: what it did is counted anew. */
void lg_station_new_slot(lg_station *station);

/* The market's side. Assets by their place in spec->backed. */
/** What the asset needs, has, could store in a slot, from forecasts and states. @p plan is cleared.
 */
void lg_station_plan(lg_station *station, uint32_t backed, const lg_slot *slot, lg_plan *plan);
/** What has been traded in this slot so far (positive: bought, Wh) becomes set points until its
 * end; those of others are left alone as long as they last. */
void lg_station_dispatch(lg_station *station, uint32_t backed, double traded_Wh, int64_t end_ms);
/** What its components used (positive) or made in this slot so far, Wh. */
double lg_station_measured(const lg_station *station, uint32_t backed);

#endif
