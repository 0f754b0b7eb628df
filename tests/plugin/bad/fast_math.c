/* tests/plugin/bad/fast_math.c — switches to flush-to-zero when loaded, as -ffast-math makes any
 * library do */
#include "bad.h"

#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

__attribute__((constructor)) static void flush_to_zero(void)
{
#if defined(__x86_64__)
    _mm_setcsr(_mm_getcsr() | 0x8040);
#elif defined(__aarch64__)
    uint64_t mode;
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode));
    __asm__ volatile("msr fpcr, %0" : : "r"(mode | UINT64_C(1) << 24));
#endif
}

BAD_DRIVER("fast_math", .role = LG_ROLE_CONSUMER, .open = fine_open, .plan = fine_plan)
BAD_PLUGIN("fast_math", LG_PLUGIN_MAGIC, LG_ABI_MINOR)
