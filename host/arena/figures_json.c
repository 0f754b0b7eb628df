/* game.json: what is zero for a role is left out, so that each seat's row says what it was about.
 */
#include "arena/figures.h"

#include <string.h>
#include "scenario/scenario.h"

enum { KWH_DECIMALS = 9, EUR_DECIMALS = 8, RATE_DECIMALS = 6 };

static void put_text(lg_text *out, const char *key, const char *value)
{
    lg_text_format(out, "\"%s\": ", key);
    lg_text_json(out, value);
}

static void put_fixed(lg_text *out, const char *key, int64_t value, int decimals)
{
    lg_text_format(out, ", \"%s\": ", key);
    lg_text_fixed(out, value, decimals);
}

static void put_trader(lg_text *out, const lg_game_seat *who, const lg_seat_figures *seat)
{
    put_fixed(out, "bill_EUR", seat->bill_uct, EUR_DECIMALS);
    put_fixed(out, "unserved_EUR", seat->unserved_uct, EUR_DECIMALS);
    put_fixed(out, "bought_kWh", seat->bought_uwh, KWH_DECIMALS);
    put_fixed(out, "sold_kWh", seat->sold_uwh, KWH_DECIMALS);
    put_fixed(out, "unserved_kWh", seat->unserved_uwh, KWH_DECIMALS);
    put_fixed(out, "stored_start_kWh", seat->stored_start_uwh, KWH_DECIMALS);
    put_fixed(out, "stored_end_kWh", seat->stored_end_uwh, KWH_DECIMALS);
    put_fixed(out, "stored_missing_ct_per_kWh", seat->stored.missing_uct, RATE_DECIMALS);
    put_fixed(out, "stored_extra_ct_per_kWh", seat->stored.extra_uct, RATE_DECIMALS);
    put_fixed(out, "cost_EUR", seat->cost_uct, EUR_DECIMALS);
    if (seat->has_bound)
        put_fixed(out, "bound_EUR", seat->bound_uct, EUR_DECIMALS);
    else if (strcmp(who->entrant, LG_SCRIPT_BASELINE) == 0)
        lg_text_str(out, ", \"bound_EUR\": null");
}

static void put_operator(lg_text *out, const lg_seat_figures *seat)
{
    put_fixed(out, "fees_EUR", seat->fees_uct, EUR_DECIMALS);
    put_fixed(out, "peak_import_kWh", seat->peak_import_uwh, KWH_DECIMALS);
}

static void put_seat(lg_text *out, const lg_game_seat *seat, const lg_seat_figures *figures)
{
    lg_text_str(out, "    {");
    put_text(out, "seat", seat->name);
    lg_text_str(out, ", ");
    put_text(out, "role", lg_seat_role_name(seat->role));
    lg_text_str(out, ", ");
    put_text(out, "entrant", seat->entrant);
    lg_text_str(out, ", ");
    put_text(out, "outcome", lg_outcome_name(figures->outcome));
    lg_text_str(out, ", ");
    put_text(out, "code", figures->code);
    if (figures->given_up_slot != LG_NONE) {
        lg_text_format(out, ", \"given_up_slot\": %u, ", figures->given_up_slot);
        put_text(out, "taken_over_by", figures->taken_over);
    }
    lg_text_format(out, ", \"faults\": %llu, \"breaches\": %llu, \"refused\": %llu",
                   (unsigned long long)figures->faults, (unsigned long long)figures->breaches,
                   (unsigned long long)figures->refused);
    if (seat->role == LG_SEAT_TRADER)
        put_trader(out, seat, figures);
    else if (seat->role == LG_SEAT_OPERATOR)
        put_operator(out, figures);
    lg_text_char(out, '}');
}

void lg_figures_print(const lg_figures *f, const lg_game *game, const char *name, lg_text *out)
{
    lg_text_str(out, "{\n  ");
    put_text(out, "job", name);
    lg_text_str(out, ",\n  ");
    put_text(out, "engine", game->engine);
    lg_text_str(out, ",\n  ");
    put_text(out, "scenario", game->scenario);
    lg_text_format(
        out, ",\n  \"seed\": %llu, \"slots\": %u, \"slot_seconds\": %u, \"trades\": %llu",
        (unsigned long long)game->seed, f->slots, f->slot_s, (unsigned long long)f->trades);
    lg_text_str(out, ",\n  ");
    put_text(out, "run_hash", f->run_hash);
    lg_text_str(out, ",\n  \"seats\": [\n");
    for (uint32_t i = 0; i < game->seat_count; i++) {
        put_seat(out, &game->seats[i], &f->seats[i]);
        lg_text_str(out, i + 1 < game->seat_count ? ",\n" : "\n");
    }
    lg_text_str(out, "  ],\n  \"community\": {");
    put_text(out, "area", f->community);
    put_fixed(out, "produced_kWh", f->produced_uwh, KWH_DECIMALS);
    put_fixed(out, "consumed_own_kWh", f->consumed_own_uwh, KWH_DECIMALS);
    put_fixed(out, "demanded_kWh", f->demanded_uwh, KWH_DECIMALS);
    put_fixed(out, "unserved_kWh", f->unserved_uwh, KWH_DECIMALS);
    put_fixed(out, "peak_import_kWh", f->peak_import_uwh, KWH_DECIMALS);
    put_fixed(out, "bill_EUR", f->members_bill_uct, EUR_DECIMALS);
    put_fixed(out, "cost_EUR", f->members_cost_uct, EUR_DECIMALS);
    put_fixed(out, "base_bill_EUR", f->members_base_uct, EUR_DECIMALS);
    put_fixed(out, "spent_EUR", f->members_spent_uct, EUR_DECIMALS);
    put_fixed(out, "welfare_consumers_EUR", f->welfare.consumer_uct, EUR_DECIMALS);
    put_fixed(out, "welfare_producers_EUR", f->welfare.producer_uct, EUR_DECIMALS);
    put_fixed(out, "welfare_fees_EUR", f->welfare.fees_uct, EUR_DECIMALS);
    lg_text_str(out, "}\n}\n");
}
