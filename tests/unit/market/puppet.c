/* A rule that a test leads by its strings; see puppet.h. */
#include "puppet.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <setjmp.h>
#include <cmocka.h>

static puppet *now;

static int32_t match(const lg_match_book *book)
{
    now->calls++;
    assert_true(book->bids.count <= PUPPET_SHOWN && book->offers.count <= PUPPET_SHOWN);
    now->bid_count = book->bids.count;
    now->offer_count = book->offers.count;
    for (uint32_t i = 0; i < book->bids.count; i++)
        now->bids[i] = *lg_match_at(&book->bids, i);
    for (uint32_t i = 0; i < book->offers.count; i++)
        now->offers[i] = *lg_match_at(&book->offers, i);
    if (now->bid_count && now->bids[0].requirements.count)
        now->limit_uct = lg_match_limit(&now->bids[0], 0);
    return now->act(now, book);
}

static void enter(void *ctx, const char *name)
{
    puppet *p = ctx;
    assert_non_null(name);
    p->enters++;
}

static const char *leave(void *ctx)
{
    puppet *p = ctx;
    p->leaves++;
    return p->left;
}

static const char *energy_type(void *ctx, uint32_t asset)
{
    (void)ctx;
    return asset % 2 ? "odd" : "even";
}

static void heard(void *ctx, const char *sentence)
{
    puppet *p = ctx;
    size_t used = strlen(p->heard);
    snprintf(p->heard + used, sizeof p->heard - used, "%s\n", sentence);
}

void puppet_init(puppet *p, town *t, int32_t (*act)(puppet *, const lg_match_book *))
{
    *p = (puppet){.act = act, .match = {.size = sizeof(lg_match), .requirement = LG_MATCH_NONE}};
    p->rule = (lg_matching){.size = sizeof p->rule,
                            .flags = LG_MATCHING_ATTRIBUTES,
                            .name = "puppet",
                            .help = "of a test",
                            .match = match};
    p->matcher = (lg_matcher){.rule = &p->rule,
                              .ctx = p,
                              .enter = enter,
                              .leave = leave,
                              .energy_type = energy_type,
                              .heard = heard,
                              .counts = &p->counts};
    town_init(t, LG_BY_PLUGIN);
    t->rules.matcher = &p->matcher;
    t->rules.dof = true;
    now = p;
}

int32_t puppet_one(puppet *p, const lg_match_book *book)
{
    return book->recommend(book->ctx, &p->match);
}

static int32_t each(const lg_match_book *book, bool mean)
{
    int32_t status = LG_OK;
    for (uint32_t i = 0; i < book->bids.count; i++)
        for (uint32_t j = 0; j < book->offers.count && status == LG_OK; j++) {
            const lg_match_order *bid = lg_match_at(&book->bids, i);
            const lg_match_order *offer = lg_match_at(&book->offers, j);
            lg_match m = {.size = sizeof m, .bid = i, .offer = j, .requirement = LG_MATCH_NONE};
            m.energy_uwh =
                bid->energy_uwh < offer->energy_uwh ? bid->energy_uwh : offer->energy_uwh;
            m.rate_uct = mean ? (bid->rate_uct + offer->rate_uct) / 2 : bid->rate_uct;
            if (bid->requirements.count) { /* exactly what the first requirement leaves */
                const lg_requirement *r = lg_requirement_at(bid, 0);
                m.rate_uct = lg_match_limit(bid, 0);
                if (r->energy_uwh < m.energy_uwh)
                    m.energy_uwh = r->energy_uwh;
            }
            status = book->recommend(book->ctx, &m);
        }
    return status;
}

int32_t puppet_all(puppet *p, const lg_match_book *book)
{
    (void)p;
    return each(book, false);
}

int32_t puppet_mean(puppet *p, const lg_match_book *book)
{
    (void)p;
    return each(book, true);
}
