---@meta
-- What a lunagrid script can use. Generated from host/script/api.def; do not edit.

---@class lunagrid.Info What a callback is told; read only. The same object at every call.
---@field assets lunagrid.Asset[] # the assets this script commands
---@field markets lunagrid.Market[] # the markets whose fees this script commands
---@field feed_in_tariff_rate number? # what the utility pays for surplus, ct/kWh
---@field market_maker_rate number? # what the utility asks, ct/kWh
---@field slot_completion number # how far the slot is, 0 .. 1
---@field market_slot string # start of the running slot, "2024-06-03T00:15"
---@field slot integer # number of the slot in the run, from 0
---@field tick integer # number of the tick in the slot, from 0
---@field ticks_per_slot integer # ticks in a slot
---@field now string # simulated time, "2024-06-03T00:16:30+00:00"
---@field hour number # hour of the day of `now`, 0 .. 24 (UTC)
---@field seconds_into_slot number # simulated seconds since the slot opened
---@field num_ticks integer # 10: on_tick comes at tenths of a slot
---@field slot_minutes number # length of a slot in minutes
---@field tick_seconds number # length of a tick in seconds
---@field market_kind string # "one_sided" (only offers travel, a bid is its owner's limit), "two_sided", or "none" (no order travels; the utility trades with each home at its own rates)
---@field matching string # "one_sided", "pay_as_bid", "pay_as_clear", or the name of a rule of a plugin, like "attributed"
---@field compat string # "none", or "gsy-e" where the run keeps to the reference exchange
---@field fees string # which kind of grid fees rules: "constant" (ct/kWh) or "percentage" (%)
---@field settlement_slots string[]? # past slots whose settlement market is open, the oldest first; nil where there are none
---@field name string # the name of this participant
---@field changes integer # how many scheduled changes of own assets, areas or this script there were so far: when it has risen, read params anew
---@field grid_tree lunagrid.Market # the root market

---@class lunagrid.Asset An asset; a field of another role reads nil. Read only.
---@field name string # unique name
---@field uuid string # identity, 36 characters
---@field type string # the word of the scenario: "load", "pv", "storage", ...
---@field role string # "consumer", "producer", "prosumer" (one or the other, slot by slot), "storage", "bus" or "market_maker"
---@field area lunagrid.Market # the market it trades in
---@field params table<string, any> # what the scenario says about it, read only
---@field enabled boolean # whether it may trade in the running slot: no event has disabled it or an area above
---@field connected boolean # whether its market is connected to the one above in the running slot
---@field energy_traded number # bought and sold in this slot, kWh
---@field total_cost number # money of those trades, ct (bought and sold added up)
---@field bill lunagrid.Bill # account since the start
---@field settlement_bill lunagrid.Bill? # account of the settlement markets that have closed; nil where there are none
---@field unsettled_deviation_kWh table<string, number>? # by past slot: measured minus planned and traded, kWh; above 0 it may bid with that time_slot, below 0 offer. Nothing where nobody has measured; nil without settlement markets
---@field energy_requirement_kWh number? # consumer, prosumer, bus: left to buy, open bids included, kWh
---@field energy_need_kWh number? # consumer, prosumer, storage: what cannot wait: still to be bought in this slot, or it counts as unserved, kWh; 0 for a battery
---@field due_energy_kWh number? # storage: still to be bought before due_hours are over (an electric car that leaves), energy_need_kWh included; 0 when nothing is due, kWh
---@field due_hours number? # storage: hours from the start of this slot until due_energy_kWh must be bought; nil when no end is known
---@field energy_active_in_bids number? # buyers: sum of open bids, kWh
---@field available_energy_kWh number? # producer, prosumer, bus, market maker: left to sell, open offers included, kWh
---@field rates_vary boolean # whether a rate in `params` changes over time, so that it has to be read again in every slot
---@field energy_active_in_offers number? # sellers: sum of open offers, kWh
---@field energy_to_sell number? # storage: could still be offered, open offers not included, kWh
---@field energy_to_buy number? # storage: could still be bid for, open bids not included, kWh
---@field free_storage number? # storage: room left after the trades of this slot, kWh
---@field used_storage number? # storage: in the battery now, kWh
---@field used_storage_by_origin lunagrid.Origins? # storage: used_storage by where it was bought, the oldest is sold first
---@field soc number? # storage: used_storage / capacity_kWh, 0 .. 1
---@field capacity_kWh number? # storage: when full, kWh
---@field reserve_kWh number? # storage: never sold, kWh
---@field sell_rate number? # bus, market maker, commercial producer: asks this, ct/kWh
---@field buy_rate number? # bus: pays this, ct/kWh

---@class lunagrid.Market A market of the grid tree. Read only.
---@field name string # unique name of the area
---@field uuid string # identity, 36 characters
---@field assets lunagrid.Asset[] # assets directly in this market; of other people's: name, uuid and type
---@field markets lunagrid.Market[] # markets directly below
---@field parent lunagrid.Market? # the market above
---@field enabled boolean # whether it trades in the running slot: no event has disabled it or an area above
---@field connected boolean # whether it is connected to the market above in the running slot; false: an island
---@field running_market_fee number # grid fee of the running slot, frozen when it opened, ct/kWh or %
---@field next_market_fee number # grid fee as it is set now: it rules the next slot, ct/kWh or %
---@field current_market_fee number # same as next_market_fee: the Asset API calls the fee that is set now so, although it rules the next slot
---@field last_market_fee number? # grid fee of the slot that closed last, ct/kWh or %
---@field last_market_stats lunagrid.Stats # what the slot that closed last did
---@field last_market_bill lunagrid.MarketBill # accounts since the start

---@class lunagrid.Bill
---@field bought number # kWh
---@field sold number # kWh
---@field spent number # EUR, local grid fees not included
---@field earned number # EUR
---@field total_energy number # bought - sold, kWh
---@field total_cost number # spent + market_fee - earned, EUR
---@field market_fee number # local grid fees of the purchases, EUR

---@class lunagrid.Origins
---@field LOCAL number # bought in its own home, kWh
---@field EXTERNAL number # bought from outside of the home, or from a bus or market maker, kWh
---@field UNKNOWN number # was there before, or came with a car, kWh

---@class lunagrid.MarketBill
---@field accumulated_trades lunagrid.Bill # all that trade directly in the market
---@field external_trades lunagrid.Bill # the area itself with its children, mirrored

---@class lunagrid.DsoBill
---@field ["Accumulated Trades"] lunagrid.Bill # all that trade directly in the market
---@field accumulated_trades lunagrid.Bill # the same, named as in last_market_bill
---@field external_trades lunagrid.Bill # the area itself with its children, mirrored

---@class lunagrid.Stats
---@field min_trade_rate number? # ct/kWh, fees included; nil without trades
---@field max_trade_rate number? # ct/kWh
---@field avg_trade_rate number? # ct/kWh, unweighted
---@field median_trade_rate number? # ct/kWh
---@field total_traded_energy_kWh number # kWh

---@class lunagrid.DsoStats
---@field min_trade_rate number? # as in Stats, like the four that follow
---@field max_trade_rate number? # ct/kWh
---@field avg_trade_rate number? # ct/kWh
---@field median_trade_rate number? # ct/kWh
---@field total_traded_energy_kWh number # kWh
---@field market_bill lunagrid.DsoBill # accounts since the start
---@field market_fee_revenue number # grid fees earned in the last slot, ct
---@field area_throughput {import: number, export: number} # of the last slot, kWh
---@field peak_import_kWh number # most taken from the market above in one slot since the start, kWh
---@field peak_export_kWh number # most given to the market above in one slot since the start, kWh
---@field self_sufficiency number # since the start, 0 .. 100 %
---@field self_consumption number # since the start, 0 .. 100 %
---@field market_energy_deviance table<string, number>? # with settlement markets: by UUID of what is directly in the market, measured minus planned of the slot measured last, kWh

---@class lunagrid.Order
---@field id integer # changes when the order is changed
---@field energy number # kWh
---@field rate number # ct/kWh
---@field price number # energy * rate, ct

---@class lunagrid.Answer
---@field command string # the method that was called
---@field status "ready"|"error" # whether it was done
---@field name string # the asset or market it was addressed to
---@field area_uuid string # its identity
---@field code string? # of a refusal: "ENERGY", "RATE", "FOREIGN", "CLOSED", "UNSUPPORTED", "GONE", "INVALID", "LIMIT", ...
---@field error_message string? # of a refusal: one sentence with the numbers
---@field asked number? # of a refusal (ENERGY, INVALID: kWh; RATE: ct/kWh): what was asked; of grid_fees ct/kWh, or % where fees are percentages
---@field allowed number? # of a refusal: the most that would have been accepted, in the unit of asked; of LIMIT how many open orders a side of an asset may have
---@field message string? # a warning: requirements and attributes were left out, and why
---@field bid lunagrid.Order? # the new bid
---@field offer lunagrid.Order? # the new offer
---@field market_type string? # of a new bid or offer: "Spot Market" or "Settlement Market"
---@field time_slot string? # of a command with a time_slot
---@field set_energy_forecast table<string, number>? # what was taken, kWh by slot
---@field set_energy_measurement table<string, number>? # what was taken, kWh by slot
---@field deleted integer? # how many orders were withdrawn
---@field bid_list lunagrid.Order[]? # of list_bids
---@field offer_list lunagrid.Order[]? # of list_offers
---@field device_info table<string, any>? # of device_info: the fields of the asset's role
---@field market_stats lunagrid.DsoStats? # of market_stats and dso_market_stats; empty before the first slot has closed
---@field market_fee_const number? # of grid_fees: what rules from the next slot on, ct/kWh
---@field market_fee_percent number? # of grid_fees: what rules from the next slot on, %

---@class lunagrid.BidRequirement
---@field trading_partners (lunagrid.Asset|lunagrid.Market|string)[]? # the offer comes from one of these assets, or from below one of these markets
---@field energy_type string[]? # the offer is of one of these types: "PV", "Grid", ...
---@field energy number? # kWh, at most this much of the bid under this requirement
---@field price number? # ct, at most this for `energy` (or all of the bid)
---@field rate number? # ct/kWh, at most; instead of price

---@class lunagrid.OfferRequirement
---@field trading_partners (lunagrid.Asset|lunagrid.Market|string)[] # the bid comes from one of these assets, or from below one of these markets

---@class lunagrid.Attributes
---@field energy_type string # what is offered, instead of what the asset's kind says

---@class lunagrid.Message
---@field event "refused"|"disable"|"enable"|"disconnect"|"connect"|"change" # what happened: a refusal, or an event of the scenario
---@field name string # the asset or market a refused command was addressed to, or the event is about; an agent's own name when its script has changed
---@field area_uuid string? # its identity; nil for an agent
---@field target "area"|"asset"|"agent"|nil # of an event: what it is about; events of areas reach everybody, of assets who commands them
---@field detail string? # of a change: what has another value now, "capacity_kW = 8"
---@field command string? # of a refusal: as in Answer, like the fields that follow
---@field code string? # why
---@field error_message string? # why, in a sentence
---@field asked number? # what was asked, in the unit that Answer says
---@field allowed number? # what would have been accepted, in the same unit

---@class lunagrid.Trade
---@field event "trade" # what happened
---@field trade_id integer # rising from 1
---@field time string # simulated time of the tick
---@field market_type "Spot Market"|"Settlement Market" # where it was traded
---@field time_slot string # slot of the energy
---@field asset lunagrid.Asset # the own asset that traded
---@field asset_id string # its identity
---@field side "buy"|"sell" # what the own asset did
---@field buyer string # its name if it is ours, else "anonymous"
---@field seller string # its name if it is ours, else "anonymous"
---@field buyer_origin string # the asset that bought
---@field seller_origin string # the asset that sold
---@field traded_energy number # kWh
---@field trade_price number # in the own asset's market, its grid fee included, ct
---@field rate number # in the own asset's market, its grid fee included, ct/kWh
---@field total_fee number # of all markets on the path, ct
---@field local_market_fee number # of the own asset's market, ct
---@field bid_id integer? # the bid it came from
---@field offer_id integer? # the offer it came from
---@field residual_bid_id integer? # the bid, when some of it stays open
---@field residual_offer_id integer? # the offer, when some of it stays open

---@class lunagrid.Budget
---@field units_per_call integer? # units that a callback may take; nil: they are not counted
---@field units_left integer? # units that this callback may still take, what it may draw from the bank included; nil: they are not counted
---@field bank integer? # of units_left what comes from the bank: units that callbacks before have left over
---@field bank_max integer? # the most units that are saved

---@class lunagrid.TradingOrder
---@field id integer # its number
---@field gridpool integer # whose it is
---@field area string # code of the delivery area
---@field start string # of the delivery period, "2024-06-03T14:00"
---@field duration integer # of the period, minutes
---@field slot integer # number of the slot in which the period starts
---@field type string # "limit", "stop_limit", "iceberg", "block", "balance" or "prearranged"
---@field side string # "buy" or "sell"
---@field execution string? # "aon", "fok", "ioc"; nil: it rests
---@field price number # limit, EUR/MWh; of an iceberg that of the slice that is shown
---@field quantity number # asked in all, MW
---@field open number # not traded, MW
---@field filled number # traded, MW
---@field stop_price number? # of a stop_limit, EUR/MWh
---@field peak_price_delta number? # of an iceberg: how much worse each slice is, EUR/MWh
---@field display_quantity number? # of an iceberg: a slice, MW
---@field valid_until string? # nil: until the gate closes
---@field tag string? # what the script has called it
---@field state string # "active", "hibernate" (a stop), "filled", "canceled" or "expired"
---@field reason string # "add", "modify", "delete", "reject", "partial_execution", "full_execution" or "iceberg_slice_add"
---@field actor string # who did it: "user", "system" or "market_operator"

---@class lunagrid.TradingTrade
---@field id integer # its number, that of the public trade too
---@field order integer # number of the own order
---@field gridpool integer # whose it is
---@field area string # code of the delivery area
---@field start string # of the delivery period
---@field duration integer # of the period, minutes
---@field slot integer # number of the slot in which the period starts
---@field side string # "buy" or "sell"
---@field price number # EUR/MWh
---@field quantity number # MW
---@field tag string? # of the order

---@class lunagrid.PublicTrade
---@field id integer # its number
---@field area string # code of the buyer's delivery area
---@field sell_area string # and of the seller's
---@field start string # of the delivery period
---@field duration integer # of the period, minutes
---@field slot integer # number of the slot in which the period starts
---@field price number # EUR/MWh
---@field quantity number # MW

---@class lunagrid.Book
---@field buy lunagrid.BookRow[] # the best first
---@field sell lunagrid.BookRow[] # the best first

---@class lunagrid.BookRow
---@field price number # EUR/MWh
---@field quantity number # MW that are shown

---@class lunagrid.Position
---@field bought number # MW
---@field sold number # MW
---@field paid number # EUR
---@field earned number # EUR
---@field net_sold_kWh number # energy sold less energy bought, kWh

---@class lunagrid.Signal
---@field id integer? # its number; nil of an eligibility
---@field kind "price"|"limit"|"eligibility" # what it says
---@field program string? # of a curve or limit
---@field created string # when it was published
---@field points lunagrid.SignalPoint[]? # of a curve or limit: slots that are not there stay as they are
---@field resources lunagrid.SignalTarget[]? # whom it is for; an aggregator sees its own
---@field added string[]? # of an eligibility: homes that may take part now
---@field removed string[]? # and those that may not any more

---@class lunagrid.SignalPoint
---@field slot integer # number of the slot
---@field start string # its start
---@field delta number? # is added to the price of a kWh, ct/kWh: negative asks to use more
---@field limit_kW number? # most power

---@class lunagrid.SignalTarget
---@field id string # of the resource: the name of its asset
---@field asset lunagrid.Asset # that asset
---@field home string # the area it is in
---@field aggregator string # whose it is
---@field answer string? # to a limit: "silent", "accepted", "declined" or "expired", which counts as declined

---@class lunagrid.UsedPoint
---@field slot integer # number of the slot
---@field start string # its start
---@field energy_kWh number # as reported; what was given to the grid is negative
---@field measured_kWh number? # as measured; nil while the slot is not over

---@class lunagrid.CoordReport
---@field id integer # its number
---@field event integer? # number of the event it answers
---@field resource string # what used the energy
---@field home string # where
---@field aggregator string # whose report it is
---@field points lunagrid.UsedPoint[] # energy by slot

---@class lunagrid.CoordResource
---@field id string # the name of its asset
---@field asset lunagrid.Asset # that asset
---@field home string # the area it is in
---@field type string # "Charger", "HVAC", "SolarInverter" or "Generic"
---@field aggregator string # whose it is
---@field eligible boolean # its home may take part
---@field enrolled boolean # its home wants to

---@class lunagrid.Enrolment
---@field home string # whose wish it is
---@field aggregator string # whose home it is
---@field enrolled boolean # takes part from now on; false: not any more

---@class lunagrid.Acknowledgement
---@field event integer # number of the limit
---@field resource string # whom it is about
---@field home string # where it is
---@field aggregator string # whose it is
---@field accepted boolean # it will be kept
---@field expired boolean # nobody has answered in time

---@class lunagrid.Earning
---@field home string # who has earned it
---@field aggregator string # whose home it is
---@field amount number # in the currency: by the curves in this month, by the operator's rule since the start
---@field currency string # of the amount

---@class lunagrid.Post
---@field from string # name of the agent that posted it
---@field topic string # what it is about
---@field slot integer # number of the slot in which it was pinned up
---@field tick integer # and of the tick
---@field to string? # name of the only agent that can read it beside its author
---@field text string? # the message
---@field numbers number[]? # the forecast, or whatever the topic says

---@class lunagrid.Batch Commands that go out together when the callback returns.
local Batch = {}

---Bids for energy (kWh, or "all" that is left) at a rate (ct/kWh).
---@param asset lunagrid.Asset|string # object, name or UUID
---@param energy number|"all" # kWh; "all": what is left
---@param rate number # ct/kWh
---@param replace_existing? boolean # withdraw the asset's other orders of that side (default true)
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, energy: number|"all", rate: number, replace_existing?: boolean, time_slot?: string, requirements?: lunagrid.BidRequirement[]}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:bid_energy_rate(asset, energy, rate, replace_existing, time_slot) end

---Bids for energy (kWh) for a price (ct).
---@param asset lunagrid.Asset|string # object, name or UUID
---@param energy number|"all" # kWh; "all": what is left
---@param price number # ct for all of the energy
---@param replace_existing? boolean # withdraw the asset's other orders of that side (default true)
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, energy: number|"all", price: number, replace_existing?: boolean, time_slot?: string, requirements?: lunagrid.BidRequirement[]}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:bid_energy(asset, energy, price, replace_existing, time_slot) end

---Offers energy (kWh, or "all" that is left) at a rate (ct/kWh).
---@param asset lunagrid.Asset|string # object, name or UUID
---@param energy number|"all" # kWh; "all": what is left
---@param rate number # ct/kWh
---@param replace_existing? boolean # withdraw the asset's other orders of that side (default true)
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, energy: number|"all", rate: number, replace_existing?: boolean, time_slot?: string, requirements?: lunagrid.OfferRequirement[], attributes?: lunagrid.Attributes}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:offer_energy_rate(asset, energy, rate, replace_existing, time_slot) end

---Offers energy (kWh) for a price (ct).
---@param asset lunagrid.Asset|string # object, name or UUID
---@param energy number|"all" # kWh; "all": what is left
---@param price number # ct for all of the energy
---@param replace_existing? boolean # withdraw the asset's other orders of that side (default true)
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, energy: number|"all", price: number, replace_existing?: boolean, time_slot?: string, requirements?: lunagrid.OfferRequirement[], attributes?: lunagrid.Attributes}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:offer_energy(asset, energy, price, replace_existing, time_slot) end

---Changes the open bid; refused as GONE when there is none.
---@param asset lunagrid.Asset|string # object, name or UUID
---@param energy number|"all" # kWh; "all": what is left
---@param rate number # ct/kWh
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, energy: number|"all", rate: number, time_slot?: string, requirements?: lunagrid.BidRequirement[]}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:update_bid_energy_rate(asset, energy, rate, time_slot) end

---Changes the open bid; refused as GONE when there is none.
---@param asset lunagrid.Asset|string # object, name or UUID
---@param energy number|"all" # kWh; "all": what is left
---@param price number # ct for all of the energy
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, energy: number|"all", price: number, time_slot?: string, requirements?: lunagrid.BidRequirement[]}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:update_bid_energy(asset, energy, price, time_slot) end

---Changes the open offer; refused as GONE when there is none.
---@param asset lunagrid.Asset|string # object, name or UUID
---@param energy number|"all" # kWh; "all": what is left
---@param rate number # ct/kWh
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, energy: number|"all", rate: number, time_slot?: string, requirements?: lunagrid.OfferRequirement[], attributes?: lunagrid.Attributes}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:update_offer_energy_rate(asset, energy, rate, time_slot) end

---Changes the open offer; refused as GONE when there is none.
---@param asset lunagrid.Asset|string # object, name or UUID
---@param energy number|"all" # kWh; "all": what is left
---@param price number # ct for all of the energy
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, energy: number|"all", price: number, time_slot?: string, requirements?: lunagrid.OfferRequirement[], attributes?: lunagrid.Attributes}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:update_offer_energy(asset, energy, price, time_slot) end

---Withdraws one bid, or all without an id.
---@param asset lunagrid.Asset|string # object, name or UUID
---@param bid_id? integer # id of the order; absent: all
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, bid_id?: integer, time_slot?: string}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:delete_bid(asset, bid_id, time_slot) end

---Withdraws one offer, or all without an id.
---@param asset lunagrid.Asset|string # object, name or UUID
---@param offer_id? integer # id of the order; absent: all
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, offer_id?: integer, time_slot?: string}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:delete_offer(asset, offer_id, time_slot) end

---Lists the asset's open bids.
---@param asset lunagrid.Asset|string # object, name or UUID
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, time_slot?: string}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:list_bids(asset, time_slot) end

---Lists the asset's open offers.
---@param asset lunagrid.Asset|string # object, name or UUID
---@param time_slot? string # start of the slot that is meant, "2024-06-03T00:15"; absent: the spot market
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, time_slot?: string}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:list_offers(asset, time_slot) end

---Tells what the asset needs, has and traded.
---@param asset lunagrid.Asset|string # object, name or UUID
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:device_info(asset) end

---The newer name of device_info.
---@param asset lunagrid.Asset|string # object, name or UUID
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:asset_info(asset) end

---Says what a load will use or a producer make (kWh, at least 0, by slot) in slots to come, in place of its profile. Needs forecast_stream_enabled = true.
---@param asset lunagrid.Asset|string # object, name or UUID
---@param energy_forecast table<string, number> # kWh by start of the slot
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, energy_forecast: table<string, number>}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:set_energy_forecast(asset, energy_forecast) end

---Says what a load has used or a producer made (kWh, at least 0, by slot): counts from the next change of slot on, for the running slot and those whose settlement market is open. Needs forecast_stream_enabled = true.
---@param asset lunagrid.Asset|string # object, name or UUID
---@param energy_measurement table<string, number> # kWh by start of the slot
---@overload fun(self: lunagrid.Batch, command: {asset: lunagrid.Asset|string, energy_measurement: table<string, number>}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:set_energy_measurement(asset, energy_measurement) end

---Statistics of the market's last slot.
---@param market lunagrid.Market|string # object, name or UUID
---@overload fun(self: lunagrid.Batch, command: {market: lunagrid.Market|string}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:market_stats(market) end

---Statistics, bill, throughput and indicators of a market you manage.
---@param market lunagrid.Market|string # object, name or UUID
---@overload fun(self: lunagrid.Batch, command: {market: lunagrid.Market|string}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:dso_market_stats(market) end

---The client library's name of dso_market_stats.
---@param market lunagrid.Market|string # object, name or UUID
---@overload fun(self: lunagrid.Batch, command: {market: lunagrid.Market|string}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:last_market_dso_stats(market) end

---Sets the grid fee (ct/kWh, or fee_percent) that rules from the next slot on.
---@param market lunagrid.Market|string # object, name or UUID
---@param fee_cents_kwh number # ct/kWh
---@overload fun(self: lunagrid.Batch, command: {market: lunagrid.Market|string, fee_cents_kwh: number}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:grid_fees(market, fee_cents_kwh) end

---Sets the grid fee in percent that rules from the next slot on.
---@param market lunagrid.Market|string # object, name or UUID
---@param fee_percent number # %
---@overload fun(self: lunagrid.Batch, command: {market: lunagrid.Market|string, fee_percent: number}): boolean?, string?, string?
---@return boolean? sent # nil when it is clear at once that it will be refused
---@return string? sentence # why
---@return string? code # "FOREIGN" or "LIMIT"
function Batch:change_grid_fees_percent(market, fee_percent) end

---Sends the batch and waits until those of all agents have been applied.
---@return lunagrid.Answer[] answers # one a command, in order
function Batch:execute() end

---@class lunagrid.Board Messages and forecasts of scripts to one another.
local Board = {}

---Pins up a text (500 bytes) or numbers (1 to 96, finite) under a topic (40 bytes), for everybody or for the agent `to`. It can be read from the next tick on; what is posted outside of a slot, too. At most 8 from one tick to the next (LIMIT); of each agent the newest stay, as many as board_posts of the scenario says; without that there is no board (UNSUPPORTED).
---@param what {topic: string, text?: string, numbers?: number[], to?: string}
---@return boolean? posted, string? sentence, string? code
function Board:post(what) end

---What was posted before this tick: by agents in the order of the scenario, the oldest first. Nothing where there is no board.
---@param what {topic?: string, from?: string}
---@return lunagrid.Post[] posts
function Board:read(what) end

---@class lunagrid.Grid
---@field batch lunagrid.Batch # commands
---@field board lunagrid.Board # messages and forecasts
---@field tree lunagrid.Market # the root market
---@field budget lunagrid.Budget # what this callback may still use up, at the moment of reading
grid = {}

---Sum of the grid fees (ct/kWh, or %) of all markets on the path from start to target, both ends included; of start's market alone without a target. fee_type: "current_market_fee" (default), "running_market_fee", "next_market_fee" or "last_market_fee".
---@param start lunagrid.Asset|lunagrid.Market|string
---@param target? lunagrid.Asset|lunagrid.Market|string
---@param fee_type? string
---@return number
function grid.calculate_grid_fee(start, target, fee_type) end

---The asset or market of that name or UUID; nil when there is none.
---@param name_or_uuid string
---@return lunagrid.Asset|lunagrid.Market|nil
function grid.find(name_or_uuid) end

---The asset of that name or UUID; an unknown name is an error.
---@param name_or_uuid string
---@return lunagrid.Asset
function grid.asset(name_or_uuid) end

---The market of that name or UUID; an unknown name is an error.
---@param name_or_uuid string
---@return lunagrid.Market
function grid.market(name_or_uuid) end

---@class lunagrid.Trading The intraday market.
trading = {}

---A new order at the intraday market: EUR/MWh, MW over the whole period, which starts at `start` or with `slot`. The callback waits; the order comes back as it stands then, it may have traded. Where nothing can wait it goes out later, and true comes back.
---@param what {side: string, price: number, quantity: number, start?: string, slot?: integer, duration?: integer, area?: string, gridpool?: integer, type?: string, execution?: string, stop_price?: number, peak_price_delta?: number, display_quantity?: number, valid_until?: string, tag?: string}
---@return lunagrid.TradingOrder? order, string? sentence, string? code
function trading.create(what) end

---Changes what is named; false clears. Price, a higher quantity, another execution, stop price or display quantity cost the order its place.
---@param what {order: lunagrid.TradingOrder|integer, gridpool?: integer, price?: number, quantity?: number, stop_price?: number, peak_price_delta?: number|false, display_quantity?: number, execution?: string|false, valid_until?: string|false, tag?: string|false}
---@return lunagrid.TradingOrder? order, string? sentence, string? code
function trading.update(what) end

---Withdraws an order.
---@param what {order: lunagrid.TradingOrder|integer, gridpool?: integer}
---@return lunagrid.TradingOrder? order, string? sentence, string? code
function trading.cancel(what) end

---Withdraws all open orders of the gridpool.
---@param what {gridpool?: integer}
---@return integer? count, string? sentence, string? code
function trading.cancel_all(what) end

---Own orders that fit, the newest first, also those that are over; 100 unless limit says otherwise (1000 at most).
---@param what {gridpool?: integer, area?: string, start?: string, slot?: integer, side?: string, tag?: string, state?: string, limit?: integer}
---@return lunagrid.TradingOrder[]? orders, string? sentence, string? code
function trading.orders(what) end

---The public book of a period as it stands: 20 orders a side unless limit says otherwise.
---@param what {start?: string, slot?: integer, duration?: integer, area?: string, limit?: integer}
---@return lunagrid.Book? book, string? sentence, string? code
function trading.book(what) end

---Own trades, the newest first.
---@param what {gridpool?: integer, area?: string, start?: string, slot?: integer, side?: string, tag?: string, limit?: integer}
---@return lunagrid.TradingTrade[]? trades, string? sentence, string? code
function trading.trades(what) end

---What the gridpool has bought and sold for a period.
---@param what {start?: string, slot?: integer, duration?: integer, area?: string, gridpool?: integer}
---@return lunagrid.Position? position, string? sentence, string? code
function trading.position(what) end

---The gridpools for which this agent trades.
---@param what {}
---@return integer[]? ids, string? sentence, string? code
function trading.gridpools(what) end

---@class lunagrid.Coord Signals of a grid operator, and answers to them.
coord = {}

---Operator: makes a program, or finds the one of that name.
---@param what {name: string, kind: "price"|"limit"}
---@return boolean? made, string? sentence, string? code
function coord.program(what) end

---Operator: homes that may take part, beside those of other neighbourhoods. Until the first one is named all may.
---@param what {name: string, homes: string[]}
---@return boolean? made, string? sentence, string? code
function coord.neighbourhood(what) end

---Operator: publishes a price curve (delta, ct/kWh) or a limit (limit_kW), as the program says. Without resources it is for all whose home is eligible and enrolled. The event that is published last rules a slot; slots without a point stay as they are.
---@param what {program: string, points: {slot?: integer, start?: string, slots?: integer, delta?: number, limit_kW?: number}[], resources?: (lunagrid.Asset|string|table)[], resource?: lunagrid.Asset|string|table}
---@return lunagrid.Signal? event, string? sentence, string? code
function coord.event(what) end

---Aggregator: reports the energy that resources have used. Without points what was measured in slots that are over; with an event only slots that it speaks about count, of all its own resources unless they are named. The last one comes back.
---@param what {event?: lunagrid.Signal|integer, resource?: lunagrid.Asset|string|table, resources?: (lunagrid.Asset|string|table)[], points?: {slot?: integer, start?: string, slots?: integer, energy_kWh: number}[]}
---@return lunagrid.CoordReport? report, string? sentence, string? code
function coord.report(what) end

---Aggregator: accepts a limit, or with accept = false declines it; for all its own resources unless they are named. It can be changed until its first slot begins.
---@param what {event: lunagrid.Signal|integer, accept?: boolean, resource?: lunagrid.Asset|string|table, resources?: (lunagrid.Asset|string|table)[]}
---@return integer? count, string? sentence, string? code
function coord.acknowledge(what) end

---Aggregator: a home, or every home that may, takes part from now on.
---@param what {home?: string}
---@return integer? count, string? sentence, string? code
function coord.enrol(what) end

---Aggregator: a home, or every home, does not take part any more.
---@param what {home?: string}
---@return integer? count, string? sentence, string? code
function coord.leave(what) end

---All resources; of an aggregator its own.
---@param what {}
---@return lunagrid.CoordResource[]? resources, string? sentence, string? code
function coord.resources(what) end

---Events, the newest first; of an aggregator those for its resources. 100 unless limit says otherwise (1000 at most).
---@param what {kind?: "price"|"limit", limit?: integer}
---@return lunagrid.Signal[]? events, string? sentence, string? code
function coord.events(what) end

---What all events together say to a resource about the slots from `from` (this one) to before `until` (a day later): delta is 0 where nothing is said, limit_kW nil. Limits that were declined, or not answered in time, are left out.
---@param what {resource: lunagrid.Asset|string|table, from?: integer, until?: integer}
---@return lunagrid.SignalPoint[]? points, string? sentence, string? code
function coord.hours(what) end

---What a resource has used in slots that are over, kWh each, as measured: from `from` (the first one) to before `until`.
---@param what {resource: lunagrid.Asset|string|table, from?: integer, until?: integer}
---@return number[]? energies, string? sentence, string? code
function coord.usage(what) end

---What homes have earned so far; of an aggregator its own.
---@param what {home?: string}
---@return lunagrid.Earning[]? earnings, string? sentence, string? code
function coord.compensation(what) end

---@class lunagrid.Microgrid The site behind the agent's assets.
microgrid = {}

---Components of the microgrid that stands behind the agent's assets, in the order of the scenario.
---@param what? {category?: string}
---@return {id: integer, name: string, category: string, type: string}[]? list, string? sentence, string? code
function microgrid.components(what) end

---How they are wired, from the grid on.
---@return {from: integer, to: integer}[]? list, string? sentence, string? code
function microgrid.connections() end

---What a component said last: values by metric, as AC_POWER_ACTIVE, in W and drawn positive; nil when it has said nothing.
---@param id integer
---@return {id: integer, number: integer, time_ms: integer, values: table<string, number>, states: string[], errors: string[]}? sample, string? sentence, string? code
function microgrid.latest(id) end

---Where a metric may be commanded to now, AC_POWER_ACTIVE unless another is named.
---@param id integer
---@param metric? string
---@return {lower: number, upper: number}[]? ranges, string? sentence, string? code
function microgrid.bounds(id, metric) end

---Tells a component how much to draw, negative to give, for 10 to 900 seconds (60). It goes out with the batch; what came of it is in microgrid_commands of the results.
---@param id integer
---@param watts number
---@param seconds? integer
---@return boolean? sent, string? sentence, string? code
function microgrid.set_power(id, watts, seconds) end

---Narrows what it may do to these watts for 5 to 900 seconds (5).
---@param id integer
---@param lower number
---@param upper number
---@param seconds? integer
---@return boolean? sent, string? sentence, string? code
function microgrid.limit(id, lower, upper, seconds) end

---Starts a component.
---@param id integer
---@return boolean? sent, string? sentence, string? code
function microgrid.start(id) end

---Opens the relays of an inverter to the grid.
---@param id integer
---@return boolean? sent, string? sentence, string? code
function microgrid.standby(id) end

---Opens all relays of a component.
---@param id integer
---@return boolean? sent, string? sentence, string? code
function microgrid.stop(id) end

---Clears the error of a component, which is stopped then.
---@param id integer
---@return boolean? sent, string? sentence, string? code
function microgrid.acknowledge(id) end

---The parameters of this agent in the scenario.
---@type table<string, any>
params = {}

---What lasts from callback to callback, also over a reload: numbers, texts, booleans and tables of them, 16 deep and 64 KiB at most. A field `state` of the table that the script returns takes its place.
---@type table
state = {}

-- print: fun(...) -- Writes a line to the run's log.
-- pairs: fun(t: table) -- Whole numbers ascending, then texts bytewise, then assets and markets; other keys are refused.
-- math.pow: fun(x: number, y: number): number -- x to the power of y, the same bits on every machine; `x ^ y` only where y is 2.
-- require: fun(name: string): any -- A module of scripts/lib, or a file beside the script.

---@class lunagrid.Agent The table a script returns; each callback may be absent.
---@field on_start? fun(config: lunagrid.Info) # Once, before the first slot; what is sent here is refused as CLOSED.
---@field on_market_cycle? fun(market_info: lunagrid.Info) # A slot has opened.
---@field on_tick? fun(tick_info: lunagrid.Info) # At 10 % .. 90 % of a slot, or at every tick with `every_tick = true`; not before second S of the slot once this or on_market_cycle has returned "rest_until", S.
---@field on_trade? fun(trade: lunagrid.Trade) # One of the own assets has traded.
---@field on_event_or_response? fun(message: lunagrid.Message) # A command that was not executed explicitly was refused, or a scheduled event has happened: `message.event` says which.
---@field on_finish? fun(finish_info: lunagrid.Info) # Once, after the last slot.
---@field on_order? fun(order: lunagrid.TradingOrder) # An order of an own gridpool at the intraday market has changed, one call a change; after the tick's matching.
---@field on_public_trade? fun(trade: lunagrid.PublicTrade) # Somebody has traded at the intraday market.
---@field on_event? fun(event: lunagrid.Signal) # The operator of the coordination has published a price curve or a limit for own resources, or who may take part has changed: `event.kind` says which.
---@field on_report? fun(report: lunagrid.CoordReport) # For the operator: an aggregator has reported energy.
---@field on_enrolment? fun(enrolment: lunagrid.Enrolment) # For the operator: a home takes part from now on, or not any more.
---@field on_acknowledge? fun(answer: lunagrid.Acknowledgement) # For the operator: a limit was accepted or declined for a resource, or nobody has answered in time.
---@field compensation? fun(report: lunagrid.CoordReport) # For the operator: gives back what a report is worth, in the currency. Without it the curves say so: what they take off the price of each kWh that was reported.
---@field on_reload? fun(old_state: table, from_version: integer) # A newer version of the script takes over between two ticks, instead of on_start. What the older one kept is in `state` already; `old_state` is a copy of it, and a table that is returned becomes `state`.
---@field every_tick? boolean # on_tick at every tick, not only at tenths of a slot
