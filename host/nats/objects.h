/* host/nats/objects.h — files in buckets of a NATS server
 *
 * Stored as object stores of NATS are (its architecture decision record 20), so its own tools list
 * and fetch them: nats object ls lunagrid_games. An object has its name once: who puts it first
 * has put it.
 */
#ifndef LG_NATS_OBJECTS_H
#define LG_NATS_OBJECTS_H

#include <stdbool.h>
#include <stdio.h>
#include "nats/link.h"

/** Input files of jobs; the name of each is its SHA-256. */
#define LG_OBJECTS_FILES "lunagrid_files"
/** Played games, a tar of the folder each; named as their jobs. */
#define LG_OBJECTS_GAMES "lunagrid_games"
/** What is larger is neither put nor fetched. */
#define LG_OBJECTS_SIZE_MAX (UINT64_C(4) << 30)

/** What a bucket says of an object. */
typedef struct lg_object {
    char nuid[65];   /* of its pieces */
    char sha256[65]; /* hexadecimal */
    char note[65];   /* of who has put it; "" */
    uint64_t size;
    uint32_t chunks;
} lg_object;

/** Makes both buckets where there are none. @return LG_OK; LG_IO; LG_MEMORY */
lg_status lg_objects_open(lg_link *link, lg_err *err) LG_CHECKED;

/** Looks for @p name. @return LG_OK, *found says whether it is there; LG_IO; LG_MEMORY */
lg_status lg_objects_find(lg_link *link, const char *bucket, const char *name, bool *found,
                          lg_object *object, lg_err *err) LG_CHECKED;

/**
 * Puts all of @p file, unless the name is taken, also by somebody else at this moment.
 * @param note    kept with it, up to 64 letters, digits and the like; or ""
 * @param object  what is there now: ours, or the one that was first
 * @param first   whether it is ours
 * @return LG_OK; LG_LIMIT it is too large; LG_IO; LG_MEMORY. Killed in between, it leaves pieces
 * that nobody finds, and no object.
 */
lg_status lg_objects_put(lg_link *link, const char *bucket, const char *name, FILE *file,
                         const char *note, lg_object *object, bool *first, lg_err *err) LG_CHECKED;

/** Appends the object's content to @p file, which is empty, and checks size and SHA-256.
 * @return LG_OK; LG_LIMIT it is too large; LG_IO, also when the content is another; LG_MEMORY */
lg_status lg_objects_get(lg_link *link, const char *bucket, const lg_object *object, FILE *file,
                         lg_err *err) LG_CHECKED;

#endif
