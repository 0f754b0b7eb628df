/* tests/fuzz/input_bytes.h — the bytes of an input, taken one after the other for choices */
#ifndef LG_FUZZ_INPUT_BYTES_H
#define LG_FUZZ_INPUT_BYTES_H

#include <stddef.h>
#include <stdint.h>

typedef struct input_bytes {
    const uint8_t *bytes;
    size_t size, at;
} input_bytes;

/** The next byte; 0 behind the end. */
static inline uint32_t input_take(input_bytes *from)
{
    return from->at < from->size ? from->bytes[from->at++] : 0;
}

/** A number below @p n, which is at most 256. */
static inline uint32_t input_below(input_bytes *from, uint32_t n)
{
    return input_take(from) % n;
}

#endif
