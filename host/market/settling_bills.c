/* Accounts of all settlement markets: an engine adds up what its slots came to, the ring adds up
 * its engines. */
#include "market/settling_ring.h"

#include "base/num.h"

lg_bill lg_settling_bill(const lg_settling *s, uint32_t asset)
{
    lg_bill sum = {0};
    for (uint32_t i = 0; i < s->round_count; i++)
        lg_bill_add(&sum, &lg_market_account(s->rounds[i].market, asset)->bill);
    return sum;
}

lg_bill lg_settling_area_bill(const lg_settling *s, uint32_t area)
{
    lg_bill sum = {0};
    for (uint32_t i = 0; i < s->round_count; i++)
        lg_bill_add(&sum, lg_market_area_bill(s->rounds[i].market, area));
    return sum;
}

lg_bill lg_settling_external_bill(const lg_settling *s, uint32_t area)
{
    lg_bill sum = {0};
    for (uint32_t i = 0; i < s->round_count; i++)
        lg_bill_add(&sum, lg_market_external_bill(s->rounds[i].market, area));
    return sum;
}

int64_t lg_settling_fees_uct(const lg_settling *s, uint32_t area)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < s->round_count; i++)
        sum = lg_add(sum, lg_market_fees_uct(s->rounds[i].market, area));
    return sum;
}

int64_t lg_settling_rounding_uct(const lg_settling *s, uint32_t area)
{
    int64_t sum = 0;
    for (uint32_t i = 0; i < s->round_count; i++)
        sum = lg_add(sum, lg_market_rounding_uct(s->rounds[i].market, area));
    return sum;
}
