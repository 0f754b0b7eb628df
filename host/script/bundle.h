/* host/script/bundle.h — the texts of a script: itself and every module it requires, one version */
#ifndef LG_SCRIPT_BUNDLE_H
#define LG_SCRIPT_BUNDLE_H

#include "base/status.h"
#include "base/text.h"

/** Paths of texts that no file of this machine holds begin so. */
#define LG_BUNDLE_UPLOAD "upload:/"

/** What people are shown of a path: of an upload the file's name alone. */
const char *lg_bundle_shown(const char *path);

/** Most texts of a bundle. */
#define LG_BUNDLE_TEXTS_MAX 1000

/** One text, as it was read; it has no zero byte in it and an end behind it. */
typedef struct lg_bundle_text {
    const char *name; /* of the module, as require() is given it; "": the script, the first text */
    const char *path; /* of the file it came from */
    const char *text;
    size_t size;
} lg_bundle_text;

/**
 * What a script is made of. An agent fills a bundle while it reads files, or is made of one without
 * looking at any file. Whoever holds a bundle may share it: it is counted, and does not change once
 * its agent is made.
 */
typedef struct lg_bundle lg_bundle;

/** An empty bundle with one holder; NULL when exhausted. */
lg_bundle *lg_bundle_new(lg_mem *mem);
/** One holder more; returns @p bundle. */
lg_bundle *lg_bundle_ref(lg_bundle *bundle);
/** One holder less; the last one frees it. NULL is fine. */
void lg_bundle_unref(lg_bundle *bundle);

/**
 * Adds a text, which is copied; a text that @p like (NULL is fine) has under the same name is
 * shared with it. The first one added is the script. @return LG_OK; LG_LIMIT; LG_MEMORY
 */
lg_status lg_bundle_add(lg_bundle *bundle, const lg_bundle_text *text, const lg_bundle *like,
                        lg_err *err) LG_CHECKED;

/**
 * Adds what its texts require by name, is not in it, and ships: a file of @p scripts_folder or its
 * lib/. What is nowhere is left to whoever requires it. @return LG_OK; LG_LIMIT; LG_MEMORY
 */
lg_status lg_bundle_complete(lg_mem *mem, lg_bundle *bundle, const char *scripts_folder,
                             lg_err *err) LG_CHECKED;

/** A bundle of the script in @p file and of the modules beside it that its texts require by name.
 * @return LG_OK; LG_IO; LG_SCRIPT; LG_LIMIT; LG_MEMORY. Unless LG_OK, *out is NULL. */
lg_status lg_bundle_of_file(lg_mem *mem, const char *file, lg_err *err, lg_bundle **out) LG_CHECKED;

/** How many texts are in it. */
uint32_t lg_bundle_count(const lg_bundle *bundle);
/** Text @p index; borrowed until the bundle is freed. */
const lg_bundle_text *lg_bundle_at(const lg_bundle *bundle, uint32_t index);
/** The module @p name, "" for the script; NULL: not in it. */
const lg_bundle_text *lg_bundle_find(const lg_bundle *bundle, const char *name);

/**
 * The identity of all texts together, 64 hexadecimal digits: of a single text its SHA-256; of
 * several the SHA-256 of a line "<SHA-256 of the text>  <name>" for each, by name. Where files lie
 * does not count. Call once the bundle is whole. "" when exhausted.
 */
const char *lg_bundle_hash(lg_bundle *bundle);

/** Writes all that is in it as bytes that lg_bundle_read() understands, on any machine. */
void lg_bundle_write(const lg_bundle *bundle, lg_text *out);
/** @return LG_OK; LG_INVALID these bytes were not written so; LG_LIMIT; LG_MEMORY. Unless LG_OK,
 * *out is NULL. */
lg_status lg_bundle_read(lg_mem *mem, const void *bytes, size_t size, lg_err *err,
                         lg_bundle **out) LG_CHECKED;

#endif
