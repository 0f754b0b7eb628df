/* The file is JSON, read as strictly as what comes over the wire. */
#include "app/coordinate.h"

#include <stdio.h>
#include <string.h>
#include "base/input.h"
#include "rest/read.h"

enum { ARENA_BLOCK = 16384, FILE_MAX = 16 << 20, CLIENTS_MAX = 10000, NEIGHBOURHOODS_MAX = 10000 };

typedef struct reading {
    lg_coordinate *out;
    const char *path;
    const lg_json *file;
    lg_err *err;
} reading;

static lg_status wrong(const reading *r, const char *key, const char *expected)
{
    return lg_fail(r->err, LG_INVALID, "%s: %s: %s", r->path, key, expected);
}

static lg_status exhausted(const reading *r)
{
    return lg_fail(r->err, LG_MEMORY, "out of memory");
}

/* ---- values ---- */

static lg_status read_bool(const reading *r, const char *key, bool *out)
{
    const lg_json *value = lg_json_at(r->file, key);
    if (value && value->kind != LG_JSON_TRUE && value->kind != LG_JSON_FALSE)
        return wrong(r, key, "true or false is expected here");
    *out = value ? value->kind == LG_JSON_TRUE : *out;
    return LG_OK;
}

static lg_status read_minutes(const reading *r, const char *key, int64_t *us)
{
    const lg_json *value = lg_json_at(r->file, key);
    int64_t nano = 0;
    if (!value)
        return LG_OK;
    if (value->kind != LG_JSON_NUMBER || !lg_coord_number_read(value->text, &nano) || nano < 0 ||
        nano > 100000 * LG_COORD_NANO)
        return wrong(r, key, "a number of minutes from 0 to 100000 is expected here");
    *us = nano / 1000 * 60;
    *us -= *us % LG_COORD_SECOND_US; /* whole seconds are kept */
    return LG_OK;
}

/* What suites of other people expect differs here. */
static lg_status read_unknown(const reading *r)
{
    const lg_json *value = lg_json_at(r->file, "unknown_program_status");
    bool number = value && value->kind == LG_JSON_NUMBER;
    if (value && !(number && (strcmp(value->text, "400") == 0 || strcmp(value->text, "409") == 0)))
        return wrong(r, "unknown_program_status", "400 or 409 is expected here");
    r->out->input.manners.unknown_is_invalid = value && strcmp(value->text, "400") == 0;
    return LG_OK;
}

static lg_status read_zone(const reading *r)
{
    const lg_json *value = lg_json_at(r->file, "zone");
    const lg_coord_zone *zone =
        value && value->kind == LG_JSON_STRING ? lg_coord_zone_find(value->text) : NULL;
    if (value && !zone)
        return wrong(r, "zone", "one of " LG_COORD_ZONES " is expected here");
    if (value) {
        r->out->input.settings.zone = zone;
        r->out->input.zone = value->text;
    }
    return LG_OK;
}

/* ---- lists ---- */

static lg_status read_list(const reading *r, const char *key, uint32_t max, const lg_json **out)
{
    *out = lg_json_at(r->file, key);
    if (*out && ((*out)->kind != LG_JSON_ARRAY || (*out)->count > max))
        return wrong(r, key, "a list is expected here");
    return LG_OK;
}

static const char *id_of(const lg_json *object, const char *key)
{
    const lg_json *value = lg_json_at(object, key);
    return value && value->kind == LG_JSON_STRING && lg_rest_is_id(value->text) ? value->text
                                                                                : NULL;
}

static bool is_known(const lg_rest_client *clients, uint32_t count, const char *id)
{
    for (uint32_t i = 0; i < count; i++)
        if (strcmp(clients[i].id, id) == 0)
            return true;
    return false;
}

/* What a client may do in OpenADR, and the token that it may come with. */
static bool read_role(const lg_json *object, lg_rest_client *client)
{
    const lg_json *role = lg_json_at(object, "role"), *token = lg_json_at(object, "token");
    const char *word = role && role->kind == LG_JSON_STRING ? role->text : role ? "" : "aggregator";
    client->scopes = strcmp(word, "aggregator") == 0 ? LG_REST_SCOPES_VEN
                     : strcmp(word, "operator") == 0 ? LG_REST_SCOPES_BL
                     : strcmp(word, "both") == 0     ? LG_REST_SCOPES
                                                     : 0;
    if (token && token->kind == LG_JSON_STRING && *token->text)
        client->token = token->text;
    return client->scopes && (!token || client->token);
}

static lg_status read_clients(const reading *r)
{
    const lg_json *list;
    uint32_t count = 0;
    lg_status status = read_list(r, "clients", CLIENTS_MAX, &list);
    if (status != LG_OK)
        return status;
    if (!list || !list->count)
        return wrong(r, "clients", "at least one client is expected here");
    lg_rest_client *clients = lg_arena_alloc(&r->out->arena, list->count * sizeof *clients);
    if (!clients)
        return exhausted(r);
    for (const lg_json *at = list->first; at; at = at->next) {
        lg_rest_client client = {.id = id_of(at, "id"), .tenant = id_of(at, "tenant")};
        const lg_json *secret = lg_json_at(at, "secret");
        if (secret && secret->kind == LG_JSON_STRING && *secret->text)
            client.secret = secret->text;
        if (!read_role(at, &client))
            return wrong(r, "clients",
                         "a role is \"aggregator\", \"operator\" or \"both\", a token a text");
        bool needs = !(client.scopes & LG_REST_SCOPE_READ_ALL);
        if (!client.id || !client.secret || (!client.tenant && (needs || lg_json_at(at, "tenant"))))
            return wrong(r, "clients",
                         "each has id, secret and tenant, texts of 1 to 128 bytes without \"/\"");
        if (is_known(clients, count, client.id))
            return lg_fail(r->err, LG_INVALID, "%s: clients: the id \"%s\" is there twice", r->path,
                           client.id);
        clients[count++] = client;
    }
    r->out->input.clients = clients;
    r->out->input.client_count = count;
    return LG_OK;
}

static lg_status read_neighbourhoods(const reading *r)
{
    const lg_json *list;
    uint32_t count = 0;
    lg_status status = read_list(r, "neighbourhoods", NEIGHBOURHOODS_MAX, &list);
    if (status != LG_OK || !list || !list->count)
        return status;
    const char **texts = lg_arena_alloc(&r->out->arena, list->count * sizeof *texts);
    if (!texts)
        return exhausted(r);
    for (const lg_json *at = list->first; at; at = at->next) {
        texts[count] = lg_arena_text(&r->out->arena, at->raw, at->raw_size);
        if (!texts[count++])
            return exhausted(r);
    }
    r->out->input.neighbourhoods = texts;
    r->out->input.neighbourhood_count = count;
    return LG_OK;
}

static lg_status check_keys(const reading *r)
{
    static const char *const keys[] = {
        "clients",
        "neighbourhoods",
        "zone",
        "sandbox",
        "must_be_eligible",
        "eligibility_minutes",
        "acknowledge_minutes",
        "insecure_callbacks",
        "plain_http",
        "unlimited",
        "unknown_program_status",
    };
    const size_t count = sizeof keys / sizeof *keys;
    if (r->file->kind != LG_JSON_OBJECT)
        return lg_fail(r->err, LG_INVALID, "%s: an object is expected", r->path);
    for (const lg_json *at = r->file->first; at; at = at->next) {
        bool known = false;
        for (size_t i = 0; i < count; i++)
            known |= strcmp(keys[i], at->name) == 0;
        int near = known ? -1 : lg_text_nearest(at->name, keys, count);
        if (!known)
            return lg_fail(r->err, LG_INVALID, "%s: there is no key \"%s\"%s%s%s", r->path,
                           at->name, near >= 0 ? "; did you mean \"" : "",
                           near >= 0 ? keys[near] : "", near >= 0 ? "\"?" : "");
    }
    return LG_OK;
}

static lg_status read_all(const reading *r)
{
    lg_rest_input *input = &r->out->input;
    lg_status status = check_keys(r);
    if (status == LG_OK)
        status = read_zone(r);
    if (status == LG_OK)
        status = read_bool(r, "sandbox", &input->manners.sandbox);
    if (status == LG_OK)
        status = read_bool(r, "insecure_callbacks", &input->manners.insecure_callbacks);
    if (status == LG_OK)
        status = read_bool(r, "must_be_eligible", &input->settings.must_be_eligible);
    if (status == LG_OK)
        status = read_bool(r, "unlimited", &input->unlimited);
    if (status == LG_OK)
        status = read_bool(r, "plain_http", &r->out->plain_http);
    if (status == LG_OK)
        status = read_unknown(r);
    if (status == LG_OK)
        status = read_minutes(r, "eligibility_minutes", &input->settings.eligibility_us);
    if (status == LG_OK)
        status = read_minutes(r, "acknowledge_minutes", &input->settings.acknowledge_us);
    if (status == LG_OK)
        status = read_clients(r);
    return status == LG_OK ? read_neighbourhoods(r) : status;
}

/* ---- the file ---- */

static lg_status read_file(const reading *r, const char **text, size_t *size)
{
    const char *why;
    FILE *file = lg_input_open(r->path, &why);
    lg_status status = LG_OK;
    if (!file)
        return lg_fail(r->err, LG_IO, "cannot read %s: %s", r->path, why);
    fseek(file, 0, SEEK_END);
    long length = ftell(file);
    rewind(file);
    char *bytes = length >= 0 && length <= FILE_MAX
                      ? lg_arena_alloc(&r->out->arena, (size_t)length + 1)
                      : NULL;
    if (length < 0 || length > FILE_MAX)
        status = lg_fail(r->err, LG_INVALID, "%s: it is larger than 16 MiB", r->path);
    else if (!bytes)
        status = exhausted(r);
    else if (fread(bytes, 1, (size_t)length, file) != (size_t)length)
        status = lg_fail(r->err, LG_IO, "cannot read %s", r->path);
    fclose(file);
    *text = bytes;
    *size = (size_t)length;
    return status;
}

/* The places of the public sandbox, and meter points that its guides use. */
static const char *const demo_neighbourhoods[] = {
    "{\"name\":\"north\",\"polygon\":[[79.4,15.8],[79.4,16.2],[79.6,16.2],[79.6,15.8]],"
    "\"meterPointIds\":[\"707057500000000017\"]}",
    "{\"name\":\"fjord\",\"polygon\":[[78.2,15.5],[78.2,15.7],[78.25,15.7],[78.25,15.5]]}",
};
static const lg_rest_client demo_clients[] = {
    {.id = "demo", .secret = "demo", .tenant = "demo", .scopes = LG_REST_SCOPES_VEN},
    {.id = "operator", .secret = "operator", .scopes = LG_REST_SCOPES_BL},
};

static void take_demo(lg_coordinate *out)
{
    out->demo = true;
    out->input.manners = (lg_rest_manners){.sandbox = true, .insecure_callbacks = true};
    out->input.clients = demo_clients;
    out->input.client_count = 2;
    out->input.neighbourhoods = demo_neighbourhoods;
    out->input.neighbourhood_count = 2;
}

lg_status lg_coordinate_read(lg_mem *mem, const char *path, lg_coordinate *out, lg_err *err)
{
    static const lg_json_limits limits = {
        .depth = 32, .values = 5000000, .string_bytes = 65536, .key_bytes = 256};
    const char *text;
    size_t size;
    lg_err inner;
    reading r = {.out = out, .path = path, .err = err};
    *out = (lg_coordinate){.input.settings = lg_coord_defaults(), .input.zone = "Europe/Oslo"};
    lg_arena_init(&out->arena, mem, ARENA_BLOCK);
    if (!path) {
        take_demo(out);
        return LG_OK;
    }
    lg_status status = read_file(&r, &text, &size);
    if (status != LG_OK)
        return status;
    status = lg_json_read(&out->arena, text, size, &limits, &inner, &r.file);
    if (status != LG_OK)
        return lg_fail(err, status, "%s: %s", path, inner.text);
    return read_all(&r);
}

void lg_coordinate_fini(lg_coordinate *settings)
{
    lg_arena_drop(&settings->arena);
}
