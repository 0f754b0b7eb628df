/* Jobs of a version have a subject and a consumer of their own, so a worker is never handed one
 * that it cannot play. Ends are a stream of which the last word on each job stays. */
#include "nats/queue.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "nats/room.h"

#define JOBS     "LUNAGRID_JOBS"
#define ENDS     "LUNAGRID_ENDS"
#define CONSUMER "workers_"
enum { SUBJECT_MAX = 160, AT_WORK_MAX = 20000, END_MAX = 4096 };

static const char *const ends[] = {"stored", "failed", "refused", "differs"};

struct lg_pull {
    lg_link *link;
    natsSubscription *subscription;
};

/* A version as a word of a subject: "0.1.0" is "0_1_0". */
static void word_of(const char *engine, char out[64])
{
    snprintf(out, 64, "%s", engine);
    for (char *c = out; *c; c++)
        if (!strchr("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-", *c))
            *c = '_';
}

lg_status lg_queue_open(lg_link *link, lg_err *err)
{
    static const lg__stream jobs = {.name = JOBS,
                                    .description = "lunagrid: games to be played",
                                    .subjects = {"lunagrid.jobs.*.*"},
                                    .subject_count = 1,
                                    .retention = js_WorkQueuePolicy};
    static const lg__stream told = {.name = ENDS,
                                    .description = "lunagrid: what came of games",
                                    .subjects = {"lunagrid.ends.*"},
                                    .subject_count = 1,
                                    .retention = js_LimitsPolicy,
                                    .per_subject = 1};
    lg_status status = lg__link_stream(link, &jobs, err);
    return status == LG_OK ? lg__link_stream(link, &told, err) : status;
}

lg_status lg_queue_add(lg_link *link, const char *engine, const char *name, const char *text,
                       size_t size, lg_err *err)
{
    char subject[SUBJECT_MAX], version[64];
    word_of(engine, version);
    snprintf(subject, sizeof subject, "lunagrid.jobs.%s.%.64s", version, name);
    return lg__link_publish(link, subject, text, size, true, NULL, err);
}

lg_status lg_queue_look(lg_link *link, const char *engine, lg_queue_workers *workers, lg_err *err)
{
    const lg__nats *n = &link->nats;
    jsConsumerInfoList *list = NULL;
    char ours[80], version[64];
    *workers = (lg_queue_workers){.waiting = 0};
    word_of(engine, version);
    snprintf(ours, sizeof ours, CONSUMER "%s", version);
    natsStatus status = n->js_Consumers(&list, link->js, JOBS, NULL, NULL);
    if (status == NATS_NOT_FOUND) /* none at all */
        return LG_OK;
    if (status != NATS_OK)
        return lg__link_failed(link, err, status, JOBS);
    for (int i = 0; i < list->Count; i++) {
        const jsConsumerInfo *info = list->List[i];
        size_t used = strlen(workers->others), skip = strlen(CONSUMER);
        if (strcmp(info->Name, ours) == 0) {
            workers->waiting = (uint32_t)info->NumWaiting;
            workers->busy = (uint32_t)info->NumAckPending;
        } else if (strncmp(info->Name, CONSUMER, skip) == 0 && info->NumWaiting) {
            snprintf(workers->others + used, sizeof workers->others - used, "%s%.40s",
                     used ? ", " : "", info->Name + skip);
            for (char *c = workers->others + used; *c; c++)
                *c = *c == '_' ? '.' : *c;
        }
    }
    n->jsConsumerInfoList_Destroy(list);
    return LG_OK;
}

/* ---- ends ---- */

lg_status lg_queue_tell(lg_link *link, const lg_queue_end *end, lg_err *err)
{
    char subject[SUBJECT_MAX];
    lg_text text;
    snprintf(subject, sizeof subject, "lunagrid.ends.%s", end->name);
    lg_text_init(&text, link->mem);
    lg_text_format(&text, "{\"end\":\"%s\",\"worker\":", ends[end->end]);
    lg_text_json(&text, end->worker);
    lg_text_str(&text, ",\"reason\":");
    lg_text_json(&text, end->reason);
    lg_text_char(&text, '}');
    lg_status status =
        text.failed ? lg_fail(err, LG_MEMORY, "out of memory")
                    : lg__link_publish(link, subject, text.data, text.length, false, NULL, err);
    lg_text_fini(&text);
    return status;
}

lg_status lg_queue_mark(lg_link *link, uint64_t *next, lg_err *err)
{
    jsStreamInfo *info = NULL;
    natsStatus status = link->nats.js_GetStreamInfo(&info, link->js, ENDS, NULL, NULL);
    if (status != NATS_OK)
        return lg__link_failed(link, err, status, ENDS);
    *next = info->State.LastSeq + 1;
    link->nats.jsStreamInfo_Destroy(info);
    return LG_OK;
}

static void copy_text(const cJSON *root, const char *key, char *out, size_t size)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, key));
    snprintf(out, size, "%s", text ? text : "");
    lg_text_clean(out);
}

/* Whoever may write to the server may have written anything. */
static bool read_end(lg_mem *mem, const char *subject, const char *data, size_t size,
                     lg_queue_end *end)
{
    char word[16];
    const char *dot = strrchr(subject, '.');
    cJSON *root = lg__parse(mem, data, size, END_MAX);
    if (root) {
        copy_text(root, "end", word, sizeof word);
        copy_text(root, "worker", end->worker, sizeof end->worker);
        copy_text(root, "reason", end->reason, sizeof end->reason);
    }
    cJSON_Delete(root);
    if (!root || !dot || strlen(dot + 1) >= sizeof end->name)
        return false;
    snprintf(end->name, sizeof end->name, "%s", dot + 1);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (strcmp(ends[i], word) == 0) {
            end->end = (lg_end)i;
            return true;
        }
    return false;
}

lg_status lg_queue_hear(lg_link *link, uint64_t *next, bool *found, lg_queue_end *end, lg_err *err)
{
    const lg__nats *n = &link->nats;
    natsMsg *message;
    *found = false;
    while (!*found) {
        lg_status status = lg__link_get(link, ENDS, "lunagrid.ends.*", *next, &message, err);
        if (status != LG_OK || !message)
            return status;
        *next = n->natsMsg_GetSequence(message) + 1;
        *found = read_end(link->mem, n->natsMsg_GetSubject(message), n->natsMsg_GetData(message),
                          (size_t)n->natsMsg_GetDataLength(message), end);
        n->natsMsg_Destroy(message);
    }
    return LG_OK;
}

/* ---- for workers ---- */

/* The last worker that came says how long one may be silent. */
static natsStatus make_consumer(lg_link *link, const char *name, const char *subject,
                                uint32_t patience_ms)
{
    jsConsumerConfig config;
    jsConsumerInfo *info = NULL;
    link->nats.jsConsumerConfig_Init(&config);
    config.Durable = name;
    config.FilterSubject = subject;
    config.AckPolicy = js_AckExplicit;
    config.AckWait = (int64_t)patience_ms * 1000000;
    config.MaxAckPending = AT_WORK_MAX;
    natsStatus status = link->nats.js_AddConsumer(&info, link->js, JOBS, &config, NULL, NULL);
    link->nats.jsConsumerInfo_Destroy(info);
    return status;
}

lg_status lg_pull_open(lg_link *link, const char *engine, uint32_t patience_ms, lg_err *err,
                       lg_pull **out)
{
    char name[80], subject[SUBJECT_MAX], version[64];
    jsSubOptions options;
    *out = NULL;
    lg_pull *pull = lg_mem_zalloc(link->mem, 1, sizeof *pull);
    if (!pull)
        return lg_fail(err, LG_MEMORY, "out of memory");
    pull->link = link;
    word_of(engine, version);
    snprintf(name, sizeof name, CONSUMER "%s", version);
    snprintf(subject, sizeof subject, "lunagrid.jobs.%s.*", version);
    natsStatus status = make_consumer(link, name, subject, patience_ms);
    link->nats.jsSubOptions_Init(&options);
    options.Stream = JOBS;
    options.Consumer = name;
    if (status == NATS_OK)
        status = link->nats.js_PullSubscribe(&pull->subscription, link->js, subject, name, NULL,
                                             &options, NULL);
    if (status == NATS_OK) {
        *out = pull;
        return LG_OK;
    }
    lg_pull_close(pull);
    return lg__link_failed(link, err, status, JOBS);
}

void lg_pull_close(lg_pull *pull)
{
    if (!pull)
        return;
    if (pull->subscription)
        pull->link->nats.natsSubscription_Destroy(pull->subscription);
    lg_mem_free(pull->link->mem, pull, sizeof *pull);
}

/* @return false: the message is no job of ours */
static bool read_task(const lg_pull *pull, natsMsg *message, lg_task *task)
{
    const lg__nats *n = &pull->link->nats;
    const char *subject = n->natsMsg_GetSubject(message), *dot = strrchr(subject, '.');
    jsMsgMetaData *meta = NULL;
    *task = (lg_task){
        .text = n->natsMsg_GetData(message),
        .size = (size_t)n->natsMsg_GetDataLength(message),
        .message = message,
    };
    if (!dot || strlen(dot + 1) >= sizeof task->name || n->natsMsg_GetMetaData(&meta, message))
        return false;
    snprintf(task->name, sizeof task->name, "%s", dot + 1);
    task->handed = (uint32_t)meta->NumDelivered;
    n->jsMsgMetaData_Destroy(meta);
    return true;
}

lg_status lg_pull_next(lg_pull *pull, uint32_t wait_ms, bool *found, lg_task *task, lg_err *err)
{
    const lg__nats *n = &pull->link->nats;
    natsMsgList list = {NULL, 0};
    *found = false;
    natsStatus status = n->natsSubscription_Fetch(&list, pull->subscription, 1, wait_ms, NULL);
    if (status == NATS_TIMEOUT)
        return LG_OK;
    if (status != NATS_OK)
        return lg__link_failed(pull->link, err, status, JOBS);
    natsMsg *message = list.Count ? list.Msgs[0] : NULL;
    if (list.Count)
        list.Msgs[0] = NULL;
    n->natsMsgList_Destroy(&list);
    *found = message && read_task(pull, message, task);
    if (message && !*found) {
        n->natsMsg_Term(message, NULL);
        n->natsMsg_Destroy(message);
    }
    return LG_OK;
}

void lg_task_working(lg_pull *pull, lg_task *task)
{
    pull->link->nats.natsMsg_InProgress(task->message, NULL);
}

lg_status lg_task_over(lg_pull *pull, lg_task *task, lg_err *err)
{
    natsStatus status = pull->link->nats.natsMsg_AckSync(task->message, NULL, NULL);
    return status == NATS_OK ? LG_OK : lg__link_failed(pull->link, err, status, JOBS);
}

void lg_task_return(lg_pull *pull, lg_task *task, uint32_t delay_ms)
{
    pull->link->nats.natsMsg_NakWithDelay(task->message, delay_ms, NULL);
}

void lg_task_fini(lg_pull *pull, lg_task *task)
{
    if (task->message)
        pull->link->nats.natsMsg_Destroy(task->message);
    *task = (lg_task){.text = ""};
}
