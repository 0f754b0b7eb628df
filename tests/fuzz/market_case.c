/* Bytes to a market case, and a market case to text. See market_case.h. */
#include "fuzz/market_case.h"

#include <inttypes.h>
#include <string.h>
#include "fuzz/input_bytes.h"
#include "grid/unit.h"

/** Whole cents mostly, so that rates meet; now and then a few micro-cents beside. */
static int64_t take_rate(input_bytes *from)
{
    uint32_t byte = input_take(from);
    if (byte >= 250)
        return INT64_C(1234567) * input_below(from, 256) + (int64_t)byte - 250;
    if (byte == 249)
        return LG_RATE_MAX_UCT;
    return (int64_t)(byte % 32) * LG_CT_UCT;
}

/** Tenths of a kWh mostly; else anything above what is negligible. */
static int64_t take_energy(input_bytes *from)
{
    uint32_t byte = input_take(from);
    if (byte < 240)
        return (int64_t)(byte % 12 + 1) * LG_KWH_UWH / 10;
    if (byte == 240)
        return LG_UNLIMITED_UWH;
    return INT64_C(50000) + INT64_C(7777777) * input_below(from, 256) +
           (int64_t)input_below(from, 7);
}

static int64_t take_fee(input_bytes *from, lg_fee_kind kind)
{
    uint32_t byte = input_take(from);
    if (kind == LG_FEE_PERCENTAGE && byte >= 240)
        return (int64_t)byte * 10000000; /* above all that a bid has */
    if (kind == LG_FEE_PERCENTAGE)
        return byte < 128 ? (int64_t)(byte % 5) * 25000000 : (int64_t)byte * 1234567;
    return byte < 128 ? (int64_t)(byte % 5) * LG_CT_UCT : (int64_t)byte * 12345;
}

static void decode_rules(market_case *c, input_bytes *from)
{
    uint32_t bits = input_take(from);
    c->rules = (lg_rules){
        .match = (lg_match_rule)(bits % 3),
        .fee_kind = bits & 4 ? LG_FEE_PERCENTAGE : LG_FEE_CONSTANT,
        .keep_age = (bits & 8) != 0,
        .compat_gsy = (bits & 0x30) == 0x30,
        .slot_ms = 900000,
        .tick_ms = 90000,
        .ticks_per_slot = 10,
    };
    c->rules.no_market = c->rules.match == LG_PAY_AS_BID && (bits & 0xc0) == 0xc0;
    if (c->rules.compat_gsy) {
        c->rules.keep_age = false;
        c->rules.energy_tolerance_uwh = 20000;
        c->rules.rate_tolerance_uct = 20;
    }
    c->site.seed = bits * 256 + input_take(from);
}

static void decode_area(market_case *c, input_bytes *from, uint32_t index, uint32_t parent)
{
    static const char *const names[] = {"A0", "A1", "A2", "A3", "A4",  "A5",
                                        "A6", "A7", "A8", "A9", "A10", "A11"};
    uint32_t ages = input_take(from);
    c->areas[index] = (lg_area){
        .name = names[index],
        .parent = parent,
        .depth = parent == LG_NONE ? 0 : c->areas[parent].depth + 1,
        .fee_uct = c->rules.fee_kind == LG_FEE_CONSTANT ? take_fee(from, LG_FEE_CONSTANT) : 0,
        .fee_ppb = c->rules.fee_kind == LG_FEE_PERCENTAGE ? take_fee(from, LG_FEE_PERCENTAGE) : 0,
        .offer_age = (uint16_t)(ages % 4),
        .bid_age = (uint16_t)(ages / 4 % 4),
    };
    c->areas[index].uuid.bytes[15] = (uint8_t)(index + 1);
}

static void decode_assets(market_case *c, input_bytes *from, uint32_t area)
{
    static const char *const names[] = {"a0", "a1", "a2",  "a3",  "a4",  "a5",  "a6",  "a7",
                                        "a8", "a9", "a10", "a11", "a12", "a13", "a14", "a15"};
    static const uint32_t roles[] = {LG_ROLE_CONSUMER, LG_ROLE_PRODUCER, LG_ROLE_STORAGE,
                                     LG_ROLE_PROSUMER, LG_ROLE_BUS,      LG_ROLE_MARKET_MAKER,
                                     LG_ROLE_CONSUMER, LG_ROLE_PRODUCER};
    c->areas[area].asset_first = c->site.asset_count;
    for (uint32_t n = input_below(from, 5); n && c->site.asset_count < MARKET_CASE_ASSETS; n--) {
        uint32_t index = c->site.asset_count++;
        c->assets[index] =
            (lg_asset){.name = names[index], .area = area, .role = roles[input_below(from, 8)]};
        c->assets[index].uuid.bytes[0] = (uint8_t)(index + 1);
        c->areas[area].asset_count++;
    }
}

/** Areas level by level, as the site wants them. */
static void decode_site(market_case *c, input_bytes *from)
{
    c->site.mem = lg_mem_system();
    c->site.name = "case";
    c->site.areas = c->areas;
    c->site.assets = c->assets;
    uint32_t levels = input_below(from, 4) + 1;
    decode_area(c, from, 0, LG_NONE);
    c->site.area_count = 1;
    for (uint32_t depth = 0; depth < levels; depth++) {
        uint32_t first = c->site.level_first[depth], end = c->site.area_count;
        if (first == end)
            break;
        c->site.level_count = depth + 1;
        c->site.level_first[depth + 1] = end;
        for (uint32_t area = first; area < end; area++) {
            c->areas[area].child_first = c->site.area_count;
            uint32_t n = depth + 1 < levels ? input_below(from, 4) : 0;
            for (; n && c->site.area_count < MARKET_CASE_AREAS; n--) {
                decode_area(c, from, c->site.area_count++, area);
                c->areas[area].child_count++;
            }
        }
    }
    for (uint32_t area = 0; area < c->site.area_count; area++)
        decode_assets(c, from, area);
}

static int64_t take_cap(input_bytes *from)
{
    uint32_t byte = input_take(from);
    return byte % 4 == 0 ? LG_UNLIMITED_UWH : (int64_t)(byte / 4) * LG_KWH_UWH / 10 + (byte & 1);
}

static void decode_caps(market_case *c, input_bytes *from)
{
    for (uint32_t slot = 0; slot < MARKET_CASE_SLOTS; slot++)
        for (uint32_t i = 0; i < c->site.asset_count; i++) {
            uint32_t role = c->assets[i].role;
            lg_caps *caps = &c->caps[slot][i];
            if (slot >= 2) { /* keeps the head of the input short */
                *caps = c->caps[slot - 2][c->site.asset_count - 1 - i];
                caps->demand_uwh = caps->supply_uwh = 0;
                continue;
            }
            caps->buy_uwh =
                role == LG_ROLE_PRODUCER || role == LG_ROLE_MARKET_MAKER ? 0 : take_cap(from);
            caps->sell_uwh = role == LG_ROLE_CONSUMER ? 0 : take_cap(from);
            caps->demand_uwh = role == LG_ROLE_CONSUMER ? caps->buy_uwh : 0;
            caps->supply_uwh = role == LG_ROLE_PRODUCER ? caps->sell_uwh : 0;
        }
}

static market_op decode_op(const market_case *c, input_bytes *from)
{
    uint32_t byte = input_take(from);
    market_op op = {.kind = OP_TICK};
    if (byte % 16 < 10 && c->site.asset_count) {
        op = (market_op){.kind = OP_PLACE, .target = input_below(from, c->site.asset_count)};
        uint32_t role = c->assets[op.target].role;
        op.side = byte & 16 ? LG_OFFER : LG_BID;
        if (byte >= 8 && role == LG_ROLE_CONSUMER)
            op.side = LG_BID;
        if (byte >= 8 && (role == LG_ROLE_PRODUCER || role == LG_ROLE_MARKET_MAKER))
            op.side = LG_OFFER;
        op.replace = (byte & 32) != 0;
        op.energy_uwh = take_energy(from);
        op.rate_uct = take_rate(from);
    } else if (byte % 16 == 10 && c->site.asset_count) {
        op = (market_op){.kind = OP_CANCEL,
                         .target = input_below(from, c->site.asset_count),
                         .side = byte & 16 ? LG_OFFER : LG_BID,
                         .which = (byte >> 5) % 4};
    } else if (byte == 15) {
        op = (market_op){.kind = OP_SLOT};
    } else if (byte == 31 || byte == 47) {
        op = (market_op){.kind = OP_FEE,
                         .target = input_below(from, c->site.area_count),
                         .rate_uct = take_fee(from, c->rules.fee_kind)};
    } else if (byte == 63 || byte == 79) {
        uint32_t how = input_take(from);
        op = (market_op){.kind = OP_SWITCH, .which = how % 3, .replace = (how & 32) != 0};
        uint32_t count = op.which == 2 ? c->site.asset_count : c->site.area_count;
        if (!count)
            return (market_op){.kind = OP_TICK};
        op.target = input_below(from, count);
    }
    return op;
}

void market_case_decode(market_case *c, const uint8_t *bytes, size_t size)
{
    input_bytes from = {.bytes = bytes, .size = size};
    memset(c, 0, sizeof *c);
    decode_rules(c, &from);
    decode_site(c, &from);
    decode_caps(c, &from);
    while (from.at < from.size && c->op_count < MARKET_CASE_OPS - 8)
        c->ops[c->op_count++] = decode_op(c, &from);
    for (int i = 0; i < 8; i++) /* let what was placed last travel */
        c->ops[c->op_count++] = (market_op){.kind = OP_TICK};
}

static void print_site(const market_case *c, FILE *out)
{
    static const char *const roles[] = {"?",       "consumer", "producer",
                                        "storage", "bus",      "market maker"};
    for (uint32_t i = 0; i < c->site.area_count; i++) {
        const lg_area *area = &c->areas[i];
        fprintf(out, "%*sA%" PRIu32, (int)(2 * area->depth), "", i);
        if (area->parent != LG_NONE)
            fprintf(out, " in A%" PRIu32, area->parent);
        fprintf(out, ": fee %" PRId64 " uct, %" PRId64 " ppb, ages %u offer %u bid\n",
                area->fee_uct, area->fee_ppb, area->offer_age, area->bid_age);
    }
    for (uint32_t i = 0; i < c->site.asset_count; i++)
        fprintf(out,
                "a%" PRIu32 " in A%" PRIu32 ": %s; caps of slot 0 buy %" PRId64 " sell %" PRId64
                "\n",
                i, c->assets[i].area, roles[c->assets[i].role], c->caps[0][i].buy_uwh,
                c->caps[0][i].sell_uwh);
}

static void print_op(const market_op *op, FILE *out)
{
    const char *side = op->side == LG_BID ? "bid" : "offer";
    switch (op->kind) {
    case OP_PLACE:
        fprintf(out, "a%" PRIu32 " %s %" PRId64 " uWh @ %" PRId64 " uct%s\n", op->target, side,
                op->energy_uwh, op->rate_uct, op->replace ? ", replacing" : "");
        break;
    case OP_CANCEL:
        fprintf(out, "a%" PRIu32 " cancels %s %" PRIu32 " (0: all)\n", op->target, side, op->which);
        break;
    case OP_TICK:
        fprintf(out, "tick\n");
        break;
    case OP_SLOT:
        fprintf(out, "next slot\n");
        break;
    case OP_FEE:
        fprintf(out, "fee of A%" PRIu32 " becomes %" PRId64 "\n", op->target, op->rate_uct);
        break;
    case OP_SWITCH:
        fprintf(out, "%c%" PRIu32 " is %s%s\n", op->which == 2 ? 'a' : 'A', op->target,
                op->which == 0 ? op->replace ? "" : "dis"
                : op->replace  ? "en"
                               : "dis",
                op->which == 0 ? "connected" : "abled");
        break;
    }
}

void market_case_print(const market_case *c, FILE *out)
{
    static const char *const rules[] = {"one-sided", "pay as bid", "pay as clear"};
    fprintf(out, "%s, %s fees, keep_age %d, compat %d, seed %" PRIu64 "\n",
            c->rules.no_market ? "no market" : rules[c->rules.match],
            c->rules.fee_kind == LG_FEE_CONSTANT ? "constant" : "percentage", c->rules.keep_age,
            c->rules.compat_gsy, c->site.seed);
    print_site(c, out);
    for (uint32_t i = 0; i < c->op_count; i++) {
        fprintf(out, "%3" PRIu32 "  ", i);
        print_op(&c->ops[i], out);
    }
}
