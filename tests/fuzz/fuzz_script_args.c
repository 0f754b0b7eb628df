/* libFuzzer target: any bytes as calls of all that a script can call, with arguments of all kinds,
 * on a market that runs. Whatever is called, the script is done within its limits, says the same
 * when it is run again elsewhere in memory, and leaves nothing behind. */
#include <string.h>
#include "fuzz/script_street.h"
#include "fuzz/script_words.h"
#include "support/failing_mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* What can be seen of a run. */
typedef struct seen {
    uint64_t said; /* all that was printed and told */
    lg_stop stop;
    lg_digest digest;
} seen;

static void hear(void *ctx, const lg_agent *agent, const char *line)
{
    seen *s = ctx;
    (void)agent;
    s->said = lg_hash64(s->said, line, strlen(line));
}

static seen run(const lg_text *script)
{
    lg_failing_mem counted;
    seen s = {0};
    street place;
    lg_participant participant;
    const lg_agent_input input = {
        .seed = 1,
        .fault = hear,
        .print = hear,
        .ctx = &s,
        .budget = {.units_per_call = 200000, .memory_bytes = 4 << 20},
    };
    lg_failing_mem_init(&counted);
    street_open(&place, &counted.mem);
    lg_agent *agent = street_agent(&place, script->data, script->length, &input);
    LG_ASSERT(agent);
    lg_agent_participant(agent, &participant);
    LG_ASSERT(lg_turn_join(place.turn, &participant) == LG_OK);
    for (uint32_t slot = 0; slot < 2; slot++) {
        street_open_slot(&place, slot);
        street_run_slot(&place, slot, 2);
    }
    const lg_stopped *stopped = lg_agent_stopped(agent);
    s.stop = stopped ? stopped->why : LG_STOP_NONE;
    s.digest = lg_turn_digest(place.turn);
    lg_agent_free(agent);
    street_close(&place);
    LG_ASSERT(counted.live_bytes == 0);
    return s;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    lg_text script;
    lg_text_init(&script, lg_mem_system());
    script_words(bytes, size, &script);
    LG_ASSERT(!script.failed);
    seen first = run(&script);
    LG_ASSERT(first.stop != LG_STOP_TIME); /* units end a callback long before the clock does */
    if (!lg_stop_may_differ(first.stop)) {
        seen again = run(&script);
        LG_ASSERT(first.said == again.said && first.stop == again.stop &&
                  first.digest.low == again.digest.low && first.digest.high == again.digest.high);
    }
    lg_text_fini(&script);
    return 0;
}
