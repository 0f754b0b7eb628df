/* host/app/cmd_ctl.c — `lunagrid ctl`: a running host is asked and steered */
#include <cjson/cJSON.h>
#include <stdio.h>
#include <string.h>
#include "app/cmd.h"
#include "app/ctl_ask.h"
#include "app/ctl_link.h"
#include "app/ctl_tell.h"
#include "app/plain.h"

static const lg_flag flags[] = {
    {
        .name = "control",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, control),
        .value = "PATH",
        .help = "the host's socket, as `run --control` was given it",
    },
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "the host that writes its results there and listens at\n"
                "DIR/control.sock; without either: the only one below runs/",
    },
    {
        .name = "json",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, json),
        .help = "print the host's answers as they are, a line each",
    },
    {
        .name = "lines",
        .letter = 'n',
        .kind = LG_FLAG_COUNT,
        .offset = offsetof(lg_args, lines),
        .value = "N",
        .help = "log: so many of the last lines, view: of the last trades; 20",
    },
    {
        .name = "follow",
        .letter = 'f',
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, follow),
        .help = "log: go on with what is said from now on, until the run ends",
    },
    {
        .name = "token",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, token),
        .value = "TOKEN",
        .help = "who asks, at a host that has owners; LUNAGRID_TOKEN when absent,\n"
                "which other users of the machine cannot read",
    },
    {
        .name = "seat",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, seat),
        .value = "SEAT",
        .help = "upload, view, leave, come-back: which seat, for who has several",
    },
    {
        .name = "to",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, to),
        .value = "VERSION",
        .help = "reload: back to this version of the script, like 6 or v6",
    },
};

/* What an error answer means for whoever typed it. */
static int tell_error(const cJSON *answer)
{
    const cJSON *error = cJSON_GetObjectItemCaseSensitive(answer, "error");
    const cJSON *message = cJSON_GetObjectItemCaseSensitive(error, "message");
    const cJSON *code = cJSON_GetObjectItemCaseSensitive(error, "code");
    lg_plain_complain(cJSON_IsString(message) ? message->valuestring
                                              : "the host answers in no words of ours");
    bool usage = cJSON_IsString(code) &&
                 strcmp(code->valuestring, lg_control_codes[LG_CONTROL_BAD_REQUEST]) == 0;
    return usage ? LG_EXIT_USAGE : LG_EXIT_FAILED;
}

/* Prints one answer. @return the exit code */
static int tell(const lg_args *args, lg_control_kind kind, const char *line)
{
    int code = LG_EXIT_FINE;
    cJSON *answer = cJSON_Parse(line);
    const cJSON *event = cJSON_GetObjectItemCaseSensitive(answer, "event");
    bool ok = event || cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(answer, "ok"));
    if (args->json) {
        lg_plain_put(line, stdout);
        putchar('\n');
        fflush(stdout);
    } else if (event) {
        lg_ctl_tell_line(cJSON_GetObjectItemCaseSensitive(answer, "line"));
    } else if (ok) {
        lg_ctl_tell(kind, answer);
    }
    if (!ok)
        code = args->json ? LG_EXIT_FAILED : tell_error(answer);
    cJSON_Delete(answer);
    return code;
}

static int talk(lg_ctl_link *link, const lg_args *args, lg_control_kind kind, const lg_text *line)
{
    lg_err err;
    const char *answer;
    size_t size;
    int code = LG_EXIT_FAILED;
    bool answered = false, follows = kind == LG_CONTROL_LOG && args->follow;
    lg_status status = lg_ctl_link_say(link, line, &err);
    while (status == LG_OK && (!answered || (follows && code == LG_EXIT_FINE))) {
        status = lg_ctl_link_hear(link, &answer, &size, &err);
        if (status != LG_OK)
            break;
        code = tell(args, kind, answer);
        answered = true;
    }
    if (status != LG_OK && !answered)
        lg_plain_complain(err.text);
    return code; /* who follows has been told all there was when the host ends */
}

static int run(lg_mem *mem, const lg_args *args)
{
    lg_err err;
    lg_control_kind kind;
    lg_ctl_link link;
    lg_text line;
    lg_text_init(&line, mem);
    int code = LG_EXIT_FAILED;
    lg_status status = lg_ctl_ask(args, &line, &kind, &err);
    if (status == LG_INVALID) {
        code = LG_EXIT_USAGE;
    } else if (status == LG_OK) {
        status = lg_ctl_link_open(mem, args->control, args->out, &link, &err);
        if (status == LG_OK) {
            code = talk(&link, args, kind, &line);
            lg_ctl_link_close(&link);
        }
    }
    if (status != LG_OK)
        lg_plain_complain(err.text);
    lg_text_fini(&line);
    return code;
}

const lg_cmd lg_cmd_ctl = {
    .name = "ctl",
    .synopsis = "COMMAND [...] [options]",
    .summary = "ask and steer a running host",
    .text =
        "A host listens when it was started with `run --pace`, --paused or --control, or as\n"
        "`host`: there each owner has a token and may do what concerns the own seats.\n"
        "\n"
#define LG_CONTROL(id, name, usage, right, help) "  " name usage "\n      " help "\n"
#include "control/control.def"
        "\n"
        "  lunagrid run examples/street --pace 15m=10s &\n"
        "  lunagrid ctl status\n"
        "  lunagrid ctl set-fee Street 4.5\n"
        "  lunagrid ctl eval 'grid.market(\"Street\").last_market_stats'\n"
        "  lunagrid ctl reload \"Home 1\" --to v6\n"
        "  lunagrid ctl log --follow\n"
        "  lunagrid ctl --control street.sock --token TOKEN upload mine.lua\n"
        "\n"
        "What is changed from outside is an act of the run: it is kept with the run before it\n"
        "happens, so that the run can be replayed, and it counts in the run hash. step answers\n"
        "when its ticks are done. eval has what a strategy has that commands everything, and can\n"
        "command nothing; market_info in it is that of the tick done last.\n"
        "\n"
        "Exit codes: 0 done; 1 refused, or no host could be reached; 2 usage. The protocol, a\n"
        "line of JSON for each request and each answer, is described in\n"
        "host/control/README.md.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 3,
    .operand = "a command, like status",
    .run = run,
};
