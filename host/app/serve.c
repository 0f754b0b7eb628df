/*
 * What happens is heard from the log, the trades and the end of slots. The page is told some times
 * a second that something has changed, with the sums; it asks for what it shows of the details. So
 * a run at full speed is not held up by those who watch it.
 */
#include "app/serve.h"

#include <math.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "app/serve_parts.h"
#include "base/clock.h"

enum { TELL_MS = 200, FLUSH_MS = 500 };

/* ---- what happens ---- */

/* The kinds of streams that want it. */
static uint32_t kinds_of(uint32_t wanted)
{
    uint32_t kinds = 0;
    for (uint32_t k = 1; k < 8; k++)
        kinds |= k & wanted ? UINT32_C(1) << k : 0;
    return kinds;
}

/* Something of the log, and whom it is about. */
typedef struct about {
    const lg_serve *serve;
    const char *who;
} about;

static bool hears(void *ctx, const void *who)
{
    const about *a = ctx;
    return !a->serve->input.owners || lg_control_hears(a->serve->input.control, who, a->who);
}

static void send_line(lg_serve *s, uint32_t wanted, const char *event, const char *fields,
                      about *of)
{
    uint32_t kinds = kinds_of(wanted);
    if (!lg_web_listeners(s->web, kinds))
        return;
    lg_text out;
    lg_text_init(&out, s->mem);
    lg_text_format(&out, "{\"event\":\"%s\",%s\n", event, fields + 1);
    if (!out.failed)
        lg_web_send_to(s->web, kinds, out.data, out.length, of ? hears : NULL, of);
    lg_text_fini(&out);
}

static void send_page(lg_serve *s, const char *event, const char *data, about *of)
{
    lg_text out;
    if (!lg_web_listeners(s->web, 1u << LG_SERVE_PAGE))
        return;
    lg_text_init(&out, s->mem);
    lg_text_str(&out, "event: ");
    lg_text_str(&out, event);
    lg_text_str(&out, "\ndata: ");
    lg_text_str(&out, data);
    lg_text_str(&out, "\n\n");
    if (!out.failed)
        lg_web_send_to(s->web, 1u << LG_SERVE_PAGE, out.data, out.length, of ? hears : NULL, of);
    lg_text_fini(&out);
}

/* Errors are kept by agent. Those of a tick come in the order of agents: the next one is looked for
 * behind the last. */
static void keep_fault(lg_serve *s, const lg_note *note, const char *line)
{
    const lg_seats *seats = lg_world_seats(s->input.world);
    if (strcmp(note->kind, "fault") != 0 && strcmp(note->kind, "refused") != 0)
        return;
    for (uint32_t i = 0; i < s->fault_count; i++) {
        uint32_t seat = (s->fault_last + i) % s->fault_count;
        if (strcmp(lg_seats_view(seats, seat).name, note->who) != 0)
            continue;
        s->fault_last = seat;
        char **place = &s->faults[seat].lines[s->faults[seat].count++ % LG_SERVE_FAULTS];
        lg_mem_strfree(s->mem, *place);
        *place = lg_mem_strdup(s->mem, line);
        return;
    }
}

static void heard_log(void *ctx, const lg_note *note, const char *line)
{
    lg_serve *s = ctx;
    if (!s->web)
        return;
    about of = {s, note->who};
    keep_fault(s, note, line);
    send_page(s, "log", line, &of);
    send_line(s, LG_SERVE_LOG, "log", line, &of);
}

static void tell_trade(lg_serve *s, const lg_trade *t)
{
    const lg_site *site = &s->input.scenario->site;
    lg_text out;
    if (!lg_web_listeners(s->web, kinds_of(LG_SERVE_TRADES))) /* trades are many */
        return;
    lg_text_init(&out, s->mem);
    lg_text_char(&out, '{');
    lg_reply_int(&out, "trade", (int64_t)t->id);
    lg_reply_int(&out, "slot", t->slot);
    lg_reply_int(&out, "tick", t->tick);
    lg_reply_str(&out, "market", site->areas[t->market].name);
    lg_reply_str(&out, "seller", site->assets[t->seller].name);
    lg_reply_str(&out, "buyer", site->assets[t->buyer].name);
    lg_serve_kwh(&out, "energy_kWh", t->energy_uwh);
    for (uint32_t i = 0; i < t->leg_count; i++)
        if (t->legs[i].area == t->market)
            lg_serve_ct(&out, "rate_ct_per_kWh", t->legs[i].rate_uct);
    lg_text_char(&out, '}');
    if (!out.failed)
        send_line(s, LG_SERVE_TRADES, "trade", out.data, NULL);
    lg_text_fini(&out);
}

/* A trade as one of its markets saw it. The rates of both orders are those seen there: an offer has
 * taken up the fees from its own market to here, a bid has left those from its own market up to
 * here. */
static lg_serve_deal deal_in(const lg_trade *t, uint32_t leg)
{
    lg_serve_deal deal = {
        .market = t->legs[leg].area,
        .seller = t->seller,
        .buyer = t->buyer,
        .tick = t->tick,
        .energy_uwh = t->energy_uwh,
        .offer_rate_uct = t->offer_rate_uct,
        .bid_rate_uct = t->bid_rate_uct,
        .rate_uct = t->legs[leg].rate_uct,
    };
    for (uint32_t i = 0; i <= leg; i++)
        deal.offer_rate_uct += t->legs[i].fee_rate_uct;
    for (uint32_t i = leg + 1; i < t->leg_count; i++)
        deal.bid_rate_uct -= t->legs[i].fee_rate_uct;
    return deal;
}

static lg_status heard_trade(void *ctx, const lg_trade *t)
{
    lg_serve *s = ctx;
    if (!s->web || t->type != LG_MARKET_SPOT)
        return LG_OK;
    lg_serve_deals *now = &s->deals[0];
    if (now->slot != t->slot) {
        lg_serve_deals last = s->deals[1];
        s->deals[1] = *now;
        *now = last;
        now->slot = t->slot;
        now->count = 0;
    }
    for (uint32_t i = 0; i < t->leg_count; i++)
        if (LG_GROW(s->mem, now->items, now->capacity, now->count + 1)) /* else it is not shown */
            now->items[now->count++] = deal_in(t, i);
    tell_trade(s, t);
    return LG_OK;
}

static void tell_slot(lg_serve *s, uint32_t slot, int64_t slot_start_ms, lg_digest digest)
{
    char text[40];
    lg_text out;
    lg_text_init(&out, s->mem);
    lg_text_char(&out, '{');
    lg_reply_int(&out, "slot", slot);
    lg_clock_format(slot_start_ms, text);
    lg_reply_str(&out, "time", text);
    lg_digest_format(digest, text);
    lg_reply_str(&out, "digest", text);
    lg_text_char(&out, '}');
    if (!out.failed)
        send_line(s, LG_SERVE_SLOTS, "slot", out.data, NULL);
    lg_text_fini(&out);
}

static lg_status heard_slot(void *ctx, uint32_t slot, int64_t slot_start_ms, lg_digest chain)
{
    lg_serve *s = ctx;
    if (s->web)
        tell_slot(s, slot, slot_start_ms, chain);
    return LG_OK;
}

/* ---- telling ---- */

static void tell(lg_serve *s)
{
    lg_text out;
    lg_text_init(&out, s->mem);
    lg_text_char(&out, '{');
    lg_serve_state(s, &out);
    lg_text_char(&out, '}');
    if (!out.failed)
        send_page(s, "state", out.data, NULL);
    lg_text_fini(&out);
    s->told_ns = lg_loop_now_ns();
    s->due = false;
}

static void tell_if_due(void *ctx)
{
    lg_serve *s = ctx;
    if (s->web && s->due && lg_loop_now_ns() - s->told_ns >= TELL_MS * INT64_C(1000000))
        tell(s);
}

static void see_slot(lg_serve *s)
{
    uint32_t done = lg_world_slots_done(s->input.world);
    if (done == s->slots)
        return;
    s->slots = done;
    lg_report report = {.seconds = 0};
    lg_world_report(s->input.world, &report);
    s->kpi = lg_course_kpi(report.course); /* within a slot what it needs is not counted yet */
    lg_device_view devices = lg_seats_devices(lg_world_seats(s->input.world));
    lg_history_add(&s->history, lg_world_market(s->input.world), &devices, done - 1);
    s->bills = s->bills_wanted ? lg_world_bills(s->input.world) : NULL;
    s->bills_wanted = false;
}

static bool has_moved(const lg_serve *s)
{
    const lg_helm *now = s->input.helm, *then = &s->seen;
    return now->next.slot != then->next.slot || now->next.tick != then->next.tick ||
           now->paused != then->paused || now->stop != then->stop ||
           (now->steps > 0) != (then->steps > 0) || now->behind != then->behind ||
           now->pace.simulated_ms != then->pace.simulated_ms ||
           now->pace.real_ms != then->pace.real_ms;
}

lg_status lg_serve_look(lg_serve *s, lg_err *err)
{
    if (!s->web)
        return LG_OK;
    see_slot(s);
    if (has_moved(s)) {
        lg_serve_books_keep(s);
        s->seen = *s->input.helm;
        s->due = true;
    }
    tell_if_due(s);
    if (s->broken != LG_OK)
        lg_fail(err, s->broken, "what the page has asked for could not be kept");
    return s->broken;
}

void lg_serve_over(lg_serve *s)
{
    if (!s || !s->web)
        return;
    see_slot(s);
    s->bills = lg_world_bills(s->input.world);
    s->over = true;
    tell(s);
}

/* ---- life ---- */

static lg_status open_web(lg_serve *s, lg_err *err)
{
    lg_web_address address;
    lg_status status = lg_web_address_read(s->input.address, &address, err);
    const lg_web_input web = {
        .loop = s->input.loop,
        .address = &address,
        .is_public = lg_serve_is_public,
        .bearer = s->input.owners ? lg_serve_bearer : NULL,
        .asked = lg_serve_asked,
        .ctx = s,
    };
    return status == LG_OK ? lg_web_open(s->mem, &web, err, &s->web) : status;
}

static lg_status set_up(lg_serve *s, lg_err *err)
{
    const lg_listener ears = {.ctx = s, .trade = heard_trade, .slot = heard_slot};
    s->fault_count = lg_seats_count(lg_world_seats(s->input.world));
    s->faults = lg_mem_zalloc(s->mem, s->fault_count, sizeof *s->faults);
    if (!s->faults || !lg_serve_books_init(s) ||
        lg_history_init(&s->history, s->mem, s->input.scenario) != LG_OK ||
        lg_world_listen(s->input.world, &ears) != LG_OK ||
        lg_loop_every(s->input.loop, TELL_MS, tell_if_due, s) != LG_OK)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_status status = open_web(s, err);
    if (status == LG_OK)
        lg_control_listen(s->input.control, heard_log, s);
    return status;
}

lg_status lg_serve_open(lg_mem *mem, const lg_serve_input *input, lg_err *err, lg_serve **out)
{
    *out = NULL;
    lg_serve *s = lg_mem_zalloc(mem, 1, sizeof *s);
    if (!s)
        return lg_fail(err, LG_MEMORY, "out of memory");
    s->mem = mem;
    s->input = *input;
    s->deals[0].slot = s->deals[1].slot = LG_NONE;
    s->slots = lg_world_slots_done(input->world);
    s->kpi.self_sufficiency = s->kpi.self_consumption = NAN;
    *out = s; /* the world and the loop know of it: it is freed after them */
    return set_up(s, err);
}

void lg_serve_url(const lg_serve *s, lg_text *out)
{
    lg_text_format(out, "http://%s/", lg_web_where(s->web));
    if (!s->input.owners)
        lg_text_format(out, "#token=%s", lg_web_token(s->web));
}

void lg_serve_close(lg_serve *s)
{
    if (!s || !s->web)
        return;
    lg_web *web = s->web;
    send_page(s, "end", "{}", NULL);
    s->web = NULL;
    lg_web_close(web, FLUSH_MS);
}

void lg_serve_free(lg_serve *s)
{
    if (!s)
        return;
    for (uint32_t i = 0; i < s->fault_count && s->faults; i++)
        for (int k = 0; k < LG_SERVE_FAULTS; k++)
            lg_mem_strfree(s->mem, s->faults[i].lines[k]);
    lg_mem_free(s->mem, s->faults, s->fault_count * sizeof *s->faults);
    lg_serve_books_fini(s);
    for (int i = 0; i < 2; i++)
        lg_mem_free(s->mem, s->deals[i].items, s->deals[i].capacity * sizeof *s->deals[i].items);
    lg_history_fini(&s->history);
    lg_mem_free(s->mem, s, sizeof *s);
}

bool lg_serve_browse(const char *url)
{
    char program[] = "xdg-open";
    char *words[] = {program, (char *)(uintptr_t)url, NULL};
    pid_t child;
    if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
        return false;
    return posix_spawnp(&child, program, NULL, NULL, words, environ) == 0;
}
