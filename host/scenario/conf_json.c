/*
 * JSON becomes a conf tree: scanned strictly, parsed by cJSON, copied in document order so that the
 * lines the scan noted meet their values. cJSON allocates on its own; its tree is gone before this
 * returns.
 */
#include "scenario/reader.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <string.h>
#include "base/json_scan.h"

/** Keys of one object; a duplicate is looked for by comparing all. */
#define KEYS_MAX 4096

typedef struct copy {
    lg__reader *r;
    const lg_json_lines *lines;
    uint32_t at; /* values copied so far */
} copy;

static lg_conf *copy_value(copy *c, const cJSON *json, const char *key);

static bool is_double_key(copy *c, const cJSON *object, const cJSON *item, int line)
{
    for (const cJSON *other = object->child; other != item; other = other->next)
        if (strcmp(other->string, item->string) == 0) {
            lg_conf at = {.line = line};
            lg__problem(c->r, &at, NULL, item->string, "the key is written twice");
            return true;
        }
    return false;
}

static bool copy_items(copy *c, const cJSON *json, lg_conf *parent)
{
    bool table = parent->type == LG_CONF_TABLE;
    lg_conf **tail = &parent->first;
    for (const cJSON *item = json->child; item; item = item->next) {
        const char *key = NULL;
        if (table) {
            key = lg_arena_text(c->r->arena, item->string, strlen(item->string));
            if (!key)
                return lg__exhausted(c->r);
            if (parent->count == KEYS_MAX) {
                lg__problem(c->r, parent, NULL, parent->key, "has more than %d keys", KEYS_MAX);
                return false;
            }
            is_double_key(c, json, item, (int)c->lines->lines[c->at]);
        }
        lg_conf *value = copy_value(c, item, key);
        if (!value)
            return false;
        tail = lg__conf_append(parent, tail, value);
    }
    return true;
}

static lg_conf *copy_value(copy *c, const cJSON *json, const char *key)
{
    lg_conf_type type = cJSON_IsObject(json)   ? LG_CONF_TABLE
                        : cJSON_IsArray(json)  ? LG_CONF_LIST
                        : cJSON_IsString(json) ? LG_CONF_TEXT
                        : cJSON_IsNumber(json) ? LG_CONF_NUMBER
                        : cJSON_IsBool(json)   ? LG_CONF_BOOL
                                               : LG_CONF_NULL;
    LG_ASSERT(c->at < c->lines->count);
    lg_conf *conf = lg__conf_new(c->r->arena, type, key, (int)c->lines->lines[c->at++]);
    if (!conf) {
        lg__exhausted(c->r);
        return NULL;
    }
    if (type == LG_CONF_TEXT) {
        conf->text = lg_arena_text(c->r->arena, json->valuestring, strlen(json->valuestring));
        if (!conf->text) {
            lg__exhausted(c->r);
            return NULL;
        }
    } else if (type == LG_CONF_NUMBER) {
        conf->number = json->valuedouble;
        if (!isfinite(conf->number))
            lg__problem(c->r, conf, NULL, key, "the number is too large");
    } else if (type == LG_CONF_BOOL) {
        conf->number = cJSON_IsTrue(json);
    } else if (!copy_items(c, json, conf)) {
        return NULL;
    }
    return conf;
}

lg_conf *lg__conf_from_json(lg__reader *r, const char *text, size_t size)
{
    lg_json_lines lines;
    lg_conf *root = NULL;
    cJSON *json = NULL;
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) { /* as some editors begin a file */
        text += 3;
        size -= 3;
    }
    lg_status status = lg_json_scan(r->mem, text, size, &lines);
    if (status == LG_MEMORY) {
        lg__exhausted(r);
        goto out;
    }
    if (status != LG_OK) {
        lg_conf at = {.line = lines.problem_line};
        lg__problem(r, &at, NULL, NULL, "%s (column %d)", lines.problem, lines.problem_column);
        goto out;
    }
    json = cJSON_ParseWithLengthOpts(text, size + 1, NULL, 1);
    if (!json) {
        lg__exhausted(r); /* the scan has passed it, so nothing else is left to go wrong */
        goto out;
    }
    copy c = {.r = r, .lines = &lines};
    root = copy_value(&c, json, NULL);
out:
    cJSON_Delete(json);
    lg_json_lines_fini(&lines);
    return root;
}
