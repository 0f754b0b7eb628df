-- A street that is cut off from the grid in the evening: from 17:00 to 20:00 its homes trade among themselves only.
--
-- Four homes have panels and a battery, four have neither. While the street is an island, what the batteries hold is
-- all there is; what a load does not get is unserved, and in bills that costs the utility's rate, the fees and 5 ct.

local cut = param("cut", true, "whether the street is cut off at all")
local keep = param("keep", 0.6, "part of its capacity that a battery keeps for an island, 0 to 1")
local from = param("from", "17:00", "begin of the cut")
local to = param("to", "20:00", "end of the cut")

local street = { name = "Street", grid_fee_constant = 1 }
local agents = {}
for number = 1, 8 do
  local name = "Home " .. number
  local rich = number % 2 == 1
  street[number] = area {
    name = name,
    load { name = name .. " load", shape = "household", annual_kWh = 3000 + 200 * number, use_market_maker_rate = true },
    rich and pv { name = name .. " PV", model = "clear_sky", capacity_kW = 5 },
    rich and storage {
      name = name .. " battery",
      battery_capacity_kWh = 6,
      max_abs_battery_power_kW = 3,
      initial_soc = 30,
      min_allowed_soc = 10,
    },
  }
  if rich then
    agents[#agents + 1] = agent { name = name, script = "keeper.lua", params = { keep = keep } }
  end
end

return scenario {
  name = "islands",
  description = "A street with four batteries is cut off from the grid for three hours of the evening",
  seed = 11,
  start = "2024-10-14T00:00Z",
  days = 1,
  market = { kind = "two_sided", matching = "pay_as_bid" },
  market_maker_rate = 30,
  feed_in_tariff = 8,
  grid = area {
    name = "Grid",
    grid_fee_constant = 4,
    infinite_bus { name = "Utility", energy_sell_rate = 30, energy_buy_rate = 8 },
    area(street),
  },
  agents = agents,
  events = { cut and disconnect { "Street", from = from, to = to } },
}
