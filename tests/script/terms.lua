-- Requirements and attributes of orders: how they are written, what is wrong with them, and what is answered where
-- the matching does not look at them.

local expect = require "expect"
local same, near, fails = expect.same, expect.near, expect.fails
local batch = grid.batch
local NOT_LOOKED_AT = "requirements and attributes were left out: the scenario says market.dof = false"

local function one(sent, ...)
  same(sent, true, "sent")
  local answers = batch:execute()
  same(#answers, 1)
  return answers[1]
end

local function bid(load, ...)
  return batch:bid_energy_rate { asset = load, energy = 0.5, rate = 20, requirements = { ... } }
end

local function written(load, pv)
  local answer = one(bid(load, { trading_partners = { "PV 1", "Community", pv, grid.tree, load.uuid } }))
  same(answer.status, "ready")
  same(answer.message, NOT_LOOKED_AT)
  near(answer.bid.energy, 0.5)
  answer = one(bid(load, { energy_type = { "PV", "Grid" }, energy = 0.25, price = 5 }, { rate = 10 }, { energy = 0.1 }))
  same(answer.message, NOT_LOOKED_AT)
  answer = one(batch:offer_energy_rate {
    asset = pv,
    energy = "all",
    rate = 10,
    requirements = { { trading_partners = { load } } },
    attributes = { energy_type = "rooftop" },
  })
  same(answer.message, NOT_LOOKED_AT)
  answer = one(batch:update_offer_energy { asset = pv, energy = 1, price = 10, attributes = { energy_type = "PV" } })
  same(answer.message, NOT_LOOKED_AT)
  answer = one(batch:update_bid_energy_rate { asset = load, energy = 0.5, rate = 21, requirements = { { rate = 1 } } })
  same(answer.message, NOT_LOOKED_AT)
  same(one(batch:bid_energy_rate(load, 0.5, 20)).message, nil)
  same(one(batch:delete_bid(load)).deleted, 1)
  answer = one(batch:update_bid_energy_rate { asset = load, energy = 0.5, rate = 21, requirements = { { rate = 1 } } })
  same(answer.code, "GONE")
  same(answer.error_message, 'update_bid_energy_rate on "Load 1" refused: "Load 1" has no open bid')
end

local function misuse(load, pv)
  local function bad(requirement, ...)
    fails(function() bid(load, requirement) end, "terms.lua:", ...)
  end
  local function worse(command, ...)
    fails(function() batch:offer_energy_rate(command) end, "terms.lua:", ...)
  end
  bad({ trading_partner = { "PV 1" } }, 'a requirement of a bid does not take "trading_partner"',
    'did you mean "trading_partners"?')
  bad({ trading_partners = { "PV 2" } }, 'there is no asset or market "PV 2"', 'did you mean "PV 1"?')
  bad({ trading_partners = { "Comunity" } }, 'did you mean "Community"?')
  bad({ trading_partners = { 7 } }, "expected an asset or a market, its name or UUID, not number")
  bad({ trading_partners = {} }, '"trading_partners" must be a list of 1 to 64 assets and markets')
  bad({ trading_partners = "PV 1" }, '"trading_partners" must be a list of assets and markets, not string')
  bad({ trading_partners = { a = "PV 1" } }, "must be a list of 1 to 64")
  bad({ energy_type = "PV" }, '"energy_type" must be a list of texts, not string')
  bad({ energy_type = { 1 } }, 'an "energy_type" is a text of 1 to 32 letters')
  bad({ energy_type = { ("x"):rep(33) } }, 'an "energy_type" is a text of 1 to 32 letters')
  bad({ energy = 0 }, '"energy" of a requirement is', "not kWh above 0")
  bad({ energy = 0 / 0 }, '"energy" of a requirement is')
  bad({ energy = "1" }, '"energy" of a requirement must be a number, not string')
  bad({ rate = -1 }, '"rate" of a requirement is', "not ct from 0 on")
  bad({ price = 1 / 0 }, '"price" of a requirement is inf, not ct from 0 on')
  bad({ price = 1, rate = 1 }, 'takes "price" or "rate", not both')
  bad({}, 'a requirement says nothing; expected "trading_partners", "energy_type", "energy" or "price"')
  bad("PV 1", "a requirement must be a table, not string")
  bad({ [1] = 2 }, "the keys of a requirement of a bid have names, not number")
  fails(function() bid(load) end, '"requirements" must be a list of 1 to 16 tables')
  fails(function()
    batch:bid_energy_rate { asset = load, energy = 1, rate = 2, requirements = "PV" }
  end, '"requirements" must be a list of tables, not string')
  fails(function()
    batch:bid_energy_rate { asset = load, energy = 1, rate = 2, attributes = { energy_type = "PV" } }
  end, 'does not take "attributes"')
  worse({ asset = pv, energy = 1, rate = 2, requirements = { { energy_type = { "PV" } } } },
    'a requirement of an offer does not take "energy_type"')
  worse({ asset = pv, energy = 1, rate = 2, requirements = { {} } },
    'a requirement says nothing; expected "trading_partners"')
  worse({ asset = pv, energy = 1, rate = 2, attributes = { energytype = "PV" } },
    '"attributes" does not take "energytype"', 'did you mean "energy_type"?')
  worse({ asset = pv, energy = 1, rate = 2, attributes = { energy_type = "" } }, "a text of 1 to 32 letters")
  worse({ asset = pv, energy = 1, rate = 2, attributes = "PV" }, '"attributes" must be a table, not string')
  same(#batch:execute(), 0, "nothing of all that was sent")
end

return {
  on_market_cycle = function(info)
    local load, pv = info.assets[1], info.assets[2]
    if info.slot == 0 then
      misuse(load, pv)
      written(load, pv)
      print("done")
    end
  end,
}
