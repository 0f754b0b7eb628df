/* The words of what comes of requests. */
#include "microgrid/ask.h"

lg_microgrid_answer lg_micro_answer(const lg_micro_done *done)
{
    static const struct {
        const char *word, *words;
        uint32_t kind;
    } whys[] = {
#define X(name, word, sentence, kind) {word, sentence, LG_MICROGRID_KIND_##kind},
        LG_MICROGRID_WHY_MAP(X)
#undef X
    };
    return (lg_microgrid_answer){
        .size = sizeof(lg_microgrid_answer),
        .why = done->why,
        .kind = whys[done->why].kind,
        .word = whys[done->why].word,
        .words = whys[done->why].words,
        .until_ms = done->until_ms,
        .command = done->command,
    };
}
