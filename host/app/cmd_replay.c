/* host/app/cmd_replay.c — `lunagrid replay`: what happened in a past run, tick by tick */
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "app/intraday.h"
#include "app/microgrids.h"
#include "app/again.h"
#include "app/clients.h"
#include "app/cmd.h"
#include "app/outside.h"
#include "app/plain.h"
#include "app/words.h"
#include "base/clock.h"
#include "store/past.h"

static const lg_flag flags[] = {
    {
        .name = "from",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, from),
        .value = "SLOT|TIME",
        .help = "the first slot shown: its number, from 0, or a time in it\n"
                "(2024-06-03T10:00; 10:00 of the first day); the first when absent",
    },
    {
        .name = "to",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, to),
        .value = "SLOT|TIME",
        .help = "the first slot that is not shown any more; all when absent",
    },
    {
        .name = "agent",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, seat),
        .value = "SEAT",
        .help = "only what concerns the agent of that name: its trades, orders,\n"
                "messages and scripts",
    },
    {
        .name = "csv",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, csv),
        .help = "as CSV, a line an event, with a header",
    },
    {
        .name = "json",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, json),
        .help = "as JSON, an object a line",
    },
};

/* One thing that happened; texts are borrowed. */
typedef struct happening {
    uint32_t slot;
    int64_t tick; /* -1: when the slot opened */
    const char *kind, *who, *with, *market, *text;
    bool has_energy;
    int64_t energy_uwh, rate_uct;
} happening;

typedef struct replaying {
    lg_mem *mem;
    const lg_args *args;
    lg_again again;
    lg_past *past;
    lg_text out;
    uint32_t from, to;
    uint32_t shown_slot; /* whose heading is printed; LG_NONE: none yet */
    uint32_t act_at;
} replaying;

/* ?1 and ?2: the window; ?3: the agent, or -1. Columns as in struct happening. */
static const char sql[] =
    "WITH w AS (SELECT ?1 AS a, ?2 AS b, ?3 AS g) "
    "SELECT * FROM ("
    "SELECT e.slot AS slot, -1 AS tick, 0 AS rank, e.seq AS seq, 'event' AS kind,"
    " CASE e.target WHEN 'area' THEN (SELECT name FROM areas WHERE area = node)"
    " WHEN 'asset' THEN (SELECT name FROM assets WHERE asset = node)"
    " ELSE (SELECT name FROM agents WHERE agent = node LIMIT 1) END AS who, '' AS with_, '' AS "
    "market,"
    " e.kind || ' ' || e.detail AS text, NULL AS energy, NULL AS rate "
    "FROM events e, w WHERE e.slot >= a AND e.slot < b AND g < 0 "
    "UNION ALL SELECT o.slot, o.tick, 1, o.seq, 'order', x.name, '', '',"
    " c.name || ': ' || s.name, o.energy_uwh, o.rate_uct "
    "FROM orders o JOIN assets x USING (asset) JOIN commands c USING (command) "
    "JOIN statuses s ON s.status = o.status, w "
    "WHERE o.slot >= a AND o.slot < b AND (g < 0 OR o.desk = g) "
    "UNION ALL SELECT t.slot, t.tick, 2, t.trade, 'trade', p.name, q.name, m.name,"
    " CAST(t.trade AS TEXT), t.energy_uwh, t.rate_uct "
    "FROM trades t JOIN assets p ON p.asset = t.seller JOIN assets q ON q.asset = t.buyer "
    "JOIN areas m ON m.area = t.market, w "
    "WHERE t.slot >= a AND t.slot < b AND (g < 0 OR p.agent = g OR q.agent = g) "
    "UNION ALL SELECT l.slot, l.tick, 3, l.seq, 'log', l.who, '', '', l.message, NULL, NULL "
    "FROM log l, w WHERE l.slot >= a AND l.slot < b AND "
    "(g < 0 OR l.who = (SELECT name FROM agents WHERE agent = g LIMIT 1)) "
    "UNION ALL SELECT z.slot, 1000000, 4, 0, 'slot', '', '', '',"
    " z.trade_count || ' trades, digest ' || z.digest, z.energy_uwh, NULL "
    "FROM slots z, w WHERE z.slot >= a AND z.slot < b AND g < 0"
    ") ORDER BY slot, tick, rank, seq";

static void put_fixed(lg_text *out, int64_t value, int decimals)
{
    lg_text_fixed(out, value, decimals);
}

/* ---- in words ---- */

static void put_words(replaying *r, const happening *h)
{
    lg_text *out = &r->out;
    bool slot_end = strcmp(h->kind, "slot") == 0;
    if (r->shown_slot != h->slot) {
        lg_text_str(out, r->shown_slot == LG_NONE ? "" : "\n");
        lg_again_place(&r->again, h->slot, LG_NONE, out);
        lg_text_char(out, '\n');
        r->shown_slot = h->slot;
    }
    if (slot_end)
        lg_text_str(out, "  end      ");
    else if (h->tick < 0)
        lg_text_str(out, "  opens    ");
    else
        lg_text_format(out, "  tick %-3lld ", (long long)h->tick);
    if (strcmp(h->kind, "trade") == 0) {
        lg_text_format(out, "trade %s: %s sells ", h->text, h->who);
        put_fixed(out, h->energy_uwh, 9);
        lg_text_format(out, " kWh to %s at ", h->with);
        put_fixed(out, h->rate_uct, 6);
        lg_text_format(out, " ct/kWh in %s\n", h->market);
        return;
    }
    if (!slot_end)
        lg_text_format(out, "%s, ", h->kind);
    lg_text_format(out, "%s%s%s", h->who, *h->who ? ": " : "", h->text);
    if (h->has_energy) {
        lg_text_str(out, ", ");
        put_fixed(out, h->energy_uwh, 9);
        lg_text_str(out, " kWh");
    }
    if (h->has_energy && !slot_end) {
        lg_text_str(out, " at ");
        put_fixed(out, h->rate_uct, 6);
        lg_text_str(out, " ct/kWh");
    }
    if (!out->length || out->data[out->length - 1] != '\n')
        lg_text_char(out, '\n');
}

/* ---- as data ---- */

static void time_of(const replaying *r, uint32_t slot, char time[32])
{
    const lg_journal_words *header = &r->again.past.header;
    lg_clock_format(lg_words_int(header, "start_ms") + slot * lg_words_int(header, "slot_s") * 1000,
                    time);
}

static void put_csv(replaying *r, const happening *h)
{
    const char *const texts[] = {h->kind, h->who, h->with, h->market};
    char time[32];
    lg_text *out = &r->out;
    time_of(r, h->slot, time);
    lg_text_format(out, "%u,%s,", h->slot, time);
    if (h->tick >= 0 && strcmp(h->kind, "slot") != 0)
        lg_text_int(out, h->tick);
    for (int i = 0; i < 4; i++) {
        lg_text_char(out, ',');
        lg_text_csv(out, texts[i]);
    }
    lg_text_char(out, ',');
    if (h->has_energy)
        put_fixed(out, h->energy_uwh, 9);
    lg_text_char(out, ',');
    if (h->has_energy && strcmp(h->kind, "slot") != 0)
        put_fixed(out, h->rate_uct, 6);
    lg_text_char(out, ',');
    lg_text_csv(out, h->text);
    lg_text_char(out, '\n');
}

static void put_json(replaying *r, const happening *h)
{
    const char *const keys[] = {"who", "with", "market", "text"};
    const char *const texts[] = {h->who, h->with, h->market, h->text};
    char time[32];
    lg_text *out = &r->out;
    time_of(r, h->slot, time);
    lg_text_format(out, "{\"slot\": %u, \"slot_start\": \"%s\", ", h->slot, time);
    if (h->tick >= 0 && strcmp(h->kind, "slot") != 0)
        lg_text_format(out, "\"tick\": %lld, ", (long long)h->tick);
    lg_text_format(out, "\"kind\": \"%s\"", h->kind);
    for (int i = 0; i < 4; i++)
        if (*texts[i]) {
            lg_text_format(out, ", \"%s\": ", keys[i]);
            lg_text_json(out, texts[i]);
        }
    if (h->has_energy) {
        lg_text_str(out, ", \"energy_kWh\": ");
        put_fixed(out, h->energy_uwh, 9);
    }
    if (h->has_energy && strcmp(h->kind, "slot") != 0) {
        lg_text_str(out, ", \"rate_ct_per_kWh\": ");
        put_fixed(out, h->rate_uct, 6);
    }
    lg_text_str(out, "}\n");
}

static lg_status put(replaying *r, const happening *h, lg_err *err)
{
    if (r->args->csv)
        put_csv(r, h);
    else if (r->args->json)
        put_json(r, h);
    else
        put_words(r, h);
    if (r->out.failed)
        return lg_fail(err, LG_MEMORY, "out of memory");
    if (r->args->csv || r->args->json)
        fputs(lg_text_peek(&r->out), stdout);
    else
        lg_plain_put(lg_text_peek(&r->out), stdout);
    lg_text_clear(&r->out);
    return ferror(stdout) ? lg_fail(err, LG_IO, "the replay could not be printed") : LG_OK;
}

/* ---- acts from outside lie in the journal ---- */

static int64_t asked_agent(replaying *r)
{
    lg_past_rows rows;
    int64_t found = -1;
    lg_past_ask(r->past, &rows, "SELECT agent, name FROM agents ORDER BY agent", NULL, 0);
    while (lg_past_next(&rows))
        if (found < 0 && strcmp(lg_past_text(&rows, 1), r->args->seat) == 0)
            found = lg_past_int(&rows, 0);
    return found;
}

/* The name of area or agent @p node, in @p out. */
static void put_name(replaying *r, const char *question, uint32_t node, lg_text *out)
{
    lg_past_rows rows;
    const int64_t value = node;
    lg_past_ask(r->past, &rows, question, &value, 1);
    if (lg_past_next(&rows))
        lg_text_str(out, lg_past_text(&rows, 0));
    lg_past_drop(&rows);
}

static void describe(replaying *r, const lg_outside *act, lg_text *who, lg_text *text)
{
    static const char area[] = "SELECT name FROM areas WHERE area = ?1";
    static const char agent[] = "SELECT name FROM agents WHERE agent = ?1 LIMIT 1";
    static const char asset[] = "SELECT name FROM assets WHERE asset = ?1";
    lg_claim_kind kind = LG_CLAIM_AREA;
    uint32_t index;
    switch (act->kind) {
    case LG_OUTSIDE_FEE:
        put_name(r, area, act->node, who);
        lg_text_str(text, "grid fee ");
        lg_text_fixed(text, act->number, 6);
        lg_text_str(text, " from the next slot on (ct/kWh, or percent as the scenario has it)");
        return;
    case LG_OUTSIDE_SCRIPT:
        put_name(r, agent, act->node, who);
        lg_text_format(text, "script %s, %.12s...",
                       act->script ? lg_bundle_at(act->script, 0)->path : "",
                       act->script ? lg_bundle_hash(act->script) : "");
        if (act->number)
            lg_text_format(text, ", back to v%lld", (long long)act->number);
        return;
    case LG_OUTSIDE_STOP:
        put_name(r, agent, act->node, who);
        lg_text_str(text, "the script is given up");
        return;
    case LG_OUTSIDE_LEAVE:
        put_name(r, agent, act->node, who);
        lg_text_str(text, "its owner leaves: template strategies from the next slot on");
        return;
    case LG_OUTSIDE_STEP:
        lg_text_format(text, "microgrids have gone on to %lld ms", (long long)act->number);
        return;
    case LG_OUTSIDE_MICROGRID:
        lg_microgrids_describe(lg_mem_system(), act, text);
        return;
    case LG_OUTSIDE_TRADING:
        lg_intraday_describe(lg_mem_system(), act, text);
        return;
    case LG_OUTSIDE_END:
        lg_text_str(text, "the run is ended");
        return;
    case LG_OUTSIDE_CLIENT:
    case LG_OUTSIDE_CLAIM:
    case LG_OUTSIDE_BATCH:
        lg_clients_describe(act, text, &kind, &index);
        if (index != LG_NONE)
            put_name(r, kind == LG_CLAIM_AREA ? area : asset, index, who);
        return;
    }
    lg_text_format(text, "act of kind %d", (int)act->kind);
}

static lg_status put_act(replaying *r, const lg_journal_act *row, int64_t agent, lg_err *err)
{
    lg_outside act;
    lg_text who, text;
    lg_status status = lg_outside_unpack(r->mem, row->bytes, row->size, &act);
    if (status == LG_MEMORY)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_text_init(&who, r->mem);
    lg_text_init(&text, r->mem);
    if (status == LG_OK)
        describe(r, &act, &who, &text);
    else
        lg_text_str(&text, "an act that this version does not know");
    const happening h = {
        .slot = row->slot,
        .tick = row->tick,
        .kind = "outside",
        .who = lg_text_peek(&who),
        .with = "",
        .market = "",
        .text = lg_text_peek(&text),
    };
    bool concerns = agent < 0 || ((act.kind == LG_OUTSIDE_SCRIPT || act.kind == LG_OUTSIDE_STOP) &&
                                  act.node == (uint32_t)agent);
    status = concerns ? put(r, &h, err) : LG_OK;
    lg_bundle_unref(act.script);
    lg_text_fini(&text);
    lg_text_fini(&who);
    return status;
}

/* Puts the acts that came before @p slot and @p tick were done. */
static lg_status put_acts(replaying *r, uint32_t slot, int64_t tick, int64_t agent, lg_err *err)
{
    const lg_journal_past *past = &r->again.past;
    lg_status status = LG_OK;
    for (; r->act_at < past->act_count && status == LG_OK; r->act_at++) {
        const lg_journal_act *act = &past->acts[r->act_at];
        if (act->slot > slot || (act->slot == slot && act->tick > tick) || act->slot >= r->to)
            break;
        if (act->slot >= r->from)
            status = put_act(r, act, agent, err);
    }
    return status;
}

/* ---- everything ---- */

static lg_status put_all(replaying *r, lg_err *err)
{
    int64_t agent = r->args->seat ? asked_agent(r) : -1;
    lg_status status = lg_past_status(r->past, err);
    if (status == LG_OK && r->args->seat && agent < 0)
        return lg_fail(err, LG_UNKNOWN, "the run has no agent called \"%.80s\"", r->args->seat);
    const int64_t values[] = {r->from, r->to, agent};
    lg_past_rows rows;
    if (status == LG_OK && r->args->csv)
        puts("slot,slot_start,tick,kind,who,with,market,energy_kWh,rate_ct_per_kWh,text");
    lg_past_ask(r->past, &rows, sql, values, 3);
    while (status == LG_OK && lg_past_next(&rows)) {
        const happening h = {
            .slot = (uint32_t)lg_past_int(&rows, 0),
            .tick = lg_past_int(&rows, 1),
            .kind = lg_past_text(&rows, 4),
            .who = lg_past_text(&rows, 5),
            .with = lg_past_text(&rows, 6),
            .market = lg_past_text(&rows, 7),
            .text = lg_past_text(&rows, 8),
            .has_energy = !lg_past_is_null(&rows, 9),
            .energy_uwh = lg_past_int(&rows, 9),
            .rate_uct = lg_past_int(&rows, 10),
        };
        status = put_acts(r, h.slot, h.tick, agent, err);
        if (status == LG_OK)
            status = put(r, &h, err);
    }
    lg_past_drop(&rows);
    if (status == LG_OK)
        status = put_acts(r, r->to, 0, agent, err);
    return status == LG_OK ? lg_past_status(r->past, err) : status;
}

static lg_status open_window(replaying *r, lg_err *err)
{
    r->to = LG_NONE - 1;
    lg_status status = LG_OK;
    if (r->args->from)
        status = lg_again_slot(&r->again, r->args->from, &r->from, err);
    if (status == LG_OK && r->args->to)
        status = lg_again_slot(&r->again, r->args->to, &r->to, err);
    return status;
}

static int replay(lg_mem *mem, const lg_args *args)
{
    replaying r = {.mem = mem, .args = args, .shown_slot = LG_NONE};
    lg_err err = {.status = LG_OK};
    lg_text_init(&r.out, mem);
    if (args->csv && args->json) {
        fputs("lunagrid: --csv and --json are two forms; give one of them\n", stderr);
        return LG_EXIT_USAGE;
    }
    lg_status status = lg_again_open(mem, args->operands[0], &r.again, &err);
    int code = LG_EXIT_FAILED;
    if (status == LG_OK) {
        status = open_window(&r, &err);
        code = LG_EXIT_USAGE;
    }
    if (status == LG_OK) {
        status = lg_past_open(mem, r.again.folder, &err, &r.past);
        if (status == LG_OK)
            status = put_all(&r, &err);
        code = lg_cmd_exit_of(status);
    }
    lg_plain_complain(err.text);
    lg_past_close(r.past);
    lg_text_fini(&r.out);
    lg_again_close(&r.again);
    return code;
}

const lg_cmd lg_cmd_replay = {
    .name = "replay",
    .synopsis = "RUN [options]",
    .summary = "tell what happened in a past run, tick by tick",
    .text =
        "RUN is the folder of a run's results. Told are, in the order they happened: scheduled\n"
        "events, what came from outside (fees, scripts, an end), orders where they are kept\n"
        "(results = { orders = true }), trades, what scripts and devices said, and the sum and\n"
        "digest of each slot. It is read from the results; `verify` says whether they are what\n"
        "comes out of the run.\n"
        "\n"
        "  lunagrid run examples/street\n"
        "  lunagrid replay runs/street --from 17:00 --to 18:00\n"
        "  lunagrid replay runs/street --agent \"Home 1\" --csv > home1.csv\n"
        "  lunagrid replay runs/street --json | jq 'select(.kind == \"trade\").energy_kWh'\n"
        "\n"
        "Exits with 0, 2 for a wrong command line, 1 when the run cannot be read.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a run: the folder of its results",
    .run = replay,
};
