/* Names and messages come from scenarios and scripts; an escape sequence in one must not reach a
 * terminal. */
#include "app/plain.h"

#include <stdbool.h>
#include "base/text.h"

void lg_plain_put(const char *text, FILE *stream)
{
    const char *plain = text; /* what is written as it is goes out at once: stderr has no buffer */
    while (*text) {
        size_t control = lg_text_control((const unsigned char *)text);
        bool steers = control && *text != '\n' && *text != '\t';
        if (steers) {
            fwrite(plain, 1, (size_t)(text - plain), stream);
            fputc('?', stream);
            plain = text + control;
        }
        text += control ? control : 1;
    }
    fwrite(plain, 1, (size_t)(text - plain), stream);
}

void lg_plain_complain(const char *sentence)
{
    if (!*sentence)
        return;
    fputs("lunagrid: ", stderr);
    lg_plain_put(sentence, stderr);
    fputc('\n', stderr);
}
