/* The values come from where they are enforced; here they are put side by side. */
#include "script/state.h"

void lg_script_limit(lg_text *out, const char *what, double value, const char *unit)
{
    lg_text_format(out, "  %-60s %10.10g%s%s\n", what, value, *unit ? " " : "", unit);
}

static void put_settable(lg_text *out)
{
    lg_text_str(out, "Set by an agent's budget (see the key budget); unless it does:\n");
    lg_script_limit(out, "seconds_per_call, in the host's process", LG_BUDGET_SECONDS, "s");
    lg_script_limit(out, "seconds_per_call, in a worker", LG_BUDGET_SECONDS_WORKER, "s");
    lg_text_format(out, "  %-60s %10s\n", "seconds_at_load", "the same");
    lg_script_limit(out, "seconds_grace, of a worker beyond these, before its host ends it",
                    LG_BUDGET_SECONDS_GRACE, "s");
    lg_script_limit(out, "patience, as often as long a worker may take by the clock",
                    LG_BUDGET_PATIENCE, "times");
    lg_text_format(out, "  %-60s %10s\n", "units_per_call", "not counted");
    lg_script_limit(out, "bank", 0, "units");
    lg_script_limit(out, "units_at_load, where units_per_call is given",
                    (double)LG_BUDGET_UNITS_AT_LOAD, "units");
    lg_script_limit(out, "memory_MB", (double)(LG_BUDGET_MEMORY >> 20), "MiB");
    lg_script_limit(out, "... and more for each asset it commands",
                    (double)LG_BUDGET_MEMORY_PER_ASSET, "bytes");
    lg_script_limit(out, "... and for each of the scenario",
                    (double)LG_BUDGET_MEMORY_PER_SITE_ASSET, "bytes");
    lg_script_limit(out, "output_bytes", LG_BUDGET_OUTPUT, "bytes");
    lg_script_limit(out, "breaches_a_day, callbacks that take more units: the last gives it up", 1,
                    "");
    lg_script_limit(out, "faults_in_a_row", LG_BUDGET_FAULTS, "errors");
}

static void put_fixed(lg_text *out)
{
    lg_text_str(out, "\nThe same for all scripts:\n");
    lg_script_limit(out, "text of a script or module", LG_SOURCE_MAX, "bytes");
    lg_script_limit(out, "a text that a script makes", LG_SCRIPT_TEXT_MAX, "bytes");
    lg_script_limit(out, "a part of a table, a stack, a text under construction", LG_BLOCK_MAX,
                    "bytes");
    lg_script_limit(out, "... and more for each asset of the scenario", LG_BLOCK_MAX_PER_ASSET,
                    "bytes");
    lg_script_limit(out, "of these, refused in one callback", LG_TOO_LARGE_MAX, "times");
    lg_script_limit(out, "fields that are read one behind the other", LG_LINKS_MAX, "");
    lg_script_limit(out, "metatables at a time", LG_METATABLES_MAX, "");
    lg_script_limit(out, "lines that print() writes in one callback", LG_PRINT_LINES_MAX, "lines");
    lg_script_limit(out, "a line of print()", LG_PRINT_LINE_MAX, "bytes");
    lg_script_limit(out, "execute() in one callback", LG_EXECUTES_MAX, "times");
    lg_script_limit(out, "callbacks in a row that ran out of stack", LG_EXHAUSTED_MAX, "");
    lg_text_str(out, "\nA batch (explain LIMIT):\n");
    lg_script_limit(out, "commands for each asset and market it commands",
                    LG_DESK_COMMANDS_PER_NODE, "");
    lg_script_limit(out, "... and at least", LG_DESK_COMMANDS_MIN, "");
    lg_script_limit(out, "slots of forecasts and measurements", LG_DESK_VALUES_MIN, "");
    lg_script_limit(out, "... more for each asset and market", LG_DESK_VALUES_PER_NODE, "");
    lg_script_limit(out, "... and at most", LG_DESK_VALUES_MAX, "");
    lg_script_limit(out, "requirements and attributes", LG_DESK_TERMS_MIN, "bytes");
    lg_script_limit(out, "... more for each asset and market", LG_DESK_TERMS_PER_NODE, "bytes");
    lg_script_limit(out, "... and at most", LG_DESK_TERMS_MAX, "bytes");
}

void lg_script_limits(lg_text *out)
{
    put_settable(out);
    put_fixed(out);
}
