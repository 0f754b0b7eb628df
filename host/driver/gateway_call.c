/* Calls of a gateway are guarded as those of devices are. */
#include "driver/gateway_call.h"

#include "driver/fpmode.h"
#include "driver/guard.h"

static lg__fpmode before; /* of the running call: there is one at a time */

void lg_gateway_enter(const char *name, const char *function)
{
    before = lg__fpmode_get();
    lg__guard_enter(name, function, LG__GUARD_GATEWAY);
}

void lg_gateway_leave(void)
{
    lg__guard_leave();
    (void)lg__fpmode_keep(before);
}
