/* What is counted of it trade by trade; the energies of the indicators as market/stats.c counts
 * them. */
#include "app/own_utility.h"

#include "base/num.h"

bool lg_is_utility(const lg_asset *asset)
{
    return asset->role == LG_ROLE_BUS || asset->role == LG_ROLE_MARKET_MAKER;
}

static bool consumes(const lg_asset *asset)
{
    return !asset->uncounted &&
           (asset->role == LG_ROLE_CONSUMER || asset->role == LG_ROLE_PROSUMER);
}

/* A sale to another home has come in through the door before it left, so it is the parent's row
 * that has too much. The indicators are those of market/stats.c: a bus produces what a load of the
 * same home buys of it, a market maker whatever it sells. */
void lg_own_utility_sells(lg_own_utility *own, const lg_trade *trade, const lg_asset *seller,
                          const lg_asset *buyer, bool within)
{
    int64_t energy = trade->energy_uwh;
    bool maker = seller->role == LG_ROLE_MARKET_MAKER && !seller->uncounted;
    own->bill_uct = lg_add(own->bill_uct, trade->earned_uct);
    if (!within)
        own->sold_uwh -= energy;
    else if (!lg_is_utility(buyer))
        own->bought_uwh += energy;
    if (maker || (within && seller->role == LG_ROLE_BUS && consumes(buyer)))
        own->counted.produced_uwh += energy;
    if (within && consumes(buyer) && (maker || seller->role == LG_ROLE_BUS))
        own->counted.consumed_own_uwh += energy;
}

void lg_own_utility_buys(lg_own_utility *own, const lg_trade *trade, const lg_asset *seller,
                         const lg_asset *buyer, bool within)
{
    int64_t energy = trade->energy_uwh;
    bool produced = !seller->uncounted &&
                    (seller->role == LG_ROLE_PRODUCER || seller->role == LG_ROLE_PROSUMER ||
                     seller->role == LG_ROLE_MARKET_MAKER);
    own->bill_uct = lg_add(own->bill_uct, -trade->paid_uct);
    if (!within)
        own->bought_uwh -= energy;
    else if (!lg_is_utility(seller))
        own->sold_uwh += energy;
    if (within && produced && buyer->role == LG_ROLE_BUS) {
        own->counted.consumed_own_uwh += energy;
        own->counted.demanded_uwh += energy;
    }
}

lg_kpi lg_own_utility_kpi(const lg_own_utility *own, lg_kpi kpi)
{
    kpi.produced_uwh -= own->counted.produced_uwh;
    kpi.consumed_own_uwh -= own->counted.consumed_own_uwh;
    kpi.demanded_uwh -= own->counted.demanded_uwh;
    lg_kpi_shares(&kpi);
    return kpi;
}
