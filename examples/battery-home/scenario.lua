-- One home as a microgrid: a meter at its connection, what the family uses, panels, a battery behind its inverter and a
-- car. The market sees four assets that these components stand behind; the devices live by the second.

local fault = param("fault", "none", "what the battery does wrong from 18:00 on: none, silent, stuck, refusing, trip")
local minutes = param("minutes", 60, "for how long")
local known = { none = true, silent = true, stuck = true, refusing = true, trip = true }
if not known[fault] then error("fault must be none, silent, stuck, refusing or trip, not " .. fault, 0) end

return scenario {
  name = "battery-home",
  description = "A home trades by the slot and follows its schedule by the second",
  seed = 5,
  start = "2024-06-03T00:00Z",
  days = 1,
  tick_seconds = 15,
  market_maker_rate = 30,
  feed_in_tariff = 8,
  microgrids = { {
    id = 17,
    name = "Home",
    delivery_area = "10YDE-EON------1",
    country = "DE",
    latitude = 52.5,
    longitude = 13.4,
    components = {
      { id = 1, category = "grid_connection_point", fuse_A = 35, import_kW = 24, export_kW = 10 },
      { id = 2, category = "meter", name = "grid meter" },
      { id = 3, category = "meter", name = "family" },
      { id = 4, category = "inverter", type = "battery", name = "battery inverter" },
      { id = 5, category = "battery", type = "li_ion", name = "battery" },
      { id = 6, category = "inverter", type = "pv", name = "panels" },
      { id = 7, category = "ev_charger", type = "ac", name = "car" },
    },
    connections = {
      { from = 1, to = 2 }, { from = 2, to = 3 }, { from = 2, to = 4 }, { from = 4, to = 5 },
      { from = 2, to = 6 }, { from = 2, to = 7 },
    },
    devices = {
      { driver = "grid_meter", components = { 2 } },
      { driver = "household", components = { 3 }, annual_kWh = 4200 },
      { driver = "battery_system", components = { 4, 5 }, name = "battery", capacity_kWh = 10, power_kW = 5,
        initial_soc_percent = 30 },
      { driver = "pv_system", components = { 6 }, peak_kW = 7, tilt = 30, azimuth = 190 },
      { driver = "charging_point", components = { 7 }, sessions = {
        { arrives = "17:30", leaves = "07:00", battery_kWh = 50, initial_soc_percent = 55, wanted_soc_percent = 80 },
      } },
    },
    faults = fault ~= "none" and {
      { component = 4, kind = fault, at = "18:00", seconds = minutes * 60 },
    } or nil,
  } },
  grid = area {
    name = "Grid",
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area {
      name = "Home",
      site_load { name = "Family", components = { 3 } },
      site_pv { name = "Panels", components = { 6 } },
      site_storage { name = "Battery", components = { 4 } },
      site_load { name = "Car", components = { 7 } },
    },
  },
  agents = { agent { name = "Home", script = "home.lua" } },
}
