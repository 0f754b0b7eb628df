/*
 * Lines come from the loop, between two ticks. A request is read, handed to the function of its
 * command and answered; `step` is answered when its ticks are done, and whoever follows the log is
 * sent each line as it is said.
 */
#include "app/control.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "app/control_parts.h"
#include "base/clock.h"

/* How long a client may take to read its last answers when the run is over. */
#define FLUSH_MS 500

/* A script with its modules, all of it written as \u0001 at worst. */
#define LINE_MAX_OF_OWNERS (2 << 20)

void lg_control_send(lg_control *c, uint32_t peer, const lg_text *line)
{
    static const char *const exhausted =
        "{\"id\":null,\"ok\":false,\"error\":{\"code\":\"failed\",\"message\":\"out of memory\"}}";
    if (!c->lines)
        return;
    if (line->failed)
        lg_lines_send(c->lines, peer, exhausted, strlen(exhausted));
    else
        lg_lines_send(c->lines, peer, lg_text_peek(line), line->length);
}

void lg_control_refuse(lg_control_call *call, lg_control_code code, const char *format, ...)
{
    char message[LG_ERR_TEXT_MAX];
    va_list list;
    va_start(list, format);
    vsnprintf(message, sizeof message, format, list);
    va_end(list);
    lg_text_clear(call->out);
    lg_reply_error(call->out, call->request->id, code, message);
}

void lg_control_failed(lg_control_call *call, lg_status status, const lg_err *err)
{
    lg_control_code code = status == LG_UNKNOWN  ? LG_CONTROL_NOT_FOUND
                           : status == LG_SCRIPT ? LG_CONTROL_SCRIPT
                                                 : LG_CONTROL_REFUSED;
    if (lg_status_class_of(status) == LG_FATAL) {
        code = LG_CONTROL_FAILED;
        call->control->fatal = *err;
        call->control->fatal.status = status;
    }
    lg_control_refuse(call, code, "%s", err->text);
}

static void (*const commands[LG_CONTROL_KINDS])(lg_control_call *call) = {
    [LG_CONTROL_STATUS] = lg_control_do_status,   [LG_CONTROL_PAUSE] = lg_control_do_pause,
    [LG_CONTROL_RESUME] = lg_control_do_resume,   [LG_CONTROL_STEP] = lg_control_do_step,
    [LG_CONTROL_STOP] = lg_control_do_stop,       [LG_CONTROL_PACE] = lg_control_do_pace,
    [LG_CONTROL_SET_FEE] = lg_control_do_set_fee, [LG_CONTROL_LOG] = lg_control_do_log,
    [LG_CONTROL_RELOAD] = lg_control_do_reload,   [LG_CONTROL_EVAL] = lg_control_do_eval,
    [LG_CONTROL_VIEW] = lg_control_do_view,       [LG_CONTROL_UPLOAD] = lg_control_do_upload,
    [LG_CONTROL_LEAVE] = lg_control_do_leave,     [LG_CONTROL_COME_BACK] = lg_control_do_come_back,
    [LG_CONTROL_STATS] = lg_control_do_stats,
};

/* The answer goes to @p out; it stays empty when it comes later. */
static void answer(lg_control *c, uint32_t peer, const lg_owner *owner, const char *text,
                   size_t size, lg_text *out)
{
    lg_request request;
    lg_request_fault fault;
    lg_status status = lg_request_read(c->mem, text, size, &request, &fault);
    lg_control_call call = {
        .control = c, .peer = peer, .request = &request, .owner = owner, .out = out};
    if (status == LG_OK && lg_control_admit(&call))
        commands[request.kind](&call);
    if (status == LG_INVALID)
        lg_control_refuse(&call, fault.code, "%s", fault.message);
    else if (status != LG_OK)
        lg_control_refuse(&call, LG_CONTROL_FAILED, "out of memory");
    lg_request_fini(&request);
}

static void heard_line(void *ctx, uint32_t peer, const char *text, size_t size)
{
    lg_control *c = ctx;
    lg_text out;
    lg_text_init(&out, c->mem);
    answer(c, peer, NULL, text, size, &out);
    if (out.length || out.failed)
        lg_control_send(c, peer, &out);
    lg_text_fini(&out);
}

void lg_control_ask(lg_control *c, const lg_owner *owner, const char *text, size_t size,
                    lg_text *out)
{
    answer(c, 0, owner, text, size, out);
}

void lg_control_state(const lg_control *c, lg_text *out)
{
    lg_control_place(c, out);
    lg_control_pace(c, out);
}

void lg_control_listen(lg_control *c,
                       void (*heard)(void *ctx, const lg_note *note, const char *line), void *ctx)
{
    c->heard = heard;
    c->ctx = ctx;
}

static void heard_too_long(void *ctx, uint32_t peer)
{
    lg_control *c = ctx;
    lg_text out;
    lg_text_init(&out, c->mem);
    lg_reply_error(&out, "null", LG_CONTROL_TOO_LONG,
                   c->input.owners ? "a line has at most 2097152 bytes; the connection is closed"
                                   : "a line has at most 65536 bytes; the connection is closed");
    lg_control_send(c, peer, &out);
    lg_text_fini(&out);
}

static void heard_gone(void *ctx, uint32_t peer)
{
    lg_control *c = ctx;
    for (uint32_t i = 0; i < LG_LINES_PEERS_MAX; i++)
        if (c->followers[i].peer == peer)
            c->followers[i].peer = 0;
    if (c->stepper.peer == peer)
        c->stepper.peer = 0;
}

/* A line was said: kept, and sent to those who follow. */
static void heard_note(void *ctx, const lg_note *note)
{
    lg_control *c = ctx;
    const char *line = lg_recent_add(&c->log, note);
    if (line && c->heard)
        c->heard(c->ctx, note, line);
    for (uint32_t i = 0; i < LG_LINES_PEERS_MAX && line; i++) {
        if (!c->followers[i].peer || !lg_control_hears(c, c->followers[i].owner, note->who))
            continue;
        lg_text out;
        lg_text_init(&out, c->mem);
        lg_reply_event(&out, c->followers[i].id, "log");
        lg_reply_key(&out, "line");
        lg_text_str(&out, line);
        lg_reply_end(&out);
        lg_control_send(c, c->followers[i].peer, &out);
        lg_text_fini(&out);
    }
}

static void answer_stepper(lg_control *c)
{
    lg_text out;
    uint32_t peer = c->stepper.peer;
    lg_text_init(&out, c->mem);
    lg_reply_begin(&out, c->stepper.id);
    lg_reply_int(&out, "done", (int64_t)(c->steps - c->input.helm->steps));
    lg_control_place(c, &out);
    lg_reply_end(&out);
    c->stepper.peer = 0;
    lg_lines_keep(c->lines, peer, false);
    lg_control_send(c, peer, &out);
    lg_text_fini(&out);
}

void lg_control_answer_steps(lg_control *c)
{
    if (c->stepper.peer && c->input.helm->steps == 0)
        answer_stepper(c);
}

lg_status lg_control_look(lg_control *c, lg_err *err)
{
    lg_control_answer_steps(c);
    if (c->fatal.status != LG_OK)
        *err = c->fatal;
    return c->fatal.status;
}

lg_status lg_control_reach(lg_control *c, const char *path, lg_err *err)
{
    lg_lines_input lines = {
        .loop = c->input.loop,
        .path = path,
        .full = "{\"id\":null,\"ok\":false,\"error\":{\"code\":\"full\",\"message\":\"too many "
                "connections; this one is closed\"}}",
        .line = heard_line,
        .too_long = heard_too_long,
        .gone = heard_gone,
        .ctx = c,
    };
    if (c->input.owners) { /* who have scripts to send, and may be of a group */
        lines.line_max = LINE_MAX_OF_OWNERS;
        lines.group = c->input.owners->group;
    }
    return lg_lines_open(c->mem, &lines, err, &c->lines);
}

lg_status lg_control_open(lg_mem *mem, const lg_control_input *input, lg_err *err, lg_control **out)
{
    *out = NULL;
    lg_control *c = lg_mem_zalloc(mem, 1, sizeof *c);
    if (!c)
        return lg_fail(err, LG_MEMORY, "out of memory");
    c->mem = mem;
    c->input = *input;
    c->log.mem = mem;
    lg_status status = input->path ? lg_control_reach(c, input->path, err) : LG_OK;
    if (status != LG_OK) {
        lg_mem_free(mem, c, sizeof *c);
        return status;
    }
    input->notes->heard = heard_note;
    input->notes->ctx = c;
    *out = c;
    return LG_OK;
}

lg_status lg_control_attach(lg_control *c, lg_world *world, lg_err *err)
{
    const lg_owners *owners = c->input.owners;
    lg_listener listener;
    c->input.world = world;
    if (!owners)
        return LG_OK;
    c->deals = lg_deals_new(c->mem, &c->input.scenario->site);
    c->uploads = lg_mem_zalloc(c->mem, owners->count + 1, sizeof *c->uploads);
    if (!c->deals || !c->uploads)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_deals_listener(c->deals, &listener);
    lg_status status = lg_world_listen(world, &listener);
    return status == LG_OK ? LG_OK : lg_fail(err, status, "out of memory");
}

void lg_control_close(lg_control *c)
{
    if (!c)
        return;
    if (c->stepper.peer)
        answer_stepper(c);
    c->input.notes->heard = NULL;
    lg_lines_close(c->lines, FLUSH_MS);
    lg_recent_fini(&c->log);
    lg_deals_free(c->deals);
    if (c->input.owners)
        lg_mem_free(c->mem, c->uploads, (c->input.owners->count + 1) * sizeof *c->uploads);
    lg_mem_free(c->mem, c, sizeof *c);
}
