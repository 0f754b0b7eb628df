/* The intraday market of two runs: the money of each gridpool, side by side. */
#include "app/compare.h"

#include <math.h>
#include <string.h>
#include "grid/unit.h"

static int64_t number_of(lg_past *past, const char *sql)
{
    lg_past_rows rows;
    lg_past_ask(past, &rows, sql, NULL, 0);
    int64_t number = lg_past_next(&rows) ? lg_past_int(&rows, 0) : 0;
    lg_past_drop(&rows);
    return number;
}

bool lg_compare_read_intraday(lg_past *past, lg_compare_side *side)
{
    lg_past_rows rows;
    if (!number_of(past, "SELECT count(*) FROM sqlite_master WHERE name = 'intraday_balances'"))
        return true; /* results of an older version */
    uint32_t count = (uint32_t)number_of(past, "SELECT count(*) FROM gridpools");
    side->gridpools = lg_arena_alloc(&side->arena, (count + 1) * sizeof *side->gridpools);
    bool exhausted = !side->gridpools;
    lg_past_ask(past, &rows, LG_COMPARE_GRIDPOOLS_SQL, NULL, 0);
    while (!exhausted && side->gridpool_count < count && lg_past_next(&rows)) {
        const char *name = lg_past_text(&rows, 0);
        lg_compare_gridpool *pool = &side->gridpools[side->gridpool_count++];
        *pool = (lg_compare_gridpool){
            .name = lg_arena_text(&side->arena, name, strlen(name)),
            .bought_uwh = lg_past_int(&rows, 1),
            .sold_uwh = lg_past_int(&rows, 2),
            .trades_uct = lg_past_int(&rows, 3),
            .imbalance_uct = lg_past_int(&rows, 4),
        };
        exhausted = !pool->name;
    }
    lg_past_drop(&rows);
    return !exhausted;
}

static const lg_compare_gridpool *pool_of(const lg_compare_side *side, const char *name)
{
    for (uint32_t i = 0; i < side->gridpool_count; i++)
        if (strcmp(side->gridpools[i].name, name) == 0)
            return &side->gridpools[i];
    return NULL;
}

static void put(lg_comparison *c, const lg_compare_gridpool *a, const lg_compare_gridpool *b)
{
    const char *of = (a ? a : b)->name;
#define BOTH(name, unit, expression)                                                               \
    do {                                                                                           \
        const lg_compare_gridpool *p = a;                                                          \
        double first = p ? expression : NAN;                                                       \
        p = b;                                                                                     \
        lg_compare_add(c, of, name, unit, 2, first, p ? expression : NAN);                         \
    } while (0)
    BOTH("intraday_bought", "kWh", lg_kwh_from_uwh(p->bought_uwh));
    BOTH("intraday_sold", "kWh", lg_kwh_from_uwh(p->sold_uwh));
    BOTH("intraday_trades", "EUR", lg_eur_from_uct(p->trades_uct));
    BOTH("intraday_imbalance", "EUR", lg_eur_from_uct(p->imbalance_uct));
    BOTH("intraday_money", "EUR", lg_eur_from_uct(p->trades_uct + p->imbalance_uct));
#undef BOTH
}

void lg_compare_intraday(lg_comparison *c)
{
    const lg_compare_side *a = &c->sides[0], *b = &c->sides[1];
    for (uint32_t i = 0; i < a->gridpool_count; i++)
        put(c, &a->gridpools[i], pool_of(b, a->gridpools[i].name));
    for (uint32_t i = 0; i < b->gridpool_count; i++)
        if (!pool_of(a, b->gridpools[i].name))
            put(c, NULL, &b->gridpools[i]);
}
