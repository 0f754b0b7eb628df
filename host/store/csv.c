/* The same results as comma-separated text. trades.csv has a line for every market a trade passed,
 * in the column layout of the golden files; numbers are exact, without trailing zeros. Lines come
 * in the order of events, so equal runs give equal bytes. */
#include "store/parts.h"

#include "base/clock.h"
#include "base/num.h"

static void header(lg__file *file, const char *columns)
{
    lg__file_str(file, columns);
    lg__file_char(file, '\n');
}

static const char trade_columns[] = "market,slot,time,rate_ct_per_kWh,energy_kWh,"
                                    "seller,seller_origin,buyer,buyer_origin";

lg_status lg__csv_create(lg_store *store, lg_err *err)
{
    lg_status status =
        lg__file_create(&store->trades_csv, store->mem, store->folder, "trades.csv", err);
    if (status == LG_OK)
        status =
            lg__file_create(&store->slots_csv, store->mem, store->folder, "market_slots.csv", err);
    if (status == LG_OK)
        status = lg__file_create(&store->bills_csv, store->mem, store->folder, "bills.csv", err);
    if (status == LG_OK && store->input.settling)
        status = lg__file_create(&store->settlement_csv, store->mem, store->folder,
                                 "trades-settlement.csv", err);
    if (status != LG_OK)
        return status;
    header(&store->trades_csv, trade_columns);
    if (store->input.settling)
        header(&store->settlement_csv, trade_columns);
    header(&store->slots_csv,
           "market,slot,trades,energy_kWh,min_rate_ct_per_kWh,avg_rate_ct_per_kWh,"
           "median_rate_ct_per_kWh,max_rate_ct_per_kWh,volume_EUR,fee_revenue_EUR,import_kWh,"
           "export_kWh,grid_fee_ct_per_kWh,grid_fee_percent");
    header(&store->bills_csv, "market,party,type,bought_kWh,sold_kWh,spent_EUR,earned_EUR,"
                              "total_energy_kWh,total_cost_EUR,market_fee_EUR");
    return LG_OK;
}

static void field(lg__file *file, const char *text)
{
    lg__file_csv(file, text);
    lg__file_char(file, ',');
}

static void number(lg__file *file, int64_t value, int decimals)
{
    lg__file_fixed(file, value, decimals);
    lg__file_char(file, ',');
}

/* Writes a time whose text is kept in @p text, since neighbouring lines share it. */
static void moment(lg__file *file, int64_t time_ms, int64_t *kept_ms, char text[32])
{
    if (time_ms != *kept_ms) {
        lg_clock_format(time_ms, text);
        *kept_ms = time_ms;
    }
    lg__file_bytes(file, text, 25);
    lg__file_char(file, ',');
}

/* Neighbouring markets of a path meet in the lower area of the two: it is a party of both, the
 * buyer of the one nearer to the seller and the seller of the next. */
static const char *link_name(const lg_site *site, const lg_leg *leg)
{
    const lg_area *near = &site->areas[leg[0].area], *next = &site->areas[leg[1].area];
    return near->depth > next->depth ? near->name : next->name;
}

void lg__csv_trade(lg_store *store, lg__file *file, const lg_trade *trade)
{
    const lg_site *site = store->input.site;
    const char *seller_origin = site->assets[trade->seller].name;
    const char *buyer_origin = site->assets[trade->buyer].name;
    const char *seller = seller_origin;
    for (uint32_t i = 0; i < trade->leg_count; i++) {
        const lg_leg *leg = &trade->legs[i];
        const char *buyer = i + 1 < trade->leg_count ? link_name(site, leg) : buyer_origin;
        field(file, store->paths[leg->area]);
        moment(file, trade->slot_start_ms, &store->csv_slot_ms, store->csv_slot);
        moment(file, trade->time_ms, &store->csv_time_ms, store->csv_time);
        number(file, leg->rate_uct, 6);
        number(file, trade->energy_uwh, 9);
        field(file, seller);
        field(file, seller_origin);
        field(file, buyer);
        lg__file_csv(file, buyer_origin);
        lg__file_char(file, '\n');
        seller = buyer;
    }
}

void lg__csv_market_slot(lg_store *store, uint32_t area, int64_t slot_start_ms,
                         const lg_market_stats *stats)
{
    lg__file *file = &store->slots_csv;
    field(file, store->paths[area]);
    moment(file, slot_start_ms, &store->csv_slot_ms, store->csv_slot);
    number(file, stats->trade_count, 0);
    number(file, stats->energy_uwh, 9);
    number(file, stats->min_rate_uct, 6);
    number(file, stats->avg_rate_uct, 6);
    number(file, stats->median_rate_uct, 6);
    number(file, stats->max_rate_uct, 6);
    number(file, stats->volume_uct, 8);
    number(file, stats->fee_revenue_uct, 8);
    number(file, stats->import_uwh, 9);
    number(file, stats->export_uwh, 9);
    number(file, stats->fee_uct, 6);
    lg__file_fixed(file, stats->fee_ppb, 7);
    lg__file_char(file, '\n');
}

static void bill_line(lg_store *store, uint32_t area, const char *party, const char *type,
                      const lg_bill *bill)
{
    lg__file *file = &store->bills_csv;
    field(file, store->paths[area]);
    field(file, party);
    field(file, type);
    number(file, bill->bought_uwh, 9);
    number(file, bill->sold_uwh, 9);
    number(file, bill->spent_uct, 8);
    number(file, bill->earned_uct, 8);
    number(file, lg_add(bill->bought_uwh, -bill->sold_uwh), 9);
    number(file, lg_add(lg_add(bill->spent_uct, bill->market_fee_uct), -bill->earned_uct), 8);
    lg__file_fixed(file, bill->market_fee_uct, 8);
    lg__file_char(file, '\n');
}

/* The rows below the parties of @p area; named as on the reference exchange, which has no
 * rounding account. */
static void closing_lines(lg_store *store, uint32_t area)
{
    lg_bill sum = lg_market_accumulated_bill(store->input.market, area);
    const lg_bill *external = lg_market_external_bill(store->input.market, area);
    int64_t fees_uct = lg_add(sum.market_fee_uct, external->market_fee_uct);
    int64_t rounding_uct = lg_market_rounding_uct(store->input.market, area);
    lg_bill fees = {.earned_uct = fees_uct};
    bill_line(store, area, "Accumulated Trades", "accumulated", &sum);
    bill_line(store, area, "External Trades", "external", external);
    bill_line(store, area, "Market Fees", "fees", &fees);
    if (rounding_uct)
        bill_line(store, area, "Rounding", "rounding", &(lg_bill){.earned_uct = rounding_uct});
    sum.bought_uwh = lg_add(sum.bought_uwh, external->bought_uwh);
    sum.sold_uwh = lg_add(sum.sold_uwh, external->sold_uwh);
    sum.spent_uct = lg_add(sum.spent_uct, external->spent_uct);
    sum.earned_uct = lg_add(lg_add(sum.earned_uct, external->earned_uct), fees_uct);
    sum.earned_uct = lg_add(sum.earned_uct, rounding_uct);
    sum.market_fee_uct = fees_uct;
    bill_line(store, area, "Totals", "totals", &sum);
}

void lg__csv_bills(lg_store *store)
{
    const lg_site *site = store->input.site;
    const lg_market *market = store->input.market;
    for (uint32_t i = 0; i < site->area_count; i++) {
        const lg_area *area = &site->areas[i];
        for (uint32_t a = area->asset_first; a < area->asset_first + area->asset_count; a++)
            bill_line(store, i, site->assets[a].name,
                      store->input.driver_names[site->assets[a].driver],
                      &lg_market_account(market, a)->bill);
        for (uint32_t c = area->child_first; c < area->child_first + area->child_count; c++)
            bill_line(store, i, site->areas[c].name, "area", lg_market_area_bill(market, c));
        closing_lines(store, i);
    }
}
