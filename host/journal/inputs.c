/* Small files stay in memory, for scripts are opened again for every agent; larger ones do so until
 * they are written, and are then compared with their SHA-256 when they are opened again. */
#include "journal/inputs.h"

#include <errno.h>
#include <string.h>

#include "base/status.h"

enum { STAYS_MAX = 65536 };

typedef struct noted {
    char *path;
    lg_journal_input input; /* path is the one above */
    char *own;              /* content that is given back here; NULL: somebody else's, or none */
    bool written;
} noted;

struct lg_inputs {
    lg_mem *mem;
    lg_input_source source;
    noted *items;
    uint32_t count, capacity;
    uint32_t *table; /* index + 1 by hash of the path; 0: free */
    uint32_t table_size;
    bool live;
    uint64_t kept;
    char *base;
    lg_journal *journal;
    lg_err failure;
};

/* ---- by path ---- */

static uint32_t *place_of(lg_inputs *in, const char *path)
{
    uint32_t at = (uint32_t)lg_hash64(0, path, strlen(path));
    for (;; at++) {
        uint32_t *cell = &in->table[at & (in->table_size - 1)];
        if (!*cell || strcmp(in->items[*cell - 1].path, path) == 0)
            return cell;
    }
}

static noted *find(lg_inputs *in, const char *path)
{
    if (!in->count)
        return NULL;
    uint32_t cell = *place_of(in, path);
    return cell ? &in->items[cell - 1] : NULL;
}

static bool grow_table(lg_inputs *in)
{
    if (in->count + 1 <= in->table_size / 2)
        return true;
    uint32_t size = in->table_size ? in->table_size * 2 : 64;
    uint32_t *table = lg_mem_zalloc(in->mem, size, sizeof *table);
    if (!table)
        return false;
    lg_mem_free(in->mem, in->table, in->table_size * sizeof *table);
    in->table = table;
    in->table_size = size;
    for (uint32_t i = 0; i < in->count; i++)
        *place_of(in, in->items[i].path) = i + 1;
    return true;
}

/* A new note for @p path, or the one there is. NULL when exhausted. */
static noted *note_of(lg_inputs *in, const char *path)
{
    noted *n = find(in, path);
    if (n)
        return n;
    char *copy = lg_mem_strdup(in->mem, path);
    if (!copy || !grow_table(in) || !LG_GROW(in->mem, in->items, in->capacity, in->count + 1)) {
        lg_mem_strfree(in->mem, copy);
        return NULL;
    }
    uint32_t *cell = place_of(in, path);
    n = &in->items[in->count++];
    *cell = in->count;
    *n = (noted){.path = copy, .input.path = copy};
    return n;
}

/* ---- into the journal ---- */

static void drop_content(lg_inputs *in, noted *n)
{
    if (!n->own)
        return;
    lg_mem_free(in->mem, n->own, (size_t)n->input.size + 1);
    n->own = NULL;
    n->input.content = NULL;
}

static lg_status write_note(lg_inputs *in, noted *n, lg_err *err)
{
    lg_text payload;
    lg_text_init(&payload, in->mem);
    lg_journal_pack_input(&payload, &n->input);
    lg_status status = payload.failed ? lg_fail(err, LG_MEMORY, "out of memory for the journal")
                                      : lg_journal_add(in->journal, LG_JOURNAL_INPUT, payload.data,
                                                       payload.length, err);
    lg_text_fini(&payload);
    n->written = status == LG_OK;
    if (n->written && n->input.size > STAYS_MAX)
        drop_content(in, n);
    return status;
}

lg_status lg_inputs_write(lg_inputs *in, lg_journal *journal, lg_err *err)
{
    lg_status status = LG_OK;
    in->journal = journal;
    for (uint32_t i = 0; i < in->count && status == LG_OK; i++)
        if (!in->items[i].written)
            status = write_note(in, &in->items[i], err);
    return status == LG_OK ? lg_journal_flush(journal, err) : status;
}

/* Once there is a journal, what is noted is in it before anybody acts upon it. */
static bool write_now(lg_inputs *in, noted *n)
{
    if (!in->journal || in->failure.status != LG_OK)
        return in->failure.status == LG_OK;
    lg_status status = write_note(in, n, &in->failure);
    if (status == LG_OK)
        status = lg_journal_flush(in->journal, &in->failure);
    in->failure.status = status;
    return status == LG_OK;
}

lg_status lg_inputs_check(const lg_inputs *in, lg_err *err)
{
    if (in->failure.status == LG_OK)
        return LG_OK;
    return lg_fail(err, in->failure.status, "%s", in->failure.text);
}

/* ---- reading ---- */

static char *read_content(lg_inputs *in, FILE *file, uint64_t size)
{
    char *content = lg_mem_alloc(in->mem, (size_t)size + 1);
    if (content && fread(content, 1, (size_t)size, file) == size && fgetc(file) == EOF) {
        content[size] = 0;
        return content;
    }
    lg_mem_free(in->mem, content, (size_t)size + 1);
    return NULL;
}

/* Reads @p file into the note; it stands at its beginning again afterwards. */
static bool read_into(lg_inputs *in, noted *n, FILE *file, const char **why)
{
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    char *content = NULL;
    *why = strerror(EIO);
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0)
        return false;
    n->input.size = (uint64_t)size;
    if (size <= LG_INPUT_KEPT_MAX && in->kept + (uint64_t)size <= LG_INPUTS_KEPT_MAX) {
        content = read_content(in, file, (uint64_t)size);
        if (!content) {
            *why = "it changes while it is read, or memory is exhausted";
            return false;
        }
        lg_sha256(content, (size_t)size, n->input.sha256);
        n->own = content;
        n->input.content = content;
        in->kept += (uint64_t)size;
    } else if (!lg_sha256_file(file, n->input.sha256, &n->input.size)) {
        n->input.sha256[0] = 0;
        return false;
    }
    return fseek(file, 0, SEEK_SET) == 0;
}

/* Opens the file itself, of which only the SHA-256 is known by now. */
static FILE *open_same(lg_inputs *in, const noted *n, const char **why)
{
    char sum[65];
    uint64_t size;
    lg_text path;
    lg_text_init(&path, in->mem);
    if (in->base && n->path[0] != '/')
        lg_text_format(&path, "%s/", in->base);
    lg_text_str(&path, n->path);
    FILE *file = NULL;
    if (path.failed)
        *why = strerror(ENOMEM);
    else
        file = lg_input_open(lg_text_peek(&path), why);
    lg_text_fini(&path);
    if (file && lg_sha256_file(file, sum, &size) && fseek(file, 0, SEEK_SET) == 0) {
        if (strcmp(sum, n->input.sha256) == 0)
            return file;
        *why = "it has changed since it was first read; being large, it is kept by its SHA-256 "
               "alone";
    } else if (file) {
        *why = strerror(EIO);
    }
    if (file)
        fclose(file);
    return NULL;
}

static FILE *open_new(lg_inputs *in, const char *path, const char **why)
{
    FILE *file = lg_input_open(path, why);
    noted *n = file ? note_of(in, path) : NULL;
    if (file && !n)
        *why = strerror(ENOMEM);
    if (n && read_into(in, n, file, why)) {
        n->written = false;
        if (write_now(in, n))
            return file;
        *why = in->failure.text;
    }
    if (file)
        fclose(file);
    return NULL;
}

static FILE *answer_open(void *ctx, const char *path, const char **why)
{
    lg_inputs *in = ctx;
    const noted *n = find(in, path);
    bool known = n && n->input.sha256[0];
    const lg_input_source *before = lg_input_use(NULL);
    FILE *file = NULL;
    if (known && n->input.content) {
        file = lg_input_of_bytes(n->input.content, (size_t)n->input.size);
        *why = file ? "" : strerror(ENOMEM);
    } else if (known) {
        file = open_same(in, n, why);
    } else if (in->live) {
        file = open_new(in, path, why);
    } else {
        *why = "the recorded run did not read it";
    }
    lg_input_use(before);
    return file;
}

static bool answer_is_file(void *ctx, const char *path)
{
    lg_inputs *in = ctx;
    if (find(in, path))
        return true;
    if (!in->live)
        return false;
    const lg_input_source *before = lg_input_use(NULL);
    bool found = lg_input_is_file(path);
    lg_input_use(before);
    noted *n = found ? note_of(in, path) : NULL;
    return n && write_now(in, n);
}

const lg_input_source *lg_inputs_source(lg_inputs *in)
{
    return &in->source;
}

void lg_inputs_set_live(lg_inputs *in, bool live)
{
    in->live = live;
}

lg_status lg_inputs_set_base(lg_inputs *in, const char *folder)
{
    lg_mem_strfree(in->mem, in->base);
    in->base = lg_mem_strdup(in->mem, folder);
    return in->base ? LG_OK : LG_MEMORY;
}

lg_status lg_inputs_put(lg_inputs *in, const lg_journal_input *input, bool written)
{
    noted *n = note_of(in, input->path);
    if (!n)
        return LG_MEMORY;
    if (!n->input.sha256[0]) { /* seen first, read later */
        n->input = *input;
        n->input.path = n->path;
        in->kept += input->content ? input->size : 0;
    }
    n->written = written;
    return LG_OK;
}

lg_inputs *lg_inputs_new(lg_mem *mem)
{
    lg_inputs *in = lg_mem_zalloc(mem, 1, sizeof *in);
    if (!in)
        return NULL;
    in->mem = mem;
    in->source = (lg_input_source){.ctx = in, .open = answer_open, .is_file = answer_is_file};
    return in;
}

void lg_inputs_free(lg_inputs *in)
{
    if (!in)
        return;
    for (uint32_t i = 0; i < in->count; i++) {
        drop_content(in, &in->items[i]);
        lg_mem_strfree(in->mem, in->items[i].path);
    }
    lg_mem_free(in->mem, in->items, in->capacity * sizeof *in->items);
    lg_mem_free(in->mem, in->table, in->table_size * sizeof *in->table);
    lg_mem_strfree(in->mem, in->base);
    lg_mem_free(in->mem, in, sizeof *in);
}
