/* plugins/attributed/rule.h — the rule's one function */
#ifndef ATTRIBUTED_RULE_H
#define ATTRIBUTED_RULE_H

#include "lunagrid/matching.h"

int32_t attributed_match(const lg_match_book *book);

#endif
