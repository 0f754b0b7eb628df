/* What people type is a little freer than the protocol: numbers with their unit, `step slot`. */
#include "app/ctl_ask.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include "app/ctl_upload.h"
#include "control/reply.h"

static lg_status expected(lg_control_kind kind, lg_err *err)
{
    const lg_control_row *row = &lg_control_rows[kind];
    return lg_fail(err, LG_INVALID, "ctl %s takes %s: %s", row->name,
                   *row->usage ? row->usage + 1 : "no words", row->help);
}

/* "4.5", "4.5ct", "4.5 ct/kWh", "5%". */
static bool ask_fee(const char *word, lg_text *out)
{
    char *unit;
    double fee = strtod(word, &unit);
    if (unit == word || strpbrk(word, "xXnN"))
        return false;
    lg_reply_double(out, "fee", fee);
    unit += *unit == ' ';
    if (*unit == 0)
        return true;
    bool constant = strcmp(unit, "ct") == 0 || strcmp(unit, "ct/kWh") == 0;
    if (!constant && strcmp(unit, "%") != 0)
        return false;
    lg_reply_str(out, "unit", constant ? "ct/kWh" : "%");
    return true;
}

static bool whole(const char *word, int64_t *number)
{
    char *end;
    *number = strtoll(word, &end, 10);
    return *word >= '0' && *word <= '9' && *end == 0;
}

/* "", "5", "5 ticks", "2 slots", "slot". */
static bool ask_step(const lg_args *args, lg_text *out)
{
    const char *first = args->operands[1], *unit = args->operands[2];
    int64_t number = 1;
    if (first && !whole(first, &number)) {
        if (unit)
            return false;
        unit = first;
        number = 1;
    }
    if (!unit || strcmp(unit, "tick") == 0 || strcmp(unit, "ticks") == 0)
        lg_reply_int(out, "ticks", number);
    else if (strcmp(unit, "slot") == 0 || strcmp(unit, "slots") == 0)
        lg_reply_int(out, "slots", number);
    else
        return false;
    return true;
}

/* A script by its whole path, since the host may stand in another folder. */
static bool ask_reload(const lg_args *args, lg_text *out)
{
    char path[PATH_MAX];
    const char *seat = args->operands[1];
    int64_t version;
    if (seat)
        lg_reply_str(out, "seat", strstr(seat, ".lua") && realpath(seat, path) ? path : seat);
    if (!args->to)
        return true;
    if (!whole(args->to + (args->to[0] == 'v'), &version))
        return false;
    lg_reply_int(out, "to", version);
    return true;
}

/* A seat, as a word or with --seat; none. */
static bool ask_seat(const lg_args *args, lg_text *out)
{
    const char *seat = args->operands[1] ? args->operands[1] : args->seat;
    if (seat)
        lg_reply_str(out, "seat", seat);
    return args->operand_count <= 2 && !(args->operands[1] && args->seat);
}

/* The fields of a request; false when the words are not those of the command. */
static bool ask(const lg_args *args, lg_control_kind kind, lg_text *out)
{
    uint32_t words = args->operand_count - 1;
    switch (kind) {
    case LG_CONTROL_STEP:
        return words <= 2 && ask_step(args, out);
    case LG_CONTROL_STOP:
        if (words == 1)
            lg_reply_str(out, "after", args->operands[1]);
        return words <= 1;
    case LG_CONTROL_PACE:
        if (words == 1)
            lg_reply_str(out, "pace", args->operands[1]);
        return words == 1;
    case LG_CONTROL_RELOAD:
        return words <= 1 && ask_reload(args, out);
    case LG_CONTROL_SET_FEE:
        if (words == 2)
            lg_reply_str(out, "market", args->operands[1]);
        return words == 2 && ask_fee(args->operands[2], out);
    case LG_CONTROL_LOG:
        if (args->lines)
            lg_reply_int(out, "lines", args->lines);
        if (args->follow)
            lg_reply_bool(out, "follow", true);
        return words == 0;
    case LG_CONTROL_EVAL:
        if (words == 1)
            lg_reply_str(out, "expression", args->operands[1]);
        return words == 1;
    case LG_CONTROL_VIEW:
        if (args->lines)
            lg_reply_int(out, "trades", args->lines);
        return ask_seat(args, out);
    case LG_CONTROL_LEAVE:
    case LG_CONTROL_COME_BACK:
        return ask_seat(args, out);
    case LG_CONTROL_STATS:
        if (words == 1)
            lg_reply_str(out, "market", args->operands[1]);
        return words <= 1;
    case LG_CONTROL_UPLOAD:
        if (args->seat)
            lg_reply_str(out, "seat", args->seat);
        return words == 1;
    default:
        return words == 0;
    }
}

static bool find_kind(const char *word, lg_control_kind *kind, lg_err *err)
{
    const char *names[LG_CONTROL_KINDS];
    for (int i = 0; i < LG_CONTROL_KINDS; i++) {
        names[i] = lg_control_rows[i].name;
        *kind = (lg_control_kind)i;
        if (strcmp(word, names[i]) == 0)
            return true;
    }
    int near = lg_text_nearest(word, names, LG_CONTROL_KINDS);
    lg_fail(err, LG_INVALID, "ctl knows no \"%.60s\"%s%s%s", word,
            near < 0 ? "" : "; did you mean \"", near < 0 ? "" : names[near],
            near < 0 ? "" : "\"?");
    return false;
}

lg_status lg_ctl_ask(const lg_args *args, lg_text *out, lg_control_kind *kind, lg_err *err)
{
    if (!find_kind(args->operands[0], kind, err))
        return LG_INVALID;
    lg_text_str(out, "{\"id\":1");
    lg_reply_str(out, "command", lg_control_rows[*kind].name);
    const char *token = args->token ? args->token : getenv("LUNAGRID_TOKEN");
    if (token && *token)
        lg_reply_str(out, "token", token);
    if (!ask(args, *kind, out))
        return expected(*kind, err);
    if (*kind == LG_CONTROL_UPLOAD) {
        lg_status status = lg_ctl_upload(args->operands[1], out, err);
        if (status != LG_OK)
            return status;
    }
    lg_text_str(out, "}\n");
    return out->failed ? lg_fail(err, LG_MEMORY, "out of memory") : LG_OK;
}
