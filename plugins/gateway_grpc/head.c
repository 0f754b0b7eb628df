/* grpc-timeout, content-type, grpc-message. */
#include "head.h"

#include <string.h>
#include <strings.h>

static int64_t unit_ns(char unit)
{
    switch (unit) {
    case 'H':
        return INT64_C(3600000000000);
    case 'M':
        return INT64_C(60000000000);
    case 'S':
        return INT64_C(1000000000);
    case 'm':
        return 1000000;
    case 'u':
        return 1000;
    case 'n':
        return 1;
    default:
        return 0;
    }
}

int64_t head_timeout_ms(const char *text)
{
    int64_t value = 0;
    size_t digits = strspn(text, "0123456789");
    if (digits < 1 || digits > 8 || text[digits] == 0 || text[digits + 1] != 0)
        return -1;
    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (text[i] - '0');
    int64_t unit = unit_ns(text[digits]);
    if (unit == 0)
        return -1;
    if (unit >= 1000000)
        return value * (unit / 1000000); /* 99999999 hours are 3.6e14 ms */
    return (value * unit + 999999) / 1000000;
}

bool head_is_grpc(const char *text)
{
    static const char grpc[] = "application/grpc";
    size_t length = sizeof grpc - 1;
    if (strncasecmp(text, grpc, length) != 0)
        return false;
    text += length;
    return *text == 0 || *text == ';' || (*text == '+' && strncasecmp(text + 1, "proto", 5) == 0);
}

size_t head_percent(const char *text, char *out, size_t size)
{
    static const char hex[] = "0123456789ABCDEF";
    size_t used = 0;
    size_t whole = 0; /* up to here no character is cut */
    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        bool plain = byte >= 0x20 && byte <= 0x7e && byte != '%';
        if ((byte & 0xc0) != 0x80)
            whole = used;
        if (used + (plain ? 1 : 3) >= size) {
            used = whole;
            break;
        }
        if (plain) {
            out[used++] = (char)byte;
        } else {
            out[used++] = '%';
            out[used++] = hex[byte >> 4];
            out[used++] = hex[byte & 15];
        }
    }
    out[used] = 0;
    return used;
}
