/* Counts what is asked for and held; from the chosen call on, every allocation fails. */
#include "support/failing_mem.h"

#include <stdarg.h>
#include <stdlib.h>
#include <setjmp.h>
#include <cmocka.h>

static void *failing_resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    lg_failing_mem *failing = ctx;
    if (new_size == 0) {
        failing->live_bytes -= old_size;
        free(ptr);
        return NULL;
    }
    failing->calls++;
    if (failing->fail_at && failing->calls >= failing->fail_at)
        return NULL;
    size_t live = failing->live_bytes + new_size - (ptr ? old_size : 0);
    if (failing->bytes_max && live > failing->bytes_max)
        return NULL;
    void *moved = realloc(ptr, new_size);
    if (moved)
        failing->live_bytes = live;
    return moved;
}

void lg_failing_mem_init(lg_failing_mem *failing)
{
    *failing = (lg_failing_mem){.mem = {.resize = failing_resize, .ctx = failing}};
}

static void *growth_resize(void *ctx, void *ptr, size_t old_size, size_t new_size)
{
    lg_failing_mem *failing = ctx;
    uint64_t fail_at = failing->fail_at;
    if (ptr && new_size <= old_size)
        failing->fail_at = 0;
    void *moved = failing->mem.resize(failing, ptr, old_size, new_size);
    failing->fail_at = fail_at;
    return moved;
}

lg_mem lg_failing_growth(lg_mem *failing)
{
    return (lg_mem){.resize = growth_resize, .ctx = failing->ctx};
}

int lg_sweep_allocations(int (*work)(lg_mem *mem, void *ctx), void *ctx)
{
    for (int tries = 1;; tries++) {
        lg_failing_mem failing;
        lg_failing_mem_init(&failing);
        failing.fail_at = (uint64_t)tries;
        int result = work(&failing.mem, ctx);
        assert_int_equal(failing.live_bytes, 0);
        if (result == 0)
            return tries;
        assert_int_equal(result, 1);
        assert_true(tries < 1000000);
    }
}
