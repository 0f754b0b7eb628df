/* A seat's bill is that of the homes it has whole; where it shares one, its assets' accounts stand
 * for it, and the home's charge for unserved demand is shared by what each asset went without. */
#include "arena/figures.h"

#include <stdio.h>
#include <string.h>
#include "arena/figures_parts.h"
#include "base/num.h"
#include "scenario/scenario.h"
#include "store/past.h"

enum { ARENA_BLOCK = 8192 };

typedef struct reading {
    lg_figures *figures;
    const lg_game *game;
    const lg_figures_input *input;
    lg_past *past;
    lg_arena arena; /* of what is needed only here */
    lg_site site;
    uint32_t *seat_of_agent; /* LG_NONE: none of ours */
    uint32_t agent_count;
    uint32_t *seat_of_asset;
    uint32_t *member_of_area;   /* outermost home it lies in; LG_NONE */
    uint32_t *seat_of_member;   /* by area: who has it whole */
    int64_t *unserved_of_asset; /* by asset */
    bool exhausted;
} reading;

const char *lg_outcome_name(lg_outcome outcome)
{
    static const char *const names[] = {"ok", "error", "invalid", "timeout", "memory"};
    return names[outcome];
}

static const char *kept(reading *r, const char *text)
{
    const char *copy = lg_arena_text(&r->figures->arena, text, strlen(text));
    r->exhausted = r->exhausted || !copy;
    return copy ? copy : "";
}

static uint32_t *numbers(reading *r, uint32_t count)
{
    uint32_t *list = lg_arena_alloc(&r->arena, (count + 1) * sizeof *list);
    r->exhausted = r->exhausted || !list;
    for (uint32_t i = 0; list && i < count; i++)
        list[i] = LG_NONE;
    return list;
}

/* ---- who is who ---- */

static uint32_t seat_named(const lg_game *game, const char *name)
{
    for (uint32_t i = 0; i < game->seat_count; i++)
        if (game->seats[i].role != LG_SEAT_EXCHANGE && strcmp(game->seats[i].name, name) == 0)
            return i;
    return LG_NONE;
}

static void read_agents(reading *r)
{
    lg_past_rows rows;
    lg_past_ask(r->past, &rows, "SELECT count(*) FROM agents", NULL, 0);
    if (lg_past_next(&rows))
        r->agent_count = (uint32_t)lg_past_int(&rows, 0);
    lg_past_drop(&rows);
    r->seat_of_agent = numbers(r, r->agent_count);
    /* behind the agents come scripts that events give them, under the same names */
    lg_past_ask(r->past, &rows, "SELECT agent, name FROM agents ORDER BY agent DESC", NULL, 0);
    while (r->seat_of_agent && lg_past_next(&rows)) {
        uint32_t agent = (uint32_t)lg_past_int(&rows, 0);
        uint32_t seat = seat_named(r->game, lg_past_text(&rows, 1));
        for (uint32_t i = agent + 1; i < r->agent_count && seat != LG_NONE; i++)
            if (r->seat_of_agent[i] == seat)
                r->seat_of_agent[i] = LG_NONE;
        if (agent < r->agent_count)
            r->seat_of_agent[agent] = seat;
    }
    lg_past_drop(&rows);
}

static uint32_t seat_of(const reading *r, int64_t agent)
{
    return agent >= 0 && agent < r->agent_count ? r->seat_of_agent[agent] : LG_NONE;
}

static void read_site(reading *r)
{
    lg_past_rows rows;
    lg_past_site(r->past, &r->arena, &r->site);
    lg_err err;
    if (lg_past_status(r->past, &err) != LG_OK)
        return;
    const lg_site *site = &r->site;
    r->seat_of_asset = numbers(r, site->asset_count);
    r->member_of_area = numbers(r, site->area_count);
    r->seat_of_member = numbers(r, site->area_count);
    r->unserved_of_asset =
        lg_arena_alloc(&r->arena, (site->asset_count + 1) * sizeof *r->unserved_of_asset);
    r->exhausted = r->exhausted || !r->unserved_of_asset;
    if (r->exhausted)
        return;
    for (uint32_t i = 0; i < site->area_count; i++) {
        uint32_t parent = site->areas[i].parent;
        uint32_t outer = parent == LG_NONE ? LG_NONE : r->member_of_area[parent];
        r->member_of_area[i] = outer != LG_NONE                             ? outer
                               : site->areas[i].member && parent != LG_NONE ? i
                                                                            : LG_NONE;
    }
    lg_past_ask(r->past, &rows, "SELECT asset, agent FROM assets WHERE agent IS NOT NULL", NULL, 0);
    while (lg_past_next(&rows)) {
        int64_t asset = lg_past_int(&rows, 0);
        if (asset >= 0 && asset < site->asset_count)
            r->seat_of_asset[asset] = seat_of(r, lg_past_int(&rows, 1));
    }
    lg_past_drop(&rows);
}

/* Homes all of whose assets have one seat. */
static void find_whole(reading *r)
{
    const lg_site *site = &r->site;
    uint32_t *seen = numbers(r, site->area_count); /* 1: it has an asset of another */
    for (uint32_t i = 0; seen && i < site->asset_count; i++) {
        uint32_t member = r->member_of_area[site->assets[i].area], seat = r->seat_of_asset[i];
        if (member == LG_NONE)
            continue;
        if (seen[member] == LG_NONE) {
            seen[member] = 0;
            r->seat_of_member[member] = seat;
        } else if (r->seat_of_member[member] != seat) {
            seen[member] = 1;
        }
    }
    for (uint32_t i = 0; seen && i < site->area_count; i++)
        if (seen[i] != 0)
            r->seat_of_member[i] = LG_NONE;
}

/* ---- conduct ---- */

static lg_outcome outcome_of(const char *code)
{
    if (strcmp(code, "LOAD") == 0)
        return LG_OUTCOME_INVALID;
    if (strstr(code, "MEMORY"))
        return LG_OUTCOME_MEMORY;
    return strstr(code, "FAULTS") ? LG_OUTCOME_ERROR : LG_OUTCOME_TIMEOUT;
}

static void read_conduct(reading *r)
{
    lg_past_rows rows;
    lg_past_ask(r->past, &rows, "SELECT agent, faults, refused, breaches FROM conduct", NULL, 0);
    while (lg_past_next(&rows)) {
        uint32_t index = seat_of(r, lg_past_int(&rows, 0));
        if (index == LG_NONE)
            continue;
        lg_seat_figures *seat = &r->figures->seats[index];
        seat->faults = (uint64_t)lg_past_int(&rows, 1);
        seat->refused = (uint64_t)lg_past_int(&rows, 2);
        seat->breaches = (uint64_t)lg_past_int(&rows, 3);
    }
    lg_past_drop(&rows);
    lg_past_ask(r->past, &rows,
                "SELECT agent, slot, script, detail FROM versions "
                "WHERE cause = 'baseline' AND detail <> '' ORDER BY seq",
                NULL, 0);
    while (lg_past_next(&rows)) {
        uint32_t index = seat_of(r, lg_past_int(&rows, 0));
        if (index == LG_NONE || r->figures->seats[index].given_up_slot != LG_NONE)
            continue;
        lg_seat_figures *seat = &r->figures->seats[index];
        char code[40];
        snprintf(code, sizeof code, "%.*s", (int)strcspn(lg_past_text(&rows, 3), ":"),
                 lg_past_text(&rows, 3));
        seat->given_up_slot = (uint32_t)lg_past_int(&rows, 1);
        seat->taken_over = kept(r, lg_past_text(&rows, 2));
        seat->code = kept(r, code);
        seat->outcome = outcome_of(code);
    }
    lg_past_drop(&rows);
}

/* ---- money and energy of traders ---- */

static void add_asset(reading *r, lg_seat_figures *seat, const lg_past_rows *row)
{
    seat->bought_uwh = lg_add(seat->bought_uwh, lg_past_int(row, 1));
    seat->sold_uwh = lg_add(seat->sold_uwh, lg_past_int(row, 2));
    seat->unserved_uwh = lg_add(seat->unserved_uwh, lg_past_int(row, 4));
    seat->bill_uct = lg_add(seat->bill_uct, lg_past_int(row, 3));
    (void)r;
}

/* Assets of homes that are shared, and of none. */
static void read_accounts(reading *r)
{
    lg_past_rows rows;
    lg_past_ask(r->past, &rows,
                "SELECT a.asset, a.bought_uwh, a.sold_uwh, a.spent_uct + a.market_fee_uct "
                "- a.earned_uct + coalesce((SELECT sum(s.spent_uct + s.market_fee_uct - "
                "s.earned_uct) FROM settlement_bills s WHERE s.kind = 'asset' AND s.party = "
                "a.asset), 0), a.unserved_uwh FROM accounts a ORDER BY a.asset",
                NULL, 0);
    while (lg_past_next(&rows)) {
        int64_t asset = lg_past_int(&rows, 0);
        if (asset < 0 || asset >= r->site.asset_count)
            continue;
        r->unserved_of_asset[asset] = lg_past_int(&rows, 4);
        uint32_t seat = r->seat_of_asset[asset];
        uint32_t member = r->member_of_area[r->site.assets[asset].area];
        if (seat != LG_NONE && (member == LG_NONE || r->seat_of_member[member] == LG_NONE))
            add_asset(r, &r->figures->seats[seat], &rows);
    }
    lg_past_drop(&rows);
}

/* A shared home's charge goes to those whose assets went without. */
static void share_unserved(reading *r, uint32_t member, int64_t unserved_uwh, int64_t unserved_uct)
{
    for (uint32_t i = 0; i < r->site.asset_count && unserved_uwh > 0; i++) {
        uint32_t seat = r->seat_of_asset[i];
        if (seat == LG_NONE || r->member_of_area[r->site.assets[i].area] != member)
            continue;
        int64_t part = lg_muldiv(unserved_uct, r->unserved_of_asset[i], unserved_uwh);
        lg_seat_figures *figures = &r->figures->seats[seat];
        figures->unserved_uct = lg_add(figures->unserved_uct, part);
        figures->bill_uct = lg_add(figures->bill_uct, part);
    }
}

static void read_members(reading *r)
{
    lg_past_rows rows;
    lg_figures *f = r->figures;
    lg_past_ask(
        r->past, &rows,
        "SELECT area, bought_uwh, sold_uwh, bill_uct, unserved_uwh, unserved_uct, "
        "base_bill_uct, unserved_uct + coalesce((SELECT sum(b.spent_uct + b.market_fee_uct) "
        "FROM bills b WHERE b.kind = 'area' AND b.party = m.area), 0) FROM members m "
        "ORDER BY area",
        NULL, 0);
    while (lg_past_next(&rows)) {
        int64_t area = lg_past_int(&rows, 0);
        f->members_bill_uct = lg_add(f->members_bill_uct, lg_past_int(&rows, 3));
        f->unserved_uwh = lg_add(f->unserved_uwh, lg_past_int(&rows, 4));
        f->members_base_uct = lg_add(f->members_base_uct, lg_past_int(&rows, 6));
        f->members_spent_uct = lg_add(f->members_spent_uct, lg_past_int(&rows, 7));
        if (area < 0 || area >= r->site.area_count)
            continue;
        uint32_t index = r->seat_of_member[area];
        if (index == LG_NONE) {
            share_unserved(r, (uint32_t)area, lg_past_int(&rows, 4), lg_past_int(&rows, 5));
            continue;
        }
        lg_seat_figures *seat = &f->seats[index];
        add_asset(r, seat, &rows);
        seat->unserved_uct = lg_add(seat->unserved_uct, lg_past_int(&rows, 5));
    }
    lg_past_drop(&rows);
}

/* ---- markets ---- */

static bool has_market(const reading *r, const lg_game_seat *seat, int64_t area)
{
    if (seat->role != LG_SEAT_OPERATOR || area < 0 || area >= r->site.area_count)
        return false;
    for (uint32_t i = 0; i < seat->markets.count; i++)
        if (strcmp(seat->markets.items[i], r->site.areas[area].name) == 0)
            return true;
    return seat->markets.count == 0 && strcmp(seat->name, r->site.areas[area].name) == 0;
}

/* The root has nothing above it: its import is what the community bought from outside. */
static void read_markets(reading *r)
{
    lg_past_rows rows;
    lg_past_ask(r->past, &rows,
                "SELECT k.area, k.fees_uct, coalesce((SELECT max(m.import_uwh) FROM market_slots m "
                "WHERE m.market = k.area), 0) FROM kpis k ORDER BY k.area",
                NULL, 0);
    while (lg_past_next(&rows)) {
        int64_t area = lg_past_int(&rows, 0);
        for (uint32_t i = 0; i < r->game->seat_count; i++) {
            if (!has_market(r, &r->game->seats[i], area))
                continue;
            lg_seat_figures *seat = &r->figures->seats[i];
            bool root = r->site.areas[area].parent == LG_NONE;
            int64_t peak = root ? r->figures->peak_import_uwh : lg_past_int(&rows, 2);
            seat->fees_uct = lg_add(seat->fees_uct, lg_past_int(&rows, 1));
            seat->peak_import_uwh = lg_max64(seat->peak_import_uwh, peak);
        }
    }
    lg_past_drop(&rows);
}

static void read_community(reading *r)
{
    lg_past_rows rows;
    lg_figures *f = r->figures;
    lg_past_ask(r->past, &rows,
                "SELECT c.produced_uwh, c.consumed_own_uwh, c.demanded_uwh, c.peak_import_uwh, "
                "a.name FROM community c JOIN areas a USING (area)",
                NULL, 0);
    if (lg_past_next(&rows)) {
        f->produced_uwh = lg_past_int(&rows, 0);
        f->consumed_own_uwh = lg_past_int(&rows, 1);
        f->demanded_uwh = lg_past_int(&rows, 2);
        f->peak_import_uwh = lg_past_int(&rows, 3);
        f->community = kept(r, lg_past_text(&rows, 4));
    }
    lg_past_drop(&rows);
}

static void read_run(reading *r, bool *complete)
{
    lg_past_rows rows;
    lg_figures *f = r->figures;
    lg_past_ask(r->past, &rows, "SELECT status, slots_done, slot_s, trade_count, digest FROM runs",
                NULL, 0);
    if (lg_past_next(&rows)) {
        *complete = strcmp(lg_past_text(&rows, 0), "complete") == 0;
        f->slots = (uint32_t)lg_past_int(&rows, 1);
        f->slot_s = (uint32_t)lg_past_int(&rows, 2);
        f->trades = (uint64_t)lg_past_int(&rows, 3);
        f->run_hash = kept(r, lg_past_text(&rows, 4));
    }
    lg_past_drop(&rows);
}

/* What it was worth at the utility's rates. */
static void read_worth(reading *r)
{
    const lg__figures_reading part = {
        .mem = r->arena.mem,
        .past = r->past,
        .site = &r->site,
        .seat_of_asset = r->seat_of_asset,
        .member_of_area = r->member_of_area,
    };
    lg__doors doors;
    bool fine = lg__doors_open(&doors, &part) && lg__figures_stored(&doors, r->figures);
    const lg_scenario *scenario = r->input->scenario;
    for (uint32_t i = 0; i < r->game->seat_count && fine; i++) {
        lg_seat_figures *seat = &r->figures->seats[i];
        if (r->game->seats[i].role != LG_SEAT_TRADER)
            continue;
        fine = lg__figures_cost(&doors, i, seat);
        /* where a script sits it would be another bound, which nothing is scored by */
        bool asked = strcmp(r->game->seats[i].entrant, LG_SCRIPT_BASELINE) == 0;
        if (fine && asked && scenario && scenario->site.asset_count == r->site.asset_count)
            fine = lg__figures_bound(&doors, scenario, r->input->drivers, i, seat);
    }
    fine = fine && lg__figures_welfare(&doors, &r->figures->welfare);
    lg__doors_close(&doors);
    r->exhausted = !fine;
}

static void read_all(reading *r, bool *complete)
{
    lg_err err;
    read_run(r, complete);
    read_agents(r);
    if (r->exhausted)
        return;
    read_site(r);
    if (r->exhausted || lg_past_status(r->past, &err) != LG_OK)
        return;
    find_whole(r);
    read_conduct(r);
    read_accounts(r);
    read_members(r);
    read_community(r);
    read_markets(r);
    if (!r->exhausted)
        read_worth(r);
}

lg_status lg_figures_read(lg_mem *mem, const lg_figures_input *input, lg_figures *figures,
                          lg_err *err)
{
    const lg_game *game = input->game;
    bool complete = false;
    *figures = (lg_figures){.mem = mem, .run_hash = "", .community = ""};
    lg_arena_init(&figures->arena, mem, ARENA_BLOCK);
    figures->seat_count = game->seat_count;
    figures->seats =
        lg_arena_alloc(&figures->arena, (game->seat_count + 1) * sizeof *figures->seats);
    if (!figures->seats)
        return lg_fail(err, LG_MEMORY, "out of memory");
    for (uint32_t i = 0; i < game->seat_count; i++)
        figures->seats[i] =
            (lg_seat_figures){.code = "", .taken_over = "", .given_up_slot = LG_NONE};
    reading r = {.figures = figures, .game = game, .input = input};
    lg_status status = lg_past_open(mem, input->folder, err, &r.past);
    if (status != LG_OK)
        return status;
    lg_arena_init(&r.arena, mem, ARENA_BLOCK);
    read_all(&r, &complete);
    status = r.exhausted ? lg_fail(err, LG_MEMORY, "out of memory") : lg_past_status(r.past, err);
    if (status == LG_OK && !complete)
        status = lg_fail(err, LG_STORE, "%s: the run is incomplete", lg_past_file(r.past));
    lg_arena_drop(&r.arena);
    lg_past_close(r.past);
    return status;
}

void lg_figures_fini(lg_figures *figures)
{
    lg_arena_drop(&figures->arena);
    *figures = (lg_figures){.mem = figures->mem};
}
