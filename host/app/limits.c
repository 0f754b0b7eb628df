/* What the script room says of limits, and what workers and paces add. */
#include "app/explain.h"
#include "app/helm.h"
#include "worker/workers.h"

void lg_explain_limits(lg_text *out)
{
    lg_script_limits(out);
    lg_text_str(out, "\nA worker process (explain WORKER_LOST):\n");
    lg_script_limit(out, "to load, of processor time", LG_WORKER_LOAD_S, "s");
    lg_script_limit(out, "beyond seconds_per_call, before its host ends it", LG_WORKER_GRACE_S,
                    "s");
    lg_script_limit(out, "by the clock, as often as long as both", LG_WORKER_PATIENCE, "times");
    lg_script_limit(out, "in silence, in a run with --pace: of what a slot lasts", 50, "%");
    lg_script_limit(out, "... and at least", LG_HELM_PATIENCE_MIN_S, "s");
    lg_script_limit(out, "a callback while a run is done again, of processor time",
                    LG_FOLLOW_SECONDS, "s");
}
