/* One function a kind of command; the table is made from command.def. */
#include "desk/room.h"

#include "grid/unit.h"

typedef void apply_function(lg_desk *desk, const lg_command *c, lg_answer *a);

/* What an order requires is looked at first, so that nothing has changed when it cannot be; where
 * no rule looks at it, it is left out. */
static void place(lg_desk *desk, const lg_command *c, lg_answer *a, lg_side side, bool replace)
{
    lg_placed placed;
    const lg_terms *terms = lg_desk_terms(desk, c->terms);
    bool taken = terms && lg_market_takes_terms(desk->market);
    if (taken && !lg_market_terms_valid(desk->market, terms)) {
        a->status = LG_INVALID;
        return;
    }
    a->status =
        lg_market_place(desk->market, c->node, side, c->energy_uwh, c->amount, replace, &placed);
    a->order_id = placed.id;
    a->asked = a->status == LG_RATE ? c->amount : placed.asked_uwh;
    a->allowed = a->status == LG_RATE ? LG_RATE_MAX_UCT : placed.allowed_uwh;
    if (terms && a->status == LG_OK) {
        a->stripped = !taken;
        if (taken)
            a->status = lg_market_set_terms(desk->market, c->node, side, a->order_id, terms);
    }
}

static void apply_BID(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    place(desk, c, a, LG_BID, c->flags & LG_CMD_REPLACE);
}

static void apply_OFFER(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    place(desk, c, a, LG_OFFER, c->flags & LG_CMD_REPLACE);
}

/* An update is a replacement that needs something to replace. */
static void update(lg_desk *desk, const lg_command *c, lg_answer *a, lg_side side)
{
    if (lg_market_orders(desk->market, c->node, side, NULL, 0) == 0)
        a->status = LG_GONE;
    else
        place(desk, c, a, side, true);
}

static void apply_UPDATE_BID(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    update(desk, c, a, LG_BID);
}

static void apply_UPDATE_OFFER(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    update(desk, c, a, LG_OFFER);
}

static void apply_DELETE_BID(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    a->status = lg_market_cancel(desk->market, c->node, LG_BID, c->order_id, &a->count);
}

static void apply_DELETE_OFFER(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    a->status = lg_market_cancel(desk->market, c->node, LG_OFFER, c->order_id, &a->count);
}

/* Questions change nothing: whoever asked reads the market when the answer is handed out. */
static void question(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    (void)desk;
    (void)c;
    a->status = LG_OK;
}

#define apply_LIST_BIDS        question
#define apply_LIST_OFFERS      question
#define apply_DEVICE_INFO      question
#define apply_MARKET_STATS     question
#define apply_DSO_MARKET_STATS question

static void apply_GRID_FEES(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    bool percentage = c->flags & LG_CMD_PERCENTAGE;
    a->asked = c->amount;
    a->allowed = percentage ? LG_ONE_PPB : LG_RATE_MAX_UCT;
    a->status = percentage ? lg_market_set_fee_percentage(desk->market, c->node, c->amount)
                           : lg_market_set_fee_constant(desk->market, c->node, c->amount);
}

enum { NODE_ASSET, NODE_MARKET };

static const struct {
    apply_function *apply;
    int node;
} kinds[] = {
#define X(name, lua, node, help) {apply_##name, NODE_##node},
#include "desk/command.def"
#undef X
};

/* Statistics of a market are public; everything else needs the right. */
static bool may(const lg_desk *desk, const lg_command *c)
{
    if (c->kind == LG_CMD_MARKET_STATS)
        return true;
    return kinds[c->kind].node == NODE_ASSET ? lg_desk_commands_asset(desk, c->node)
                                             : lg_desk_commands_market(desk, c->node);
}

static lg_status refusal(const lg_desk *desk, const lg_command *c)
{
    const lg_site *site = lg_market_site(desk->market);
    if (c->kind >= LG_CMD_COUNT)
        return LG_INVALID;
    if (c->node >= (kinds[c->kind].node == NODE_ASSET ? site->asset_count : site->area_count))
        return LG_UNKNOWN;
    return may(desk, c) ? LG_OK : LG_FOREIGN;
}

bool lg__is_errand(const lg_site *site, const lg_command *c)
{
    return c->kind < LG_CMD_COUNT && kinds[c->kind].node == NODE_ASSET &&
           c->node < site->asset_count;
}

void lg__apply(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    *a = (lg_answer){.status = refusal(desk, c)};
    if (a->status == LG_OK)
        kinds[c->kind].apply(desk, c, a);
    desk->counts.commands++;
    desk->counts.refused += a->status != LG_OK;
}
