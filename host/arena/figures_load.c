/* Decimals of game.json are exact, and so are the integers they are read back as: up to 2^53 of the
 * smallest unit, 90 million EUR or 9 GWh. */
#include "arena/figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "grid/site.h"

#define KWH 1e9
#define EUR 1e8
#define CT  1e6

static int64_t integer_of(const lg_conf *table, const char *key, double unit)
{
    double value = lg_keys_number(table, key, 0) * unit;
    return value > -9e15 && value < 9e15 ? (int64_t)llround(value) : 0;
}

static lg_outcome outcome_of(const char *word)
{
    for (int i = LG_OUTCOME_OK; i <= LG_OUTCOME_MEMORY; i++)
        if (strcmp(lg_outcome_name((lg_outcome)i), word) == 0)
            return (lg_outcome)i;
    return LG_OUTCOME_OK;
}

static void load_seat(const lg_conf *conf, lg_seat_figures *seat)
{
    const lg_conf *bound = lg_conf_get(conf, "bound_EUR");
    *seat = (lg_seat_figures){
        .outcome = outcome_of(lg_keys_text(conf, "outcome", "ok")),
        .code = lg_keys_text(conf, "code", ""),
        .given_up_slot = (uint32_t)lg_keys_number(conf, "given_up_slot", LG_NONE),
        .taken_over = lg_keys_text(conf, "taken_over_by", ""),
        .faults = (uint64_t)lg_keys_number(conf, "faults", 0),
        .breaches = (uint64_t)lg_keys_number(conf, "breaches", 0),
        .refused = (uint64_t)lg_keys_number(conf, "refused", 0),
        .bill_uct = integer_of(conf, "bill_EUR", EUR),
        .unserved_uct = integer_of(conf, "unserved_EUR", EUR),
        .bought_uwh = integer_of(conf, "bought_kWh", KWH),
        .sold_uwh = integer_of(conf, "sold_kWh", KWH),
        .unserved_uwh = integer_of(conf, "unserved_kWh", KWH),
        .stored_start_uwh = integer_of(conf, "stored_start_kWh", KWH),
        .stored_end_uwh = integer_of(conf, "stored_end_kWh", KWH),
        .stored = {.missing_uct = integer_of(conf, "stored_missing_ct_per_kWh", CT),
                   .extra_uct = integer_of(conf, "stored_extra_ct_per_kWh", CT)},
        .cost_uct = integer_of(conf, "cost_EUR", EUR),
        .has_bound = bound && bound->type == LG_CONF_NUMBER,
        .bound_uct = integer_of(conf, "bound_EUR", EUR),
        .fees_uct = integer_of(conf, "fees_EUR", EUR),
        .peak_import_uwh = integer_of(conf, "peak_import_kWh", KWH),
    };
}

static void load_run(const lg_conf *root, lg_figures *f)
{
    const lg_conf *community = lg_conf_get(root, "community");
    f->slots = (uint32_t)lg_keys_number(root, "slots", 0);
    f->slot_s = (uint32_t)lg_keys_number(root, "slot_seconds", 0);
    f->trades = (uint64_t)lg_keys_number(root, "trades", 0);
    f->run_hash = lg_keys_text(root, "run_hash", "");
    f->community = lg_keys_text(community, "area", "");
    f->produced_uwh = integer_of(community, "produced_kWh", KWH);
    f->consumed_own_uwh = integer_of(community, "consumed_own_kWh", KWH);
    f->demanded_uwh = integer_of(community, "demanded_kWh", KWH);
    f->unserved_uwh = integer_of(community, "unserved_kWh", KWH);
    f->peak_import_uwh = integer_of(community, "peak_import_kWh", KWH);
    f->members_bill_uct = integer_of(community, "bill_EUR", EUR);
    f->members_cost_uct = integer_of(community, "cost_EUR", EUR);
    f->members_base_uct = integer_of(community, "base_bill_EUR", EUR);
    f->members_spent_uct = integer_of(community, "spent_EUR", EUR);
    f->welfare.consumer_uct = integer_of(community, "welfare_consumers_EUR", EUR);
    f->welfare.producer_uct = integer_of(community, "welfare_producers_EUR", EUR);
    f->welfare.fees_uct = integer_of(community, "welfare_fees_EUR", EUR);
    f->welfare.total_uct = f->welfare.consumer_uct + f->welfare.producer_uct + f->welfare.fees_uct;
}

lg_status lg_figures_load(lg_mem *mem, const char *file, uint32_t seat_count, lg_figures *figures,
                          lg_err *err)
{
    const lg_conf *root;
    lg_diag diag;
    *figures = (lg_figures){.mem = mem, .run_hash = "", .community = "", .seat_count = seat_count};
    lg_arena_init(&figures->arena, mem, 8192);
    lg_diag_init(&diag, mem);
    lg_status status = lg_conf_read(mem, &figures->arena, file, "game", &diag, &root);
    const char *said = diag.count ? diag.problems[0].text : "out of memory";
    if (status != LG_OK)
        status =
            lg_fail(err, status == LG_MEMORY ? LG_MEMORY : LG_STORE, "%.300s: %.150s", file, said);
    lg_diag_fini(&diag);
    if (status != LG_OK)
        return status;
    const lg_conf *seats = lg_conf_get(root, "seats");
    figures->seats = lg_arena_alloc(&figures->arena, (seat_count + 1) * sizeof *figures->seats);
    if (!figures->seats)
        return lg_fail(err, LG_MEMORY, "out of memory");
    if (!seats || seats->type != LG_CONF_LIST || seats->count != seat_count)
        return lg_fail(err, LG_STORE, "%.300s: expected the figures of %u seats", file, seat_count);
    load_run(root, figures);
    uint32_t index = 0;
    for (const lg_conf *seat = seats->first; seat; seat = seat->next)
        load_seat(seat, &figures->seats[index++]);
    return LG_OK;
}
