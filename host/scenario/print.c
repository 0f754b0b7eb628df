/* A conf tree as JSON; short lists of plain values stay on one line. */
#include "scenario/reader.h"

static void indent_line(lg_text *out, int indent)
{
    lg_text_char(out, '\n');
    for (int i = 0; i < indent; i++)
        lg_text_str(out, "  ");
}

static void print_plain(const lg_conf *conf, lg_text *out)
{
    switch (conf->type) {
    case LG_CONF_BOOL:
        lg_text_str(out, conf->number != 0 ? "true" : "false");
        return;
    case LG_CONF_NUMBER:
        lg_text_double(out, conf->number);
        return;
    case LG_CONF_TEXT:
        lg_text_json(out, conf->text);
        return;
    default:
        lg_text_str(out, "null");
    }
}

static bool is_flat(const lg_conf *list)
{
    for (const lg_conf *item = list->first; item; item = item->next)
        if (!lg__conf_is_plain(item))
            return false;
    return list->type == LG_CONF_LIST;
}

void lg__conf_print(const lg_conf *conf, lg_text *out, int indent)
{
    if (lg__conf_is_plain(conf)) {
        print_plain(conf, out);
        return;
    }
    bool list = conf->type == LG_CONF_LIST, flat = is_flat(conf);
    lg_text_char(out, list ? '[' : '{');
    for (const lg_conf *item = conf->first; item; item = item->next) {
        if (!flat)
            indent_line(out, indent + 1);
        if (!list) {
            lg_text_json(out, item->key);
            lg_text_str(out, ": ");
        }
        lg__conf_print(item, out, indent + 1);
        if (item->next)
            lg_text_str(out, flat ? ", " : ",");
    }
    if (!flat && conf->first)
        indent_line(out, indent);
    lg_text_char(out, list ? ']' : '}');
}

void lg_scenario_print(const lg_scenario *scenario, lg_text *out)
{
    lg__conf_print(scenario->resolved, out, 0);
    lg_text_char(out, '\n');
}
