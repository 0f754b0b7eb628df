/* Commands about scripts: reload, eval. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "app/control_parts.h"
#include "app/reload.h"

/* ---- reload ---- */

/* Whether the seat runs the script @p file, however its path is written. */
static bool runs(const lg_seat_view *seat, const char *file)
{
    char theirs[PATH_MAX], asked[PATH_MAX];
    return strcmp(seat->script, file) == 0 ||
           (realpath(seat->script, theirs) && realpath(file, asked) && strcmp(theirs, asked) == 0);
}

/* What the request says of seats: a name, a script, or those whose script was changed in the run.
 */
static bool is_meant(const lg_control_call *call, const lg_seat_view *seat)
{
    const lg_control_value *word = LG_CONTROL_ARG_OF(call, RELOAD_SEAT);
    if (word->given)
        return strcmp(seat->name, word->text) == 0 || runs(seat, word->text);
    return !LG_CONTROL_ARG_OF(call, RELOAD_TO)->given || seat->versions > 1;
}

static lg_status reload_seat(lg_control_call *call, uint32_t index, lg_err *err)
{
    lg_control *c = call->control;
    const lg_control_value *to = LG_CONTROL_ARG_OF(call, RELOAD_TO);
    lg_reload_result result;
    lg_status status = to->given
                           ? lg_reload_to(c->input.world, index, (uint32_t)to->number, &result, err)
                           : lg_reload_now(c->input.world, index, &result, err);
    if (status != LG_OK)
        return status;
    if (result.changed)
        lg_notes_line(c->input.notes, result.said);
    lg_seat_view seat = lg_seats_view(lg_world_seats(c->input.world), index);
    if (call->out->data[call->out->length - 1] != '[')
        lg_text_char(call->out, ',');
    lg_text_char(call->out, '{');
    lg_reply_str(call->out, "name", seat.name);
    lg_reply_int(call->out, "version", result.version);
    lg_reply_bool(call->out, "changed", result.changed);
    lg_reply_str(call->out, "message", result.said);
    lg_text_char(call->out, '}');
    return LG_OK;
}

/* What an owner may of it: go back. Files of the host are the organiser's. */
static bool may_reload(lg_control_call *call)
{
    const lg_control_value *word = LG_CONTROL_ARG_OF(call, RELOAD_SEAT);
    uint32_t seat;
    if (!call->owner || call->owner->organiser)
        return true;
    if (LG_CONTROL_ARG_OF(call, RELOAD_TO)->given)
        return !word->given || lg_control_seat(call, word, &seat);
    lg_control_refuse(call, LG_CONTROL_FOREIGN,
                      "to read files of the host again is for the organiser: upload your script, "
                      "or go back with --to VERSION");
    return false;
}

static void no_such_seat(lg_control_call *call)
{
    const lg_seats *seats = lg_world_seats(call->control->input.world);
    const lg_control_value *word = LG_CONTROL_ARG_OF(call, RELOAD_SEAT);
    if (!word->given) {
        lg_control_refuse(call, LG_CONTROL_NOT_FOUND, "no script has another version yet");
        return;
    }
    for (uint32_t i = 0; i < lg_seats_count(seats); i++) {
        const char *name = lg_seats_view(seats, i).name;
        if (lg_text_nearest(word->text, &name, 1) == 0) {
            lg_control_refuse(call, LG_CONTROL_NOT_FOUND,
                              "there is no seat \"%.100s\"; did you mean \"%.100s\"?", word->text,
                              name);
            return;
        }
    }
    lg_control_refuse(call, LG_CONTROL_NOT_FOUND, "there is no seat or script \"%.100s\"",
                      word->text);
}

/* A file that cannot be read is its author's affair; a journal that cannot be written ours. */
static void refuse_reload(lg_control_call *call, const char *name, lg_status status,
                          const lg_err *err)
{
    if (status == LG_IO && !lg_reload_is_fatal(status))
        lg_control_refuse(call, LG_CONTROL_REFUSED, "%.60s: %s", name, err->text);
    else
        lg_control_failed(call, status, err);
}

/* Who follows the log hears of it as of a file that was saved. */
static void tell_refusal(const lg_control_call *call, const lg_seat_view *seat, lg_status status,
                         const lg_err *err)
{
    char line[LG_ERR_TEXT_MAX + 288], version[16];
    if (lg_reload_is_fatal(status))
        return;
    snprintf(line, sizeof line, "%.255s keeps trading: %s",
             lg_seat_trader(seat, version, sizeof version), err->text);
    lg_notes_refusal(call->control->input.notes, seat->name, line);
}

void lg_control_do_reload(lg_control_call *call)
{
    const lg_seats *seats = lg_world_seats(call->control->input.world);
    uint32_t count = 0;
    if (!may_reload(call))
        return;
    lg_reply_begin(call->out, call->request->id);
    lg_reply_key(call->out, "seats");
    lg_text_char(call->out, '[');
    for (uint32_t i = 0; i < lg_seats_count(seats); i++) {
        lg_seat_view seat = lg_seats_view(seats, i);
        lg_err err;
        if (!is_meant(call, &seat) || !lg_control_owns(call->control, call->owner, i))
            continue;
        lg_status status = reload_seat(call, i, &err);
        if (status != LG_OK) {
            tell_refusal(call, &seat, status, &err);
            refuse_reload(call, seat.name, status, &err);
            return;
        }
        count++;
    }
    lg_text_char(call->out, ']');
    lg_reply_end(call->out);
    if (count == 0)
        no_such_seat(call);
}

/* ---- eval ---- */

static lg_control_code code_of(lg_status status)
{
    return status == LG_SCRIPT ? LG_CONTROL_SCRIPT : LG_CONTROL_FAILED;
}

void lg_control_do_eval(lg_control_call *call)
{
    lg_err err;
    lg_text value;
    lg_text_init(&value, call->control->mem);
    lg_status status = lg_world_eval(call->control->input.world,
                                     LG_CONTROL_ARG_OF(call, EVAL_EXPRESSION)->text, &value, &err);
    if (status == LG_OK) {
        lg_reply_begin(call->out, call->request->id);
        lg_reply_key(call->out, "value");
        lg_text_bytes(call->out, value.data, value.length);
        lg_reply_end(call->out);
    } else {
        lg_control_refuse(call, code_of(status), "%s", err.text);
    }
    lg_text_fini(&value);
}
