/* The intraday market as comma-separated text: orders when they are over, both sides of trades. */
#include "store/parts.h"

#include "base/clock.h"

lg_status lg__csv_create_intraday(lg_store *store, lg_err *err)
{
    static const struct {
        const char *name, *columns;
    } files[LG__INTRADAY_FILES] = {
        [LG__INTRADAY_ORDERS] = {"orders-intraday.csv",
                                 "order,gridpool,area,start,minutes,type,side,execution,"
                                 "price_per_MWh,quantity_MW,filled_MW,state,reason,actor,created,"
                                 "changed,tag\n"},
        [LG__INTRADAY_TRADES] = {"trades-intraday.csv",
                                 "trade,side,order,gridpool,area,start,minutes,time,price_per_MWh,"
                                 "quantity_MW,energy_kWh,amount\n"},
    };
    lg_status status = LG_OK;
    for (int i = 0; i < LG__INTRADAY_FILES && status == LG_OK && store->input.csv; i++) {
        status =
            lg__file_create(&store->intraday_csv[i], store->mem, store->folder, files[i].name, err);
        if (status == LG_OK)
            lg__file_str(&store->intraday_csv[i], files[i].columns);
    }
    return status;
}

static void field(lg__file *file, const char *text)
{
    lg__file_csv(file, text ? text : "");
    lg__file_char(file, ',');
}

static void number(lg__file *file, int64_t value, int decimals)
{
    lg__file_fixed(file, value, decimals);
    lg__file_char(file, ',');
}

static void moment(lg__file *file, int64_t time_ms)
{
    char text[40];
    lg_clock_format(time_ms, text);
    field(file, text);
}

static const char *area_of(const lg_store *store, uint32_t area)
{
    return lg_trading_rules_of(store->trading)->areas[area].code;
}

void lg__csv_intraday_order(lg_store *store, const lg_trading_order *o)
{
    lg__file *file = &store->intraday_csv[LG__INTRADAY_ORDERS];
    const lg_trading_terms *t = &o->terms;
    if (!lg__file_is_open(file))
        return;
    number(file, (int64_t)o->id, 0);
    number(file, (int64_t)o->gridpool, 0);
    field(file, area_of(store, t->area));
    moment(file, t->start_ms);
    number(file, t->minutes, 0);
    field(file, lg_trading_type_word(t->type));
    field(file, lg_trading_side_word(t->side));
    field(file, lg_trading_execution_word(t->execution));
    number(file, t->price, 3);
    number(file, t->quantity, 3);
    number(file, o->filled, 3);
    field(file, lg_trading_state_word(o->state));
    field(file, lg_trading_reason_word(o->reason));
    field(file, lg_trading_actor_word(o->actor));
    moment(file, o->created_ms);
    moment(file, o->modified_ms);
    lg__file_csv(file, t->tag ? t->tag : "");
    lg__file_char(file, '\n');
}

void lg__csv_intraday_trade(lg_store *store, const lg_trading_trade *t)
{
    lg__file *file = &store->intraday_csv[LG__INTRADAY_TRADES];
    int64_t amount = lg_trading_uct(t->price, t->quantity, t->minutes);
    if (!lg__file_is_open(file))
        return;
    number(file, (int64_t)t->id, 0);
    field(file, lg_trading_side_word(t->side));
    number(file, (int64_t)t->order_id, 0);
    number(file, (int64_t)t->gridpool, 0);
    field(file, area_of(store, t->area));
    moment(file, t->start_ms);
    number(file, t->minutes, 0);
    moment(file, t->time_ms);
    number(file, t->price, 3);
    number(file, t->quantity, 3);
    number(file, lg_trading_uwh(t->quantity, t->minutes * LG_MINUTE_MS), 9);
    lg__file_fixed(file, t->side == LG_TRADING_BUY ? -amount : amount, 8);
    lg__file_char(file, '\n');
}
