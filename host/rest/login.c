/* The guard of the page counts wrong secrets and wrong tokens of an address alike. */
#include "rest/login.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/hash.h"
#include "rest/percent.h"

enum { FIELD_MAX = 1024 };

void lg_rest_login_init(lg_rest_login *login, const lg_rest_client *clients, uint32_t count)
{
    memset(login, 0, sizeof *login);
    login->clients = clients;
    login->client_count = count;
}

/* ---- tokens ---- */

static const char *bearer_of(const lg_web_call *call)
{
    static const char scheme[] = "Bearer ";
    const char *value = call->headers->authorization;
    if (!value || strncasecmp(value, scheme, sizeof scheme - 1) != 0)
        return NULL;
    return value + sizeof scheme - 1;
}

lg_rest_who lg_rest_login_who(lg_rest_login *login, const lg_web_call *call, int64_t now_ns,
                              const lg_rest_client **client, unsigned *scopes)
{
    const char *token = bearer_of(call);
    char digest[LG_REST_DIGEST];
    const lg_rest_client *found = NULL;
    *client = NULL;
    *scopes = 0;
    if (!call->headers->authorization)
        return LG_REST_NOBODY;
    if (!token)
        return LG_REST_UNKNOWN;
    lg_sha256(token, strlen(token), digest);
    for (int i = 0; i < LG_REST_TOKENS_MAX; i++)
        if (*login->tokens[i].digest && now_ns < login->tokens[i].until_ns &&
            lg_token_same(login->tokens[i].digest, digest, LG_REST_DIGEST - 1)) {
            found = login->tokens[i].client;
            *scopes = login->tokens[i].scopes;
        }
    for (uint32_t i = 0; i < login->client_count; i++) {
        char own[LG_REST_DIGEST];
        if (!login->clients[i].token)
            continue;
        lg_sha256(login->clients[i].token, strlen(login->clients[i].token), own);
        if (lg_token_same(own, digest, LG_REST_DIGEST - 1)) {
            found = &login->clients[i];
            *scopes = found->scopes;
        }
    }
    switch (lg_web_guard_judge(&login->guard, call->peer, token, found != NULL, now_ns)) {
    case LG_WEB_RIGHT:
        *client = found;
        return LG_REST_KNOWN;
    case LG_WEB_TOO_MANY:
        return LG_REST_TOO_MANY;
    default:
        return LG_REST_UNKNOWN;
    }
}

static bool give(lg_rest_login *login, const lg_rest_client *client, unsigned scopes,
                 int64_t now_ns, char token[LG_TOKEN_SIZE])
{
    uint32_t at = login->next;
    if (!lg_token_new(token))
        return false;
    login->next = (at + 1) % LG_REST_TOKENS_MAX;
    lg_sha256(token, strlen(token), login->tokens[at].digest);
    login->tokens[at].client = client;
    login->tokens[at].scopes = scopes;
    login->tokens[at].until_ns = now_ns + LG_REST_TOKEN_S * INT64_C(1000000000);
    return true;
}

/* ---- the token endpoint ---- */

/* Decodes what forms hold. @return false: it is none, or too long */
static bool decode(const char *from, size_t length, char out[FIELD_MAX])
{
    return length < FIELD_MAX && lg_rest_decode(from, length, true, out);
}

/* A field of the form; 1: there, 0: not, -1: twice or not decodable. */
static int field(const char *form, const char *key, char out[FIELD_MAX])
{
    size_t wanted = strlen(key);
    int found = 0;
    out[0] = 0;
    for (; *form; form += *form == '&') {
        size_t length = strcspn(form, "&");
        if (length > wanted && form[wanted] == '=' && strncmp(form, key, wanted) == 0) {
            if (found || !decode(form + wanted + 1, length - wanted - 1, out))
                return -1;
            found = 1;
        }
        form += length;
    }
    return found;
}

/* "Basic ..." with form-encoded parts (RFC 6749, section 2.3.1). */
static bool read_basic(const char *header, char id[FIELD_MAX], char secret[FIELD_MAX])
{
    static const char scheme[] = "Basic ";
    unsigned char text[FIELD_MAX];
    const char *code = header + sizeof scheme - 1;
    if (strncasecmp(header, scheme, sizeof scheme - 1) != 0 || strlen(code) % 4 ||
        strlen(code) >= FIELD_MAX)
        return false;
    int length = EVP_DecodeBlock(text, (const unsigned char *)code, (int)strlen(code));
    for (const char *end = code + strlen(code); length > 0 && end > code && end[-1] == '='; end--)
        length--;
    const char *colon = length > 0 ? memchr(text, ':', (size_t)length) : NULL;
    if (!colon)
        return false;
    size_t before = (size_t)(colon - (const char *)text);
    return decode((const char *)text, before, id) &&
           decode(colon + 1, (size_t)length - before - 1, secret);
}

static void refuse(const lg_web_call *call, int code, const char *error, const char *sentence)
{
    char body[256];
    int length = snprintf(body, sizeof body, "{\"error\":\"%s\",\"error_description\":\"%s\"}",
                          error, sentence);
    if (code == 401)
        lg_web_header(call, "WWW-Authenticate", "Basic realm=\"lunagrid\"");
    lg_web_answer(call, code, "application/json", body, (size_t)length);
}

/* As long for every client, known or not. */
static const lg_rest_client *client_of(const lg_rest_login *login, const char *id,
                                       const char *secret)
{
    char given[LG_REST_DIGEST], kept[LG_REST_DIGEST];
    const lg_rest_client *found = NULL;
    lg_sha256(secret, strlen(secret), given);
    for (uint32_t i = 0; i < login->client_count; i++) {
        lg_sha256(login->clients[i].secret, strlen(login->clients[i].secret), kept);
        bool same = lg_token_same(given, kept, LG_REST_DIGEST - 1);
        if (strcmp(login->clients[i].id, id) == 0 && same)
            found = &login->clients[i];
    }
    return found;
}

/* Id and secret, from the header or the form. @return 1: said, 0: not, -1: not as they should be */
static int credentials(const lg_web_call *call, char id[FIELD_MAX], char secret[FIELD_MAX])
{
    const char *header = call->headers->authorization;
    int in_form = field(call->body, "client_id", id);
    int with = field(call->body, "client_secret", secret);
    if (in_form < 0 || with < 0)
        return -1;
    if (header)
        return with || !read_basic(header, id, secret) ? -1 : 1;
    return in_form && with;
}

static bool is_form(const char *type)
{
    static const char form[] = "application/x-www-form-urlencoded";
    return type && strncasecmp(type, form, sizeof form - 1) == 0 &&
           (type[sizeof form - 1] == 0 || type[sizeof form - 1] == ';');
}

/* Words of OpenADR, in the order of the bits; those with a role behind mean the same. */
static unsigned scope_of(const char *word, size_t length)
{
    static const char *const words[] = {
        "read_all",     "read_targets",  "read_ven_objects",    "write_programs",
        "write_events", "write_reports", "write_subscriptions", "write_vens"};
    for (unsigned i = 0; i < 8; i++) {
        size_t size = strlen(words[i]);
        bool role = length > size && (strncmp(word + size, "_bl", length - size) == 0 ||
                                      strncmp(word + size, "_ven", length - size) == 0);
        if (length >= size && strncmp(word, words[i], size) == 0 && (length == size || role))
            return 1u << (16 + i);
    }
    return 0;
}

/* The scopes that are asked for, separated by blanks; 0: one of them is none. */
static unsigned scopes_of(const char *text)
{
    unsigned scopes = 0;
    while (*text) {
        size_t length = strcspn(text, " ");
        unsigned scope = scope_of(text, length);
        if (length && !scope)
            return 0;
        scopes |= scope;
        text += length;
        text += *text == ' ';
    }
    return scopes;
}

void lg_rest_login_answer(lg_rest_login *login, const lg_web_call *call, int64_t now_ns)
{
    char grant[FIELD_MAX], id[FIELD_MAX], secret[FIELD_MAX], scope[FIELD_MAX];
    char token[LG_TOKEN_SIZE], body[160];
    if (!is_form(call->headers->content_type)) {
        refuse(call, 400, "invalid_request", "the body is application/x-www-form-urlencoded");
        return;
    }
    int has_grant = field(call->body, "grant_type", grant), who = credentials(call, id, secret);
    if (has_grant != 1 || who < 0) {
        refuse(call, 400, "invalid_request", "grant_type, client_id and client_secret, each once");
        return;
    }
    if (strcmp(grant, "client_credentials") != 0) {
        refuse(call, 400, "unsupported_grant_type", "grant_type is client_credentials");
        return;
    }
    int narrow = field(call->body, "scope", scope);
    unsigned scopes = narrow > 0 && *scope ? scopes_of(scope) : LG_REST_SCOPES;
    if (narrow < 0 || !scopes) {
        refuse(call, 400, "invalid_scope", "a scope is one of those of OpenADR 3.1");
        return;
    }
    const lg_rest_client *client = who ? client_of(login, id, secret) : NULL;
    lg_web_guess guess =
        lg_web_guard_judge(&login->guard, call->peer, secret, client != NULL, now_ns);
    if (guess == LG_WEB_TOO_MANY) {
        lg_web_header(call, "Retry-After", "60");
        refuse(call, 429, "invalid_client", "too many wrong ones; wait a minute");
    } else if (guess != LG_WEB_RIGHT) {
        refuse(call, 401, "invalid_client", "the client or its secret is not known");
    } else if (!give(login, client, scopes & client->scopes, now_ns, token)) {
        lg_web_refuse(call, 503, "failed", "the system has no random numbers");
    } else {
        int length = snprintf(body, sizeof body,
                              "{\"access_token\":\"%s\",\"token_type\":\"Bearer\","
                              "\"expires_in\":%d}",
                              token, LG_REST_TOKEN_S);
        lg_web_answer(call, 200, "application/json", body, (size_t)length);
    }
}
