/* host/app/eval.h — expressions about the running market, for whoever looks on */
#ifndef LG_APP_EVAL_H
#define LG_APP_EVAL_H

#include "app/seats.h"

typedef struct lg_eval lg_eval;

/** Whom it looks at; borrowed. */
typedef struct lg_eval_input {
    const lg_scenario *scenario;
    const lg_seats *seats;
    lg_turn *turn;
    const char *scripts_folder;
} lg_eval_input;

/** A desk that may see all assets and markets and is called by nobody. NULL: exhausted. */
lg_eval *lg_eval_new(lg_mem *mem, const lg_eval_input *input);
void lg_eval_free(lg_eval *eval);

/** As lg_probe(): the JSON of the expression's value, at @p moment. */
lg_status lg_eval_text(lg_eval *eval, const lg_moment *moment, const char *expression, lg_text *out,
                       lg_err *err) LG_CHECKED;

#endif
