/* All goes by way of 64 bits; floats are IEEE 754. */
#include "value.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const struct {
    uint32_t registers;
    const char *word;
} types[] = {
#define VALUE_ROW_(name, registers, word) {registers, word},
    VALUE_TYPES(VALUE_ROW_)
#undef VALUE_ROW_
};

uint32_t value_registers(value_type type)
{
    return types[type].registers;
}

int value_type_of(const char *word)
{
    for (int i = 0; i < VALUE_TYPE_COUNT; i++)
        if (types[i].word && strcmp(types[i].word, word) == 0)
            return i;
    return -1;
}

const char *value_type_words(void)
{
    return "int16, uint16, int32, uint32, int64, uint64, float32, float64";
}

static uint64_t join(const uint16_t *registers, uint32_t count)
{
    uint64_t bits = 0;
    for (uint32_t i = 0; i < count; i++)
        bits = bits << 16 | registers[i];
    return bits;
}

static bool is_signed(value_type type)
{
    return type == VALUE_I16 || type == VALUE_I32 || type == VALUE_I64 || type == VALUE_SCALE;
}

static bool is_accumulator(value_type type)
{
    return type == VALUE_ACC32 || type == VALUE_ACC64;
}

/* What SunSpec keeps for "not implemented". */
static uint64_t nothing(value_type type)
{
    uint32_t bits = types[type].registers * 16;
    if (is_accumulator(type))
        return 0;
    if (is_signed(type) || type == VALUE_PAD)
        return UINT64_C(1) << (bits - 1);
    return bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
}

static double read_float(value_type type, uint64_t bits)
{
    float single;
    double value;
    uint32_t low = (uint32_t)bits;
    if (type == VALUE_F64)
        memcpy(&value, &bits, sizeof value);
    else
        memcpy(&single, &low, sizeof single), value = (double)single;
    return isfinite(value) ? value : NAN;
}

double value_read(value_type type, bool sunspec, const uint16_t *registers)
{
    uint32_t count = types[type].registers;
    if (count == 0 || type == VALUE_PAD)
        return NAN;
    uint64_t bits = join(registers, count);
    if (type == VALUE_F32 || type == VALUE_F64)
        return read_float(type, bits);
    if (sunspec && bits == nothing(type))
        return NAN;
    if (!is_signed(type))
        return (double)bits;
    uint32_t unused = 64 - count * 16;
    return (double)((int64_t)(bits << unused) >> unused);
}

/* Powers below 1 are divided by: 2301 tenths are 230.1, and 2301 * 0.1 is a little more. */
double value_scaled(double number, int exponent)
{
    static const double powers[] = {1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10};
    if (exponent < -10 || exponent > 10)
        return NAN;
    return exponent < 0 ? number / powers[-exponent] : number * powers[exponent];
}

static void split(uint64_t bits, uint32_t count, uint16_t *registers)
{
    for (uint32_t i = count; i-- > 0; bits >>= 16)
        registers[i] = (uint16_t)bits;
}

bool value_write(value_type type, bool sunspec, double value, uint16_t *registers)
{
    uint32_t count = types[type].registers;
    uint64_t bits = 0;
    if (count == 0 || type == VALUE_PAD || !isfinite(value))
        return false;
    if (type == VALUE_F64) {
        memcpy(&bits, &value, sizeof bits);
    } else if (type == VALUE_F32) {
        float single = (float)value;
        uint32_t low;
        memcpy(&low, &single, sizeof low);
        bits = low;
        if (!isfinite((double)single))
            return false;
    } else {
        double whole = round(value);
        double span = ldexp(1, (int)count * 16);
        if (whole < (is_signed(type) ? -span / 2 : 0) ||
            whole >= (is_signed(type) ? span / 2 : span))
            return false;
        bits = is_signed(type) ? (uint64_t)(int64_t)whole : (uint64_t)whole;
        if (count < 4)
            bits &= (UINT64_C(1) << (count * 16)) - 1;
        if (sunspec && bits == nothing(type) && !is_accumulator(type))
            return false;
    }
    split(bits, count, registers);
    return true;
}

void value_turn(value_type type, uint16_t *registers)
{
    for (uint32_t i = 0, j = types[type].registers; i + 1 < j; i++) {
        uint16_t first = registers[i];
        registers[i] = registers[--j];
        registers[j] = first;
    }
}
