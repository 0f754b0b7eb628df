/* host/site/chart.h — figures over time: a drawing that any browser shows, and its data for a plot
 */
#ifndef LG_SITE_CHART_H
#define LG_SITE_CHART_H

#include "base/text.h"

typedef struct lg_chart_line {
    const char *name;
    const double *values; /* NaN: none there */
} lg_chart_line;

typedef struct lg_chart {
    const char *title, *unit;
    const char *about;    /* a sentence below the title; "" */
    const int64_t *at_ms; /* UTC; rising */
    uint32_t count;
    const lg_chart_line *lines;
    uint32_t line_count;
    bool step; /* a value holds until the next one */
} lg_chart;

/** Appends the chart; nothing when no line has a value. */
void lg_chart_draw(lg_text *out, const lg_chart *chart);

#endif
