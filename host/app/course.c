/* Bins are laid out before the run, so the memory for it does not grow with the simulated days. */
#include "app/course.h"

#include "base/clock.h"

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

void lg_course_init(lg_course *course, const lg_scenario *scenario, const lg_members *members,
                    const lg_market *market)
{
    *course = (lg_course){
        .site = &scenario->site,
        .members = members,
        .market = market,
        .community = lg_members_community(members),
        .slot_ms = scenario->rules.slot_ms,
        .slot_count = scenario->slot_count,
        .slots_per_bin = lg_course_slots_per_bin(scenario->slot_count, scenario->rules.slot_ms),
    };
    course->bin_count = (scenario->slot_count + course->slots_per_bin - 1) / course->slots_per_bin;
}

/* Whether @p asset is one of the community's own: below it and not the outside grid. */
static bool is_inside(const lg_course *course, const lg_asset *asset)
{
    return asset->role != LG_ROLE_BUS && asset->role != LG_ROLE_MARKET_MAKER &&
           lg_site_below(course->site, asset->area, course->community);
}

static lg_status see_trade(void *ctx, const lg_trade *trade)
{
    lg_course *course = ctx;
    const lg_asset *seller = &course->site->assets[trade->seller];
    const lg_asset *buyer = &course->site->assets[trade->buyer];
    bool sells = is_inside(course, seller), buys = is_inside(course, buyer);
    if (sells && buys) {
        uint32_t home = lg_members_of_area(course->members, seller->area);
        if (home != LG_NONE && home == lg_members_of_area(course->members, buyer->area))
            course->trade.within_uwh += trade->energy_uwh;
        else
            course->trade.between_uwh += trade->energy_uwh;
    } else if (buys) {
        course->trade.from_uwh += trade->energy_uwh;
    } else if (sells) {
        course->trade.to_uwh += trade->energy_uwh;
    }
    return LG_OK;
}

static lg_status see_slot(void *ctx, uint32_t slot, int64_t slot_start_ms, lg_digest chain)
{
    lg_course *course = ctx;
    (void)chain;
    const lg_market_stats *stats = lg_market_last_stats(course->market, course->community);
    uint32_t bin = slot / course->slots_per_bin;
    course->slots_done = slot + 1;
    if (!stats || bin >= course->bin_count)
        return LG_OK;
    course->bins[bin].energy_uwh += stats->energy_uwh;
    course->bins[bin].volume_uct += stats->volume_uct;
    course->bins[bin].import_uwh += stats->import_uwh;
    if (stats->import_uwh > course->peak_import_uwh) {
        course->peak_import_uwh = stats->import_uwh;
        course->peak_import_start_ms = slot_start_ms;
    }
    return LG_OK;
}

void lg_course_listener(lg_course *course, lg_listener *listener)
{
    *listener = (lg_listener){.ctx = course, .trade = see_trade, .slot = see_slot};
}
