/* An axis has about five steps of 1, 2 or 5 times a power of ten. */
#include "site/chart.h"

#include <math.h>
#include <stdio.h>
#include "site/markup.h"

enum { WIDTH = 720, HEIGHT = 260, LEFT = 52, RIGHT = 12, TOP = 18, BOTTOM = 30, CLASSES = 8 };
#define HOUR_MS INT64_C(3600000)

typedef struct frame {
    const lg_chart *chart;
    double low, high, step;
    int decimals;
} frame;

static bool measure(frame *f)
{
    bool some = false;
    for (uint32_t i = 0; i < f->chart->line_count; i++)
        for (uint32_t k = 0; k < f->chart->count; k++) {
            double value = f->chart->lines[i].values[k];
            if (!isfinite(value))
                continue;
            f->low = some ? fmin(f->low, value) : value;
            f->high = some ? fmax(f->high, value) : value;
            some = true;
        }
    if (!some || f->chart->count < 2)
        return false;
    if (f->high - f->low < 1e-9) {
        f->low -= 1;
        f->high += 1;
    }
    double rough = (f->high - f->low) / 5, power = pow(10, floor(log10(rough)));
    f->step = power * (rough / power <= 1   ? 1
                       : rough / power <= 2 ? 2
                       : rough / power <= 5 ? 5
                                            : 10);
    f->low = floor(f->low / f->step) * f->step;
    f->high = ceil(f->high / f->step) * f->step;
    f->decimals = f->step >= 1 ? 0 : f->step >= 0.1 ? 1 : f->step >= 0.01 ? 2 : 3;
    return true;
}

static double x_of(const frame *f, int64_t at_ms)
{
    const lg_chart *c = f->chart;
    double whole = (double)(c->at_ms[c->count - 1] - c->at_ms[0]);
    return LEFT + (WIDTH - LEFT - RIGHT) * (double)(at_ms - c->at_ms[0]) / whole;
}

static double y_of(const frame *f, double value)
{
    return TOP + (HEIGHT - TOP - BOTTOM) * (f->high - value) / (f->high - f->low);
}

static void put_axes(const frame *f, lg_text *out)
{
    const lg_chart *c = f->chart;
    int steps = (int)lround((f->high - f->low) / f->step);
    for (int i = 0; i <= steps; i++) {
        double value = f->low + i * f->step, y = y_of(f, value);
        lg_text_format(out,
                       "<line class=\"grid\" x1=\"%d\" x2=\"%d\" y1=\"%.1f\" y2=\"%.1f\"/>"
                       "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.*f</text>\n",
                       LEFT, WIDTH - RIGHT, y, y, LEFT - 6, y + 4, f->decimals,
                       fabs(value) < f->step / 1000 ? 0 : value);
    }
    int64_t first = c->at_ms[0], last = c->at_ms[c->count - 1], span = last - first;
    int64_t every = span <= 4 * HOUR_MS     ? HOUR_MS
                    : span <= 30 * HOUR_MS  ? 6 * HOUR_MS
                    : span <= 60 * HOUR_MS  ? 12 * HOUR_MS
                    : span <= 240 * HOUR_MS ? 24 * HOUR_MS
                                            : 168 * HOUR_MS;
    for (int64_t at = (first + every - 1) / every * every; at <= last; at += every)
        lg_text_format(out,
                       "<line class=\"grid\" x1=\"%.1f\" x2=\"%.1f\" y1=\"%d\" y2=\"%d\"/>"
                       "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%02d:00</text>\n",
                       x_of(f, at), x_of(f, at), TOP, HEIGHT - BOTTOM, x_of(f, at), HEIGHT - 8,
                       (int)(at / HOUR_MS % 24));
}

static void put_line(const frame *f, uint32_t index, lg_text *out)
{
    const lg_chart *c = f->chart;
    const double *values = c->lines[index].values;
    bool open = false;
    for (uint32_t k = 0; k < c->count; k++) {
        if (!isfinite(values[k])) {
            lg_text_str(out, open ? "\"/>\n" : "");
            open = false;
            continue;
        }
        if (!open)
            lg_text_format(out, "<polyline class=\"l%u\" points=\"", index % CLASSES);
        open = true;
        lg_text_format(out, "%.1f,%.1f ", x_of(f, c->at_ms[k]), y_of(f, values[k]));
        if (c->step && k + 1 < c->count)
            lg_text_format(out, "%.1f,%.1f ", x_of(f, c->at_ms[k + 1]), y_of(f, values[k]));
    }
    lg_text_str(out, open ? "\"/>\n" : "");
}

static void put_data(const lg_chart *c, lg_text *out)
{
    lg_text_str(out, "<script type=\"application/json\">{\"unit\": ");
    lg_markup_json(out, c->unit);
    lg_text_format(out, ", \"step\": %s, \"x\": [", c->step ? "true" : "false");
    for (uint32_t k = 0; k < c->count; k++)
        lg_text_format(out, "%s%lld", k ? "," : "", (long long)(c->at_ms[k] / 1000));
    lg_text_str(out, "], \"lines\": [");
    for (uint32_t i = 0; i < c->line_count; i++) {
        lg_text_str(out, i ? ", {\"name\": " : "{\"name\": ");
        lg_markup_json(out, c->lines[i].name);
        lg_text_str(out, ", \"y\": [");
        for (uint32_t k = 0; k < c->count; k++) {
            char number[32];
            snprintf(number, sizeof number, "%.5g", c->lines[i].values[k]);
            lg_text_format(out, "%s%s", k ? "," : "",
                           isfinite(c->lines[i].values[k]) ? number : "null");
        }
        lg_text_str(out, "]}");
    }
    lg_text_str(out, "]}</script>\n");
}

void lg_chart_draw(lg_text *out, const lg_chart *chart)
{
    frame f = {.chart = chart};
    if (!measure(&f))
        return;
    lg_text_str(out, "<figure class=\"plot\">\n<figcaption><b>");
    lg_markup_text(out, chart->title);
    lg_text_str(out, "</b>, ");
    lg_markup_text(out, chart->unit);
    lg_text_str(out, *chart->about ? ". " : "");
    lg_markup_text(out, chart->about);
    lg_text_str(out, "</figcaption>\n<div class=\"place\"></div>\n<div class=\"drawing\">\n"
                     "<svg class=\"chart\" role=\"img\" aria-label=\"");
    lg_markup_text(out, chart->title);
    lg_text_format(out, "\" viewBox=\"0 0 %d %d\">\n", WIDTH, HEIGHT);
    put_axes(&f, out);
    for (uint32_t i = 0; i < chart->line_count; i++)
        put_line(&f, i, out);
    lg_text_str(out, "</svg>\n<ul class=\"key\">\n");
    for (uint32_t i = 0; i < chart->line_count; i++) {
        lg_text_format(out,
                       "<li><svg viewBox=\"0 0 30 10\" aria-hidden=\"true\"><line class=\"l%u\" "
                       "x1=\"0\" x2=\"30\" y1=\"5\" y2=\"5\" stroke-width=\"3\"/></svg>",
                       i % CLASSES);
        lg_markup_text(out, chart->lines[i].name);
        lg_text_str(out, "</li>\n");
    }
    lg_text_str(out, "</ul>\n</div>\n");
    put_data(chart, out);
    lg_text_str(out, "</figure>\n");
}
