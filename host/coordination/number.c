/* Through 128 bits: a number that some program printed may have seventeen decimals. */
#include "coordination/number.h"

#include <stddef.h>

enum { DIGITS_MAX = 28, EXPONENT_MAX = 9999 };

typedef struct decimal {
    __int128 digits;
    int count;    /* significant digits taken so far */
    int exponent; /* value = digits * 10^exponent */
} decimal;

static void take(decimal *d, char c, bool fraction)
{
    if (d->count == DIGITS_MAX) {
        d->exponent += !fraction; /* far below what is rounded away, or far too large */
        return;
    }
    d->digits = d->digits * 10 + (c - '0');
    d->count += d->digits != 0;
    d->exponent -= fraction;
}

static const char *take_digits(decimal *d, const char *text, bool fraction)
{
    for (; *text >= '0' && *text <= '9'; text++)
        take(d, *text, fraction);
    return text;
}

static const char *take_exponent(decimal *d, const char *text)
{
    int exponent = 0;
    bool negative = *text == '-';
    text += *text == '-' || *text == '+';
    for (; *text >= '0' && *text <= '9'; text++)
        if (exponent < EXPONENT_MAX)
            exponent = exponent * 10 + (*text - '0');
    d->exponent += negative ? -exponent : exponent;
    return text;
}

/* digits * 10^places, rounded. @return false: far too large */
static bool scale(__int128 *digits, int places)
{
    const __int128 far = (__int128)1 << 100;
    for (; places > 0 && *digits; places--) {
        if (*digits > far)
            return false;
        *digits *= 10;
    }
    if (places < -DIGITS_MAX - 2)
        *digits = 0;
    for (; places < -1 && *digits; places++)
        *digits /= 10; /* what falls off cannot lift a digit to the half: halves round up anyway */
    if (places == -1)
        *digits = (*digits + 5) / 10;
    return true;
}

bool lg_coord_number_read(const char *text, int64_t *nano)
{
    decimal d = {.digits = 0};
    bool negative = *text == '-';
    text += negative;
    if (*text < '0' || *text > '9')
        return false;
    text = take_digits(&d, text, false);
    if (*text == '.')
        text = take_digits(&d, text + 1, true);
    if (*text == 'e' || *text == 'E')
        text = take_exponent(&d, text + 1);
    if (*text || !scale(&d.digits, d.exponent + 9) ||
        d.digits > (__int128)LG_COORD_NUMBER_MAX * LG_COORD_NANO)
        return false;
    *nano = (int64_t)(negative ? -d.digits : d.digits);
    return true;
}
