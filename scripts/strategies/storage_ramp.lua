-- storage_ramp.lua — the template strategy of storages: see lib/storage.lua
--
-- Offers ramp down over the slot; those of a storage with cap_price_strategy follow its state of charge instead.

local storage = require "storage"
return storage.callbacks(function(asset) return asset.params.cap_price_strategy == true end)
