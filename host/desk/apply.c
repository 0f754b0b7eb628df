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
    lg_market *market = lg_desk_market_of(desk, c);
    if (!market) {
        a->status = LG_CLOSED;
        return;
    }
    bool taken = terms && lg_market_takes_terms(market);
    if (taken && !lg_market_terms_valid(market, terms)) {
        a->status = LG_INVALID;
        return;
    }
    a->status = lg_market_place(market, c->node, side, c->energy_uwh, c->amount, replace, &placed);
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
    const lg_market *market = lg_desk_market_of(desk, c);
    if (market && lg_market_orders(market, c->node, side, NULL, 0) == 0)
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

static void withdraw(lg_desk *desk, const lg_command *c, lg_answer *a, lg_side side)
{
    lg_market *market = lg_desk_market_of(desk, c);
    a->status =
        market ? lg_market_cancel(market, c->node, side, c->order_id, &a->count) : LG_CLOSED;
}

static void apply_DELETE_BID(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    withdraw(desk, c, a, LG_BID);
}

static void apply_DELETE_OFFER(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    withdraw(desk, c, a, LG_OFFER);
}

/* A list is read when it is handed out; its market must be open. */
static void list(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    a->status = lg_desk_market_of(desk, c) ? LG_OK : LG_CLOSED;
}

#define apply_LIST_BIDS   list
#define apply_LIST_OFFERS list

/* Questions change nothing: whoever asked reads the market when the answer is handed out. */
static void question(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    (void)desk;
    (void)c;
    a->status = LG_OK;
}

#define apply_DEVICE_INFO      question
#define apply_MARKET_STATS     question
#define apply_DSO_MARKET_STATS question

static void apply_GRID_FEES(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    bool percentage = c->flags & LG_CMD_PERCENTAGE;
    a->asked = c->amount;
    a->allowed = percentage ? LG_FEE_MAX_PPB : LG_RATE_MAX_UCT;
    a->status = percentage ? lg_market_set_fee_percentage(desk->market, c->node, c->amount)
                           : lg_market_set_fee_constant(desk->market, c->node, c->amount);
}

/* The first value that cannot be kept decides; a->asked is its slot or energy. */
static lg_status keep_values(lg_desk *desk, const lg_command *c, lg_answer *a,
                             lg_slot_values *values, uint32_t first, uint32_t last)
{
    uint32_t count;
    const lg_slot_value *list = lg_desk_values(desk, c, &count);
    if (!lg_asset_has_stream(&lg_market_site(desk->market)->assets[c->node]))
        return LG_UNSUPPORTED;
    for (uint32_t i = 0; i < count; i++) {
        if (list[i].slot < first || list[i].slot > last) {
            a->asked = list[i].slot;
            return LG_CLOSED;
        }
        if (list[i].energy_uwh < 0 || list[i].energy_uwh >= LG_UNLIMITED_UWH) {
            a->asked = list[i].energy_uwh;
            return LG_INVALID;
        }
    }
    return lg_slot_values_put(values, c->node, list, count);
}

/* For slots to come: what is said of the running one comes too late. */
static void apply_SET_ENERGY_FORECAST(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    const struct lg__venue *venue = desk->venue;
    a->status = LG_UNSUPPORTED;
    if (venue) /* LG_NONE + 1 is the first slot */
        a->status = keep_values(desk, c, a, venue->forecasts, venue->slot + 1, LG_NONE - 1);
}

/* For the running slot, and for past ones whose settlement market is open: measurements count at
 * the next change of slot, those of the market that closes then just before it does. */
static void apply_SET_ENERGY_MEASUREMENT(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    const struct lg__venue *venue = desk->venue;
    a->status = LG_UNSUPPORTED;
    if (!venue || !venue->settling)
        return;
    if (venue->slot == LG_NONE) {
        a->status = LG_CLOSED;
        return;
    }
    uint32_t span = lg_settling_span(venue->settling);
    uint32_t first = venue->slot > span ? venue->slot - span : 0;
    a->status = keep_values(desk, c, a, venue->measured, first, venue->slot);
}

static apply_function *const kinds[] = {
#define X(name, lua, node, help) apply_##name,
#include "desk/command.def"
#undef X
};

/* Statistics of a market are public; everything else needs the right. */
static bool may(const lg_desk *desk, const lg_command *c)
{
    if (c->kind == LG_CMD_MARKET_STATS)
        return true;
    return lg_command_is_for_market(c->kind) ? lg_desk_commands_market(desk, c->node)
                                             : lg_desk_commands_asset(desk, c->node);
}

static lg_status refusal(const lg_desk *desk, const lg_command *c)
{
    const lg_site *site = lg_market_site(desk->market);
    if (c->kind >= LG_CMD_COUNT)
        return LG_INVALID;
    if (c->node >= (lg_command_is_for_market(c->kind) ? site->area_count : site->asset_count))
        return LG_UNKNOWN;
    return may(desk, c) ? LG_OK : LG_FOREIGN;
}

bool lg_desk_is_held(const lg_desk *desk, const lg_command *c)
{
    if (lg_command_is_for_market(c->kind))
        return lg_desk_owns_market(desk, c->node) && !lg_desk_commands_market(desk, c->node);
    return lg_desk_owns_asset(desk, c->node) && !lg_desk_commands_asset(desk, c->node);
}

bool lg__is_errand(const lg_site *site, const lg_command *c)
{
    return c->kind < LG_CMD_COUNT && !lg_command_is_for_market(c->kind) && !c->time_slot &&
           c->node < site->asset_count;
}

/* Without memory it is counted only, as when there are too many. */
static void keep_refusal(lg_desk *desk, const lg_command *c, const lg_answer *a)
{
    const struct lg__venue *venue = desk->venue;
    if (!desk->refusals)
        desk->refusals = lg_mem_zalloc(desk->mem, LG_DESK_REFUSALS_MAX, sizeof *desk->refusals);
    if (!desk->refusals || desk->refusal_count == LG_DESK_REFUSALS_MAX)
        return;
    desk->refusals[desk->refusal_count++] = (lg_desk_refusal){
        .slot = venue ? venue->slot : LG_NONE,
        .tick = venue ? venue->tick : LG_NONE,
        .node = c->node,
        .status = a->status,
        .energy_uwh = c->energy_uwh,
        .amount = c->amount,
        .asked = a->asked,
        .allowed = a->allowed,
        .kind = c->kind,
        .of_market = c->kind < LG_CMD_COUNT && lg_command_is_for_market(c->kind),
    };
}

void lg__apply(lg_desk *desk, const lg_command *c, lg_answer *a)
{
    *a = (lg_answer){.status = refusal(desk, c)};
    if (a->status == LG_OK)
        kinds[c->kind](desk, c, a);
    desk->counts.commands++;
    bool refused = a->status != LG_OK && !lg_desk_is_held(desk, c);
    desk->counts.refused += refused;
    desk->counts.refused_as[a->status] += refused;
    if (refused)
        keep_refusal(desk, c, a);
}
