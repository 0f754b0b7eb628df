/* host/script/sight.h — the one window through which scripts see the running market
 *
 * Where the market is in the same process, a look is the call of the market itself. Elsewhere the
 * same questions are put to whoever has it: rows of sight.def with three numbers, answered with
 * plain data. So a script reads the same wherever it runs.
 */
#ifndef LG_SCRIPT_SIGHT_H
#define LG_SCRIPT_SIGHT_H

#include "desk/desk.h"
#include "market/origin.h"
#include "script/intraday_look.h"

/** Reads what the scripts may see of devices; filled by the application from the fleet. */
typedef struct lg_device_view {
    void *ctx;
    const lg_plan *(*plan)(void *ctx, uint32_t asset); /* of the running slot */
    const char *(*type)(void *ctx, uint32_t asset);    /* the driver's word: "pv"; may be NULL */
    const lg_origins *origins; /* where stored energy comes from; may be NULL */
} lg_device_view;

/** Open orders of an asset on one side. */
typedef struct lg_sight_orders {
    uint32_t count, reserved;
    lg_order items[LG_ORDERS_MAX];
} lg_sight_orders;

/** The settlement markets of the run. */
typedef struct lg_sight_settling {
    bool on;        /* there are some */
    uint32_t count; /* open ones */
    uint32_t span;  /* slots that one stays open */
    uint32_t last;  /* slot that was measured last; LG_NONE */
} lg_sight_settling;

typedef enum lg_sight_row {
#define LG_SIGHT_REF(name, type, right, expression)   LG_SIGHT_##name,
#define LG_SIGHT_VALUE(name, type, right, expression) LG_SIGHT_##name,
#include "script/sight.def"
    LG_SIGHT_COUNT
} lg_sight_row;

/** A question. */
typedef struct lg_sight_key {
    uint32_t row; /* lg_sight_row */
    uint32_t a, b, c;
} lg_sight_key;

/** Largest answer. */
#define LG_SIGHT_SIZE_MAX sizeof(lg_sight_orders)

typedef struct lg_sight {
    const lg_site *site;
    const lg_rules *rules;
    /** The answer of the market elsewhere: a record of the row's type, or NULL; valid until the
     * callback ends or waits. NULL: the market is here. */
    const void *(*ask)(void *ctx, const lg_sight_key *key);
    void *ctx;
    /** The intraday market likewise; NULL: it is here. */
    const lg_look_elsewhere *looks;
    /* When the market is here. */
    const lg_desk *desk;
    const uint32_t *held; /* lg_desk_held_assets() of it; NULL: nothing is */
    const lg_market *market;
    lg_device_view devices;
    int64_t slot_start_ms; /* of the running slot: profiles are read there */
} lg_sight;

/** Size of the answer to @p row, and its name; 0 and NULL: there is no such row. */
uint32_t lg_sight_size(uint32_t row);
const char *lg_sight_name(uint32_t row);

/**
 * Answers for a market in this process, whoever asks: the arguments are checked, and what the desk
 * of @p sight may not see is refused.
 * @param out   room for LG_SIGHT_SIZE_MAX bytes
 * @param size  of the answer; 0: there is no such record
 * @return LG_OK; LG_UNKNOWN no such row, asset or area; LG_FOREIGN
 */
lg_status lg_sight_answer(const lg_sight *sight, const lg_sight_key *key, void *out,
                          uint32_t *size) LG_CHECKED;

/* Parts of the expressions. */
const lg_position *lg__sight_no_position(void);
static inline bool lg__sight_is_held(const lg_sight *s, uint32_t asset)
{
    return __builtin_expect(s->held && *s->held > 0, 0) && !lg_desk_commands_asset(s->desk, asset);
}
static inline const lg_position *lg__sight_position(const lg_sight *s, uint32_t asset)
{
    return lg__sight_is_held(s, asset) ? lg__sight_no_position()
                                       : lg_market_position(s->market, asset);
}
const lg_position *lg__sight_position_in(const lg_sight *s, uint32_t asset, uint32_t time_slot);
const lg_plan *lg__sight_no_plan(void);
static inline const lg_plan *lg__sight_plan(const lg_sight *s, uint32_t asset)
{
    const lg_device_view *view = &s->devices;
    const lg_plan *plan = view->plan ? view->plan(view->ctx, asset) : NULL;
    return plan ? plan : lg__sight_no_plan();
}
const lg_origin_sums *lg__sight_origins(const lg_sight *s, uint32_t asset);
const lg_market_stats *lg__sight_last_stats(const lg_sight *s, uint32_t area);
const lg_bill *lg__sight_external_bill(const lg_sight *s, uint32_t area);
lg_bill lg__sight_accumulated_bill(const lg_sight *s, uint32_t area);
lg_sight_orders lg__sight_orders(const lg_sight *s, uint32_t asset, uint32_t time_slot,
                                 lg_side side);
double lg__sight_profile(const lg_sight *s, uint32_t asset, uint32_t param);
bool lg__sight_rates_vary(const lg_sight *s, uint32_t asset);
int32_t lg__sight_market_type(const lg_sight *s, uint32_t time_slot);
lg_sight_settling lg__sight_settling(const lg_sight *s);
uint32_t lg__sight_settling_slot(const lg_sight *s, uint32_t index);
int64_t lg__sight_unsettled(const lg_sight *s, uint32_t asset, uint32_t slot);
int64_t lg__sight_deviation(const lg_sight *s, uint32_t asset, uint32_t slot);
int64_t lg__sight_area_deviation(const lg_sight *s, uint32_t area, uint32_t slot);
lg_bill lg__sight_settlement_bill(const lg_sight *s, uint32_t asset);

/* lg__see_position(s, a, b, c) and so on: the market's own function, or the question. */
#define LG__SEE(name, result, local, remote)                                                       \
    static inline result lg__see_##name(const lg_sight *s, uint32_t a, uint32_t b, uint32_t c)     \
    {                                                                                              \
        (void)a, (void)b, (void)c;                                                                 \
        if (__builtin_expect(!s->ask, 1))                                                          \
            return local;                                                                          \
        const lg_sight_key key = {LG_SIGHT_##name, a, b, c};                                       \
        return remote;                                                                             \
    }
#define LG_SIGHT_REF(name, type, right, expression)                                                \
    LG__SEE(name, const type *, expression, (const type *)s->ask(s->ctx, &key))
#define LG_SIGHT_VALUE(name, type, right, expression)                                              \
    LG__SEE(name, type, expression, *(const type *)s->ask(s->ctx, &key))
#include "script/sight.def"
#undef LG__SEE

/** lg__see(agent, position, asset): arguments that a row does not have are left out, but for the
 * first. */
#define lg__see(agent, name, ...)          lg__see_pad(name, &(agent)->sight, __VA_ARGS__, 0, 0, 0)
#define lg__see_pad(name, s, a, b, c, ...) lg__see_##name(s, a, b, c)

#endif
