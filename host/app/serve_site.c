/* The tree, and the homes with their bills so far. */
#include <stdlib.h>
#include <string.h>
#include "app/members.h"
#include "app/serve_parts.h"
#include "scenario/scenario.h"

static void write_area(const lg_site *site, uint32_t index, lg_text *out)
{
    const lg_area *area = &site->areas[index];
    char uuid[37];
    if (index)
        lg_text_char(out, ',');
    lg_uuid_format(&area->uuid, uuid);
    lg_text_char(out, '{');
    lg_reply_int(out, "area", index);
    lg_reply_str(out, "name", area->name);
    lg_reply_str(out, "uuid", uuid);
    if (area->parent != LG_NONE)
        lg_reply_int(out, "parent", area->parent);
    lg_reply_bool(out, "member", area->member);
    lg_reply_int(out, "areas", area->child_count);
    lg_reply_int(out, "assets", area->asset_count);
    lg_text_char(out, '}');
}

void lg_serve_do_site(lg_serve_call *call)
{
    const lg_site *site = &call->serve->input.scenario->site;
    lg_report report = {.seconds = 0};
    lg_world_report(call->serve->input.world, &report);
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "community", report.course->community);
    lg_reply_int(out, "area_count", site->area_count);
    lg_reply_int(out, "asset_count", site->asset_count);
    lg_reply_int(out, "member_count", lg_members_count(report.members));
    lg_reply_key(out, "areas");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < site->area_count; i++)
        write_area(site, i, out);
    lg_text_str(out, "]}");
    lg_serve_answer(call);
}

/* What is in the batteries of a home, and could be. */
static void write_storages(const lg_serve *s, uint32_t area, lg_text *out)
{
    const lg_site *site = &s->input.scenario->site;
    lg_device_view devices = lg_seats_devices(lg_world_seats(s->input.world));
    double stored = 0, capacity = 0;
    const lg_area *home = &site->areas[area];
    for (uint32_t i = home->asset_first; i < home->asset_first + home->asset_count; i++) {
        const lg_plan *plan =
            site->assets[i].role == LG_ROLE_STORAGE ? devices.plan(devices.ctx, i) : NULL;
        stored += plan ? plan->stored_kWh : 0;
        capacity += plan ? plan->capacity_kWh : 0;
    }
    if (capacity > 0) {
        lg_reply_double(out, "stored_kWh", stored);
        lg_reply_double(out, "capacity_kWh", capacity);
    }
}

static void write_member(lg_serve *s, uint32_t index, lg_text *out)
{
    const lg_member_result *row = &s->bills[index];
    double saved = lg_ledger_saved_percent(row->bill_uct, row->base_bill_uct);
    lg_text_char(out, '{');
    lg_reply_int(out, "area", row->area);
    lg_reply_str(out, "name", s->input.scenario->site.areas[row->area].name);
    lg_reply_str(out, "strategy", row->strategy);
    lg_serve_kwh(out, "bought_kWh", row->bought_uwh);
    lg_serve_kwh(out, "sold_kWh", row->sold_uwh);
    lg_serve_kwh(out, "unserved_kWh", row->unserved_uwh);
    lg_serve_eur(out, "bill_EUR", row->bill_uct);
    lg_serve_eur(out, "baseline_EUR", row->base_bill_uct);
    lg_reply_double(out, "saved_percent", saved);
    const lg_market_stats *last = lg_market_last_stats(lg_world_market(s->input.world), row->area);
    if (last) {
        lg_serve_kwh(out, "last_import_kWh", last->import_uwh);
        lg_serve_kwh(out, "last_export_kWh", last->export_uwh);
    }
    write_storages(s, row->area, out);
    lg_text_char(out, '}');
}

/* Bills of a slot that is running are half a bill: those of the last one that closed count. */
static const lg_member_result *bills_of(lg_serve *s)
{
    s->bills_wanted = true;
    if (!s->bills || (!s->over && lg_world_next(s->input.world).tick == 0))
        s->bills = lg_world_bills(s->input.world);
    return s->bills;
}

bool lg_serve_homes_of(lg_serve_call *call, lg_serve_homes *homes)
{
    char sort[40];
    bool sorted = lg_web_query(call->web->query, "sort", sort, sizeof sort) && *sort;
    *homes = (lg_serve_homes){
        .range = lg_serve_range_of(call, LG_SERVE_ROWS_MAX),
        .area = lg_serve_query(call, "area", LG_NONE),
        .by_saved = sorted && strcmp(sort, "saved") == 0,
    };
    if (sorted && !homes->by_saved)
        lg_serve_refuse(call, 400, "bad_request", "sort is saved, not \"%s\"", sort);
    return !sorted || homes->by_saved;
}

void lg_serve_tally_add(lg_serve_tally *tally, int64_t import_uwh, int64_t export_uwh)
{
    const int64_t least_uwh = LG_KWH_UWH / 2000, net = export_uwh - import_uwh;
    tally->sold += net > least_uwh;
    tally->bought += net < -least_uwh;
    tally->even += net <= least_uwh && net >= -least_uwh;
}

void lg_serve_tally_write(const lg_serve_tally *tally, lg_text *out)
{
    lg_reply_int(out, "last_sold", tally->sold);
    lg_reply_int(out, "last_bought", tally->bought);
    lg_reply_int(out, "last_even", tally->even);
}

/* A home in the order that is asked for. */
typedef struct place {
    uint32_t index;
    int64_t saved_uct;
} place;

static int by_saved(const void *a, const void *b)
{
    const place *x = a, *y = b;
    if (x->saved_uct != y->saved_uct)
        return x->saved_uct > y->saved_uct ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Sums of all homes of whoever asks, who come in @p places. @return how many there are */
static uint32_t sum_up(const lg_serve_call *call, uint32_t count, place *places, lg_text *out)
{
    const lg_serve *s = call->serve;
    lg_serve_tally tally = {.sold = 0};
    int64_t bill = 0, base = 0;
    uint32_t theirs = 0;
    for (uint32_t i = 0; i < count; i++) {
        const lg_member_result *row = &s->bills[i];
        if (!lg_control_owns_area(s->input.control, call->owner, row->area))
            continue;
        bill += row->bill_uct;
        base += row->base_bill_uct;
        places[theirs++] = (place){.index = i, .saved_uct = row->base_bill_uct - row->bill_uct};
        const lg_market_stats *last =
            lg_market_last_stats(lg_world_market(s->input.world), row->area);
        if (last)
            lg_serve_tally_add(&tally, last->import_uwh, last->export_uwh);
    }
    lg_reply_int(out, "member_count", theirs);
    lg_serve_eur(out, "bill_EUR", bill);
    lg_serve_eur(out, "baseline_EUR", base);
    lg_serve_tally_write(&tally, out);
    return theirs;
}

static void write_members(lg_serve *s, const lg_serve_homes *homes, const place *places,
                          uint32_t count, lg_text *out)
{
    uint32_t row = 0, told = 0;
    lg_reply_key(out, "members");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < count; i++) {
        if ((homes->area != LG_NONE && s->bills[places[i].index].area != homes->area) ||
            !lg_serve_is_in(homes->range, row++))
            continue;
        if (told++)
            lg_text_char(out, ',');
        write_member(s, places[i].index, out);
    }
    lg_text_char(out, ']');
}

void lg_serve_do_members(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    lg_report report = {.seconds = 0};
    lg_serve_homes homes;
    if (!lg_serve_homes_of(call, &homes))
        return;
    lg_world_report(s->input.world, &report);
    uint32_t count = lg_members_count(report.members);
    place *places = lg_mem_zalloc(s->mem, count + 1, sizeof *places);
    if (!places) {
        lg_serve_refuse(call, 503, "failed", "out of memory");
        return;
    }
    bills_of(s);
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "slots_done", s->slots);
    uint32_t theirs = sum_up(call, count, places, out);
    if (homes.by_saved)
        qsort(places, theirs, sizeof *places, by_saved);
    write_members(s, &homes, places, theirs, out);
    lg_text_char(out, '}');
    lg_mem_free(s->mem, places, (count + 1) * sizeof *places);
    lg_serve_answer(call);
}

void lg_serve_do_members_csv(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    lg_report report = {.seconds = 0};
    lg_world_report(s->input.world, &report);
    const lg_member_result *bills = bills_of(s);
    lg_text *out = call->out;
    /* of all: routes[] says that it is the organiser's */
    lg_text_str(out, "home,bought_kWh,sold_kWh,unserved_kWh,bill_EUR,baseline_EUR\n");
    for (uint32_t i = 0; i < lg_members_count(report.members); i++) {
        lg_text_csv(out, s->input.scenario->site.areas[bills[i].area].name);
        const struct {
            int64_t value;
            int decimals;
        } cells[] = {{bills[i].bought_uwh, 9},
                     {bills[i].sold_uwh, 9},
                     {bills[i].unserved_uwh, 9},
                     {bills[i].bill_uct, 8},
                     {bills[i].base_bill_uct, 8}};
        for (size_t k = 0; k < sizeof cells / sizeof *cells; k++) {
            lg_text_char(out, ',');
            lg_text_fixed(out, cells[k].value, cells[k].decimals);
        }
        lg_text_char(out, '\n');
    }
    lg_web_answer_text(call->web, 200, "text/csv; charset=utf-8", out);
}
