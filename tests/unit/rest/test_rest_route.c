/* Targets find their operation, or it is said what is wrong with them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>
#include "rest/ec.h"
#include "rest/oa.h"
#include "rest/own.h"
#include "rest/percent.h"
#include "rest/route.h"

static lg_rest_route find(lg_arena *arena, lg_web_method method, const char *uri)
{
    lg_rest_route route;
    lg_rest_find(lg_ec_operations, LG_EC_BASE, method, uri, arena, &route);
    return route;
}

static void targets_find_their_operation(void **state)
{
    static const struct {
        lg_web_method method;
        const char *uri, *name, *words[2];
    } cases[] = {
        {LG_WEB_GET, "/users", "getUsers", {"", ""}},
        {LG_WEB_HEAD, "/users/", "getUsers", {"", ""}},
        {LG_WEB_GET, "/users?page=2", "getUsers", {"", ""}},
        {LG_WEB_POST, "/users/batch", "postUsersBatch", {"", ""}},
        {LG_WEB_GET, "/users/batch", "getUser", {"batch", ""}},
        {LG_WEB_GET, "/users/eligible", "getUsersEligible", {"", ""}},
        {LG_WEB_POST, "/users/locations/batch", "postLocationsBatch", {"", ""}},
        {LG_WEB_GET, "/users/a%20b/locations/%C3%A9", "getLocation", {"a b", "\xc3\xa9"}},
        {LG_WEB_GET, "/users/a+b", "getUser", {"a+b", ""}},
        {LG_WEB_GET, "/webhooks/logs", "getWebhookLogs", {"", ""}},
        {LG_WEB_GET, "/webhooks/logs/7", "getWebhookLog", {"7", ""}},
        {LG_WEB_POST, "/simulation/events/priceCurve", "postSimulationPriceCurve", {"", ""}},
        {LG_WEB_POST, "/simulation/events/pricecurve", "postSimulationPriceCurve", {"", ""}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_arena arena;
        char uri[128];
        lg_arena_init(&arena, lg_mem_system(), 1024);
        strcpy(uri, LG_EC_BASE);
        strcat(uri, cases[i].uri);
        lg_rest_route route = find(&arena, cases[i].method, uri);
        assert_int_equal(route.code, 200);
        assert_string_equal(route.operation->name, cases[i].name);
        assert_string_equal(route.words[0], cases[i].words[0]);
        assert_string_equal(route.words[1], cases[i].words[1]);
        lg_arena_drop(&arena);
    }
}

static void what_leads_nowhere_err(void **state)
{
    static const struct {
        lg_web_method method;
        const char *uri;
        int code;
        const char *allow;
    } cases[] = {
        {LG_WEB_PUT, LG_EC_BASE "/users", 405, "GET, HEAD, POST, OPTIONS"},
        {LG_WEB_OPTIONS, LG_EC_BASE "/reports", 405, "POST, OPTIONS"},
        {LG_WEB_GET, LG_EC_BASE "/Users", 404, ""},
        {LG_WEB_GET, LG_EC_BASE "/nothing", 404, ""},
        {LG_WEB_GET, LG_EC_BASE, 404, ""},
        {LG_WEB_GET, LG_EC_BASE "x/users", 404, ""},
        {LG_WEB_GET, "/users", 404, ""},
        {LG_WEB_GET, "http://evil" LG_EC_BASE "/users", 404, ""},
        {LG_WEB_GET, LG_EC_BASE "//users", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/users//", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/users/..", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/users/%2e%2e", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/users/a%00b", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/users/a%2Fb", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/users/a%5cb", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/users/%", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/users/%4", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/users/%zz", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/users/%ff", 400, ""},
        {LG_WEB_GET, LG_EC_BASE "/a/b/c/d/e/f/g/h/i", 400, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        lg_arena arena;
        lg_arena_init(&arena, lg_mem_system(), 1024);
        lg_rest_route route = find(&arena, cases[i].method, cases[i].uri);
        assert_int_equal(route.code, cases[i].code);
        assert_string_equal(route.allow, cases[i].allow);
        assert_null(route.operation);
        lg_arena_drop(&arena);
    }
}

static void places_are_encoded(void **state)
{
    lg_text out;
    (void)state;
    lg_text_init(&out, lg_mem_system());
    lg_rest_encode(&out, "/users/a b\r\n%\xc3\xa9");
    assert_string_equal(lg_text_peek(&out), "/users/a%20b%0D%0A%25%C3%A9");
    lg_text_fini(&out);
}

static int count_of(const lg_rest_operation *table)
{
    int count = 0;
    while (table[count].name)
        count++;
    return count;
}

/* The two that OpenADR has beside these are about tokens. */
static void there_are_43_and_45_operations(void **state)
{
    (void)state;
    assert_int_equal(count_of(lg_ec_operations), 43);
    assert_int_equal(count_of(lg_oa_operations) + 2, 45);
}

/* The journal knows operations by name. */
static void what_is_journalled_has_a_name_of_its_own(void **state)
{
    const lg_rest_operation *const tables[] = {lg_own_operations, lg_ec_operations,
                                               lg_oa_operations};
    const char *names[256];
    size_t count = 0;
    (void)state;
    for (int t = 0; t < 3; t++)
        for (const lg_rest_operation *o = tables[t]; o->name; o++)
            if (o->flags & LG_REST_WRITES)
                names[count++] = o->name;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(names[i], names[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_find_their_operation),
        cmocka_unit_test(what_leads_nowhere_err),
        cmocka_unit_test(places_are_encoded),
        cmocka_unit_test(there_are_43_and_45_operations),
        cmocka_unit_test(what_is_journalled_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
