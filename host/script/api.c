/* The tables behind api.h: each is a projection of api.def, so they cannot disagree. */
#include "script/api.h"

#include <stdio.h>
#include <string.h>
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const callback_names[] = {
#define LG_CALLBACK(id, name, argument, type, help) name,
#include "script/api.def"
};
const lg__names lg__callback_names = {callback_names, NULL, COUNT(callback_names)};

/* LG_FIELD(INFO, ...) becomes ROW_INFO(...): for each class the rows of the other two vanish. */
#define ROW_INFO(id, name) name,
#define ROW_ASSET(id, name)
#define ROW_MARKET(id, name)
static const char *const info_names[] = {
#define LG_FIELD(cls, id, name, type, help) ROW_##cls(id, name)
#include "script/api.def"
};
#undef ROW_INFO
#define ROW_INFO(id, name) LG_INFO_FIELD_##id,
static const int info_ids[] = {
#define LG_FIELD(cls, id, name, type, help) ROW_##cls(id, name)
#include "script/api.def"
};
#undef ROW_INFO
#undef ROW_ASSET
#define ROW_INFO(id, name)
#define ROW_ASSET(id, name) name,
static const char *const asset_names[] = {
#define LG_FIELD(cls, id, name, type, help) ROW_##cls(id, name)
#include "script/api.def"
};
#undef ROW_ASSET
#define ROW_ASSET(id, name) LG_ASSET_FIELD_##id,
static const int asset_ids[] = {
#define LG_FIELD(cls, id, name, type, help) ROW_##cls(id, name)
#include "script/api.def"
};
#undef ROW_ASSET
#undef ROW_MARKET
#define ROW_ASSET(id, name)
#define ROW_MARKET(id, name) name,
static const char *const market_names[] = {
#define LG_FIELD(cls, id, name, type, help) ROW_##cls(id, name)
#include "script/api.def"
};
#undef ROW_MARKET
#define ROW_MARKET(id, name) LG_MARKET_FIELD_##id,
static const int market_ids[] = {
#define LG_FIELD(cls, id, name, type, help) ROW_##cls(id, name)
#include "script/api.def"
};

const lg__names lg__info_names = {info_names, info_ids, COUNT(info_names)};
const lg__names lg__asset_names = {asset_names, asset_ids, COUNT(asset_names)};
const lg__names lg__market_names = {market_names, market_ids, COUNT(market_names)};

static const char *const batch_names[] = {
#define LG_METHOD(name, kind, form, keys, args, help) #name,
#include "script/api.def"
    "execute",
};
const lg__names lg__batch_names = {batch_names, NULL, COUNT(batch_names)};

static const char *const board_names[] = {
#define LG_BOARD(name, params, returns, help) #name,
#include "script/api.def"
};
const lg__names lg__board_names = {board_names, NULL, COUNT(board_names)};

static const char *const trading_functions[] = {
#define LG_TRADING(name, params, returns, help) #name,
#include "script/api.def"
};
static const char *const coord_functions[] = {
#define LG_COORD(name, params, returns, help) #name,
#include "script/api.def"
};
const lg__names lg__coord_functions = {coord_functions, NULL, COUNT(coord_functions)};

const lg__names lg__trading_functions = {trading_functions, NULL, COUNT(trading_functions)};

static const char *const microgrid_functions[] = {
#define LG_MICROGRID(name, args, params, returns, help) #name,
#include "script/api.def"
};
const lg__names lg__microgrid_functions = {microgrid_functions, NULL, COUNT(microgrid_functions)};

static const char *const grid_names[] = {
#define LG_GRID(name, function, params, returns, help) name,
#include "script/api.def"
    "batch",
    "board",
    "tree",
    "budget",
};
const lg__names lg__grid_names = {grid_names, NULL, COUNT(grid_names)};

static const char *const trading_names[] = {
    "strategy",
    "initial_buying_rate",
    "final_buying_rate",
    "initial_selling_rate",
    "final_selling_rate",
    "update_interval",
    "fit_to_limit",
    "energy_rate_increase_per_update",
    "energy_rate_decrease_per_update",
    "use_market_maker_rate",
    "cap_price_strategy",
    "forecast_stream_enabled",
};
const lg__names lg__trading_names = {trading_names, NULL, COUNT(trading_names)};

/* The rows of a class stand together. */
static const char *const record_fields[] = {
#define LG_RECORD(cls, name, type, help) #name,
#include "script/api.def"
};
static const char *const record_classes[] = {
#define LG_RECORD(cls, name, type, help) #cls,
#include "script/api.def"
};
static const struct {
    const char *cls, *what;
} record_kinds[] = {
#define X(id, cls, what) [LG__RECORD_##id] = {#cls, what},
    LG__RECORD_KINDS(X)
#undef X
};

lg__names lg__record_names(lg__record_kind kind)
{
    size_t first = 0, count = 0;
    while (strcmp(record_classes[first], record_kinds[kind].cls) != 0)
        first++;
    while (first + count < COUNT(record_classes) &&
           strcmp(record_classes[first + count], record_kinds[kind].cls) == 0)
        count++;
    return (lg__names){record_fields + first, NULL, count};
}

const char *lg__record_what(lg__record_kind kind)
{
    return record_kinds[kind].what;
}

int lg__name_index(const lg__names *list, const char *name)
{
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->names[i], name) == 0)
            return (int)i;
    return -1;
}

const char *lg__name_hint(const lg__names *list, const char *wrong, char *out, size_t size)
{
    int near = lg_text_nearest(wrong, list->names, list->count);
    out[0] = '\0';
    if (near >= 0)
        snprintf(out, size, "; did you mean \"%s\"?", list->names[near]);
    return out;
}
