-- setup_file.json and settings.json: the run's scenario in the words of the exchange gsy-e, so that `lunagrid
-- import gsy` makes the same of it again; and area_tree_summary.json. Runs behind gsy.sql, in its form.

CREATE TEMP TABLE counts (number INTEGER PRIMARY KEY);
INSERT INTO counts
WITH RECURSIVE up (number) AS (
    SELECT max(t.value) FROM runs, json_tree(scenario_json, '$.grid') t WHERE t.key = 'clones'
    UNION ALL SELECT number - 1 FROM up WHERE number > 1
)
SELECT number FROM up WHERE number IS NOT NULL;

-- What the scenario says of every area and asset. Clones are unfolded: {i} in a name is the innermost of their
-- numbers, {path} all from outside. Siblings stand by place.
CREATE TEMP TABLE said (name TEXT PRIMARY KEY, place INTEGER, text TEXT);
INSERT OR IGNORE INTO said
WITH RECURSIVE nodes (text, place, numbers, number) AS (
    SELECT json_extract(scenario_json, '$.grid'), 0, '', '' FROM runs
    UNION ALL
    SELECT c.value, c.key * (1 << 24) + coalesce(k.number, 0),
           n.numbers || iif(k.number IS NULL, '', iif(n.numbers = '', '', '.') || k.number),
           coalesce(k.number, n.number)
    FROM nodes n JOIN json_each(n.text, '$.children') c
    LEFT JOIN counts k ON k.number <= json_extract(c.value, '$.clones')
)
SELECT replace(replace(json_extract(text, '$.name'), '{i}', number), '{path}', numbers),
       place, json_remove(text, '$.name', '$.type', '$.uuid', '$.clones', '$.children') FROM nodes;

-- The kind an asset is there. What has no word there (drawn shapes, CSV files, plugins of one's own) is told as
-- the power of each slot as it was, where the run kept it.
CREATE TEMP TABLE leaves AS
WITH marks AS (
    SELECT a.asset, a.area, a.name, a.uuid, a.type, a.role, coalesce(s.place, a.asset) AS place,
           coalesce(s.text, '{}') AS text,
           json_extract(s.text, '$.model') AS model,
           coalesce(json_type(s.text, '$.daily_load_profile'), json_type(s.text, '$.power_profile'),
                    json_type(s.text, '$.smart_meter_profile')) AS profile,
           coalesce(s.text ->> '$.daily_load_profile.csv', s.text ->> '$.power_profile.csv',
                    s.text ->> '$.smart_meter_profile.csv') IS NOT NULL AS csv
    FROM assets a LEFT JOIN said s ON s.name = a.name
)
SELECT asset, area, name, uuid, type, place, text, CASE type
           WHEN 'load' THEN iif(profile IS NULL AND json_extract(text, '$.avg_power_W') IS NOT NULL,
                                'LoadHours', 'LoadProfile')
           WHEN 'pv' THEN CASE WHEN profile IS NOT NULL OR model = 'clear_sky' THEN 'PVProfile'
                WHEN model = 'predefined' OR json_extract(text, '$.cloud_coverage') IS NOT NULL
                THEN 'PredefinedPV' ELSE 'PV' END
           WHEN 'wind_turbine' THEN iif(profile IS NULL AND json_extract(text, '$.wind_speed_profile')
                                        IS NULL, 'PredefinedWind', 'WindTurbine')
           WHEN 'smart_meter' THEN 'SmartMeter' WHEN 'storage' THEN 'Storage'
           WHEN 'infinite_bus' THEN 'InfiniteBus' WHEN 'market_maker' THEN 'MarketMaker'
           WHEN 'commercial_producer' THEN 'CommercialProducer'
           WHEN 'finite_diesel_generator' THEN 'FiniteDieselGenerator'
           WHEN 'heat_pump' THEN CASE WHEN json_extract(text, '$.water_flow_m3_profile') IS NOT NULL THEN 'VirtualHeatpump'
                WHEN json_extract(text, '$.tanks') IS NOT NULL THEN 'MultipleTankHeatPump' ELSE 'HeatPump' END
           WHEN 'ev_charger' THEN 'EVCharger' WHEN 'electrolyzer' THEN 'Electrolyzer'
           ELSE CASE role WHEN 'consumer' THEN 'LoadProfile' WHEN 'producer' THEN 'PVProfile'
                          WHEN 'storage' THEN 'Storage' ELSE type END END AS strategy,
       CASE WHEN type = 'load' AND profile IS NULL AND json_extract(text, '$.avg_power_W') IS NULL
            THEN 'daily_load_profile'
            WHEN type = 'heat_pump' AND coalesce(json_type(text, '$.consumption_kWh_profile'),
                                                 json_type(text, '$.water_flow_m3_profile')) IS NULL
            THEN 'consumption_kWh_profile'
            WHEN csv THEN CASE type WHEN 'load' THEN 'daily_load_profile' WHEN 'smart_meter'
                                    THEN 'smart_meter_profile' ELSE 'power_profile' END
            WHEN type = 'pv' AND profile IS NULL AND model = 'clear_sky' THEN 'power_profile'
            WHEN type = 'wind_turbine' AND profile IS NULL AND
                 json_extract(text, '$.wind_speed_profile') IS NOT NULL THEN 'power_profile'
            WHEN type IN ('load', 'pv', 'wind_turbine', 'smart_meter', 'storage', 'infinite_bus',
                          'market_maker', 'commercial_producer', 'finite_diesel_generator',
                          'heat_pump', 'ev_charger', 'electrolyzer') THEN NULL
            WHEN role = 'consumer' THEN 'daily_load_profile'
            WHEN role = 'producer' THEN 'power_profile' END AS measured
FROM marks;
CREATE INDEX temp.leaves_by_asset ON leaves (asset);

-- Options whose name there is another one, or that say nothing there (NULL). '' is any type.
CREATE TEMP TABLE words (type TEXT, ours TEXT, theirs TEXT, PRIMARY KEY (ours, type)) WITHOUT ROWID;
INSERT INTO words VALUES
    ('wind_turbine', 'turbine_count', 'panel_count'),
    ('electrolyzer', 'hydrogen_capacity_kg', 'hydrogen_max_storage_kg'),
    ('electrolyzer', 'initial_hydrogen_kg', 'hydrogen_initial_storage_kg'),
    ('electrolyzer', 'conversion_kWh_per_kg', 'conversion_factor_kg_to_kWh'),
    ('heat_pump', 'water_flow_m3_profile', 'dh_water_flow_m3_profile'), ('heat_pump', 'tanks', 'tank_parameters'),
    ('ev_charger', 'sessions', 'charging_sessions'), ('ev_charger', 'charging', 'charging_type'),
    ('', 'strategy', NULL), ('', 'model', NULL), ('', 'sampling', NULL), ('', 'shape', NULL),
    ('', 'annual_kWh', NULL), ('', 'charging_power_kW', NULL), ('', 'tilt', NULL), ('', 'azimuth', NULL),
    ('', 'performance_ratio', NULL), ('', 'wind_speed_profile', NULL),
    ('', 'heat_demand_kW_profile', NULL), ('', 'keeps_discharging_loss', NULL),
    ('', 'charging_loss', NULL), ('', 'discharging_loss', NULL), ('', 'self_discharge_per_day', NULL);

-- A value is told as it is, one that changes over the day or the run as {time: value}; what a CSV file says is
-- not at hand.
CREATE TEMP TABLE options AS
SELECT l.asset, iif(w.ours IS NULL, e.key, w.theirs) AS key, CASE
           WHEN e.key = 'cloud_coverage' THEN
               CASE e.value WHEN 'partial' THEN '1' WHEN 'cloudy' THEN '2' ELSE '0' END
           WHEN e.type IN ('true', 'false') THEN e.type
           WHEN e.type = 'text' THEN json_quote(e.value)
           WHEN e.type IN ('integer', 'real') THEN number(e.value)
           WHEN e.type = 'array' AND e.key NOT IN ('hrs_of_day', 'sessions', 'tanks', 'cop_points') THEN
               (SELECT json_group_object(strftime('%H:%M', v.key * 86400 / json_array_length(e.value),
                                                  'unixepoch'), json(number(v.value)))
                FROM json_each(e.value) v)
           WHEN e.type = 'object' AND json_type(e.value, '$.day') = 'object' THEN e.value -> '$.day'
           WHEN e.type = 'object' AND json_type(e.value, '$.series') = 'object' THEN
               (SELECT json_group_object(strftime('%Y-%m-%dT%H:%M', strftime('%s', e.value ->> '$.series.start') +
                           CAST(round(v.key * 60 * (e.value ->> '$.series.step_minutes')) AS INTEGER),
                           'unixepoch'), json(number(v.value)))
                FROM json_each(e.value, '$.series.values') v)
           ELSE e.value END AS value
FROM leaves l JOIN json_each(l.text) e LEFT JOIN words w ON w.ours = e.key AND w.type IN (l.type, '')
WHERE (w.ours IS NULL OR w.theirs IS NOT NULL)
  AND NOT (e.type = 'object' AND json_type(e.value, '$.csv') IS NOT NULL)
  AND (l.measured IS NULL OR e.key NOT IN (l.measured, 'avg_power_W', 'hrs_of_day', 'capacity_kW',
                                           'panel_count', 'turbine_count'));
INSERT INTO options
SELECT asset, 'losses', json_object('charging_loss_percent', json(coalesce(text -> '$.charging_loss', 'null')),
           'discharging_loss_percent', json(coalesce(text -> '$.discharging_loss', 'null')),
           'self_discharge_per_day_percent', json(coalesce(text -> '$.self_discharge_per_day', 'null')))
FROM leaves WHERE coalesce(text -> '$.charging_loss', text -> '$.discharging_loss',
                           text -> '$.self_discharge_per_day') IS NOT NULL;
INSERT INTO options
SELECT l.asset, l.measured, json_group_object(t.short, json(number(CASE l.measured
           WHEN 'consumption_kWh_profile' THEN coalesce(d.demand_uwh, 0) / 1e9
           WHEN 'daily_load_profile' THEN coalesce(d.demand_uwh, 0) * 0.0036 / r.slot_s
           WHEN 'power_profile' THEN coalesce(d.supply_uwh, 0) * 0.0036 / r.slot_s
           ELSE (coalesce(d.demand_uwh, 0) - coalesce(d.supply_uwh, 0)) * 0.0036 / r.slot_s END)))
FROM leaves l JOIN runs r JOIN slot_times t
LEFT JOIN asset_slots d ON d.slot = t.slot AND d.asset = l.asset
WHERE l.measured IS NOT NULL AND r.keeps_assets GROUP BY l.asset;
CREATE INDEX temp.options_by_asset ON options (asset);

-- The tree from its leaves up, level by level: the texts of an area hold those of its children.
CREATE TEMP TABLE tree (parent INTEGER, place INTEGER, summary TEXT, setup TEXT);
CREATE INDEX temp.tree_by_parent ON tree (parent, place);
INSERT INTO tree
SELECT l.area, l.place, json_object('name', l.name, 'uuid', l.uuid, 'parent_uuid', m.uuid,
           'type', l.strategy, 'children', json('[]')),
       json_patch(json_object('name', l.name, 'uuid', l.uuid, 'type', l.strategy),
                  (SELECT json_group_object(o.key, json(o.value)) FROM options o WHERE o.asset = l.asset))
FROM leaves l JOIN areas m USING (area);

CREATE TEMP TABLE levels (depth INTEGER);
CREATE TEMP TRIGGER build_level AFTER INSERT ON levels BEGIN
    INSERT INTO tree
    SELECT m.parent, coalesce(s.place, m.area), json_object('name', m.name, 'uuid', m.uuid,
               'parent_uuid', (SELECT uuid FROM areas WHERE area = m.parent), 'type', 'Area',
               'children', json((SELECT json_group_array(json(summary))
                                 FROM (SELECT summary FROM tree WHERE parent = m.area ORDER BY place)))),
           json_object('name', m.name, 'uuid', m.uuid,
               'grid_fee_constant', json(coalesce(s.text -> '$.grid_fee_constant', 'null')),
               'grid_fee_percentage', json(coalesce(s.text -> '$.grid_fee_percentage', 'null')),
               'min_offer_age', json(coalesce(s.text -> '$.offer_age', 'null')),
               'min_bid_age', json(coalesce(s.text -> '$.bid_age', 'null')),
               'baseline_peak_energy_import_kWh',
               json(coalesce(s.text -> '$.baseline_peak_energy_import_kWh', 'null')),
               'baseline_peak_energy_export_kWh',
               json(coalesce(s.text -> '$.baseline_peak_energy_export_kWh', 'null')),
               'import_capacity_kVA', json(coalesce(s.text -> '$.import_capacity_kVA', 'null')),
               'export_capacity_kVA', json(coalesce(s.text -> '$.export_capacity_kVA', 'null')),
               'children', json((SELECT json_group_array(json(setup))
                                 FROM (SELECT setup FROM tree WHERE parent = m.area ORDER BY place))))
    FROM areas m LEFT JOIN said s ON s.name = m.name WHERE m.depth = new.depth;
END;
INSERT INTO levels SELECT DISTINCT depth FROM areas ORDER BY depth DESC;

-- Events in our words, for that exchange has none in a file: `import gsy` reads them, and it ignores them. Scripts
-- have no place in a setup.
CREATE TEMP TABLE events_kept AS
SELECT json_group_array(json(e.value)) AS kept FROM runs, json_each(scenario_json, '$.events') e
WHERE e.value -> '$.script' IS NULL;

-- Where a scenario's settings lie for `import gsy`, in the form of the exchange's option -g.
CREATE TEMP VIEW tree_files AS
SELECT 'area_tree_summary.json' AS file, summary FROM tree WHERE parent IS NULL
UNION ALL SELECT 'setup_file.json', iif(kept = '[]', setup, json_set(setup, '$.events', json(kept)))
FROM tree, events_kept WHERE parent IS NULL
UNION ALL SELECT 'settings.json', json_object('basic_settings', json_object(
           'sim_duration', CASE 0 WHEN slot_count * slot_s % 3600 THEN (slot_count * slot_s / 3600) || 'h'
                                  WHEN slot_count * slot_s % 60 THEN (slot_count * slot_s / 60) || 'm'
                                  ELSE (slot_count * slot_s) || 's' END,
           'slot_length', iif(slot_s % 60 = 0, (slot_s / 60) || 'm', slot_s || 's'),
           'tick_length', iif(slot_s % ticks_per_slot = 0, (slot_s / ticks_per_slot) || 's', NULL),
           'start_date', s ->> '$.start', 'random_seed', json(iif(length(seed) < 16, seed, 'null')),
           'matching_rule', iif(s ->> '$.market.matching' IN ('pay_as_bid', 'pay_as_clear', 'attributed'), NULL,
                                s ->> '$.market.matching')), -- ours: the engine outside of match type 3
       'advanced_settings', json_object('MASettings', json_object(
               'MARKET_TYPE', CASE s ->> '$.market.kind' WHEN 'none' THEN 0 WHEN 'one_sided' THEN 1 ELSE 2 END,
               'BID_OFFER_MATCH_TYPE', CASE s ->> '$.market.matching' WHEN 'pay_as_clear' THEN 2
                                            WHEN 'attributed' THEN 4 WHEN 'pay_as_bid' THEN 1 ELSE 3 END,
               'GRID_FEE_TYPE', iif(s ->> '$.market.fees' = 'percentage', 2, 1),
               'MIN_OFFER_AGE', s -> '$.market.offer_age', 'MIN_BID_AGE', s -> '$.market.bid_age'),
           'GeneralSettings', json_object(
               'DEFAULT_MARKET_MAKER_RATE', json(iif(json_type(s, '$.market_maker_rate') IN ('integer', 'real'),
                                                     s -> '$.market_maker_rate', 'null')),
               'DEFAULT_FEED_IN_TARIFF', json(iif(json_type(s, '$.feed_in_tariff') IN ('integer', 'real'),
                                                  s -> '$.feed_in_tariff', 'null'))),
           'SettlementMarketSettings', json_object(
               'ENABLE_SETTLEMENT_MARKETS', json(iif(s ->> '$.settlement.enabled', 'true', 'false')),
               'MAX_AGE_SETTLEMENT_MARKET_HOURS', s -> '$.settlement.max_age_hours',
               'RELATIVE_STD_FROM_FORECAST_FLOAT', s -> '$.settlement.relative_std_percent')))
FROM (SELECT *, scenario_json AS s FROM runs);
