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
                 "trade on; what is left is shown to it in the next tick (this is told once)",
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
        status = lg__rule_show(m, area);
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
