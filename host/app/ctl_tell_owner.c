/* Fields that are not there are left out, as in ctl_tell.c. */
#include "app/ctl_tell_owner.h"

#include <stdio.h>
#include <string.h>
#include "app/plain.h"

static const cJSON *field(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text_of(const cJSON *object, const char *key)
{
    const cJSON *item = field(object, key);
    return cJSON_IsString(item) ? item->valuestring : "";
}

static double number_of(const cJSON *object, const char *key)
{
    const cJSON *item = field(object, key);
    return cJSON_IsNumber(item) ? item->valuedouble : 0;
}

static void put(const char *text)
{
    lg_plain_put(text, stdout);
}

/* "37.5 %", or "-" */
static void put_share(const cJSON *object, const char *key)
{
    const cJSON *item = field(object, key);
    if (cJSON_IsNumber(item))
        printf("%.1f %%", item->valuedouble);
    else
        putchar('-');
}

static void tell_seat(const cJSON *seat)
{
    put(text_of(seat, "name"));
    if (strcmp(text_of(seat, "owner"), text_of(seat, "name")) != 0) {
        fputs(" of ", stdout);
        put(text_of(seat, "owner"));
    }
    const char *state = text_of(seat, "state");
    fputs(strcmp(state, "left") == 0       ? " (has left: template strategies)"
          : strcmp(state, "baseline") == 0 ? " (template strategies)"
                                           : "",
          stdout);
}

void lg_ctl_tell_community(const cJSON *answer)
{
    const cJSON *seat, *all = field(answer, "community");
    if (all) {
        fputs("together self-sufficiency ", stdout);
        put_share(all, "self_sufficiency_percent");
        fputs(", self-consumption ", stdout);
        put_share(all, "self_consumption_percent");
        printf(", peak import %.2f kW\n", number_of(all, "peak_import_kW"));
    }
    cJSON_ArrayForEach(seat, field(answer, "seats"))
    {
        fputs("seat     ", stdout);
        tell_seat(seat);
        putchar('\n');
    }
    if (number_of(answer, "wrong_tokens") > 0)
        printf("tokens   %.0f requests came without one of this run\n",
               number_of(answer, "wrong_tokens"));
}

static void tell_asset(const cJSON *asset)
{
    const cJSON *order, *bill = field(asset, "bill");
    fputs("  ", stdout);
    put(text_of(asset, "name"));
    printf(": bought %.3f kWh, sold %.3f kWh, %.2f EUR\n", number_of(bill, "bought_kWh"),
           number_of(bill, "sold_kWh"), number_of(bill, "total_EUR"));
    cJSON_ArrayForEach(order, field(asset, "orders"))
    {
        fputs("    open ", stdout);
        put(text_of(order, "side"));
        printf(" of %.3f kWh at %.2f ct/kWh\n", number_of(order, "energy_kWh"),
               number_of(order, "rate_ct_per_kWh"));
    }
}

static void tell_trade(const cJSON *trade)
{
    printf("  slot %.0f tick %.0f  ", number_of(trade, "slot"), number_of(trade, "tick"));
    put(text_of(trade, "asset"));
    fputs(strcmp(text_of(trade, "side"), "buy") == 0 ? " bought" : " sold", stdout);
    printf(" %.3f kWh for %.2f ct\n", number_of(trade, "energy_kWh"), number_of(trade, "price_ct"));
}

void lg_ctl_tell_view(const cJSON *answer)
{
    const cJSON *seat, *item;
    cJSON_ArrayForEach(seat, field(answer, "seats"))
    {
        tell_seat(seat);
        printf(": v%.0f\n", number_of(seat, "version"));
        cJSON_ArrayForEach(item, field(seat, "homes"))
        {
            fputs("  ", stdout);
            put(text_of(item, "name"));
            printf(": bill %.2f EUR, %.2f EUR without the market, saved %.2f EUR\n",
                   number_of(item, "bill_EUR"), number_of(item, "no_market_EUR"),
                   number_of(item, "saved_EUR"));
        }
        cJSON_ArrayForEach(item, field(seat, "assets")) tell_asset(item);
        cJSON_ArrayForEach(item, field(seat, "trades")) tell_trade(item);
    }
}

void lg_ctl_tell_stats(const cJSON *answer)
{
    const cJSON *market;
    cJSON_ArrayForEach(market, field(answer, "markets"))
    {
        const cJSON *slot = field(market, "last_slot");
        put(text_of(market, "market"));
        printf(": fee %g %s, %.2f EUR of fees, peak import %.3f kWh, self-sufficiency ",
               number_of(market, "next_fee"), text_of(market, "fee_unit"),
               number_of(market, "fees_EUR"), number_of(market, "peak_import_kWh"));
        put_share(market, "self_sufficiency_percent");
        putchar('\n');
        if (cJSON_IsObject(slot))
            printf("  slot %.0f: %.0f trades, %.3f kWh at %.2f ct/kWh, in %.3f, out %.3f\n",
                   number_of(slot, "slot"), number_of(slot, "trades"),
                   number_of(slot, "energy_kWh"), number_of(slot, "avg_rate"),
                   number_of(slot, "import_kWh"), number_of(slot, "export_kWh"));
    }
}

void lg_ctl_tell_leave(const cJSON *answer)
{
    put(text_of(answer, "seat"));
    printf(": the template strategies trade from slot %.0f on\n", number_of(answer, "from_slot"));
}
