/* A text from the page: tried out, or the next version of an agent. Where a run has owners it is an
 * upload, which reads no files of the host; else it stands in for the agent's file. */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>
#include "app/serve_parts.h"
#include "base/input.h"
#include "base/json_scan.h"

/* ---- what is asked ---- */

static bool takes(lg_serve_proposal *p, const cJSON *item)
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

bool lg_serve_proposal_read(lg_mem *mem, const char *body, size_t size, bool check,
                            lg_serve_proposal *p)
{
    lg_json_lines lines;
    *p = (lg_serve_proposal){.tree = NULL};
    bool fine = lg_json_scan(mem, body, size, &lines) == LG_OK;
    lg_json_lines_fini(&lines);
    if (fine)
        p->tree = cJSON_ParseWithLength(body, size);
    fine = cJSON_IsObject(p->tree);
    const cJSON *item;
    cJSON_ArrayForEach(item, p->tree) fine = fine && takes(p, item);
    return fine && (check ? p->text && !p->to : !(p->text && p->to));
}

static bool read_proposal(lg_serve_call *call, bool check, lg_serve_proposal *p)
{
    if (lg_serve_proposal_read(call->serve->mem, call->web->body, call->web->body_size, check, p))
        return true;
    lg_serve_refuse(call, 400, "bad_request",
                    check ? "a check is {\"text\": \"...\"}"
                          : "a reload is {\"text\": \"...\"}, {\"to\": version} or {}");
    return false;
}

/* ---- as an upload ---- */

static bool ships(const lg_serve *s, const char *path)
{
    const char *folder = lg_world_scripts(s->input.world);
    return folder && strncmp(path, folder, strlen(folder)) == 0;
}

/* The text, and the modules that were sent with the version at work. */
static lg_status fill(lg_serve_call *call, const char *text, lg_bundle *bundle, lg_err *err)
{
    const lg_serve *s = call->serve;
    lg_bundle *now = lg_seats_bundle(lg_world_seats(s->input.world), call->number);
    const char *name = strrchr(lg_bundle_at(now, 0)->path, '/');
    bool named = name && name[1];
    char path[256];
    snprintf(path, sizeof path, LG_BUNDLE_UPLOAD "%.200s", named ? name + 1 : "script.lua");
    const lg_bundle_text script = {.name = "", .path = path, .text = text, .size = strlen(text)};
    if (text[0] == 0x1b)
        return lg_fail(err, LG_SCRIPT, "this is compiled Lua; only source text is run");
    lg_status status = lg_bundle_add(bundle, &script, NULL, err);
    for (uint32_t i = 1; i < lg_bundle_count(now) && status == LG_OK; i++) {
        const lg_bundle_text *module = lg_bundle_at(now, i);
        if (!ships(s, module->path))
            status = lg_bundle_add(bundle, module, now, err);
    }
    return status;
}

static lg_status upload(lg_serve_call *call, const char *text, bool only_try,
                        lg_reload_result *result, lg_err *err)
{
    const lg_serve *s = call->serve;
    lg_bundle *bundle = lg_bundle_new(s->mem);
    if (!bundle)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_status status = fill(call, text, bundle, err);
    if (status == LG_OK)
        status = lg_control_upload(s->input.control, call->owner, call->number, bundle, only_try,
                                   result, err);
    lg_bundle_unref(bundle);
    return status;
}

/* ---- in the place of a file ---- */

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
                    : status == LG_LIMIT         ? 409
                    : lg_reload_is_fatal(status) ? 503
                                                 : 422,
                    status == LG_UNKNOWN ? "not_found"
                    : status == LG_LIMIT ? "refused"
                                         : "script",
                    "%s", err->text);
}

static lg_status try_out(lg_serve_call *call, const char *text, lg_err *err)
{
    lg_world *world = call->serve->input.world;
    lg_seat_view seat = lg_seats_view(lg_world_seats(world), call->number);
    stand_in in = {.path = seat.script, .text = text};
    lg_input_source source = source_of(&in);
    lg_bundle *bundle = NULL;
    const lg_input_source *before = lg_input_use(&source);
    lg_status status = lg_world_try(world, call->number, NULL, NULL, &bundle, err);
    lg_input_use(before);
    lg_bundle_unref(bundle);
    return status;
}

/* ---- answers ---- */

void lg_serve_do_check(lg_serve_call *call)
{
    lg_serve_proposal p;
    lg_reload_result result;
    lg_err err = {.status = LG_OK};
    if (!lg_serve_agent_is_theirs(call))
        return;
    if (read_proposal(call, true, &p)) {
        lg_status status = call->serve->input.owners ? upload(call, p.text, true, &result, &err)
                                                     : try_out(call, p.text, &err);
        if (status == LG_OK) {
            lg_text_str(call->out, "{\"ok\":true}");
            lg_serve_answer(call);
        } else {
            refuse_script(call, status, &err);
        }
    }
    cJSON_Delete(p.tree);
}

static lg_status reload(lg_serve_call *call, const lg_serve_proposal *p, lg_reload_result *result,
                        lg_err *err)
{
    lg_world *world = call->serve->input.world;
    lg_seat_view seat = lg_seats_view(lg_world_seats(world), call->number);
    if (p->to)
        return lg_reload_to(world, call->number, p->to, result, err);
    if (!p->text)
        return lg_reload_now(world, call->number, result, err);
    if (call->serve->input.owners)
        return upload(call, p->text, false, result, err);
    stand_in in = {.path = seat.script, .text = p->text};
    lg_input_source source = source_of(&in);
    return lg_reload_through(world, call->number, &source, result, err);
}

/* Files of the host are its organiser's. */
static bool may_reload(lg_serve_call *call, const lg_serve_proposal *p)
{
    if (!call->owner || call->owner->organiser || p->text || p->to)
        return true;
    lg_serve_refuse(call, 403, "foreign", "to read files of the host again is for the organiser");
    return false;
}

void lg_serve_do_reload(lg_serve_call *call)
{
    lg_serve *s = call->serve;
    lg_serve_proposal p;
    lg_err err = {.status = LG_OK};
    lg_reload_result result;
    if (!lg_serve_agent_is_theirs(call))
        return;
    if (s->over) {
        lg_serve_refuse(call, 409, "refused", "the run is over");
        return;
    }
    if (read_proposal(call, false, &p) && may_reload(call, &p)) {
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
