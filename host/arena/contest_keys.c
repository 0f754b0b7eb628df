/* What a MATCH or LEAGUE file may say. */
#include "arena/contest_keys.h"

#include <string.h>
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define ROLES        "trader|operator|exchange"

static const lg_key common_keys[] = {
    {.name = "$schema", .type = LG_KEY_TEXT, .help = "for editors"},
    {.name = "name", .type = LG_KEY_TEXT, .help = "default: of the file"},
    {.name = "description", .type = LG_KEY_TEXT, .help = "for people"},
    {.name = "scenario", .type = LG_KEY_TEXT, .help = "a file or folder, seen from this file"},
    {.name = "scenarios",
     .type = LG_KEY_LIST,
     .of = "text|scenario",
     .help = "several of them: texts, or tables with file, name, settings, days, slots"},
    {.name = "settings",
     .type = LG_KEY_TABLE,
     .help = "of the scenarios, as --set has them: parameters and dotted keys"},
    {.name = "days",
     .type = LG_KEY_NUMBER,
     .min = 0.001,
     .max = 36600,
     .help = "length of a game; default: 7"},
    {.name = "slots",
     .type = LG_KEY_WHOLE,
     .min = 1,
     .max = 10000000,
     .help = "length of a game in slots, instead of days"},
    {.name = "seats",
     .type = LG_KEY_LIST,
     .required = true,
     .of = "text|seat",
     .help = "tables with name, role, assets, markets, entrant; or names"},
    {.name = "entrants",
     .type = LG_KEY_LIST,
     .required = true,
     .of = "text|entrant",
     .help = "tables with name, script, role, rule, params; or scripts"},
    {.name = "seeds",
     .type = LG_KEY_ANY,
     .of = "seeds",
     .help = "whole numbers; or a table with count and commitment: hidden ones. Default: 1"},
    {.name = "against",
     .type = LG_KEY_TEXT,
     .choices = "seat|all",
     .help =
         "what a seat is compared with: the same game with \"baseline\" in this seat (default), "
         "or in all seats"},
    {.name = "budget",
     .type = LG_KEY_TABLE,
     .of = "budget",
     .help = "what every script may use up, as budget of a scenario's agent"},
    {.name = "sees",
     .type = LG_KEY_TEXT,
     .choices = "all|own",
     .help = "statistics and bills of which markets scripts may see: all (default), or those of "
             "their own surroundings, as sees of a scenario's agent"},
    {.name = "root",
     .type = LG_KEY_TEXT,
     .help = "folder that all files lie in; default: the one they have in common"},
};

static const lg_key match_keys[] = {
    {.name = "turns",
     .type = LG_KEY_TEXT,
     .choices = "rotate|all|none",
     .help = "how entrants take turns in the seats; default: rotate, so that each sits everywhere"},
};

static const lg_key league_keys[] = {
    {.name = "schedule",
     .type = LG_KEY_TEXT,
     .choices = "round_robin|blocks",
     .help = "round_robin (default): all meet equally often; blocks: in so many rounds"},
    {.name = "rounds",
     .type = LG_KEY_WHOLE,
     .min = 1,
     .max = 10000,
     .help = "of blocks: in each every entrant plays every seat once; default: 1"},
    {.name = "measure",
     .type = LG_KEY_TEXT,
     .choices = "score|saving",
     .help = "what ranks go by: score (default), or saving in EUR a day"},
};

static const lg_key scenario_keys[] = {
    {.name = "file", .type = LG_KEY_TEXT, .required = true, .help = "a scenario's file or folder"},
    {.name = "name", .type = LG_KEY_TEXT, .help = "for tables"},
    {.name = "settings", .type = LG_KEY_TABLE, .help = "as of the match, which they add to"},
    {.name = "days", .type = LG_KEY_NUMBER, .min = 0.001, .max = 36600, .help = "as of the match"},
    {.name = "slots", .type = LG_KEY_WHOLE, .min = 1, .max = 10000000, .help = "as of the match"},
};

static const lg_key league_scenario_keys[] = {
    {.name = "family", .type = LG_KEY_TEXT, .help = "what it is summed up with; default: its name"},
};

const lg_key lg__seat_keys[] = {
    {.name = "name",
     .type = LG_KEY_TEXT,
     .required = true,
     .help = "of an agent, area or asset of the scenario; of an exchange any"},
    {.name = "role", .type = LG_KEY_TEXT, .choices = ROLES, .help = "default: trader"},
    {.name = "assets", .type = LG_KEY_TEXTS, .help = "names of assets, and of areas for all below"},
    {.name = "markets", .type = LG_KEY_TEXTS, .help = "names of areas whose fees it sets"},
    {.name = "entrant",
     .type = LG_KEY_TEXT,
     .help = "who always sits here; default: they take turns"},
};

const lg_key lg__entrant_keys[] = {
    {.name = "name", .type = LG_KEY_TEXT, .help = "default: the script's file name"},
    {.name = "role", .type = LG_KEY_TEXT, .choices = ROLES, .help = "default: trader"},
    {.name = "script",
     .type = LG_KEY_TEXT,
     .help = "Lua file beside this one or among those that ship; or \"baseline\""},
    {.name = "rule", .type = LG_KEY_TEXT, .help = "of an exchange: a matching rule"},
    {.name = "params", .type = LG_KEY_TABLE, .help = "of the script"},
};

const lg_key lg__hidden_keys[] = {
    {.name = "count",
     .type = LG_KEY_WHOLE,
     .required = true,
     .min = 1,
     .max = LG__SEEDS_MAX,
     .help = "how many seeds"},
    {.name = "commitment",
     .type = LG_KEY_TEXT,
     .required = true,
     .help = "SHA-256 of the salt they come from"},
};

const uint32_t lg__seat_key_count = COUNT(lg__seat_keys);
const uint32_t lg__entrant_key_count = COUNT(lg__entrant_keys);
const uint32_t lg__hidden_key_count = COUNT(lg__hidden_keys);

static lg__rows join(const lg_key *common, size_t count, const lg_key *more, size_t more_count)
{
    lg__rows all = {.count = (uint32_t)(count + more_count)};
    memcpy(all.items, common, count * sizeof *common);
    if (more_count)
        memcpy(&all.items[count], more, more_count * sizeof *more);
    return all;
}

lg__rows lg__contest_rows(lg_contest_kind kind)
{
    return kind == LG_CONTEST_LEAGUE
               ? join(common_keys, COUNT(common_keys), league_keys, COUNT(league_keys))
               : join(common_keys, COUNT(common_keys), match_keys, COUNT(match_keys));
}

lg__rows lg__scenario_rows(lg_contest_kind kind)
{
    return join(scenario_keys, COUNT(scenario_keys), league_scenario_keys,
                kind == LG_CONTEST_LEAGUE ? COUNT(league_scenario_keys) : 0);
}

void lg_contest_schema(lg_contest_kind kind, lg_text *out)
{
    const lg__rows root = lg__contest_rows(kind), scenario = lg__scenario_rows(kind);
    const lg_keys_part parts[] = {
        {"scenario", scenario.items, scenario.count},
        {"seat", lg__seat_keys, lg__seat_key_count},
        {"entrant", lg__entrant_keys, lg__entrant_key_count},
        {"seeds", lg__hidden_keys, lg__hidden_key_count},
        {"budget", lg_budget_keys, lg_budget_key_count},
    };
    lg_keys_schema(kind == LG_CONTEST_LEAGUE ? "lunagrid league" : "lunagrid match", root.items,
                   root.count, parts, COUNT(parts), out);
}
