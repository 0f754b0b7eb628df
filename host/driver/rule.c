/* Calls of a matching rule are guarded as those of devices are. */
#include "driver/rule.h"

#include "driver/guard.h"

static void enter(void *ctx, const char *name)
{
    lg_rule_caller *caller = ctx;
    caller->before = lg__fpmode_get();
    lg__guard_enter(caller->rule->name, LG__GUARD_MATCH, name);
}

static const char *leave(void *ctx)
{
    const lg_rule_caller *caller = ctx;
    lg__guard_leave();
    return lg__fpmode_keep(caller->before) ? NULL : "it changes the floating-point mode";
}

static const char *energy_type(void *ctx, uint32_t asset)
{
    const lg_rule_caller *caller = ctx;
    const lg_driver *driver = caller->drivers[caller->site->assets[asset].driver];
    return driver->energy_type ? driver->energy_type : driver->name;
}

static void heard(void *ctx, const char *sentence)
{
    const lg_rule_caller *caller = ctx;
    if (caller->heard)
        caller->heard(caller->ctx, sentence);
}

lg_matcher lg_rule_matcher(lg_rule_caller *caller)
{
    return (lg_matcher){
        .rule = caller->rule,
        .ctx = caller,
        .enter = enter,
        .leave = leave,
        .energy_type = energy_type,
        .heard = heard,
        .counts = &caller->counts,
    };
}
