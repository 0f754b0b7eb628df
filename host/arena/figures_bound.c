/*
 * What a seat could have known, out of the results of a game: demand and production of its assets
 * in every slot, the utility's rates at its door, and for trades with others the band of rates at
 * which neighbours traded in that slot: the lowest that a buyer in a home paid to a neighbour, the
 * highest that a neighbour's purchase brought. In a slot without such trades the utility's rates
 * are the band: nobody sells for less than it pays, or buys for more than it takes. What others
 * could sell and take is what their assets could; a battery of theirs its power in the slots in
 * which it did sell, or take.
 */
#include "arena/figures_parts.h"

#include <math.h>
#include <string.h>
#include "arena/bound.h"
#include "arena/stays.h"
#include "arena/tanks.h"
#include "base/num.h"
#include "grid/unit.h"
#include "scenario/scenario.h"

typedef struct bounding {
    lg__doors *doors;
    const lg__figures_reading *reading;
    const lg_scenario *scenario;
    const lg_driver *const *drivers;
    uint32_t seat;
    lg_bound_slot *slots;
    lg_stays_run run;
    lg_bound_storage *storages;
    lg_bound_tank *tanks;
    lg_bound_tank_slot *tank_slots; /* of the first tank, then of the next */
    uint32_t slot_count, storage_count, storage_capacity, tank_count, tank_capacity, asset_count;
    const char *unmodelled;
} bounding;

static bool is_ours(const bounding *b, int64_t asset)
{
    return b->reading->seat_of_asset[asset] == b->seat;
}

static bool is_utility(const bounding *b, int64_t asset)
{
    uint32_t role = b->reading->site->assets[asset].role;
    return role == LG_ROLE_BUS || role == LG_ROLE_MARKET_MAKER;
}

static uint32_t member_of(const bounding *b, int64_t asset)
{
    return b->reading->member_of_area[b->reading->site->assets[asset].area];
}

/* ---- assets ---- */

static double number_of(const lg_asset *asset, const char *name)
{
    return lg_site_value(asset, name)->number;
}

static int64_t ppb_of(double part)
{
    return llround(part * (double)LG_ONE_PPB);
}

static void add_storage(bounding *b, const lg_asset *asset)
{
    lg_bound_storage *s = &b->storages[b->storage_count++];
    double hours = (double)b->scenario->rules.slot_ms / 3600000.0;
    int64_t capacity = lg_bound_uwh(number_of(asset, "battery_capacity_kWh"));
    *s = (lg_bound_storage){
        .end = b->slot_count,
        .capacity_uwh = capacity,
        .power_uwh = lg_bound_uwh(number_of(asset, "max_abs_battery_power_kW") * hours),
        .initial_uwh = llround((double)capacity * number_of(asset, "initial_soc") / 100),
        .reserve_uwh = llround((double)capacity * number_of(asset, "min_allowed_soc") / 100),
        .charging_loss_ppb = ppb_of(number_of(asset, "charging_loss")),
        .discharging_loss_ppb = ppb_of(number_of(asset, "discharging_loss")),
        .self_discharge_uwh =
            llround(number_of(asset, "self_discharge_per_day") * hours / 24 * (double)capacity),
        .loses_below_reserve = number_of(asset, "keeps_discharging_loss") == 0,
        .sells = true,
    };
}

static const char *driver_of(const bounding *b, uint32_t asset)
{
    return b->drivers[b->scenario->site.assets[asset].driver]->name;
}

/* A battery is one, a charger has one a stay. */
static bool make_storages(bounding *b)
{
    const lg_site *site = &b->scenario->site;
    uint64_t count = 0;
    for (uint32_t i = 0; i < site->asset_count; i++) {
        if (!is_ours(b, i))
            continue;
        bool cars = strcmp(driver_of(b, i), "ev_charger") == 0;
        count += cars ? lg_stays(&site->assets[i], &b->run, NULL, 0) : 1;
    }
    b->storage_capacity = (uint32_t)lg_min64((int64_t)count, LG_BOUND_STORAGES_MAX);
    if (count > LG_BOUND_STORAGES_MAX)
        b->unmodelled = "so many storages and stays of cars";
    b->storages = lg_mem_zalloc(b->reading->mem, b->storage_capacity + 1, sizeof *b->storages);
    return b->storages != NULL;
}

/* Those of heat pumps and electrolysers, and all their slots. */
static bool make_tanks(bounding *b)
{
    const lg_site *site = &b->scenario->site;
    uint32_t count = 0;
    for (uint32_t i = 0; i < site->asset_count; i++)
        count += is_ours(b, i) && lg_tanks_know(driver_of(b, i));
    if (count > LG_BOUND_TANKS_MAX)
        b->unmodelled = "so many tanks";
    b->tank_capacity = count <= LG_BOUND_TANKS_MAX ? count : 0;
    if (b->tank_capacity == 0)
        return true;
    b->tanks = lg_mem_zalloc(b->reading->mem, b->tank_capacity, sizeof *b->tanks);
    b->tank_slots = lg_mem_zalloc(b->reading->mem, (size_t)b->tank_capacity * b->slot_count + 1,
                                  sizeof *b->tank_slots);
    return b->tanks && b->tank_slots;
}

static void add_tank(bounding *b, const lg_asset *asset, const char *driver)
{
    lg_bound_tank_slot *slots = &b->tank_slots[(size_t)b->tank_count * b->slot_count];
    if (lg_tank_of(asset, driver, &b->run, slots, &b->tanks[b->tank_count]))
        b->tank_count++;
    else
        b->unmodelled = "a tank whose profiles say too little";
}

/* What trades by the slot alone, with energy that costs nothing. */
static bool is_plain(const char *driver)
{
    static const char *const plain[] = {"load", "pv", "smart_meter", "wind_turbine"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++)
        if (strcmp(driver, plain[i]) == 0)
            return true;
    return false;
}

static void look_at_assets(bounding *b)
{
    const lg_site *site = &b->scenario->site; /* that of the results, with parameters */
    bool stores = false;
    for (uint32_t i = 0; i < site->asset_count && !b->unmodelled; i++) {
        if (!is_ours(b, i))
            continue;
        const char *driver = driver_of(b, i);
        bool battery = strcmp(driver, "storage") == 0, cars = strcmp(driver, "ev_charger") == 0;
        b->asset_count++;
        bool tank = lg_tanks_know(driver);
        stores = stores || battery || cars || tank;
        if (battery)
            add_storage(b, &site->assets[i]);
        else if (cars)
            b->storage_count += lg_stays(&site->assets[i], &b->run, &b->storages[b->storage_count],
                                         b->storage_capacity - b->storage_count);
        else if (tank)
            add_tank(b, &site->assets[i], driver);
        else if (!is_plain(driver))
            b->unmodelled = driver;
    }
    for (uint32_t i = 0; i < b->scenario->event_count; i++)
        if (b->scenario->events[i].changed_count && stores)
            b->unmodelled = "a scheduled change of parameters";
}

/* ---- slots ---- */

static int64_t cut(int64_t value, int64_t max)
{
    return value < 0 ? 0 : lg_min64(value, max);
}

static void fill_rates(bounding *b, const lg__door *door)
{
    for (uint32_t i = 0; i < b->slot_count; i++) {
        lg_bound_slot *slot = &b->slots[i];
        slot->buy_uct = cut(door->buy_uct[i], LG_RATE_MAX_UCT);
        slot->sell_uct = cut(door->sell_uct[i], LG_RATE_MAX_UCT);
        slot->local_buy_uct = LG_RATE_MAX_UCT; /* nobody has been seen yet */
        slot->local_sell_uct = -1;
    }
}

static void read_energies(bounding *b)
{
    lg_past_rows rows;
    lg_past_ask(b->reading->past, &rows,
                "SELECT slot, asset, demand_uwh, supply_uwh FROM asset_slots", NULL, 0);
    while (lg_past_next(&rows)) {
        int64_t slot = lg_past_int(&rows, 0), asset = lg_past_int(&rows, 1);
        if (slot < 0 || slot >= b->slot_count || asset < 0 ||
            asset >= b->reading->site->asset_count || is_utility(b, asset))
            continue;
        int64_t demand = lg_past_int(&rows, 2), supply = lg_past_int(&rows, 3);
        lg_bound_slot *s = &b->slots[slot];
        bool ours = is_ours(b, asset);
        if (ours && (b->reading->site->assets[asset].role == LG_ROLE_STORAGE ||
                     lg_tanks_know(driver_of(b, (uint32_t)asset))))
            continue; /* when it buys is not given */
        int64_t *in = ours ? &s->demand_uwh : &s->local_sell_uwh;
        int64_t *out = ours ? &s->supply_uwh : &s->local_buy_uwh;
        *in = cut(lg_add(*in, demand), LG_BOUND_UWH_MAX);
        *out = cut(lg_add(*out, supply), LG_BOUND_UWH_MAX);
    }
    lg_past_drop(&rows);
}

/* What passes an asset of others that stores energy in a slot: its power, if its plugin names one
 * that is known here. */
static int64_t power_of_others(const bounding *b, uint32_t asset)
{
    static const char *const names[] = {"max_abs_battery_power_kW", "maximum_power_rating_kW"};
    double hours = (double)b->scenario->rules.slot_ms / 3600000.0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const lg_param *param = lg_site_param(&b->scenario->site.assets[asset], names[i]);
        if (param && param->value.number * hours < (double)LG_BOUND_UWH_MAX / (double)LG_KWH_UWH)
            return lg_bound_uwh(param->value.number * hours);
    }
    return LG_BOUND_UWH_MAX;
}

/* Those that store energy are not in read_energies(): a slot in which one sold to somebody, or
 * bought, is one in which it was willing to, as much as its power is. */
static void add_storage_of_others(bounding *b, uint8_t *told, int64_t slot, int64_t asset,
                                  bool sells)
{
    uint8_t *mark = &told[slot * b->reading->site->asset_count + asset], side = sells ? 1 : 2;
    if (is_ours(b, asset) || b->reading->site->assets[asset].role != LG_ROLE_STORAGE ||
        (*mark & side))
        return;
    *mark |= side;
    lg_bound_slot *s = &b->slots[slot];
    int64_t *sum = sells ? &s->local_buy_uwh : &s->local_sell_uwh;
    *sum = cut(lg_add(*sum, power_of_others(b, (uint32_t)asset)), LG_BOUND_UWH_MAX);
}

/* The band of what neighbours paid and earned. @return false: exhausted */
static bool read_band(bounding *b)
{
    lg_past_rows rows;
    int64_t assets = b->reading->site->asset_count;
    size_t marks = (size_t)assets * b->slot_count;
    uint8_t *told = lg_mem_zalloc(b->reading->mem, marks, 1);
    if (!told)
        return false;
    lg_past_ask(b->reading->past, &rows,
                "SELECT slot, buyer, seller, energy_uwh, paid_uct, earned_uct FROM trades", NULL,
                0);
    while (lg_past_next(&rows)) {
        int64_t slot = lg_past_int(&rows, 0), buyer = lg_past_int(&rows, 1),
                seller = lg_past_int(&rows, 2), energy = lg_past_int(&rows, 3);
        bool known = slot >= 0 && slot < b->slot_count && buyer >= 0 && buyer < assets &&
                     seller >= 0 && seller < assets && energy > 0;
        if (!known || is_utility(b, buyer) || is_utility(b, seller) ||
            (is_ours(b, buyer) && is_ours(b, seller)))
            continue;
        uint32_t home = member_of(b, buyer);
        if (home != LG_NONE && home == member_of(b, seller) && !is_ours(b, buyer) &&
            !is_ours(b, seller))
            continue; /* behind one door: no rate that one without a key gets */
        add_storage_of_others(b, told, slot, seller, true);
        add_storage_of_others(b, told, slot, buyer, false);
        lg_bound_slot *s = &b->slots[slot];
        int64_t paid = cut(lg_muldiv(lg_past_int(&rows, 4), LG_KWH_UWH, energy), LG_RATE_MAX_UCT),
                earned = cut(lg_muldiv(lg_past_int(&rows, 5), LG_KWH_UWH, energy), LG_RATE_MAX_UCT);
        if (!is_ours(b, seller))
            s->local_buy_uct = lg_min64(s->local_buy_uct, paid);
        if (!is_ours(b, buyer))
            s->local_sell_uct = lg_max64(s->local_sell_uct, earned);
    }
    lg_past_drop(&rows);
    lg_mem_free(b->reading->mem, told, marks);
    return true;
}

static void close_band(bounding *b)
{
    for (uint32_t i = 0; i < b->slot_count; i++) {
        lg_bound_slot *s = &b->slots[i];
        if (s->local_buy_uct == LG_RATE_MAX_UCT)
            s->local_buy_uct = lg_min64(s->sell_uct, s->buy_uct);
        if (s->local_sell_uct < 0)
            s->local_sell_uct = lg_max64(s->sell_uct, s->buy_uct);
    }
}

/* ---- the bound ---- */

static lg_status compute(bounding *b, lg_seat_figures *figures, lg_err *err)
{
    const lg__door *door = lg__doors_best(b->doors, b->seat);
    if (!door)
        return LG_MEMORY;
    fill_rates(b, door);
    read_energies(b);
    if (!read_band(b))
        return lg_fail(err, LG_MEMORY, "out of memory");
    close_band(b);
    const lg_bound_input input = {
        .slots = b->slots,
        .slot_count = b->slot_count,
        .storages = b->storages,
        .storage_count = b->storage_count,
        .tanks = b->tanks,
        .tank_count = b->tank_count,
        .stored = figures->stored,
        .unmodelled = b->unmodelled,
    };
    return lg_bound(b->reading->mem, &input, &figures->bound_uct, err);
}

bool lg__figures_bound(lg__doors *doors, const lg_scenario *scenario,
                       const lg_driver *const *drivers, uint32_t seat, lg_seat_figures *figures)
{
    lg_mem *mem = doors->reading->mem;
    lg_err err;
    bounding b = {
        .doors = doors,
        .reading = doors->reading,
        .scenario = scenario,
        .drivers = drivers,
        .seat = seat,
        .slot_count = doors->count,
        .run = {scenario->start_ms, scenario->rules.slot_ms, doors->count},
        .slots = lg_mem_zalloc(mem, doors->count + 1, sizeof *b.slots),
    };
    lg_status status = LG_MEMORY;
    bool fits = b.slot_count && b.slot_count <= LG_BOUND_SLOTS_MAX;
    if (b.slots && make_storages(&b) && (!fits || make_tanks(&b))) {
        if (fits)
            look_at_assets(&b);
        fits = fits && b.asset_count;
        status = fits ? compute(&b, figures, &err) : LG_UNSUPPORTED;
    }
    figures->has_bound = status == LG_OK;
    if (b.slots)
        lg_mem_free(mem, b.slots, (doors->count + 1) * sizeof *b.slots);
    if (b.storages)
        lg_mem_free(mem, b.storages, (b.storage_capacity + 1) * sizeof *b.storages);
    if (b.tanks)
        lg_mem_free(mem, b.tanks, b.tank_capacity * sizeof *b.tanks);
    if (b.tank_slots)
        lg_mem_free(mem, b.tank_slots,
                    ((size_t)b.tank_capacity * b.slot_count + 1) * sizeof *b.tank_slots);
    return status != LG_MEMORY;
}
