/* Texts are blocks of their own with a count of holders: seats that run the same files, and
 * versions that differ in one of them, hold what they share once. */
#include "script/bundle.h"

#include <string.h>
#include "base/hash.h"
#include "base/sort.h"

typedef struct piece {
    lg_bundle_text text;
    uint32_t holders;
    char hash[65]; /* "": not asked for yet */
} piece;

struct lg_bundle {
    lg_mem *mem;
    piece **pieces;
    uint32_t count, capacity;
    uint32_t holders;
    char hash[65];
};

static void drop(lg_mem *mem, piece *p)
{
    if (--p->holders > 0)
        return;
    lg_mem_strfree(mem, (char *)(uintptr_t)p->text.name);
    lg_mem_strfree(mem, (char *)(uintptr_t)p->text.path);
    if (p->text.text)
        lg_mem_free(mem, (char *)(uintptr_t)p->text.text, p->text.size + 1);
    lg_mem_free(mem, p, sizeof *p);
}

const char *lg_bundle_shown(const char *path)
{
    size_t prefix = strlen(LG_BUNDLE_UPLOAD);
    return strncmp(path, LG_BUNDLE_UPLOAD, prefix) == 0 ? path + prefix : path;
}

lg_bundle *lg_bundle_new(lg_mem *mem)
{
    lg_bundle *bundle = lg_mem_zalloc(mem, 1, sizeof *bundle);
    if (!bundle)
        return NULL;
    bundle->mem = mem;
    bundle->holders = 1;
    return bundle;
}

lg_bundle *lg_bundle_ref(lg_bundle *bundle)
{
    bundle->holders++;
    return bundle;
}

void lg_bundle_unref(lg_bundle *bundle)
{
    if (!bundle || --bundle->holders > 0)
        return;
    lg_mem *mem = bundle->mem;
    for (uint32_t i = 0; i < bundle->count; i++)
        drop(mem, bundle->pieces[i]);
    lg_mem_free(mem, bundle->pieces, bundle->capacity * sizeof *bundle->pieces);
    lg_mem_free(mem, bundle, sizeof *bundle);
}

static piece *find(const lg_bundle *bundle, const char *name)
{
    for (uint32_t i = 0; i < bundle->count; i++)
        if (strcmp(bundle->pieces[i]->text.name, name) == 0)
            return bundle->pieces[i];
    return NULL;
}

static piece *copy(lg_mem *mem, const lg_bundle_text *text)
{
    piece *p = lg_mem_zalloc(mem, 1, sizeof *p);
    if (!p)
        return NULL;
    char *bytes = lg_mem_alloc(mem, text->size + 1);
    p->holders = 1;
    p->text = (lg_bundle_text){.name = lg_mem_strdup(mem, text->name),
                               .path = lg_mem_strdup(mem, text->path),
                               .text = bytes,
                               .size = text->size};
    if (!p->text.name || !p->text.path || !bytes) {
        drop(mem, p);
        return NULL;
    }
    if (text->size)
        memcpy(bytes, text->text, text->size);
    bytes[text->size] = '\0';
    return p;
}

static bool is_same(const lg_bundle_text *a, const lg_bundle_text *b)
{
    return a->size == b->size && strcmp(a->path, b->path) == 0 &&
           memcmp(a->text, b->text, a->size) == 0;
}

lg_status lg_bundle_add(lg_bundle *bundle, const lg_bundle_text *text, const lg_bundle *like,
                        lg_err *err)
{
    if (bundle->count == LG_BUNDLE_TEXTS_MAX)
        return lg_fail(err, LG_LIMIT, "%s: a script may have at most %d modules", text->path,
                       LG_BUNDLE_TEXTS_MAX - 1);
    piece *p = like ? find(like, text->name) : NULL;
    if (p && like->mem == bundle->mem && is_same(&p->text, text))
        p->holders++;
    else
        p = copy(bundle->mem, text);
    if (!p || !LG_GROW(bundle->mem, bundle->pieces, bundle->capacity, bundle->count + 1)) {
        if (p)
            drop(bundle->mem, p);
        return lg_fail(err, LG_MEMORY, "out of memory for %s", text->path);
    }
    bundle->pieces[bundle->count++] = p;
    bundle->hash[0] = '\0';
    return LG_OK;
}

uint32_t lg_bundle_count(const lg_bundle *bundle)
{
    return bundle->count;
}

const lg_bundle_text *lg_bundle_at(const lg_bundle *bundle, uint32_t index)
{
    return &bundle->pieces[index]->text;
}

const lg_bundle_text *lg_bundle_find(const lg_bundle *bundle, const char *name)
{
    const piece *p = find(bundle, name);
    return p ? &p->text : NULL;
}

static const char *hash_of(piece *p)
{
    if (!p->hash[0])
        lg_sha256(p->text.text, p->text.size, p->hash);
    return p->hash;
}

static int by_name(const void *a, const void *b)
{
    return strcmp((*(piece *const *)a)->text.name, (*(piece *const *)b)->text.name);
}

const char *lg_bundle_hash(lg_bundle *bundle)
{
    if (bundle->hash[0] || bundle->count == 0)
        return bundle->hash;
    if (bundle->count == 1) {
        memcpy(bundle->hash, hash_of(bundle->pieces[0]), sizeof bundle->hash);
        return bundle->hash;
    }
    /* the script's name is the empty one: it stays first */
    lg_sort(bundle->pieces, bundle->count, sizeof *bundle->pieces, by_name);
    lg_text lines;
    lg_text_init(&lines, bundle->mem);
    for (uint32_t i = 0; i < bundle->count; i++)
        lg_text_format(&lines, "%s  %s\n", hash_of(bundle->pieces[i]),
                       bundle->pieces[i]->text.name);
    if (!lines.failed)
        lg_sha256(lg_text_peek(&lines), lines.length, bundle->hash);
    lg_text_fini(&lines);
    return bundle->hash;
}

/* ---- as bytes ---- */

/* "LGB1", the number of texts; of each name, path and text: length, bytes. Numbers are 32 bits,
 * lowest byte first. */
static const char magic[4] = {'L', 'G', 'B', '1'};

static void put_number(lg_text *out, size_t number)
{
    for (int shift = 0; shift < 32; shift += 8)
        lg_text_char(out, (char)(number >> shift & 0xff));
}

static void put_bytes(lg_text *out, const char *bytes, size_t size)
{
    put_number(out, size);
    lg_text_bytes(out, bytes, size);
}

void lg_bundle_write(const lg_bundle *bundle, lg_text *out)
{
    lg_text_bytes(out, magic, sizeof magic);
    put_number(out, bundle->count);
    for (uint32_t i = 0; i < bundle->count; i++) {
        const lg_bundle_text *text = &bundle->pieces[i]->text;
        put_bytes(out, text->name, strlen(text->name));
        put_bytes(out, text->path, strlen(text->path));
        put_bytes(out, text->text, text->size);
    }
}

typedef struct reader {
    const unsigned char *at, *end;
} reader;

static bool take_number(reader *r, uint32_t *number)
{
    if (r->end - r->at < 4)
        return false;
    *number = (uint32_t)r->at[0] | (uint32_t)r->at[1] << 8 | (uint32_t)r->at[2] << 16 |
              (uint32_t)r->at[3] << 24;
    r->at += 4;
    return true;
}

/* Bytes without a zero among them. */
static bool take_bytes(reader *r, const char **bytes, uint32_t *size)
{
    if (!take_number(r, size) || (size_t)(r->end - r->at) < *size || memchr(r->at, 0, *size))
        return false;
    *bytes = (const char *)r->at;
    r->at += *size;
    return true;
}

static lg_status take_text(reader *r, lg_mem *mem, lg_bundle *bundle, lg_err *err)
{
    const char *part[3];
    uint32_t size[3];
    for (int i = 0; i < 3; i++)
        if (!take_bytes(r, &part[i], &size[i]))
            return lg_fail(err, LG_INVALID, "these bytes are no bundle of scripts");
    lg_text name, path;
    lg_text_init(&name, mem);
    lg_text_init(&path, mem);
    lg_text_bytes(&name, part[0], size[0]);
    lg_text_bytes(&path, part[1], size[1]);
    lg_bundle_text text = {lg_text_peek(&name), lg_text_peek(&path), part[2], size[2]};
    bool taken = bundle->count == 0 ? size[0] > 0 : lg_bundle_find(bundle, text.name) != NULL;
    lg_status status;
    if (name.failed || path.failed)
        status = lg_fail(err, LG_MEMORY, "out of memory for a bundle of scripts");
    else if (taken)
        status = lg_fail(err, LG_INVALID, "these bytes are no bundle of scripts");
    else
        status = lg_bundle_add(bundle, &text, NULL, err);
    lg_text_fini(&name);
    lg_text_fini(&path);
    return status;
}

lg_status lg_bundle_read(lg_mem *mem, const void *bytes, size_t size, lg_err *err, lg_bundle **out)
{
    reader r = {bytes, (const unsigned char *)bytes + size};
    uint32_t count = 0;
    *out = NULL;
    if (size < sizeof magic || memcmp(r.at, magic, sizeof magic) != 0)
        return lg_fail(err, LG_INVALID, "these bytes are no bundle of scripts");
    r.at += sizeof magic;
    lg_bundle *bundle = lg_bundle_new(mem);
    if (!bundle)
        return lg_fail(err, LG_MEMORY, "out of memory for a bundle of scripts");
    lg_status status = LG_OK;
    if (!take_number(&r, &count) || count == 0)
        status = lg_fail(err, LG_INVALID, "these bytes are no bundle of scripts");
    for (uint32_t i = 0; i < count && status == LG_OK; i++)
        status = take_text(&r, mem, bundle, err);
    if (status == LG_OK && r.at != r.end)
        status = lg_fail(err, LG_INVALID, "bytes stand behind the last text of a bundle");
    if (status != LG_OK) {
        lg_bundle_unref(bundle);
        return status;
    }
    *out = bundle;
    return LG_OK;
}
