/* host/app/cmd_host.c — `lunagrid host`: one community, many owners
 *
 * It is a paced run whose agents a COLLAB file names, each script in a worker, at whose socket
 * owners say who they are by a token.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include "app/cmd.h"
#include "app/community.h"
#include "app/owners.h"
#include "app/plain.h"
#include "app/results.h"
#include "app/run.h"
#include "app/setup.h"
#include "app/tokens.h"
#include "base/output.h"
#include "web/address.h"

/** Who sits where, as `run --seats` reads it; in the folder of the results. */
#define SEATS_FILE "seats.json"

static const lg_flag flags[] = {
    {
        .name = "out",
        .letter = 'o',
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, out),
        .value = "DIR",
        .help = "where results go; runs/<name of the COLLAB file> when absent",
    },
    {
        .name = "pace",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, pace),
        .value = "PACE",
        .help = "instead of the file's: 15m=10s, 60x, real, or full",
    },
    {
        .name = "paused",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, paused),
        .help = "wait before the first tick, for the organiser's resume or step",
    },
    {
        .name = "control",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, control),
        .value = "PATH",
        .help = "listen at this Unix socket, instead of the file's; control.sock\n"
                "in DIR when neither says",
    },
    {
        .name = "group",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, group),
        .value = "GROUP",
        .help = "its members may connect to the socket, too (mode 0660); nobody\n"
                "but you when absent (0600). DIR must let them in",
    },
    {
        .name = "serve",
        .kind = LG_FLAG_MAYBE,
        .offset = offsetof(lg_args, serve),
        .value = "ADDR:PORT",
        .help = "a page on which owners see and change what is theirs, as at the\n"
                "socket; behind = where, 127.0.0.1:8420 when it is not said. Each\n"
                "opens it with #token=TOKEN behind the address",
    },
    {
        .name = "watch",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, watch),
        .help = "reload the scripts that seats began with when they are saved",
    },
    {
        .name = "tokens",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, tokens),
        .value = "FILE",
        .help = "write new tokens to this file (mode 0600) instead of printing them",
    },
    {
        .name = "new-tokens",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, new_tokens),
        .help = "everybody gets another token; those of an earlier start in DIR\n"
                "are good no more",
    },
    {
        .name = "json",
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, json),
        .help = "print summary.json on stdout at the end, and tokens on stderr",
    },
    {
        .name = "quiet",
        .letter = 'q',
        .kind = LG_FLAG_SWITCH,
        .offset = offsetof(lg_args, quiet),
        .help = "no progress line, no report, nothing of what scripts print",
    },
};

typedef struct hosting {
    lg_mem *mem;
    const lg_args *asked;
    lg_collab collab;
    lg_owners owners;
    lg_tokens tokens;
    lg_text control, seats; /* paths */
    char *folder;
    lg_args run; /* as `run` would have them */
} hosting;

/* ---- the folder ---- */

static lg_status make_folders(char *path, lg_err *err)
{
    int why = 0;
    for (char *slash = strchr(path + 1, '/'); slash && !why; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        why = mkdir(path, 0777) != 0 && errno != EEXIST ? errno : 0;
        *slash = '/';
    }
    if (!why && mkdir(path, 0777) != 0 && errno != EEXIST)
        why = errno;
    return why ? lg_fail(err, LG_IO, "%s: %s", path, strerror(why)) : LG_OK;
}

static lg_status check_unlocked(const char *folder, lg_err *err)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0)
        close(fd);
    return locked ? lg_fail(err, LG_STORE, "%s is being written by another process", folder)
                  : LG_OK;
}

static lg_status write_seats(hosting *h, lg_err *err)
{
    lg_text text;
    lg_text_init(&text, h->mem);
    lg_collab_agents(&h->collab, &text);
    int why = text.failed || h->seats.failed
                  ? ENOMEM
                  : lg_output_replace(h->mem, lg_text_peek(&h->seats), text.data, text.length);
    lg_text_fini(&text);
    return why ? lg_fail(err, why == ENOMEM ? LG_MEMORY : LG_IO, "%s: %s", lg_text_peek(&h->seats),
                         strerror(why))
               : LG_OK;
}

/* ---- owners ---- */

/* A socket is found again from wherever the run is resumed; where the whole path is longer than one
 * may be, from here alone. */
static const char *from_anywhere(hosting *h, const char *path)
{
    struct sockaddr_un address;
    char here[PATH_MAX], whole[2 * PATH_MAX];
    if (path[0] == '/' || !getcwd(here, sizeof here))
        return path;
    size_t length = (size_t)snprintf(whole, sizeof whole, "%s/%s", here, path);
    const char *kept =
        length < sizeof address.sun_path ? lg_arena_text(&h->collab.arena, whole, length) : NULL;
    return kept ? kept : path;
}

static lg_status add_owners(hosting *h, lg_err *err)
{
    const char *before = h->asked->new_tokens ? NULL : h->folder;
    lg_status status = lg_tokens_give(&h->tokens, &h->collab, before, &h->owners, err);
    const char *control = h->asked->control ? h->asked->control : h->collab.control;
    h->owners.control = control ? from_anywhere(h, control) : NULL;
    h->owners.group = h->asked->group ? h->asked->group : h->collab.group;
    h->owners.pace = h->run.pace;
    h->owners.uploads_per_minute = h->collab.uploads_per_minute;
    h->owners.upload_bytes = h->collab.upload_bytes;
    return status;
}

static void tell(const hosting *h)
{
    FILE *to = h->asked->json ? stderr : stdout;
    lg_plain_put(h->collab.name, to);
    fputs(": one community of ", to);
    fprintf(to, "%u owners, %u seats\n", h->owners.count - 1, h->collab.seat_count);
    if (h->asked->tokens && h->tokens.made)
        fprintf(to, " %u new tokens are in %s; only their SHA-256 is kept\n", h->tokens.made,
                h->asked->tokens);
    else
        fputs(h->tokens.made ? " tokens, told only now; only their SHA-256 is kept:\n"
                             : " tokens:\n",
              to);
    if (!h->asked->tokens || !h->tokens.made)
        lg_plain_put(lg_text_peek(&h->tokens.told), to);
    fputs(" owners reach it with: LUNAGRID_TOKEN=... lunagrid ctl --control ", to);
    lg_plain_put(lg_text_peek(&h->control), to);
    fputs(" status\n", to);
    fflush(to);
}

/* ---- the run ---- */

static bool fill_args(hosting *h, lg_args *args)
{
    if (!lg_community_args(h->mem, &h->collab, args))
        return false;
    args->out = h->folder;
    args->seats = lg_text_peek(&h->seats);
    args->isolation = "worker";
    args->pace = h->asked->pace ? h->asked->pace : h->collab.pace;
    args->paused = h->asked->paused;
    args->serve = h->asked->serve;
    args->watch = h->asked->watch;
    args->no_watch = !h->asked->watch;
    args->json = h->asked->json;
    args->quiet = h->asked->quiet;
    return true;
}

static int run(hosting *h)
{
    const lg_run_input input = {.args = &h->run, .mode = LG_RECORD_NEW, .owners = &h->owners};
    h->run.control = lg_text_peek(&h->control);
    return lg_run(h->mem, &input, NULL);
}

static lg_status prepare(hosting *h, lg_err *err)
{
    h->folder = lg_results_folder(h->mem, h->asked->out, h->collab.name);
    if (!h->folder)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_pace pace;
    lg_web_address address;
    if (h->asked->serve && lg_web_address_read(h->asked->serve, &address, err) != LG_OK)
        return LG_INVALID;
    lg_status status = lg_pace_read(h->asked->pace ? h->asked->pace : h->collab.pace, &pace, err);
    if (status == LG_OK)
        status = make_folders(h->folder, err);
    if (status == LG_OK)
        status = check_unlocked(h->folder, err);
    lg_text_format(&h->seats, "%s/" SEATS_FILE, h->folder);
    if (status == LG_OK)
        status = write_seats(h, err);
    if (status == LG_OK && !fill_args(h, &h->run))
        status = lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK)
        status = add_owners(h, err);
    if (h->owners.control)
        lg_text_str(&h->control, h->owners.control);
    else
        lg_text_format(&h->control, "%s/" LG_RUN_SOCKET, h->folder);
    if (status == LG_OK && (h->control.failed || h->tokens.told.failed || h->tokens.json.failed))
        status = lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK && h->asked->tokens && h->tokens.made)
        status = lg_tokens_write(&h->tokens, h->asked->tokens, err);
    return status == LG_OK ? lg_owners_write(&h->owners, h->folder, err) : status;
}

/* All that could go wrong with the run goes wrong here, before there is a folder or a token. */
static lg_status read_collab(hosting *h, lg_err *err)
{
    lg_diag diag;
    lg_diag_init(&diag, h->mem);
    lg_status status =
        lg_community_read(h->mem, h->asked->operands[0], NULL, &diag, &h->collab, err);
    if (diag.errors)
        lg_setup_print(h->mem, &diag, stderr);
    lg_diag_fini(&diag);
    return status;
}

static int host(lg_mem *mem, const lg_args *args)
{
    hosting h = {.mem = mem, .asked = args, .run.mem = mem};
    lg_err err = {.status = LG_OK};
    int code;
    lg_owners_keep_private();
    lg_owners_init(&h.owners, mem);
    lg_tokens_init(&h.tokens, mem);
    lg_text_init(&h.control, mem);
    lg_text_init(&h.seats, mem);
    lg_status status = read_collab(&h, &err);
    if (status == LG_OK)
        status = prepare(&h, &err);
    if (status == LG_OK) {
        tell(&h);
        code = run(&h);
    } else {
        lg_plain_complain(err.text);
        code = status == LG_INVALID ? LG_EXIT_USAGE : lg_cmd_exit_of(status);
    }
    lg_tokens_fini(&h.tokens);
    lg_text_fini(&h.control);
    lg_text_fini(&h.seats);
    lg_owners_fini(&h.owners);
    lg_args_fini(&h.run);
    lg_mem_strfree(mem, h.folder);
    lg_collab_fini(&h.collab);
    return code;
}

const lg_cmd lg_cmd_host = {
    .name = "host",
    .synopsis = "COLLAB [options]",
    .summary = "run a community of many owners, each with an own script",
    .text =
        "COLLAB is a Lua or JSON file that says which scenario it is and who sits where:\n"
        "\n"
        "  return collab {\n"
        "    scenario = \"street.lua\",\n"
        "    seats = {\n"
        "      seat { owner = \"Ada\", name = \"Home 1\", script = \"ada.lua\" },\n"
        "      seat { owner = \"Dora\", name = \"Operator\", markets = { \"Grid\" } },\n"
        "    },\n"
        "    limits = { uploads_per_minute = 6, upload_kB = 256,\n"
        "               budget = { units_per_call = 2000000 } },\n"
        "    board = { posts = 8 }, pace = \"15m=10s\", days = 7,\n"
        "  }\n"
        "\n"
        "A seat is an agent, area or asset of the scenario, or what assets and markets say; one\n"
        "without a script trades by the template strategies until its owner uploads one. Each\n"
        "owner, and the organiser, gets a token, which is told once; DIR/owners.json keeps its\n"
        "SHA-256. A start in the same DIR keeps tokens, unless --new-tokens. With a token:\n"
        "\n"
        "  lunagrid ctl --token TOKEN status        indicators of all, who trades, own agents\n"
        "  lunagrid ctl --token TOKEN view          own bills, orders, trades\n"
        "  lunagrid ctl --token TOKEN upload x.lua  trades from the next tick on, or says why not\n"
        "  lunagrid ctl --token TOKEN reload --to 2 back to version 2\n"
        "  lunagrid ctl --token TOKEN leave         template strategies trade; come-back\n"
        "  lunagrid ctl --token TOKEN log --follow  what the own script says\n"
        "  lunagrid ctl --token TOKEN stats         a grid operator's markets\n"
        "\n"
        "All else is the organiser's (pause, step, set-fee, stop ...). Scripts run in workers of\n"
        "their own, which read no files; what they are made of is what was uploaded and what\n"
        "ships. Scripts pass messages by grid.board. Uploads, leaving and coming back are acts of\n"
        "the run: `lunagrid verify DIR` repeats it, `lunagrid resume DIR` goes on with it after a\n"
        "crash, with the same tokens, socket and pace, and waits when it was paused.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_min = 1,
    .operands_max = 1,
    .operand = "a COLLAB file",
    .run = host,
};
