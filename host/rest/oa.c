/* The table: scopes of which any is enough stand with each operation. */
#include "rest/oa.h"

#define TARGETS (LG_REST_SCOPE_READ_TARGETS | LG_REST_SCOPE_READ_ALL)
#define OWN     (LG_REST_SCOPE_READ_VEN_OBJECTS | LG_REST_SCOPE_READ_ALL)
#define ANY     (LG_REST_SCOPE_READ_TARGETS | LG_REST_SCOPE_READ_VEN_OBJECTS | LG_REST_SCOPE_READ_ALL)

#define OBJECTS(Name, collection, KIND, reads, WRITE)                                              \
    {"list" Name "s", LG_WEB_GET, "/" collection, lg__oa_list, LG_OA_KIND(KIND) | (reads)},        \
        {"create" Name, LG_WEB_POST, "/" collection, lg__oa_create,                                \
         LG_OA_KIND(KIND) | (WRITE) | LG_REST_WRITES | LG_REST_BODY},                              \
        {"get" Name, LG_WEB_GET, "/" collection "/{}", lg__oa_get, LG_OA_KIND(KIND) | (reads)},    \
        {"update" Name, LG_WEB_PUT, "/" collection "/{}", lg__oa_replace,                          \
         LG_OA_KIND(KIND) | (WRITE) | LG_REST_WRITES | LG_REST_BODY},                              \
    {                                                                                              \
        "delete" Name, LG_WEB_DELETE, "/" collection "/{}", lg__oa_delete,                         \
            LG_OA_KIND(KIND) | (WRITE) | LG_REST_WRITES                                            \
    }

/* The number of a topic stands where other operations have their kind. */
#define TOPIC(number, path, scopes)                                                                \
    {                                                                                              \
        "listTopics" #number, LG_WEB_GET, "/notifiers/mqtt/topics/" path, lg__oa_topics,           \
            LG_OA_KIND(number) | (scopes)                                                          \
    }

const lg_rest_operation lg_oa_operations[] = {
    OBJECTS("Program", "programs", LG_OADR_PROGRAM, TARGETS, LG_REST_SCOPE_WRITE_PROGRAMS),
    OBJECTS("Event", "events", LG_OADR_EVENT, TARGETS, LG_REST_SCOPE_WRITE_EVENTS),
    OBJECTS("Report", "reports", LG_OADR_REPORT, OWN, LG_REST_SCOPE_WRITE_REPORTS),
    OBJECTS("Subscription", "subscriptions", LG_OADR_SUBSCRIPTION, OWN,
            LG_REST_SCOPE_WRITE_SUBSCRIPTIONS),
    OBJECTS("Ven", "vens", LG_OADR_VEN, OWN, LG_REST_SCOPE_WRITE_VENS),
    OBJECTS("VenResource", "resources", LG_OADR_RESOURCE, OWN, LG_REST_SCOPE_WRITE_VENS),
    {"listNotifiers", LG_WEB_GET, "/notifiers", lg__oa_notifiers, ANY},
    TOPIC(0, "programs", ANY),
    TOPIC(1, "programs/{}", ANY),
    TOPIC(2, "programs/{}/events", ANY),
    TOPIC(3, "events", LG_REST_SCOPE_READ_ALL),
    TOPIC(4, "reports", LG_REST_SCOPE_READ_ALL),
    TOPIC(5, "subscriptions", LG_REST_SCOPE_READ_ALL),
    TOPIC(6, "vens", LG_REST_SCOPE_READ_ALL),
    TOPIC(7, "resources", LG_REST_SCOPE_READ_ALL),
    TOPIC(8, "vens/{}", OWN),
    TOPIC(9, "vens/{}/events", OWN),
    TOPIC(10, "vens/{}/programs", OWN),
    TOPIC(11, "vens/{}/resources", OWN),
    {.name = NULL},
};
