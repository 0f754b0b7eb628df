/* host/script/args.h — the arguments of a command of grid.batch, in either form */
#ifndef LG_SCRIPT_ARGS_H
#define LG_SCRIPT_ARGS_H

#include "script/state.h"

/* Keys of the table form, the frequent ones first. */
enum {
    ARG_ASSET,
    ARG_ENERGY,
    ARG_RATE,
    ARG_PRICE,
    ARG_REPLACE,
    ARG_AREA_UUID,
    ARG_ASSET_UUID,
    ARG_MARKET,
    ARG_BID_ID,
    ARG_OFFER_ID,
    ARG_FEE_CENTS,
    ARG_FEE_CONST,
    ARG_FEE_PERCENT,
    ARG_TIME_SLOT,
    ARG_ENERGY_FORECAST,
    ARG_ENERGY_MEASUREMENT,
    ARG_REQUIREMENTS, /* table form only; script/terms.c reads them */
    ARG_ATTRIBUTES,
    ARG_COUNT
};

#define LG__BIT(arg) (1u << ARG_##arg)
enum {
    KEYS_NODE = LG__BIT(ASSET) | LG__BIT(AREA_UUID) | LG__BIT(ASSET_UUID),
    KEYS_MARKET = LG__BIT(MARKET) | LG__BIT(AREA_UUID),
    KEYS_NONE = 0,
    KEYS_RATE = LG__BIT(RATE),
    KEYS_PRICE = LG__BIT(PRICE),
    KEYS_ENERGY = LG__BIT(ENERGY),
    KEYS_SLOT = LG__BIT(TIME_SLOT),
    KEYS_ENERGY_SLOT = LG__BIT(ENERGY) | KEYS_SLOT,
    KEYS_ORDER = KEYS_ENERGY_SLOT | LG__BIT(REPLACE),
    KEYS_BID_ID = LG__BIT(BID_ID) | KEYS_SLOT,
    KEYS_OFFER_ID = LG__BIT(OFFER_ID) | KEYS_SLOT,
    KEYS_FORECAST = LG__BIT(ENERGY_FORECAST),
    KEYS_MEASUREMENT = LG__BIT(ENERGY_MEASUREMENT),
    KEYS_TERMS = LG__BIT(REQUIREMENTS),
    KEYS_ATTRIBUTES = LG__BIT(ATTRIBUTES),
    KEYS_FEE = LG__BIT(FEE_CENTS) | LG__BIT(FEE_CONST) | LG__BIT(FEE_PERCENT),
    KEYS_NUMBERS = LG__BIT(RATE) | LG__BIT(PRICE) | LG__BIT(FEE_CENTS) | LG__BIT(FEE_CONST) |
                   LG__BIT(FEE_PERCENT),
};

/** One command as it was called. */
typedef struct lg__request {
    const char *name;
    uint8_t kind;
    unsigned given; /* bits of the keys that were given */
    uint32_t node;
    bool all; /* energy = "all" */
    bool replace;
    double number[ARG_COUNT];
    uint64_t id;
    uint32_t time_slot; /* as in lg_command */
    int values;         /* index of the table of energies by slot */
} lg__request;

/** Names of the arguments; what the table form calls them. */
extern const char *const lg__arg_names[ARG_COUNT];

/** Reads the table at index 2; raises for keys that are not @p allowed and for values of the wrong
 * type. */
void lg__args_table(lua_State *L, const lg_agent *agent, lg__request *request, unsigned allowed);
/** Takes the value at @p index as argument @p arg. */
void lg__args_take(lua_State *L, lg__request *request, int arg, int index);
/** Takes an energy: a number, or the text "all". */
void lg__args_energy(lua_State *L, lg__request *request, int index);
/** The asset or market that the value at @p index means. */
uint32_t lg__args_node(lua_State *L, const lg__request *request, int index);
/** The slot of the text at @p index as lg_command.time_slot has it; raises for what is no start of
 * a slot. */
uint32_t lg__args_slot(lua_State *L, const lg__request *request, int arg, int index);
/**
 * Reads a table of energies in kWh by slot, in the order of the slots; the list lies in a userdata
 * that is pushed.
 */
const lg_slot_value *lg__args_values(lua_State *L, const lg__request *request, int arg,
                                     uint32_t *count);
/** Raises: "x" must be @p expected, not what it is. */
void lg__args_type_error(lua_State *L, const lg__request *request, int arg, const char *expected,
                         int index);
/** Raises unless argument @p arg was given. */
void lg__args_require(lua_State *L, const lg__request *request, int arg);

#endif
