/* Both kinds of fees, going up the tree and coming down it. */
#include "grid/utility.h"

#include "base/num.h"
#include "grid/unit.h"

lg_utility_rates lg_utility_seen(lg_utility_rates own, bool constant, int64_t fee, int64_t sum)
{
    lg_utility_rates here = own;
    if (own.asks_uct != LG_UTILITY_NONE)
        here.asks_uct = lg_add(own.asks_uct, constant ? sum : lg_fraction_of(own.asks_uct, sum));
    if (own.pays_uct != LG_UTILITY_NONE && constant)
        here.pays_uct = lg_max64(0, own.pays_uct - (sum - fee));
    else if (own.pays_uct != LG_UTILITY_NONE) /* what its seller gets, and the fee of this market */
        here.pays_uct = lg_muldiv(own.pays_uct, LG_ONE_PPB + fee, LG_ONE_PPB + sum);
    return here;
}
