/* Commands of owners that change their own seats: upload, leave, come-back. */
#include <stdio.h>
#include <string.h>
#include "app/control_parts.h"
#include "app/reload.h"

/* ---- upload ---- */

/* A name that can stand in a path and a message. */
static const char *file_name(lg_control_call *call)
{
    const lg_control_value *name = LG_CONTROL_ARG_OF(call, UPLOAD_NAME);
    if (!name->given)
        return "script.lua";
    for (const char *p = name->text; *p; p++)
        if (*p == '/' || (unsigned char)*p < 0x20 || *p == 0x7f) {
            lg_control_refuse(call, LG_CONTROL_BAD_REQUEST,
                              "\"name\" of upload is a file's name without its folder");
            return NULL;
        }
    if (strlen(name->text) <= 80)
        return name->text;
    lg_control_refuse(call, LG_CONTROL_BAD_REQUEST, "\"name\" of upload has at most 80 bytes");
    return NULL;
}

static bool is_module_name(const char *name)
{
    size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");
    return n > 0 && n <= 64 && name[n] == '\0';
}

static lg_status add_text(lg_bundle *bundle, const char *module, const char *file, const char *text,
                          lg_err *err)
{
    char path[256];
    snprintf(path, sizeof path, LG_BUNDLE_UPLOAD "%.200s", file);
    const lg_bundle_text one = {.name = module, .path = path, .text = text, .size = strlen(text)};
    if (text[0] == 0x1b)
        return lg_fail(err, LG_INVALID, "%.100s: this is compiled Lua; only source text is run",
                       file);
    return lg_bundle_add(bundle, &one, NULL, err);
}

/* The texts of the request. */
static lg_status fill(const lg_control_call *call, const char *name, lg_bundle *bundle, lg_err *err)
{
    const char *module, *text = LG_CONTROL_ARG_OF(call, UPLOAD_TEXT)->text;
    lg_status status = add_text(bundle, "", name, text, err);
    for (uint32_t i = 0;
         status == LG_OK &&
         lg_control_source(LG_CONTROL_ARG_OF(call, UPLOAD_MODULES), i, &module, &text);
         i++) {
        char file[80];
        if (!is_module_name(module))
            return lg_fail(err, LG_INVALID,
                           "\"%.80s\" is no name of a module: letters, digits, _ and -, at most 64",
                           module);
        snprintf(file, sizeof file, "%.64s.lua", module);
        status = add_text(bundle, module, file, text, err);
    }
    return status;
}

/* Whether the owner may upload once more in this minute. */
static lg_status take_turn(lg_control *c, const lg_owner *owner, size_t bytes, lg_err *err)
{
    const lg_owners *owners = c->input.owners;
    if (!owners)
        return LG_OK;
    if (owners->upload_bytes && bytes > owners->upload_bytes)
        return lg_fail(err, LG_LIMIT, "an upload may have %u bytes in all, this one has %zu",
                       owners->upload_bytes, bytes);
    lg_control_uploads *u = &c->uploads[owner - owners->items];
    int64_t now_ns = lg_loop_now_ns();
    if (!u->count || now_ns - u->begun_ns >= INT64_C(60000000000))
        *u = (lg_control_uploads){.begun_ns = now_ns};
    if (owners->uploads_per_minute && u->count >= owners->uploads_per_minute)
        return lg_fail(err, LG_LIMIT, "%u uploads a minute are allowed; the next in %lld s",
                       owners->uploads_per_minute,
                       (long long)(60 - (now_ns - u->begun_ns) / 1000000000));
    u->count++;
    return LG_OK;
}

lg_status lg_control_upload(lg_control *c, const lg_owner *owner, uint32_t seat, lg_bundle *texts,
                            bool only_try, lg_reload_result *result, lg_err *err)
{
    size_t bytes = 0;
    for (uint32_t i = 0; i < lg_bundle_count(texts); i++)
        bytes += lg_bundle_at(texts, i)->size;
    *result = (lg_reload_result){.version = 0};
    lg_status status = take_turn(c, owner, bytes, err);
    if (status != LG_OK)
        return status;
    return only_try ? lg_reload_try(c->input.world, seat, texts, err)
                    : lg_reload_upload(c->input.world, seat, texts, result, err);
}

/* What came of a reload of the one seat. */
static void answer(lg_control_call *call, uint32_t seat, lg_status status,
                   const lg_reload_result *result, const lg_err *err)
{
    const lg_control *c = call->control;
    lg_seat_view view = lg_seats_view(lg_world_seats(c->input.world), seat);
    char line[LG_ERR_TEXT_MAX + 32];
    if (status != LG_OK) {
        snprintf(line, sizeof line, "v%u stays: %.900s", view.version, err->text);
        if (!lg_reload_is_fatal(status))
            lg_notes_refusal(c->input.notes, view.name, line);
        lg_control_failed(call, status, err);
        return;
    }
    if (result->changed)
        lg_notes_line(c->input.notes, result->said);
    lg_reply_begin(call->out, call->request->id);
    lg_reply_str(call->out, "seat", view.name);
    lg_reply_int(call->out, "version", result->version);
    lg_reply_bool(call->out, "changed", result->changed);
    lg_reply_str(call->out, "message", result->said);
    lg_reply_end(call->out);
}

void lg_control_do_upload(lg_control_call *call)
{
    lg_control *c = call->control;
    lg_reload_result result;
    lg_err err = {.text = ""};
    uint32_t seat;
    const char *name = file_name(call);
    if (!name || !lg_control_seat(call, LG_CONTROL_ARG_OF(call, UPLOAD_SEAT), &seat))
        return;
    lg_bundle *bundle = lg_bundle_new(c->mem);
    if (!bundle) {
        lg_control_refuse(call, LG_CONTROL_FAILED, "out of memory");
        return;
    }
    lg_status status = fill(call, name, bundle, &err);
    if (status != LG_OK) {
        lg_control_refuse(call, LG_CONTROL_REFUSED, "%s", err.text);
    } else {
        status = lg_control_upload(c, call->owner, seat, bundle, false, &result, &err);
        if (status == LG_LIMIT)
            lg_control_refuse(call, LG_CONTROL_REFUSED, "%s", err.text);
        else
            answer(call, seat, status, &result, &err);
    }
    lg_bundle_unref(bundle);
}

/* ---- leave, come-back ---- */

void lg_control_do_leave(lg_control_call *call)
{
    const lg_control *c = call->control;
    lg_err err;
    lg_outside act = {.kind = LG_OUTSIDE_LEAVE};
    if (!lg_control_seat(call, LG_CONTROL_ARG_OF(call, LEAVE_SEAT), &act.node))
        return;
    if (lg_seats_view(lg_world_seats(c->input.world), act.node).stood_in) {
        lg_control_refuse(call, LG_CONTROL_REFUSED, "its template strategies trade already");
        return;
    }
    lg_status status = lg_world_act(c->input.world, &act, &err);
    if (status != LG_OK) {
        lg_control_failed(call, status, &err);
        return;
    }
    lg_place next = lg_world_next(c->input.world);
    lg_reply_begin(call->out, call->request->id);
    lg_reply_str(call->out, "seat", c->input.scenario->agents[act.node].name);
    lg_reply_int(call->out, "from_slot", next.slot + (next.tick > 0));
    lg_reply_end(call->out);
}

void lg_control_do_come_back(lg_control_call *call)
{
    lg_control *c = call->control;
    lg_reload_result result;
    lg_err err;
    uint32_t seat;
    if (!lg_control_seat(call, LG_CONTROL_ARG_OF(call, COME_BACK_SEAT), &seat))
        return;
    lg_status status = lg_reload_back(c->input.world, seat, &result, &err);
    if (status == LG_UNKNOWN)
        lg_control_refuse(call, LG_CONTROL_REFUSED, "%s", err.text);
    else
        answer(call, seat, status, &result, &err);
}
