/* Each request goes to both markets: they must take the same ones, make the same trades and leave
 * the same orders. Terms are mostly good and sometimes anything. */
#include "fuzz/trading_case.h"

#include <string.h>
#include "fuzz/input_bytes.h"
#include "fuzz/naive_trading.h"

#define NOON INT64_C(1748779200000)

enum { POOLS = 3, STEP = 100 };

typedef struct play {
    lg_trading *market;
    naive_trading naive;
    char said[1 << 16], naive_said[1 << 16];
    FILE *out;
    int64_t now_ms;
    uint32_t owners[NAIVE_ORDERS];
} play;

static void on_trade(void *ctx, const lg_trading_public_trade *trade)
{
    play *p = ctx;
    size_t length = strlen(p->said);
    snprintf(p->said + length, sizeof p->said - length, "%lld@%lld ", (long long)trade->quantity,
             (long long)trade->price);
}

static int64_t any_number(input_bytes *in)
{
    uint64_t number = 0;
    for (int i = 0; i < 8; i++)
        number = number << 8 | input_take(in);
    return (int64_t)number;
}

static lg_trading_terms read_terms(input_bytes *in)
{
    static const uint8_t executions[] = {
        0, 0, 0, 0, LG_TRADING_AON, LG_TRADING_FOK, LG_TRADING_IOC};
    static const uint8_t types[] = {1,
                                    1,
                                    1,
                                    1,
                                    LG_TRADING_STOP_LIMIT,
                                    LG_TRADING_ICEBERG,
                                    LG_TRADING_BLOCK,
                                    LG_TRADING_BALANCE};
    uint32_t what = input_take(in);
    lg_trading_terms terms = {
        .area = input_below(in, 2),
        .start_ms = NOON + 7200000,
        .minutes = 15,
        .type = types[what % 8],
        .side = 1 + what / 8 % 2,
        .execution = executions[input_below(in, 7)],
        .price = 50000 + 10 * (int64_t)(input_take(in) % 16),
        .quantity = STEP * (1 + (int64_t)input_below(in, 12)),
        .stop_price = LG_TRADING_NO_PRICE,
        .peak_delta = LG_TRADING_NO_PRICE,
    };
    if (terms.type == LG_TRADING_STOP_LIMIT)
        terms.stop_price = 50000 + 10 * (int64_t)input_below(in, 16);
    if (terms.type == LG_TRADING_ICEBERG) {
        terms.execution = 0;
        terms.display = STEP * (1 + (int64_t)input_below(in, 4));
        terms.peak_delta = 10 * (int64_t)input_below(in, 3);
    }
    if (!terms.execution && what > 200)
        terms.valid_until_ms = NOON + 60000 * (int64_t)input_below(in, 90);
    if (what == 255) /* anything */
        terms = (lg_trading_terms){.area = input_take(in),
                                   .start_ms = any_number(in),
                                   .minutes = input_take(in),
                                   .type = input_take(in),
                                   .side = input_take(in),
                                   .execution = input_take(in),
                                   .price = any_number(in),
                                   .quantity = any_number(in),
                                   .stop_price = any_number(in),
                                   .peak_delta = any_number(in),
                                   .display = any_number(in),
                                   .valid_until_ms = any_number(in)};
    return terms;
}

/* The naive market looks at one period and does not know what it must refuse. */
static void create(play *p, input_bytes *in)
{
    uint32_t pool = input_below(in, POOLS);
    lg_trading_terms terms = read_terms(in);
    uint64_t id;
    if (lg_trading_create(p->market, pool, &terms, &id) != LG_TRADING_OK_WHY)
        return;
    p->owners[id - 1] = pool;
    naive_trading_create(&p->naive, &terms);
}

static void update(play *p, input_bytes *in)
{
    uint32_t id = 1 + input_take(in) % (uint32_t)p->naive.count;
    uint32_t set = input_below(in, 4);
    lg_trading_terms terms = {.price = 50000 + 10 * (int64_t)input_below(in, 16),
                              .quantity = STEP * (1 + (int64_t)input_below(in, 12))};
    if (lg_trading_update(p->market, p->owners[id - 1], id, set, &terms) == LG_TRADING_OK_WHY)
        naive_trading_update(&p->naive, (int)id, set, &terms);
}

static void cancel(play *p, input_bytes *in)
{
    uint32_t id = 1 + input_take(in) % (uint32_t)p->naive.count;
    if (lg_trading_cancel(p->market, p->owners[id - 1], id) == LG_TRADING_OK_WHY)
        naive_trading_cancel(&p->naive, (int)id);
}

static void pass_time(play *p, input_bytes *in)
{
    p->now_ms += 10000 * (int64_t)input_below(in, 8);
    lg_trading_advance(p->market, p->now_ms, 0);
    naive_trading_expire(&p->naive, p->now_ms);
}

static bool same_orders(play *p)
{
    for (int i = 0; i < p->naive.count; i++) {
        const naive_order *n = &p->naive.orders[i];
        lg_trading_order o;
        if (!lg_trading_order_of(p->market, p->owners[i], (uint64_t)i + 1, &o) ||
            (int)o.state != n->state || o.open != n->open || o.terms.price != n->price) {
            if (p->out)
                fprintf(p->out, "order %d: %s %lld @ %lld, expected %s %lld @ %lld\n", i + 1,
                        lg_trading_state_word(o.state), (long long)o.open, (long long)o.terms.price,
                        lg_trading_state_word((uint32_t)n->state), (long long)n->open,
                        (long long)n->price);
            return false;
        }
    }
    return true;
}

static bool agrees(play *p)
{
    const char *wrong = lg_trading_check(p->market);
    bool same = !wrong && strcmp(p->said, p->naive_said) == 0 && same_orders(p);
    if (!same && p->out)
        fprintf(p->out, "%s\ntrades: %s\nexpected: %s\n", wrong ? wrong : "they differ", p->said,
                p->naive_said);
    return same;
}

static void open_play(play *p, input_bytes *in, lg_trading_area *areas, lg_trading_link *links,
                      lg_trading_rules *rules)
{
    static const lg_trading_gridpool pools[POOLS] = {{.id = 1}, {.id = 2}, {.id = 3}};
    for (uint32_t i = 0; i < 2; i++)
        areas[i] = (lg_trading_area){.index = i,
                                     .code = i ? "B" : "A",
                                     .minutes = 2,
                                     .price_step = 10,
                                     .quantity_step = STEP,
                                     .gate_ms = 300000,
                                     .horizon_ms = 86400000};
    bool linked = input_below(in, 2);
    links[0] = (lg_trading_link){0, 1, STEP * (int64_t)input_below(in, 30)};
    links[1] = (lg_trading_link){1, 0, STEP * (int64_t)input_below(in, 30)};
    *rules = (lg_trading_rules){.areas = areas,
                                .gridpools = pools,
                                .links = links,
                                .area_count = 2,
                                .gridpool_count = POOLS,
                                .link_count = linked ? 2 : 0,
                                .self_trade = LG_SELF_ALLOW,
                                .orders_max = 1000,
                                .orders_kept = 1000,
                                .log_max = 64};
    p->naive = (naive_trading){.seq = 1,
                               .last = {LG_TRADING_NO_PRICE, LG_TRADING_NO_PRICE},
                               .low = {INT64_MAX, INT64_MAX},
                               .high = {INT64_MIN, INT64_MIN},
                               .capacity = {links[0].capacity, links[1].capacity},
                               .linked = linked,
                               .text = p->naive_said,
                               .text_size = sizeof p->naive_said};
    p->said[0] = p->naive_said[0] = 0;
    p->now_ms = NOON;
    p->market = lg_trading_new(lg_mem_system(), rules, NOON);
    const lg_trading_sink sink = {.ctx = p, .public_trade = on_trade};
    lg_trading_listen(p->market, &sink);
}

bool trading_case_agrees(const uint8_t *bytes, size_t size, FILE *out)
{
    static play p;
    input_bytes in = {.bytes = bytes, .size = size};
    lg_trading_area areas[2];
    lg_trading_link links[2];
    lg_trading_rules rules;
    open_play(&p, &in, areas, links, &rules);
    p.out = out;
    bool same = true;
    while (same && in.at < in.size && p.naive.count < NAIVE_ORDERS) {
        uint32_t what = p.naive.count ? input_below(&in, 10) : 0;
        if (what < 6)
            create(&p, &in);
        else if (what < 8)
            update(&p, &in);
        else if (what == 8)
            cancel(&p, &in);
        else
            pass_time(&p, &in);
        same = strlen(p.said) < 60000 ? agrees(&p) : same;
        if (strlen(p.said) >= 60000)
            break;
    }
    lg_trading_free(p.market);
    return same;
}
