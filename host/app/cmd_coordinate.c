/* host/app/cmd_coordinate.c — `lunagrid coordinate`: incentives for other people's devices */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "app/cmd.h"
#include "app/coordinate.h"
#include "app/until.h"
#include "rest/ec.h"
#include "rest/oa.h"

static const lg_flag flags[] = {
    {
        .name = "serve",
        .kind = LG_FLAG_MAYBE,
        .offset = offsetof(lg_args, serve),
        .value = "ADDR:PORT",
        .help = "where, behind =; without it at 127.0.0.1:8420, or another port\n"
                "when that one is taken",
    },
    {
        .name = "store",
        .kind = LG_FLAG_TEXT,
        .offset = offsetof(lg_args, store),
        .value = "FILE",
        .help = "keeps all that is accepted in an SQLite file, and goes on from\n"
                "there; without it nothing is kept",
    },
};

static int64_t clock_us(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static void greet(const lg_rest *rest, const lg_coordinate *settings, const char *store)
{
    const char *where = lg_rest_where(rest);
    printf("energy coordination at http://%s" LG_EC_BASE ", tokens at http://%s/connect/token\n",
           where, where);
    if (settings->demo)
        puts("a sandbox: the client is demo with the secret demo; signals can be simulated\n"
             "OpenADR 3.1 at " LG_OA_BASE ": demo is a VEN, operator (secret operator) is its\n"
             "business logic");
    if (store)
        printf("%s has %lld acts\n", store, (long long)lg_rest_acts(rest));
    else
        puts("nothing is kept: --store FILE would");
    puts("(until Ctrl-C)");
    fflush(stdout);
}

/* What is not encrypted stays on this machine unless somebody says otherwise, and the demo does
 * always: everybody knows its secret. */
static lg_status check_address(const lg_web_address *address, const lg_coordinate *settings,
                               lg_err *err)
{
    if (lg_web_address_is_loopback((const struct sockaddr *)&address->socket))
        return LG_OK;
    if (settings->demo)
        return lg_fail(err, LG_INVALID,
                       "everybody knows the secret of the demo: it is for this machine only; write "
                       "a file with clients");
    if (settings->plain_http)
        return LG_OK;
    return lg_fail(err, LG_INVALID,
                   "others would send secrets without TLS; put a proxy with TLS before "
                   "127.0.0.1, or say \"plain_http\": true");
}

static lg_status serve(lg_mem *mem, lg_loop *loop, lg_coordinate *settings, const lg_args *args,
                       const bool *ends, lg_err *err)
{
    lg_web_address address;
    lg_rest *rest = NULL;
    lg_rest_input *input = &settings->input;
    lg_status status = lg_web_address_read(args->serve ? args->serve : "", &address, err);
    if (status == LG_OK)
        status = check_address(&address, settings, err);
    input->loop = loop;
    input->address = &address;
    input->store = args->store;
    input->clock_us = clock_us;
    input->settings.seed = (uint64_t)clock_us();
    if (status == LG_OK)
        status = lg_rest_open(mem, input, err, &rest);
    if (status != LG_OK)
        return status;
    greet(rest, settings, args->store);
    while (!*ends && status == LG_OK) {
        lg_loop_wait(loop, LG_LOOP_NEVER);
        status = lg_rest_status(rest, err);
    }
    lg_rest_close(rest);
    return status;
}

static int run(lg_mem *mem, const lg_args *args)
{
    lg_err err = {.status = LG_OK};
    bool ends;
    lg_coordinate settings;
    lg_loop *loop = NULL;
    lg_status status =
        lg_coordinate_read(mem, args->operand_count ? args->operands[0] : NULL, &settings, &err);
    if (status == LG_OK && !(loop = lg_until_loop(mem, &ends, &err)))
        status = err.status;
    if (status == LG_OK)
        status = serve(mem, loop, &settings, args, &ends, &err);
    lg_loop_free(loop);
    lg_coordinate_fini(&settings);
    return lg_until_exit(status, &err);
}

const lg_cmd lg_cmd_coordinate = {
    .name = "coordinate",
    .synopsis = "[FILE] [options]",
    .summary = "serve price curves and power limits to aggregators, and take their reports",
    .text =
        "Speaks the Energy Coordination API: aggregators register users, locations and\n"
        "resources, hear by webhook who is eligible and what prices and limits are, report what\n"
        "was used, and see what that has earned.\n"
        "\n"
        "  lunagrid coordinate\n"
        "  curl -d grant_type=client_credentials -d client_id=demo -d client_secret=demo \\\n"
        "       http://127.0.0.1:8420/connect/token\n"
        "  curl -X POST -H \"Authorization: Bearer lg_...\" \\\n"
        "       http://127.0.0.1:8420/energy-coordination/v1/simulation/partner\n"
        "\n"
        "It speaks OpenADR 3.1 at /openadr3/3.1.0, too: programs, events, reports, vens,\n"
        "resources, and subscriptions with webhooks. Operators are its business logic. Their\n"
        "events reach aggregators of both: with targets res-RESOURCE or loc-LOCATION, of users\n"
        "who are eligible and enrolled, LG_PRICE_DELTA is a price curve (with its currency in a\n"
        "payloadDescriptor) and IMPORT_CAPACITY_LIMIT a limit in kW. What replaces an\n"
        "event is published anew; to delete one takes nothing back that was heard. What is\n"
        "simulated in the first tree is seen in the second, in the program Energy Coordination.\n"
        "\n"
        "Without FILE it is a sandbox on this machine. FILE is JSON; keys of "
        "it:\n" LG_COORDINATE_HELP "\n"
        "Requests may carry an Idempotency-Key (a POST that is sent twice is done once, within a\n"
        "day and while the server runs), If-Match and If-None-Match (answers have an ETag).\n"
        "\n"
        "With --store what was accepted is on the disk before it is answered, and a server that\n"
        "was killed goes on where it stood, with the deliveries that still wait.",
    .flags = flags,
    .flag_count = sizeof flags / sizeof *flags,
    .operands_max = 1,
    .run = run,
};
