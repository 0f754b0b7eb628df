/* The JSON Schema of scenario files, out of the tables that check them. */
#include "scenario/reader.h"

#include <math.h>
#include <string.h>

#define REF(name) "{\"$ref\": \"#/$defs/" name "\"}"

static void print_choices(const char *choices, lg_text *out)
{
    lg_text_str(out, "{\"enum\": [\"");
    for (const char *p = choices; *p; p++) {
        if (*p == '|')
            lg_text_str(out, "\", \"");
        else
            lg_text_char(out, *p);
    }
    lg_text_str(out, "\"]");
}

static void print_matching(const lg_scenario_input *input, lg_text *out)
{
    lg_text choices;
    lg_text_init(&choices, out->mem);
    if (lg__matching_choices(input, &choices))
        print_choices(lg_text_peek(&choices), out);
    out->failed |= choices.failed;
    lg_text_fini(&choices);
}

static void print_range(const lg_option *row, lg_text *out)
{
    if (!(row->min < row->max))
        return;
    lg_text_str(out, ", \"minimum\": ");
    lg_text_double(out, row->min);
    lg_text_str(out, ", \"maximum\": ");
    lg_text_double(out, row->max);
}

static void print_row(const lg_scenario_input *input, const lg_option *row, bool first,
                      lg_text *out);
static void print_required(const lg_option *row, bool *any, lg_text *out);

/* A list of tables, left open behind. */
static void print_tables(const lg_scenario_input *input, const lg_option *row, lg_text *out)
{
    bool any = false;
    lg_text_str(out, "{\"type\": \"array\", \"items\": {\"type\": \"object\", "
                     "\"additionalProperties\": false,\n");
    for (uint32_t i = 0; i < row->columns.count; i++)
        print_required(lg__column(row, i), &any, out);
    lg_text_str(out, any ? "],\n      \"properties\": {" : "      \"properties\": {");
    for (uint32_t i = 0; i < row->columns.count; i++)
        print_row(input, lg__column(row, i), i == 0, out);
    lg_text_str(out, "}}");
}

/* The schema of a value, left open for what comes behind. */
static void print_type(const lg_scenario_input *input, const lg_option *row, lg_text *out)
{
    switch (row->type) {
    case LG_OPTION_NUMBER:
    case LG_OPTION_INTEGER:
        lg_text_format(out, "{\"type\": \"%s\"",
                       row->type == LG_OPTION_NUMBER ? "number" : "integer");
        print_range(row, out);
        return;
    case LG_OPTION_BOOL:
        lg_text_str(out, "{\"type\": \"boolean\"");
        return;
    case LG_OPTION_PROFILE:
        lg_text_str(out, "{\"$ref\": \"#/$defs/profile\"");
        return;
    case LG_OPTION_LIST:
        lg_text_str(out, "{\"type\": \"array\", \"items\": {\"type\": \"number\"");
        print_range(row, out);
        lg_text_char(out, '}');
        return;
    case LG_OPTION_TIME:
        lg_text_str(out, "{\"type\": \"string\"");
        return;
    case LG_OPTION_ROWS:
        print_tables(input, row, out);
        return;
    case LG__KEY_NAMES:
        lg_text_str(out, "{\"type\": \"array\", \"items\": {\"type\": \"string\"}");
        return;
    case LG__KEY_FREE:
        lg_text_str(out, "{\"type\": \"object\"");
        return;
    case LG__KEY_UUID:
        lg_text_str(out, "{\"type\": \"string\", \"format\": \"uuid\"");
        return;
    case LG__KEY_TABLE:
        lg_text_format(out, "{\"$ref\": \"#/$defs/%s\"",
                       strcmp(row->name, "grid") == 0 ? "area" : row->name);
        return;
    case LG__KEY_LIST:
        lg_text_format(out, "{\"type\": \"array\", \"items\": {\"$ref\": \"#/$defs/%s\"}",
                       strcmp(row->name, "agents") == 0        ? "agent"
                       : strcmp(row->name, "events") == 0      ? "event"
                       : strcmp(row->name, "areas") == 0       ? "delivery_area"
                       : strcmp(row->name, "gridpools") == 0   ? "gridpool"
                       : strcmp(row->name, "links") == 0       ? "link"
                       : strcmp(row->name, "microgrids") == 0  ? "microgrid"
                       : strcmp(row->name, "components") == 0  ? "component"
                       : strcmp(row->name, "connections") == 0 ? "connection"
                       : strcmp(row->name, "devices") == 0     ? "device"
                       : strcmp(row->name, "faults") == 0      ? "fault"
                                                               : "child");
        return;
    default:
        if (row->choices && lg__is_matching(row))
            print_matching(input, out);
        else if (row->choices)
            print_choices(row->choices, out);
        else
            lg_text_str(out, "{\"type\": \"string\"");
    }
}

static void print_row(const lg_scenario_input *input, const lg_option *row, bool first,
                      lg_text *out)
{
    lg_text_str(out, first ? "\n        " : ",\n        ");
    lg_text_json(out, row->name);
    lg_text_str(out, ": ");
    print_type(input, row, out);
    if (!isnan(row->def) && row->type <= LG_OPTION_BOOL) {
        lg_text_str(out, ", \"default\": ");
        if (row->type == LG_OPTION_BOOL)
            lg_text_str(out, row->def != 0 ? "true" : "false");
        else
            lg_text_double(out, row->def);
    }
    const char *sign = lg__unit_sign(row->unit);
    lg_text_str(out, ", \"description\": ");
    lg_text words;
    lg_text_init(&words, out->mem);
    lg_text_str(&words, row->help ? row->help : "");
    if (*sign)
        lg_text_format(&words, " (%s)", sign);
    lg_text_json(out, lg_text_peek(&words));
    out->failed |= words.failed;
    lg_text_fini(&words);
    lg_text_char(out, '}');
}

static void print_required(const lg_option *row, bool *any, lg_text *out)
{
    if (!(row->flags & LG_OPTION_REQUIRED))
        return;
    lg_text_str(out, *any ? ", " : "      \"required\": [");
    lg_text_json(out, row->name);
    *any = true;
}

/* A driver: the word for it, the key that has this word, its options, whether its assets trade. */
typedef struct driven {
    const char *key, *name;
    const lg_array *options;
    bool trades;
} driven;

static const lg_option *option_at(const lg_array *options, uint32_t index)
{
    return (const lg_option *)((const char *)options->items + (size_t)index * options->stride);
}

/* One object with the rows of a kind; for an asset those of its driver and of trading too. */
static void print_object(const lg_scenario_input *input, enum lg__kind kind, const driven *driver,
                         lg_text *out)
{
    uint32_t count, trading, options = driver ? driver->options->count : 0;
    const lg_option *rows = lg__rows_of(kind, &count), *trade = lg__trading_rows(&trading);
    bool any = false;
    lg_text_str(out, "{\n      \"type\": \"object\",\n      \"additionalProperties\": false,\n");
    for (uint32_t i = 0; i < count; i++)
        print_required(&rows[i], &any, out);
    for (uint32_t i = 0; i < options; i++)
        print_required(option_at(driver->options, i), &any, out);
    lg_text_str(out, any ? "],\n      \"properties\": {" : "      \"properties\": {");
    for (uint32_t i = 0; i < count; i++) {
        if (driver && strcmp(rows[i].name, driver->key) == 0)
            lg_text_format(out, "%s\n        \"%s\": {\"const\": \"%s\"}", i ? "," : "",
                           driver->key, driver->name);
        else
            print_row(input, &rows[i], i == 0, out);
    }
    for (uint32_t i = 0; i < options; i++)
        print_row(input, option_at(driver->options, i), false, out);
    for (uint32_t i = 0; driver && driver->trades && i < trading; i++)
        print_row(input, &trade[i], false, out);
    lg_text_str(out, "\n      }\n    }");
}

static void print_def(const lg_scenario_input *input, const char *name, enum lg__kind kind,
                      const driven *driver, lg_text *out)
{
    lg_text_str(out, ",\n    ");
    lg_text_json(out, name);
    lg_text_str(out, ": ");
    print_object(input, kind, driver, out);
}

/* A definition for each driver: "asset_load". */
static void print_driven(const lg_scenario_input *input, const char *prefix, enum lg__kind kind,
                         const driven *driver, lg_text *out)
{
    lg_text name;
    lg_text_init(&name, out->mem);
    lg_text_format(&name, "%s_%s", prefix, driver->name);
    print_def(input, lg_text_peek(&name), kind, driver, out);
    out->failed |= name.failed;
    lg_text_fini(&name);
}

static void print_devices(const lg_scenario_input *input, lg_text *out)
{
    for (uint32_t i = 0; i < input->device_count; i++) {
        const driven d = {"driver", input->devices[i]->name, &input->devices[i]->options, false};
        print_driven(input, "device", LG__DEVICE, &d, out);
    }
    lg_text_str(out, ",\n    \"device\": {\"anyOf\": [");
    for (uint32_t i = 0; i < input->device_count; i++)
        lg_text_format(out, "%s{\"$ref\": \"#/$defs/device_%s\"}", i ? ", " : "",
                       input->devices[i]->name);
    lg_text_str(out, input->device_count ? "]}" : "false]}");
}

static const char profile_defs[] =
    "    \"day\": {\"type\": \"object\", \"minProperties\": 1, \"additionalProperties\": false,\n"
    "      \"patternProperties\": {\"^([01]?[0-9]|2[0-3]):[0-5][0-9]$\": {\"type\": "
    "\"number\"}}},\n"
    "    \"profile\": {\"anyOf\": [\n"
    "      {\"type\": \"number\"},\n"
    "      {\"type\": \"array\", \"items\": {\"type\": \"number\"}, \"minItems\": 24, "
    "\"maxItems\": 24},\n"
    "      {\"type\": \"array\", \"items\": {\"type\": \"number\"}, \"minItems\": 96, "
    "\"maxItems\": 96},\n"
    "      {\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"csv\"],\n"
    "        \"properties\": {\"csv\": " REF(
        "csv") "}},\n"
               "      {\"type\": \"object\", \"additionalProperties\": false, \"required\": "
               "[\"day\"],\n"
               "        \"properties\": {\"day\": " REF(
                   "day") "}},\n"
                          "      {\"type\": \"object\", \"additionalProperties\": false, "
                          "\"required\": [\"series\"],\n"
                          "        \"properties\": {\"series\": {\"type\": \"object\", "
                          "\"additionalProperties\": false,\n"
                          "          \"required\": [\"start\", \"step_minutes\", \"values\"],\n"
                          "          \"properties\": {\"start\": {\"type\": \"string\"}, "
                          "\"step_minutes\": {\"type\": \"number\"},\n"
                          "            \"values\": {\"type\": \"array\", \"minItems\": 1, "
                          "\"items\": {\"type\": \"number\"}}}}}}]}";

void lg_scenario_schema(const lg_scenario_input *input, lg_text *out)
{
    const lg_driver *const *drivers = input->drivers;
    uint32_t driver_count = input->driver_count;
    lg_text_str(out, "{\n  \"$schema\": \"https://json-schema.org/draft/2020-12/schema\",\n"
                     "  \"title\": \"lunagrid scenario\",\n"
                     "  \"$ref\": \"#/$defs/scenario\",\n  \"$defs\": {\n");
    lg_text_str(out, profile_defs);
    print_def(input, "scenario", LG__SCENARIO, NULL, out);
    print_def(input, "market", LG__MARKET, NULL, out);
    print_def(input, "settlement", LG__SETTLEMENT, NULL, out);
    print_def(input, "results", LG__RESULTS, NULL, out);
    print_def(input, "intraday", LG__INTRADAY, NULL, out);
    print_def(input, "delivery_area", LG__DELIVERY_AREA, NULL, out);
    print_def(input, "gridpool", LG__GRIDPOOL, NULL, out);
    print_def(input, "link", LG__LINK, NULL, out);
    print_def(input, "coordination", LG__COORDINATION, NULL, out);
    print_def(input, "microgrid", LG__MICROGRID, NULL, out);
    print_def(input, "component", LG__COMPONENT, NULL, out);
    print_def(input, "connection", LG__WIRE, NULL, out);
    print_def(input, "fault", LG__FAULT, NULL, out);
    print_def(input, "area", LG__AREA, NULL, out);
    print_def(input, "agent", LG__AGENT, NULL, out);
    print_def(input, "budget", LG__BUDGET, NULL, out);
    print_def(input, "event", LG__EVENT, NULL, out);
    print_def(input, "csv", LG__CSV, NULL, out);
    for (uint32_t i = 0; i < driver_count; i++) {
        const driven d = {"type", drivers[i]->name, &drivers[i]->options, true};
        print_driven(input, "asset", LG__KIND_COUNT, &d, out);
    }
    print_devices(input, out);
    lg_text_str(out, ",\n    \"child\": {\"anyOf\": [" REF("area"));
    for (uint32_t i = 0; i < driver_count; i++)
        lg_text_format(out, ", {\"$ref\": \"#/$defs/asset_%s\"}", drivers[i]->name);
    lg_text_str(out, "]}\n  }\n}\n");
}
