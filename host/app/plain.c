/* Names and messages come from scenarios and scripts; an escape sequence in one must not reach a
 * terminal. */
#include "app/plain.h"

#include <stdbool.h>
#include "base/text.h"

void lg_plain_put(const char *text, FILE *stream)
{
    while (*text) {
        size_t control = lg_text_control((const unsigned char *)text);
        bool steers = control && *text != '\n' && *text != '\t';
        fputc(steers ? '?' : *text, stream);
        text += control ? control : 1;
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
