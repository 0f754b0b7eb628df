/* One run, read from its file. The scenario's JSON becomes a list of paths and values: a node of a
 * list that has a name is called by it, as --set does, so that a home more or less does not shift
 * all that follow. */
#include "app/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *kept(lg_compare_side *side, const char *text, bool *exhausted)
{
    const char *copy = lg_arena_text(&side->arena, text, strlen(text));
    *exhausted = *exhausted || !copy;
    return copy ? copy : "";
}

static void read_run(lg_past *past, lg_compare_side *side, bool *exhausted)
{
    lg_past_rows rows;
    side->file = kept(side, lg_past_file(past), exhausted);
    lg_past_ask(past, &rows,
                "SELECT scenario, status, coalesce(digest, ''), start_ms, slot_s, slot_count, "
                "(SELECT count(*) FROM slots), (SELECT sum(trade_count) FROM slots), "
                "(SELECT sum(energy_uwh) FROM slots), "
                "(SELECT sum(fee_revenue_uct) FROM market_slots) FROM runs",
                NULL, 0);
    if (lg_past_next(&rows)) {
        side->scenario = kept(side, lg_past_text(&rows, 0), exhausted);
        side->status = kept(side, lg_past_text(&rows, 1), exhausted);
        side->digest = kept(side, lg_past_text(&rows, 2), exhausted);
        side->start_ms = lg_past_int(&rows, 3);
        side->slot_s = lg_past_int(&rows, 4);
        side->slot_count = lg_past_int(&rows, 5);
        side->slots_done = lg_past_int(&rows, 6);
        side->trade_count = lg_past_int(&rows, 7);
        side->energy_uwh = lg_past_int(&rows, 8);
        side->fees_uct = lg_past_int(&rows, 9);
    }
    lg_past_drop(&rows);
}

static void read_community(lg_past *past, lg_compare_side *side, bool *exhausted)
{
    lg_past_rows rows;
    lg_past_ask(past, &rows,
                "SELECT a.name, self_sufficiency, self_consumption, peak_import_uwh, "
                "peak_import_ms FROM community JOIN areas a USING (area)",
                NULL, 0);
    if (lg_past_next(&rows)) {
        side->community = kept(side, lg_past_text(&rows, 0), exhausted);
        side->self_sufficiency = lg_past_real(&rows, 1);
        side->self_consumption = lg_past_real(&rows, 2);
        side->peak_import_uwh = lg_past_int(&rows, 3);
        side->peak_import_ms = lg_past_int(&rows, 4);
    }
    lg_past_drop(&rows);
}

static uint32_t count_of(lg_past *past, const char *sql)
{
    lg_past_rows rows;
    lg_past_ask(past, &rows, sql, NULL, 0);
    int64_t count = lg_past_next(&rows) ? lg_past_int(&rows, 0) : 0;
    lg_past_drop(&rows);
    return (uint32_t)count;
}

static void read_members(lg_past *past, lg_compare_side *side, bool *exhausted)
{
    lg_past_rows rows;
    uint32_t count = count_of(past, "SELECT count(*) FROM members");
    side->members = lg_arena_alloc(&side->arena, (count + 1) * sizeof *side->members);
    if (!side->members) {
        *exhausted = true;
        return;
    }
    lg_past_ask(past, &rows,
                "SELECT a.name, bought_uwh, sold_uwh, unserved_uwh, bill_uct, base_bill_uct "
                "FROM members JOIN areas a USING (area) ORDER BY area",
                NULL, 0);
    while (side->member_count < count && lg_past_next(&rows)) {
        lg_compare_member *m = &side->members[side->member_count++];
        *m = (lg_compare_member){
            .name = kept(side, lg_past_text(&rows, 0), exhausted),
            .bought_uwh = lg_past_int(&rows, 1),
            .sold_uwh = lg_past_int(&rows, 2),
            .unserved_uwh = lg_past_int(&rows, 3),
            .bill_uct = lg_past_int(&rows, 4),
            .base_bill_uct = lg_past_int(&rows, 5),
        };
        side->all.bought_uwh += m->bought_uwh;
        side->all.sold_uwh += m->sold_uwh;
        side->all.unserved_uwh += m->unserved_uwh;
        side->all.bill_uct += m->bill_uct;
        side->all.base_bill_uct += m->base_bill_uct;
    }
    lg_past_drop(&rows);
}

/* SQLite takes the other columns of the row that has the maximum; of equal ones the first slot. */
static void read_peak(lg_past *past, const char *sql, int64_t area, int64_t *peak, int64_t *when)
{
    lg_past_rows rows;
    lg_past_ask(past, &rows, sql, &area, 1);
    if (lg_past_next(&rows)) {
        *peak = lg_past_int(&rows, 0);
        *when = lg_past_int(&rows, 1);
    }
    lg_past_drop(&rows);
}

static void read_market(lg_past *past, int64_t area, lg_compare_market *market)
{
    lg_past_rows rows;
    lg_past_ask(past, &rows,
                "SELECT sum(energy_uwh), sum(volume_uct), sum(fee_revenue_uct), sum(import_uwh), "
                "sum(export_uwh) FROM market_slots WHERE market = ?",
                &area, 1);
    if (lg_past_next(&rows)) {
        market->energy_uwh = lg_past_int(&rows, 0);
        market->volume_uct = lg_past_int(&rows, 1);
        market->fees_uct = lg_past_int(&rows, 2);
        market->import_uwh = lg_past_int(&rows, 3);
        market->export_uwh = lg_past_int(&rows, 4);
    }
    lg_past_drop(&rows);
    read_peak(past,
              "SELECT import_uwh, start_ms FROM market_slots JOIN slots USING (slot) "
              "WHERE market = ? ORDER BY import_uwh DESC, slot LIMIT 1",
              area, &market->peak_import_uwh, &market->peak_import_ms);
    read_peak(past,
              "SELECT export_uwh, start_ms FROM market_slots JOIN slots USING (slot) "
              "WHERE market = ? ORDER BY export_uwh DESC, slot LIMIT 1",
              area, &market->peak_export_uwh, &market->peak_export_ms);
}

static void read_markets(lg_past *past, lg_compare_side *side, bool *exhausted)
{
    lg_past_rows rows;
    uint32_t count = count_of(past, "SELECT count(*) FROM areas WHERE member = 0");
    side->markets = lg_arena_alloc(&side->arena, (count + 1) * sizeof *side->markets);
    if (!side->markets) {
        *exhausted = true;
        return;
    }
    lg_past_ask(past, &rows, "SELECT area, name FROM areas WHERE member = 0 ORDER BY area", NULL,
                0);
    while (side->market_count < count && lg_past_next(&rows)) {
        lg_compare_market *market = &side->markets[side->market_count++];
        *market = (lg_compare_market){.name = kept(side, lg_past_text(&rows, 1), exhausted)};
        read_market(past, lg_past_int(&rows, 0), market);
    }
    lg_past_drop(&rows);
}

/* ---- settings ---- */

enum { NESTING_MAX = 64 };

static void add_setting(lg_mem *mem, lg_compare_side *side, const char *key, const char *value,
                        bool *exhausted)
{
    if (!LG_GROW(mem, side->settings, side->setting_capacity, side->setting_count + 1)) {
        *exhausted = true;
        return;
    }
    side->settings[side->setting_count++] = (lg_compare_setting){
        .key = kept(side, key, exhausted), .value = kept(side, value, exhausted)};
}

/* The path of a node from that of its parent: children are called by their names alone. */
static void append_step(lg_text *path, const lg_past_rows *rows, bool in_list, bool named)
{
    const char *key = lg_past_text(rows, 2);
    if (in_list && !named) {
        lg_text_format(path, "[%s]", key);
        return;
    }
    const char *step = named && in_list ? lg_past_text(rows, 4) : key;
    if (strcmp(step, "children") == 0)
        return;
    if (path->length)
        lg_text_char(path, '.');
    lg_text_str(path, step);
}

/* Nodes come from the root down, each after its parent; the stack holds the way to the last one. */
static void read_tree(lg_mem *mem, lg_past *past, lg_compare_side *side, bool *exhausted)
{
    struct {
        int64_t id;
        size_t length; /* of its path */
        bool list;
    } stack[NESTING_MAX];
    uint32_t depth = 0;
    lg_past_rows rows;
    lg_text path;
    lg_text_init(&path, mem);
    lg_past_ask(past, &rows,
                "SELECT t.id, t.parent, t.key, t.type, "
                "CASE t.type WHEN 'object' THEN json_extract(t.value, '$.name') END, "
                "CASE t.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' WHEN 'null' THEN "
                "'null' ELSE t.atom END FROM runs, json_tree(runs.scenario_json) t",
                NULL, 0);
    while (lg_past_next(&rows)) {
        const char *type = lg_past_text(&rows, 3);
        bool object = strcmp(type, "object") == 0, list = strcmp(type, "array") == 0;
        while (depth && stack[depth - 1].id != lg_past_int(&rows, 1))
            depth--;
        path.length = depth ? stack[depth - 1].length : 0;
        if (depth) {
            bool named = !lg_past_is_null(&rows, 4);
            append_step(&path, &rows, stack[depth - 1].list, named);
        }
        if (object || list) {
            if (depth == NESTING_MAX) /* a scenario is never so deep: left out */
                continue;
            stack[depth].id = lg_past_int(&rows, 0);
            stack[depth].length = path.length;
            stack[depth++].list = list;
        } else {
            lg_text_bytes(&path, "", 1);
            if (!path.failed)
                add_setting(mem, side, path.data, lg_past_text(&rows, 5), exhausted);
        }
    }
    *exhausted = *exhausted || path.failed;
    lg_text_fini(&path);
}

/* What else a run depends on: the sources of its scripts and the program. */
static void read_sources(lg_mem *mem, lg_past *past, lg_compare_side *side, bool *exhausted)
{
    lg_past_rows rows;
    lg_past_ask(past, &rows,
                "SELECT 'source of ' || script, substr(hash, 1, 12) FROM agents GROUP BY script, "
                "hash UNION ALL SELECT 'lunagrid', engine_version FROM runs",
                NULL, 0);
    while (lg_past_next(&rows)) {
        const char *key = kept(side, lg_past_text(&rows, 0), exhausted);
        add_setting(mem, side, key, lg_past_text(&rows, 1), exhausted);
    }
}

static int by_key(const void *a, const void *b)
{
    const lg_compare_setting *x = a, *y = b;
    int order = strcmp(x->key, y->key);
    return order ? order : strcmp(x->value, y->value);
}

lg_status lg_compare_read(lg_mem *mem, const char *path, lg_compare_side *side, lg_err *err)
{
    lg_past *past;
    bool exhausted = false;
    lg_status status = lg_past_open(mem, path, err, &past);
    if (status != LG_OK)
        return status;
    read_run(past, side, &exhausted);
    read_community(past, side, &exhausted);
    read_members(past, side, &exhausted);
    read_markets(past, side, &exhausted);
    exhausted = exhausted || !lg_compare_read_intraday(past, side);
    read_tree(mem, past, side, &exhausted);
    read_sources(mem, past, side, &exhausted);
    status = lg_past_status(past, err);
    lg_past_close(past);
    if (status == LG_OK && exhausted)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    if (side->setting_count)
        qsort(side->settings, side->setting_count, sizeof *side->settings, by_key);
    return status;
}

void lg_compare_settings_fini(lg_mem *mem, lg_compare_side *side)
{
    lg_mem_free(mem, side->settings, side->setting_capacity * sizeof *side->settings);
}
