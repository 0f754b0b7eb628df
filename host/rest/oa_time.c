/* Times and durations of OpenADR objects. */
#include "rest/oa_time.h"

#include <string.h>

enum { WORD_BYTES_MAX = 128 };

void lg_oa_span(const lg_rest_from *from, const char *key, lg_oadr_span *span)
{
    const char *text = lg_rest_text(from, key, false, WORD_BYTES_MAX);
    *span = (lg_oadr_span){.sign = 1};
    if (text && !lg_oadr_span_read(text, span))
        lg_rest_wrong(from->reply, from->before, key, "a duration is written like PT1H");
}

/* "0001-01-01", with or without a time and a zone, means now. */
static bool is_now(const char *text)
{
    return strncmp(text, "0001-01-01", 10) == 0 &&
           (!text[10] || strncmp(text + 10, "T00:00:00", 9) == 0);
}

lg_oa_period lg_oa_period_of(const lg_rest_from *from)
{
    lg_rest_from inside = lg_rest_object(from, "intervalPeriod", false);
    lg_oadr_span randomize;
    lg_oa_period p = {.start_us = INT64_MIN};
    const char *start = lg_rest_text(&inside, "start", false, 64);
    p.has_start = start != NULL;
    if (start && !is_now(start) && !lg_coord_time_read(start, &p.start_us))
        lg_rest_wrong(from->reply, inside.before, "start",
                      "a time is written like 2026-03-11T01:00:00Z");
    p.has_duration = lg_rest_value(&inside, "duration") != NULL;
    lg_oa_span(&inside, "duration", &p.duration);
    lg_oa_span(&inside, "randomizeStart", &randomize);
    return p;
}

int64_t lg_oa_begin(const lg_oa_period *p, int64_t now_us)
{
    return p->start_us == INT64_MIN ? now_us : p->start_us;
}
