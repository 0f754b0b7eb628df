/* No float is involved anywhere. */
#include "decimal.h"

#include <stdbool.h>
#include <string.h>

enum { DIGITS_MAX = 60, EXPONENT_MAX = 1000 };

typedef struct number {
    bool negative;
    int digits[DIGITS_MAX]; /* without zeros in front */
    int count;
    int power; /* of ten, of the last digit */
} number;

static bool add_digit(number *n, char letter)
{
    if (n->count == 0 && letter == '0')
        return true;
    if (n->count == DIGITS_MAX)
        return false;
    n->digits[n->count++] = letter - '0';
    return true;
}

static const char *read_exponent(const char *at, number *n)
{
    bool negative = *at == '-';
    int exponent = 0;
    at += *at == '-' || *at == '+';
    if (*at < '0' || *at > '9')
        return NULL;
    for (; *at >= '0' && *at <= '9'; at++)
        if (exponent < EXPONENT_MAX)
            exponent = exponent * 10 + (*at - '0');
    n->power += negative ? -exponent : exponent;
    return at;
}

/* @return NULL: no number */
static const char *read_digits(const char *at, number *n)
{
    bool any = false, point = false;
    for (;; at++) {
        if (*at == '.' && !point) {
            point = true;
        } else if (*at >= '0' && *at <= '9') {
            any = true;
            if (!add_digit(n, *at))
                return NULL;
            n->power -= point;
        } else {
            return any ? at : NULL;
        }
    }
}

decimal_result decimal_read(const char *text, int places, int64_t *out)
{
    number n = {.negative = *text == '-'};
    const char *at = read_digits(text + (*text == '-' || *text == '+'), &n);
    if (at && (*at == 'e' || *at == 'E'))
        at = read_exponent(at + 1, &n);
    if (!at || *at)
        return DECIMAL_MALFORMED;
    while (n.count > 0 && n.digits[n.count - 1] == 0) {
        n.count--;
        n.power++;
    }
    *out = 0;
    if (n.count == 0)
        return DECIMAL_OK;
    if (n.power + places < 0)
        return DECIMAL_FINE;
    if (n.count + n.power + places > 18)
        return DECIMAL_LARGE;
    int64_t value = 0;
    for (int i = 0; i < n.count + n.power + places; i++)
        value = value * 10 + (i < n.count ? n.digits[i] : 0);
    *out = n.negative ? -value : value;
    return DECIMAL_OK;
}

void decimal_put(char *out, int64_t value, int places)
{
    char digits[24];
    int count = 0;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    while (places > 0 && rest % 10 == 0) {
        rest /= 10;
        places--;
    }
    do {
        digits[count++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0 || count <= places);
    if (value < 0)
        *out++ = '-';
    while (count > 0) {
        *out++ = digits[--count];
        if (count == places && places > 0)
            *out++ = '.';
    }
    *out = 0;
}
