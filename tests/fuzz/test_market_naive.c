/* Random small sites with random orders: the engine makes the trades of the naive market.
 *
 * Usage: test_market_naive [--live] [--all] [FIRST_SEED [COUNT]]. The first difference is printed
 * with its seed and the shortest list of operations that still shows it; with --all every seed that
 * differs is named instead. --live: see `frozen` in naive_market.h. */
#include "fuzz/market_case.h"

#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/rng.h"

enum { BYTES_MAX = 1200 };

static const uint64_t case_word = UINT64_C(0x63617365); /* "case" */
static char current_seed[48];                           /* for a handler that may not format */

/** A failed assertion of the engine ends the process; the seed is said first. */
static void on_crash(int number)
{
    ssize_t written = write(STDERR_FILENO, current_seed, strlen(current_seed));
    (void)written;
    signal(number, SIG_DFL);
    raise(number);
}

static void decode_seed(market_case *c, uint64_t seed)
{
    static uint8_t bytes[BYTES_MAX];
    size_t size = 60 + lg_rng_below(lg_rng(seed, case_word, 0, 0), BYTES_MAX - 60);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)lg_rng(seed, case_word, 1, i);
    market_case_decode(c, bytes, size);
    snprintf(current_seed, sizeof current_seed, "seed %" PRIu64 " crashed\n", seed);
}

static void explain(market_case *c, uint64_t seed)
{
    market_case_minimise(c);
    printf("seed %" PRIu64 "\n", seed);
    market_case_print(c, stdout);
    market_case_agree(c, stdout);
}

int main(int argc, char **argv)
{
    static market_case c;
    bool all = false;
    int at = 1;
    for (; at < argc && argv[at][0] == '-'; at++) {
        market_case_live = market_case_live || strcmp(argv[at], "--live") == 0;
        all = all || strcmp(argv[at], "--all") == 0;
    }
    uint64_t first = at < argc ? strtoull(argv[at], NULL, 10) : 1;
    uint64_t count = at + 1 < argc ? strtoull(argv[at + 1], NULL, 10) : at < argc ? 1 : 3000;
    uint64_t ops = 0, different = 0;
    signal(SIGABRT, on_crash);
    signal(SIGSEGV, on_crash);
    for (uint64_t seed = first; seed < first + count && (all || !different); seed++) {
        decode_seed(&c, seed);
        ops += c.op_count;
        if (market_case_agree(&c, NULL))
            continue;
        different++;
        if (all)
            printf("seed %" PRIu64 "\n", seed);
        else
            explain(&c, seed);
    }
    if (all || !different)
        printf("%" PRIu64 " cases, %" PRIu64 " operations: %" PRIu64 " different\n", count, ops,
               different);
    return different ? 1 : 0;
}
