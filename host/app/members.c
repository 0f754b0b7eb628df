/* Members are found once: areas come parents first, so one pass says for every area which member it
 * lies in, the outermost when they are nested. Siblings lie side by side, so the fees of the path
 * to the utility are added up once a parent and slot, not once a member.
 */
#include "app/members.h"

#include <string.h>
#include "app/crew.h"
#include "app/own_utility.h"
#include "base/text.h"
#include "grid/unit.h"

/* Distinct lists of strategies that are looked up before a new one is made. */
#define LISTS_KEPT 64

typedef struct member {
    uint32_t area;
    const char *strategies; /* all scripts, comma separated */
    const char *label;      /* the same for a narrow column */
    lg_member_slot slot;
    lg_member_deviation deviation;
    lg_member_line line;
    bool served; /* a utility lies in it: no market is on the way to that */
    lg_own_utility own;
} member;

struct lg_members {
    lg_mem *mem;
    const lg_scenario *scenario;
    lg_arena arena;
    member *items;
    uint32_t count;
    uint32_t *of_area; /* one an area */
    uint32_t community, community_count, scope, utility;
    int64_t surcharge_uct;
    int64_t run_uct; /* all that lines were charged */
    bool overflowed; /* lines are no longer whole */
    lg_member_result *results;
    const char *lists[LISTS_KEPT];
    uint32_t list_count;
};

/* A copy of @p list that equal lists share; NULL when exhausted. */
static const char *keep_list(lg_members *members, const lg_text *list)
{
    const char *text = lg_text_peek(list);
    if (list->failed)
        return NULL;
    for (uint32_t i = 0; i < members->list_count; i++)
        if (strcmp(members->lists[i], text) == 0)
            return members->lists[i];
    const char *copy = lg_arena_text(&members->arena, text, strlen(text));
    if (copy && members->list_count < LISTS_KEPT)
        members->lists[members->list_count++] = copy;
    return copy;
}

static bool name_strategies(lg_members *members, member *m, lg_text *list)
{
    lg_crew crew = lg_crew_of(members->scenario, m->area);
    lg_text_clear(list);
    lg_crew_list(&crew, list);
    m->strategies = keep_list(members, list);
    lg_text_clear(list);
    lg_crew_label(&crew, list);
    m->label = keep_list(members, list);
    return m->strategies && m->label;
}

static bool is_member(const lg_site *site, uint32_t area)
{
    return site->areas[area].member && site->areas[area].parent != LG_NONE;
}

static void number_areas(lg_members *members)
{
    const lg_site *site = &members->scenario->site;
    members->count = 0;
    for (uint32_t i = 0; i < site->area_count; i++) {
        uint32_t parent = site->areas[i].parent;
        uint32_t outer = parent == LG_NONE ? LG_NONE : members->of_area[parent];
        members->of_area[i] = outer;
        if (outer == LG_NONE && is_member(site, i))
            members->of_area[i] = members->count++;
    }
}

/* The lowest area that both are or lie below. */
static uint32_t common_area(const lg_site *site, uint32_t a, uint32_t b)
{
    while (a != b) {
        uint32_t *deeper = site->areas[a].depth >= site->areas[b].depth ? &a : &b;
        *deeper = site->areas[*deeper].parent;
    }
    return a;
}

/* The parent of most members; the first of them when several have as many. Members of one parent
 * stand side by side. */
static uint32_t find_community(lg_members *members)
{
    const lg_site *site = &members->scenario->site;
    uint32_t best = 0, best_count = 0;
    for (uint32_t i = 0, run; i < members->count; i += run) {
        uint32_t parent = site->areas[members->items[i].area].parent;
        for (run = 1; i + run < members->count; run++)
            if (site->areas[members->items[i + run].area].parent != parent)
                break;
        members->scope =
            members->community_count++ ? common_area(site, members->scope, parent) : parent;
        if (run > best_count) {
            best = parent;
            best_count = run;
        }
    }
    return best;
}

static void find_own_utilities(lg_members *members)
{
    const lg_site *site = &members->scenario->site;
    for (uint32_t i = 0; i < site->asset_count; i++) {
        uint32_t home = members->of_area[site->assets[i].area];
        if (home != LG_NONE && lg_is_utility(&site->assets[i]))
            members->items[home].served = true;
    }
}

static bool fill(lg_members *members)
{
    const lg_site *site = &members->scenario->site;
    lg_text list;
    lg_text_init(&list, members->mem);
    bool fine = true;
    for (uint32_t i = 0, next = 0; i < site->area_count && fine; i++) {
        if (members->of_area[i] != next)
            continue;
        members->items[next].area = i;
        fine = name_strategies(members, &members->items[next], &list);
        next++;
    }
    lg_text_fini(&list);
    if (fine)
        members->community = find_community(members);
    if (fine)
        find_own_utilities(members);
    members->utility = lg_site_utility_area(site);
    return fine &&
           lg_uct_from_ct(members->scenario->unserved_surcharge_ct, &members->surcharge_uct);
}

lg_members *lg_members_new(lg_mem *mem, const lg_scenario *scenario)
{
    lg_members *members = lg_mem_zalloc(mem, 1, sizeof *members);
    if (!members)
        return NULL;
    members->mem = mem;
    members->scenario = scenario;
    lg_arena_init(&members->arena, mem, 4096);
    members->of_area = lg_mem_zalloc(mem, scenario->site.area_count, sizeof *members->of_area);
    if (members->of_area) {
        number_areas(members);
        members->items = lg_mem_zalloc(mem, members->count, sizeof *members->items);
        members->results = lg_mem_zalloc(mem, members->count, sizeof *members->results);
    }
    if (!members->items || !members->results || !fill(members)) {
        lg_members_free(members);
        return NULL;
    }
    return members;
}

void lg_members_free(lg_members *members)
{
    if (!members)
        return;
    lg_mem_free(members->mem, members->results, members->count * sizeof *members->results);
    lg_mem_free(members->mem, members->items, members->count * sizeof *members->items);
    lg_mem_free(members->mem, members->of_area,
                members->scenario->site.area_count * sizeof *members->of_area);
    lg_arena_drop(&members->arena);
    lg_mem_free(members->mem, members, sizeof *members);
}

uint32_t lg_members_count(const lg_members *members)
{
    return members->count;
}

uint32_t lg_members_area(const lg_members *members, uint32_t index)
{
    return members->items[index].area;
}

uint32_t lg_members_of_area(const lg_members *members, uint32_t area)
{
    return members->of_area[area];
}

uint32_t lg_members_community(const lg_members *members)
{
    return members->community;
}

uint32_t lg_members_communities(const lg_members *members)
{
    return members->community_count;
}

uint32_t lg_members_scope(const lg_members *members)
{
    return members->scope;
}

const char *lg_members_strategy(const lg_members *members, uint32_t index)
{
    return members->items[index].label;
}

bool lg_members_overflowed(const lg_members *members)
{
    return members->overflowed;
}

/* The engine has seen to it that plans and trades of a run add up within int64. */
static void add_assets(lg_members *members, const lg_market *market, const lg_caps *caps)
{
    const lg_site *site = &members->scenario->site;
    for (uint32_t i = 0; i < site->asset_count; i++) {
        int64_t bought = lg_market_position(market, i)->bought_uwh;
        int64_t demand = lg_caps_demand(&caps[i], site->assets[i].role, bought);
        if (demand == 0 && caps[i].demand_uwh == 0 && caps[i].supply_uwh == 0)
            continue;
        uint32_t index = members->of_area[site->assets[i].area];
        if (index == LG_NONE)
            continue;
        lg_member_slot *slot = &members->items[index].slot;
        slot->demand_uwh += demand;
        slot->supply_uwh += caps[i].supply_uwh;
        slot->unserved_uwh += lg_max64(0, caps[i].demand_uwh - bought);
    }
}

void lg_members_trade(lg_members *members, const lg_trade *trade)
{
    const lg_asset *assets = members->scenario->site.assets;
    const lg_asset *seller = &assets[trade->seller], *buyer = &assets[trade->buyer];
    uint32_t from = members->of_area[seller->area], to = members->of_area[buyer->area];
    if (from != LG_NONE && lg_is_utility(seller))
        lg_own_utility_sells(&members->items[from].own, trade, seller, buyer, from == to);
    if (to != LG_NONE && lg_is_utility(buyer))
        lg_own_utility_buys(&members->items[to].own, trade, seller, buyer, from == to);
}

static int64_t fees_to_utility(const lg_members *members, const lg_market *market, uint32_t from)
{
    uint32_t path[2 * LG_DEPTH_MAX + 2];
    uint32_t count = lg_site_path(&members->scenario->site, from, members->utility, path);
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum = lg_add(sum, lg_market_fee_running(market, path[i]));
    return sum;
}

/* The rates of the slot at the doors of members, which stand parent by parent. */
typedef struct doors {
    const lg_members *members;
    const lg_market *market;
    int64_t maker_uct, feed_in_uct;
    uint32_t parent;
    bool served;
    lg_door_rates door;
} doors;

static doors open_doors(const lg_members *members, const lg_market *market, const lg_moment *moment)
{
    doors d = {.members = members, .market = market, .parent = LG_NONE};
    bool known = lg_uct_from_ct(moment->market_maker_rate_ct, &d.maker_uct) &&
                 lg_uct_from_ct(moment->feed_in_tariff_rate_ct, &d.feed_in_uct);
    LG_ASSERT(known); /* run.c has looked at every slot's rates before the first one */
    return d;
}

static const lg_door_rates *door_of(doors *d, uint32_t index)
{
    const lg_members *members = d->members;
    uint32_t above = members->scenario->site.areas[members->items[index].area].parent;
    bool served = members->items[index].served;
    if (above != d->parent || served != d->served) {
        d->parent = above;
        d->served = served;
        d->door = lg_ledger_door(d->maker_uct, d->feed_in_uct, members->surcharge_uct,
                                 members->scenario->rules.fee_kind,
                                 served ? 0 : fees_to_utility(members, d->market, above));
    }
    return &d->door;
}

void lg_members_slot(lg_members *members, const lg_market *market, const lg_moment *moment,
                     const lg_caps *caps)
{
    doors d = open_doors(members, market, moment);
    add_assets(members, market, caps);
    for (uint32_t i = 0; i < members->count; i++) {
        member *m = &members->items[i];
        if (!lg_ledger_add(&m->line, &m->slot, door_of(&d, i), &members->run_uct))
            members->overflowed = true;
        m->slot = (lg_member_slot){.demand_uwh = 0};
    }
}

void lg_members_settled(lg_members *members, const lg_settled *settled, const lg_moment *moment)
{
    const lg_site *site = &members->scenario->site;
    doors d = open_doors(members, settled->market, moment);
    for (uint32_t i = 0; i < site->asset_count; i++) {
        uint32_t index = members->of_area[site->assets[i].area];
        int64_t deviation = settled->deviation_uwh[i];
        if (index == LG_NONE || settled->planned_uwh[i] == LG_NO_DEVIATION)
            continue;
        lg_member_deviation *m = &members->items[index].deviation;
        m->planned_uwh += settled->planned_uwh[i];
        if (deviation == LG_NO_DEVIATION)
            continue;
        const lg_position *p = lg_market_position(settled->market, i);
        m->deviation_uwh += deviation;
        m->left_uwh += deviation - p->bought_uwh + p->sold_uwh;
    }
    for (uint32_t i = 0; i < members->count; i++) {
        member *m = &members->items[i];
        if (!lg_ledger_settle(&m->line, &m->deviation, door_of(&d, i), &members->run_uct))
            members->overflowed = true;
        m->deviation = (lg_member_deviation){.planned_uwh = 0};
    }
}

static int64_t own_fees(const lg_site *site, const lg_market *market, uint32_t area)
{
    int64_t sum = lg_market_fees_uct(market, area);
    for (uint32_t i = 0; i < site->areas[area].child_count; i++)
        sum = lg_add(sum, own_fees(site, market, site->areas[area].child_first + i));
    return sum;
}

static int64_t own_settlement_fees(const lg_site *site, const lg_settling *settling, uint32_t area)
{
    int64_t sum = lg_settling_fees_uct(settling, area);
    for (uint32_t i = 0; i < site->areas[area].child_count; i++)
        sum = lg_add(sum, own_settlement_fees(site, settling, site->areas[area].child_first + i));
    return sum;
}

/* What a member paid in settlement markets, counted at its door like its bill. */
static int64_t settlement_of(const lg_site *site, const lg_settling *settling, uint32_t area)
{
    if (!settling)
        return 0;
    lg_bill row = lg_settling_area_bill(settling, area);
    return lg_ledger_bill(&row, own_settlement_fees(site, settling, area),
                          &(lg_member_line){.demand_uwh = 0});
}

const lg_member_result *lg_members_results(lg_members *members, const lg_market *market,
                                           const lg_settling *settling)
{
    const lg_site *site = &members->scenario->site;
    for (uint32_t i = 0; i < members->count; i++) {
        const member *m = &members->items[i];
        const lg_bill *row = lg_market_area_bill(market, m->area);
        int64_t spot =
            lg_add(lg_ledger_bill(row, own_fees(site, market, m->area), &m->line), m->own.bill_uct);
        int64_t settlement = settlement_of(site, settling, m->area);
        members->results[i] = (lg_member_result){
            .area = m->area,
            .strategy = m->strategies,
            .bought_uwh = lg_add(row->bought_uwh, m->own.bought_uwh),
            .sold_uwh = lg_add(row->sold_uwh, m->own.sold_uwh),
            .unserved_uwh = m->line.unserved_uwh,
            .bill_uct = lg_add(spot, lg_add(settlement, m->line.imbalance_uct)),
            .kpi = lg_own_utility_kpi(&m->own, lg_market_kpi(market, m->area)),
            .unserved_uct = m->line.unserved_uct,
            .base_bill_uct = m->line.base_bill_uct,
            .settlement_uct = settlement,
            .imbalance_uct = m->line.imbalance_uct,
        };
    }
    return members->results;
}
