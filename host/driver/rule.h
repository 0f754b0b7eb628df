/* host/driver/rule.h — a plugin's matching rule as the market calls it: guarded, and with what it
 * asks about assets */
#ifndef LG_DRIVER_RULE_H
#define LG_DRIVER_RULE_H

#include "driver/fleet.h"
#include "driver/fpmode.h"

/** What stands behind a matcher; lives as long as the market. */
typedef struct lg_rule_caller {
    const lg_matching *rule;
    const lg_site *site;
    const lg_driver *const *drivers; /* the list that asset.driver indexes */
    void (*heard)(void *ctx, const char *sentence);
    void *ctx;
    lg_match_counts counts;
    lg__fpmode before; /* of the running call */
} lg_rule_caller;

/** The matcher that calls caller->rule: whoever ends the program in it is named, and a changed
 * floating-point mode is put back and sets the rule aside. @p caller is borrowed. */
lg_matcher lg_rule_matcher(lg_rule_caller *caller);

#endif
