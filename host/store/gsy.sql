-- The files of a run as the exchange gsy-e lays them out, for `lunagrid export --layout gsy`. Every view is a
-- kind of file: its first column names the file, the others are its cells; rows of a file stand together.
-- A column without a name has cells but no heading. A row whose second column is NULL only makes the file.
-- Files that end in .json are the cells one after another. slug(name) is how names stand in paths. Headings
-- and keys are that exchange's; what they mean is in README.md.

CREATE TEMP TABLE slot_times AS
SELECT slot, start_ms / 1000 AS unix,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', start_ms / 1000, 'unixepoch') AS at,
       strftime('%Y-%m-%dT%H:%M', start_ms / 1000, 'unixepoch') AS short
FROM slots;

-- How bills and trees call what an asset is.
CREATE TEMP TABLE kinds AS
SELECT asset, name, CASE WHEN role IN ('bus', 'market_maker') OR type = 'commercial_producer'
                        THEN 'MarketMaker'
                   WHEN type = 'pv' THEN 'PV' WHEN type = 'load' THEN 'Load'
                   WHEN type = 'storage' THEN 'Storage'
                   WHEN type = 'finite_diesel_generator' THEN 'FinitePowerPlant'
                   WHEN type = 'wind_turbine' THEN 'WindTurbine'
                   WHEN type = 'smart_meter' THEN 'SmartMeter'
                   WHEN type = 'heat_pump' THEN 'HeatPump'
                   WHEN type = 'ev_charger' THEN 'EVCharger' ELSE type END AS kind
FROM assets;
CREATE INDEX temp.kinds_by_name ON kinds (name);
CREATE INDEX temp.kinds_by_asset ON kinds (asset);

-- Where the files of areas and assets lie, without their ends. No slug has a "_": behind one stands a number
-- where names would make the same file (assets "Load 1" and "load-1"; "Home trades" beside the market Home),
-- or have no letter ("asset").
CREATE TEMP TABLE siblings AS
WITH names AS (
    SELECT 'area' AS kind, area AS id, parent, slug(name) AS slug FROM areas
    UNION ALL SELECT 'asset', asset, area, slug(name) FROM assets
)
SELECT kind, id, parent, slug, iif(slug = '', 'asset', slug) AS stem FROM names;
CREATE INDEX temp.siblings_by_slug ON siblings (parent, slug);

CREATE TEMP TABLE numbers AS
WITH ends (tail) AS (
    VALUES ('-trades'), ('-offers'), ('-bids'), ('-market-clearing-rate'), ('-settlement'),
           ('-settlement-trades'), ('-settlement-offers'), ('-settlement-bids')
)
SELECT kind, id, parent, stem, row_number() OVER (PARTITION BY parent, stem ORDER BY kind, id) AS number,
       stem <> slug OR EXISTS (
           SELECT * FROM ends JOIN siblings o ON o.parent = s.parent AND o.kind = 'area'
                AND o.slug = substr(s.slug, 1, length(s.slug) - length(tail))
           WHERE substr(s.slug, -length(tail)) = tail) AS taken
FROM siblings s;
CREATE INDEX temp.numbers_by_parent ON numbers (parent, kind);

CREATE TEMP TABLE area_files AS
WITH RECURSIVE paths (area, path) AS (
    SELECT id, stem FROM numbers WHERE parent IS NULL
    UNION ALL
    SELECT n.id, p.path || '/' || stem || iif(number > 1 OR taken, '_' || number, '')
    FROM paths p JOIN numbers n ON n.parent = p.area AND n.kind = 'area'
)
SELECT area, path FROM paths;
CREATE INDEX temp.area_files_by_area ON area_files (area);

CREATE TEMP TABLE asset_files AS
SELECT n.id AS asset, f.path || '/' || stem || iif(number > 1 OR taken, '_' || number, '') AS path
FROM numbers n JOIN area_files f ON f.area = n.parent WHERE n.kind = 'asset';
CREATE INDEX temp.asset_files_by_asset ON asset_files (asset);

CREATE TEMP TABLE asset_trades AS
SELECT slot, asset, sum(bought) AS bought, sum(sold) AS sold
FROM (SELECT slot, buyer AS asset, energy_uwh AS bought, 0 AS sold FROM trades
      UNION ALL SELECT slot, seller, 0, energy_uwh FROM trades)
GROUP BY asset, slot;
CREATE INDEX temp.asset_trades_by_asset ON asset_trades (asset, slot);

-- One row when there were settlement markets.
CREATE TEMP TABLE settled_run AS
SELECT 1 AS settled FROM runs WHERE json_extract(scenario_json, '$.settlement.enabled') = 1;
CREATE TEMP TABLE settled_slots AS SELECT * FROM settlement_slots;
CREATE INDEX temp.settled_slots_by_market ON settled_slots (market, slot);

CREATE TEMP TABLE legs AS SELECT * FROM trade_legs_view;
CREATE INDEX temp.legs_by_path ON legs (path, trade);

-- An order counts for what is traded of it at the rate it was sent with; an offer's rate in a market has the
-- fee of that market in it: the one that ruled when the market opened, which a settlement market does in the slot
-- after that of its energy. In one-sided markets a bid is only the limit
-- up to which its owner buys; settlement markets have two sides in any case.
CREATE TEMP TABLE placed AS
WITH sent AS (
    SELECT o.seq, a.area, a.asset, a.name, c.name IN ('bid_energy_rate', 'update_bid_energy_rate') AS bids,
           o.time_slot IS NOT NULL AS settles,
           d.at, strftime('%Y-%m-%dT%H:%M:%S+00:00', t.unix + o.tick * r.slot_s / r.ticks_per_slot,
                          'unixepoch') AS created, o.rate_uct, o.energy_uwh, r.fee_kind, r.market_rule,
           coalesce((SELECT iif(r.fee_kind = 'constant', f.fee_uct, f.fee_ppb) FROM fees f
                     WHERE f.area = a.area AND f.slot <= coalesce(o.time_slot + 1, o.slot) ORDER BY f.slot DESC LIMIT 1),
                    iif(r.fee_kind = 'constant', m.fee_uct, m.fee_ppb)) AS fee
    FROM orders o JOIN runs r JOIN assets a USING (asset) JOIN areas m USING (area)
    JOIN slot_times t ON t.slot = o.slot JOIN slot_times d ON d.slot = coalesce(o.time_slot, o.slot)
    JOIN statuses s ON s.status = o.status JOIN commands c USING (command)
    WHERE s.name = 'OK' AND c.name IN ('bid_energy_rate', 'update_bid_energy_rate',
                                       'offer_energy_rate', 'update_offer_energy_rate')
)
SELECT seq, area, asset, name, bids, settles, at, created, energy_uwh,
       CASE WHEN bids THEN rate_uct WHEN fee_kind = 'constant' THEN rate_uct + fee
            ELSE rate_uct + CAST(round(rate_uct * (fee / 1e9)) AS INTEGER) END AS rate_uct
FROM sent WHERE settles OR NOT (bids AND market_rule = 'one_sided');

CREATE TEMP VIEW market_files AS
SELECT f.path || '.csv' AS file, t.at AS "slot",
       round(coalesce(x.avg_rate_uct, 0) / 1e6, 4) AS "avg trade rate [ct./kWh]",
       round(coalesce(x.min_rate_uct, 0) / 1e6, 4) AS "min trade rate [ct./kWh]",
       round(coalesce(x.max_rate_uct, 0) / 1e6, 4) AS "max trade rate [ct./kWh]",
       coalesce(x.trade_count, 0) AS "# trades",
       coalesce(x.energy_uwh, 0) / 1e9 AS "total energy traded [kWh]",
       coalesce(x.volume_uct, 0) / 1e6 AS "total trade volume [EURO ct.]"
FROM areas m JOIN area_files f USING (area) LEFT JOIN slot_times t
LEFT JOIN market_slots x ON x.slot = t.slot AND x.market = m.area
ORDER BY m.area, t.slot;

CREATE TEMP VIEW trade_files AS
SELECT f.path || '-trades.csv' AS file, l.slot_start AS "slot", l.time AS "creation_time",
       round(l.rate_ct_per_kWh, 4) AS "rate [ct./kWh]", l.energy_kWh AS "energy [kWh]",
       l.seller AS "seller", l.seller_origin AS "seller origin", l.buyer AS "buyer",
       l.buyer_origin AS "buyer origin"
FROM areas m JOIN area_files f USING (area) LEFT JOIN legs l ON l.path = m.path
ORDER BY m.area, l.trade;

CREATE TEMP VIEW offer_files AS
SELECT f.path || '-offers.csv' AS file, p.at AS "slot", p.created AS "creation_time",
       round(p.rate_uct / 1e6, 4) AS "rate [ct./kWh]", p.energy_uwh / 1e9 AS "energy [kWh]",
       p.energy_uwh / 1e9 * p.rate_uct / 1e6 AS "price [ct.]", p.name AS "seller",
       p.name AS "seller origin"
FROM areas m JOIN area_files f USING (area) LEFT JOIN placed p ON p.area = m.area AND NOT p.bids AND NOT p.settles
WHERE (SELECT keeps_orders FROM runs) = 1 ORDER BY m.area, p.seq;

CREATE TEMP VIEW bid_files AS
SELECT f.path || '-bids.csv' AS file, p.at AS "slot", p.created AS "creation_time",
       round(p.rate_uct / 1e6, 4) AS "rate [ct./kWh]", p.energy_uwh / 1e9 AS "energy [kWh]",
       p.energy_uwh / 1e9 * p.rate_uct / 1e6 AS "price [ct.]", p.name AS "buyer",
       p.name AS "buyer origin"
FROM areas m JOIN area_files f USING (area) LEFT JOIN placed p ON p.area = m.area AND p.bids AND NOT p.settles
WHERE (SELECT keeps_orders FROM runs) = 1 ORDER BY m.area, p.seq;

CREATE TEMP VIEW clearing_files AS
SELECT f.path || '-market-clearing-rate.csv' AS file, t.at AS "slot",
       strftime('%Y-%m-%dT%H:%M:%S+00:00', t.unix + c.tick * r.slot_s / r.ticks_per_slot,
                'unixepoch') AS "creation_time",
       round(c.rate_uct / 1e6, 4) AS "rate [ct./kWh]"
FROM runs r JOIN areas m JOIN area_files f USING (area) LEFT JOIN clearings c ON c.market = m.area LEFT JOIN slot_times t USING (slot)
WHERE r.market_rule = 'pay_as_clear' ORDER BY m.area, c.rowid;

-- Settlement markets, by the slot of the energy; settlement_trade_legs_view is made of trade_legs_view.
CREATE TEMP TABLE settlement_legs AS
SELECT * FROM settlement_trade_legs_view WHERE EXISTS (SELECT * FROM settled_run);
CREATE INDEX temp.settlement_legs_by_path ON settlement_legs (path, trade);

CREATE TEMP VIEW settlement_files AS
SELECT f.path || '-settlement.csv' AS file, t.at AS "slot",
       round(coalesce(x.avg_rate_uct, 0) / 1e6, 4) AS "avg trade rate [ct./kWh]",
       round(coalesce(x.min_rate_uct, 0) / 1e6, 4) AS "min trade rate [ct./kWh]",
       round(coalesce(x.max_rate_uct, 0) / 1e6, 4) AS "max trade rate [ct./kWh]",
       coalesce(x.trade_count, 0) AS "# trades",
       coalesce(x.energy_uwh, 0) / 1e9 AS "total energy traded [kWh]",
       coalesce(x.volume_uct, 0) / 1e6 AS "total trade volume [EURO ct.]"
FROM settled_run CROSS JOIN areas m CROSS JOIN area_files f USING (area) LEFT JOIN slot_times t
LEFT JOIN settled_slots x ON x.slot = t.slot AND x.market = m.area
ORDER BY m.area, t.slot;

CREATE TEMP VIEW settlement_trade_files AS
SELECT f.path || '-settlement-trades.csv' AS file, l.slot_start AS "slot", l.time AS "creation_time",
       round(l.rate_ct_per_kWh, 4) AS "rate [ct./kWh]", l.energy_kWh AS "energy [kWh]",
       l.seller AS "seller", l.seller_origin AS "seller origin", l.buyer AS "buyer",
       l.buyer_origin AS "buyer origin"
FROM settled_run CROSS JOIN areas m CROSS JOIN area_files f USING (area)
LEFT JOIN settlement_legs l ON l.path = m.path
ORDER BY m.area, l.trade;

CREATE TEMP VIEW settlement_offer_files AS
SELECT f.path || '-settlement-offers.csv' AS file, p.at AS "slot", p.created AS "creation_time",
       round(p.rate_uct / 1e6, 4) AS "rate [ct./kWh]", p.energy_uwh / 1e9 AS "energy [kWh]",
       p.energy_uwh / 1e9 * p.rate_uct / 1e6 AS "price [ct.]", p.name AS "seller",
       p.name AS "seller origin"
FROM settled_run CROSS JOIN areas m CROSS JOIN area_files f USING (area)
LEFT JOIN placed p ON p.area = m.area AND NOT p.bids AND p.settles
WHERE (SELECT keeps_orders FROM runs) = 1 ORDER BY m.area, p.at, p.seq;

CREATE TEMP VIEW settlement_bid_files AS
SELECT f.path || '-settlement-bids.csv' AS file, p.at AS "slot", p.created AS "creation_time",
       round(p.rate_uct / 1e6, 4) AS "rate [ct./kWh]", p.energy_uwh / 1e9 AS "energy [kWh]",
       p.energy_uwh / 1e9 * p.rate_uct / 1e6 AS "price [ct.]", p.name AS "buyer",
       p.name AS "buyer origin"
FROM settled_run CROSS JOIN areas m CROSS JOIN area_files f USING (area)
LEFT JOIN placed p ON p.area = m.area AND p.bids AND p.settles
WHERE (SELECT keeps_orders FROM runs) = 1 ORDER BY m.area, p.at, p.seq;

-- Sold energy is positive and bought energy negative in "energy traded".
CREATE TEMP VIEW load_files AS
SELECT f.path || '.csv' AS file, t.at AS "slot", -coalesce(x.bought, 0) / 1e9 AS "energy traded [kWh]",
       iif(r.keeps_assets, coalesce(d.demand_uwh, 0), NULL) / 1e9 AS "desired energy [kWh]",
       iif(r.keeps_assets, max(0, coalesce(d.demand_uwh, 0) - coalesce(x.bought, 0)), NULL) / 1e9
           AS "deficit [kWh]"
FROM runs r JOIN assets a JOIN asset_files f USING (asset) LEFT JOIN slot_times t
LEFT JOIN asset_trades x ON x.asset = a.asset AND x.slot = t.slot
LEFT JOIN asset_slots d ON d.slot = t.slot AND d.asset = a.asset
WHERE a.role = 'consumer' ORDER BY a.asset, t.slot;

CREATE TEMP VIEW producer_files AS
SELECT f.path || '.csv' AS file, t.at AS "slot", coalesce(x.sold, 0) / 1e9 AS "energy traded [kWh]",
       iif(r.keeps_assets, coalesce(d.supply_uwh, 0), NULL) / 1e9 AS "produced [kWh]",
       iif(r.keeps_assets, max(0, coalesce(d.supply_uwh, 0) - coalesce(x.sold, 0)), NULL) / 1e9
           AS "not sold [kWh]"
FROM runs r JOIN assets a JOIN asset_files f USING (asset) JOIN kinds k USING (asset)
LEFT JOIN slot_times t
LEFT JOIN asset_trades x ON x.asset = a.asset AND x.slot = t.slot
LEFT JOIN asset_slots d ON d.slot = t.slot AND d.asset = a.asset
WHERE a.role = 'producer' AND k.kind <> 'MarketMaker' ORDER BY a.asset, t.slot;

-- What each storage still offered when a slot ended: its offers since it last replaced or deleted them, less what
-- it has sold since. Where the run kept its orders.
CREATE TEMP TABLE offers_sent AS
SELECT o.asset, o.slot, o.tick, o.seq, iif(c.name = 'delete_offer', 0, o.energy_uwh) AS energy_uwh,
       c.name = 'delete_offer' OR o.replace AS renews
FROM orders o JOIN assets a USING (asset) JOIN commands c USING (command) JOIN statuses s ON s.status = o.status
WHERE a.role = 'storage' AND s.name = 'OK' AND o.time_slot IS NULL AND c.name IN ('offer_energy_rate', 'update_offer_energy_rate',
                                                          'delete_offer');
CREATE TEMP TABLE still_offered (asset INTEGER, slot INTEGER, energy_uwh INTEGER, PRIMARY KEY (asset, slot));
INSERT INTO still_offered
WITH last AS (
    SELECT asset, slot, max(iif(renews, seq, 0)) AS seq FROM offers_sent GROUP BY asset, slot
), sent AS (
    SELECT o.asset, o.slot, sum(o.energy_uwh) AS energy_uwh, min(o.tick) AS tick
    FROM offers_sent o JOIN last l USING (asset, slot) WHERE o.seq >= l.seq GROUP BY o.asset, o.slot
)
SELECT asset, slot, max(0, energy_uwh - coalesce((
           SELECT sum(t.energy_uwh) FROM trades t
           WHERE t.slot = sent.slot AND t.seller = sent.asset AND t.tick >= sent.tick), 0))
FROM sent;

-- Losses are what is missing at the start of the next slot; the last slot has none yet.
CREATE TEMP VIEW storage_files AS
WITH rows AS (
    SELECT a.asset, f.path, t.slot, t.at, coalesce(x.bought, 0) AS bought, coalesce(x.sold, 0) AS sold,
           d.stored_uwh AS stored, d.capacity_uwh AS capacity,
           iif(r.keeps_orders, coalesce(o.energy_uwh, 0), NULL) AS offered,
           lead(d.stored_uwh) OVER (PARTITION BY a.asset ORDER BY t.slot) AS next
    FROM runs r JOIN assets a JOIN asset_files f USING (asset) LEFT JOIN slot_times t
    LEFT JOIN asset_trades x ON x.asset = a.asset AND x.slot = t.slot
    LEFT JOIN asset_slots d ON d.slot = t.slot AND d.asset = a.asset
    LEFT JOIN still_offered o ON o.slot = t.slot AND o.asset = a.asset
    WHERE a.role = 'storage'
)
SELECT path || '.csv' AS file, at AS "slot", (sold - bought) / 1e9 AS "energy traded [kWh]",
       bought / 1e9 AS "bought [kWh]", sold / 1e9 AS "sold [kWh]", stored / 1e9 AS "charge [kWh]",
       offered / 1e9 AS "offered [kWh]", 100.0 * stored / capacity AS "charge [%], losses[kWh]",
       (stored + bought - sold - next) / 1e9 AS ""
FROM rows ORDER BY asset, slot;

CREATE TEMP VIEW other_files AS
SELECT f.path || '.csv' AS file, t.at AS "slot",
       (coalesce(x.sold, 0) - coalesce(x.bought, 0)) / 1e9 AS "energy traded [kWh]"
FROM assets a JOIN asset_files f USING (asset) JOIN kinds k USING (asset) LEFT JOIN slot_times t
LEFT JOIN asset_trades x ON x.asset = a.asset AND x.slot = t.slot
WHERE a.role NOT IN ('consumer', 'producer', 'storage') OR (a.role = 'producer' AND k.kind = 'MarketMaker')
ORDER BY a.asset, t.slot;

CREATE TEMP VIEW bills_file AS
WITH lines AS (
    SELECT market, party, row_number() OVER () AS place, json_patch(json_object(
               'bought', bought_kWh, 'sold', sold_kWh, 'spent', spent_EUR, 'earned', earned_EUR,
               'total_energy', total_energy_kWh, 'total_cost', total_cost_EUR,
               'market_fee', market_fee_EUR),
               CASE WHEN type = 'area' THEN '{"type":"Area"}'
                    ELSE iif(k.kind IS NULL, '{}', json_object('type', k.kind)) END) AS line,
           k.asset
    FROM bills_view LEFT JOIN kinds k ON k.name = party WHERE type <> 'rounding'
), markets AS (
    SELECT market AS name, min(place) AS place, json_group_object(party, json(line)) AS text
    FROM lines GROUP BY market
)
SELECT 'aggregated_results/bills.json' AS file,
       (SELECT json_group_object(name, json(text)) FROM
        (SELECT name, text FROM markets UNION ALL SELECT party, line FROM lines
         WHERE asset IS NOT NULL));

CREATE TEMP VIEW cumulative_bills_file AS
SELECT 'aggregated_results/cumulative_bills.json' AS file, json_group_object(coalesce(a.uuid, m.uuid),
       json_object('name', coalesce(a.name, m.name), 'spent_total', spent_uct / 1e8,
                   'earned', earned_uct / 1e8, 'penalties', penalty_uct / 1e8,
                   'penalty_energy', penalty_uwh / 1e9,
                   'total', (spent_uct - earned_uct + penalty_uct) / 1e8))
FROM cumulative_bills c LEFT JOIN assets a ON c.kind = 'asset' AND a.asset = c.party
LEFT JOIN areas m ON c.kind = 'area' AND m.area = c.party;

CREATE TEMP VIEW kpi_file AS
WITH demand AS (
    SELECT l.above AS area, sum(t.energy_uwh) AS buffer_uwh -- sold to buses below the same area
    FROM trades t CROSS JOIN assets s ON s.asset = t.seller CROSS JOIN assets b ON b.asset = t.buyer
    CROSS JOIN lineage l ON l.area = s.area CROSS JOIN lineage w ON w.area = b.area AND w.above = l.above
    WHERE b.role = 'bus' AND s.counted = 1 AND s.role IN ('producer', 'prosumer', 'market_maker')
    GROUP BY l.above
), saved AS (
    SELECT m.area, s.* FROM savings_view s JOIN areas m ON m.path = s.path
)
SELECT 'aggregated_results/kpi.json' AS file, json_group_object(a.uuid, json_patch(json_object(
           'name', a.name,
           'self_sufficiency', k.self_sufficiency,
           'self_consumption', k.self_consumption,
           'total_energy_demanded_wh', k.demanded_uwh / 1e6,
           'demanded_buffer_wh', coalesce(d.buffer_uwh, 0) / 1e6,
           'self_consumption_buffer_wh', k.buffer_uwh / 1e6,
           'total_energy_produced_wh', k.produced_uwh / 1e6,
           'total_self_consumption_wh', k.consumed_own_uwh / 1e6),
       iif(s.area IS NULL, '{}', json_object('utility_bill', s.utility_bill_EUR * 100,
           'fit_revenue', s.fit_revenue_EUR * 100, 'gsy_e_cost', s.gsy_e_cost_EUR * 100,
           'base_case_cost', s.base_case_cost_EUR * 100,
           'saving_absolute', s.saving_absolute_EUR * 100,
           'saving_percentage', s.saving_percentage))))
FROM kpis k JOIN areas a USING (area) LEFT JOIN demand d USING (area)
LEFT JOIN saved s ON s.area = a.area;

CREATE TEMP VIEW price_energy_day_file AS
WITH days AS (
    SELECT market, json_group_array(json_object('time', slot_start, 'min_price', min_price_EUR_per_kWh,
               'max_price', max_price_EUR_per_kWh,
               'grid_fee_constant', grid_fee_constant_EUR_per_kWh)) AS text
    FROM price_energy_day_view GROUP BY market
)
SELECT 'aggregated_results/price_energy_day.json' AS file, json_group_object(market, json_object(
       'price-currency', 'Euros', 'load-unit', 'kWh', 'price-energy-day', json(text)))
FROM days;

-- Every market: seller -> buyer or "accumulated" -> time -> kWh, and the same from the buyers' side.
CREATE TEMP VIEW trade_profile_file AS
WITH pairs AS (
    SELECT path, market, 'sold_energy' AS side, seller AS party, buyer AS other, slot_start,
           sum(energy_kWh) AS kWh FROM legs GROUP BY path, seller, buyer, slot_start
    UNION ALL
    SELECT path, market, 'bought_energy', buyer, seller, slot_start, sum(energy_kWh)
    FROM legs GROUP BY path, seller, buyer, slot_start
), both AS (
    SELECT path, market, side, party, other, slot_start, kWh FROM pairs
    UNION ALL
    SELECT path, market, side, party, 'accumulated', slot_start, sum(kWh)
    FROM pairs GROUP BY path, side, party, slot_start
), times AS (
    SELECT path, market, side, party, other, json_group_object(slot_start, kWh) AS text
    FROM both GROUP BY path, side, party, other
), parties AS (
    SELECT path, market, side, party, json_group_object(other, json(text)) AS text
    FROM times GROUP BY path, side, party
), sides AS (
    SELECT path, market, side, json_group_object(party, json(text)) AS text
    FROM parties GROUP BY path, side
)
SELECT 'aggregated_results/trade_profile.json' AS file, json_group_object(m.name, json_object(
       'sold_energy', json(coalesce(s.text, '{}')), 'bought_energy', json(coalesce(b.text, '{}'))))
FROM areas m LEFT JOIN sides s ON s.path = m.path AND s.side = 'sold_energy'
LEFT JOIN sides b ON b.path = m.path AND b.side = 'bought_energy';

CREATE TEMP VIEW area_throughput_file AS
WITH lines AS (
    SELECT x.market AS area, t.short, json_object('import', json_object(
               'peak_energy_trade_kWh', x.import_uwh / 1e9,
               'peak_energy_net_kWh', max(0, x.import_uwh - x.export_uwh) / 1e9,
               'peak_percentage', 100.0 * x.import_uwh / m.import_baseline_uwh,
               'baseline_peak_energy_kWh', m.import_baseline_uwh / 1e9,
               'capacity_kWh', m.import_capacity_uwh / 1e9),
           'export', json_object(
               'peak_energy_trade_kWh', x.export_uwh / 1e9,
               'peak_energy_net_kWh', max(0, x.export_uwh - x.import_uwh) / 1e9,
               'peak_percentage', 100.0 * x.export_uwh / m.export_baseline_uwh,
               'baseline_peak_energy_kWh', m.export_baseline_uwh / 1e9,
               'capacity_kWh', m.export_capacity_uwh / 1e9),
           'net_energy_flow', json_object(
               'peak_energy_kWh', (x.import_uwh - x.export_uwh) / 1e9)) AS text
    FROM market_slots x JOIN slot_times t USING (slot) JOIN areas m ON m.area = x.market
), areas_of AS (
    SELECT area, json_group_object(short, json(text)) AS text FROM lines GROUP BY area
)
SELECT 'aggregated_results/area_throughput.json' AS file, json_group_object(m.uuid, json(text))
FROM areas_of JOIN areas m USING (area);

CREATE TEMP VIEW asset_statistics_file AS
WITH ends AS ( -- a party that is the origin is the asset itself: names are unique
    SELECT seller AS asset, slot_start, rate_ct_per_kWh FROM legs WHERE seller = seller_origin
    UNION ALL SELECT buyer, slot_start, rate_ct_per_kWh FROM legs WHERE buyer = buyer_origin
), prices AS (
    SELECT asset, slot_start, json_group_array(rate_ct_per_kWh / 100) AS prices
    FROM ends GROUP BY asset, slot_start
), lines AS (
    SELECT a.asset, a.uuid, a.name, s.slot_start, json_patch(json_object(
               'trade_price_eur', json(coalesce(p.prices, '[]')),
               'trade_energy_kWh', s.trade_energy_kWh), json_object(
               'min_trade_price_eur', s.min_trade_price_EUR_per_kWh,
               'max_trade_price_eur', s.max_trade_price_EUR_per_kWh,
               'pv_production_kWh', s.production_kWh, 'load_profile_kWh', s.load_profile_kWh,
               'soc_history_%', s.soc_percent)) AS text
    FROM asset_statistics_view s CROSS JOIN kinds k ON k.name = s.asset JOIN assets a ON a.asset = k.asset
    LEFT JOIN prices p ON p.asset = s.asset AND p.slot_start = s.slot_start
), assets_of AS (
    SELECT uuid, name, json_group_object(slot_start, json(text)) AS text FROM lines GROUP BY asset
)
SELECT 'aggregated_results/asset_statistics.json' AS file,
       json_group_object(uuid, json_object('name', name, 'slots', json(text)))
FROM assets_of;

CREATE TEMP VIEW cumulative_grid_trades_file AS
WITH bought AS (
    SELECT buyer AS asset, json_group_object(name, kWh) AS energy, json_group_object(name, cents) AS money
    FROM (SELECT t.buyer, s.name, sum(t.energy_uwh) / 1e9 AS kWh, sum(t.paid_uct) / 1e6 AS cents
          FROM trades t JOIN assets s ON s.asset = t.seller GROUP BY t.buyer, t.seller)
    GROUP BY buyer
)
SELECT 'aggregated_results/cumulative_grid_trades.json' AS file, json_group_object(a.uuid, json_object(
       'name', a.name, 'produced', c.sold_uwh / 1e9, 'earned', c.earned_uct / 1e6,
       'consumedFrom', json(coalesce(b.energy, '{}')), 'spentTo', json(coalesce(b.money, '{}'))))
FROM accounts c JOIN assets a USING (asset) LEFT JOIN bought b USING (asset);

CREATE TEMP VIEW cumulative_net_energy_flow_file AS
SELECT 'aggregated_results/cumulative_net_energy_flow.json' AS file,
       json_group_object(a.uuid, (b.bought_uwh - b.sold_uwh) / 1e9)
FROM bills b JOIN areas a ON a.area = b.market WHERE b.kind = 'external';

CREATE TEMP VIEW imported_exported_energy_file AS
WITH members_of AS (
    SELECT member, json_group_object(short, json_object(
               'imported_from_community', from_community_uwh / 1e9,
               'imported_from_grid', from_grid_uwh / 1e9,
               'exported_to_community', to_community_uwh / 1e9,
               'exported_to_grid', to_grid_uwh / 1e9)) AS text
    FROM member_flows JOIN slot_times USING (slot) GROUP BY member
)
SELECT 'aggregated_results/imported_exported_energy.json' AS file,
       json_group_object(m.uuid, json(text)) FROM members_of x JOIN areas m ON m.area = x.member;

CREATE TEMP VIEW assets_info_file AS
SELECT 'aggregated_results/assets_info.json' AS file, json_object(
       'number_of_load_type', number_of_load_type, 'total_energy_demand_kwh', total_energy_demand_kWh,
       'number_of_pv_type', number_of_pv_type, 'total_energy_generated_kwh', total_energy_generated_kWh,
       'number_of_storage_type', number_of_storage_type,
       'total_energy_capacity_kwh', total_energy_capacity_kWh,
       'number_of_power_plant_type', number_of_power_plant_type,
       'number_of_house_type', number_of_house_type)
FROM assets_info_view;

CREATE TEMP VIEW hierarchy_file AS
SELECT 'aggregated_results/hierarchy_self_consumption_percent.json' AS file,
       json_group_object(level, self_consumption_percent) FROM hierarchy_self_consumption_view;

CREATE TEMP VIEW carbon_file AS
SELECT 'aggregated_results/carbon_emissions.json' AS file, json_object(
       'carbon_generated_base_case_g', sum(carbon_generated_base_case_g),
       'carbon_generated_gsy_g', sum(carbon_generated_gsy_g),
       'carbon_savings_g', sum(carbon_savings_g))
FROM carbon_emissions_view;

CREATE TEMP VIEW run_files AS
SELECT 'aggregated_results/status.json' AS file,
       json_quote(iif(status = 'complete', 'finished', 'stopped')) FROM runs
UNION ALL SELECT 'aggregated_results/random_seed.json', seed FROM runs
UNION ALL SELECT 'aggregated_results/job_id.json', json_quote(digest) FROM runs
UNION ALL SELECT 'aggregated_results/progress_info.json', json_object('percentage_completed',
       100.0 * slots_done / slot_count, 'slots_done', slots_done, 'slot_count', slot_count) FROM runs
UNION ALL SELECT 'aggregated_results/const_settings.json', json_object(
       'sim_duration', printf('%dm', slot_count * slot_s / 60), 'slot_length', printf('%dm', slot_s / 60),
       'tick_length', printf('%gs', 1.0 * slot_s / ticks_per_slot),
       'start_date', strftime('%Y-%m-%d', start_ms / 1000, 'unixepoch'),
       'MASettings', json_object('MARKET_TYPE', CASE market_rule WHEN 'no_market' THEN 0 WHEN 'one_sided' THEN 1 ELSE 2 END,
           'BID_OFFER_MATCH_TYPE', CASE market_rule WHEN 'pay_as_clear' THEN 2 WHEN 'attributed' THEN 4
                                        WHEN 'pay_as_bid' THEN 1 WHEN 'one_sided' THEN 1
                                        WHEN 'no_market' THEN 1 ELSE 3 END,
           'GRID_FEE_TYPE', iif(fee_kind = 'constant', 1, 2), -- areas may have ages of their own
           'MIN_OFFER_AGE', (SELECT offer_age FROM areas WHERE parent IS NULL),
           'MIN_BID_AGE', (SELECT bid_age FROM areas WHERE parent IS NULL))) FROM runs;
