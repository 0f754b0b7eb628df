/* The assets of a market as they stand. */
#include "app/serve_parts.h"
#include "grid/unit.h"

const char *lg_serve_type(const lg_serve *s, uint32_t asset)
{
    lg_device_view devices = lg_seats_devices(lg_world_seats(s->input.world));
    const char *type = devices.type ? devices.type(devices.ctx, asset) : NULL;
    return type ? type : "";
}

static void write_storage(const lg_serve *s, uint32_t index, lg_text *out)
{
    lg_device_view devices = lg_seats_devices(lg_world_seats(s->input.world));
    const lg_plan *plan = devices.plan(devices.ctx, index);
    if (!plan || !(plan->capacity_kWh > 0))
        return;
    lg_reply_double(out, "stored_kWh", plan->stored_kWh);
    lg_reply_double(out, "capacity_kWh", plan->capacity_kWh);
}

static void write_asset(const lg_serve *s, uint32_t index, lg_text *out)
{
    const lg_asset *asset = &s->input.scenario->site.assets[index];
    const lg_market *market = lg_world_market(s->input.world);
    const lg_account *account = lg_market_account(market, index);
    const lg_position *position = lg_market_position(market, index);
    lg_text_char(out, '{');
    lg_reply_int(out, "asset", index);
    lg_reply_str(out, "name", asset->name);
    lg_reply_str(out, "type", lg_serve_type(s, index));
    lg_reply_int(out, "area", asset->area);
    if (asset->agent != LG_NONE)
        lg_reply_int(out, "agent", asset->agent);
    lg_serve_kwh(out, "bought_now_kWh", position->bought_uwh);
    lg_serve_kwh(out, "sold_now_kWh", position->sold_uwh);
    lg_serve_kwh(out, "bought_kWh", account->bill.bought_uwh);
    lg_serve_kwh(out, "sold_kWh", account->bill.sold_uwh);
    lg_serve_eur(out, "paid_EUR", account->bill.spent_uct + account->bill.market_fee_uct);
    lg_serve_eur(out, "earned_EUR", account->bill.earned_uct);
    lg_serve_kwh(out, "unserved_kWh", account->unserved_uwh);
    lg_serve_kwh(out, "unsold_kWh", account->unsold_uwh);
    if (asset->role == LG_ROLE_STORAGE)
        write_storage(s, index, out);
    lg_text_char(out, '}');
}

void lg_serve_do_assets(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    const lg_site *site = &s->input.scenario->site;
    uint32_t area = lg_serve_query(call, "area", 0);
    uint32_t below = lg_serve_query(call, "below", 0);
    uint32_t told = 0, count = 0;
    if (area >= site->area_count) {
        lg_serve_refuse(call, 404, "not_found", "there are areas 0 to %u, no %u",
                        site->area_count - 1, area);
        return;
    }
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_key(out, "assets");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < site->asset_count; i++) {
        uint32_t at = site->assets[i].area;
        if ((at != area && !(below && lg_site_below(site, at, area))) ||
            !lg_control_owns_asset(s->input.control, call->owner, i))
            continue;
        if (count++ >= LG_SERVE_ROWS_MAX)
            continue;
        if (told++)
            lg_text_char(out, ',');
        write_asset(s, i, out);
    }
    lg_text_char(out, ']');
    lg_reply_int(out, "asset_count", count);
    lg_text_char(out, '}');
    lg_serve_answer(call);
}
