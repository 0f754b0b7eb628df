/* What the script room says of limits, and what workers and paces add. */
#include "app/explain.h"
#include "app/helm.h"
#include "app/watch.h"
#include "scenario/scenario.h"
#include "worker/workers.h"

void lg_explain_limits(lg_text *out)
{
    lg_script_limits(out);
    lg_text_str(out, "\nSet by the scenario; unless it does:\n");
    lg_script_limit(out, "worker_silence, in a run with --pace (explain WORKER_LOST)",
                    LG_SCENARIO_WORKER_SILENCE, "slots");
    lg_script_limit(out, "... and at least", LG_HELM_PATIENCE_MIN_S, "s");
    lg_script_limit(out, "reload_seconds, to load and try out a newer version, each",
                    LG_SCENARIO_RELOAD_SECONDS, "s");
    lg_script_limit(out, "reload_probation", LG_SCENARIO_RELOAD_PROBATION, "ticks");
    lg_text_str(out, "\nA worker process, the same for all:\n");
    lg_script_limit(out, "to start and to compile, beyond seconds_at_load", LG_WORKER_START_S, "s");
    lg_text_str(out, "\nOf watched files (run --watch), the same for all:\n");
    lg_script_limit(out, "without a change, before one is read", LG_WATCH_SETTLE_MS, "ms");
    lg_script_limit(out, "between two ticks, after which the next reload waits", LG_WATCH_PAUSE_MS,
                    "ms");
    lg_text_str(out, "\nOf a run that is done again (verify, resume, fork):\n");
    lg_script_limit(out, "a callback while a run is done again, of processor time",
                    LG_FOLLOW_SECONDS, "s");
}
