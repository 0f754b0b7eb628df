/* Two-sided, by a rule of a plugin. The rule is shown copies of all orders that could trade in the
 * market, own and from outside, and recommends pairs; match_check.c executes what may be. Then it
 * is asked again with what is left, until nothing trades or it was asked often enough for a tick. A
 * rule that misbehaves is set aside: from then on nothing trades, since trading on by another rule
 * would be another market than the one that was asked for. */
#include "market/by_plugin.h"

#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LG__DRAW_MATCH UINT64_C(0x6d6174636800) /* "match": the purpose of this draw */

/* A rule that goes on recommending so often after it was told to stop is left where it is. */
enum { IGNORED_MAX = 1000, SCRATCH_BLOCK = 4096 };
#define SCRATCH_MAX (UINT64_C(1) << 30)

struct lg__rule *lg__rule_new(lg_mem *mem, const lg_matcher *matcher)
{
    struct lg__rule *rule = lg_mem_zalloc(mem, 1, sizeof *rule);
    if (!rule)
        return NULL;
    rule->mem = mem;
    rule->matcher = matcher;
    rule->counts = matcher->counts;
    lg_arena_init(&rule->terms.arena, mem, SCRATCH_BLOCK);
    lg_arena_init(&rule->scratch, mem, SCRATCH_BLOCK);
    return rule;
}

void lg__rule_free(struct lg__rule *rule)
{
    if (!rule)
        return;
    lg_mem *mem = rule->mem;
    lg__terms_fini(&rule->terms);
    lg_arena_drop(&rule->scratch);
    for (int side = 0; side < 2; side++) {
        lg_mem_free(mem, rule->orders[side],
                    rule->order_capacity[side] * sizeof *rule->orders[side]);
        lg_mem_free(mem, rule->records[side],
                    rule->record_capacity[side] * sizeof *rule->records[side]);
    }
    lg_mem_free(mem, rule->matches, rule->match_capacity * sizeof *rule->matches);
    lg_mem_free(mem, rule, sizeof *rule);
}

struct lg__terms_book *lg__rule_terms(struct lg__rule *rule)
{
    return &rule->terms;
}

lg_match_counts lg_market_match_counts(const lg_market *m)
{
    return m->rule ? *m->rule->counts : (lg_match_counts){0};
}

void lg__rule_say(const struct lg__rule *rule, const char *format, ...)
{
    char sentence[LG_ERR_TEXT_MAX];
    if (!rule->matcher->heard)
        return;
    int used =
        snprintf(sentence, sizeof sentence, "matching rule \"%s\" ", rule->matcher->rule->name);
    va_list args;
    va_start(args, format);
    vsnprintf(sentence + used, sizeof sentence - (size_t)used, format, args);
    va_end(args);
    rule->matcher->heard(rule->matcher->ctx, sentence);
}

/* ---- what the rule is shown ---- */

/* The energy that is left under requirement @p i of @p terms. */
static int64_t energy_left(const struct lg__terms *terms, uint32_t i)
{
    int64_t most = terms->said.requirements[i].energy_uwh;
    return most == LG_MATCH_UNLIMITED ? most : most - terms->traded_uwh[i];
}

/* A rate of the buyer's own market as it is here, where the bid's own rate is @p here. */
static int64_t rate_here(const lg_market *m, int64_t rate_uct, int64_t original, int64_t here)
{
    if (rate_uct == LG_MATCH_UNLIMITED)
        return rate_uct;
    if (m->rules.fee_kind == LG_FEE_CONSTANT)
        return rate_uct - (original - here);
    return original > 0 ? lg_muldiv(rate_uct, here, original) : 0;
}

/* Shows the terms of order @p record in @p seen. */
static lg_status show_terms(lg_market *m, uint32_t record, lg_match_order *seen)
{
    struct lg__rule *rule = m->rule;
    const struct lg__terms *terms = lg__terms_of(m, record);
    const lg_matcher *matcher = rule->matcher;
    bool offer = m->orders[record].side == LG_OFFER;
    if (offer)
        seen->energy_type = terms && terms->said.energy_type ? terms->said.energy_type
                            : matcher->energy_type ? matcher->energy_type(matcher->ctx, seen->asset)
                                                   : NULL;
    if (!terms || terms->said.requirement_count == 0)
        return LG_OK;
    uint32_t count = terms->said.requirement_count;
    lg_requirement *list = lg_arena_alloc(&rule->scratch, count * sizeof *list);
    if (!list)
        return LG_MEMORY;
    for (uint32_t i = 0; i < count; i++) {
        list[i] = terms->said.requirements[i];
        list[i].energy_uwh = energy_left(terms, i);
        list[i].rate_uct =
            rate_here(m, list[i].rate_uct, m->orders[record].rate_uct, seen->rate_uct);
    }
    seen->requirements = (lg_array){list, count, sizeof *list};
    rule->requirement_count += count;
    return LG_OK;
}

static lg_status show(lg_market *m, lg_side side, const struct lg__candidate *c)
{
    struct lg__rule *rule = m->rule;
    const struct lg__order *o = &m->orders[c->order];
    uint32_t i = rule->count[side];
    if (!LG_GROW(m->mem, rule->orders[side], rule->order_capacity[side], i + 1) ||
        !LG_GROW(m->mem, rule->records[side], rule->record_capacity[side], i + 1))
        return LG_MEMORY;
    bool bid = side == LG_BID;
    rule->records[side][i] = c->order;
    rule->orders[side][i] = (lg_match_order){
        .size = sizeof(lg_match_order),
        .party = c->party,
        .asset = o->asset,
        .area = m->area_of[o->asset],
        .sequence = o->sequence,
        .tick = o->tick,
        .id = o->id,
        .rate_uct =
            bid ? LG_RATE_MAX_UCT - lg__key_rate(false, c->key) : lg__key_rate(false, c->key),
        .energy_uwh = o->energy_uwh,
    };
    rule->count[side]++;
    return show_terms(m, c->order, &rule->orders[side][i]);
}

/* Sorts by rate and age: a bid's rate counts from the top, so that both sides ascend and the
 * earlier comes first among equals. */
static uint64_t key_of(const lg_market *m, lg_side side, int64_t rate_uct, uint32_t order)
{
    return lg__key(false, side == LG_BID ? LG_RATE_MAX_UCT - rate_uct : rate_uct,
                   m->orders[order].sequence);
}

/* Appends what comes from outside, as far as it is no worse than @p limit_uct for this market. */
static lg_status add_outside(lg_market *m, uint32_t area, lg_side side, int64_t limit_uct)
{
    struct lg__outside outside;
    struct lg__pick pick;
    lg_status status = lg__outside_open(m, &outside, area, side);
    while (status == LG_OK && lg__outside_peek(m, &outside, &pick)) {
        if (side == LG_OFFER ? pick.rate_uct > limit_uct : pick.rate_uct < limit_uct)
            break;
        if (!LG_GROW(m->mem, m->own[side], m->own_capacity[side], m->own_count[side] + 1))
            return LG_MEMORY;
        m->own[side][m->own_count[side]++] =
            (struct lg__candidate){.key = pick.key, .order = pick.order, .party = pick.party};
        lg__outside_pass(&outside, &pick);
    }
    return status;
}

/* Both sides into m->own, by the engine's keys; then those that cross nothing are left out, the
 * rest is sorted by ours and shown. */
static lg_status gather(lg_market *m, uint32_t area)
{
    struct lg__rule *rule = m->rule;
    const struct lg__book *book = &m->books[area];
    int64_t tolerance = m->rules.rate_tolerance_uct;
    rule->count[LG_BID] = rule->count[LG_OFFER] = rule->requirement_count = 0;
    lg_status status = lg__gather(m, area, LG_BID, 0);
    if (status == LG_OK)
        status = lg__gather(m, area, LG_OFFER, LG_RATE_MAX_UCT);
    bool own_bids = m->own_count[LG_BID] > 0, own_offers = m->own_count[LG_OFFER] > 0;
    if (own_offers && status == LG_OK)
        status = add_outside(m, area, LG_BID, book->lane[LG_OFFER].best_uct - tolerance);
    if (own_bids && status == LG_OK)
        status = add_outside(m, area, LG_OFFER, book->lane[LG_BID].best_uct + tolerance);
    int64_t best[2] = {INT64_MIN / 2, INT64_MAX / 2};
    for (int side = 0; side < 2 && status == LG_OK; side++)
        for (uint32_t i = 0; i < m->own_count[side]; i++) {
            int64_t rate = lg__key_rate(side == LG_BID, m->own[side][i].key);
            best[side] = side == LG_BID ? lg_max64(best[side], rate) : lg_min64(best[side], rate);
        }
    for (int side = 0; side < 2 && status == LG_OK; side++) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < m->own_count[side]; i++) {
            struct lg__candidate c = m->own[side][i];
            int64_t rate = lg__key_rate(side == LG_BID, c.key);
            if (side == LG_BID ? rate < best[LG_OFFER] - tolerance
                               : rate > best[LG_BID] + tolerance)
                continue;
            c.key = key_of(m, side, rate, c.order);
            m->own[side][kept++] = c;
        }
        status = lg__sort(m, m->own[side], kept);
        for (uint32_t i = 0; i < kept && status == LG_OK; i++)
            status = show(m, side, &m->own[side][i]);
    }
    return status;
}

/* ---- services of the running call ---- */

static int32_t recommend(void *ctx, const lg_match *match)
{
    struct lg__rule *rule = ctx;
    if (rule->failed != LG_OK) {
        if (++rule->ignored >= IGNORED_MAX)
            longjmp(rule->abandoned, 1);
        return (int32_t)rule->failed;
    }
    lg_match copy = {.requirement = LG_MATCH_NONE};
    memcpy(&copy, match, match->size < sizeof copy ? match->size : sizeof copy);
    bool fine = match->size >= offsetof(lg_match, rate_uct) + sizeof match->rate_uct &&
                copy.bid < rule->count[LG_BID] && copy.offer < rule->count[LG_OFFER] &&
                (copy.requirement == LG_MATCH_NONE ||
                 copy.requirement < rule->orders[LG_BID][copy.bid].requirements.count);
    if (!fine)
        rule->failed = LG_INVALID;
    else if (rule->match_count >= rule->match_max)
        rule->failed = LG_LIMIT;
    else if (!LG_GROW(rule->mem, rule->matches, rule->match_capacity, rule->match_count + 1))
        rule->failed = LG_MEMORY;
    else
        rule->matches[rule->match_count++] = copy;
    return (int32_t)rule->failed;
}

static void *scratch(void *ctx, uint64_t size)
{
    struct lg__rule *rule = ctx;
    if (size > SCRATCH_MAX)
        return NULL; /* no fault of ours */
    void *block = lg_arena_alloc(&rule->scratch, (size_t)size);
    if (!block && rule->failed == LG_OK)
        rule->failed = LG_MEMORY;
    return block;
}

static void refuse(void *ctx, const char *sentence)
{
    struct lg__rule *rule = ctx;
    snprintf(rule->refusal, sizeof rule->refusal, "%s", sentence ? sentence : "");
    lg_text_clean(rule->refusal);
}

/* ---- the call ---- */

static void open_book(lg_market *m, uint32_t area)
{
    struct lg__rule *rule = m->rule;
    const lg_site *site = m->site;
    rule->book = (lg_match_book){
        .size = sizeof rule->book,
        .area = area,
        .name = site->areas[area].name,
        .slot = m->slot,
        .tick = m->tick,
        .seed = lg_rng(site->seed, LG__DRAW_MATCH, lg__moment(m), area),
        .bids = {rule->orders[LG_BID], rule->count[LG_BID], sizeof(lg_match_order)},
        .offers = {rule->orders[LG_OFFER], rule->count[LG_OFFER], sizeof(lg_match_order)},
        .parents = {&site->areas[0].parent, site->area_count, sizeof(lg_area)},
        .energy_tolerance_uwh = m->rules.energy_tolerance_uwh,
        .rate_tolerance_uct = m->rules.rate_tolerance_uct,
        .ctx = rule,
        .recommend = recommend,
        .alloc = scratch,
        .refuse = refuse,
    };
    rule->match_count = rule->ignored = 0;
    /* A sound recommendation uses up a bid, an offer or what a requirement leaves. */
    rule->match_max =
        16 + 4 * (rule->count[LG_BID] + rule->count[LG_OFFER] + rule->requirement_count);
    rule->failed = LG_OK;
    rule->refusal[0] = 0;
    lg__rule_seal(rule);
}

/* Calls the rule; what it left undone is gone with the call. @return what it returned */
static int32_t run(struct lg__rule *rule)
{
    const lg_matching *matching = rule->matcher->rule;
    if (setjmp(rule->abandoned))
        return LG_LIMIT;
    return matching->match(&rule->book);
}

static void set_aside(const lg_market *m, uint32_t area, const char *why)
{
    struct lg__rule *rule = m->rule;
    rule->counts->aside = true;
    lg__rule_say(rule,
                 "is set aside in slot %u, tick %u, market \"%s\": %s; nothing trades from "
                 "here on",
                 m->slot, m->tick, m->site->areas[area].name, why);
}

/* @return LG_OK, with rule->counts->aside set when it misbehaved; LG_MEMORY */
static lg_status call(lg_market *m, uint32_t area)
{
    struct lg__rule *rule = m->rule;
    const lg_matcher *matcher = rule->matcher;
    char why[LG_ERR_TEXT_MAX];
    rule->counts->calls++;
    if (matcher->enter)
        matcher->enter(matcher->ctx, m->site->areas[area].name);
    int32_t status = run(rule);
    const char *left = matcher->leave ? matcher->leave(matcher->ctx) : NULL;
    rule->counts->recommended += rule->match_count;
    if (rule->failed == LG_MEMORY)
        return LG_MEMORY;
    if (!lg__rule_intact(rule))
        set_aside(m, area, "it writes into the book that it is shown");
    else if (rule->failed == LG_INVALID)
        set_aside(m, area,
                  "it recommends an order or a requirement that does not exist, or a "
                  "lg_match of a wrong size");
    else if (rule->failed == LG_LIMIT) {
        snprintf(why, sizeof why,
                 "it recommends more than %u pairs of %u bids and %u offers with %u requirements",
                 rule->match_max, rule->count[LG_BID], rule->count[LG_OFFER],
                 rule->requirement_count);
        set_aside(m, area, why);
    } else if (left) {
        set_aside(m, area, left);
    } else if (status != LG_OK) {
        set_aside(m, area,
                  *rule->refusal ? rule->refusal
                  : (uint32_t)status < LG_STATUS_COUNT
                      ? lg_status_text((lg_status)status)
                      : "it fails with a status that does not exist");
    }
    return LG_OK;
}

/* What it left may trade in the next tick. */
static void say_unfinished(const lg_market *m, uint32_t area, uint32_t calls)
{
    struct lg__rule *rule = m->rule;
    if (rule->counts->unfinished++)
        return;
    lg__rule_say(rule,
                 "is not done in slot %u, tick %u, market \"%s\": it was called %u times and would "
                 "trade on; it goes on in the next tick, as after other calls like these",
                 m->slot, m->tick, m->site->areas[area].name, calls);
}

lg_status lg__match_by_plugin(lg_market *m, uint32_t area)
{
    struct lg__rule *rule = m->rule;
    lg_status status = LG_OK;
    uint32_t rounds = 0, rounds_max = 0;
    uint64_t before;
    do {
        before = m->trades_total;
        if (rule->counts->aside)
            return LG_OK;
        status = gather(m, area);
        if (status == LG_OK && rule->count[LG_BID] && rule->count[LG_OFFER]) {
            open_book(m, area);
            if (rounds == 0)
                rounds_max = rule->match_max;
            if (rounds++ == rounds_max)
                say_unfinished(m, area, rounds_max); /* nothing is recommended, nothing trades */
            else
                status = call(m, area);
            if (status == LG_OK && !rule->counts->aside)
                status = lg__rule_execute(m, area);
        }
        lg_arena_drop(&rule->scratch);
    } while (status == LG_OK && m->trades_total > before);
    return status;
}
