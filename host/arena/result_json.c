/* result.json: every term, not only the sums. */
#include "arena/result.h"

#include <math.h>

enum { KWH_DECIMALS = 9, EUR_DECIMALS = 8 };

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

static void put_number(lg_text *out, const char *key, double value)
{
    lg_text_format(out, ", \"%s\": ", key);
    lg_text_double(out, value);
}

static void put_trader(const lg_result *r, uint32_t game, uint32_t seat, lg_text *out)
{
    const lg_result_game *g = &r->games[game];
    const lg_seat_score *score = lg_result_score(r, game, seat);
    const lg_seat_figures *played = &g->figures->seats[seat],
                          *reference = &g->references[seat]->seats[seat];
    put_fixed(out, "bill_EUR", played->bill_uct, EUR_DECIMALS);
    put_fixed(out, "cost_EUR", played->cost_uct, EUR_DECIMALS);
    put_fixed(out, "baseline_bill_EUR", reference->bill_uct, EUR_DECIMALS);
    put_fixed(out, "baseline_cost_EUR", reference->cost_uct, EUR_DECIMALS);
    if (reference->has_bound)
        put_fixed(out, "bound_cost_EUR", reference->bound_uct, EUR_DECIMALS);
    else
        lg_text_str(out, ", \"bound_cost_EUR\": null");
    put_fixed(out, "saving_EUR", score->saving_uct, EUR_DECIMALS);
    put_number(out, "score", score->score);
    lg_text_str(out, ", ");
    put_text(out, "scored", lg_scored_name(score->scored));
    put_fixed(out, "bought_kWh", played->bought_uwh, KWH_DECIMALS);
    put_fixed(out, "sold_kWh", played->sold_uwh, KWH_DECIMALS);
    put_fixed(out, "unserved_kWh", played->unserved_uwh, KWH_DECIMALS);
    put_fixed(out, "stored_start_kWh", played->stored_start_uwh, KWH_DECIMALS);
    put_fixed(out, "stored_end_kWh", played->stored_end_uwh, KWH_DECIMALS);
}

static void put_operator(const lg_result *r, uint32_t game, uint32_t seat, lg_text *out)
{
    const lg_operator_score *score = lg_result_operator(r, game, seat);
    const lg_seat_figures *played = &r->games[game].figures->seats[seat];
    put_fixed(out, "fees_EUR", played->fees_uct, EUR_DECIMALS);
    put_fixed(out, "peak_import_kWh", played->peak_import_uwh, KWH_DECIMALS);
    put_fixed(out, "peak_reduction_kWh", score->peak_reduction_uwh, KWH_DECIMALS);
    put_number(out, "peak_reduction", score->peak_reduction);
    put_number(out, "revenue_adequacy", score->revenue_adequacy);
    put_fixed(out, "revenue_shortfall_EUR", score->revenue_shortfall_uct, EUR_DECIMALS);
    put_fixed(out, "community_cost_EUR", score->community_cost_uct, EUR_DECIMALS);
    put_number(out, "community_cost", score->community_cost);
    put_number(out, "score", score->score);
}

static void put_seat(const lg_result *r, uint32_t game, uint32_t seat, lg_text *out)
{
    const lg_result_game *g = &r->games[game];
    const lg_contest *c = r->contest;
    const lg_seat_figures *played = &g->figures->seats[seat];
    lg_text_str(out, "      {");
    put_text(out, "seat", c->seats[seat].name);
    lg_text_str(out, ", ");
    put_text(out, "role", lg_seat_role_name(c->seats[seat].role));
    lg_text_str(out, ", ");
    put_text(out, "entrant", c->entrants[g->lineup[seat]].name);
    lg_text_str(out, ", ");
    put_text(out, "against", g->reference_jobs[seat]);
    lg_text_str(out, ", ");
    put_text(out, "outcome", lg_outcome_name(played->outcome));
    lg_text_str(out, ", ");
    put_text(out, "code", played->code);
    if (*played->code) {
        lg_text_format(out, ", \"given_up_slot\": %u, ", played->given_up_slot);
        put_text(out, "taken_over_by", played->taken_over);
    }
    lg_text_format(out, ", \"faults\": %llu, \"breaches\": %llu, \"refused\": %llu",
                   (unsigned long long)played->faults, (unsigned long long)played->breaches,
                   (unsigned long long)played->refused);
    if (c->seats[seat].role == LG_SEAT_TRADER)
        put_trader(r, game, seat, out);
    else if (c->seats[seat].role == LG_SEAT_OPERATOR)
        put_operator(r, game, seat, out);
    else
        put_fixed(out, "saving_EUR", lg_result_score(r, game, seat)->saving_uct, EUR_DECIMALS);
    lg_text_char(out, '}');
}

static double part_of(int64_t part, int64_t whole)
{
    return whole ? (double)part / (double)whole : NAN;
}

static void put_community(const lg_result *r, uint32_t game, lg_text *out)
{
    const lg_figures *f = r->games[game].figures;
    lg_text_str(out, "    \"community\": {");
    put_text(out, "area", f->community);
    put_number(out, "self_sufficiency", part_of(f->consumed_own_uwh, f->demanded_uwh));
    put_number(out, "self_consumption", part_of(f->consumed_own_uwh, f->produced_uwh));
    put_fixed(out, "peak_import_kWh", f->peak_import_uwh, KWH_DECIMALS);
    put_number(out, "peak_import_kW",
               f->slot_s ? (double)f->peak_import_uwh / 1e9 * 3600 / f->slot_s : NAN);
    put_fixed(out, "unserved_kWh", f->unserved_uwh, KWH_DECIMALS);
    put_number(out, "unserved_share", part_of(f->unserved_uwh, f->demanded_uwh));
    put_fixed(out, "bill_EUR", f->members_bill_uct, EUR_DECIMALS);
    put_fixed(out, "cost_EUR", f->members_cost_uct, EUR_DECIMALS);
    put_fixed(out, "bill_without_market_EUR", f->members_base_uct, EUR_DECIMALS);
    put_fixed(out, "welfare_EUR", f->welfare.total_uct, EUR_DECIMALS);
    put_fixed(out, "welfare_consumers_EUR", f->welfare.consumer_uct, EUR_DECIMALS);
    put_fixed(out, "welfare_producers_EUR", f->welfare.producer_uct, EUR_DECIMALS);
    put_fixed(out, "welfare_fees_EUR", f->welfare.fees_uct, EUR_DECIMALS);
    put_number(out, "savings_gini", lg_result_gini(r, game));
    lg_text_str(out, "},\n");
}

static void put_game(const lg_result *r, uint32_t game, lg_text *out)
{
    const lg_result_game *g = &r->games[game];
    const lg_contest *c = r->contest;
    lg_text_str(out, "    {");
    put_text(out, "job", g->job);
    lg_text_str(out, ", ");
    put_text(out, "scenario", c->scenarios[g->scenario].name);
    lg_text_format(out, ", \"seed\": %llu, \"slots\": %u, \"trades\": %llu, ",
                   (unsigned long long)c->seeds[g->seed], g->figures->slots,
                   (unsigned long long)g->figures->trades);
    put_text(out, "run_hash", g->figures->run_hash);
    lg_text_str(out, ",\n    \"seats\": [\n");
    for (uint32_t i = 0; i < c->seat_count; i++) {
        put_seat(r, game, i, out);
        lg_text_str(out, i + 1 < c->seat_count ? ",\n" : "\n    ],\n");
    }
    put_community(r, game, out);
    out->length -= 2; /* the comma and the line's end behind the last */
    lg_text_char(out, '}');
}

static void put_entrant(const lg_result *r, uint32_t index, lg_text *out)
{
    const lg_contest_entrant *entrant = &r->contest->entrants[index];
    const lg_result_entrant *e = &r->entrants[index];
    lg_text_str(out, "    {");
    put_text(out, "name", entrant->name);
    lg_text_str(out, ", ");
    put_text(out, "role", lg_seat_role_name(entrant->role));
    lg_text_str(out, ", ");
    put_text(out, "hash", r->hashes[index]);
    lg_text_format(out, ", \"games\": %u, \"scored\": %u", e->games, e->scored);
    put_number(out, "score", e->score);
    put_number(out, "saving_EUR", e->saving_uct / 1e8);
    lg_text_str(out, ", \"outcomes\": {");
    for (int i = LG_OUTCOME_OK; i <= LG_OUTCOME_MEMORY; i++)
        lg_text_format(out, "%s\"%s\": %u", i ? ", " : "", lg_outcome_name((lg_outcome)i),
                       e->outcomes[i]);
    lg_text_format(out, "}, \"faults\": %llu, \"refused\": %llu}", (unsigned long long)e->faults,
                   (unsigned long long)e->refused);
}

void lg_result_print_games(const lg_result *r, lg_text *out)
{
    lg_text_str(out, "  \"games\": [\n");
    for (uint32_t i = 0; i < r->game_count; i++) {
        put_game(r, i, out);
        lg_text_str(out, i + 1 < r->game_count ? ",\n" : "\n");
    }
    lg_text_str(out, "  ]");
}

void lg_result_print(const lg_result *r, const char *engine, lg_text *out)
{
    const lg_contest *c = r->contest;
    lg_text_str(out, "{\n  ");
    put_text(out, "match", c->name);
    lg_text_str(out, ", ");
    put_text(out, "engine", engine);
    lg_text_str(out, ",\n  ");
    put_text(out, "hash", r->hash);
    lg_text_str(out, ",\n  ");
    put_text(out, "against", c->against == LG_AGAINST_ALL ? "all" : "seat");
    if (c->commitment) {
        lg_text_str(out, ",\n  ");
        put_text(out, "commitment", c->commitment);
        lg_text_str(out, ", ");
        put_text(out, "salt", c->salt ? c->salt : "");
    }
    lg_text_str(out, ",\n");
    lg_result_print_games(r, out);
    lg_text_str(out, ",\n  \"entrants\": [\n");
    for (uint32_t i = 0; i < c->entrant_count; i++) {
        put_entrant(r, i, out);
        lg_text_str(out, i + 1 < c->entrant_count ? ",\n" : "\n");
    }
    lg_text_str(out, "  ]\n}\n");
}
