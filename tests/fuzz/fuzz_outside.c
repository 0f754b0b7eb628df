/* libFuzzer target: any bytes as an act from outside, as a journal keeps it: a fee, a newer script,
 * the end of one. What is read is written as the same bytes. */
#include <string.h>
#include "app/intraday.h"
#include "app/outside.h"
#include "support/failing_mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void check_same(const lg_text *text, const void *bytes, size_t size)
{
    LG_ASSERT(!text->failed && text->length == size && !memcmp(lg_text_peek(text), bytes, size));
}

static void look_at_stop(lg_mem *mem, const lg_outside *act)
{
    lg_arena arena;
    lg_stopped how;
    const char *words;
    lg_text again;
    char sentence[160];
    lg_arena_init(&arena, mem, 1024);
    lg_text_init(&again, mem);
    lg_status status = lg_outside_unpack_stop(act, &arena, &how, &words);
    LG_ASSERT(status == LG_OK || status == LG_INVALID);
    if (status == LG_OK) {
        LG_ASSERT(lg_stop_may_differ(how.why) && lg_stopped_text(&how, sentence, sizeof sentence));
        lg_outside_pack_stop(&how, words, &again);
        check_same(&again, act->bytes, act->size);
    }
    lg_text_fini(&again);
    lg_arena_drop(&arena);
}

static void look_at_trading(lg_mem *mem, const lg_outside *act)
{
    lg_arena arena;
    lg_trading_ask ask;
    lg_text again;
    lg_arena_init(&arena, mem, 1024);
    lg_text_init(&again, mem);
    lg_status status = lg_intraday_unpack(act, &arena, &ask);
    LG_ASSERT(status == LG_OK || status == LG_INVALID);
    if (status == LG_OK) {
        lg_intraday_pack(&ask, &again);
        check_same(&again, act->bytes, act->size);
    }
    lg_text_clear(&again);
    lg_intraday_describe(mem, act, &again);
    lg_text_fini(&again);
    lg_arena_drop(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    lg_failing_mem counted;
    lg_failing_mem_init(&counted);
    lg_outside act;
    lg_status status = lg_outside_unpack(&counted.mem, bytes, size, &act);
    LG_ASSERT(status == LG_OK || (status == LG_INVALID && !act.script));
    if (status == LG_OK) {
        lg_text again;
        lg_text_init(&again, &counted.mem);
        lg_outside_pack(&act, &again);
        check_same(&again, bytes, size);
        lg_text_fini(&again);
        look_at_stop(&counted.mem, &act);
        look_at_trading(&counted.mem, &act);
        lg_bundle_unref(act.script);
    }
    LG_ASSERT(counted.live_bytes == 0);
    return 0;
}
