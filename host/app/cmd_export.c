/* host/app/cmd_export.c — `lunagrid export`: the results of a run as files for other programs */
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "app/cmd.h"
#include "app/plain.h"
#include "base/text.h"
#include "store/export.h"

static const char *const layouts[] = {
    [LG_EXPORT_CSV] = "csv",
    [LG_EXPORT_JSON] = "json",
    [LG_EXPORT_GSY] = "gsy",
};

static const lg_flag flags[] = {
    {
        .name = "layout",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, layout),
        .value = "NAME",
        .help = "csv: a table a file (the default); json: the same as lists of\n"
                "objects; gsy: the folders and files of the gsy-e exchange",
    },
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "where files go, absent or empty; when not given, a folder called\n"
                "like the layout beside run.sqlite",
    },
};

static void note(void *ctx, const char *sentence)
{
    (void)ctx;
    fprintf(stderr, "lunagrid: %s\n", sentence);
}

/* The layout of that name; -1 after a complaint. */
static int layout_of(const char *name)
{
    const int count = sizeof layouts / sizeof *layouts;
    for (int i = 0; name && i < count; i++)
        if (strcmp(layouts[i], name) == 0)
            return i;
    if (!name)
        return LG_EXPORT_CSV;
    int near = lg_text_nearest(name, layouts, (size_t)count);
    fprintf(stderr, "lunagrid: there is no layout \"%s\"; expected csv, json or gsy", name);
    if (near >= 0)
        fprintf(stderr, "; did you mean \"%s\"?", layouts[near]);
    fputs("\n", stderr);
    return -1;
}

/* The database that @p operand means, and the folder it lies in. */
static bool find_run(const char *operand, lg_text *database, lg_text *folder)
{
    struct stat info;
    bool is_folder = stat(operand, &info) == 0 && S_ISDIR(info.st_mode);
    const char *slash = strrchr(operand, '/');
    size_t length = is_folder ? strlen(operand) : slash ? (size_t)(slash - operand) : 0;
    while (is_folder && length > 1 && operand[length - 1] == '/')
        length--;
    lg_text_bytes(folder, length || slash ? operand : ".", length || slash ? length : 1);
    if (is_folder)
        lg_text_format(database, "%s/run.sqlite", lg_text_peek(folder));
    else
        lg_text_str(database, operand);
    return !folder->failed && !database->failed;
}

static int run(lg_mem *mem, const lg_args *args)
{
    int layout = layout_of(args->layout);
    if (layout < 0)
        return LG_EXIT_USAGE;
    lg_text database, folder;
    lg_err err = {.status = LG_OK};
    lg_status status;
    lg_text_init(&database, mem);
    lg_text_init(&folder, mem);
    bool found = find_run(args->operands[0], &database, &folder);
    lg_text_format(&folder, "/%s", layouts[layout]);
    if (!found || folder.failed) {
        status = lg_fail(&err, LG_MEMORY, "out of memory");
    } else {
        lg_export_input input = {
            .database = lg_text_peek(&database),
            .folder = args->out ? args->out : lg_text_peek(&folder),
            .layout = (lg_export_layout)layout,
            .note = note,
        };
        status = lg_export(mem, &input, &err);
        if (status == LG_OK)
            printf("written to %s\n", input.folder);
    }
    lg_plain_complain(err.text);
    lg_text_fini(&folder);
    lg_text_fini(&database);
    return lg_cmd_exit_of(status);
}

const lg_cmd lg_cmd_export = {
    .name = "export",
    .synopsis = "RUN [options]",
    .summary = "write the results of a run as tables, or as another exchange lays them out",
    .text =
        "RUN is a results folder, or the run.sqlite in it. Everything is computed from what the\n"
        "run stored, so it can be asked for at any time; the run is not touched.\n"
        "\n"
        "  lunagrid export runs/street                        (runs/street/csv/*.csv)\n"
        "  lunagrid export runs/street --layout json -o out   (out/*.json)\n"
        "  lunagrid export runs/street --layout gsy -o out\n"
        "\n"
        "csv and json have a file for every view of the database: prices, throughput, bills,\n"
        "savings, who traded with whom, flows, carbon, statistics of assets, ...; columns and\n"
        "units are in host/store/README.md. gsy has what notebooks for the gsy-e exchange read:\n"
        "{root}.csv, -trades.csv, -offers.csv and -bids.csv, the same for every area and a CSV\n"
        "for every asset in folders below, aggregated_results/*.json and area_tree_summary.json,\n"
        "with its headings and keys; and setup_file.json with settings.json, which `import gsy`\n"
        "makes the same scenario of again.\n"
        "\n"
        "What the run did not keep is told and left out: offers and bids need\n"
        "results.orders = true; demand, production and charge of assets results.assets = true\n"
        "(the default up to 1000 assets); carbon needs results.carbon_ratio, or\n"
        "--carbon-ratio-file of `run`.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "the results of a run: a folder or its run.sqlite",
    .run = run,
};
