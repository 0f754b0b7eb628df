-- The results of one run. Read README.md in this folder for every column.
-- Amounts in tables are integers: _uwh micro-watt-hours (1 kWh = 10^9), _uct micro-cents (1 ct = 10^6,
-- 1 EUR = 10^8; of a rate: per kWh), _ppb parts per billion. Views ending in _view say the same in kWh,
-- ct/kWh and EUR and with names for numbers. Areas, assets and agents are numbered from 0.

CREATE TABLE runs (
    run INTEGER PRIMARY KEY,
    status TEXT NOT NULL,
    scenario TEXT NOT NULL,
    scenario_file TEXT NOT NULL,
    scenario_hash TEXT NOT NULL,
    scenario_json TEXT NOT NULL,
    seed TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    slot_count INTEGER NOT NULL,
    slots_done INTEGER,
    slot_s INTEGER NOT NULL,
    ticks_per_slot INTEGER NOT NULL,
    market_rule TEXT NOT NULL,
    fee_kind TEXT NOT NULL,
    compat TEXT NOT NULL,
    engine_version TEXT NOT NULL,
    sqlite_version TEXT NOT NULL,
    lua_version TEXT NOT NULL,
    keeps_trades INTEGER NOT NULL,
    keeps_orders INTEGER NOT NULL,
    keeps_assets INTEGER NOT NULL,
    community INTEGER NOT NULL,
    digest TEXT,
    trade_count INTEGER,
    order_count INTEGER
) STRICT;

CREATE TABLE agents (
    agent INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    script TEXT NOT NULL,
    hash TEXT NOT NULL,
    source TEXT NOT NULL
) STRICT;

CREATE TABLE conduct (
    agent INTEGER PRIMARY KEY REFERENCES agents,
    faults INTEGER NOT NULL,
    refused INTEGER NOT NULL,
    units_most INTEGER,
    breaches INTEGER NOT NULL
) STRICT;

CREATE TABLE refusals (
    agent INTEGER NOT NULL REFERENCES agents,
    status INTEGER NOT NULL REFERENCES statuses,
    commands INTEGER NOT NULL,
    PRIMARY KEY (agent, status)
) STRICT, WITHOUT ROWID;

CREATE TABLE refused_commands (
    agent INTEGER NOT NULL REFERENCES agents,
    nth INTEGER NOT NULL,
    slot INTEGER,
    tick INTEGER,
    command INTEGER NOT NULL REFERENCES commands,
    asset INTEGER,
    area INTEGER,
    energy_uwh INTEGER NOT NULL,
    amount INTEGER NOT NULL,
    status INTEGER NOT NULL REFERENCES statuses,
    asked INTEGER NOT NULL,
    allowed INTEGER NOT NULL,
    PRIMARY KEY (agent, nth)
) STRICT, WITHOUT ROWID;

CREATE TABLE areas (
    area INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    path TEXT NOT NULL,
    parent INTEGER REFERENCES areas,
    depth INTEGER NOT NULL,
    member INTEGER NOT NULL,
    fee_uct INTEGER NOT NULL,
    fee_ppb INTEGER NOT NULL,
    offer_age INTEGER NOT NULL,
    bid_age INTEGER NOT NULL,
    import_baseline_uwh INTEGER,
    export_baseline_uwh INTEGER,
    import_capacity_uwh INTEGER,
    export_capacity_uwh INTEGER
) STRICT;

CREATE TABLE assets (
    asset INTEGER PRIMARY KEY,
    uuid TEXT NOT NULL,
    name TEXT NOT NULL,
    area INTEGER NOT NULL REFERENCES areas,
    type TEXT NOT NULL,
    role TEXT NOT NULL,
    counted INTEGER NOT NULL,
    agent INTEGER REFERENCES agents
) STRICT;

CREATE TABLE commands (
    command INTEGER PRIMARY KEY,
    name TEXT NOT NULL
) STRICT;

CREATE TABLE statuses (
    status INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;

CREATE TABLE slots (
    slot INTEGER PRIMARY KEY,
    start_ms INTEGER NOT NULL,
    trade_count INTEGER NOT NULL,
    energy_uwh INTEGER NOT NULL,
    market_maker_uct INTEGER,
    feed_in_uct INTEGER,
    carbon_g_per_kWh REAL,
    digest TEXT NOT NULL
) STRICT;

CREATE TABLE fees (
    area INTEGER NOT NULL REFERENCES areas,
    slot INTEGER NOT NULL,
    fee_uct INTEGER NOT NULL,
    fee_ppb INTEGER NOT NULL,
    PRIMARY KEY (area, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE asset_slots (
    slot INTEGER NOT NULL,
    asset INTEGER NOT NULL REFERENCES assets,
    demand_uwh INTEGER NOT NULL,
    supply_uwh INTEGER NOT NULL,
    stored_uwh INTEGER,
    capacity_uwh INTEGER,
    measured_uwh INTEGER,
    PRIMARY KEY (slot, asset)
) STRICT, WITHOUT ROWID;

CREATE TABLE trades (
    trade INTEGER PRIMARY KEY,
    slot INTEGER NOT NULL,
    tick INTEGER NOT NULL,
    market INTEGER NOT NULL REFERENCES areas,
    seller INTEGER NOT NULL REFERENCES assets,
    buyer INTEGER NOT NULL REFERENCES assets,
    offer_id INTEGER NOT NULL,
    bid_id INTEGER NOT NULL,
    energy_uwh INTEGER NOT NULL,
    rate_uct INTEGER NOT NULL,
    offer_rate_uct INTEGER NOT NULL,
    bid_rate_uct INTEGER NOT NULL,
    paid_uct INTEGER NOT NULL,
    earned_uct INTEGER NOT NULL,
    fees_uct INTEGER NOT NULL
) STRICT;

CREATE TABLE market_slots (
    slot INTEGER NOT NULL,
    market INTEGER NOT NULL REFERENCES areas,
    trade_count INTEGER NOT NULL,
    energy_uwh INTEGER NOT NULL,
    min_rate_uct INTEGER NOT NULL,
    avg_rate_uct INTEGER NOT NULL,
    median_rate_uct INTEGER NOT NULL,
    max_rate_uct INTEGER NOT NULL,
    volume_uct INTEGER NOT NULL,
    fee_revenue_uct INTEGER NOT NULL,
    import_uwh INTEGER NOT NULL,
    export_uwh INTEGER NOT NULL,
    fee_uct INTEGER NOT NULL,
    fee_ppb INTEGER NOT NULL
) STRICT;

CREATE TABLE clearings (
    slot INTEGER NOT NULL,
    tick INTEGER NOT NULL,
    market INTEGER NOT NULL REFERENCES areas,
    rate_uct INTEGER NOT NULL,
    energy_uwh INTEGER NOT NULL
) STRICT;

CREATE TABLE orders (
    seq INTEGER PRIMARY KEY,
    slot INTEGER NOT NULL,
    tick INTEGER NOT NULL,
    desk INTEGER NOT NULL,
    asset INTEGER NOT NULL REFERENCES assets,
    command INTEGER NOT NULL REFERENCES commands,
    replace INTEGER NOT NULL,
    order_id INTEGER NOT NULL,
    energy_uwh INTEGER NOT NULL,
    rate_uct INTEGER NOT NULL,
    status INTEGER NOT NULL REFERENCES statuses,
    allowed_uwh INTEGER,
    withdrawn INTEGER NOT NULL,
    version INTEGER NOT NULL,
    time_slot INTEGER
) STRICT;

CREATE TABLE bills (
    market INTEGER NOT NULL REFERENCES areas,
    kind TEXT NOT NULL,
    party INTEGER NOT NULL,
    bought_uwh INTEGER NOT NULL,
    sold_uwh INTEGER NOT NULL,
    spent_uct INTEGER NOT NULL,
    earned_uct INTEGER NOT NULL,
    market_fee_uct INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
    asset INTEGER PRIMARY KEY REFERENCES assets,
    bought_uwh INTEGER NOT NULL,
    sold_uwh INTEGER NOT NULL,
    spent_uct INTEGER NOT NULL,
    earned_uct INTEGER NOT NULL,
    market_fee_uct INTEGER NOT NULL,
    fees_path_uct INTEGER NOT NULL,
    demand_uwh INTEGER NOT NULL,
    supply_uwh INTEGER NOT NULL,
    unserved_uwh INTEGER NOT NULL,
    unsold_uwh INTEGER NOT NULL
) STRICT;

CREATE TABLE origins (
    asset INTEGER NOT NULL REFERENCES assets,
    origin TEXT NOT NULL,
    stored_uwh INTEGER NOT NULL,
    bought_uwh INTEGER NOT NULL,
    sold_uwh INTEGER NOT NULL
) STRICT;

CREATE TABLE kpis (
    area INTEGER PRIMARY KEY REFERENCES areas,
    produced_uwh INTEGER NOT NULL,
    consumed_own_uwh INTEGER NOT NULL,
    demanded_uwh INTEGER NOT NULL,
    buffer_uwh INTEGER NOT NULL,
    self_sufficiency REAL,
    self_consumption REAL,
    fees_uct INTEGER NOT NULL,
    rounding_uct INTEGER NOT NULL
) STRICT;

CREATE TABLE community (
    area INTEGER PRIMARY KEY REFERENCES areas,
    produced_uwh INTEGER NOT NULL,
    consumed_own_uwh INTEGER NOT NULL,
    demanded_uwh INTEGER NOT NULL,
    self_sufficiency REAL,
    self_consumption REAL,
    peak_import_uwh INTEGER NOT NULL,
    peak_import_ms INTEGER
) STRICT;

CREATE TABLE members (
    area INTEGER PRIMARY KEY REFERENCES areas,
    strategy TEXT NOT NULL,
    bought_uwh INTEGER NOT NULL,
    sold_uwh INTEGER NOT NULL,
    unserved_uwh INTEGER NOT NULL,
    bill_uct INTEGER NOT NULL,
    unserved_uct INTEGER NOT NULL,
    base_bill_uct INTEGER NOT NULL,
    settlement_uct INTEGER NOT NULL,
    imbalance_uct INTEGER NOT NULL
) STRICT;

CREATE TABLE settlement_trades (
    trade INTEGER PRIMARY KEY,
    slot INTEGER NOT NULL,
    tick INTEGER NOT NULL,
    market INTEGER NOT NULL REFERENCES areas,
    seller INTEGER NOT NULL REFERENCES assets,
    buyer INTEGER NOT NULL REFERENCES assets,
    offer_id INTEGER NOT NULL,
    bid_id INTEGER NOT NULL,
    energy_uwh INTEGER NOT NULL,
    rate_uct INTEGER NOT NULL,
    offer_rate_uct INTEGER NOT NULL,
    bid_rate_uct INTEGER NOT NULL,
    paid_uct INTEGER NOT NULL,
    earned_uct INTEGER NOT NULL,
    fees_uct INTEGER NOT NULL
) STRICT;

CREATE TABLE settlement_slots (
    slot INTEGER NOT NULL,
    market INTEGER NOT NULL REFERENCES areas,
    trade_count INTEGER NOT NULL,
    energy_uwh INTEGER NOT NULL,
    min_rate_uct INTEGER NOT NULL,
    avg_rate_uct INTEGER NOT NULL,
    median_rate_uct INTEGER NOT NULL,
    max_rate_uct INTEGER NOT NULL,
    volume_uct INTEGER NOT NULL,
    fee_revenue_uct INTEGER NOT NULL,
    import_uwh INTEGER NOT NULL,
    export_uwh INTEGER NOT NULL,
    fee_uct INTEGER NOT NULL,
    fee_ppb INTEGER NOT NULL
) STRICT;

CREATE TABLE deviations (
    slot INTEGER NOT NULL,
    asset INTEGER NOT NULL REFERENCES assets,
    planned_uwh INTEGER NOT NULL,
    measured_uwh INTEGER NOT NULL,
    deviation_uwh INTEGER NOT NULL,
    bought_uwh INTEGER NOT NULL,
    sold_uwh INTEGER NOT NULL
) STRICT;

CREATE TABLE settlement_bills (
    market INTEGER NOT NULL REFERENCES areas,
    kind TEXT NOT NULL,
    party INTEGER NOT NULL,
    bought_uwh INTEGER NOT NULL,
    sold_uwh INTEGER NOT NULL,
    spent_uct INTEGER NOT NULL,
    earned_uct INTEGER NOT NULL,
    market_fee_uct INTEGER NOT NULL
) STRICT;

CREATE TABLE gridpools (
    gridpool INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    agent TEXT NOT NULL
) STRICT;

CREATE TABLE intraday_orders (
    intraday_order INTEGER PRIMARY KEY,
    gridpool INTEGER NOT NULL REFERENCES gridpools,
    area TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    type TEXT NOT NULL,
    side TEXT NOT NULL,
    execution TEXT NOT NULL,
    price_milli INTEGER NOT NULL,
    quantity_kW INTEGER NOT NULL,
    filled_kW INTEGER NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    actor TEXT NOT NULL,
    created_ms INTEGER NOT NULL,
    modified_ms INTEGER NOT NULL,
    tag TEXT
) STRICT;

CREATE TABLE intraday_trades (
    intraday_trade INTEGER NOT NULL,
    side TEXT NOT NULL,
    intraday_order INTEGER NOT NULL,
    gridpool INTEGER NOT NULL REFERENCES gridpools,
    area TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    time_ms INTEGER NOT NULL,
    price_milli INTEGER NOT NULL,
    quantity_kW INTEGER NOT NULL,
    energy_uwh INTEGER NOT NULL,
    amount_uct INTEGER NOT NULL,
    PRIMARY KEY (intraday_trade, side)
) STRICT, WITHOUT ROWID;

CREATE TABLE intraday_balances (
    slot INTEGER NOT NULL,
    gridpool INTEGER NOT NULL REFERENCES gridpools,
    area TEXT NOT NULL,
    sold_uwh INTEGER NOT NULL,
    measured_uwh INTEGER NOT NULL,
    imbalance_uwh INTEGER NOT NULL,
    rate_uct INTEGER NOT NULL,
    amount_uct INTEGER NOT NULL,
    PRIMARY KEY (slot, gridpool, area)
) STRICT, WITHOUT ROWID;

CREATE TABLE coordination_resources (
    resource INTEGER PRIMARY KEY,
    asset INTEGER NOT NULL REFERENCES assets,
    aggregator TEXT NOT NULL,
    home TEXT NOT NULL,
    type TEXT NOT NULL
) STRICT;

CREATE TABLE coordination_slots (
    slot INTEGER NOT NULL,
    resource INTEGER NOT NULL REFERENCES coordination_resources,
    used_uwh INTEGER NOT NULL,
    curve INTEGER,
    delta_uct INTEGER,
    power_limit INTEGER,
    limit_mW INTEGER,
    PRIMARY KEY (slot, resource)
) STRICT, WITHOUT ROWID;

CREATE TABLE coordination_events (
    coordination_event INTEGER PRIMARY KEY,
    program TEXT NOT NULL,
    kind TEXT NOT NULL,
    created_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE coordination_points (
    coordination_event INTEGER NOT NULL REFERENCES coordination_events,
    start_ms INTEGER NOT NULL,
    delta_uct INTEGER,
    limit_mW INTEGER,
    PRIMARY KEY (coordination_event, start_ms)
) STRICT, WITHOUT ROWID;

CREATE TABLE coordination_targets (
    coordination_event INTEGER NOT NULL REFERENCES coordination_events,
    resource INTEGER NOT NULL REFERENCES coordination_resources,
    answer TEXT,
    answered_ms INTEGER,
    PRIMARY KEY (coordination_event, resource)
) STRICT, WITHOUT ROWID;

CREATE TABLE coordination_reports (
    report INTEGER NOT NULL,
    slot INTEGER NOT NULL,
    coordination_event INTEGER REFERENCES coordination_events,
    resource INTEGER NOT NULL REFERENCES coordination_resources,
    time_ms INTEGER NOT NULL,
    reported_uwh INTEGER NOT NULL,
    measured_uwh INTEGER,
    PRIMARY KEY (report, slot)
) STRICT, WITHOUT ROWID;

CREATE TABLE coordination_earnings (
    aggregator TEXT NOT NULL,
    home TEXT NOT NULL,
    month TEXT NOT NULL,
    rule TEXT NOT NULL,
    amount_uct INTEGER NOT NULL,
    PRIMARY KEY (aggregator, home, month, rule)
) STRICT, WITHOUT ROWID;

CREATE TABLE microgrid_components (
    slot INTEGER NOT NULL,
    microgrid INTEGER NOT NULL,
    component INTEGER NOT NULL,
    consumed_Wh REAL NOT NULL,
    delivered_Wh REAL NOT NULL,
    mean_W REAL,
    min_W REAL,
    max_W REAL,
    soc_percent REAL,
    samples INTEGER NOT NULL,
    bad_samples INTEGER NOT NULL,
    PRIMARY KEY (slot, microgrid, component)
) STRICT, WITHOUT ROWID;

CREATE TABLE microgrid_assets (
    slot INTEGER NOT NULL,
    asset INTEGER NOT NULL,
    planned_uwh INTEGER NOT NULL,
    traded_uwh INTEGER NOT NULL,
    measured_uwh INTEGER NOT NULL,
    deviation_uwh INTEGER NOT NULL,
    rate_uct INTEGER NOT NULL,
    cost_uct INTEGER NOT NULL,
    PRIMARY KEY (slot, asset)
) STRICT, WITHOUT ROWID;

CREATE TABLE microgrid_commands (
    seq INTEGER PRIMARY KEY,
    time_ms INTEGER NOT NULL,
    microgrid INTEGER NOT NULL,
    component INTEGER NOT NULL,
    who TEXT NOT NULL,
    command TEXT NOT NULL,
    answer TEXT NOT NULL,
    until_ms INTEGER
) STRICT;

CREATE TABLE events (
    seq INTEGER PRIMARY KEY,
    slot INTEGER NOT NULL,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    node INTEGER NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    slot INTEGER NOT NULL,
    tick INTEGER NOT NULL,
    who TEXT NOT NULL,
    message TEXT NOT NULL,
    version INTEGER
) STRICT;

CREATE TABLE versions (
    seq INTEGER PRIMARY KEY,
    agent INTEGER NOT NULL REFERENCES agents,
    version INTEGER NOT NULL,
    hash TEXT NOT NULL,
    script TEXT NOT NULL,
    slot INTEGER NOT NULL,
    tick INTEGER NOT NULL,
    cause TEXT NOT NULL,
    detail TEXT NOT NULL
) STRICT;

CREATE TABLE sources (
    hash TEXT NOT NULL,
    place INTEGER NOT NULL,
    module TEXT NOT NULL,
    path TEXT NOT NULL,
    source TEXT NOT NULL,
    PRIMARY KEY (hash, place)
) STRICT, WITHOUT ROWID;
