/* host/app/ctl_ask.h — the words of `lunagrid ctl` as a request */
#ifndef LG_APP_CTL_ASK_H
#define LG_APP_CTL_ASK_H

#include "app/args.h"
#include "base/text.h"
#include "control/request.h"

/**
 * Appends the request that the operands and options of @p args mean, a line with its end.
 * @return LG_OK; LG_INVALID err says what was expected; LG_MEMORY
 */
lg_status lg_ctl_ask(const lg_args *args, lg_text *out, lg_control_kind *kind,
                     lg_err *err) LG_CHECKED;

#endif
