/*
 * The line is scanned strictly before cJSON sees it, so what cJSON makes of it is what was meant;
 * what is left to check is that it is a flat object of known keys.
 */
#include "control/request.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/json_scan.h"
#include "base/text.h"

#define ID_TEXT_MAX 60
#define TOKEN_MAX   200
#define WHOLE_MAX   9007199254740992.0 /* 2^53: up to here a double counts one by one */
#define COUNT_MAX   10000000.0
#define LINES_MAX   1000.0
#define TEXT_MAX    16384
#define SOURCE_MAX  65536 /* of a script: LG_SOURCE_MAX of the room script */
#define SOURCES_MAX 100
/* Keys of a request: more are not looked at one by one. */
#define KEYS_MAX 16

typedef enum arg_kind { TEXT, COUNT, THOUSAND, NUMBER, SWITCH, SOURCE, SOURCES } arg_kind;

static const char *const kind_words[] = {
    [TEXT] = "a text that is not empty, of at most 16384 bytes",
    [COUNT] = "a whole number from 1 to 10000000",
    [THOUSAND] = "a whole number from 1 to 1000",
    [NUMBER] = "a number",
    [SWITCH] = "true or false",
    [SOURCE] = "a text that is not empty, of at most 65536 bytes",
    [SOURCES] = "an object of at most 100 texts of up to 65536 bytes, by the names of modules",
};

const lg_control_row lg_control_rows[LG_CONTROL_KINDS] = {
#define LG_CONTROL(id, name, usage, right, help) {name, usage, help, LG_CONTROL_##right},
#include "control/control.def"
};

const char *const lg_control_codes[LG_CONTROL_CODES] = {
#define LG_CONTROL_ERROR(id, code, help) code,
#include "control/control.def"
};

static const struct {
    lg_control_kind command;
    const char *key;
    arg_kind kind;
    bool required;
} args[LG_CONTROL_ARGS] = {
#define LG_CONTROL_ARG(command, id, key, kind, required, help)                                     \
    {LG_CONTROL_##command, key, kind, required},
#include "control/control.def"
};

__attribute__((format(printf, 3, 4))) static lg_status
refuse(lg_request_fault *fault, lg_control_code code, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    vsnprintf(fault->message, sizeof fault->message, format, list);
    va_end(list);
    lg_text_clean(fault->message);
    fault->code = code;
    return LG_INVALID;
}

static bool is_whole(const cJSON *item, double max)
{
    double value = item->valuedouble;
    return cJSON_IsNumber(item) && value >= -max && value <= max && floor(value) == value;
}

static lg_status read_id(lg_mem *mem, const cJSON *item, lg_request *request,
                         lg_request_fault *fault)
{
    if (cJSON_IsNull(item))
        return LG_OK;
    if (is_whole(item, WHOLE_MAX)) {
        snprintf(request->id, sizeof request->id, "%.0f", item->valuedouble + 0.0);
        return LG_OK;
    }
    if (!cJSON_IsString(item) || strlen(item->valuestring) > ID_TEXT_MAX)
        return refuse(fault, LG_CONTROL_BAD_REQUEST,
                      "\"id\" is a text of at most %d bytes or a whole number up to 2^53",
                      ID_TEXT_MAX);
    lg_text text;
    lg_text_init(&text, mem);
    lg_text_json(&text, item->valuestring);
    bool room = !text.failed && text.length < sizeof request->id;
    if (room)
        memcpy(request->id, lg_text_peek(&text), text.length + 1);
    lg_text_fini(&text);
    return room ? LG_OK : LG_MEMORY;
}

/* Before anything else, so that whatever is wrong with the rest is answered to the right one. */
static lg_status read_ids(lg_mem *mem, const cJSON *root, lg_request *request,
                          lg_request_fault *fault)
{
    int keys = 0;
    const cJSON *item;
    cJSON_ArrayForEach(item, root)
    {
        if (++keys > KEYS_MAX)
            return refuse(fault, LG_CONTROL_BAD_REQUEST, "a request has at most %d keys", KEYS_MAX);
        for (const cJSON *other = root->child; other != item; other = other->next)
            if (strcmp(other->string, item->string) == 0)
                return refuse(fault, LG_CONTROL_BAD_REQUEST, "the key \"%.60s\" stands there twice",
                              item->string);
    }
    item = cJSON_GetObjectItemCaseSensitive(root, "id");
    return item ? read_id(mem, item, request, fault) : LG_OK;
}

static lg_status read_token(const cJSON *root, lg_request *request, lg_request_fault *fault)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, "token");
    if (!item)
        return LG_OK;
    if (!cJSON_IsString(item) || strlen(item->valuestring) > TOKEN_MAX)
        return refuse(fault, LG_CONTROL_BAD_REQUEST, "\"token\" is a text of at most %d bytes",
                      TOKEN_MAX);
    request->token = item->valuestring;
    return LG_OK;
}

static lg_status read_command(const cJSON *root, lg_request *request, lg_request_fault *fault)
{
    const char *names[LG_CONTROL_KINDS];
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, "command");
    if (!item)
        return refuse(fault, LG_CONTROL_BAD_REQUEST, "\"command\" is missing");
    if (!cJSON_IsString(item))
        return refuse(fault, LG_CONTROL_BAD_REQUEST, "\"command\" must be a text");
    for (int i = 0; i < LG_CONTROL_KINDS; i++) {
        names[i] = lg_control_rows[i].name;
        if (strcmp(item->valuestring, names[i]) == 0) {
            request->kind = (lg_control_kind)i;
            return LG_OK;
        }
    }
    int near = lg_text_nearest(item->valuestring, names, LG_CONTROL_KINDS);
    return refuse(fault, LG_CONTROL_UNKNOWN_COMMAND, "there is no command \"%.60s\"%s%s%s",
                  item->valuestring, near < 0 ? "" : "; did you mean \"",
                  near < 0 ? "" : names[near], near < 0 ? "" : "\"?");
}

static bool are_sources(const cJSON *object)
{
    const cJSON *item;
    int count = 0;
    cJSON_ArrayForEach(item, object)
    {
        if (!cJSON_IsString(item) || strlen(item->valuestring) > SOURCE_MAX ||
            ++count > SOURCES_MAX)
            return false;
        for (const cJSON *other = object->child; other != item; other = other->next)
            if (strcmp(other->string, item->string) == 0)
                return false;
    }
    return cJSON_IsObject(object);
}

static bool take(const cJSON *item, arg_kind kind, lg_control_value *value)
{
    value->given = true;
    switch (kind) {
    case TEXT:
        value->text = item->valuestring;
        return cJSON_IsString(item) && *value->text && strlen(value->text) <= TEXT_MAX;
    case COUNT:
        value->number = item->valuedouble;
        return is_whole(item, COUNT_MAX) && value->number >= 1;
    case THOUSAND:
        value->number = item->valuedouble;
        return is_whole(item, LINES_MAX) && value->number >= 1;
    case NUMBER:
        value->number = item->valuedouble;
        return cJSON_IsNumber(item) && isfinite(value->number);
    case SWITCH:
        value->on = cJSON_IsTrue(item);
        return cJSON_IsBool(item);
    case SOURCE:
        value->text = item->valuestring;
        return cJSON_IsString(item) && *value->text && strlen(value->text) <= SOURCE_MAX;
    case SOURCES:
        value->sources = item;
        return are_sources(item);
    }
    return false;
}

static lg_status unknown_key(const lg_request *request, const char *key, lg_request_fault *fault)
{
    const char *names[LG_CONTROL_ARGS + 3] = {"id", "command", "token"};
    size_t count = 3;
    for (int i = 0; i < LG_CONTROL_ARGS; i++)
        if (args[i].command == request->kind)
            names[count++] = args[i].key;
    int near = lg_text_nearest(key, names, count);
    return refuse(fault, LG_CONTROL_BAD_REQUEST, "%s takes no \"%.60s\"%s%s%s",
                  lg_control_rows[request->kind].name, key, near < 0 ? "" : "; did you mean \"",
                  near < 0 ? "" : names[near], near < 0 ? "" : "\"?");
}

static lg_status read_arg(const cJSON *item, lg_request *request, lg_request_fault *fault)
{
    if (strcmp(item->string, "id") == 0 || strcmp(item->string, "command") == 0 ||
        strcmp(item->string, "token") == 0)
        return LG_OK;
    for (int i = 0; i < LG_CONTROL_ARGS; i++)
        if (args[i].command == request->kind && strcmp(item->string, args[i].key) == 0)
            return take(item, args[i].kind, &request->values[i])
                       ? LG_OK
                       : refuse(fault, LG_CONTROL_BAD_REQUEST, "\"%s\" of %s is %s", item->string,
                                lg_control_rows[request->kind].name, kind_words[args[i].kind]);
    return unknown_key(request, item->string, fault);
}

static lg_status read_object(lg_mem *mem, const cJSON *root, lg_request *request,
                             lg_request_fault *fault)
{
    if (!cJSON_IsObject(root))
        return refuse(fault, LG_CONTROL_BAD_REQUEST,
                      "a request is an object, like {\"id\": 1, \"command\": \"status\"}");
    lg_status status = read_ids(mem, root, request, fault);
    if (status == LG_OK)
        status = read_token(root, request, fault);
    if (status == LG_OK)
        status = read_command(root, request, fault);
    for (const cJSON *item = root->child; item && status == LG_OK; item = item->next)
        status = read_arg(item, request, fault);
    for (int i = 0; i < LG_CONTROL_ARGS && status == LG_OK; i++)
        if (args[i].command == request->kind && args[i].required && !request->values[i].given)
            status =
                refuse(fault, LG_CONTROL_BAD_REQUEST, "%s needs \"%s\": %s",
                       lg_control_rows[request->kind].name, args[i].key, kind_words[args[i].kind]);
    return status;
}

lg_status lg_request_read(lg_mem *mem, const char *text, size_t size, lg_request *request,
                          lg_request_fault *fault)
{
    lg_json_lines lines;
    memset(request, 0, sizeof *request);
    memset(fault, 0, sizeof *fault);
    snprintf(request->id, sizeof request->id, "null");
    lg_status status = lg_json_scan(mem, text, size, &lines);
    if (status == LG_INVALID)
        status = refuse(fault, LG_CONTROL_BAD_JSON, "%s", lines.problem);
    lg_json_lines_fini(&lines);
    if (status != LG_OK)
        return status;
    cJSON *root = cJSON_ParseWithLengthOpts(text, size + 1, NULL, 1);
    if (!root) /* the scan has passed it, so nothing else is left to go wrong */
        return LG_MEMORY;
    request->tree = root;
    return read_object(mem, root, request, fault);
}

bool lg_control_source(const lg_control_value *value, uint32_t index, const char **name,
                       const char **text)
{
    const cJSON *object = value->sources;
    const cJSON *item = object ? object->child : NULL;
    for (uint32_t i = 0; i < index && item; i++)
        item = item->next;
    *name = item ? item->string : NULL;
    *text = item ? item->valuestring : NULL;
    return item;
}

void lg_request_fini(lg_request *request)
{
    cJSON_Delete(request->tree);
    request->tree = NULL;
}
