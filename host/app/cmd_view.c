/* host/app/cmd_view.c — `lunagrid view`: runs that are over, in a browser */
#include <stdio.h>
#include "app/cmd.h"
#include "app/serve.h"
#include "app/until.h"
#include "app/view.h"

static const lg_flag flags[] = {
    {
        .name = "serve",
        .kind = LG_FLAG_MAYBE,
        .offset = offsetof(lg_args, serve),
        .value = "ADDR:PORT",
        .help = "where, behind =; without it at 127.0.0.1:8420, or another port\n"
                "when that one is taken",
    },
};

static lg_status show(lg_mem *mem, lg_loop *loop, const lg_args *args, const bool *ends,
                      lg_err *err)
{
    lg_view *view;
    lg_text url;
    lg_status status = lg_view_open(mem, loop, args->operands, args->operand_count,
                                    args->serve ? args->serve : "", err, &view);
    if (status != LG_OK)
        return status;
    lg_text_init(&url, mem);
    lg_view_url(view, &url);
    bool opened = lg_serve_browse(lg_text_peek(&url));
    printf("%s %s\n(until Ctrl-C)\n",
           opened ? "the page is opened in your browser:" : "the page is at", lg_text_peek(&url));
    fflush(stdout);
    lg_text_fini(&url);
    while (!*ends)
        lg_loop_wait(loop, LG_LOOP_NEVER);
    lg_view_close(view);
    return LG_OK;
}

static int run(lg_mem *mem, const lg_args *args)
{
    lg_err err = {.status = LG_OK};
    bool ends;
    lg_loop *loop = lg_until_loop(mem, &ends, &err);
    lg_status status = loop ? show(mem, loop, args, &ends, &err) : err.status;
    lg_loop_free(loop);
    return lg_until_exit(status, &err);
}

const lg_cmd lg_cmd_view = {
    .name = "view",
    .synopsis = "RUN [OTHER] [options]",
    .summary = "look at a run that is over, or two side by side, in a browser",
    .text =
        "RUN and OTHER are folders of results, or their run.sqlite. The page is that of `live`,\n"
        "with a slider over the slots of the run in the place of its buttons: what it shows is\n"
        "how the run stood there. Bills and indicators are those of the whole run. With two\n"
        "runs it shows one or the other, and what sets them apart.\n"
        "\n"
        "  lunagrid view runs/street\n"
        "  lunagrid view runs/street runs/street-fork\n"
        "\n"
        "Nothing is changed. A run that still goes on is shown as far as it was written.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = LG_VIEW_RUNS,
    .operand = "a run: the folder of its results",
    .run = run,
};
