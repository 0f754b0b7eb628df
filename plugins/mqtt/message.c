/* cJSON is lenient where we are not: nothing may stand behind the value, it may not be nested
 * deeply, and names are told apart by case. */
#include "message.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

enum { DEPTH_MAX = 32 };

struct message {
    char *text; /* with an end of its own */
    size_t size;
    cJSON *json;
    bool is_parsed;
    char number[32];
};

message *message_open(const char *payload, size_t size)
{
    message *m = calloc(1, sizeof *m);
    char *text = malloc(size + 1);
    if (!m || !text) {
        free(m);
        free(text);
        return NULL;
    }
    if (size)
        memcpy(text, payload, size);
    text[size] = 0;
    m->text = text;
    m->size = size;
    return m;
}

void message_close(message *m)
{
    cJSON_Delete(m->json);
    free(m->text);
    free(m);
}

static bool is_flat_enough(const char *text, size_t size)
{
    int depth = 0;
    bool is_text = false;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == 0)
            return false;
        if (is_text && text[i] == '\\')
            i++;
        else if (text[i] == '"')
            is_text = !is_text;
        else if (!is_text && (text[i] == '[' || text[i] == '{') && ++depth > DEPTH_MAX)
            return false;
        else if (!is_text && (text[i] == ']' || text[i] == '}'))
            depth--;
    }
    return true;
}

static const cJSON *root(message *m)
{
    if (!m->is_parsed && is_flat_enough(m->text, m->size))
        m->json = cJSON_ParseWithLengthOpts(m->text, m->size + 1, NULL, true);
    m->is_parsed = true;
    return m->json;
}

/* One step of a path: a name, then numbers in brackets. */
static const cJSON *go(const cJSON *at, const char *word, size_t length)
{
    char name[128];
    size_t end = 0;
    while (end < length && word[end] != '[')
        end++;
    if (end >= sizeof name)
        return NULL;
    memcpy(name, word, end);
    name[end] = 0;
    if (end > 0)
        at = cJSON_IsObject(at) ? cJSON_GetObjectItemCaseSensitive(at, name) : NULL;
    while (at && end < length) {
        char *close;
        unsigned long index = strtoul(word + end + 1, &close, 10);
        if (*close != ']' || !cJSON_IsArray(at) || index > INT32_MAX)
            return NULL;
        at = cJSON_GetArrayItem(at, (int)index);
        end = (size_t)(close - word) + 1;
    }
    return at;
}

const char *message_at(message *m, const char *path)
{
    if (strcmp(path, "-") == 0)
        return memchr(m->text, 0, m->size) ? NULL : m->text;
    const cJSON *at = root(m);
    while (at && *path) {
        size_t length = strcspn(path, ".");
        at = go(at, path, length);
        path += length + (path[length] != 0);
    }
    if (cJSON_IsString(at))
        return at->valuestring;
    if (cJSON_IsBool(at))
        return cJSON_IsTrue(at) ? "true" : "false";
    if (!cJSON_IsNumber(at) || !isfinite(at->valuedouble))
        return NULL;
    snprintf(m->number, sizeof m->number, "%.17g", at->valuedouble);
    return m->number;
}

double message_number(message *m, const char *path)
{
    const char *text = message_at(m, path);
    char *end;
    if (!text)
        return NAN;
    double value = strtod(text, &end);
    if (end == text)
        return NAN;
    end += strspn(end, " \t\r\n");
    return *end == 0 && isfinite(value) ? value : NAN;
}
