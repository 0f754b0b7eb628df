-- The tables of schema.sql with names for numbers and in kWh, ct/kWh and EUR. Only CREATE VIEW may stand here
-- and in views.sql, each at the start of a line and ended by a semicolon at the end of one: the rows of the
-- schema are made of their text (database.c).

CREATE VIEW trades_view AS
SELECT t.trade,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', (r.start_ms + t.slot * r.slot_s * 1000) / 1000, 'unixepoch')
           AS slot_start,
       t.slot, t.tick, m.name AS market, s.name AS seller, b.name AS buyer,
       t.energy_uwh / 1e9 AS energy_kWh,
       t.rate_uct / 1e6 AS rate_ct_per_kWh,
       t.offer_rate_uct / 1e6 AS offer_rate_ct_per_kWh,
       t.bid_rate_uct / 1e6 AS bid_rate_ct_per_kWh,
       t.paid_uct / 1e8 AS paid_EUR,
       t.earned_uct / 1e8 AS earned_EUR,
       t.fees_uct / 1e8 AS fees_EUR
FROM trades t
JOIN runs r JOIN areas m ON m.area = t.market
JOIN assets s ON s.asset = t.seller JOIN assets b ON b.asset = t.buyer;

CREATE VIEW market_slots_view AS
SELECT x.slot,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', s.start_ms / 1000, 'unixepoch') AS slot_start,
       m.path AS path, m.name AS market, x.trade_count,
       x.energy_uwh / 1e9 AS energy_kWh,
       x.min_rate_uct / 1e6 AS min_rate_ct_per_kWh,
       x.avg_rate_uct / 1e6 AS avg_rate_ct_per_kWh,
       x.median_rate_uct / 1e6 AS median_rate_ct_per_kWh,
       x.max_rate_uct / 1e6 AS max_rate_ct_per_kWh,
       x.volume_uct / 1e8 AS volume_EUR,
       x.fee_revenue_uct / 1e8 AS fee_revenue_EUR,
       x.import_uwh / 1e9 AS import_kWh,
       x.export_uwh / 1e9 AS export_kWh,
       x.fee_uct / 1e6 AS grid_fee_ct_per_kWh,
       x.fee_ppb / 1e7 AS grid_fee_percent
FROM market_slots x JOIN slots s USING (slot) JOIN areas m ON m.area = x.market;

CREATE VIEW clearings_view AS
SELECT c.slot, c.tick, m.name AS market, c.rate_uct / 1e6 AS rate_ct_per_kWh,
       c.energy_uwh / 1e9 AS energy_kWh
FROM clearings c JOIN areas m ON m.area = c.market;

CREATE VIEW orders_view AS
SELECT o.seq, o.slot, o.tick, g.name AS agent, a.name AS asset, c.name AS command, o.replace,
       o.order_id, o.energy_uwh / 1e9 AS energy_kWh, o.rate_uct / 1e6 AS rate_ct_per_kWh,
       s.name AS status, o.allowed_uwh / 1e9 AS allowed_kWh, o.withdrawn, o.version,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', (r.start_ms + o.time_slot * r.slot_s * 1000) / 1000,
                'unixepoch') AS time_slot
FROM orders o JOIN assets a USING (asset) JOIN commands c USING (command)
JOIN statuses s ON s.status = o.status LEFT JOIN agents g ON g.agent = o.desk JOIN runs r;

-- The rows of parties, and below them what the market as a whole makes of them: Accumulated Trades is the
-- sum of assets and areas, Market Fees what the market earned, Rounding what its rounding account took
-- (left out when that is nothing), Totals the sum of Accumulated, External, Fees and Rounding: zero.
CREATE VIEW bills_view AS
WITH sums AS (
    SELECT market, sum(bought_uwh) AS bought_uwh, sum(sold_uwh) AS sold_uwh,
           sum(spent_uct) AS spent_uct, sum(earned_uct) AS earned_uct,
           sum(market_fee_uct) AS market_fee_uct
    FROM bills WHERE kind IN ('asset', 'area') GROUP BY market
), fees AS (
    SELECT market, sum(market_fee_uct) AS fee_uct FROM bills GROUP BY market
), rows AS (
    SELECT market, CASE kind WHEN 'asset' THEN 1 WHEN 'area' THEN 2 ELSE 4 END AS place, party,
           CASE kind WHEN 'asset' THEN (SELECT name FROM assets WHERE asset = party)
                     WHEN 'area' THEN (SELECT name FROM areas WHERE area = party)
                     ELSE 'External Trades' END AS name,
           CASE kind WHEN 'asset' THEN (SELECT type FROM assets WHERE asset = party) ELSE kind END
               AS type,
           bought_uwh, sold_uwh, spent_uct, earned_uct, market_fee_uct,
           bought_uwh - sold_uwh AS total_uwh, spent_uct + market_fee_uct - earned_uct AS cost_uct
    FROM bills
    UNION ALL
    SELECT market, 3, 0, 'Accumulated Trades', 'accumulated', bought_uwh, sold_uwh, spent_uct,
           earned_uct, market_fee_uct, bought_uwh - sold_uwh,
           spent_uct + market_fee_uct - earned_uct
    FROM sums
    UNION ALL
    SELECT market, 5, 0, 'Market Fees', 'fees', 0, 0, 0, fee_uct, 0, 0, -fee_uct FROM fees
    UNION ALL
    SELECT area, 6, 0, 'Rounding', 'rounding', 0, 0, 0, rounding_uct, 0, 0, -rounding_uct
    FROM kpis WHERE rounding_uct <> 0
    UNION ALL
    SELECT market, 7, 0, 'Totals', 'totals', sum(bought_uwh), sum(sold_uwh), sum(spent_uct),
           sum(earned_uct) + sum(market_fee_uct) + rounding_uct, sum(market_fee_uct),
           sum(bought_uwh - sold_uwh), sum(spent_uct - earned_uct) - rounding_uct
    FROM bills JOIN kpis ON kpis.area = bills.market GROUP BY market
)
SELECT m.name AS market, rows.name AS party, rows.type,
       bought_uwh / 1e9 AS bought_kWh, sold_uwh / 1e9 AS sold_kWh,
       spent_uct / 1e8 AS spent_EUR, earned_uct / 1e8 AS earned_EUR,
       total_uwh / 1e9 AS total_energy_kWh, cost_uct / 1e8 AS total_cost_EUR,
       market_fee_uct / 1e8 AS market_fee_EUR
FROM rows JOIN areas m ON m.area = rows.market
ORDER BY rows.market, place, party;

CREATE VIEW accounts_view AS
SELECT a.name AS asset, a.type, bought_uwh / 1e9 AS bought_kWh, sold_uwh / 1e9 AS sold_kWh,
       (spent_uct + market_fee_uct) / 1e8 AS paid_EUR, earned_uct / 1e8 AS earned_EUR,
       fees_path_uct / 1e8 AS fees_EUR, demand_uwh / 1e9 AS demand_kWh,
       supply_uwh / 1e9 AS supply_kWh, unserved_uwh / 1e9 AS unserved_kWh,
       unsold_uwh / 1e9 AS unsold_kWh
FROM accounts JOIN assets a USING (asset);

CREATE VIEW origins_view AS
SELECT a.name AS asset, a.type, origin, stored_uwh / 1e9 AS stored_kWh, bought_uwh / 1e9 AS bought_kWh,
       sold_uwh / 1e9 AS sold_kWh
FROM origins o JOIN assets a USING (asset);

CREATE VIEW kpis_view AS
SELECT a.name AS area, produced_uwh / 1e9 AS produced_kWh,
       consumed_own_uwh / 1e9 AS consumed_own_kWh, demanded_uwh / 1e9 AS demanded_kWh,
       buffer_uwh / 1e9 AS buffer_kWh, self_sufficiency, self_consumption,
       fees_uct / 1e8 AS fees_EUR, rounding_uct / 1e8 AS rounding_EUR
FROM kpis JOIN areas a USING (area);

CREATE VIEW versions_view AS
SELECT v.seq, g.name AS agent, v.version, v.hash, v.script, v.slot,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', (r.start_ms + v.slot * r.slot_s * 1000) / 1000, 'unixepoch')
           AS slot_start,
       v.tick, v.cause, v.detail
FROM versions v JOIN runs r JOIN agents g USING (agent);

-- The versions behind a trade: those that sent the two orders where orders are kept, else those that were
-- at work when they met.
CREATE VIEW trade_versions_view AS
WITH work AS (
    SELECT v.agent, v.version, v.slot * r.ticks_per_slot + v.tick AS since,
           lead(v.slot * r.ticks_per_slot + v.tick)
               OVER (PARTITION BY v.agent ORDER BY v.seq) AS until
    FROM versions v JOIN runs r
), placed AS (
    SELECT o.order_id, o.version, c.name LIKE '%bid%' AS bids
    FROM orders o JOIN commands c USING (command) JOIN statuses s ON s.status = o.status
    WHERE s.name = 'OK' AND c.name NOT LIKE 'delete%' AND o.time_slot IS NULL
)
SELECT t.trade, t.slot, t.tick, s.name AS seller, coalesce(po.version, sw.version) AS seller_version,
       b.name AS buyer, coalesce(pb.version, bw.version) AS buyer_version
FROM trades t JOIN runs r JOIN assets s ON s.asset = t.seller JOIN assets b ON b.asset = t.buyer
LEFT JOIN placed po ON po.order_id = t.offer_id AND NOT po.bids
LEFT JOIN placed pb ON pb.order_id = t.bid_id AND pb.bids
LEFT JOIN work sw ON sw.agent = s.agent AND t.slot * r.ticks_per_slot + t.tick >= sw.since
          AND (sw.until IS NULL OR t.slot * r.ticks_per_slot + t.tick < sw.until)
LEFT JOIN work bw ON bw.agent = b.agent AND t.slot * r.ticks_per_slot + t.tick >= bw.since
          AND (bw.until IS NULL OR t.slot * r.ticks_per_slot + t.tick < bw.until);

CREATE VIEW events_view AS
SELECT e.seq, e.slot,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', (r.start_ms + e.slot * r.slot_s * 1000) / 1000, 'unixepoch')
           AS slot_start,
       e.kind, e.target,
       CASE e.target WHEN 'area' THEN (SELECT name FROM areas WHERE area = node)
                     WHEN 'asset' THEN (SELECT name FROM assets WHERE asset = node)
                     ELSE (SELECT name FROM agents WHERE agent = node) END AS name,
       e.detail
FROM events e JOIN runs r;

CREATE VIEW members_view AS
SELECT a.name AS member, strategy, bought_uwh / 1e9 AS bought_kWh, sold_uwh / 1e9 AS sold_kWh,
       unserved_uwh / 1e9 AS unserved_kWh, bill_uct / 1e8 AS bill_EUR,
       unserved_uct / 1e8 AS unserved_EUR, base_bill_uct / 1e8 AS base_bill_EUR,
       (base_bill_uct - bill_uct) / 1e8 AS saving_EUR,
       settlement_uct / 1e8 AS settlement_EUR, imbalance_uct / 1e8 AS imbalance_EUR
FROM members JOIN areas a USING (area);

CREATE VIEW settlement_trades_view AS
SELECT t.trade,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', (r.start_ms + t.slot * r.slot_s * 1000) / 1000, 'unixepoch')
           AS slot_start,
       t.slot, t.tick, m.name AS market, s.name AS seller, b.name AS buyer,
       t.energy_uwh / 1e9 AS energy_kWh,
       t.rate_uct / 1e6 AS rate_ct_per_kWh,
       t.offer_rate_uct / 1e6 AS offer_rate_ct_per_kWh,
       t.bid_rate_uct / 1e6 AS bid_rate_ct_per_kWh,
       t.paid_uct / 1e8 AS paid_EUR,
       t.earned_uct / 1e8 AS earned_EUR,
       t.fees_uct / 1e8 AS fees_EUR, 'Settlement Market' AS market_type
FROM settlement_trades t
JOIN runs r JOIN areas m ON m.area = t.market
JOIN assets s ON s.asset = t.seller JOIN assets b ON b.asset = t.buyer;

CREATE VIEW deviations_view AS
SELECT d.slot,
       strftime('%Y-%m-%dT%H:%M:%S+00:00', (r.start_ms + d.slot * r.slot_s * 1000) / 1000, 'unixepoch')
           AS slot_start,
       a.name AS asset, d.planned_uwh / 1e9 AS planned_kWh, d.measured_uwh / 1e9 AS measured_kWh,
       d.deviation_uwh / 1e9 AS deviation_kWh, d.bought_uwh / 1e9 AS bought_kWh,
       d.sold_uwh / 1e9 AS sold_kWh,
       (d.deviation_uwh - d.bought_uwh + d.sold_uwh) / 1e9 AS unsettled_kWh
FROM deviations d JOIN runs r JOIN assets a USING (asset);

CREATE VIEW intraday_trades_view AS
SELECT intraday_trade AS trade, g.name AS gridpool, side, area,
       strftime('%Y-%m-%dT%H:%M', start_ms / 1000, 'unixepoch') AS start, minutes,
       strftime('%Y-%m-%dT%H:%M:%S', time_ms / 1000, 'unixepoch') AS time,
       price_milli / 1e3 AS price_EUR_per_MWh, quantity_kW / 1e3 AS quantity_MW,
       energy_uwh / 1e9 AS energy_kWh, amount_uct / 1e8 AS amount_EUR
FROM intraday_trades JOIN gridpools g USING (gridpool);

CREATE VIEW intraday_orders_view AS
SELECT intraday_order AS "order", g.name AS gridpool, side, type, execution, area,
       strftime('%Y-%m-%dT%H:%M', start_ms / 1000, 'unixepoch') AS start, minutes,
       price_milli / 1e3 AS price_EUR_per_MWh, quantity_kW / 1e3 AS quantity_MW,
       filled_kW / 1e3 AS filled_MW, state, reason, actor, tag
FROM intraday_orders JOIN gridpools g USING (gridpool);

CREATE VIEW intraday_balances_view AS
SELECT s.slot, strftime('%Y-%m-%dT%H:%M', s.start_ms / 1000, 'unixepoch') AS slot_start,
       g.name AS gridpool, area, sold_uwh / 1e9 AS sold_kWh, measured_uwh / 1e9 AS measured_kWh,
       imbalance_uwh / 1e9 AS imbalance_kWh, rate_uct / 1e6 AS rate_ct_per_kWh,
       amount_uct / 1e8 AS amount_EUR
FROM intraday_balances b JOIN gridpools g USING (gridpool) JOIN slots s ON s.slot = b.slot;

CREATE VIEW gridpools_view AS
SELECT name AS gridpool, agent, coalesce(bought, 0) / 1e9 AS bought_kWh, coalesce(sold, 0) / 1e9 AS sold_kWh,
       coalesce(trades, 0) / 1e8 AS trades_EUR, coalesce(imbalance, 0) / 1e8 AS imbalance_EUR,
       (coalesce(trades, 0) + coalesce(imbalance, 0)) / 1e8 AS money_EUR
FROM gridpools
LEFT JOIN (SELECT gridpool, sum(iif(side = 'buy', energy_uwh, 0)) AS bought,
                  sum(iif(side = 'sell', energy_uwh, 0)) AS sold, sum(amount_uct) AS trades
           FROM intraday_trades GROUP BY gridpool) USING (gridpool)
LEFT JOIN (SELECT gridpool, sum(amount_uct) AS imbalance FROM intraday_balances GROUP BY gridpool) USING (gridpool);

CREATE VIEW coordination_slots_view AS
SELECT s.slot, strftime('%Y-%m-%dT%H:%M', s.start_ms / 1000, 'unixepoch') AS slot_start,
       a.name AS resource, r.aggregator, r.home, c.used_uwh / 1e9 AS used_kWh,
       c.curve, c.delta_uct / 1e6 AS delta_ct_per_kWh,
       c.power_limit AS "limit", c.limit_mW / 1e6 AS limit_kW,
       c.used_uwh * 3600 <= c.limit_mW * 1000 * (SELECT slot_s FROM runs) AS kept
FROM coordination_slots c JOIN coordination_resources r USING (resource) JOIN assets a USING (asset)
JOIN slots s ON s.slot = c.slot;

CREATE VIEW coordination_events_view AS
SELECT coordination_event AS event, program, kind,
       strftime('%Y-%m-%dT%H:%M', created_ms / 1000, 'unixepoch') AS created,
       strftime('%Y-%m-%dT%H:%M', p.start_ms / 1000, 'unixepoch') AS start,
       p.delta_uct / 1e6 AS delta_ct_per_kWh, p.limit_mW / 1e6 AS limit_kW
FROM coordination_events JOIN coordination_points p USING (coordination_event);

CREATE VIEW coordination_targets_view AS
SELECT coordination_event AS event, a.name AS resource, r.aggregator, r.home, t.answer,
       strftime('%Y-%m-%dT%H:%M', t.answered_ms / 1000, 'unixepoch') AS answered
FROM coordination_targets t JOIN coordination_resources r USING (resource) JOIN assets a USING (asset);

CREATE VIEW coordination_reports_view AS
SELECT report, p.slot, coordination_event AS event, a.name AS resource, r.aggregator,
       strftime('%Y-%m-%dT%H:%M', p.time_ms / 1000, 'unixepoch') AS time,
       p.reported_uwh / 1e9 AS reported_kWh, p.measured_uwh / 1e9 AS measured_kWh
FROM coordination_reports p JOIN coordination_resources r USING (resource) JOIN assets a USING (asset);

CREATE VIEW coordination_earnings_view AS
SELECT aggregator, home, month, rule, amount_uct / 1e8 AS amount FROM coordination_earnings;

CREATE VIEW settlement_bills_view AS
SELECT m.name AS market,
       CASE kind WHEN 'asset' THEN (SELECT name FROM assets WHERE asset = party)
                 WHEN 'area' THEN (SELECT name FROM areas WHERE area = party)
                 ELSE 'External Trades' END AS name,
       kind, bought_uwh / 1e9 AS bought_kWh, sold_uwh / 1e9 AS sold_kWh,
       spent_uct / 1e8 AS spent_EUR, earned_uct / 1e8 AS earned_EUR,
       market_fee_uct / 1e8 AS market_fee_EUR,
       (bought_uwh - sold_uwh) / 1e9 AS total_energy_kWh,
       (spent_uct + market_fee_uct - earned_uct) / 1e8 AS total_cost_EUR
FROM settlement_bills JOIN areas m ON m.area = settlement_bills.market;
