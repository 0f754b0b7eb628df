/* Sizes and offsets of everything that crosses the boundary, against abi.golden. A line that
 * changes or disappears breaks plugins that exist; new lines at the end of a struct come with a new
 * minor version. Run with --print to write the table. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "lunagrid/plugin.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
#define FIELDS(X) \
    X(lg_array, items) X(lg_array, count) X(lg_array, stride) \
    X(lg_host, size) X(lg_host, abi_minor) X(lg_host, ctx) X(lg_host, refuse) X(lg_host, log) \
    X(lg_host, alloc) X(lg_host, free) X(lg_host, profile_at) X(lg_host, profile_mean) \
    X(lg_host, post) \
    X(lg_point, size) X(lg_point, unit) X(lg_point, access) X(lg_point, reserved) \
    X(lg_point, name) X(lg_point, min) X(lg_point, max) X(lg_point, safe) X(lg_point, help) \
    X(lg_option, size) X(lg_option, type) X(lg_option, unit) X(lg_option, flags) \
    X(lg_option, name) X(lg_option, def) X(lg_option, min) X(lg_option, max) \
    X(lg_option, choices) X(lg_option, help) X(lg_option, columns) \
    X(lg_value, size) X(lg_value, given) X(lg_value, number) X(lg_value, text) \
    X(lg_value, profile) X(lg_value, list) X(lg_value, list_count) \
    X(lg_device_info, size) X(lg_device_info, slot_s) X(lg_device_info, name) \
    X(lg_device_info, seed) X(lg_device_info, start_ms) X(lg_device_info, values) \
    X(lg_device_info, latitude_deg) X(lg_device_info, site_seed) \
    X(lg_slot, size) X(lg_slot, index) X(lg_slot, start_ms) X(lg_slot, hours) \
    X(lg_plan, size) X(lg_plan, reserved) X(lg_plan, demand_kWh) X(lg_plan, supply_kWh) \
    X(lg_plan, stored_kWh) X(lg_plan, capacity_kWh) X(lg_plan, reserve_kWh) \
    X(lg_plan, buy_rate_ct) X(lg_plan, sell_rate_ct) X(lg_plan, need_kWh) \
    X(lg_plan, used_kWh) X(lg_plan, due_kWh) X(lg_plan, due_hours) X(lg_plan, efficiency) \
    X(lg_settlement, size) X(lg_settlement, reserved) X(lg_settlement, bought_kWh) \
    X(lg_settlement, sold_kWh) \
    X(lg_driver, size) X(lg_driver, role) X(lg_driver, name) X(lg_driver, help) \
    X(lg_driver, points) X(lg_driver, options) X(lg_driver, open) X(lg_driver, close) \
    X(lg_driver, plan) X(lg_driver, settle) X(lg_driver, poll) X(lg_driver, write) \
    X(lg_driver, change) X(lg_driver, strategy) \
    X(lg_driver, energy_type) \
    X(lg_plugin, size) X(lg_plugin, magic) X(lg_plugin, abi_minor) X(lg_plugin, reserved) \
    X(lg_plugin, name) X(lg_plugin, version) X(lg_plugin, help) X(lg_plugin, drivers) \
    X(lg_plugin, rules) X(lg_plugin, gateways) \
    X(lg_gateway_node, size) X(lg_gateway_node, kind) X(lg_gateway_node, index) \
    X(lg_gateway_node, parent) X(lg_gateway_node, role) X(lg_gateway_node, area_first) \
    X(lg_gateway_node, area_count) X(lg_gateway_node, asset_first) \
    X(lg_gateway_node, asset_count) X(lg_gateway_node, name) X(lg_gateway_node, type) \
    X(lg_gateway_node, uuid) X(lg_gateway_time, size) X(lg_gateway_time, slot) \
    X(lg_gateway_time, tick) X(lg_gateway_time, ticks_per_slot) X(lg_gateway_time, slot_count) \
    X(lg_gateway_time, slot_s) X(lg_gateway_time, slot_start_ms) X(lg_gateway_time, now_ms) \
    X(lg_gateway_time, slot_completion) X(lg_gateway_time, market_maker_rate) \
    X(lg_gateway_time, feed_in_tariff) X(lg_gateway_bill, bought) X(lg_gateway_bill, sold) \
    X(lg_gateway_bill, spent) X(lg_gateway_bill, earned) X(lg_gateway_bill, market_fee) \
    X(lg_gateway_asset, size) X(lg_gateway_asset, enabled) X(lg_gateway_asset, to_buy) \
    X(lg_gateway_asset, to_sell) X(lg_gateway_asset, in_bids) X(lg_gateway_asset, in_offers) \
    X(lg_gateway_asset, traded) X(lg_gateway_asset, cost) X(lg_gateway_asset, last_traded) \
    X(lg_gateway_asset, last_cost) X(lg_gateway_asset, stored) X(lg_gateway_asset, capacity) \
    X(lg_gateway_asset, usable) X(lg_gateway_asset, trades) X(lg_gateway_asset, last_trades) \
    X(lg_gateway_asset, bill) X(lg_gateway_market, size) X(lg_gateway_market, closed) \
    X(lg_gateway_market, last_min) X(lg_gateway_market, last_max) \
    X(lg_gateway_market, last_avg) X(lg_gateway_market, last_median) \
    X(lg_gateway_market, last_energy) X(lg_gateway_market, last_fee) \
    X(lg_gateway_market, last_fee_revenue) X(lg_gateway_market, last_import) \
    X(lg_gateway_market, last_export) X(lg_gateway_market, last_trades) \
    X(lg_gateway_market, next_fee) X(lg_gateway_market, fee_is_percent) \
    X(lg_gateway_market, has_fee) X(lg_gateway_market, accumulated) \
    X(lg_gateway_market, external) X(lg_gateway_market, self_sufficiency) \
    X(lg_gateway_market, self_consumption) X(lg_gateway_order, id) X(lg_gateway_order, energy) \
    X(lg_gateway_order, rate) X(lg_gateway_order, fee_rate) X(lg_gateway_value, slot) \
    X(lg_gateway_value, reserved) X(lg_gateway_value, energy) X(lg_gateway_command, size) \
    X(lg_gateway_command, kind) X(lg_gateway_command, node) X(lg_gateway_command, flags) \
    X(lg_gateway_command, energy) X(lg_gateway_command, rate) X(lg_gateway_command, order) \
    X(lg_gateway_command, slot) X(lg_gateway_command, reserved) X(lg_gateway_command, values) \
    X(lg_gateway_answer, size) X(lg_gateway_answer, status) X(lg_gateway_answer, text) \
    X(lg_gateway_answer, order) X(lg_gateway_answer, count) X(lg_gateway_answer, reserved) \
    X(lg_gateway_trade, size) X(lg_gateway_trade, seller) X(lg_gateway_trade, buyer) \
    X(lg_gateway_trade, reserved) X(lg_gateway_trade, id) X(lg_gateway_trade, bid) \
    X(lg_gateway_trade, offer) X(lg_gateway_trade, bid_left) X(lg_gateway_trade, offer_left) \
    X(lg_gateway_trade, time_ms) X(lg_gateway_trade, energy) X(lg_gateway_trade, bought_price) \
    X(lg_gateway_trade, bought_fee) X(lg_gateway_trade, sold_price) \
    X(lg_gateway_trade, sold_fee) X(lg_gateway_trade, slot) X(lg_gateway_trade, settlement) \
    X(lg_gateway_host, size) X(lg_gateway_host, abi_minor) \
    X(lg_gateway_host, ctx) X(lg_gateway_host, refuse) X(lg_gateway_host, say) \
    X(lg_gateway_host, watch) X(lg_gateway_host, watch_for) X(lg_gateway_host, unwatch) \
    X(lg_gateway_host, alarm) X(lg_gateway_host, set_alarm) X(lg_gateway_host, drop_alarm) \
    X(lg_gateway_host, wall_ms) X(lg_gateway_host, time) X(lg_gateway_host, count) \
    X(lg_gateway_host, node) X(lg_gateway_host, asset) X(lg_gateway_host, market) \
    X(lg_gateway_host, orders) X(lg_gateway_host, enter) X(lg_gateway_host, leave) \
    X(lg_gateway_host, claim) X(lg_gateway_host, release) X(lg_gateway_host, owner) \
    X(lg_gateway_host, client) X(lg_gateway_host, send) X(lg_gateway_host, expect) \
    X(lg_gateway_host, unexpect) X(lg_gateway_host, control) X(lg_gateway_info, size) \
    X(lg_gateway_info, reserved) X(lg_gateway_info, address) X(lg_gateway, size) \
    X(lg_gateway, reserved) X(lg_gateway, name) X(lg_gateway, help) X(lg_gateway, open) \
    X(lg_gateway, close) X(lg_gateway, busy) X(lg_gateway, moment) X(lg_gateway, before) \
    X(lg_gateway, after) X(lg_gateway, done) X(lg_gateway, trade) X(lg_gateway, ticked) \
    X(lg_requirement, size) X(lg_requirement, reserved) X(lg_requirement, partners) \
    X(lg_requirement, energy_types) X(lg_requirement, energy_uwh) X(lg_requirement, rate_uct) \
    X(lg_match_order, size) X(lg_match_order, party) X(lg_match_order, asset) \
    X(lg_match_order, area) X(lg_match_order, sequence) X(lg_match_order, tick) \
    X(lg_match_order, id) X(lg_match_order, rate_uct) X(lg_match_order, energy_uwh) \
    X(lg_match_order, energy_type) X(lg_match_order, requirements) \
    X(lg_match, size) X(lg_match, bid) X(lg_match, offer) X(lg_match, requirement) \
    X(lg_match, energy_uwh) X(lg_match, rate_uct) \
    X(lg_match_book, size) X(lg_match_book, area) X(lg_match_book, name) \
    X(lg_match_book, slot) X(lg_match_book, tick) X(lg_match_book, seed) \
    X(lg_match_book, bids) X(lg_match_book, offers) X(lg_match_book, parents) \
    X(lg_match_book, energy_tolerance_uwh) X(lg_match_book, rate_tolerance_uct) \
    X(lg_match_book, ctx) X(lg_match_book, recommend) X(lg_match_book, alloc) \
    X(lg_match_book, refuse) \
    X(lg_matching, size) X(lg_matching, flags) X(lg_matching, name) X(lg_matching, help) \
    X(lg_matching, match) \
    X(lg_gateway_host, trading) X(lg_gateway_host, orders_of) X(lg_gateway_host, unsettled) \
    X(lg_gateway_host, deviance) X(lg_gateway, traded) \
    X(lg_gateway_host, microgrid) X(lg_gateway, measured) \
    X(lg_trading_answer, size) X(lg_trading_answer, why) X(lg_trading_answer, kind) \
    X(lg_trading_answer, count) X(lg_trading_answer, word) X(lg_trading_answer, words) \
    X(lg_trading_area, size) X(lg_trading_area, index) X(lg_trading_area, code) \
    X(lg_trading_area, code_type) X(lg_trading_area, currency) X(lg_trading_area, minutes) \
    X(lg_trading_area, reserved) X(lg_trading_area, price_step) \
    X(lg_trading_area, quantity_step) X(lg_trading_area, gate_ms) \
    X(lg_trading_area, horizon_ms) X(lg_trading_gridpool, size) \
    X(lg_trading_gridpool, index) X(lg_trading_gridpool, id) X(lg_trading_gridpool, name) \
    X(lg_trading_gridpool, agent) X(lg_trading_clock, size) X(lg_trading_clock, reserved) \
    X(lg_trading_clock, now_ms) X(lg_trading_clock, shift_ms) X(lg_trading_terms, area) \
    X(lg_trading_terms, currency) X(lg_trading_terms, start_ms) \
    X(lg_trading_terms, minutes) X(lg_trading_terms, type) X(lg_trading_terms, side) \
    X(lg_trading_terms, execution) X(lg_trading_terms, price) X(lg_trading_terms, quantity) \
    X(lg_trading_terms, stop_price) X(lg_trading_terms, peak_delta) \
    X(lg_trading_terms, display) X(lg_trading_terms, valid_until_ms) \
    X(lg_trading_terms, tag) X(lg_trading_terms, payload) X(lg_trading_terms, payload_size) \
    X(lg_trading_terms, reserved) X(lg_trading_order, size) X(lg_trading_order, state) \
    X(lg_trading_order, reason) X(lg_trading_order, actor) X(lg_trading_order, id) \
    X(lg_trading_order, gridpool) X(lg_trading_order, number) X(lg_trading_order, open) \
    X(lg_trading_order, filled) X(lg_trading_order, created_ms) \
    X(lg_trading_order, modified_ms) X(lg_trading_order, terms) X(lg_trading_trade, size) \
    X(lg_trading_trade, side) X(lg_trading_trade, id) X(lg_trading_trade, order_id) \
    X(lg_trading_trade, gridpool) X(lg_trading_trade, number) X(lg_trading_trade, area) \
    X(lg_trading_trade, minutes) X(lg_trading_trade, start_ms) X(lg_trading_trade, time_ms) \
    X(lg_trading_trade, price) X(lg_trading_trade, quantity) X(lg_trading_trade, state) \
    X(lg_trading_trade, reserved) X(lg_trading_trade, tag) X(lg_trading_public_trade, size) \
    X(lg_trading_public_trade, state) X(lg_trading_public_trade, id) \
    X(lg_trading_public_trade, number) X(lg_trading_public_trade, buy_area) \
    X(lg_trading_public_trade, sell_area) X(lg_trading_public_trade, minutes) \
    X(lg_trading_public_trade, reserved) X(lg_trading_public_trade, start_ms) \
    X(lg_trading_public_trade, time_ms) X(lg_trading_public_trade, price) \
    X(lg_trading_public_trade, quantity) X(lg_trading_public_order, size) \
    X(lg_trading_public_order, area) X(lg_trading_public_order, id) \
    X(lg_trading_public_order, number) X(lg_trading_public_order, minutes) \
    X(lg_trading_public_order, type) X(lg_trading_public_order, side) \
    X(lg_trading_public_order, execution) X(lg_trading_public_order, start_ms) \
    X(lg_trading_public_order, price) X(lg_trading_public_order, quantity) \
    X(lg_trading_public_order, created_ms) X(lg_trading_public_order, updated_ms) \
    X(lg_trading_filter, size) X(lg_trading_filter, states) X(lg_trading_filter, side) \
    X(lg_trading_filter, area) X(lg_trading_filter, minutes) X(lg_trading_filter, id_count) \
    X(lg_trading_filter, ids) X(lg_trading_filter, tag) X(lg_trading_filter, from_ms) \
    X(lg_trading_filter, until_ms) X(lg_trading_door, size) X(lg_trading_door, reserved) \
    X(lg_trading_door, ctx) X(lg_trading_door, clock) X(lg_trading_door, area) \
    X(lg_trading_door, gridpool) X(lg_trading_door, create) X(lg_trading_door, update) \
    X(lg_trading_door, cancel) X(lg_trading_door, cancel_all) X(lg_trading_door, order) \
    X(lg_trading_door, orders) X(lg_trading_door, trades) X(lg_trading_door, book) \
    X(lg_trading_door, period) X(lg_trading_door, cursor) X(lg_trading_door, seek) \
    X(lg_trading_door, read_order) X(lg_trading_door, read_trade) \
    X(lg_trading_door, read_public_trade) X(lg_trading_door, read_public_order) \
    X(lg_microgrid_answer, size) X(lg_microgrid_answer, why) X(lg_microgrid_answer, kind) \
    X(lg_microgrid_answer, reserved) X(lg_microgrid_answer, word) X(lg_microgrid_answer, words) \
    X(lg_microgrid_answer, until_ms) X(lg_microgrid_answer, command) X(lg_microgrid_clock, size) \
    X(lg_microgrid_clock, permille) X(lg_microgrid_clock, now_ms) \
    X(lg_microgrid_clock, client_ms) X(lg_microgrid_site, size) \
    X(lg_microgrid_site, area_code_type) X(lg_microgrid_site, id) \
    X(lg_microgrid_site, enterprise_id) X(lg_microgrid_site, name) \
    X(lg_microgrid_site, area_code) X(lg_microgrid_site, country_code) \
    X(lg_microgrid_site, latitude) X(lg_microgrid_site, longitude) \
    X(lg_microgrid_site, created_ms) X(lg_microgrid_range, lower) X(lg_microgrid_range, upper) \
    X(lg_microgrid_design, metric) X(lg_microgrid_design, reserved) \
    X(lg_microgrid_design, range) X(lg_microgrid_component, size) \
    X(lg_microgrid_component, index) X(lg_microgrid_component, id) \
    X(lg_microgrid_component, category) X(lg_microgrid_component, type) \
    X(lg_microgrid_component, mode) X(lg_microgrid_component, fuse_A) \
    X(lg_microgrid_component, primary_V) X(lg_microgrid_component, secondary_V) \
    X(lg_microgrid_component, name) X(lg_microgrid_component, manufacturer) \
    X(lg_microgrid_component, model) X(lg_microgrid_component, from_ms) \
    X(lg_microgrid_component, until_ms) X(lg_microgrid_component, designs) \
    X(lg_microgrid_component, design_count) X(lg_microgrid_component, reserved) \
    X(lg_microgrid_connection, size) X(lg_microgrid_connection, reserved) \
    X(lg_microgrid_connection, source) X(lg_microgrid_connection, destination) \
    X(lg_microgrid_connection, from_ms) X(lg_microgrid_connection, until_ms) \
    X(lg_microgrid_value, metric) X(lg_microgrid_value, connection) X(lg_microgrid_value, value) \
    X(lg_microgrid_value, ranges) X(lg_microgrid_value, range_count) \
    X(lg_microgrid_value, reserved) X(lg_microgrid_diagnostic, code) \
    X(lg_microgrid_diagnostic, reserved) X(lg_microgrid_diagnostic, vendor_code) \
    X(lg_microgrid_diagnostic, message) X(lg_microgrid_sample, size) \
    X(lg_microgrid_sample, value_count) X(lg_microgrid_sample, id) \
    X(lg_microgrid_sample, number) X(lg_microgrid_sample, time_ms) \
    X(lg_microgrid_sample, values) X(lg_microgrid_sample, states) \
    X(lg_microgrid_sample, warnings) X(lg_microgrid_sample, errors) \
    X(lg_microgrid_sample, state_count) X(lg_microgrid_sample, warning_count) \
    X(lg_microgrid_sample, error_count) X(lg_microgrid_sample, reserved) \
    X(lg_microgrid_power, size) X(lg_microgrid_power, type) X(lg_microgrid_power, id) \
    X(lg_microgrid_power, power) X(lg_microgrid_power, lifetime_s) \
    X(lg_microgrid_bounding, size) X(lg_microgrid_bounding, metric) X(lg_microgrid_bounding, id) \
    X(lg_microgrid_bounding, ranges) X(lg_microgrid_bounding, range_count) \
    X(lg_microgrid_bounding, reserved) X(lg_microgrid_bounding, lifetime_s) \
    X(lg_microgrid_bounding, token) X(lg_microgrid_door, size) X(lg_microgrid_door, reserved) \
    X(lg_microgrid_door, ctx) X(lg_microgrid_door, clock) X(lg_microgrid_door, site) \
    X(lg_microgrid_door, component) X(lg_microgrid_door, sensor) \
    X(lg_microgrid_door, connection) X(lg_microgrid_door, find) X(lg_microgrid_door, latest) \
    X(lg_microgrid_door, bounds) X(lg_microgrid_door, set_power) X(lg_microgrid_door, outcome) \
    X(lg_microgrid_door, augment) X(lg_microgrid_door, clear) X(lg_microgrid_door, act) \
    X(lg_device_part, size) X(lg_device_part, category) X(lg_device_part, type) \
    X(lg_device_part, min) X(lg_device_part, max) X(lg_device_part, reserved) \
    X(lg_device_part, help) X(lg_device_component, size) X(lg_device_component, category) \
    X(lg_device_component, type) X(lg_device_component, part) X(lg_device_component, id) \
    X(lg_device_component, name) X(lg_device_component, before) X(lg_device_component, after) \
    X(lg_device_site, size) X(lg_device_site, step_ms) X(lg_device_site, device) \
    X(lg_device_site, components) X(lg_device_site, longitude_deg) X(lg_device_site, voltage_V) \
    X(lg_device_site, frequency_Hz) X(lg_device_sample, size) X(lg_device_sample, component) \
    X(lg_device_sample, time_ms) X(lg_device_sample, values) X(lg_device_sample, states) \
    X(lg_device_sample, warnings) X(lg_device_sample, errors) X(lg_device_sample, value_count) \
    X(lg_device_sample, state_count) X(lg_device_sample, warning_count) \
    X(lg_device_sample, error_count) X(lg_device_command, size) X(lg_device_command, kind) \
    X(lg_device_command, component) X(lg_device_command, reserved) X(lg_device_command, number) \
    X(lg_device_command, power) X(lg_device_command, until_ms) X(lg_device_span, size) \
    X(lg_device_span, component) X(lg_device_span, from_ms) X(lg_device_span, until_ms) \
    X(lg_device_forecast, size) X(lg_device_forecast, reserved) X(lg_device_forecast, power_W) \
    X(lg_device_forecast, min_W) X(lg_device_forecast, max_W) X(lg_device_forecast, stored_Wh) \
    X(lg_device_forecast, capacity_Wh) X(lg_device_forecast, lower_Wh) \
    X(lg_device_forecast, upper_Wh) X(lg_device_forecast, charged_part) \
    X(lg_device_forecast, delivered_part) X(lg_device_forecast, need_Wh) \
    X(lg_device_forecast, due_ms) X(lg_device_fault, size) X(lg_device_fault, kind) \
    X(lg_device_fault, component) X(lg_device_fault, reserved) X(lg_device_fault, until_ms) \
    X(lg_device_host, size) X(lg_device_host, reserved) X(lg_device_host, host) \
    X(lg_device_host, ctx) X(lg_device_host, post) X(lg_device_host, done) \
    X(lg_device_host, now_ms) X(lg_device_host, flow) X(lg_device_host, flow_below) \
    X(lg_device_host, watch) X(lg_device_host, watch_for) X(lg_device_host, unwatch) \
    X(lg_device_host, alarm) X(lg_device_host, set_alarm) X(lg_device_host, drop_alarm) \
    X(lg_device_host, steady_ms) X(lg_device_driver, size) X(lg_device_driver, flags) \
    X(lg_device_driver, name) X(lg_device_driver, help) X(lg_device_driver, parts) \
    X(lg_device_driver, options) X(lg_device_driver, open) X(lg_device_driver, close) \
    X(lg_device_driver, step) X(lg_device_driver, command) X(lg_device_driver, forecast) \
    X(lg_device_driver, fault) X(lg_plugin, devices) X(lg_driver, backed) X(lg_driver, reserved)

#define CONSTANTS(X) \
    X(LG_ABI_MAJOR) X(LG_ABI_MINOR) X(LG_PLUGIN_MAGIC) X(LG_READ) X(LG_WRITE) \
    X(LG_ROLE_CONSUMER) X(LG_ROLE_PRODUCER) X(LG_ROLE_STORAGE) X(LG_ROLE_BUS) \
    X(LG_ROLE_MARKET_MAKER) X(LG_ROLE_PROSUMER) X(LG_OPTION_NUMBER) X(LG_OPTION_INTEGER) \
    X(LG_OPTION_BOOL) X(LG_OPTION_TEXT) X(LG_OPTION_PROFILE) X(LG_OPTION_LIST) \
    X(LG_OPTION_TIME) X(LG_OPTION_ROWS) X(LG_OPTION_REQUIRED) \
    X(LG_LOG_DEBUG) X(LG_LOG_INFO) X(LG_LOG_WARN) X(LG_LOG_ERROR) X(LG_OK) X(LG_INVALID) \
    X(LG_UNKNOWN) X(LG_FOREIGN) X(LG_UNSUPPORTED) X(LG_CLOSED) X(LG_ENERGY) X(LG_RATE) \
    X(LG_LIMIT) X(LG_GONE) X(LG_SCENARIO) X(LG_SCRIPT) X(LG_PLUGIN) X(LG_MEMORY) X(LG_IO) \
    X(LG_STORE) X(LG_BUG) X(LG_OVERFLOW) \
    X(LG_MATCH_NONE) X(LG_MATCH_AREA) X(LG_MATCHING_ATTRIBUTES) \
    X(LG_DEVICE_LIVE) X(LG_DEVICE_POWER_ACTIVE) X(LG_DEVICE_POWER_REACTIVE) X(LG_DEVICE_START) \
    X(LG_DEVICE_STANDBY) X(LG_DEVICE_STOP) X(LG_DEVICE_ACKNOWLEDGE) X(LG_DEVICE_FAULT_SILENT) \
    X(LG_DEVICE_FAULT_STUCK) X(LG_DEVICE_FAULT_LATE) X(LG_DEVICE_FAULT_REPEATED) \
    X(LG_DEVICE_FAULT_BACKWARDS) X(LG_DEVICE_FAULT_REFUSING) X(LG_DEVICE_FAULT_TRIP)
/* clang-format on */

typedef struct abi_row {
    char text[80];
} abi_row;

static const struct {
    const char *type, *field;
    size_t offset, size;
} fields[] = {
#define X(type, field) {#type, #field, offsetof(type, field), sizeof(((type *)NULL)->field)},
    FIELDS(X)
#undef X
};

static const struct {
    const char *name;
    unsigned value;
} constants[] = {
#define X(name) {#name, (unsigned)(name)},
    CONSTANTS(X)
#undef X
#define X(number, name, sign) {"LG_UNIT_" #name, number},
        LG_UNIT_MAP(X)
#undef X
};

enum { FIELD_COUNT = sizeof fields / sizeof *fields };
enum { ROWS = FIELD_COUNT + sizeof constants / sizeof *constants };

static abi_row row_of(size_t index)
{
    abi_row row;
    if (index < FIELD_COUNT)
        snprintf(row.text, sizeof row.text, "%s.%s at %zu, %zu bytes\n", fields[index].type,
                 fields[index].field, fields[index].offset, fields[index].size);
    else
        snprintf(row.text, sizeof row.text, "%s = %u\n", constants[index - FIELD_COUNT].name,
                 constants[index - FIELD_COUNT].value);
    return row;
}

static void layout_is_as_released(void **state)
{
    (void)state;
    FILE *golden = fopen(LG_ABI_GOLDEN, "r");
    assert_non_null(golden);
    char line[120];
    for (size_t i = 0; i < ROWS; i++) {
        assert_non_null(fgets(line, sizeof line, golden));
        assert_string_equal(row_of(i).text, line);
    }
    assert_null(fgets(line, sizeof line, golden));
    fclose(golden);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(layout_is_as_released)};
    if (argc > 1 && strcmp(argv[1], "--print") == 0) {
        for (size_t i = 0; i < ROWS; i++)
            fputs(row_of(i).text, stdout);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
