/* tests/unit/desk/pair.h — one market with a load (asset 0), a PV (asset 1) and a battery (asset 2)
 */
#ifndef LG_TEST_DESK_PAIR_H
#define LG_TEST_DESK_PAIR_H

#include "desk/turn.h"

typedef struct pair {
    lg_site site;
    lg_area areas[1];
    lg_asset assets[3];
    lg_caps caps[3]; /* 1 kWh needed, 2 kWh to sell, battery 0.5 each way */
    lg_rules rules;  /* pay-as-bid, 10 ticks, no fees unless the test sets areas[0].fee_uct first */
} pair;

void pair_init(pair *p);
/** The moment of a tick of slot @p slot. */
lg_moment pair_moment(uint32_t slot, uint32_t tick);

#define KWH(x) ((int64_t)((x)*1000000000.0))
#define CT(x)  ((int64_t)((x)*1000000.0))

#endif
