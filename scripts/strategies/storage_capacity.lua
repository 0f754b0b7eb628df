-- storage_capacity.lua — storages whose price is their state of charge: a full one sells cheaply, an empty one dearly
--
-- The offer stays at initial - (initial - final) * soc for the whole slot; bids ramp up. See lib/storage.lua.

local storage = require "storage"
return storage.callbacks(function() return true end)
