/* The market knows trades, the fleet what is stored; here the two meet. */
#include "app/origins.h"

#include "grid/unit.h"

static lg_status see_trade(void *ctx, const lg_trade *trade)
{
    return lg_origins_trade(ctx, trade);
}

static lg_status see_slot(void *ctx, uint32_t slot, int64_t slot_start_ms, lg_digest chain)
{
    (void)slot;
    (void)slot_start_ms;
    (void)chain;
    return lg_origins_close_slot(ctx);
}

void lg_origins_listener(lg_origins *origins, lg_listener *listener)
{
    *listener = (lg_listener){.ctx = origins, .trade = see_trade, .slot = see_slot};
}

lg_status lg_origins_fit_fleet(lg_origins *origins, const lg_site *site, const lg_fleet *fleet)
{
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < site->asset_count && status == LG_OK; i++) {
        int64_t stored_uwh = 0;
        if (site->assets[i].role != LG_ROLE_STORAGE)
            continue;
        bool fine = lg_uwh_from_kwh(lg_fleet_plan_of(fleet, i)->stored_kWh, &stored_uwh);
        LG_ASSERT(fine); /* the fleet lets no other plan through */
        status = lg_origins_fit(origins, i, stored_uwh);
    }
    return status;
}
