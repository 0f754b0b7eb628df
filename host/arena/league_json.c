/* league.json: the table, what it was computed from, and what that was made of. */
#include "arena/league.h"

#include <math.h>
#include <string.h>

static void put_text(lg_text *out, const char *key, const char *value)
{
    lg_text_format(out, "\"%s\": ", key);
    lg_text_json(out, value);
}

static void put_number(lg_text *out, const char *key, double value)
{
    lg_text_format(out, ", \"%s\": ", key);
    lg_text_double(out, value);
}

static void put_pairs(lg_text *out, const char *key, const lg_game_pairs *pairs)
{
    lg_text_format(out, "    \"%s\": {", key);
    for (uint32_t i = 0; i < pairs->count; i++) {
        lg_text_str(out, i ? ",\n      " : "\n      ");
        lg_text_json(out, pairs->items[i].key);
        lg_text_str(out, ": ");
        lg_text_json(out, pairs->items[i].value);
    }
    lg_text_str(out, pairs->count ? "\n    }" : "}");
}

static void put_inputs(const lg_league *l, const lg_league_inputs *inputs, lg_text *out)
{
    const lg_contest *c = l->result->contest;
    lg_text_str(out, "  \"inputs\": {\n    ");
    put_text(out, "league", inputs->file_hash);
    lg_text_str(out, ",\n    \"seeds\": [");
    for (uint32_t i = 0; i < c->seed_count; i++)
        lg_text_format(out, "%s%llu", i ? ", " : "", (unsigned long long)c->seeds[i]);
    lg_text_str(out, "],\n");
    if (c->commitment) {
        lg_text_str(out, "    ");
        put_text(out, "commitment", c->commitment);
        lg_text_str(out, ",\n    ");
        put_text(out, "salt", c->salt ? c->salt : "");
        lg_text_str(out, ",\n");
    }
    put_pairs(out, "files", inputs->files);
    lg_text_str(out, ",\n");
    put_pairs(out, "plugins", inputs->plugins);
    lg_text_str(out, "\n  },\n");
}

static void put_cases(const lg_league *l, lg_text *out)
{
    const lg_contest *c = l->result->contest;
    lg_text_str(out, "  \"cases\": [\n");
    for (uint32_t i = 0; i < l->cases; i++) {
        const lg_contest_scenario *s = &c->scenarios[i / c->seed_count];
        lg_text_str(out, "    {");
        put_text(out, "scenario", s->name);
        lg_text_str(out, ", ");
        put_text(out, "family", s->family);
        lg_text_format(out, ", \"seed\": %llu}%s\n",
                       (unsigned long long)c->seeds[i % c->seed_count],
                       i + 1 < l->cases ? "," : "");
    }
    lg_text_str(out, "  ],\n");
}

static void put_outcomes(const lg_result_entrant *e, lg_text *out)
{
    lg_text_format(out, ",\n     \"seats\": %u, \"outcomes\": {", e->games);
    for (int i = LG_OUTCOME_OK; i <= LG_OUTCOME_MEMORY; i++)
        lg_text_format(out, "%s\"%s\": %u", i ? ", " : "", lg_outcome_name((lg_outcome)i),
                       e->outcomes[i]);
    lg_text_format(out, "}, \"faults\": %llu, \"refused\": %llu", (unsigned long long)e->faults,
                   (unsigned long long)e->refused);
}

static void put_row(const lg_league *l, uint32_t index, lg_text *out)
{
    const lg_contest *c = l->result->contest;
    const lg_league_row *row = &l->rows[index];
    uint32_t first = row->rank.same_as;
    lg_text_str(out, "    {");
    put_text(out, "name", c->entrants[index].name);
    lg_text_str(out, ", ");
    put_text(out, "role", lg_seat_role_name(c->entrants[index].role));
    lg_text_str(out, ", ");
    put_text(out, "source", l->hashes[index]);
    if (first != index) {
        lg_text_str(out, ", ");
        put_text(out, "same_as", c->entrants[first].name);
    }
    lg_text_format(out, ",\n     \"rank\": %u, \"better\": %u, \"cases\": %u", row->rank.rank,
                   row->rank.better, row->rank.cases);
    put_number(out, "mean", row->rank.mean);
    put_number(out, "lead", row->rank.lead);
    put_number(out, "lead_low", row->rank.lead_low);
    put_number(out, "lead_high", row->rank.lead_high);
    lg_text_str(out, ",\n     \"place\": ");
    lg_text_format(out, "%u, \"rated_games\": %u", row->place, row->games);
    put_number(out, "mu", row->rating.mu);
    put_number(out, "sigma", row->rating.sigma);
    put_number(out, "rating", lg_rating_ordinal(row->rating));
    put_number(out, "score", row->score);
    put_number(out, "saving_EUR_per_day", row->saving_EUR_per_day);
    put_outcomes(&l->result->entrants[first], out);
    lg_text_str(out, ",\n     \"families\": {");
    for (uint32_t i = 0; i < l->family_count; i++) {
        lg_text_str(out, i ? ", " : "");
        lg_text_json(out, l->families[i]);
        lg_text_str(out, ": ");
        lg_text_double(out, row->families[i]);
    }
    lg_text_str(out, "},\n     \"values\": [");
    for (uint32_t i = 0; i < l->cases; i++) {
        lg_text_str(out, i ? ", " : "");
        lg_text_double(out, l->values[(size_t)first * l->cases + i]);
    }
    lg_text_str(out, "]}");
}

static void put_compared(const lg_league *l, lg_text *out)
{
    const lg_contest *c = l->result->contest;
    bool some = false;
    lg_text_str(out, "  \"pairs\": [\n");
    for (uint32_t a = 0; a < c->entrant_count; a++)
        for (uint32_t b = a + 1; b < c->entrant_count; b++) {
            const lg_rank_pair *pair = &l->pairs[(size_t)a * c->entrant_count + b];
            if (c->entrants[a].role != c->entrants[b].role || l->rows[a].rank.same_as != a ||
                l->rows[b].rank.same_as != b)
                continue;
            lg_text_str(out, some ? ",\n    {" : "    {");
            some = true;
            put_text(out, "a", c->entrants[a].name);
            lg_text_str(out, ", ");
            put_text(out, "b", c->entrants[b].name);
            lg_text_format(out, ", \"cases\": %u", pair->cases);
            put_number(out, "mean", pair->mean);
            put_number(out, "low", pair->low);
            put_number(out, "high", pair->high);
            lg_text_str(out, ", ");
            put_text(out, "better",
                     pair->winner > 0   ? c->entrants[a].name
                     : pair->winner < 0 ? c->entrants[b].name
                                        : "");
            lg_text_char(out, '}');
        }
    lg_text_str(out, some ? "\n  ],\n" : "  ],\n");
}

void lg_league_print(const lg_league *l, const lg_league_inputs *inputs, const char *engine,
                     lg_text *out)
{
    const lg_contest *c = l->result->contest;
    lg_text_str(out, "{\n  ");
    put_text(out, "league", c->name);
    lg_text_str(out, ", ");
    put_text(out, "engine", engine);
    lg_text_str(out, ",\n  ");
    put_text(out, "hash", l->result->hash);
    lg_text_str(out, ",\n  ");
    put_text(out, "measure", lg_measure_name(c->measure));
    lg_text_str(out, ", ");
    put_text(out, "unit", c->measure == LG_MEASURE_SAVING ? "EUR a day and seat" : "points");
    lg_text_str(out, ", ");
    put_text(out, "against", c->against == LG_AGAINST_ALL ? "all" : "seat");
    lg_text_str(out, ", ");
    put_text(out, "schedule", c->blocks ? "blocks" : "round_robin");
    lg_text_format(out, ", \"resamples\": %u, \"resampling_seed\": %d,\n", LG_RANK_RESAMPLES,
                   LG_LEAGUE_SEED);
    put_inputs(l, inputs, out);
    put_cases(l, out);
    lg_text_str(out, "  \"entrants\": [\n");
    for (uint32_t i = 0; i < c->entrant_count; i++) {
        put_row(l, l->order[i], out);
        lg_text_str(out, i + 1 < c->entrant_count ? ",\n" : "\n");
    }
    lg_text_str(out, "  ],\n");
    put_compared(l, out);
    lg_result_print_games(l->result, out);
    lg_text_str(out, "\n}\n");
}
