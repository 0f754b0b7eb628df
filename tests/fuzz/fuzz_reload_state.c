/* libFuzzer target: any bytes as the state that an older version of a script hands to a newer one.
 * What is taken over is written as bytes that hand over the same once more; what is refused says
 * so; the keys of all of it can be told. */
#include <string.h>
#include "fuzz/script_street.h"
#include "script/plain.h"
#include "script/reload.h"
#include "support/failing_mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static const char older[] = "function on_tick() end";
static const char newer[] = "state.fresh = {1}\nfunction on_tick() end\n";
static const char migrating[] = "function on_reload(old) return old end\n";

static void hear(void *ctx, const lg_agent *agent, const char *message)
{
    (void)agent;
    *(bool *)ctx = message[0] != 0;
}

static street place;
static lg_failing_mem counted;
static bool told;
static const lg_agent_input heard = {.seed = 1, .fault = hear, .ctx = &told};

/* A version at work; made once, since handing over does nothing to it. */
static const lg_agent *at_work(void)
{
    static lg_agent *agent;
    if (!agent) {
        lg_failing_mem_init(&counted);
        street_open(&place, &counted.mem);
        agent = street_agent(&place, older, sizeof older - 1, &heard);
        LG_ASSERT(agent);
    }
    return agent;
}

/* The bytes handed to a script of the text @p script; what it has then is in @p out.
 * @return whether it took them over */
static bool hand(const char *script, const lg_text *state, lg_text *out)
{
    lg_err err;
    lg_agent *agent = street_agent(&place, script, strlen(script), &heard);
    const lg_legacy legacy = {.from = lg_agent_figures_of(at_work()),
                              .version = 1,
                              .state = state->data,
                              .state_size = state->length,
                              .moment = street_moment(&place, 0, 0)};
    LG_ASSERT(agent);
    told = false;
    lg_status status = lg_agent_inherit(agent, &legacy);
    LG_ASSERT(status == LG_OK || (status == LG_SCRIPT && told));
    if (status == LG_OK)
        LG_ASSERT(lg_agent_save(agent, out, NULL, &err) == LG_OK &&
                  out->length <= LG_PLAIN_SIZE_MAX);
    lg_agent_free(agent);
    return status == LG_OK;
}

static void tell_keys(const lg_text *state)
{
    lg_text keys;
    lg_text_init(&keys, &counted.mem);
    lg_agent_state_keys(state->data, state->length, 8, &keys);
    lg_text_fini(&keys);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    at_work();
    size_t held = counted.live_bytes;
    lg_text state, once, twice;
    lg_text_init(&state, &counted.mem);
    lg_text_init(&once, &counted.mem);
    lg_text_init(&twice, &counted.mem);
    bool migrates = size && bytes[0] % 2;
    lg_text_bytes(&state, (const char *)bytes + (size > 0), size - (size > 0));
    tell_keys(&state);
    if (hand(migrates ? migrating : newer, &state, &once)) {
        LG_ASSERT(hand(migrating, &once, &twice));
        LG_ASSERT(once.length == twice.length && !memcmp(once.data, twice.data, once.length));
        tell_keys(&once);
    }
    lg_text_fini(&state);
    lg_text_fini(&once);
    lg_text_fini(&twice);
    LG_ASSERT(counted.live_bytes == held);
    return 0;
}
