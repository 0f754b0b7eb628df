/* What options of the command line say for keys of the scenario: --seed, --slots, --days,
 * --carbon-ratio-file. */
#include "scenario/reader.h"

static void set_option(lg__reader *r, lg_conf *root, const char *key, const char *rival,
                       double value)
{
    lg_conf *item = lg__conf_new(r->arena, LG_CONF_NUMBER, key, LG__FROM_OPTION);
    if (!item) {
        lg__exhausted(r);
        return;
    }
    item->number = value;
    lg__conf_remove(root, key);
    if (rival)
        lg__conf_remove(root, rival);
    lg__conf_put(root, item);
}

static lg_conf *put_item(lg__reader *r, lg_conf *table, lg_conf_type type, const char *key,
                         const char *text)
{
    lg_conf *item = table ? lg__conf_new(r->arena, type, key, LG__FROM_OPTION) : NULL;
    if (!item) {
        lg__exhausted(r);
        return NULL;
    }
    item->text = text;
    lg__conf_remove(table, key);
    lg__conf_put(table, item);
    return item;
}

/* results.carbon_ratio = csv { file = ..., unit = "g/kWh" } */
static void set_carbon_file(lg__reader *r, lg_conf *root, const char *file)
{
    lg_conf *results = lg__conf_item(root, "results");
    if (!results)
        results = put_item(r, root, LG_CONF_TABLE, "results", NULL);
    else if (results->type == LG_CONF_LIST && !results->first)
        results->type = LG_CONF_TABLE; /* the empty table of a file */
    if (results && results->type != LG_CONF_TABLE)
        return; /* is refused with the rest of the file */
    lg_conf *ratio = put_item(r, results, LG_CONF_TABLE, "carbon_ratio", NULL);
    lg_conf *csv = put_item(r, ratio, LG_CONF_TABLE, "csv", NULL);
    put_item(r, csv, LG_CONF_TEXT, "file", file);
    put_item(r, csv, LG_CONF_TEXT, "unit", "g/kWh");
}

void lg__options_apply(lg__reader *r, lg_conf *root)
{
    const lg_scenario_input *input = r->input;
    if (input->carbon_file)
        set_carbon_file(r, root, input->carbon_file);
    if (input->slots >= 0 && input->days >= 0) {
        lg_conf at = {.line = LG__FROM_OPTION};
        lg__problem(r, &at, NULL, "days", "--slots and --days exclude each other");
    } else if (input->slots >= 0) {
        set_option(r, root, "slots", "days", (double)input->slots);
    } else if (input->days >= 0) {
        set_option(r, root, "days", "slots", input->days);
    }
    if (input->has_seed && input->seed > (uint64_t)LG__SEED_MAX) {
        lg_conf at = {.line = LG__FROM_OPTION};
        lg__problem(r, &at, NULL, "--seed", "is larger than 2^53 - 1 = 9007199254740991");
    } else if (input->has_seed) {
        set_option(r, root, "seed", NULL, (double)input->seed);
    }
}
