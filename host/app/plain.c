/* Names and messages come from scenarios and scripts; an escape sequence in one must not reach a
 * terminal. */
#include "app/plain.h"

#include <stdbool.h>

void lg_plain_put(const char *text, FILE *stream)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        bool steers = (c < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
        fputc(steers ? '?' : c, stream);
    }
}

void lg_plain_complain(const char *sentence)
{
    if (!*sentence)
        return;
    fputs("lunagrid: ", stderr);
    lg_plain_put(sentence, stderr);
    fputc('\n', stderr);
}
