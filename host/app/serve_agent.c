/* Agents: who trades with which version, how it does, and a text from the page as its next version.
 */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>
#include "app/reload.h"
#include "app/serve_parts.h"
#include "base/input.h"
#include "base/json_scan.h"

static bool known(lg_serve_call *call)
{
    uint32_t count = lg_seats_count(lg_world_seats(call->serve->input.world));
    if (call->number < count)
        return true;
    lg_serve_refuse(call, 404, "not_found", "there are agents 0 to %u, no %u", count - 1,
                    call->number);
    return false;
}

static void write_seat(const lg_serve *s, uint32_t index, lg_text *out)
{
    const lg_seats *seats = lg_world_seats(s->input.world);
    lg_seat_view seat = lg_seats_view(seats, index);
    const lg_agent_spec *spec = &s->input.scenario->agents[index];
    lg_reply_int(out, "agent", index);
    lg_reply_str(out, "name", seat.name);
    lg_reply_str(out, "script", spec->script_name);
    lg_reply_bool(out, "template", spec->template_agent);
    lg_reply_int(out, "version", seat.version);
    lg_reply_int(out, "versions", seat.versions);
    if (seat.instead)
        lg_reply_str(out, "instead", seat.instead);
    lg_reply_bool(out, "on_probation", seat.on_probation);
    lg_reply_str(out, "hash", seat.hash);
    lg_reply_int(out, "faults", (int64_t)seat.faults);
    lg_reply_int(out, "memory_bytes", (int64_t)seat.memory);
    lg_reply_int(out, "units_last", (int64_t)seat.units);
    lg_reply_int(out, "units_most", (int64_t)seat.units_most);
    if (spec->budget.units_per_call)
        lg_reply_int(out, "units_per_call", (int64_t)spec->budget.units_per_call);
    lg_reply_int(out, "assets", spec->asset_count);
    lg_reply_int(out, "markets", spec->market_count);
}

void lg_serve_do_agents(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    uint32_t count = lg_seats_count(lg_world_seats(s->input.world));
    uint32_t from = lg_serve_query(call, "from", 0);
    uint32_t rows = lg_serve_query(call, "count", 200);
    lg_text *out = call->out;
    lg_text_char(out, '{');
    lg_reply_int(out, "agent_count", count);
    lg_reply_key(out, "agents");
    lg_text_char(out, '[');
    for (uint32_t i = from; i < count && i - from < rows && i - from < LG_SERVE_ROWS_MAX; i++) {
        lg_text_str(out, i > from ? ",{" : "{");
        write_seat(s, i, out);
        lg_text_char(out, '}');
    }
    lg_text_str(out, "]}");
    lg_serve_answer(call);
}

void lg_serve_do_agent(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    lg_text *out = call->out;
    if (!known(call))
        return;
    const lg_serve_faults *faults = &s->faults[call->number];
    uint32_t kept = faults->count < LG_SERVE_FAULTS ? faults->count : LG_SERVE_FAULTS;
    lg_bundle *bundle = lg_seats_bundle(lg_world_seats(s->input.world), call->number);
    lg_text_char(out, '{');
    write_seat(s, call->number, out);
    lg_reply_key(out, "errors");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < kept; i++) { /* the last one first */
        const char *line = faults->lines[(faults->count - 1 - i) % LG_SERVE_FAULTS];
        if (i)
            lg_text_char(out, ',');
        lg_text_str(out, line ? line : "null");
    }
    lg_text_char(out, ']');
    lg_reply_key(out, "texts");
    lg_text_char(out, '[');
    for (uint32_t i = 0; i < lg_bundle_count(bundle); i++) {
        const lg_bundle_text *text = lg_bundle_at(bundle, i);
        lg_text_str(out, i ? ",{" : "{");
        lg_reply_str(out, "module", text->name);
        lg_reply_str(out, "path", text->path);
        lg_reply_str(out, "text", text->text);
        lg_text_char(out, '}');
    }
    lg_text_str(out, "]}");
    lg_serve_answer(call);
}

/* ---- a text from the page ---- */

/* The body of a check or a reload. */
typedef struct proposal {
    cJSON *tree;
    const char *text; /* NULL: none */
    uint32_t to;      /* 0: no version */
} proposal;

static bool takes(proposal *p, const cJSON *item)
{
    if (strcmp(item->string, "text") == 0 && cJSON_IsString(item) && !p->text) {
        p->text = item->valuestring;
        return true;
    }
    if (strcmp(item->string, "to") == 0 && cJSON_IsNumber(item) && !p->to &&
        item->valuedouble >= 1 && item->valuedouble < 1e7) {
        p->to = (uint32_t)item->valuedouble;
        return p->to == item->valuedouble;
    }
    return false;
}

static bool read_proposal(lg_serve_call *call, bool check, proposal *p)
{
    lg_json_lines lines;
    *p = (proposal){.tree = NULL};
    bool fine =
        lg_json_scan(call->serve->mem, call->web->body, call->web->body_size, &lines) == LG_OK;
    lg_json_lines_fini(&lines);
    if (fine)
        p->tree = cJSON_ParseWithLength(call->web->body, call->web->body_size);
    fine = cJSON_IsObject(p->tree);
    const cJSON *item;
    cJSON_ArrayForEach(item, p->tree) fine = fine && takes(p, item);
    if (fine && (check ? p->text && !p->to : !(p->text && p->to)))
        return true;
    lg_serve_refuse(call, 400, "bad_request",
                    check ? "a check is {\"text\": \"...\"}"
                          : "a reload is {\"text\": \"...\"}, {\"to\": version} or {}");
    return false;
}

/* Its script is read from the text; whatever it requires from where it always is. */
typedef struct stand_in {
    const char *path, *text;
} stand_in;

static FILE *open_file(void *ctx, const char *path, const char **why)
{
    const stand_in *in = ctx;
    const lg_input_source *before;
    if (strcmp(path, in->path) == 0)
        return lg_input_of_bytes(in->text, strlen(in->text));
    before = lg_input_use(NULL);
    FILE *file = lg_input_open(path, why);
    lg_input_use(before);
    return file;
}

static bool is_file(void *ctx, const char *path)
{
    const stand_in *in = ctx;
    if (strcmp(path, in->path) == 0)
        return true;
    const lg_input_source *before = lg_input_use(NULL);
    bool is = lg_input_is_file(path);
    lg_input_use(before);
    return is;
}

static lg_input_source source_of(stand_in *in)
{
    return (lg_input_source){.ctx = in, .open = open_file, .is_file = is_file};
}

static void refuse_script(lg_serve_call *call, lg_status status, const lg_err *err)
{
    lg_serve *s = call->serve;
    if (lg_reload_is_fatal(status))
        s->broken = status;
    lg_serve_refuse(call,
                    status == LG_UNKNOWN         ? 404
                    : lg_reload_is_fatal(status) ? 503
                                                 : 422,
                    status == LG_UNKNOWN ? "not_found" : "script", "%s", err->text);
}

void lg_serve_do_check(lg_serve_call *call)
{
    proposal p;
    lg_err err = {.status = LG_OK};
    if (!known(call))
        return;
    lg_seat_view seat = lg_seats_view(lg_world_seats(call->serve->input.world), call->number);
    if (read_proposal(call, true, &p)) {
        stand_in in = {.path = seat.script, .text = p.text};
        lg_input_source source = source_of(&in);
        lg_bundle *bundle = NULL;
        const lg_input_source *before = lg_input_use(&source);
        lg_status status =
            lg_world_try(call->serve->input.world, call->number, NULL, NULL, &bundle, &err);
        lg_input_use(before);
        if (status == LG_OK) {
            lg_text_str(call->out, "{\"ok\":true}");
            lg_serve_answer(call);
        } else {
            refuse_script(call, status, &err);
        }
        lg_bundle_unref(bundle);
    }
    cJSON_Delete(p.tree);
}

static lg_status reload(lg_serve_call *call, const proposal *p, lg_reload_result *result,
                        lg_err *err)
{
    lg_world *world = call->serve->input.world;
    lg_seat_view seat = lg_seats_view(lg_world_seats(world), call->number);
    if (p->to)
        return lg_reload_to(world, call->number, p->to, result, err);
    if (!p->text)
        return lg_reload_now(world, call->number, result, err);
    stand_in in = {.path = seat.script, .text = p->text};
    lg_input_source source = source_of(&in);
    return lg_reload_through(world, call->number, &source, result, err);
}

void lg_serve_do_reload(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    proposal p;
    lg_err err = {.status = LG_OK};
    lg_reload_result result;
    if (!known(call))
        return;
    if (s->over) {
        lg_serve_refuse(call, 409, "refused", "the run is over");
        return;
    }
    if (read_proposal(call, false, &p)) {
        lg_status status = reload(call, &p, &result, &err);
        if (status == LG_OK) {
            if (result.changed)
                lg_notes_line(s->input.notes, result.said);
            lg_text_char(call->out, '{');
            lg_reply_int(call->out, "version", result.version);
            lg_reply_bool(call->out, "changed", result.changed);
            lg_reply_str(call->out, "message", result.said);
            lg_text_char(call->out, '}');
            lg_serve_answer(call);
        } else {
            refuse_script(call, status, &err);
        }
    }
    cJSON_Delete(p.tree);
}
