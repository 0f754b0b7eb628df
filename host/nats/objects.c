/* A bucket B is the stream OBJ_B. Pieces of an object lie under $O.B.C.<nuid>, what describes it
 * under $O.B.M.<name in base64>, published last and only when nothing lies there: so an object is
 * whole or not there, and of two that are put at once one is. */
#include "nats/objects.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>

#include "base/hash.h"
#include "base/text.h"
#include "nats/room.h"

enum { CHUNK = 128 * 1024, SUBJECT_MAX = 256, META_MAX = 64 * 1024 };

#define DIGEST_KIND "SHA-256="
#define NOTE_HEADER "Lunagrid-Game-SHA256"

/* ---- base64 with - and _ ---- */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static void encode(const unsigned char *bytes, size_t size, char *out)
{
    for (size_t i = 0; i < size; i += 3) {
        uint32_t left = (uint32_t)(size - i), three = (uint32_t)bytes[i] << 16;
        three |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        three |= left > 2 ? bytes[i + 2] : 0;
        *out++ = letters[three >> 18];
        *out++ = letters[three >> 12 & 63];
        *out++ = left > 1 ? letters[three >> 6 & 63] : '=';
        *out++ = left > 2 ? letters[three & 63] : '=';
    }
    *out = 0;
}

/* 64 hexadecimal digits, as the bucket writes them. */
static void digest_of(const char sha256[65], char out[64])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[32];
    for (int i = 0; i < 32; i++)
        bytes[i] = (unsigned char)((strchr(digits, sha256[2 * i]) - digits) << 4 |
                                   (strchr(digits, sha256[2 * i + 1]) - digits));
    memcpy(out, DIGEST_KIND, sizeof DIGEST_KIND);
    encode(bytes, sizeof bytes, out + strlen(DIGEST_KIND));
}

/* And back. */
static bool read_digest(const char *text, char sha256[65])
{
    unsigned char bytes[33];
    size_t kind = strlen(DIGEST_KIND);
    if (strncmp(text, DIGEST_KIND, kind) != 0 || strlen(text) != kind + 44 ||
        text[kind + 43] != '=')
        return false;
    uint32_t bits = 0;
    for (size_t i = 0, n = 0; i < 43; i++) {
        const char *letter = strchr(letters, text[kind + i]);
        bits = bits << 6 | (letter ? (uint32_t)(letter - letters) : 0);
        if (!letter)
            return false;
        if (i % 4 != 0 && n < 32)
            bytes[n++] = (unsigned char)(bits >> (6 - 2 * (i % 4)));
    }
    for (int i = 0; i < 32; i++)
        snprintf(sha256 + 2 * i, 3, "%02x", bytes[i]);
    return true;
}

/* ---- buckets ---- */

static lg_status open_bucket(lg_link *link, const char *bucket, const char *what, lg_err *err)
{
    char name[SUBJECT_MAX], pieces[SUBJECT_MAX], metas[SUBJECT_MAX];
    snprintf(name, sizeof name, "OBJ_%s", bucket);
    snprintf(pieces, sizeof pieces, "$O.%s.C.>", bucket);
    snprintf(metas, sizeof metas, "$O.%s.M.>", bucket);
    const lg__stream stream = {.name = name,
                               .description = what,
                               .subjects = {pieces, metas},
                               .subject_count = 2,
                               .retention = js_LimitsPolicy};
    return lg__link_stream(link, &stream, err);
}

lg_status lg_objects_open(lg_link *link, lg_err *err)
{
    lg_status status = open_bucket(link, LG_OBJECTS_FILES, "lunagrid: input files of jobs", err);
    return status == LG_OK
               ? open_bucket(link, LG_OBJECTS_GAMES, "lunagrid: games that were played", err)
               : status;
}

static void meta_subject(const char *bucket, const char *name, char out[SUBJECT_MAX])
{
    char coded[SUBJECT_MAX / 2 + 8];
    LG_ASSERT(strlen(name) <= 64);
    encode((const unsigned char *)name, strlen(name), coded);
    snprintf(out, SUBJECT_MAX, "$O.%s.M.%s", bucket, coded);
}

/* ---- what describes an object ---- */

static const char *text_at(const cJSON *root, const char *key)
{
    const char *text = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(root, key));
    return text ? text : "";
}

static double number_at(const cJSON *root, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(root, key);
    return cJSON_IsNumber(item) ? item->valuedouble : -1;
}

static bool is_word(const char *text)
{
    return *text && strlen(text) <= 64 &&
           !text[strspn(text, "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-")];
}

static bool read_meta(const cJSON *root, lg_object *object)
{
    const cJSON *headers = cJSON_GetObjectItemCaseSensitive(root, "headers");
    const cJSON *notes = cJSON_GetObjectItemCaseSensitive(headers, NOTE_HEADER);
    const char *note = cJSON_GetStringValue(cJSON_GetArrayItem(notes, 0));
    double size = number_at(root, "size"), chunks = number_at(root, "chunks");
    *object = (lg_object){.size = 0};
    if (!is_word(text_at(root, "nuid")) || !read_digest(text_at(root, "digest"), object->sha256) ||
        !(size >= 0 && size <= 1e15) || !(chunks >= 0 && chunks <= 1e9) ||
        (note && !is_word(note)) || cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(root, "deleted")))
        return false;
    snprintf(object->nuid, sizeof object->nuid, "%s", text_at(root, "nuid"));
    snprintf(object->note, sizeof object->note, "%s", note ? note : "");
    object->size = (uint64_t)size;
    object->chunks = (uint32_t)chunks;
    return true;
}

static bool parse_meta(lg_mem *mem, const char *data, size_t size, lg_object *object)
{
    cJSON *root = lg__parse(mem, data, size, META_MAX);
    bool fine = root && read_meta(root, object);
    cJSON_Delete(root);
    return fine;
}

lg_status lg_objects_find(lg_link *link, const char *bucket, const char *name, bool *found,
                          lg_object *object, lg_err *err)
{
    char stream[SUBJECT_MAX], subject[SUBJECT_MAX];
    natsMsg *message;
    *found = false;
    snprintf(stream, sizeof stream, "OBJ_%s", bucket);
    meta_subject(bucket, name, subject);
    lg_status status = lg__link_get(link, stream, subject, 0, &message, err);
    if (status != LG_OK || !message)
        return status;
    const lg__nats *n = &link->nats;
    *found = parse_meta(link->mem, n->natsMsg_GetData(message),
                        (size_t)n->natsMsg_GetDataLength(message), object);
    n->natsMsg_Destroy(message);
    return *found ? LG_OK
                  : lg_fail(err, LG_IO, "%.160s: object %.64s of bucket %s is none, or deleted",
                            link->name, name, bucket);
}

/* ---- putting ---- */

static lg_status new_nuid(char nuid[65], lg_err *err)
{
    unsigned char bytes[16];
    if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
        return lg_fail(err, LG_IO, "no random name: %s", strerror(errno));
    for (size_t i = 0; i < sizeof bytes; i++)
        snprintf(nuid + 2 * i, 3, "%02x", bytes[i]);
    return LG_OK;
}

static lg_status put_pieces(lg_link *link, const char *bucket, FILE *file, lg_object *object,
                            lg_err *err)
{
    char subject[SUBJECT_MAX];
    lg_status status = LG_OK;
    uint64_t size = 0;
    char *piece = lg_mem_alloc(link->mem, CHUNK);
    if (!piece)
        return lg_fail(err, LG_MEMORY, "out of memory");
    snprintf(subject, sizeof subject, "$O.%s.C.%s", bucket, object->nuid);
    for (size_t got; status == LG_OK && (got = fread(piece, 1, CHUNK, file)) > 0; size += got) {
        status = lg__link_publish(link, subject, piece, got, false, NULL, err);
        object->chunks++;
    }
    lg_mem_free(link->mem, piece, CHUNK);
    if (status == LG_OK && (ferror(file) || size != object->size))
        status = lg_fail(err, LG_IO, "a file has changed while it was read");
    return status;
}

static lg_status put_meta(lg_link *link, const char *bucket, const char *name,
                          const lg_object *object, bool *first, lg_err *err)
{
    char subject[SUBJECT_MAX], digest[64];
    bool there = false;
    lg_text text;
    digest_of(object->sha256, digest);
    meta_subject(bucket, name, subject);
    lg_text_init(&text, link->mem);
    lg_text_format(&text,
                   "{\"name\":\"%s\",\"bucket\":\"%s\",\"nuid\":\"%s\",\"size\":%llu,"
                   "\"chunks\":%u,\"digest\":\"%s\",\"options\":{\"max_chunk_size\":%d}",
                   name, bucket, object->nuid, (unsigned long long)object->size, object->chunks,
                   digest, CHUNK);
    if (*object->note)
        lg_text_format(&text, ",\"headers\":{\"" NOTE_HEADER "\":[\"%s\"]}", object->note);
    lg_text_char(&text, '}');
    lg_status status =
        text.failed ? lg_fail(err, LG_MEMORY, "out of memory")
                    : lg__link_publish(link, subject, text.data, text.length, true, &there, err);
    lg_text_fini(&text);
    *first = status == LG_OK && !there;
    return status;
}

/* Of an object that came to nothing; what is left takes room and does no harm. */
static void drop_pieces(lg_link *link, const char *bucket, const lg_object *object)
{
    char stream[SUBJECT_MAX], subject[SUBJECT_MAX];
    jsOptions options;
    snprintf(stream, sizeof stream, "OBJ_%s", bucket);
    snprintf(subject, sizeof subject, "$O.%s.C.%s", bucket, object->nuid);
    link->nats.jsOptions_Init(&options);
    options.Stream.Purge.Subject = subject;
    link->nats.js_PurgeStream(link->js, stream, &options, NULL);
}

lg_status lg_objects_put(lg_link *link, const char *bucket, const char *name, FILE *file,
                         const char *note, lg_object *object, bool *first, lg_err *err)
{
    bool found = false;
    lg_object ours = {.size = 0};
    *first = false;
    lg_status status = lg_objects_find(link, bucket, name, &found, object, err);
    if (status != LG_OK || found)
        return status;
    if (!lg_sha256_file(file, ours.sha256, &ours.size) || fseek(file, 0, SEEK_SET) != 0)
        return lg_fail(err, LG_IO, "a file cannot be read: %s", strerror(errno));
    if (ours.size > LG_OBJECTS_SIZE_MAX)
        return lg_fail(err, LG_LIMIT, "%llu bytes are more than an object may have",
                       (unsigned long long)ours.size);
    snprintf(ours.note, sizeof ours.note, "%s", note);
    status = new_nuid(ours.nuid, err);
    if (status == LG_OK)
        status = put_pieces(link, bucket, file, &ours, err);
    if (status == LG_OK)
        status = put_meta(link, bucket, name, &ours, first, err);
    *object = ours;
    if (*first)
        return LG_OK;
    drop_pieces(link, bucket, &ours);
    return status == LG_OK ? lg_objects_find(link, bucket, name, &found, object, err) : status;
}

/* ---- fetching ---- */

static lg_status get_pieces(lg_link *link, const char *bucket, const lg_object *object, FILE *file,
                            lg_err *err)
{
    char stream[SUBJECT_MAX], subject[SUBJECT_MAX];
    const lg__nats *n = &link->nats;
    lg_status status = LG_OK;
    uint64_t from = 1, size = 0;
    snprintf(stream, sizeof stream, "OBJ_%s", bucket);
    snprintf(subject, sizeof subject, "$O.%s.C.%s", bucket, object->nuid);
    for (uint32_t i = 0; i < object->chunks && status == LG_OK; i++) {
        natsMsg *piece;
        status = lg__link_get(link, stream, subject, from, &piece, err);
        if (status != LG_OK)
            return status;
        if (!piece)
            return lg_fail(err, LG_IO, "%.160s: an object in bucket %s lacks a piece", link->name,
                           bucket);
        size_t length = (size_t)n->natsMsg_GetDataLength(piece);
        size += length;
        from = n->natsMsg_GetSequence(piece) + 1;
        if (size > object->size)
            status = lg_fail(err, LG_IO, "%.160s: an object in bucket %s is larger than it says",
                             link->name, bucket);
        else if (fwrite(n->natsMsg_GetData(piece), 1, length, file) != length)
            status = lg_fail(err, LG_IO, "an object cannot be written: %s", strerror(errno));
        n->natsMsg_Destroy(piece);
    }
    return status;
}

lg_status lg_objects_get(lg_link *link, const char *bucket, const lg_object *object, FILE *file,
                         lg_err *err)
{
    char sum[65];
    uint64_t size;
    if (object->size > LG_OBJECTS_SIZE_MAX)
        return lg_fail(err, LG_LIMIT, "%.160s: an object of bucket %s has %llu bytes, too many",
                       link->name, bucket, (unsigned long long)object->size);
    lg_status status = get_pieces(link, bucket, object, file, err);
    if (status != LG_OK)
        return status;
    if (fflush(file) != 0 || fseek(file, 0, SEEK_SET) != 0 || !lg_sha256_file(file, sum, &size))
        return lg_fail(err, LG_IO, "an object cannot be written: %s", strerror(errno));
    if (size != object->size || strcmp(sum, object->sha256) != 0)
        return lg_fail(err, LG_IO, "%.160s: an object of bucket %s is not what its digest says",
                       link->name, bucket);
    return LG_OK;
}
