/* Bins are laid out before the run, so the memory for it does not grow with the simulated days. The
 * engine lets no run trade or plan more than sums of all of it hold (market.h:
 * LG_RUN_ENERGY_MAX_UWH), and these are sums of parts. */
#include "app/course.h"

#include <math.h>
#include "base/clock.h"
#include "base/num.h"
#include "grid/unit.h"

uint32_t lg_course_slots_per_bin(uint32_t slot_count, uint32_t slot_ms)
{
    static const uint32_t minutes[] = {5,   10,  15,  20,  30,   60,   120,
                                       180, 240, 360, 720, 1440, 2880, 10080};
    if (slot_count <= LG_COURSE_COLUMNS)
        return 1;
    for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
        int64_t bin_ms = minutes[i] * LG_MINUTE_MS;
        if (bin_ms % slot_ms == 0 && slot_count * (int64_t)slot_ms <= bin_ms * LG_COURSE_COLUMNS)
            return (uint32_t)(bin_ms / slot_ms);
    }
    return (slot_count + LG_COURSE_COLUMNS - 1) / LG_COURSE_COLUMNS;
}

void lg_course_init(lg_course *course, const lg_scenario *scenario, lg_members *members,
                    const lg_market *market, const lg_caps *caps)
{
    *course = (lg_course){
        .site = &scenario->site,
        .members = members,
        .market = market,
        .caps = caps,
        .community = lg_members_community(members),
        .scope = lg_members_scope(members),
        .slot_ms = scenario->rules.slot_ms,
        .slot_count = scenario->slot_count,
        .slots_per_bin = lg_course_slots_per_bin(scenario->slot_count, scenario->rules.slot_ms),
    };
    course->bin_count = (scenario->slot_count + course->slots_per_bin - 1) / course->slots_per_bin;
}

/* Whether an asset is one of the members' side: below their scope and not the outside grid. */
static bool is_inside(const lg_course *course, uint32_t index)
{
    const lg_asset *asset = &course->site->assets[index];
    return asset->role != LG_ROLE_BUS && asset->role != LG_ROLE_MARKET_MAKER &&
           course->caps[index].supply_uwh < LG_UNLIMITED_UWH &&
           lg_site_below(course->site, asset->area, course->scope);
}

static bool is_one_of(const lg_asset *asset, uint32_t role)
{
    return !asset->uncounted && (asset->role == role || asset->role == LG_ROLE_PROSUMER);
}

/* A trade whose seller is inside, in the community's indicators. */
static void count_own(lg_kpi *kpi, const lg_asset *seller, const lg_asset *buyer, bool buyer_inside,
                      int64_t energy_uwh)
{
    bool consumed = buyer_inside && is_one_of(buyer, LG_ROLE_CONSUMER);
    bool stored = buyer_inside && buyer->role == LG_ROLE_STORAGE;
    if (is_one_of(seller, LG_ROLE_PRODUCER)) {
        kpi->produced_uwh += energy_uwh;
        kpi->consumed_own_uwh += consumed ? energy_uwh : 0;
        kpi->buffer_uwh += stored ? energy_uwh : 0;
    } else if (seller->role == LG_ROLE_STORAGE && !stored) {
        int64_t moved = lg_min64(energy_uwh, kpi->buffer_uwh);
        kpi->buffer_uwh -= moved;
        kpi->consumed_own_uwh += consumed ? moved : 0;
    }
}

static void see_between(lg_course *course, const lg_trade *trade)
{
    course->trade.between_uwh += trade->energy_uwh;
    course->slot_between.energy_uwh += trade->energy_uwh;
    course->slot_between.paid_uct += trade->paid_uct;
}

static lg_status see_trade(void *ctx, const lg_trade *trade)
{
    lg_course *course = ctx;
    if (trade->type == LG_MARKET_SETTLEMENT) {
        course->settlement.traded_uwh += trade->energy_uwh;
        course->settlement.trade_count++;
        return LG_OK;
    }
    const lg_asset *seller = &course->site->assets[trade->seller];
    const lg_asset *buyer = &course->site->assets[trade->buyer];
    lg_members_trade(course->members, trade);
    bool sells = is_inside(course, trade->seller), buys = is_inside(course, trade->buyer);
    if (sells)
        count_own(&course->kpi, seller, buyer, buys, trade->energy_uwh);
    if (sells && buys) {
        uint32_t home = lg_members_of_area(course->members, seller->area);
        if (home != LG_NONE && home == lg_members_of_area(course->members, buyer->area))
            course->trade.within_uwh += trade->energy_uwh;
        else
            see_between(course, trade);
    } else if (buys) {
        course->trade.from_uwh += trade->energy_uwh;
        course->slot_import_uwh += trade->energy_uwh;
    } else if (sells) {
        course->trade.to_uwh += trade->energy_uwh;
    }
    return LG_OK;
}

static lg_status see_settled(void *ctx, const lg_settled *settled)
{
    lg_course *course = ctx;
    for (uint32_t i = 0; i < course->site->asset_count; i++) {
        int64_t deviation = settled->deviation_uwh[i];
        if (deviation == LG_NO_DEVIATION)
            continue;
        course->settlement.short_uwh += lg_max64(0, deviation);
        course->settlement.long_uwh += lg_max64(0, -deviation);
    }
    return lg_members_overflowed(course->members) ? LG_OVERFLOW : LG_OK;
}

static void count_demand(lg_course *course)
{
    for (uint32_t i = 0; i < course->site->asset_count; i++) {
        uint32_t role = course->site->assets[i].role;
        int64_t demand = lg_caps_demand(&course->caps[i], role,
                                        lg_market_position(course->market, i)->bought_uwh);
        if (demand == 0 || course->site->assets[i].uncounted || !is_inside(course, i))
            continue;
        course->kpi.demanded_uwh += demand;
        if (role != LG_ROLE_STORAGE)
            continue;
        int64_t own =
            lg_min64(demand, course->kpi.buffer_uwh); /* its owner consumed what it held */
        course->kpi.buffer_uwh -= own;
        course->kpi.consumed_own_uwh += own;
    }
}

static lg_status see_slot(void *ctx, uint32_t slot, int64_t slot_start_ms, lg_digest chain)
{
    lg_course *course = ctx;
    (void)chain;
    const lg_market_stats *stats = lg_market_last_stats(course->market, course->community);
    uint32_t bin = slot / course->slots_per_bin;
    int64_t import_uwh = course->slot_import_uwh;
    course->slots_done = slot + 1;
    course->slot_import_uwh = 0;
    course->last_between = course->slot_between;
    course->slot_between = (lg_course_dealt){.energy_uwh = 0};
    count_demand(course);
    if (lg_members_overflowed(course->members))
        return LG_OVERFLOW;
    if (!stats || bin >= course->bin_count)
        return LG_OK;
    course->bins[bin].energy_uwh += stats->energy_uwh;
    course->bins[bin].volume_uct += stats->volume_uct;
    course->bins[bin].import_uwh += import_uwh;
    if (import_uwh > course->peak_import_uwh) {
        course->peak_import_uwh = import_uwh;
        course->peak_import_start_ms = slot_start_ms;
    }
    return LG_OK;
}

void lg_course_listener(lg_course *course, lg_listener *listener)
{
    *listener =
        (lg_listener){.ctx = course, .trade = see_trade, .settled = see_settled, .slot = see_slot};
}

lg_kpi lg_course_kpi(const lg_course *course)
{
    lg_kpi kpi = course->kpi;
    double own = (double)kpi.consumed_own_uwh;
    kpi.self_sufficiency = kpi.demanded_uwh > 0 ? fmin(1, own / (double)kpi.demanded_uwh) : NAN;
    kpi.self_consumption = kpi.produced_uwh > 0 ? fmin(1, own / (double)kpi.produced_uwh) : NAN;
    return kpi;
}
