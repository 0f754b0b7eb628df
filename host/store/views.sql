-- Results derived from the facts of schema.sql; nothing here is stored. As in table_views.sql, only CREATE VIEW
-- may stand here. Views ending in _view speak kWh, EUR and names, the others integers like the tables. Read
-- README.md in this folder for every column.

-- Every area with every area it lies in, itself included.
CREATE VIEW lineage AS
WITH RECURSIVE up (area, above) AS (
    SELECT area, area FROM areas
    UNION ALL
    SELECT up.area, a.parent FROM up JOIN areas a ON a.area = up.above WHERE a.parent IS NOT NULL
)
SELECT up.area, up.above, a.depth FROM up JOIN areas a ON a.area = up.above;

-- Every asset of a member; members within members count as the outer one.
CREATE VIEW member_assets AS
SELECT a.asset, l.above AS member, min(l.depth) AS depth
FROM assets a JOIN lineage l ON l.area = a.area JOIN areas m ON m.area = l.above
WHERE m.member = 1 AND m.parent IS NOT NULL
GROUP BY a.asset;

-- The parts that markets have in trades, place 0 in the buyer's. What a leg costs follows from the buyer's
-- rate and the fees on the way, as the market itself computed it. A party is an asset at the ends of the
-- path, else an area: a child, or the market's own for what comes from or goes outside.
CREATE VIEW trade_legs AS
WITH RECURSIVE ends AS (
    SELECT DISTINCT s.area AS seller_area, b.area AS buyer_area
    FROM trades t JOIN assets s ON s.asset = t.seller JOIN assets b ON b.asset = t.buyer
), climb (seller_area, buyer_area, s, s_depth, b, b_depth) AS ( -- one step at a time till both are one
    SELECT e.seller_area, e.buyer_area, s.area, s.depth, b.area, b.depth
    FROM ends e JOIN areas s ON s.area = e.seller_area JOIN areas b ON b.area = e.buyer_area
    UNION ALL
    SELECT c.seller_area, c.buyer_area, iif(c.s_depth >= c.b_depth, m.parent, c.s),
           c.s_depth - (c.s_depth >= c.b_depth), iif(c.s_depth < c.b_depth, m.parent, c.b),
           c.b_depth - (c.s_depth < c.b_depth)
    FROM climb c JOIN areas m ON m.area = iif(c.s_depth >= c.b_depth, c.s, c.b) WHERE c.s <> c.b
), steps AS (
    SELECT seller_area, buyer_area, s <> b AND s_depth >= b_depth AS sellers,
           iif(s_depth >= b_depth, s, b) AS market, max(s_depth, b_depth) AS depth
    FROM climb
), paths AS (
    SELECT x.seller_area, x.buyer_area, x.market, x.depth,
           b.depth + iif(sellers, x.depth - 2 * min(x.depth) OVER (
               PARTITION BY x.seller_area, x.buyer_area), -x.depth) AS place
    FROM steps x JOIN areas b ON b.area = x.buyer_area
), fee_of AS (
    SELECT t.trade, t.slot, t.tick, t.seller, t.buyer, t.energy_uwh, t.rate_uct, t.offer_rate_uct,
           t.paid_uct, p.place, p.market, p.depth, r.fee_kind, r.market_rule, t.market AS matched,
           r.compat = 'gsy-e' AND r.fee_kind = 'percentage' AND r.market_rule <> 'one_sided'
               AND t.offer_rate_uct = 0 AS free,
           coalesce((SELECT iif(r.fee_kind = 'constant', f.fee_uct, f.fee_ppb) FROM fees f
                     WHERE f.area = p.market AND f.slot <= t.slot ORDER BY f.slot DESC LIMIT 1),
                    iif(r.fee_kind = 'constant', a.fee_uct, a.fee_ppb)) AS fee
    FROM trades t CROSS JOIN runs r CROSS JOIN assets s ON s.asset = t.seller -- in this order: everybody
    CROSS JOIN assets b ON b.asset = t.buyer                                  -- trades with the utility
    CROSS JOIN paths p ON p.seller_area = s.area AND p.buyer_area = b.area
    CROSS JOIN areas a ON a.area = p.market
), met_of AS (
    SELECT *, max(iif(market = matched, place, NULL)) OVER (PARTITION BY trade) AS met FROM fee_of
), part_of AS ( -- from the market that matched on a free offer has no part in the fees (compat, market/ledger.c)
    SELECT *, NOT (free AND place >= met) AS taxed FROM met_of
), sum_of AS (
    SELECT *, 1000000000 + sum(fee * taxed) OVER (PARTITION BY trade) AS whole FROM part_of
), base_of AS ( -- an integer product past 64 bits becomes a real, so the casts are for those
    SELECT *, iif(market_rule = 'one_sided', offer_rate_uct,
                  CAST((rate_uct * 1000000000 + whole / 2) / whole AS INTEGER)) AS base_uct
    FROM sum_of
), rate_of AS (
    SELECT *, CASE WHEN fee_kind = 'constant' THEN fee
                   ELSE CAST((base_uct * fee + 500000000) / 1000000000 AS INTEGER) END
               AS fee_rate_uct
    FROM base_of
), money_of AS (
    SELECT *, CAST((energy_uwh * fee_rate_uct + 500000000) / 1000000000 AS INTEGER) AS fee_uct
    FROM rate_of
)
SELECT trade, slot, tick, place, market, seller AS seller_origin, buyer AS buyer_origin,
       iif(lead(market) OVER way IS NULL, 'asset', 'area') AS seller_kind,
       iif(lead(market) OVER way IS NULL, seller,
           iif(lead(depth) OVER way > depth, lead(market) OVER way, market)) AS seller,
       iif(lag(market) OVER way IS NULL, 'asset', 'area') AS buyer_kind,
       iif(lag(market) OVER way IS NULL, buyer,
           iif(lag(depth) OVER way > depth, lag(market) OVER way, market)) AS buyer,
       energy_uwh, rate_uct - sum(fee_rate_uct * taxed) OVER way + fee_rate_uct * taxed AS rate_uct,
       fee_rate_uct, paid_uct - sum(fee_uct * taxed) OVER way + fee_uct * taxed AS price_uct, fee_uct
FROM money_of
WINDOW way AS (PARTITION BY trade ORDER BY place);

CREATE VIEW trade_legs_view AS
SELECT l.trade, r.start_ms / 1000 + l.slot * r.slot_s AS slot_unix,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', r.start_ms / 1000 + l.slot * r.slot_s, 'unixepoch')
           AS slot_start,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', r.start_ms / 1000 + l.slot * r.slot_s +
                l.tick * r.slot_s / r.ticks_per_slot, 'unixepoch') AS time,
       m.path, m.name AS market,
       iif(l.seller_kind = 'asset', so.name, sa.name) AS seller, so.name AS seller_origin,
       iif(l.buyer_kind = 'asset', bo.name, ba.name) AS buyer, bo.name AS buyer_origin,
       l.energy_uwh / 1e9 AS energy_kWh, l.rate_uct / 1e6 AS rate_ct_per_kWh,
       l.fee_rate_uct / 1e6 AS fee_ct_per_kWh, l.price_uct / 1e8 AS price_EUR,
       l.fee_uct / 1e8 AS fee_EUR
FROM trade_legs l JOIN runs r JOIN areas m ON m.area = l.market
JOIN assets so ON so.asset = l.seller_origin JOIN assets bo ON bo.asset = l.buyer_origin
LEFT JOIN areas sa ON sa.area = l.seller LEFT JOIN areas ba ON ba.area = l.buyer;

-- Who traded with whom in every market and slot.
CREATE VIEW trade_profile_view AS
SELECT path, market, slot_start, seller, buyer, sum(energy_kWh) AS energy_kWh,
       sum(price_EUR) AS price_EUR, sum(fee_EUR) AS fee_EUR
FROM trade_legs_view GROUP BY path, slot_start, seller, buyer;

-- Prices of every market in every slot, 0 in those without trades.
CREATE VIEW price_energy_day_view AS
SELECT m.path, m.name AS market, s.slot,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', s.start_ms / 1000, 'unixepoch') AS slot_start,
       coalesce(x.min_rate_uct, 0) / 1e8 AS min_price_EUR_per_kWh,
       coalesce(x.avg_rate_uct, 0) / 1e8 AS avg_price_EUR_per_kWh,
       coalesce(x.median_rate_uct, 0) / 1e8 AS median_price_EUR_per_kWh,
       coalesce(x.max_rate_uct, 0) / 1e8 AS max_price_EUR_per_kWh,
       coalesce((SELECT f.fee_uct FROM fees f WHERE f.area = m.area AND f.slot <= s.slot
                 ORDER BY f.slot DESC LIMIT 1), m.fee_uct) / 1e8 AS grid_fee_constant_EUR_per_kWh
FROM slots s JOIN areas m LEFT JOIN market_slots x ON x.slot = s.slot AND x.market = m.area;

-- What went in and out of every market in every slot with trades, and how that compares with what it was or
-- may be. Percentages are NULL where the scenario gives no baseline.
CREATE VIEW area_throughput_view AS
SELECT m.path, m.name AS market, x.slot,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', s.start_ms / 1000, 'unixepoch') AS slot_start,
       x.import_uwh / 1e9 AS import_kWh, x.export_uwh / 1e9 AS export_kWh,
       (x.import_uwh - x.export_uwh) / 1e9 AS net_import_kWh,
       m.import_baseline_uwh / 1e9 AS import_baseline_kWh,
       100.0 * x.import_uwh / m.import_baseline_uwh AS import_percentage,
       m.import_capacity_uwh / 1e9 AS import_capacity_kWh,
       m.export_baseline_uwh / 1e9 AS export_baseline_kWh,
       100.0 * x.export_uwh / m.export_baseline_uwh AS export_percentage,
       m.export_capacity_uwh / 1e9 AS export_capacity_kWh
FROM market_slots x JOIN slots s USING (slot) JOIN areas m ON m.area = x.market;

-- The same over the whole run; a peak is the most of one slot, a net peak what is left of it after what went
-- the other way in the same slot.
CREATE VIEW throughput_view AS
SELECT path, market, sum(import_kWh) AS import_kWh, sum(export_kWh) AS export_kWh,
       max(import_kWh) AS import_peak_kWh, max(0, max(net_import_kWh)) AS import_net_peak_kWh,
       max(import_percentage) AS import_peak_percentage, import_baseline_kWh, import_capacity_kWh,
       max(export_kWh) AS export_peak_kWh, max(0, -min(net_import_kWh)) AS export_net_peak_kWh,
       max(export_percentage) AS export_peak_percentage, export_baseline_kWh, export_capacity_kWh
FROM area_throughput_view GROUP BY path;

-- Penalties as on the reference exchange: 29.2 ct for a kWh a load did not get, nothing for what PV kept.
CREATE VIEW cumulative_bills AS
WITH lines AS (
    SELECT c.asset, a.area, c.spent_uct + c.market_fee_uct AS spent_uct, c.earned_uct,
           CASE WHEN a.role = 'consumer' THEN c.unserved_uwh WHEN a.type = 'pv' THEN c.unsold_uwh
                ELSE 0 END AS penalty_uwh,
           iif(a.role = 'consumer', c.unserved_uwh * 292 / 10000, 0) AS penalty_uct
    FROM accounts c JOIN assets a USING (asset)
)
SELECT 'asset' AS kind, asset AS party, spent_uct, earned_uct, penalty_uwh, penalty_uct FROM lines
UNION ALL
SELECT 'area', l.above, sum(spent_uct), sum(earned_uct), sum(penalty_uwh), sum(penalty_uct)
FROM lines JOIN lineage l USING (area) GROUP BY l.above;

CREATE VIEW cumulative_bills_view AS
SELECT coalesce(a.name, m.name) AS party, c.kind, spent_uct / 1e8 AS spent_total_EUR,
       earned_uct / 1e8 AS earned_EUR, penalty_uct / 1e8 AS penalties_EUR,
       penalty_uwh / 1e9 AS penalty_energy_kWh,
       (spent_uct - earned_uct + penalty_uct) / 1e8 AS total_EUR
FROM cumulative_bills c LEFT JOIN assets a ON c.kind = 'asset' AND a.asset = c.party
LEFT JOIN areas m ON c.kind = 'area' AND m.area = c.party;

-- What an area paid against what its assets would have paid and earned at the utility, all fees from the
-- root to their market counted. Areas count what lies below them too; the root has no row.
CREATE VIEW savings AS
WITH sides AS (
    SELECT b.area, t.slot, t.energy_uwh AS bought_uwh, 0 AS sold_uwh, t.paid_uct AS cost_uct
    FROM trades t JOIN assets b ON b.asset = t.buyer
    WHERE b.role IN ('consumer', 'prosumer', 'storage') AND b.counted = 1
    UNION ALL
    SELECT s.area, t.slot, 0, t.energy_uwh, -t.earned_uct
    FROM trades t JOIN assets s ON s.asset = t.seller
    WHERE s.role IN ('producer', 'prosumer', 'storage', 'market_maker') AND s.counted = 1
), sums AS (
    SELECT area, slot, sum(bought_uwh) AS bought_uwh, sum(sold_uwh) AS sold_uwh,
           sum(cost_uct) AS cost_uct
    FROM sides GROUP BY area, slot
), doors AS (
    SELECT g.area, g.slot, g.bought_uwh, g.sold_uwh, g.cost_uct, r.fee_kind, x.market_maker_uct,
           x.feed_in_uct, sum(coalesce(
               (SELECT iif(r.fee_kind = 'constant', f.fee_uct, f.fee_ppb) FROM fees f
                WHERE f.area = l.above AND f.slot <= g.slot ORDER BY f.slot DESC LIMIT 1),
               iif(r.fee_kind = 'constant', a.fee_uct, a.fee_ppb))) AS fee
    FROM sums g JOIN runs r JOIN slots x ON x.slot = g.slot JOIN lineage l ON l.area = g.area
    JOIN areas a ON a.area = l.above
    GROUP BY g.area, g.slot
), own AS (
    SELECT area, sum(cost_uct) AS cost_uct,
           sum(CAST(round(bought_uwh / 1e9 * iif(fee_kind = 'constant', market_maker_uct + fee,
                          market_maker_uct * (1 + fee / 1e9))) AS INTEGER)) AS utility_uct,
           sum(CAST(round(sold_uwh / 1e9 * iif(fee_kind = 'constant', max(0, feed_in_uct - fee),
                          feed_in_uct / (1 + fee / 1e9))) AS INTEGER)) AS feed_in_uct
    FROM doors GROUP BY area
)
SELECT m.area, coalesce(sum(utility_uct), 0) AS utility_bill_uct,
       coalesce(sum(feed_in_uct), 0) AS fit_revenue_uct, coalesce(sum(cost_uct), 0) AS cost_uct
FROM areas m LEFT JOIN lineage l ON l.above = m.area LEFT JOIN own ON own.area = l.area
WHERE m.parent IS NOT NULL GROUP BY m.area;

CREATE VIEW savings_view AS
WITH lines AS (
    SELECT area, utility_bill_uct, fit_revenue_uct, cost_uct,
           utility_bill_uct - fit_revenue_uct AS base_uct,
           utility_bill_uct - fit_revenue_uct - cost_uct AS saving_uct
    FROM savings
), shares AS (
    SELECT *, iif(base_uct > 0, abs(100.0 * saving_uct / base_uct), 0.0) AS percentage FROM lines
), span AS (
    SELECT min(percentage) AS low, max(percentage) AS high
    FROM shares JOIN areas USING (area) WHERE member = 1
)
SELECT a.name AS area, a.path, a.member, utility_bill_uct / 1e8 AS utility_bill_EUR,
       fit_revenue_uct / 1e8 AS fit_revenue_EUR, base_uct / 1e8 AS base_case_cost_EUR,
       cost_uct / 1e8 AS gsy_e_cost_EUR, saving_uct / 1e8 AS saving_absolute_EUR,
       percentage AS saving_percentage,
       iif(a.member, (percentage - low) / nullif(high - low, 0), NULL) AS energy_benchmark
FROM shares JOIN areas a USING (area) JOIN span;

-- What every asset traded with every other one.
CREATE VIEW cumulative_grid_trades_view AS
SELECT s.name AS seller, b.name AS buyer, count(*) AS trades, sum(t.energy_uwh) / 1e9 AS energy_kWh,
       sum(t.paid_uct) / 1e8 AS paid_EUR, sum(t.earned_uct) / 1e8 AS earned_EUR,
       sum(t.fees_uct) / 1e8 AS fees_EUR
FROM trades t JOIN assets s ON s.asset = t.seller JOIN assets b ON b.asset = t.buyer
GROUP BY t.seller, t.buyer;

-- In the row of what the area itself traded what it exported is bought, what it imported sold.
CREATE VIEW cumulative_net_energy_flow_view AS
SELECT a.path, a.name AS area, b.bought_uwh / 1e9 AS exported_kWh, b.sold_uwh / 1e9 AS imported_kWh,
       (b.bought_uwh - b.sold_uwh) / 1e9 AS net_export_kWh
FROM bills b JOIN areas a ON a.area = b.market WHERE b.kind = 'external';

-- Assets that stand for the grid beyond the community: what is not below it, buses, market makers, and
-- producers that can make more than the 10,000,000 kWh which mean without limit.
CREATE VIEW outside_assets AS
SELECT a.asset FROM assets a JOIN runs r LEFT JOIN accounts c USING (asset)
WHERE a.role IN ('bus', 'market_maker') OR c.supply_uwh >= 10000000000000000
      OR a.area NOT IN (SELECT area FROM lineage WHERE above = (SELECT community FROM runs));

-- What every member exchanged with others in every slot, in micro-watt-hours.
-- A utility inside of a member is nobody's side.
CREATE VIEW member_flows AS
WITH member_sides AS (
    SELECT m.asset, m.member FROM member_assets m JOIN assets a USING (asset)
    WHERE a.role NOT IN ('bus', 'market_maker')
), flows AS (
    SELECT t.slot, mb.member, t.energy_uwh AS bought_uwh, 0 AS sold_uwh,
           t.seller IN (SELECT asset FROM outside_assets) AS outside
    FROM trades t JOIN member_sides mb ON mb.asset = t.buyer
    LEFT JOIN member_sides ms ON ms.asset = t.seller WHERE ms.member IS NOT mb.member
    UNION ALL
    SELECT t.slot, ms.member, 0, t.energy_uwh, t.buyer IN (SELECT asset FROM outside_assets)
    FROM trades t JOIN member_sides ms ON ms.asset = t.seller
    LEFT JOIN member_sides mb ON mb.asset = t.buyer WHERE mb.member IS NOT ms.member
)
SELECT slot, member, sum(iif(outside, 0, bought_uwh)) AS from_community_uwh,
       sum(iif(outside, bought_uwh, 0)) AS from_grid_uwh,
       sum(iif(outside, 0, sold_uwh)) AS to_community_uwh,
       sum(iif(outside, sold_uwh, 0)) AS to_grid_uwh
FROM flows GROUP BY slot, member;

CREATE VIEW imported_exported_energy_view AS
SELECT a.name AS member, f.slot,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', s.start_ms / 1000, 'unixepoch') AS slot_start,
       from_community_uwh / 1e9 AS imported_from_community_kWh,
       from_grid_uwh / 1e9 AS imported_from_grid_kWh,
       to_community_uwh / 1e9 AS exported_to_community_kWh,
       to_grid_uwh / 1e9 AS exported_to_grid_kWh
FROM member_flows f JOIN slots s USING (slot) JOIN areas a ON a.area = f.member;

-- The base case has no community: all that members import would have come from the grid.
CREATE VIEW carbon_emissions_view AS
SELECT a.name AS member, f.slot,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', s.start_ms / 1000, 'unixepoch') AS slot_start,
       s.carbon_g_per_kWh,
       (from_community_uwh + from_grid_uwh) / 1e9 * s.carbon_g_per_kWh
           AS carbon_generated_base_case_g,
       from_grid_uwh / 1e9 * s.carbon_g_per_kWh AS carbon_generated_gsy_g,
       from_community_uwh / 1e9 * s.carbon_g_per_kWh AS carbon_savings_g
FROM member_flows f JOIN slots s USING (slot) JOIN areas a ON a.area = f.member
WHERE s.carbon_g_per_kWh IS NOT NULL;

-- The last slot with trades of every market.
CREATE VIEW market_summary_view AS
SELECT path, market, max(slot) AS slot, slot_start AS timestamp,
       avg_rate_ct_per_kWh AS average_energy_rate_ct_per_kWh, energy_kWh AS traded_volume_kWh,
       import_kWh + export_kWh AS external_traded_volume_kWh
FROM market_slots_view GROUP BY path;

CREATE VIEW assets_info_view AS
WITH full AS (SELECT asset, max(capacity_uwh) AS capacity_uwh FROM asset_slots GROUP BY asset)
SELECT count(*) FILTER (WHERE role = 'consumer') AS number_of_load_type,
       coalesce(sum(demand_uwh) FILTER (WHERE role = 'consumer'), 0) / 1e9
           AS total_energy_demand_kWh,
       count(*) FILTER (WHERE role = 'producer' AND type NOT IN ('commercial_producer', 'finite_diesel_generator')) AS number_of_pv_type,
       coalesce(sum(supply_uwh) FILTER (WHERE role = 'producer' AND type NOT IN ('commercial_producer', 'finite_diesel_generator')), 0) / 1e9
           AS total_energy_generated_kWh,
       count(*) FILTER (WHERE role = 'storage') AS number_of_storage_type,
       sum(capacity_uwh) FILTER (WHERE role = 'storage') / 1e9 AS total_energy_capacity_kWh,
       count(*) FILTER (WHERE type IN ('commercial_producer', 'finite_diesel_generator')) AS number_of_power_plant_type,
       (SELECT count(*) FROM areas WHERE member = 1 AND parent IS NOT NULL) AS number_of_house_type
FROM assets LEFT JOIN accounts USING (asset) LEFT JOIN full USING (asset);

-- What every asset did in every slot; needs results.trades, and results.assets for all but trades.
CREATE VIEW asset_statistics_view AS
WITH facts AS (
    SELECT slot, asset, NULL AS rate_uct, 0 AS bought_uwh, 0 AS sold_uwh, demand_uwh, supply_uwh,
           stored_uwh, capacity_uwh, measured_uwh
    FROM asset_slots
    UNION ALL
    SELECT slot, buyer, rate_uct, energy_uwh, 0, NULL, NULL, NULL, NULL, NULL
    FROM trade_legs WHERE buyer_kind = 'asset'
    UNION ALL
    SELECT slot, seller, rate_uct, 0, energy_uwh, NULL, NULL, NULL, NULL, NULL
    FROM trade_legs WHERE seller_kind = 'asset'
), sums AS (
    SELECT slot, asset, count(rate_uct) AS trades, sum(bought_uwh) AS bought_uwh,
           sum(sold_uwh) AS sold_uwh, min(rate_uct) AS min_rate_uct, max(rate_uct) AS max_rate_uct,
           max(demand_uwh) AS demand_uwh, max(supply_uwh) AS supply_uwh,
           max(stored_uwh) AS stored_uwh, max(capacity_uwh) AS capacity_uwh,
           max(measured_uwh) AS measured_uwh
    FROM facts GROUP BY slot, asset
)
SELECT a.name AS asset, a.type, a.role, x.slot,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', s.start_ms / 1000, 'unixepoch') AS slot_start,
       x.trades, x.bought_uwh / 1e9 AS bought_kWh, x.sold_uwh / 1e9 AS sold_kWh,
       (x.bought_uwh - x.sold_uwh) / 1e9 AS trade_energy_kWh,
       x.min_rate_uct / 1e8 AS min_trade_price_EUR_per_kWh,
       x.max_rate_uct / 1e8 AS max_trade_price_EUR_per_kWh,
       iif(a.role IN ('consumer', 'prosumer'), x.demand_uwh, NULL) / 1e9 AS load_profile_kWh,
       iif(a.role IN ('producer', 'prosumer'), x.supply_uwh, NULL) / 1e9 AS production_kWh,
       x.stored_uwh / 1e9 AS stored_kWh, 100.0 * x.stored_uwh / x.capacity_uwh AS soc_percent,
       (x.measured_uwh - x.bought_uwh + x.sold_uwh) / 1e9 AS energy_deviance_kWh
FROM sums x JOIN slots s USING (slot) JOIN assets a USING (asset);

-- What each level of the tree adds to self-consumption, in percent of the top level's; sums to 100.
CREATE VIEW hierarchy_self_consumption_view AS
WITH levels AS (
    SELECT a.depth, avg(k.self_consumption) AS share
    FROM kpis k JOIN areas a USING (area) WHERE a.depth > 0 GROUP BY a.depth
)
SELECT depth AS level, share AS mean_self_consumption,
       100.0 * (coalesce(share, 0) - coalesce(lead(share) OVER (ORDER BY depth), 0)) /
           nullif(first_value(share) OVER (ORDER BY depth), 0) AS self_consumption_percent
FROM levels;
