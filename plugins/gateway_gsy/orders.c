/* Which commands an asset or a market takes, and which arguments they have. */
#include "gsy.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lunagrid/calendar.h"

static bool sells(uint32_t role)
{
    return role == LG_ROLE_PRODUCER || role == LG_ROLE_STORAGE || role == LG_ROLE_PROSUMER;
}

static bool buys(uint32_t role)
{
    return role == LG_ROLE_CONSUMER || role == LG_ROLE_STORAGE || role == LG_ROLE_PROSUMER;
}

/* Digits of a fixed place in a time; -1: there are none. */
static int part_of(const char *text, int at, int digits)
{
    int value = 0;
    for (int i = 0; i < digits; i++) {
        char c = text[at + i];
        if (c < '0' || c > '9')
            return -1;
        value = value * 10 + (c - '0');
    }
    return value;
}

/* "2024-06-03T00:15", perhaps with seconds. @return the number of its slot; NONE: it is no slot of
 * the run */
static uint32_t slot_of(const gsy *g, const char *text)
{
    lg_gateway_time now;
    if (strlen(text) < 16 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':')
        return NONE;
    int year = part_of(text, 0, 4), month = part_of(text, 5, 2), day = part_of(text, 8, 2);
    int hour = part_of(text, 11, 2), minute = part_of(text, 14, 2);
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour < 0 || hour > 23 ||
        minute < 0 || minute > 59)
        return NONE;
    int64_t days = ((int64_t)year - 1970) * 365; /* a day not above, then forward to it */
    for (lg_cal_date d = lg_cal_date_of(days); d.year < year || d.month < month || d.day < day;
         d = lg_cal_date_of(++days))
        if (d.year > year || (d.year == year && d.month > month))
            return NONE;
    lg_cal_date found = lg_cal_date_of(days);
    if (found.year != year || found.month != month || found.day != day)
        return NONE;
    g->host->time(g->host->ctx, &now);
    int64_t ms = ((days * 24 + hour) * 60 + minute) * 60000;
    int64_t slot_ms = (int64_t)now.slot_s * 1000;
    int64_t first_ms = now.slot_start_ms - (int64_t)now.slot * slot_ms;
    int64_t slot = (ms - first_ms) / slot_ms;
    bool is_slot = ms >= first_ms && (ms - first_ms) % slot_ms == 0 && slot < (int64_t)NONE - 2;
    return is_slot ? (uint32_t)slot : NONE;
}

/* The market that is meant. @return false: an unknown one */
static bool read_slot(const gsy *g, gsy_row *row, uint32_t *slot)
{
    lg_gateway_time now;
    const json *said = json_get(row->json, "time_slot");
    *slot = row->slot = NONE;
    if (!said || said->type == JSON_NULL)
        return true;
    *slot = row->slot = said->type == JSON_TEXT ? slot_of(g, said->text) : NONE;
    g->host->time(g->host->ctx, &now);
    row->past = *slot != NONE && *slot < now.slot;
    return *slot != NONE;
}

static bool is_among(const char *key, const char *const *keys)
{
    for (; *keys; keys++)
        if (strcmp(*keys, key) == 0)
            return true;
    return false;
}

/* ---- bids and offers ---- */

static bool read_order(gsy *g, const gsy_batch *batch, gsy_row *row, bool offer,
                       lg_gateway_command *command)
{
    static const char *const keys[] = {
        "type",       "energy",       "price", "replace_existing", "time_slot", "transaction_id",
        "attributes", "requirements", NULL};
    const json *energy = json_get(row->json, "energy"), *price = json_get(row->json, "price");
    const json *replace = json_get(row->json, "replace_existing");
    row->kind = offer ? LG_GATEWAY_OFFER : LG_GATEWAY_BID;
    bool is_slot = read_slot(g, row, &command->slot);
    if (!row->past && (offer ? !sells(row->node->is.role) : !buys(row->node->is.role))) {
        answer_refused(batch, row,
                       offer ? "Offer not supported for Loads on spot markets."
                             : "Bid not supported for PV on spot markets.");
        return false;
    }
    const char *why = NULL;
    for (const json *m = row->json->first; m; m = m->next)
        if (!is_among(m->key, keys))
            why = "an argument that is not known";
    if (!energy || energy->type != JSON_NUMBER || !price || price->type != JSON_NUMBER)
        why = "energy and price have to be numbers";
    else if (energy->number <= 0 || price->number < 0)
        why = "energy has to be above 0, price at least 0";
    if (replace && replace->type != JSON_TRUE && replace->type != JSON_FALSE &&
        replace->type != JSON_NULL)
        why = "replace_existing has to be true or false";
    if (!is_slot)
        why = "time_slot is no slot of this run";
    if (why) {
        answer_refused(batch, row, why);
        return false;
    }
    command->kind = row->kind;
    command->energy = energy->number;
    command->rate = price->number / energy->number;
    if (!replace || replace->type == JSON_TRUE)
        command->flags = LG_GATEWAY_REPLACE;
    return true;
}

/* The reference's names for the id differ between who sends and who reads: both are taken. */
static bool read_delete(gsy *g, const gsy_batch *batch, gsy_row *row, bool offer,
                        lg_gateway_command *command)
{
    const json *id = json_get(row->json, offer ? "offer_id" : "bid_id");
    if (!id)
        id = json_get(row->json, offer ? "offer" : "bid");
    command->kind = row->kind = offer ? LG_GATEWAY_DELETE_OFFER : LG_GATEWAY_DELETE_BID;
    if (id && id->type == JSON_TEXT) {
        command->order = names_read_id(g, ID_ORDER, id->text);
        if (!command->order)
            command->order = UINT64_MAX; /* an order that never was */
    }
    if ((!id || id->type == JSON_TEXT || id->type == JSON_NULL) &&
        read_slot(g, row, &command->slot))
        return true;
    answer_refused(batch, row, "the id has to be a text or null, time_slot a slot of this run");
    return false;
}

/* ---- other commands of assets ---- */

static int by_slot(const void *a, const void *b)
{
    const lg_gateway_value *x = a, *y = b;
    return (x->slot > y->slot) - (x->slot < y->slot);
}

static bool read_values(gsy *g, const gsy_batch *batch, gsy_row *row, const char *key,
                        lg_gateway_command *command, lg_gateway_value **values)
{
    const json *said = json_get(row->json, key);
    if (!said || said->type != JSON_OBJECT) {
        answer_refused(batch, row, "energies have to be an object of slots and kWh");
        return false;
    }
    *values = calloc(said->count + 1, sizeof **values);
    uint32_t count = 0;
    bool fine = *values != NULL;
    for (const json *m = said->first; m && fine; m = m->next) {
        uint32_t slot = slot_of(g, m->key);
        fine = slot != NONE && m->type == JSON_NUMBER && m->number >= 0;
        if (fine)
            (*values)[count++] = (lg_gateway_value){.slot = slot, .energy = m->number};
    }
    if (!fine) {
        free(*values);
        *values = NULL;
        answer_refused(batch, row, "energies have to be slots of this run and kWh from 0 on");
        return false;
    }
    qsort(*values, count, sizeof **values, by_slot);
    command->values = (lg_array){*values, count, sizeof **values};
    return true;
}

static bool read_list(gsy *g, const gsy_batch *batch, gsy_row *row, bool offers,
                      lg_gateway_command *command)
{
    command->kind = row->kind = offers ? LG_GATEWAY_LIST_OFFERS : LG_GATEWAY_LIST_BIDS;
    bool is_slot = read_slot(g, row, &command->slot);
    if (!row->past && (offers ? !sells(row->node->is.role) : !buys(row->node->is.role))) {
        answer_unsupported(batch, row,
                           offers ? "List offers command not supported on device"
                                  : "List bids command not supported on device");
        return false;
    }
    if (!is_slot)
        answer_refused(batch, row, "time_slot is no slot of this run");
    return is_slot;
}

static bool read_asset(gsy *g, const gsy_batch *batch, gsy_row *row, const char *type,
                       lg_gateway_command *command, lg_gateway_value **values)
{
    if (strcmp(type, "bid") == 0 || strcmp(type, "offer") == 0)
        return read_order(g, batch, row, *type == 'o', command);
    if (strcmp(type, "delete_bid") == 0 || strcmp(type, "delete_offer") == 0)
        return read_delete(g, batch, row, type[7] == 'o', command);
    if (strcmp(type, "list_bids") == 0 || strcmp(type, "list_offers") == 0)
        return read_list(g, batch, row, type[5] == 'o', command);
    if (strcmp(type, "device_info") == 0) {
        command->kind = row->kind = LG_GATEWAY_INFO;
        return true;
    }
    if (strcmp(type, "set_energy_forecast") == 0) {
        command->kind = row->kind = LG_GATEWAY_FORECAST;
        return read_values(g, batch, row, "energy_forecast", command, values);
    }
    if (strcmp(type, "set_energy_measurement") == 0) {
        command->kind = row->kind = LG_GATEWAY_MEASUREMENT;
        return read_values(g, batch, row, "energy_measurement", command, values);
    }
    answer_unsupported(batch, row, "Command type not supported for device");
    return false;
}

/* ---- commands of markets ---- */

const json *orders_data(const gsy_row *row)
{
    const json *data = json_get(row->json, "data");
    return data && data->type == JSON_OBJECT ? data : row->json;
}

/* A constant fee below zero changes nothing, and is answered as if it did. */
static bool read_fee(gsy *g, const gsy_batch *batch, gsy_row *row, lg_gateway_command *command)
{
    lg_gateway_market market;
    const json *data = orders_data(row);
    const json *constant = json_get(data, "fee_const"), *percent = json_get(data, "fee_percent");
    bool has_constant = constant && constant->type == JSON_NUMBER;
    bool has_percent = percent && percent->type == JSON_NUMBER;
    g->host->market(g->host->ctx, row->node->is.index, &market);
    row->kind = command->kind = LG_GATEWAY_FEE;
    if (market.fee_is_percent ? !has_percent : !has_constant) {
        answer_refused(batch, row, "GridFee parameter conflicting with GlobalConfigFeeType");
        return false;
    }
    command->rate = market.fee_is_percent ? percent->number : constant->number;
    if (market.fee_is_percent)
        command->flags = LG_GATEWAY_PERCENT;
    else if (command->rate < 0) {
        const lg_gateway_answer unchanged = {.status = LG_OK};
        answer_after(g, batch, row, &unchanged);
        return false;
    }
    return true;
}

static bool read_market(gsy *g, const gsy_batch *batch, gsy_row *row, const char *type,
                        lg_gateway_command *command)
{
    if (strcmp(type, "grid_fees") == 0)
        return read_fee(g, batch, row, command);
    if (strcmp(type, "dso_market_stats") == 0) {
        command->kind = row->kind = LG_GATEWAY_STATISTICS;
        return true;
    }
    answer_unsupported(batch, row, "Command type not supported for device");
    return false;
}

bool orders_read(gsy *g, const gsy_batch *batch, gsy_row *row, lg_gateway_command *command,
                 lg_gateway_value **values)
{
    const char *type = row->type;
    *command =
        (lg_gateway_command){.size = sizeof *command, .node = row->node->is.index, .slot = NONE};
    *values = NULL;
    if (!type) {
        put(&row->answer, "{\"status\": \"error\", ");
        put_pair(&row->answer, "area_uuid", row->node->is.uuid);
        put(&row->answer, ", \"message\": \"Invalid command type\"}");
        return false;
    }
    if (row->node->is.kind == LG_GATEWAY_AREA)
        return read_market(g, batch, row, type, command);
    return read_asset(g, batch, row, type, command, values);
}
