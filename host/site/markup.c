/* Pages open from the disk and ask no network for anything; a policy says so to the browser. */
#include "site/markup.h"

#include <math.h>
#include <string.h>
#include "site/files.h"

#define REPLACEMENT "\xef\xbf\xbd"

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    case '\'':
        return "&#39;";
    default:
        return NULL;
    }
}

void lg_markup_text(lg_text *out, const char *str)
{
    const unsigned char *s = (const unsigned char *)str;
    while (*s) {
        size_t control = lg_text_control(s), length = lg_text_utf8(s);
        const char *known = entity((char)*s);
        if (control || length == 0)
            lg_text_str(out, *s == '\n' || *s == '\t' ? (*s == '\n' ? "\n" : " ") : REPLACEMENT);
        else if (known)
            lg_text_str(out, known);
        else
            lg_text_bytes(out, (const char *)s, length);
        s += control ? control : length ? length : 1;
    }
}

void lg_markup_json(lg_text *out, const char *str)
{
    lg_text plain;
    lg_text_init(&plain, out->mem);
    lg_text_json(&plain, str);
    out->failed = out->failed || plain.failed;
    for (const char *c = lg_text_peek(&plain); *c; c++) /* "</script>", "<!--" */
        if (*c == '<' || *c == '>' || *c == '&')
            lg_text_format(out, "\\u%04x", (unsigned)*c);
        else
            lg_text_char(out, *c);
    lg_text_fini(&plain);
}

void lg_markup_begin(lg_text *out, const char *title, const char *up, const char *nav)
{
    lg_text_str(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src 'self' file: 'unsafe-inline'; script-src 'self' file:\">\n"
                     "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                     "<title>");
    lg_markup_text(out, title);
    lg_text_str(out, "</title>\n");
    if (lg_site_has_plots())
        lg_text_format(out, "<link rel=\"stylesheet\" href=\"%ssite/uplot.css\">\n", up);
    lg_text_format(out, "<link rel=\"stylesheet\" href=\"%ssite/style.css\">\n</head>\n<body>\n",
                   up);
    if (nav)
        lg_text_format(out, "<nav>%s</nav>\n", nav);
    lg_text_str(out, "<header><h1>");
    lg_markup_text(out, title);
    lg_text_str(out, "</h1></header>\n<main>\n");
}

void lg_markup_end(lg_text *out, const char *up, bool plots)
{
    lg_text_str(out, "</main>\n");
    if (plots && lg_site_has_plots())
        lg_text_format(out,
                       "<script src=\"%ssite/uplot.js\"></script>\n"
                       "<script src=\"%ssite/plots.js\"></script>\n",
                       up, up);
    else if (plots)
        lg_text_str(out,
                    "<p class=\"note\">These are plain drawings: plots that zoom and tell their "
                    "figures need Node (npm) when lunagrid is built.</p>\n");
    lg_text_str(out, "</body>\n</html>\n");
}

void lg_markup_table(lg_text *out, const char *label)
{
    lg_text_str(out, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"");
    lg_markup_text(out, label);
    lg_text_str(out, "\">\n<table>\n");
}

void lg_markup_table_end(lg_text *out)
{
    lg_text_str(out, "</tbody>\n</table>\n</div>\n");
}

void lg_markup_head(lg_text *out, const char *style, const char *title, const char *unit)
{
    lg_text_format(out, "<th scope=\"col\" class=\"%s\">", style);
    lg_markup_text(out, title);
    if (*unit) {
        lg_text_str(out, " <span class=\"unit\">");
        lg_markup_text(out, unit);
        lg_text_str(out, "</span>");
    }
    lg_text_str(out, "</th>");
}

void lg_markup_number(lg_text *out, const char *style, double value, int decimals, bool sign)
{
    if (isnan(value)) {
        lg_text_format(out, "<td class=\"%s\">&#8211;</td>", style);
        return;
    }
    double grain = pow(10, decimals);
    value = round(value * grain) / grain + 0.0; /* no minus in front of 0.00 */
    const char *tone = !sign || value == 0 ? "" : value < 0 ? " down" : " up";
    lg_text_format(out, sign ? "<td class=\"%s%s\">%+.*f</td>" : "<td class=\"%s%s\">%.*f</td>",
                   style, tone, decimals, value);
}

void lg_markup_cell(lg_text *out, const char *style, const char *str)
{
    lg_text_format(out, "<td class=\"%s\">", style);
    lg_markup_text(out, str);
    lg_text_str(out, "</td>");
}
