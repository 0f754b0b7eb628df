/* Tokens are compared by their SHA-256, all digits of all owners each time: neither how much of a
 * guess is right nor whose token it is can be told from how long it takes. */
#include "app/owners.h"

#include <cjson/cJSON.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/hash.h"
#include "base/text.h"

enum { ARENA_BLOCK = 4096, FILE_MAX = 8 << 20 };

void lg_owners_init(lg_owners *owners, lg_mem *mem)
{
    *owners = (lg_owners){.mem = mem};
    lg_arena_init(&owners->arena, mem, ARENA_BLOCK);
}

void lg_owners_fini(lg_owners *owners)
{
    lg_mem_free(owners->mem, owners->items, owners->capacity * sizeof *owners->items);
    lg_arena_drop(&owners->arena);
    *owners = (lg_owners){.mem = owners->mem};
}

lg_status lg_owners_add(lg_owners *owners, const char *name, bool organiser, lg_owner **out)
{
    if (!LG_GROW(owners->mem, owners->items, owners->capacity, owners->count + 1))
        return LG_MEMORY;
    lg_owner *owner = &owners->items[owners->count];
    *owner = (lg_owner){.name = lg_arena_text(&owners->arena, name, strlen(name)),
                        .organiser = organiser};
    if (!owner->name)
        return LG_MEMORY;
    owners->count++;
    *out = owner;
    return LG_OK;
}

lg_status lg_owners_token(lg_owner *owner, char token[LG_TOKEN_SIZE], lg_err *err)
{
    if (!lg_token_new(token))
        return lg_fail(err, LG_IO, "the kernel gives no random numbers: %s", strerror(errno));
    lg_sha256(token, LG_TOKEN_SIZE - 1, owner->hash);
    return LG_OK;
}

lg_owner *lg_owners_named(const lg_owners *owners, const char *name)
{
    for (uint32_t i = 0; i < owners->count; i++)
        if (strcmp(owners->items[i].name, name) == 0)
            return &owners->items[i];
    return NULL;
}

const lg_owner *lg_owners_of(const lg_owners *owners, const char *token)
{
    char hash[65];
    uint32_t found = owners->count;
    lg_sha256(token, strlen(token), hash);
    for (uint32_t i = 0; i < owners->count; i++) {
        uint32_t same = lg_token_same(hash, owners->items[i].hash, sizeof hash - 1);
        found = same * i + (1 - same) * found;
    }
    return found < owners->count ? &owners->items[found] : NULL;
}

/* ---- the file ---- */

static void put_text(lg_text *out, const char *key, const char *value)
{
    lg_text_format(out, ",\n  \"%s\": ", key);
    if (value)
        lg_text_json(out, value);
    else
        lg_text_str(out, "null");
}

static void print(const lg_owners *owners, lg_text *out)
{
    lg_text_format(out, "{\n  \"uploads_per_minute\": %u,\n  \"upload_bytes\": %u",
                   owners->uploads_per_minute, owners->upload_bytes);
    put_text(out, "control", owners->control);
    put_text(out, "group", owners->group);
    put_text(out, "pace", owners->pace);
    lg_text_str(out, ",\n  \"owners\": [");
    for (uint32_t i = 0; i < owners->count; i++) {
        const lg_owner *owner = &owners->items[i];
        lg_text_format(out, "%s\n    {\"name\": ", i ? "," : "");
        lg_text_json(out, owner->name);
        lg_text_format(out, ", \"organiser\": %s, \"sha256\": \"%s\"}",
                       owner->organiser ? "true" : "false", owner->hash);
    }
    lg_text_str(out, "\n  ]\n}\n");
}

/* All of it, on the disk. errno */
static int write_private(const char *path, const lg_text *text)
{
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno;
    int why = fchmod(fd, 0600) ? errno : 0;
    for (size_t done = 0; done < text->length && !why;) {
        ssize_t n = write(fd, text->data + done, text->length - done);
        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            why = errno;
    }
    if (!why && fsync(fd) != 0)
        why = errno;
    if (close(fd) != 0 && !why)
        why = errno;
    return why;
}

lg_status lg_owners_write(const lg_owners *owners, const char *folder, lg_err *err)
{
    lg_text path, part, text;
    lg_text_init(&path, owners->mem);
    lg_text_init(&part, owners->mem);
    lg_text_init(&text, owners->mem);
    lg_text_format(&path, "%s/" LG_OWNERS_FILE, folder);
    lg_text_format(&part, "%s/" LG_OWNERS_FILE ".part", folder);
    print(owners, &text);
    int why = path.failed || part.failed || text.failed ? ENOMEM : 0;
    if (!why)
        why = write_private(lg_text_peek(&part), &text);
    if (!why && rename(lg_text_peek(&part), lg_text_peek(&path)) != 0)
        why = errno;
    lg_status status = LG_OK;
    if (why)
        status = lg_fail(err, why == ENOMEM ? LG_MEMORY : LG_IO, "%s: %s", lg_text_peek(&path),
                         strerror(why));
    lg_text_fini(&path);
    lg_text_fini(&part);
    lg_text_fini(&text);
    return status;
}

static const char *text_of(lg_owners *owners, const cJSON *table, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(table, key);
    return cJSON_IsString(item)
               ? lg_arena_text(&owners->arena, item->valuestring, strlen(item->valuestring))
               : NULL;
}

static uint32_t number_of(const cJSON *table, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(table, key);
    return cJSON_IsNumber(item) && item->valuedouble >= 0 && item->valuedouble <= UINT32_MAX
               ? (uint32_t)item->valuedouble
               : 0;
}

static bool take_owner(lg_owners *owners, const cJSON *item)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "name");
    const cJSON *hash = cJSON_GetObjectItemCaseSensitive(item, "sha256");
    lg_owner *owner;
    if (!cJSON_IsString(name) || !cJSON_IsString(hash) || strlen(hash->valuestring) != 64 ||
        strspn(hash->valuestring, "0123456789abcdef") != 64 || owners->count == LG_OWNERS_MAX)
        return false;
    bool organiser = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(item, "organiser"));
    if (lg_owners_add(owners, name->valuestring, organiser, &owner) != LG_OK)
        return false;
    memcpy(owner->hash, hash->valuestring, sizeof owner->hash);
    return true;
}

static bool take(lg_owners *owners, const cJSON *root)
{
    const cJSON *item, *list = cJSON_GetObjectItemCaseSensitive(root, "owners");
    if (!cJSON_IsArray(list))
        return false;
    owners->control = text_of(owners, root, "control");
    owners->group = text_of(owners, root, "group");
    owners->pace = text_of(owners, root, "pace");
    owners->uploads_per_minute = number_of(root, "uploads_per_minute");
    owners->upload_bytes = number_of(root, "upload_bytes");
    cJSON_ArrayForEach(item, list) if (!take_owner(owners, item)) return false;
    return true;
}

/* The whole file; LG_UNKNOWN there is none. */
static lg_status read_file(lg_mem *mem, const char *path, lg_text *out, lg_err *err)
{
    char block[4096];
    FILE *file = fopen(path, "re");
    (void)mem;
    if (!file)
        return errno == ENOENT ? LG_UNKNOWN : lg_fail(err, LG_IO, "%s: %s", path, strerror(errno));
    for (size_t n; (n = fread(block, 1, sizeof block, file)) > 0 && out->length < FILE_MAX;)
        lg_text_bytes(out, block, n);
    bool failed = ferror(file);
    fclose(file);
    if (failed)
        return lg_fail(err, LG_IO, "%s cannot be read", path);
    return out->failed ? lg_fail(err, LG_MEMORY, "out of memory reading %s", path) : LG_OK;
}

void lg_owners_keep_private(void)
{
    umask(0066);
}

lg_status lg_owners_read(lg_owners *owners, const char *folder, lg_err *err)
{
    lg_text path, text;
    lg_text_init(&path, owners->mem);
    lg_text_init(&text, owners->mem);
    lg_text_format(&path, "%s/" LG_OWNERS_FILE, folder);
    lg_status status = path.failed ? lg_fail(err, LG_MEMORY, "out of memory")
                                   : read_file(owners->mem, lg_text_peek(&path), &text, err);
    if (status == LG_OK) {
        cJSON *root = cJSON_Parse(lg_text_peek(&text));
        if (!take(owners, root))
            status = lg_fail(err, LG_INVALID, "%s is not as `lunagrid host` writes it",
                             lg_text_peek(&path));
        cJSON_Delete(root);
    }
    lg_text_fini(&path);
    lg_text_fini(&text);
    return status;
}
