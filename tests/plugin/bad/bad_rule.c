/* tests/plugin/bad/bad_rule.c — rules that misbehave in ways only a real plugin can: one switches
 * to flush-to-zero, one recommends for ever, one runs into an instruction that is none */
#include "lunagrid/plugin.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

static int32_t flips(const lg_match_book *book)
{
    (void)book;
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0x8040);
#endif
    return LG_OK;
}

static int32_t endless(const lg_match_book *book)
{
    lg_match match = {.size = sizeof match, .requirement = LG_MATCH_NONE, .energy_uwh = 1};
    while (book->recommend(book->ctx, &match) != LG_GONE)
        continue;
    return LG_OK;
}

static int32_t traps(const lg_match_book *book)
{
    (void)book;
    __builtin_trap();
    return LG_OK;
}

static const lg_matching rules[] = {
    {.size = sizeof(lg_matching), .name = "endless", .help = "of a test", .match = endless},
    {.size = sizeof(lg_matching), .name = "flips", .help = "of a test", .match = flips},
    {.size = sizeof(lg_matching), .name = "traps", .help = "of a test", .match = traps},
};

static const lg_plugin plugin = {
    .size = sizeof(lg_plugin),
    .magic = LG_PLUGIN_MAGIC,
    .abi_minor = LG_ABI_MINOR,
    .name = "bad_rule",
    .version = "1",
    .help = "misbehaves on purpose",
    .rules = LG_ARRAY(rules),
};

LG_PLUGIN_EXPORT(plugin)
