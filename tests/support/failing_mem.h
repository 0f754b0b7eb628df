/* tests/support/failing_mem.h — an allocator that counts, and fails where the test says */
#ifndef LG_SUPPORT_FAILING_MEM_H
#define LG_SUPPORT_FAILING_MEM_H

#include "base/mem.h"

typedef struct lg_failing_mem {
    lg_mem mem;        /* hand this to the code under test */
    size_t live_bytes; /* allocated and not given back */
    uint64_t calls;    /* allocations asked for so far */
    uint64_t fail_at;  /* this allocation (from 1) and all later ones fail; 0: none does */
    size_t bytes_max;  /* more than this many live bytes fail; 0: no limit */
} lg_failing_mem;

void lg_failing_mem_init(lg_failing_mem *failing);

/**
 * Runs @p work with the 1st, the 2nd, the 3rd ... allocation failing until it succeeds, and checks
 * after each try that nothing is left allocated. @p work returns 0 for success, 1 for "out of
 * memory, said so properly"; anything else fails the test. @return the number of tries
 */
int lg_sweep_allocations(int (*work)(lg_mem *mem, void *ctx), void *ctx);

/** An allocator on that of a sweep in which only growth fails: Lua relies on shrinking. */
lg_mem lg_failing_growth(lg_mem *failing);

#endif
