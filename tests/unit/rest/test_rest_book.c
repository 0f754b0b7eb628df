/* What was done is done again at the next start and comes out the same, refusals in between leave
 * no trace, and bodies are refused with the path of what is wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "rest/book.h"
#include "rest/ec.h"

static const lg_rest_manners manners = {.sandbox = true, .insecure_callbacks = true};
static char folder[64], path[96];

typedef struct desk {
    lg_rest_book book;
    lg_coord_tenant *tenant;
    int64_t now_us;
    char answer[65536];
} desk;

static int make_folder(void **state)
{
    static desk d;
    snprintf(folder, sizeof folder, "/tmp/lunagrid-book-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    snprintf(path, sizeof path, "%s/book.sqlite", folder);
    *state = &d;
    return 0;
}

static int drop_folder(void **state)
{
    char name[128];
    (void)state;
    unlink(path);
    snprintf(name, sizeof name, "%s-wal", path);
    unlink(name);
    return rmdir(folder);
}

static void open_desk(desk *d)
{
    lg_err err;
    if (lg_rest_book_open(&d->book, lg_mem_system(), path, &manners, &err) != LG_OK)
        fail_msg("%s", err.text);
    d->tenant = lg_coord_tenant_of(d->book.coord, "north");
    d->now_us = INT64_C(1773144000000000); /* 10 March 2026, 12:00 */
}

static const lg_rest_operation *operation(const char *name)
{
    const lg_rest_operation *o = lg_ec_operations;
    while (strcmp(o->name, name) != 0)
        o++;
    return o;
}

static int ask(desk *d, const char *name, const char *first, const char *second, const char *body)
{
    static const lg_json_limits limits = LG_JSON_BODY_LIMITS;
    lg_arena arena;
    lg_err err;
    lg_rest_reply reply = {.code = 0};
    lg_arena_init(&arena, lg_mem_system(), 4096);
    lg_text_init(&reply.text, lg_mem_system());
    lg_rest_ask a = {.coord = d->book.coord,
                     .tenant = d->tenant,
                     .words = {first, second, ""},
                     .query = "",
                     .body_text = body,
                     .now_us = d->now_us,
                     .live = &manners,
                     .arena = &arena};
    if (*body)
        assert_int_equal(lg_json_read(&arena, body, strlen(body), &limits, &err, &a.body), LG_OK);
    lg_rest_book_do(&d->book, operation(name), &a, &reply);
    snprintf(d->answer, sizeof d->answer, "%s",
             reply.code >= 400 && !reply.wrong ? reply.detail : lg_text_peek(&reply.text));
    lg_text_fini(&reply.text);
    lg_arena_drop(&arena);
    return reply.code;
}

static void act(desk *d, const char *what, const char *word, const char *body)
{
    lg_err err;
    if (lg_rest_book_act(&d->book, what, NULL, word, body, d->now_us, &err) != LG_OK)
        fail_msg("%s", err.text);
}

static void set_up(desk *d)
{
    open_desk(d);
    act(d, "putSettings", "",
        "{\"seed\":\"7\",\"zone\":\"Europe/Oslo\",\"eligibilitySeconds\":600,"
        "\"acknowledgeSeconds\":900,\"mustBeEligible\":false}");
    act(d, "putTenant", "north", "");
    act(d, "putNeighbourhood", "",
        "{\"name\":\"hill\",\"polygon\":[[79.4,15.8],[79.4,16.2],[79.6,16.2],[79.6,15.8]]}");
    d->tenant = lg_coord_tenant_of(d->book.coord, "north");
}

static void everything_comes_back(void **state)
{
    static char events[65536], users[4096];
    desk *d = *state;
    set_up(d);
    assert_int_equal(ask(d, "postSimulationPartner", "", "", ""), 201);
    assert_int_equal(ask(d, "postSimulationPriceCurve", "", "", "{}"), 200);
    assert_int_equal(ask(d, "postSimulationPriceCurve", "", "", "{\"targets\":[]}"), 400);
    assert_int_equal(ask(d, "postUser", "", "", "{\"userId\":\"batch\"}"), 400);
    assert_int_equal(ask(d, "deleteUser", "nobody", "", ""), 404);
    act(d, "tellEligible", "", "");
    assert_int_equal(ask(d, "postSimulationResources", "", "", "{}"), 200);
    assert_int_equal(ask(d, "postWebhook", "", "",
                         "{\"webhookUrl\":\"http://127.0.0.1:1/n\",\"webhookSecret\":\"s\"}"),
                     201);
    assert_null(strstr(d->answer, "ecret"));
    assert_int_equal(ask(d, "getEvents", "", "", ""), 200);
    memcpy(events, d->answer, sizeof events);
    assert_int_equal(ask(d, "getUsers", "", "", ""), 200);
    memcpy(users, d->answer, sizeof users);
    uint64_t ids = d->book.coord->ids, changes = d->book.coord->changes;
    int64_t now_us = d->book.coord->now_us;
    lg_rest_book_close(&d->book);
    open_desk(d);
    assert_true(d->book.coord->ids == ids && d->book.coord->changes == changes);
    assert_true(d->book.coord->now_us == now_us);
    assert_int_equal(ask(d, "getEvents", "", "", ""), 200);
    assert_string_equal(d->answer, events);
    assert_int_equal(ask(d, "getUsers", "", "", ""), 200);
    assert_string_equal(d->answer, users);
    lg_rest_book_close(&d->book);
}

static void spelling_is_kept(void **state)
{
    desk *d = *state;
    set_up(d);
    assert_int_equal(ask(d, "postUser", "", "", "{\"userId\":\"ann\"}"), 201);
    assert_int_equal(ask(d, "postLocation", "ann", "",
                         "{\"locationId\":\"h\",\"coordinates\":{\"latitude\":60.10,"
                         "\"longitude\":5.0}}"),
                     201);
    assert_non_null(strstr(d->answer, "\"latitude\":60.10,\"longitude\":5.0"));
    assert_int_equal(ask(d, "patchLocation", "ann", "h", "{\"meterPointIds\":[\"77\"]}"), 200);
    assert_non_null(strstr(d->answer, "\"latitude\":60.10"));
    assert_int_equal(ask(d, "patchLocation", "ann", "h", "{\"coordinates\":null}"), 200);
    assert_null(strstr(d->answer, "latitude"));
    assert_int_equal(ask(d, "patchLocation", "ann", "h", "{\"meterPointIds\":null}"), 400);
    assert_int_equal(ask(d, "postVehicle", "ann", "",
                         "{\"resourceId\":\"car\",\"resourceType\":\"Vehicle\","
                         "\"metadata\":{\"maxDischargeKw\":7.40, \"brand\":\"x\"}}"),
                     201);
    assert_non_null(strstr(d->answer, "{\"maxDischargeKw\":7.40, \"brand\":\"x\"}"));
    lg_rest_book_close(&d->book);
}

static void what_is_wrong_has_a_path_err(void **state)
{
    static const struct {
        const char *name, *body, *path;
        int code;
    } cases[] = {
        {"postUser", "{}", "\"userId\":[\"this is required\"]", 400},
        {"postUser", "[]", "\"\":[\"an object", 400},
        {"postUser", "{\"userId\":7}", "\"userId\":[\"a text", 400},
        {"postUser", "{\"userId\":\"a/b\"}", "\"userId\":[\"an id", 400},
        {"postUser", "{\"userId\":\"ann\"}", "is there already", 409},
        {"postUsersBatch", "{\"users\":[]}", "\"users\":[\"a batch", 400},
        {"postUsersBatch", "{\"users\":[{\"userId\":\"x\"},{\"userId\":\"x\"}]}",
         "\"users[1].userId\":[\"it is there twice", 400},
        {"postLocationsBatch",
         "{\"locations\":[{\"locationId\":\"l\",\"userId\":\"no\","
         "\"meterPointIds\":[\"1\"]}]}",
         "\"locations[0].userId\":[\"there is no user", 400},
        {"postReport",
         "{\"payloads\":[{\"payloadType\":\"EnergyUsage\",\"resourceId\":\"r\","
         "\"resolution\":\"00:07:00\",\"points\":[{\"timestamp\":\"today\","
         "\"kiloWattHours\":1e99}]}]}",
         "\"payloads[0].points[0].kiloWattHours\":[\"a number is", 400},
        {"postWebhook", "{\"webhookUrl\":\"ftp://x\",\"notificationTypes\":[\"No\"]}",
         "\"notificationTypes[0]\":[\"this is no type", 400},
        {"postWebhook", "{\"webhookUrl\":\"http://user@x/\"}", "\"webhookUrl\":[", 400},
        {"postSimulationPriceCurve", "{\"priceArea\":\"XX\"}", "\"priceArea\":[", 400},
    };
    desk *d = *state;
    set_up(d);
    assert_int_equal(ask(d, "postUser", "", "", "{\"userId\":\"ann\"}"), 201);
    int64_t acts = lg_acts_count(d->book.acts);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(ask(d, cases[i].name, "", "", cases[i].body), cases[i].code);
        if (!strstr(d->answer, cases[i].path))
            fail_msg("%s: %s", cases[i].path, d->answer);
    }
    assert_int_equal(lg_acts_count(d->book.acts), acts);
    lg_rest_book_close(&d->book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(everything_comes_back, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(spelling_is_kept, make_folder, drop_folder),
        cmocka_unit_test_setup_teardown(what_is_wrong_has_a_path_err, make_folder, drop_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
