/* One pass over each table; a seat's assets are those its agent commands, or that lie where the
 * match says. */
#include "site/film.h"

#include <math.h>
#include <string.h>
#include "grid/utility.h"

enum { ARENA_BLOCK = 65536 };
#define UWH_PER_KWH 1e9
#define UCT_PER_CT  1e6
#define UCT_PER_EUR 1e8

typedef struct reading {
    lg_film *film;
    const lg_contest *contest;
    lg_past *past;
    lg_site site;
    uint32_t *seat_of_asset, *seat_of_agent;
    uint32_t agent_count;
    bool *is_utility, *is_battery; /* by asset */
    bool exhausted;
} reading;

static void *room(reading *r, size_t count, size_t size)
{
    void *list = lg_arena_alloc(&r->film->arena, (count + 1) * size);
    r->exhausted = r->exhausted || !list;
    return list;
}

static double *series(reading *r, double first)
{
    double *values = room(r, r->film->slots, sizeof *values);
    for (uint32_t i = 0; values && i < r->film->slots; i++)
        values[i] = first;
    return values;
}

static const char *kept(reading *r, const char *text)
{
    const char *copy = lg_arena_text(&r->film->arena, text, strlen(text));
    r->exhausted = r->exhausted || !copy;
    return copy ? copy : "";
}

static bool ask(reading *r, lg_past_rows *rows, const char *sql)
{
    lg_past_ask(r->past, rows, sql, NULL, 0);
    return !r->exhausted;
}

/* ---- who is who ---- */

static uint32_t seat_named(const lg_contest *c, const char *name)
{
    for (uint32_t i = 0; i < c->seat_count; i++)
        if (c->seats[i].role != LG_SEAT_EXCHANGE && strcmp(c->seats[i].name, name) == 0)
            return i;
    return LG_NONE;
}

static bool is_among(const lg_names *names, const char *name)
{
    for (uint32_t i = 0; i < names->count; i++)
        if (strcmp(names->items[i], name) == 0)
            return true;
    return false;
}

/* A seat that the templates play has no agent of its name: then the place decides. */
static uint32_t seat_by_place(const reading *r, const lg_asset *asset)
{
    const lg_contest *c = r->contest;
    for (uint32_t i = 0; i < c->seat_count; i++) {
        const lg_contest_seat *seat = &c->seats[i];
        if (seat->role != LG_SEAT_TRADER)
            continue;
        if (strcmp(seat->name, asset->name) == 0 || is_among(&seat->assets, asset->name))
            return i;
        for (uint32_t a = asset->area; a != LG_NONE; a = r->site.areas[a].parent)
            if (is_among(&seat->assets, r->site.areas[a].name) ||
                (!seat->assets.count && strcmp(seat->name, r->site.areas[a].name) == 0))
                return i;
    }
    return LG_NONE;
}

static void read_agents(reading *r)
{
    lg_past_rows rows;
    ask(r, &rows, "SELECT count(*) FROM agents");
    if (lg_past_next(&rows))
        r->agent_count = (uint32_t)lg_past_int(&rows, 0);
    lg_past_drop(&rows);
    r->seat_of_agent = room(r, r->agent_count, sizeof *r->seat_of_agent);
    for (uint32_t i = 0; r->seat_of_agent && i < r->agent_count; i++)
        r->seat_of_agent[i] = LG_NONE;
    for (ask(r, &rows, "SELECT agent, name FROM agents"); !r->exhausted && lg_past_next(&rows);)
        if (lg_past_int(&rows, 0) < r->agent_count)
            r->seat_of_agent[lg_past_int(&rows, 0)] =
                seat_named(r->contest, lg_past_text(&rows, 1));
    lg_past_drop(&rows);
}

static void read_assets(reading *r)
{
    lg_past_rows rows;
    lg_past_site(r->past, &r->film->arena, &r->site);
    lg_err err;
    if (lg_past_status(r->past, &err) != LG_OK)
        return;
    uint32_t count = r->site.asset_count;
    r->seat_of_asset = room(r, count, sizeof *r->seat_of_asset);
    r->is_utility = room(r, count, sizeof *r->is_utility);
    r->is_battery = room(r, count, sizeof *r->is_battery);
    if (r->exhausted)
        return;
    for (uint32_t i = 0; i < count; i++)
        r->seat_of_asset[i] = seat_by_place(r, &r->site.assets[i]);
    for (ask(r, &rows, "SELECT asset, agent, role, type FROM assets"); lg_past_next(&rows);) {
        int64_t asset = lg_past_int(&rows, 0), agent = lg_past_int(&rows, 1);
        if (asset < 0 || asset >= count)
            continue;
        const char *role = lg_past_text(&rows, 2);
        r->is_utility[asset] = strcmp(role, "bus") == 0 || strcmp(role, "market_maker") == 0;
        r->is_battery[asset] = strcmp(lg_past_text(&rows, 3), "storage") == 0;
        if (!lg_past_is_null(&rows, 1) && agent < r->agent_count &&
            r->seat_of_agent[agent] != LG_NONE)
            r->seat_of_asset[asset] = r->seat_of_agent[agent];
    }
    lg_past_drop(&rows);
}

/* ---- over time ---- */

static void read_prices(reading *r)
{
    lg_past_rows rows;
    lg_film *f = r->film;
    for (ask(r, &rows,
             "SELECT slot, volume_uct * 1e9 / energy_uwh FROM market_slots "
             "WHERE energy_uwh > 0 AND market = (SELECT community FROM runs)");
         !r->exhausted && lg_past_next(&rows);)
        if (lg_past_int(&rows, 0) >= 0 && lg_past_int(&rows, 0) < f->slots)
            f->price_ct[lg_past_int(&rows, 0)] = lg_past_real(&rows, 1) / UCT_PER_CT;
    lg_past_drop(&rows);
}

static double ct_of(int64_t uct)
{
    return uct == LG_UTILITY_NONE ? NAN : (double)uct / UCT_PER_CT;
}

static int64_t rate_of(const lg_past_rows *rows, int column)
{
    return lg_past_is_null(rows, column) ? LG_UTILITY_NONE : lg_past_int(rows, column);
}

/* With the fees between: as they are in the prices of that market. */
static void read_utility(reading *r, int64_t community, bool constant)
{
    lg_past_rows rows;
    lg_film *f = r->film;
    lg_past_ask_utility(r->past, &rows, community, constant);
    while (!r->exhausted && lg_past_next(&rows)) {
        int64_t slot = lg_past_int(&rows, 0);
        if (slot < 0 || slot >= f->slots)
            continue;
        const lg_utility_rates own = {.asks_uct = rate_of(&rows, 1), .pays_uct = rate_of(&rows, 2)};
        const lg_utility_rates here =
            lg_utility_seen(own, constant, lg_past_int(&rows, 4), lg_past_int(&rows, 3));
        f->utility_ct[slot] = ct_of(here.asks_uct);
        f->feed_in_ct[slot] = ct_of(here.pays_uct);
    }
    lg_past_drop(&rows);
}

static void read_slots(reading *r)
{
    lg_past_rows rows;
    lg_film *f = r->film;
    int64_t community = -1;
    bool constant = true;
    ask(r, &rows,
        "SELECT (SELECT count(*) FROM slots), name, community, fee_kind = 'constant' FROM runs "
        "LEFT JOIN areas ON area = community");
    if (lg_past_next(&rows)) {
        f->slots = (uint32_t)lg_past_int(&rows, 0);
        f->community = kept(r, lg_past_text(&rows, 1));
        community = lg_past_int(&rows, 2);
        constant = lg_past_int(&rows, 3) != 0;
    }
    lg_past_drop(&rows);
    f->at_ms = room(r, f->slots, sizeof *f->at_ms);
    f->price_ct = series(r, NAN);
    f->utility_ct = series(r, NAN);
    f->feed_in_ct = series(r, NAN);
    for (ask(r, &rows, "SELECT slot, start_ms FROM slots"); !r->exhausted && lg_past_next(&rows);)
        if (lg_past_int(&rows, 0) >= 0 && lg_past_int(&rows, 0) < f->slots)
            f->at_ms[lg_past_int(&rows, 0)] = lg_past_int(&rows, 1);
    lg_past_drop(&rows);
    if (r->exhausted)
        return;
    read_prices(r);
    read_utility(r, community, constant);
}

static void read_batteries(reading *r)
{
    lg_past_rows rows;
    lg_film *f = r->film;
    for (ask(r, &rows,
             "SELECT slot, asset, stored_uwh FROM asset_slots WHERE stored_uwh IS NOT NULL");
         !r->exhausted && lg_past_next(&rows);) {
        int64_t slot = lg_past_int(&rows, 0), asset = lg_past_int(&rows, 1);
        if (slot < 0 || slot >= f->slots || asset < 0 || asset >= r->site.asset_count ||
            !r->is_battery[asset] || r->seat_of_asset[asset] == LG_NONE)
            continue;
        lg_film_seat *seat = &f->seats[r->seat_of_asset[asset]];
        if (!seat->stored_kWh && !(seat->stored_kWh = series(r, 0)))
            break;
        seat->stored_kWh[slot] += (double)lg_past_int(&rows, 2) / UWH_PER_KWH;
    }
    lg_past_drop(&rows);
}

/* ---- money ---- */

/* One side of a trade. */
typedef struct side {
    uint32_t slot;
    int64_t asset, other;
    int64_t energy_uwh, money_uct;
    bool buys;
} side;

static void add_side(reading *r, const side *t, int64_t fees_uct)
{
    lg_film *f = r->film;
    uint32_t who = r->seat_of_asset[t->asset], with = r->seat_of_asset[t->other];
    if (who == LG_NONE)
        return;
    lg_film_seat *seat = &f->seats[who];
    lg_film_hour *hour = &seat->hours[f->at_ms[t->slot] / 3600000 % 24];
    uint32_t at = with != LG_NONE ? with : f->seat_count + !r->is_utility[t->other];
    lg_film_partner *partner = &seat->partners[at];
    seat->cost_EUR[t->slot] += (double)(t->buys ? t->money_uct : -t->money_uct) / UCT_PER_EUR;
    if (t->buys) {
        seat->fees_uct += fees_uct; /* who buys pays them */
        hour->bought_uwh += t->energy_uwh;
        hour->paid_uct += t->money_uct;
        partner->bought_uwh += t->energy_uwh;
        partner->paid_uct += t->money_uct;
    } else {
        hour->sold_uwh += t->energy_uwh;
        hour->earned_uct += t->money_uct;
        partner->sold_uwh += t->energy_uwh;
        partner->earned_uct += t->money_uct;
    }
}

static void read_trades(reading *r)
{
    lg_past_rows rows;
    lg_film *f = r->film;
    ask(r, &rows,
        "SELECT slot, seller, buyer, energy_uwh, paid_uct, earned_uct, fees_uct FROM trades");
    while (!r->exhausted && lg_past_next(&rows)) {
        int64_t slot = lg_past_int(&rows, 0), seller = lg_past_int(&rows, 1),
                buyer = lg_past_int(&rows, 2), count = r->site.asset_count;
        if (slot < 0 || slot >= f->slots || seller < 0 || seller >= count || buyer < 0 ||
            buyer >= count)
            continue;
        const side sides[] = {
            {(uint32_t)slot, buyer, seller, lg_past_int(&rows, 3), lg_past_int(&rows, 4), true},
            {(uint32_t)slot, seller, buyer, lg_past_int(&rows, 3), lg_past_int(&rows, 5), false},
        };
        for (int i = 0; i < 2; i++)
            add_side(r, &sides[i], lg_past_int(&rows, 6));
    }
    lg_past_drop(&rows);
    for (uint32_t i = 0; i < f->seat_count && !r->exhausted; i++)
        for (uint32_t k = 1; k < f->slots; k++)
            f->seats[i].cost_EUR[k] += f->seats[i].cost_EUR[k - 1];
}

static void make_seats(reading *r)
{
    lg_film *f = r->film;
    f->seat_count = r->contest->seat_count;
    f->seats = room(r, f->seat_count, sizeof *f->seats);
    for (uint32_t i = 0; !r->exhausted && i < f->seat_count; i++) {
        lg_film_seat *seat = &f->seats[i];
        seat->units_most = -1;
        seat->cost_EUR = series(r, 0);
        seat->partner_count = f->seat_count + 2;
        seat->partners = room(r, seat->partner_count, sizeof *seat->partners);
        for (uint32_t k = 0; seat->partners && k < seat->partner_count; k++)
            seat->partners[k].name = k < f->seat_count    ? r->contest->seats[k].name
                                     : k == f->seat_count ? "the utility"
                                                          : "neighbours";
    }
}

/* ---- conduct ---- */

static uint32_t seat_of(const reading *r, int64_t agent)
{
    return agent >= 0 && agent < r->agent_count ? r->seat_of_agent[agent] : LG_NONE;
}

static void read_conduct(reading *r)
{
    lg_past_rows rows;
    if (!lg_past_has(r->past, "refusals"))
        return;
    for (ask(r, &rows, "SELECT agent, units_most FROM conduct"); lg_past_next(&rows);) {
        uint32_t seat = seat_of(r, lg_past_int(&rows, 0));
        if (seat != LG_NONE && !lg_past_is_null(&rows, 1))
            r->film->seats[seat].units_most = lg_past_int(&rows, 1);
    }
    lg_past_drop(&rows);
    ask(r, &rows,
        "SELECT agent, name, text, commands FROM refusals JOIN statuses USING (status) "
        "ORDER BY agent, commands DESC, status");
    while (!r->exhausted && lg_past_next(&rows)) {
        uint32_t at = seat_of(r, lg_past_int(&rows, 0));
        if (at == LG_NONE)
            continue;
        lg_film_seat *seat = &r->film->seats[at];
        if (!seat->refusals)
            seat->refusals = room(r, LG_STATUS_COUNT, sizeof *seat->refusals);
        if (seat->refusals && seat->refusal_count < LG_STATUS_COUNT)
            seat->refusals[seat->refusal_count++] = (lg_film_refusal){
                .code = kept(r, lg_past_text(&rows, 1)),
                .text = kept(r, lg_past_text(&rows, 2)),
                .commands = lg_past_int(&rows, 3),
            };
    }
    lg_past_drop(&rows);
}

static void read_refused(reading *r)
{
    lg_past_rows rows;
    if (!lg_past_has(r->past, "refused_commands"))
        return;
    ask(r, &rows,
        "SELECT r.agent, coalesce(r.slot, -1), r.tick, c.name, coalesce(a.name, m.name, ''), "
        "s.name, "
        "r.energy_uwh, r.amount, r.asked, r.allowed FROM refused_commands r JOIN commands c USING "
        "(command) JOIN statuses s USING (status) LEFT JOIN assets a ON a.asset = r.asset LEFT "
        "JOIN "
        "areas m ON m.area = r.area ORDER BY r.agent, r.nth");
    while (!r->exhausted && lg_past_next(&rows)) {
        uint32_t at = seat_of(r, lg_past_int(&rows, 0));
        if (at == LG_NONE)
            continue;
        lg_film_seat *seat = &r->film->seats[at];
        if (!seat->refused)
            seat->refused = room(r, LG_FILM_REFUSED_MAX, sizeof *seat->refused);
        if (!seat->refused || seat->refused_count == LG_FILM_REFUSED_MAX)
            continue;
        int64_t slot = lg_past_int(&rows, 1);
        seat->refused[seat->refused_count++] = (lg_film_refused){
            .slot = slot < 0 ? LG_NONE : (uint32_t)slot,
            .tick = (uint32_t)lg_past_int(&rows, 2),
            .command = kept(r, lg_past_text(&rows, 3)),
            .node = kept(r, lg_past_text(&rows, 4)),
            .code = kept(r, lg_past_text(&rows, 5)),
            .energy_uwh = lg_past_int(&rows, 6),
            .rate_uct = lg_past_int(&rows, 7),
            .asked = lg_past_int(&rows, 8),
            .allowed = lg_past_int(&rows, 9),
        };
    }
    lg_past_drop(&rows);
}

static void read_lines(reading *r)
{
    lg_past_rows rows;
    for (ask(r, &rows, "SELECT slot, tick, who, message FROM log ORDER BY seq");
         !r->exhausted && lg_past_next(&rows);) {
        uint32_t at = seat_named(r->contest, lg_past_text(&rows, 2));
        if (at == LG_NONE)
            continue;
        lg_film_seat *seat = &r->film->seats[at];
        if (!seat->lines)
            seat->lines = room(r, LG_FILM_LINES_MAX, sizeof *seat->lines);
        seat->lines_more = seat->line_count == LG_FILM_LINES_MAX;
        if (seat->lines && !seat->lines_more)
            seat->lines[seat->line_count++] = (lg_film_line){
                .slot = (uint32_t)lg_past_int(&rows, 0),
                .tick = (uint32_t)lg_past_int(&rows, 1),
                .text = kept(r, lg_past_text(&rows, 3)),
            };
    }
    lg_past_drop(&rows);
}

static lg_status read_all(reading *r, lg_err *err)
{
    void (*const steps[])(reading *) = {read_agents,  read_assets,    read_slots,
                                        make_seats,   read_batteries, read_trades,
                                        read_conduct, read_refused,   read_lines};
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        lg_status status = lg_past_status(r->past, err);
        if (status != LG_OK)
            return status;
        if (r->exhausted)
            return lg_fail(err, LG_MEMORY, "out of memory");
        steps[i](r);
    }
    return r->exhausted ? lg_fail(err, LG_MEMORY, "out of memory") : lg_past_status(r->past, err);
}

lg_status lg_film_read(lg_mem *mem, const lg_contest *contest, const char *folder, lg_film *film,
                       lg_err *err)
{
    reading r = {.film = film, .contest = contest};
    *film = (lg_film){.mem = mem, .community = ""};
    lg_arena_init(&film->arena, mem, ARENA_BLOCK);
    lg_status status = lg_past_open(mem, folder, err, &r.past);
    if (status == LG_OK)
        status = read_all(&r, err);
    lg_past_close(r.past);
    return status;
}

void lg_film_fini(lg_film *film)
{
    lg_arena_drop(&film->arena);
}
