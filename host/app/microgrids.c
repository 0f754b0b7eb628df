/* Physics goes on between ticks, so the time of a slot ends later than its market: what was traded
 * waits in `closed` until all that flowed in the slot has been measured. */
#include "app/microgrids.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/num.h"
#include "grid/unit.h"
#include "journal/pack.h"

/* An asset that components stand behind, as its slot closed. */
typedef struct backed {
    uint32_t microgrid, place, asset;
    int64_t planned_uwh, traded_uwh; /* positive: to be used, bought */
} backed;

struct lg_microgrids {
    lg_mem *mem;
    const lg_scenario *scenario;
    lg_notes *notes;
    lg_station **stations;
    uint32_t count;
    backed *backed;
    uint32_t backed_count;
    lg_moment closed;
    bool waits; /* a slot that was closed has not been accounted for */
};

static void heard(void *ctx, const char *device, const char *sentence)
{
    lg_microgrids *m = ctx;
    lg_notes_device(m->notes, device, sentence);
}

static lg_status open_stations(lg_microgrids *m, lg_diag *diag)
{
    const lg_scenario *s = m->scenario;
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < m->count && status != LG_MEMORY; i++) {
        const lg_station_input input = {
            .spec = &s->microgrids[i],
            .site = &s->site,
            .file = s->file,
            .seed = s->seed,
            .start_ms = s->start_ms,
            .slot_s = (uint32_t)(s->rules.slot_ms / 1000),
            .fault = m->notes ? heard : NULL,
            .ctx = m,
        };
        lg_status opened = lg_station_open(m->mem, &input, diag, &m->stations[i]);
        status = opened == LG_OK ? status : opened;
    }
    return status;
}

lg_status lg_microgrids_open(lg_mem *mem, const lg_scenario *scenario, lg_notes *notes,
                             lg_diag *diag, lg_microgrids **out)
{
    *out = NULL;
    if (!scenario->microgrid_count)
        return LG_OK;
    lg_microgrids *m = lg_mem_zalloc(mem, 1, sizeof *m);
    if (!m)
        return LG_MEMORY;
    *m = (lg_microgrids){
        .mem = mem, .scenario = scenario, .notes = notes, .count = scenario->microgrid_count};
    for (uint32_t i = 0; i < m->count; i++)
        m->backed_count += scenario->microgrids[i].backed_count;
    m->stations = lg_mem_zalloc(mem, m->count, sizeof *m->stations);
    m->backed = lg_mem_zalloc(mem, (size_t)m->backed_count + 1, sizeof *m->backed);
    lg_status status = m->stations && m->backed ? open_stations(m, diag) : LG_MEMORY;
    if (status != LG_OK) {
        lg_microgrids_close(m);
        return status;
    }
    backed *b = m->backed;
    for (uint32_t i = 0; i < m->count; i++)
        for (uint32_t k = 0; k < scenario->microgrids[i].backed_count; k++)
            *b++ = (backed){
                .microgrid = i, .place = k, .asset = scenario->microgrids[i].backed[k].asset};
    *out = m;
    return LG_OK;
}

void lg_microgrids_close(lg_microgrids *m)
{
    if (!m)
        return;
    for (uint32_t i = 0; m->stations && i < m->count; i++)
        lg_station_close(m->stations[i]);
    lg_mem_free(m->mem, m->stations, m->count * sizeof *m->stations);
    lg_mem_free(m->mem, m->backed, ((size_t)m->backed_count + 1) * sizeof *m->backed);
    lg_mem_free(m->mem, m, sizeof *m);
}

uint32_t lg_microgrids_count(const lg_microgrids *m)
{
    return m ? m->count : 0;
}

lg_station *lg_microgrids_at(const lg_microgrids *m, uint32_t index)
{
    return m && index < m->count ? m->stations[index] : NULL;
}

/* ---- time ---- */

/* The one whose next step ends first. */
static lg_station *next_of(const lg_microgrids *m, int64_t *at_ms)
{
    lg_station *first = NULL;
    *at_ms = INT64_MAX;
    for (uint32_t i = 0; i < m->count; i++) {
        int64_t end_ms =
            lg_station_now_ms(m->stations[i]) + lg_station_spec(m->stations[i])->step_ms;
        if (end_ms < *at_ms) {
            *at_ms = end_ms;
            first = m->stations[i];
        }
    }
    return first;
}

int64_t lg_microgrids_now_ms(const lg_microgrids *m)
{
    int64_t latest = INT64_MIN;
    for (uint32_t i = 0; i < m->count; i++)
        latest = lg_max64(latest, lg_station_now_ms(m->stations[i]));
    return latest;
}

int64_t lg_microgrids_next_ms(const lg_microgrids *m)
{
    int64_t at_ms;
    (void)next_of(m, &at_ms);
    return at_ms;
}

void lg_microgrids_advance(lg_microgrids *m, int64_t until_ms)
{
    int64_t at_ms;
    lg_station *next = next_of(m, &at_ms);
    while (next && at_ms <= until_ms) {
        lg_station_step(next);
        next = next_of(m, &at_ms);
    }
}

/* ---- the market ---- */

void lg_microgrids_plan(lg_microgrids *m, lg_fleet *fleet, const lg_slot *slot, lg_caps *caps)
{
    for (uint32_t i = 0; i < m->backed_count; i++) {
        const backed *b = &m->backed[i];
        lg_plan plan = lg_fleet_no_plan();
        lg_station_plan(m->stations[b->microgrid], b->place, slot, &plan);
        lg_fleet_take_plan(fleet, b->asset, &plan, &caps[b->asset]);
    }
}

static int64_t traded_of(const lg_market *market, uint32_t asset)
{
    const lg_position *p = lg_market_position(market, asset);
    return p->bought_uwh - p->sold_uwh;
}

void lg_microgrids_dispatch(lg_microgrids *m, const lg_market *market, int64_t end_ms)
{
    for (uint32_t i = 0; i < m->backed_count; i++) {
        const backed *b = &m->backed[i];
        lg_station_dispatch(m->stations[b->microgrid], b->place,
                            (double)traded_of(market, b->asset) / 1e6, end_ms);
    }
}

/* What the asset is held to: its plan, of a storage what it has traded, and of what could have
 * waited as much as was bought of it. */
static int64_t planned_of(const lg_microgrids *m, uint32_t asset, const lg_caps *caps,
                          int64_t traded_uwh)
{
    uint32_t role = m->scenario->site.assets[asset].role;
    if (role == LG_ROLE_STORAGE)
        return traded_uwh;
    int64_t planned = caps->demand_uwh - caps->supply_uwh;
    return role == LG_ROLE_CONSUMER ? lg_max64(planned, traded_uwh) : planned;
}

void lg_microgrids_close_slot(lg_microgrids *m, const lg_market *market, const lg_moment *moment,
                              const lg_caps *caps)
{
    for (uint32_t i = 0; i < m->backed_count; i++) {
        backed *b = &m->backed[i];
        b->traded_uwh = traded_of(market, b->asset);
        b->planned_uwh = planned_of(m, b->asset, &caps[b->asset], b->traded_uwh);
    }
    m->closed = *moment;
    m->waits = true;
}

/* Short pays what the utility asks, long gets what it pays. */
static lg_backed_slot settle(const lg_microgrids *m, const backed *b)
{
    const lg_scenario *s = m->scenario;
    int64_t start_ms = m->closed.slot_start_ms, end_ms = start_ms + s->rules.slot_ms;
    lg_backed_slot out = {
        .slot = m->closed.slot,
        .asset = b->asset,
        .planned_uwh = b->planned_uwh,
        .traded_uwh = b->traded_uwh,
        .measured_uwh =
            (int64_t)llround(lg_station_measured(m->stations[b->microgrid], b->place) * 1e6),
    };
    out.deviation_uwh = out.measured_uwh - out.planned_uwh;
    const lg_profile *rate = out.deviation_uwh > 0 ? s->market_maker_rate : s->feed_in_tariff;
    double ct = lg_profile_mean(rate, start_ms, end_ms);
    if (!isnan(ct) && lg_uct_from_ct(ct, &out.rate_uct))
        out.cost_uct = lg_money_uct(out.deviation_uwh, out.rate_uct);
    return out;
}

static lg_status account_backed(const lg_microgrids *m, const backed *b, lg_turn *turn,
                                lg_store *store)
{
    lg_backed_slot row = settle(m, b);
    uint32_t role = m->scenario->site.assets[b->asset].role;
    const int64_t figures[] = {row.asset, row.planned_uwh, row.traded_uwh, row.measured_uwh,
                               row.cost_uct};
    lg_turn_balance(turn, figures, sizeof figures / sizeof *figures);
    lg_store_backed(store, &row);
    if (!lg_turn_settling(turn) || (role != LG_ROLE_CONSUMER && role != LG_ROLE_PRODUCER))
        return LG_OK;
    int64_t energy = role == LG_ROLE_CONSUMER ? row.measured_uwh : -row.measured_uwh;
    return lg_turn_measure_asset(turn, b->asset, row.slot, lg_max64(energy, 0));
}

static void store_components(const lg_microgrids *m, uint32_t index, lg_store *store)
{
    const lg_station *station = m->stations[index];
    const lg_microgrid_spec *spec = lg_station_spec(station);
    for (uint32_t i = 0; i < spec->component_count; i++) {
        lg_station_slot slot = lg_station_slot_of(station, i);
        const lg_component_slot row = {
            .slot = m->closed.slot,
            .microgrid = spec->site.id,
            .component = spec->components[i].id,
            .consumed_Wh = slot.consumed_Wh,
            .delivered_Wh = slot.delivered_Wh,
            .mean_W = slot.mean_W,
            .min_W = slot.min_W,
            .max_W = slot.max_W,
            .soc_percent = slot.soc_percent,
            .samples = slot.samples,
            .bad = slot.bad,
        };
        lg_store_component(store, &row);
    }
}

lg_status lg_microgrids_account(lg_microgrids *m, lg_turn *turn, lg_store *store)
{
    lg_status status = LG_OK;
    if (!m->waits)
        return LG_OK;
    m->waits = false;
    for (uint32_t i = 0; i < m->backed_count && status == LG_OK; i++)
        status = account_backed(m, &m->backed[i], turn, store);
    for (uint32_t i = 0; i < m->count; i++) {
        store_components(m, i, store);
        lg_station_new_slot(m->stations[i]);
    }
    return status;
}
