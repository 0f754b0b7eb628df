/* The comparison for programs: the same lists as for people, without limits and rounding. */
#include "app/compare.h"

#include <math.h>
#include <string.h>
#include "base/clock.h"

static void put_side(const char *name, const lg_compare_side *side, lg_text *out)
{
    char start[32];
    lg_clock_format(side->start_ms, start);
    lg_text_format(out, "  \"%s\": {\"file\": ", name);
    lg_text_json(out, side->file);
    lg_text_str(out, ", \"scenario\": ");
    lg_text_json(out, side->scenario);
    lg_text_str(out, ", \"status\": ");
    lg_text_json(out, side->status);
    lg_text_format(out, ", \"start\": \"%s\", \"slots\": %lld, \"slots_done\": %lld, ", start,
                   (long long)side->slot_count, (long long)side->slots_done);
    lg_text_format(out, "\"slot_seconds\": %lld, \"digest\": ", (long long)side->slot_s);
    lg_text_json(out, side->digest);
    lg_text_str(out, "},\n");
}

static void put_text(lg_text *out, const char *text)
{
    if (text)
        lg_text_json(out, text);
    else
        lg_text_str(out, "null");
}

static void put_settings(const lg_comparison *c, lg_text *out)
{
    lg_text_str(out, "  \"settings\": [");
    for (uint32_t i = 0; i < c->setting_count; i++) {
        const lg_difference *d = &c->settings[i];
        lg_text_str(out, i ? ",\n    {\"key\": " : "\n    {\"key\": ");
        lg_text_json(out, d->key);
        lg_text_str(out, ", \"a\": ");
        put_text(out, d->values[0]);
        lg_text_str(out, ", \"b\": ");
        put_text(out, d->values[1]);
        lg_text_char(out, '}');
    }
    lg_text_str(out, c->setting_count ? "\n  ],\n" : "],\n");
}

static void put_figure(const lg_figure *f, lg_text *out)
{
    lg_text_json(out, f->of);
    lg_text_str(out, ", \"figure\": ");
    lg_text_json(out, f->name);
    lg_text_str(out, ", \"unit\": ");
    lg_text_json(out, f->unit);
    for (int k = 0; k < 2; k++) {
        lg_text_str(out, k ? ", \"b\": " : ", \"a\": ");
        if (f->texts[k])
            put_text(out, strcmp(f->texts[k], "-") ? f->texts[k] : NULL);
        else
            lg_text_double(out, f->values[k]);
    }
    lg_text_char(out, '}');
}

static void put_figures(const lg_comparison *c, lg_text *out)
{
    lg_text_str(out, "  \"figures\": [");
    for (uint32_t i = 0; i < c->figure_count; i++) {
        lg_text_str(out, i ? ",\n    {\"of\": " : "\n    {\"of\": ");
        put_figure(&c->figures[i], out);
    }
    lg_text_str(out, "\n  ],\n");
}

static void put_member(const char *side, const lg_compare_member *m, lg_text *out)
{
    lg_text_format(out, ", \"%s\": ", side);
    if (!m) {
        lg_text_str(out, "null");
        return;
    }
    lg_text_str(out, "{\"bought_kWh\": ");
    lg_text_fixed(out, m->bought_uwh, 9);
    lg_text_str(out, ", \"sold_kWh\": ");
    lg_text_fixed(out, m->sold_uwh, 9);
    lg_text_str(out, ", \"unserved_kWh\": ");
    lg_text_fixed(out, m->unserved_uwh, 9);
    lg_text_str(out, ", \"bill_EUR\": ");
    lg_text_fixed(out, m->bill_uct, 8);
    lg_text_str(out, ", \"base_bill_EUR\": ");
    lg_text_fixed(out, m->base_bill_uct, 8);
    lg_text_str(out, ", \"saving_EUR\": ");
    lg_text_fixed(out, m->base_bill_uct - m->bill_uct, 8);
    lg_text_char(out, '}');
}

static void put_members(const lg_comparison *c, lg_text *out)
{
    bool first = true;
    lg_text_str(out, "  \"members\": [");
    for (int k = 0; k < 2; k++)
        for (uint32_t i = 0; i < c->sides[k].member_count; i++) {
            const lg_compare_member *m = &c->sides[k].members[i];
            const lg_compare_member *other = lg_compare_member_of(&c->sides[!k], m->name);
            if (k && other)
                continue;
            lg_text_str(out, first ? "\n    {\"name\": " : ",\n    {\"name\": ");
            lg_text_json(out, m->name);
            put_member("a", k ? NULL : m, out);
            put_member("b", k ? m : other, out);
            lg_text_char(out, '}');
            first = false;
        }
    lg_text_str(out, first ? "]\n" : "\n  ]\n");
}

void lg_compare_json(const lg_comparison *c, lg_text *out)
{
    const char *digest = c->sides[0].digest;
    lg_text_str(out, "{\n");
    put_side("a", &c->sides[0], out);
    put_side("b", &c->sides[1], out);
    lg_text_format(out, "  \"same\": %s,\n",
                   *digest && strcmp(digest, c->sides[1].digest) == 0 ? "true" : "false");
    put_settings(c, out);
    put_figures(c, out);
    put_members(c, out);
    lg_text_str(out, "}\n");
}
