/* host/script/codes.h — the names of all that can go wrong in a script, with a page on each */
#ifndef LG_SCRIPT_CODES_H
#define LG_SCRIPT_CODES_H

#include <stdbool.h>
#include <stdint.h>
#include "base/text.h"

typedef enum lg_code_kind {
    LG_CODE_GIVEN_UP, /* the script is not called again */
    LG_CODE_FAILED,   /* the callback ends, or the script is not loaded */
    LG_CODE_REFUSED,  /* a command is answered so */
    LG_CODE_CUT,      /* the callback goes on with less */
    LG_CODE_OWNER,    /* no error: its owner has done something */
} lg_code_kind;

/** Texts are static. */
typedef struct lg_code {
    const char *name; /* stable: "NO_FIELD" */
    lg_code_kind kind;
    const char *phrases; /* what messages with it contain; see codes.def */
    const char *title;   /* one line */
    const char *page;    /* lines of at most 96 bytes */
    const char *example; /* a script, or the body of on_market_cycle(info), that meets it */
} lg_code;

/** All of them, by kind. */
const lg_code *lg_codes(uint32_t *count);
/** That of the name, capital or small; NULL. */
const lg_code *lg_code_find(const char *name);
/** The code of the error that a script made with this message. */
const lg_code *lg_code_of(const char *message);
/** Appends the page of a code, or the list of all. */
void lg_code_page(const lg_code *code, lg_text *out);
void lg_code_list(lg_text *out);

#endif
