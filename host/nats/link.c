/* Errors of the server are told in its own words, with the server's name and without the password.
 */
#include "nats/link.h"

#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json_scan.h"
#include "base/text.h"
#include "nats/room.h"

enum { CONNECT_MS = 5000, RECONNECT_MS = 500, SERVERS_MAX = 16 };

/* ---- the library ---- */

static bool take_function(void *library, const char *name, void *function)
{
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found;
}

/* Its file carries the version whose header this was compiled with: its structs are a part of it.
 * It stays loaded, for its threads end when they like. */
static lg_status load(lg_link *link, lg_err *err)
{
    char file[64];
    snprintf(file, sizeof file, "libnats.so.%d.%d", NATS_VERSION_MAJOR, NATS_VERSION_MINOR);
    void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
    bool fine = library;
#define X(name) fine = fine && take_function(library, #name, &link->nats.name);
    LG_NATS_FUNCTIONS(X)
#undef X
    if (fine) {
        dlclose(library);
        return LG_OK;
    }
    const char *reason = dlerror();
    return lg_fail(err, LG_IO, "NATS needs %s, on Debian of package libnats%d.%d: %s", file,
                   NATS_VERSION_MAJOR, NATS_VERSION_MINOR, reason ? reason : "not found");
}

/* ---- failures ---- */

const char *lg_link_name(const lg_link *link)
{
    return link->name;
}

lg_status lg__link_failed(const lg_link *link, lg_err *err, natsStatus status, const char *what)
{
    natsStatus last = NATS_OK;
    if (status == NATS_NO_MEMORY)
        return lg_fail(err, LG_MEMORY, "out of memory");
    const char *detail = link->nats.nats_GetLastError(&last);
    const char *text = link->nats.natsStatus_GetText(status);
    bool more = detail && last == status && *detail;
    const char *place = more && detail[0] == '(' ? strstr(detail, "): ") : NULL;
    detail = place ? place + 3 : detail; /* of the library's source */
    return lg_fail(err, LG_IO, "%.160s: %.80s: %.160s", link->name, what, more ? detail : text);
}

/* ---- connecting ---- */

/* What stands before "@" in each server's part is secret. */
static char *without_secrets(lg_mem *mem, const char *url)
{
    lg_text text;
    lg_text_init(&text, mem);
    while (*url) {
        size_t length = strcspn(url, ",");
        const char *scheme = memmem(url, length, "://", 3), *at = memrchr(url, '@', length);
        const char *from = at ? at + 1 : url;
        if (at && scheme && scheme < at)
            lg_text_bytes(&text, url, (size_t)(scheme - url) + 3);
        lg_text_bytes(&text, from, length - (size_t)(from - url));
        url += length;
        if (*url)
            lg_text_char(&text, *url++);
    }
    char *copy = text.failed ? NULL : lg_mem_strdup(mem, lg_text_peek(&text));
    lg_text_fini(&text);
    return copy;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);
    return value && *value ? value : NULL;
}

static natsStatus set_servers(const lg_link *link, natsOptions *options, const char *url)
{
    const char *servers[SERVERS_MAX];
    int count = 0;
    size_t size = strlen(url) + 1;
    char *copy = lg_mem_alloc(link->mem, size), *rest = copy;
    if (!copy)
        return NATS_NO_MEMORY;
    memcpy(copy, url, size);
    for (char *word; (word = strsep(&rest, ",")) && count < SERVERS_MAX;)
        if (*word)
            servers[count++] = word;
    natsStatus status = link->nats.natsOptions_SetServers(options, servers, count);
    lg_mem_free(link->mem, copy, size);
    return status;
}

static natsStatus set_identity(const lg_link *link, natsOptions *options)
{
    const lg__nats *n = &link->nats;
    const char *user = environment("NATS_USER"), *password = environment("NATS_PASSWORD");
    const char *token = environment("NATS_TOKEN"), *creds = environment("NATS_CREDS");
    natsStatus status = NATS_OK;
    if (user)
        status = n->natsOptions_SetUserInfo(options, user, password ? password : "");
    if (status == NATS_OK && token)
        status = n->natsOptions_SetToken(options, token);
    if (status == NATS_OK && creds)
        status = n->natsOptions_SetUserCredentialsFromFiles(options, creds, NULL);
    return status;
}

static natsStatus set_tls(const lg_link *link, natsOptions *options, const char *url)
{
    const lg__nats *n = &link->nats;
    const char *ca = environment("NATS_CA");
    const char *cert = environment("NATS_CERT"), *key = environment("NATS_KEY");
    bool secure = strncmp(url, "tls://", 6) == 0 || ca || cert;
    natsStatus status = secure ? n->natsOptions_SetSecure(options, true) : NATS_OK;
    if (status == NATS_OK && ca)
        status = n->natsOptions_LoadCATrustedCertificates(options, ca);
    if (status == NATS_OK && cert)
        status = n->natsOptions_LoadCertificatesChain(options, cert, key ? key : cert);
    return status;
}

/* The library would print what goes wrong in its threads; whoever asks next is told. */
static void nobody(natsConnection *connection, natsSubscription *sub, natsStatus err, void *closure)
{
    (void)connection;
    (void)sub;
    (void)err;
    (void)closure;
}

static natsStatus connect_to(lg_link *link, const char *url)
{
    const lg__nats *n = &link->nats;
    natsOptions *options = NULL;
    natsStatus status = n->natsOptions_Create(&options);
    if (status == NATS_OK)
        status = set_servers(link, options, url);
    if (status == NATS_OK)
        status = n->natsOptions_SetName(options, "lunagrid");
    if (status == NATS_OK)
        status = n->natsOptions_SetTimeout(options, CONNECT_MS);
    if (status == NATS_OK)
        status = n->natsOptions_SetMaxReconnect(options, -1); /* for ever */
    if (status == NATS_OK)
        status = n->natsOptions_SetReconnectWait(options, RECONNECT_MS);
    if (status == NATS_OK)
        status = n->natsOptions_SetFailRequestsOnDisconnect(options, true);
    if (status == NATS_OK)
        status = n->natsOptions_SetErrorHandler(options, nobody, NULL);
    if (status == NATS_OK)
        status = set_identity(link, options);
    if (status == NATS_OK)
        status = set_tls(link, options, url);
    if (status == NATS_OK)
        status = n->natsConnection_Connect(&link->connection, options);
    if (options)
        n->natsOptions_Destroy(options);
    return status;
}

lg_status lg_link_open(lg_mem *mem, const char *url, lg_err *err, lg_link **out)
{
    lg_link *link = lg_mem_zalloc(mem, 1, sizeof *link);
    *out = NULL;
    if (!link)
        return lg_fail(err, LG_MEMORY, "out of memory");
    link->mem = mem;
    link->name = without_secrets(mem, url);
    lg_status status = link->name ? load(link, err) : lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK) {
        natsStatus answer = connect_to(link, url);
        if (answer == NATS_OK)
            answer = link->nats.natsConnection_JetStream(&link->js, link->connection, NULL);
        if (answer != NATS_OK)
            status = lg__link_failed(link, err, answer, "cannot connect");
    }
    if (status == LG_OK)
        *out = link;
    else
        lg_link_close(link);
    return status;
}

void lg_link_close(lg_link *link)
{
    if (!link)
        return;
    if (link->js)
        link->nats.jsCtx_Destroy(link->js);
    if (link->connection)
        link->nats.natsConnection_Destroy(link->connection);
    lg_mem_strfree(link->mem, link->name);
    lg_mem_free(link->mem, link, sizeof *link);
}

/* ---- streams ---- */

lg_status lg__link_stream(lg_link *link, const lg__stream *stream, lg_err *err)
{
    const lg__nats *n = &link->nats;
    jsStreamInfo *info = NULL;
    jsErrCode code = 0;
    jsStreamConfig config;
    natsStatus status = n->js_GetStreamInfo(&info, link->js, stream->name, NULL, &code);
    if (status == NATS_NOT_FOUND) {
        const char *subjects[2] = {stream->subjects[0], stream->subjects[1]};
        n->jsStreamConfig_Init(&config);
        config.Name = stream->name;
        config.Description = stream->description;
        config.Subjects = subjects;
        config.SubjectsLen = stream->subject_count;
        config.Retention = stream->retention;
        config.AllowDirect = true;
        config.AllowRollup = stream->retention == js_LimitsPolicy;
        if (stream->per_subject)
            config.MaxMsgsPerSubject = stream->per_subject;
        status = n->js_AddStream(&info, link->js, &config, NULL, &code);
    }
    n->jsStreamInfo_Destroy(info);
    if (status == NATS_OK)
        return LG_OK;
    if (status == NATS_NO_RESPONDERS)
        return lg_fail(err, LG_IO, "%.160s: the server has no JetStream (nats-server -js)",
                       link->name);
    return lg__link_failed(link, err, status, stream->name);
}

lg_status lg__link_publish(lg_link *link, const char *subject, const void *data, size_t size,
                           bool only, bool *there, lg_err *err)
{
    const lg__nats *n = &link->nats;
    jsPubOptions options;
    jsErrCode code = 0;
    n->jsPubOptions_Init(&options);
    options.ExpectNoMessage = only;
    natsStatus status = n->js_Publish(NULL, link->js, subject, data, (int)size, &options, &code);
    bool had = only && code == JSStreamWrongLastSequenceErr;
    if (there)
        *there = had;
    return status == NATS_OK || had ? LG_OK : lg__link_failed(link, err, status, subject);
}

lg_status lg__link_get(lg_link *link, const char *stream, const char *subject, uint64_t from,
                       natsMsg **out, lg_err *err)
{
    jsDirectGetMsgOptions options;
    *out = NULL;
    link->nats.jsDirectGetMsgOptions_Init(&options);
    options.Sequence = from;
    if (from)
        options.NextBySubject = subject;
    else
        options.LastBySubject = subject;
    natsStatus status = link->nats.js_DirectGetMsg(out, link->js, stream, NULL, &options);
    return status == NATS_OK || status == NATS_NOT_FOUND
               ? LG_OK
               : lg__link_failed(link, err, status, subject);
}

cJSON *lg__parse(lg_mem *mem, const char *data, size_t size, size_t max)
{
    lg_json_lines lines;
    lg_text text;
    cJSON *root = NULL;
    if (size == 0 || size > max)
        return NULL;
    lg_text_init(&text, mem);
    lg_text_bytes(&text, data, size);
    if (!text.failed) {
        if (lg_json_scan(mem, text.data, text.length, &lines) == LG_OK)
            root = cJSON_ParseWithLength(text.data, text.length);
        lg_json_lines_fini(&lines);
    }
    lg_text_fini(&text);
    return root;
}
