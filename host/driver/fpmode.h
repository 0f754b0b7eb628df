/* host/driver/fpmode.h — the floating-point mode of this thread: rounding, flush-to-zero, masks
 *
 * Any shared object linked with -ffast-math switches the thread that loads it to flush-to-zero, and
 * then the same run gives other bits. Sticky exception flags are not part of the mode.
 */
#ifndef LG_DRIVER_FPMODE_H
#define LG_DRIVER_FPMODE_H

#include <stdbool.h>
#include <stdint.h>
#if defined(__x86_64__)
#include <xmmintrin.h>
#else
#include <fenv.h>
#endif

typedef struct lg__fpmode {
    uint64_t bits;
} lg__fpmode;

static inline lg__fpmode lg__fpmode_get(void)
{
    lg__fpmode mode = {0};
#if defined(__x86_64__)
    mode.bits = _mm_getcsr() & ~UINT32_C(0x3f);
#elif defined(__aarch64__)
    __asm__ volatile("mrs %0, fpcr" : "=r"(mode.bits));
#else
    mode.bits = (uint64_t)fegetround();
#endif
    return mode;
}

static inline void lg__fpmode_set(lg__fpmode mode)
{
#if defined(__x86_64__)
    _mm_setcsr((uint32_t)mode.bits);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(mode.bits));
#else
    fesetround((int)mode.bits);
#endif
}

/** Whether the mode is still @p before; if not, sets it back. */
static inline bool lg__fpmode_keep(lg__fpmode before)
{
    if (__builtin_expect(lg__fpmode_get().bits == before.bits, 1))
        return true;
    lg__fpmode_set(before);
    return false;
}

#endif
