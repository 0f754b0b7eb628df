/* One place for both directions: what two readers decode differently is a way in. */
#include "rest/percent.h"

#include <string.h>

static int hex(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c = (char)(c | 32);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool lg_rest_decode(const char *from, size_t length, bool plus, char *out)
{
    for (size_t i = 0; i < length; i++) {
        int code = (unsigned char)from[i];
        if (code == '%') {
            int high = i + 2 < length ? hex(from[i + 1]) : -1;
            int low = high < 0 ? -1 : hex(from[i + 2]);
            code = low < 0 ? 0 : high * 16 + low;
            i += 2;
        } else if (code == '+' && plus) {
            code = ' ';
        }
        if (code == 0)
            return false;
        *out++ = (char)code;
    }
    *out = 0;
    return true;
}

void lg_rest_encode(lg_text *out, const char *path)
{
    static const char digits[] = "0123456789ABCDEF", plain[] = "-._~/";
    for (; *path; path++) {
        unsigned char c = (unsigned char)*path;
        bool fine = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                    strchr(plain, c);
        if (fine) {
            lg_text_char(out, (char)c);
        } else {
            lg_text_char(out, '%');
            lg_text_char(out, digits[c >> 4]);
            lg_text_char(out, digits[c & 15]);
        }
    }
}
