/* How notifications come: by webhook. Names of topics are functions of ids, so they are told even
 * where no broker carries them. */
#include <string.h>
#include "rest/oa.h"

void lg__oa_notifiers(lg_rest_ask *ask, lg_rest_reply *reply)
{
    (void)ask;
    reply->code = 200;
    lg_text_str(&reply->text, "{\"WEBHOOK\":true}");
}

static const struct {
    const char *before; /* the id follows, if there is one */
    lg_oadr_kind of;    /* whose id it is */
    bool one, creates;  /* of one object; things can be created there */
} topics[] = {
    {"programs", LG_OADR_PROGRAM, false, true},
    {"programs/", LG_OADR_PROGRAM, true, false},
    {"events/programs/", LG_OADR_PROGRAM, true, true},
    {"events", LG_OADR_EVENT, false, true},
    {"reports", LG_OADR_REPORT, false, true},
    {"subscriptions", LG_OADR_SUBSCRIPTION, false, true},
    {"vens", LG_OADR_VEN, false, true},
    {"resources", LG_OADR_RESOURCE, false, true},
    {"vens/", LG_OADR_VEN, true, false},
    {"events/vens/", LG_OADR_VEN, true, true},
    {"programs/vens/", LG_OADR_VEN, true, true},
    {"resources/vens/", LG_OADR_VEN, true, true},
};

void lg__oa_topics(lg_rest_ask *ask, lg_rest_reply *reply)
{
    uint32_t number = ask->operation->flags >> 8 & 15;
    bool one = topics[number].one;
    lg_oa_eyes eyes;
    const lg_oadr *object =
        one ? lg_coord_table_find(&ask->coord->openadr[topics[number].of], ask->words[0]) : NULL;
    if (!lg_oa_open_eyes(ask, reply, &eyes))
        return;
    if (one && (!object || !lg_oadr_sees(&eyes.who, eyes.grants, eyes.grant_count, object))) {
        lg_rest_refuse(reply, 404, "there is no such object");
        return;
    }
    static const char *const names[][2] = {
        {"CREATE", "create"}, {"UPDATE", "update"}, {"DELETE", "delete"}, {"ALL", "+"}};
    const char *comma = "";
    reply->code = 200;
    lg_text_str(&reply->text, "{\"topics\":{");
    for (int i = topics[number].creates ? 0 : 1; i < 4; i++) {
        lg_text_format(&reply->text, "%s\"%s\":\"%s%s/%s\"", comma, names[i][0],
                       topics[number].before, one ? object->item.id : "", names[i][1]);
        comma = ",";
    }
    lg_text_str(&reply->text, "}}");
}
