/* host/app/cmd_import.c — `lunagrid import`: a scenario of another exchange made into ours */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cmd.h"
#include "app/plain.h"
#include "app/setup.h"
#include "base/output.h"

static const lg_flag flags[] = {
    {
        .name = "settings",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, gsy_settings),
        .value = "FILE",
        .help = "the settings of the run; settings.json beside FILE when absent",
    },
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "FILE.json",
        .help = "where the scenario goes; stdout when absent. A file of that\n"
                "name is replaced once the new one is whole",
    },
};

static bool ends_in(const char *path, const char *tail)
{
    size_t length = strlen(path), end = strlen(tail);
    return length > end && strcmp(path + length - end, tail) == 0;
}

static lg_status write_out(lg_mem *mem, const lg_text *text, const char *path, lg_err *err)
{
    int cause = path ? lg_output_replace(mem, path, lg_text_peek(text), text->length)
                     : lg_output_write(STDOUT_FILENO, lg_text_peek(text), text->length);
    if (!cause)
        return LG_OK;
    return lg_fail(err, LG_IO, "%s: %s", path ? path : "stdout", strerror(cause));
}

/* Whether both names mean one file, which writing would destroy. */
static bool is_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

static int import_gsy(lg_mem *mem, const lg_args *args)
{
    lg_setup setup;
    lg_text text;
    lg_err err = {.status = LG_OK};
    lg_text_init(&text, mem);
    lg_status status = lg_setup_open(mem, &setup, &err);
    if (status == LG_OK) {
        lg_setup_warn(&setup);
        setup.gsy_text = &text;
        status = lg_setup_read(&setup, args->operands[1], args, &err);
    }
    if (status == LG_OK)
        status = lg_setup_check_devices(&setup, &setup.diag);
    if (setup.diag.count)
        lg_setup_print(mem, &setup.diag, stderr);
    if (status == LG_OK && text.failed)
        status = lg_fail(&err, LG_MEMORY, "out of memory");
    if (status == LG_OK)
        status = write_out(mem, &text, args->out, &err);
    lg_plain_complain(err.text);
    lg_setup_close(&setup);
    lg_text_fini(&text);
    return lg_cmd_exit_of(status);
}

static int run(lg_mem *mem, const lg_args *args)
{
    if (strcmp(args->operands[0], "gsy") != 0) {
        fprintf(stderr, "lunagrid: scenarios of \"%s\" cannot be imported; did you mean \"gsy\"?\n",
                args->operands[0]);
        return LG_EXIT_USAGE;
    }
    if (args->out && !ends_in(args->out, ".json")) {
        fprintf(stderr, "lunagrid: %s: a scenario is written as JSON; give a name in .json\n",
                args->out);
        return LG_EXIT_USAGE;
    }
    const char *read[] = {args->operands[1], args->gsy_settings};
    for (int i = 0; i < 2 && args->out; i++)
        if (read[i] && is_same_file(args->out, read[i])) {
            fprintf(stderr, "lunagrid: %s: is what is imported; give another name\n", args->out);
            return LG_EXIT_USAGE;
        }
    return import_gsy(mem, args);
}

const lg_cmd lg_cmd_import = {
    .name = "import",
    .synopsis = "gsy FILE [options]",
    .summary = "make a scenario of one of the gsy-e exchange",
    .text =
        "FILE is a JSON scenario of Grid Singularity's exchange: as the exchange writes it out\n"
        "(strategy and kwargs) or as its web application does (type on every asset). The\n"
        "settings are those of its -g option, or the flat table kept with recorded runs.\n"
        "CSV profiles are found relative to FILE and written into the scenario slot by slot.\n"
        "A PredefinedPV gets the exchange's curve when its Solar_Curve_W_sunny.csv (or _partial,\n"
        "_cloudy) lies beside FILE, in profiles/ or ../profiles/, else one of ours.\n"
        "\n"
        "The scenario says compat = \"gsy-e\", so that it gives that exchange's figures; with\n"
        "--set market.compat=none it gives ours. What is not known is told with its line and\n"
        "left out; what cannot be run at all is an error, and nothing is written. The devices are\n"
        "opened once to find that out, as `check` does.\n"
        "\n"
        "  lunagrid import gsy street.json --settings settings.json -o scenario.json\n"
        "  lunagrid run scenario.json\n"
        "  lunagrid run street.json     (the same in one step, with settings.json beside it)",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 2,
    .operands_max = 2,
    .operand = "\"gsy\" and a file",
    .run = run,
};
