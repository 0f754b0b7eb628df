/* plugins/mid_price/rule.h — the rule's one function */
#ifndef MID_PRICE_RULE_H
#define MID_PRICE_RULE_H

#include "lunagrid/matching.h"

int32_t mid_price_match(const lg_match_book *book);

#endif
