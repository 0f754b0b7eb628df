/* rest/oa.h — the operations of OpenADR 3.1, for virtual end nodes and business logic
 *
 * 45 operations of the published file: five for each kind of object, and what tells about tokens
 * and notifications. A list is an array; what is deleted is answered; numbers keep their spelling.
 */
#ifndef LG_REST_OA_H
#define LG_REST_OA_H

#include "coordination/openadr.h"
#include "rest/read.h"

#define LG_OA_BASE "/openadr3/3.1.0"

/** All operations but the two about tokens, which the server answers; the last has no name. */
extern const lg_rest_operation lg_oa_operations[];

/** The kind of object an operation is about, in its flags. */
#define LG_OA_KIND(kind)     ((unsigned)(kind) << 8)
#define LG_OA_KIND_OF(flags) ((lg_oadr_kind)((flags) >> 8 & 15))

/** Who asks, and what it was granted. */
typedef struct lg_oa_eyes {
    lg_oadr_who who;
    const char *const *grants;
    uint32_t grant_count;
} lg_oa_eyes;

/** @return false: memory is exhausted, and the reply says so */
bool lg_oa_open_eyes(lg_rest_ask *ask, lg_rest_reply *reply, lg_oa_eyes *eyes);

/** Reads the body as an object of the operation's kind. What is wrong is in the reply. */
void lg_oa_read(lg_rest_ask *ask, lg_rest_reply *reply, const lg_oa_eyes *eyes,
                lg_oadr_draft *draft);
/** Appends an object as @p eyes see it. */
void lg_oa_show(lg_text *out, const lg_oadr *object, const lg_oa_eyes *eyes);
/** Queues what @p object was subject to for all who want to hear of it. @return false: memory is
 * exhausted */
bool lg_oa_tell(lg_rest_ask *ask, const lg_oadr *object, lg_oadr_operation operation);

/** What a word that says who asks begins with: everything, or its own. */
#define LG_OA_ALL "all:"
#define LG_OA_OWN "own:"

void lg__oa_list(lg_rest_ask *ask, lg_rest_reply *reply);
void lg__oa_create(lg_rest_ask *ask, lg_rest_reply *reply);
void lg__oa_get(lg_rest_ask *ask, lg_rest_reply *reply);
void lg__oa_replace(lg_rest_ask *ask, lg_rest_reply *reply);
void lg__oa_delete(lg_rest_ask *ask, lg_rest_reply *reply);
void lg__oa_notifiers(lg_rest_ask *ask, lg_rest_reply *reply);
void lg__oa_topics(lg_rest_ask *ask, lg_rest_reply *reply);

#endif
