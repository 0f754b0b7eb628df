/* Commands about scripts: eval. */
#include "app/control_parts.h"

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
