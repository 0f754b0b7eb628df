/*
 * Reading a scenario, step by step: the file becomes a conf tree, the command line changes it, the
 * tables check it, the site is laid out, agents get their assets, and what came of it is kept as
 * the resolved tree whose JSON is the scenario's identity. Each step goes on as far as it can after
 * problems of the one before, so that they all come out at once.
 */
#include "scenario/scenario.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "base/clock.h"
#include "base/hash.h"
#include "scenario/gsy.h"
#include "base/input.h"
#include "scenario/profiles.h"
#include "scenario/reader.h"
#include "scenario/rules_read.h"

enum { ARENA_BLOCK = 1 << 16, FILE_BYTES_MAX = 256 << 20 };

/* With more assets a row an asset and slot is kept only when asked for. */
enum { ASSETS_KEPT = 1000 };
/* Ticks that a reloaded script must go without an error. */

char *lg__file_read(lg__reader *r, const char *path, size_t *size)
{
    const char *why;
    FILE *file = lg_input_open(path, &why);
    char *text = NULL;
    long length = -1;
    if (file && fseek(file, 0, SEEK_END) == 0)
        length = ftell(file);
    if (!file) {
        lg_diag_error(r->diag, path, 0, "", "cannot be read: %s", why);
        goto out;
    }
    if (length < 0 || length > FILE_BYTES_MAX || fseek(file, 0, SEEK_SET) != 0) {
        lg_diag_error(r->diag, path, 0, "", "cannot be read: %s",
                      length > FILE_BYTES_MAX ? "too large" : strerror(errno));
        goto out;
    }
    *size = (size_t)length;
    text = lg_mem_alloc(r->mem, *size + 1);
    if (!text) {
        lg__exhausted(r);
        goto out;
    }
    if (fread(text, 1, *size, file) != *size) {
        lg_diag_error(r->diag, path, 0, "", "cannot be read: %s", strerror(errno));
        lg_mem_free(r->mem, text, *size + 1);
        text = NULL;
        goto out;
    }
    text[*size] = 0;
out:
    if (file)
        fclose(file);
    return text;
}

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

/* The conf tree of the file; *status LG_IO when it cannot be read. */
static lg_conf *read_file(lg__reader *r, lg_status *status)
{
    const char *path = r->input->file;
    size_t size = 0;
    if (!ends_in(path, ".lua") && !ends_in(path, ".json")) {
        lg_diag_error(r->diag, path, 0, "", "expected a scenario as .lua or .json");
        return NULL;
    }
    char *text = lg__file_read(r, path, &size);
    if (!text) {
        *status = LG_IO;
        return NULL;
    }
    lg_conf *root = ends_in(path, ".lua") ? lg__conf_from_lua(r, text, size)
                                          : lg__conf_from_json(r, text, size);
    lg_mem_free(r->mem, text, size + 1);
    if (root && root->type != LG_CONF_TABLE) {
        lg__problem(r, root, NULL, NULL, "a scenario is a table with a grid");
        return NULL;
    }
    if (root && ends_in(path, ".json") && lg__gsy_looks(root))
        return lg__gsy_convert(r, root);
    if (root && r->input->gsy_text) {
        lg__problem(r, root, NULL, NULL,
                    "is no scenario of the gsy-e exchange: expected an area with children");
        return NULL;
    }
    return root;
}

/* The text of an arena-held copy of @p length bytes of @p text. */
static const char *kept(lg__reader *r, const char *text, size_t length)
{
    const char *copy = lg_arena_text(r->arena, text, length);
    if (!copy)
        lg__exhausted(r);
    return copy;
}

/* A scenario without a name is called like its folder, or its file if that has a name of its own.
 */
const char *lg__scenario_name(lg__reader *r)
{
    const char *path = r->scenario->file, *slash = strrchr(path, '/');
    const char *base = slash ? slash + 1 : path, *end = strrchr(base, '.');
    while (slash && slash > path && slash[-1] == '/') /* path//scenario.lua */
        slash--;
    if (slash && slash > path && strncmp(base, "scenario.", 9) == 0) {
        end = slash;
        for (base = slash; base > path && base[-1] != '/'; base--)
            ;
    }
    return kept(r, base, (size_t)(end - base));
}

static lg_conf *object_of(lg__reader *r, const lg__field *field, const char *key)
{
    lg_conf *table = field->item ? field->item : lg__conf_new(r->arena, LG_CONF_TABLE, key, 0);
    if (!table)
        lg__exhausted(r);
    else
        table->type = LG_CONF_TABLE; /* an empty list of the file is an empty table */
    return table;
}

static const lg_profile *read_rate(lg__reader *r, lg__field *fields, const lg__rows *rows,
                                   const char *key)
{
    const lg__field *field = lg__field_of(fields, rows, key);
    return field->value.profile ? field->value.profile
                                : lg__profile_constant(r, field->row->def, LG_UNIT_CT_PER_KWH);
}

static void read_plain(lg__reader *r, lg__field *fields, const lg__rows *rows)
{
    lg_scenario *s = r->scenario;
    const lg__field *description = lg__field_of(fields, rows, "description");
    const lg__field *name = lg__field_of(fields, rows, "name");
    s->name = name->item ? name->value.text : lg__scenario_name(r);
    s->description = description->item ? description->value.text : "";
    const lg__field *probation = lg__field_of(fields, rows, "reload_probation");
    s->reload_probation =
        probation->item ? (uint32_t)probation->value.number : LG_SCENARIO_RELOAD_PROBATION;
    const lg__field *hold = lg__field_of(fields, rows, "reload_seconds");
    s->reload_seconds = hold->item ? hold->value.number : LG_SCENARIO_RELOAD_SECONDS;
    const lg__field *silence = lg__field_of(fields, rows, "worker_silence");
    s->worker_silence = silence->item ? silence->value.number : LG_SCENARIO_WORKER_SILENCE;
    const lg__field *posts = lg__field_of(fields, rows, "board_posts");
    s->rules.board_posts = posts->item ? (uint32_t)posts->value.number : 0;
    s->seed = (uint64_t)lg__field_of(fields, rows, "seed")->value.number;
    s->unserved_surcharge_ct = lg__field_of(fields, rows, "unserved_surcharge")->value.number;
    s->latitude_deg = lg__field_of(fields, rows, "latitude")->value.number;
    s->market_maker_rate = (lg_profile *)read_rate(r, fields, rows, "market_maker_rate");
    s->feed_in_tariff = (lg_profile *)read_rate(r, fields, rows, "feed_in_tariff");
}

/* Puts @p item under @p key of the resolved table where its row has it. */
static bool put_resolved(lg__reader *r, lg__field *fields, const lg__rows *rows, const char *key,
                         lg_conf *item)
{
    if (!item)
        return lg__exhausted(r);
    item->key = key;
    lg__field_of(fields, rows, key)->item = item;
    return true;
}

static lg_conf *new_number(lg__reader *r, double value)
{
    lg_conf *item = lg__conf_new(r->arena, LG_CONF_NUMBER, NULL, 0);
    if (item)
        item->number = value;
    return item;
}

static lg_conf *new_text(lg__reader *r, const char *text)
{
    lg_conf *item = lg__conf_new(r->arena, LG_CONF_TEXT, NULL, 0);
    if (item)
        item->text = text;
    return item;
}

/* What has two ways of being said is printed in one: slots and ticks_per_slot. */
static void resolve(lg__reader *r, lg__field *fields, const lg__rows *rows)
{
    lg_scenario *s = r->scenario;
    char start[32];
    lg_clock_format_slot(s->start_ms, start);
    strcat(start, "Z");
    const char *start_text = kept(r, start, strlen(start));
    lg__field_of(fields, rows, "$schema")->item = NULL;
    lg__field_of(fields, rows, "days")->item = NULL;
    lg__field_of(fields, rows, "tick_seconds")->item = NULL;
    if (!put_resolved(r, fields, rows, "name", new_text(r, s->name)) ||
        !put_resolved(r, fields, rows, "start", new_text(r, start_text)) ||
        !put_resolved(r, fields, rows, "slots", new_number(r, s->slot_count)) ||
        !put_resolved(r, fields, rows, "ticks_per_slot", new_number(r, s->rules.ticks_per_slot)))
        return;
    s->resolved = lg__resolved(r, rows, fields);
}

/* Without a market there must be somebody to trade with. */
static void check_utility(lg__reader *r, const lg_conf *market)
{
    const lg_site *site = &r->scenario->site;
    for (uint32_t i = 0; i < site->asset_count; i++)
        if (site->assets[i].role == LG_ROLE_BUS || site->assets[i].role == LG_ROLE_MARKET_MAKER)
            return;
    lg__problem(
        r, lg_conf_get(market, "kind"), "market", "kind",
        "\"none\" needs an infinite_bus (or market_maker) in the grid: it is what homes buy "
        "from and sell to");
}

static void read_site(lg__reader *r, lg__field *fields, const lg__rows *rows)
{
    lg__field *grid = lg__field_of(fields, rows, "grid");
    lg__field *agents = lg__field_of(fields, rows, "agents");
    lg__field *events = lg__field_of(fields, rows, "events");
    lg_conf *grid_resolved = NULL, *agents_resolved = NULL, *events_resolved = NULL;
    if (!grid->item)
        return;
    if (r->base_case && r->scenario->rules.compat_gsy)
        lg__base_case(r, grid->item, lg__field_of(fields, rows, "market_maker_rate")->item,
                      lg__field_of(fields, rows, "feed_in_tariff")->item);
    lg__node *root = lg__nodes_read(r, grid->item, &grid_resolved);
    if (root && !r->exhausted)
        lg__site_build(r, root);
    if (!r->names.slots || r->exhausted)
        return;
    if (r->base_case)
        check_utility(r, lg__field_of(fields, rows, "market")->item);
    lg__agents_read(r, agents->item, &agents_resolved);
    if (put_resolved(r, fields, rows, "grid", grid_resolved))
        put_resolved(r, fields, rows, "agents", agents_resolved);
    if (events->item && !r->exhausted) {
        lg__events_read(r, events->item, &events_resolved);
        put_resolved(r, fields, rows, "events", events_resolved);
    }
}

static void read_root(lg__reader *r, lg_conf *root)
{
    const lg__rows *rows = &r->rows[LG__SCENARIO];
    lg__field *fields = lg_arena_alloc(&r->scratch, rows->count * sizeof *fields);
    if (!fields) {
        lg__exhausted(r);
        return;
    }
    lg__check(r, NULL, root, rows, fields);
    read_plain(r, fields, rows);
    lg__rules_ticks(r, fields, rows);
    lg__rules_length(r, fields, rows);
    lg__rules_start(r, fields, rows);
    lg_conf *market = object_of(r, lg__field_of(fields, rows, "market"), "market");
    lg_conf *results = object_of(r, lg__field_of(fields, rows, "results"), "results");
    if (r->exhausted || !put_resolved(r, fields, rows, "market", lg__rules_market(r, market)) ||
        !put_resolved(r, fields, rows, "results", lg__rules_results(r, results)))
        return;
    lg_conf *settlement = lg__field_of(fields, rows, "settlement")->item;
    if (settlement) /* none is not the same as one with defaults */
        settlement = object_of(r, lg__field_of(fields, rows, "settlement"), "settlement");
    if (settlement &&
        !put_resolved(r, fields, rows, "settlement", lg__rules_settlement(r, settlement)))
        return;
    lg_conf *intraday = lg__field_of(fields, rows, "intraday")->item;
    if (intraday)
        intraday = object_of(r, lg__field_of(fields, rows, "intraday"), "intraday");
    if (intraday && !put_resolved(r, fields, rows, "intraday", lg__intraday_read(r, intraday)))
        return;
    lg_conf *coordination = lg__field_of(fields, rows, "coordination")->item;
    if (coordination)
        coordination = object_of(r, lg__field_of(fields, rows, "coordination"), "coordination");
    if (coordination &&
        !put_resolved(r, fields, rows, "coordination", lg__coordination_read(r, coordination)))
        return;
    read_site(r, fields, rows);
    if (r->exhausted)
        return;
    const lg__field *microgrids = lg__field_of(fields, rows, "microgrids");
    if (r->names.slots) { /* without a site its assets cannot be judged */
        lg_conf *list = lg__microgrids_read(r, microgrids);
        if (microgrids->item && !put_resolved(r, fields, rows, "microgrids", list))
            return;
    }
    r->scenario->keep_assets =
        r->keep_assets < 0 ? r->scenario->site.asset_count <= ASSETS_KEPT : r->keep_assets != 0;
    lg__profiles_cover(r);
    lg__rates_check(r, lg__field_of(fields, rows, "market_maker_rate")->item,
                    lg__field_of(fields, rows, "feed_in_tariff")->item);
    resolve(r, fields, rows);
}

static void make_hash(lg__reader *r)
{
    lg_text text;
    lg_text_init(&text, r->mem);
    lg_scenario_print(r->scenario, &text);
    if (text.failed)
        lg__exhausted(r);
    else
        lg_sha256(text.data, text.length, r->scenario->hash);
    lg_text_fini(&text);
}

static lg_scenario *new_scenario(lg_mem *mem)
{
    lg_scenario *scenario = lg_mem_zalloc(mem, 1, sizeof *scenario);
    if (scenario) {
        scenario->mem = mem;
        lg_arena_init(&scenario->arena, mem, ARENA_BLOCK);
    }
    return scenario;
}

static bool prepare(lg__reader *r)
{
    const char *file = r->input->file, *slash = strrchr(file, '/');
    r->scenario->file = kept(r, file, strlen(file));
    r->scenario->folder = kept(r, file, slash ? (size_t)(slash - file) : 0);
    if (slash == file)
        r->scenario->folder = "/";
    r->setting_used = lg_arena_alloc(&r->scratch, r->input->setting_count + 1);
    if (!r->setting_used)
        lg__exhausted(r);
    return !r->exhausted && lg__rows_prepare(r);
}

lg_status lg_scenario_read(lg_mem *mem, const lg_scenario_input *input, lg_diag *diag,
                           lg_scenario **out)
{
    *out = NULL;
    lg_scenario *scenario = new_scenario(mem);
    if (!scenario)
        return LG_MEMORY;
    lg__reader r = {.mem = mem, .input = input, .diag = diag, .scenario = scenario};
    lg_status status = LG_OK;
    uint32_t errors_before = diag->errors;
    lg_conf *root = NULL;
    r.arena = &scenario->arena;
    lg_arena_init(&r.scratch, mem, ARENA_BLOCK);
    if (prepare(&r) && lg__settings_check(&r))
        root = read_file(&r, &status);
    if (root)
        lg__settings_apply(&r, root);
    if (root && !r.exhausted)
        read_root(&r, root);
    if (!r.exhausted && diag->errors == errors_before)
        make_hash(&r);
    if (r.exhausted)
        status = LG_MEMORY;
    else if (diag->errors > errors_before && status == LG_OK)
        status = LG_SCENARIO;
    lg__profiles_fini(&r);
    lg_mem_free(mem, r.params, r.param_capacity * sizeof *r.params);
    lg_mem_free(mem, r.spans, r.span_capacity * sizeof *r.spans);
    lg_arena_drop(&r.scratch);
    if (status == LG_OK)
        *out = scenario;
    else
        lg_scenario_free(scenario);
    return status;
}

void lg_scenario_free(lg_scenario *scenario)
{
    if (!scenario)
        return;
    lg_mem *mem = scenario->mem;
    for (uint32_t i = 0; i < scenario->profile_count; i++)
        lg_profile_free(scenario->profiles[i]);
    lg_mem_free(mem, scenario->profiles, scenario->profile_capacity * sizeof *scenario->profiles);
    lg_arena_drop(&scenario->arena);
    lg_mem_free(mem, scenario, sizeof *scenario);
}
