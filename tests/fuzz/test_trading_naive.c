/* Thousands of random hours at the intraday market, with the same trades and orders as the naive
 * one. */
#include <stdio.h>

#include "fuzz/trading_case.h"

static uint64_t mixed(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

int main(void)
{
    static uint8_t bytes[1200];
    uint64_t state = 7;
    for (int hour = 0; hour < 3000; hour++) {
        size_t size = 40 + mixed(&state) % (sizeof bytes - 40);
        for (size_t i = 0; i < size; i++)
            bytes[i] = (uint8_t)mixed(&state);
        if (!trading_case_agrees(bytes, size, stderr)) {
            fprintf(stderr, "hour %d differs\n", hour);
            return 1;
        }
    }
    return 0;
}
