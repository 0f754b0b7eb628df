/* host/app/cmd_worker.c — `lunagrid worker`: plays games for others */
#include <stddef.h>
#include <stdio.h>

#include "app/cmd.h"
#include "app/plain.h"
#include "app/remote_worker.h"

enum { PATIENCE_MAX_S = 86400 };

static const lg_flag flags[] = {
    {
        .name = "nats",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, nats),
        .value = "URL",
        .help = "the NATS server: nats://HOST[:4222] or tls://HOST; several of a\n"
                "cluster with commas between them. Needed",
    },
    {
        .name = "name",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, name),
        .value = "NAME",
        .help = "how it is called in what is told; machine and process number\n"
                "when absent",
    },
    {
        .name = "jobs",
        .letter = 'j',
        .kind = LG_FLAG_COUNT,
        .offset = offsetof(lg_args, lines),
        .value = "N",
        .help = "games at the same time; one a processor when absent",
    },
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "folder to play in, one for each worker; a new one below TMPDIR,\n"
                "removed at the end, when absent",
    },
    {
        .name = "patience",
        .kind = LG_FLAG_COUNT,
        .offset = offsetof(lg_args, patience_s),
        .value = "SECONDS",
        .help = "a worker that is not heard of for so long has lost its games to\n"
                "others; 30 when absent; the worker that came last decides for\n"
                "all",
    },
    {
        .name = "limit",
        .kind = LG_FLAG_COUNT,
        .offset = offsetof(lg_args, limit_s),
        .value = "SECONDS",
        .help = "a game that takes longer is ended, and has failed; 3600 when absent",
    },
    {
        .name = "drain",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, drain),
        .help = "end when no game is left to be played",
    },
    {
        .name = "quiet",
        .letter = 'q',
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, quiet),
        .help = "no line for each game",
    },
};

static int work(lg_mem *mem, const lg_args *args)
{
    lg_err err = {.status = LG_OK};
    if (!args->nats) {
        fputs("lunagrid: worker expects --nats URL, as in --nats nats://localhost\n", stderr);
        return LG_EXIT_USAGE;
    }
    const lg_worker_input input = {
        .url = args->nats,
        .name = args->name,
        .scratch = args->out,
        .parallel = (uint32_t)args->lines,
        .patience_s =
            (uint32_t)(args->patience_s < PATIENCE_MAX_S ? args->patience_s : PATIENCE_MAX_S),
        .limit_s = (uint32_t)args->limit_s,
        .drain = args->drain,
        .quiet = args->quiet,
    };
    lg_status status = lg_worker_work(mem, &input, &err);
    lg_plain_complain(err.text);
    return lg_cmd_exit_of(status);
}

const lg_cmd lg_cmd_worker = {
    .name = "worker",
    .synopsis = "--nats URL [options]",
    .summary = "play games that a NATS server hands out",
    .text =
        "Work that outgrows one machine: nats-server -js somewhere (Debian: nats-server), workers\n"
        "wherever there are processors, and the command itself with the server's URL.\n"
        "\n"
        "  nats-server -js\n"
        "  lunagrid worker --nats nats://server           # on each machine\n"
        "  lunagrid sweep examples/street --set seed=1..50 --nats nats://server\n"
        "\n"
        "A worker needs no files: it fetches what a job names by SHA-256, plays it with\n"
        "`lunagrid game`, which checks everything once more, and stores the game's folder. Only\n"
        "then the job leaves the queue. A worker that is killed loses nothing: after --patience\n"
        "its games go to others, and a game that is stored is not played again. Ctrl-C gives back\n"
        "at once what it was playing. Results are those of one machine, bit for bit; a game that\n"
        "comes out differently on a second machine is an error that both sides tell.\n"
        "\n"
        "A worker plays only jobs of its own version, " LG_VERSION ", with the scripts that ship\n"
        "with it; others are refused by name and wait for another worker. A job that was handed\n"
        "out ten times in vain has failed. Plugins must be there: they are not fetched.\n"
        "\n"
        "Who may enter: USER:PASSWORD@ in the URL, or the variables NATS_USER and NATS_PASSWORD,\n"
        "NATS_TOKEN, NATS_CREDS (a file), which no list of processes shows; for TLS NATS_CA,\n"
        "NATS_CERT and NATS_KEY (files). Whoever may write to the server decides what is played\n"
        "and what is believed to be its result: let in only whom you trust with that. Scripts are\n"
        "locked up in workers of their own, as in every game.\n"
        "\n"
        "On the server: streams LUNAGRID_JOBS (the queue) and LUNAGRID_ENDS, and the object\n"
        "stores lunagrid_files and lunagrid_games, where games stay until somebody removes them\n"
        "(nats object ls lunagrid_games). A game there is a tar of its folder.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .run = work,
};
