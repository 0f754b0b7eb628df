/* rest/show.h — things of the model as JSON of the energy coordination face */
#ifndef LG_REST_SHOW_H
#define LG_REST_SHOW_H

#include "base/text.h"
#include "coordination/event.h"
#include "coordination/notify.h"
#include "rest/read.h"

/** Each appends one value. */
void lg_rest_show_user(lg_text *out, const lg_coord_user *user);
void lg_rest_show_location(lg_text *out, const lg_coord_location *location);
void lg_rest_show_resource(lg_text *out, const lg_coord_resource *resource);
void lg_rest_show_enrolment(lg_text *out, const lg_coord_user *user);
void lg_rest_show_event(lg_text *out, const lg_coord_event *event);
void lg_rest_show_webhook(lg_text *out, const lg_coord_webhook *webhook);
/** The body that is sent for @p delivery; the same bytes each time. */
void lg_rest_show_notification(lg_text *out, const lg_coord_delivery *delivery,
                               const lg_coord_event *event);

/** A moment as a JSON string. */
void lg_rest_show_time(lg_text *out, int64_t us);
/** A text as a JSON string, NULL as null. */
void lg_rest_show_text(lg_text *out, const char *text);
/** true or false. */
void lg_rest_show_bool(lg_text *out, bool value);
/** "pagination":{...} of a list of @p total. */
void lg_rest_show_pagination(lg_text *out, lg_rest_page page, uint32_t total);

#endif
