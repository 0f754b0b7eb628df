/* The intraday market in the report of a run: what it has brought and cost each gridpool. */
#include "app/report.h"

#include "app/table.h"
#include "grid/unit.h"

enum { POOLS_SHOWN = 12 };

static void add_pool(lg_table *table, const lg_report *report, uint32_t index)
{
    const lg_trading_gridpool *pool = &lg_trading_rules_of(report->intraday)->gridpools[index];
    const lg_trading_totals sum = lg_trading_totals_of(report->intraday, index);
    lg_table_cell(table, LG_PLAIN, pool->name);
    lg_table_number(table, LG_PLAIN, lg_kwh_from_uwh(sum.bought_uwh), 2);
    lg_table_number(table, LG_PLAIN, lg_kwh_from_uwh(sum.sold_uwh), 2);
    lg_table_number(table, LG_PLAIN, lg_eur_from_uct(sum.earned_uct - sum.paid_uct), 2);
    lg_table_number(table, LG_PLAIN, lg_eur_from_uct(sum.imbalance_uct), 2);
    lg_table_signed(table, lg_eur_from_uct(lg_trading_money_uct(&sum)), 2);
}

static void write_pools(const lg_report *report, bool colours, lg_mem *mem, lg_text *out)
{
    static const lg_column columns[] = {
        {.title = "gridpool", .left = true, .width_max = 24},
        {.title = "bought", .unit = "kWh"},
        {.title = "sold", .unit = "kWh"},
        {.title = "trades", .unit = "EUR"},
        {.title = "imbalance", .unit = "EUR"},
        {.title = "money", .unit = "EUR"},
    };
    uint32_t count = lg_trading_rules_of(report->intraday)->gridpool_count;
    lg_table table;
    lg_table_init(&table, mem, columns, sizeof columns / sizeof *columns);
    for (uint32_t i = 0; i < count && i < POOLS_SHOWN; i++)
        add_pool(&table, report, i);
    lg_table_print(&table, colours, " ", out);
    lg_table_fini(&table);
    if (count > POOLS_SHOWN)
        lg_text_format(out, " ... and %u more, see summary.json\n", count - POOLS_SHOWN);
}

/* There is no balance of what nobody has delivered yet. */
static void write_beyond(const lg_report *report, lg_text *out)
{
    const lg_trading_rules *rules = lg_trading_rules_of(report->intraday);
    int64_t end_ms = report->scenario->start_ms +
                     (int64_t)report->scenario->slot_count * report->scenario->rules.slot_ms;
    int64_t traded_uwh = 0;
    for (uint32_t i = 0; i < rules->gridpool_count; i++)
        for (uint32_t area = 0; area < rules->area_count; area++) {
            int64_t sold_uwh = lg_trading_net_uwh(report->intraday, i, area, end_ms, INT64_MAX);
            traded_uwh += sold_uwh > 0 ? sold_uwh : 0;
        }
    if (traded_uwh)
        lg_text_format(out,
                       " %.2f kWh of it are for delivery after the last slot: they are paid for, "
                       "and in no balance\n",
                       lg_kwh_from_uwh(traded_uwh));
}

void lg_report_intraday(const lg_report *report, bool colours, lg_mem *mem, lg_text *out)
{
    if (!report->intraday)
        return;
    lg_trading_counts counts = lg_trading_counts_of(report->intraday);
    lg_text_format(out, " intraday: %llu orders, %llu trades, %.2f kWh\n",
                   (unsigned long long)counts.orders, (unsigned long long)counts.trades,
                   lg_kwh_from_uwh(counts.traded_uwh));
    write_beyond(report, out);
    write_pools(report, colours, mem, out);
    lg_text_char(out, '\n');
}
