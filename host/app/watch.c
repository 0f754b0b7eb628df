/*
 * From a saved file to a reload: the loop tells names, a name that belongs to a script makes it
 * wait until all is quiet, then contents are compared, then the agents concerned are reloaded one
 * after the other, a few milliseconds' worth between two ticks.
 *
 * What is known of a file is the hash of its content when it was last looked at, good or bad: so a
 * broken text is tried once, not at every key of the editor in another file.
 */
#include "app/watch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/hash.h"
#include "base/input.h"
#include "loop/folders.h"

enum { CONTENT_MAX = (64 << 10) + 8, LOOK_MS = 25 };
#define SCAN_NS INT64_C(1000000000) /* how often agents are asked for files that are new to us */

typedef struct watched {
    char *path;
    size_t folder; /* length of the path of its folder; 0: "." */
    char hash[65]; /* of the content, as it was last looked at */
    bool touched;
} watched;

/* What came of the reloads of a round that say the same of one script. */
typedef struct outcome {
    char *script; /* its path */
    char *said;   /* why it was refused, or what the first one did */
    char *who;    /* the first agent */
    char *trader; /* who goes on when it was refused */
    uint32_t agents;
    bool refused;
    double ms;
} outcome;

struct lg_watch {
    lg_mem *mem;
    lg_watch_input input;
    lg_folders *folders;
    watched *files;
    uint32_t count, capacity;
    bool *due;    /* by seat */
    bool *failed; /* by seat: its last reload; any script that is saved may mend it */
    uint32_t seats, due_count, next;
    bool touched, other; /* a watched file; another script beside one */
    int64_t touched_ns, scanned_ns;
    outcome *outcomes; /* told when no seat is due any more */
    uint32_t outcome_count, outcome_capacity;
};

static const char *name_of(const watched *file)
{
    return file->path + file->folder + (file->folder > 0);
}

static bool is_script(const char *name)
{
    size_t length = strlen(name);
    return length > 4 && strcmp(name + length - 4, ".lua") == 0;
}

static void heard(void *ctx, const char *folder, const char *name)
{
    lg_watch *w = ctx;
    bool ours = false;
    for (uint32_t i = 0; i < w->count; i++) {
        watched *file = &w->files[i];
        if (folder && file->folder == 0 && strcmp(folder, ".") != 0)
            continue;
        if (folder && file->folder &&
            (strlen(folder) != file->folder || memcmp(folder, file->path, file->folder) != 0))
            continue;
        if (name && strcmp(name, name_of(file)) != 0)
            continue;
        file->touched = ours = true;
    }
    bool other = !ours && name && is_script(name);
    w->touched = w->touched || ours;
    w->other = w->other || other;
    if (ours || other)
        w->touched_ns = lg_loop_now_ns();
}

/* That it is called ends a wait of the loop, and then somebody looks. */
static void wake(void *ctx)
{
    (void)ctx;
}

/* ---- which files there are ---- */

static lg_status watch_folder(lg_watch *w, const watched *file, lg_err *err)
{
    lg_text folder;
    lg_text_init(&folder, w->mem);
    lg_text_bytes(&folder, file->folder ? file->path : ".", file->folder ? file->folder : 1);
    lg_status status = folder.failed ? lg_fail(err, LG_MEMORY, "out of memory for watching files")
                                     : lg_folders_add(w->folders, lg_text_peek(&folder), err);
    lg_text_fini(&folder);
    return status;
}

static lg_status add_file(lg_watch *w, const lg_bundle_text *text, lg_err *err)
{
    for (uint32_t i = 0; i < w->count; i++)
        if (strcmp(w->files[i].path, text->path) == 0)
            return LG_OK;
    if (!LG_GROW(w->mem, w->files, w->capacity, w->count + 1))
        return lg_fail(err, LG_MEMORY, "out of memory for watching files");
    watched *file = &w->files[w->count];
    *file = (watched){.path = lg_mem_strdup(w->mem, text->path)};
    if (!file->path)
        return lg_fail(err, LG_MEMORY, "out of memory for watching files");
    const char *slash = strrchr(file->path, '/');
    file->folder = slash ? (size_t)(slash - file->path) : 0;
    lg_sha256(text->text, text->size, file->hash);
    file->touched = w->touched = true; /* it may have been saved since it was read */
    w->count++;
    return watch_folder(w, file, err);
}

/* Adds the files of the seat that are new to us: it may run another script by now. */
static lg_status add_seat(lg_watch *w, uint32_t seat, lg_err *err)
{
    const lg_seats *seats = lg_world_seats(w->input.world);
    const lg_bundle *bundle = lg_seats_bundle(seats, seat);
    const lg_bundle *before = seat ? lg_seats_bundle(seats, seat - 1) : NULL;
    lg_status status = LG_OK;
    if (!lg_reload_has_file(bundle))
        return LG_OK;
    for (uint32_t i = 0; i < lg_bundle_count(bundle) && status == LG_OK; i++) {
        const lg_bundle_text *text = lg_bundle_at(bundle, i);
        if (!before || lg_bundle_find(before, text->name) != text) /* homes share their texts */
            status = add_file(w, text, err);
    }
    return status;
}

lg_status lg_watch_open(lg_mem *mem, const lg_watch_input *input, lg_err *err, lg_watch **out)
{
    *out = NULL;
    lg_watch *w = lg_mem_zalloc(mem, 1, sizeof *w);
    if (!w)
        return lg_fail(err, LG_MEMORY, "out of memory for watching files");
    w->mem = mem;
    w->input = *input;
    w->seats = lg_seats_count(lg_world_seats(input->world));
    w->due = lg_mem_zalloc(mem, w->seats, sizeof *w->due);
    w->failed = lg_mem_zalloc(mem, w->seats, sizeof *w->failed);
    lg_status status = w->due && w->failed
                           ? lg_folders_new(mem, input->loop, heard, w, err, &w->folders)
                           : lg_fail(err, LG_MEMORY, "out of memory for watching files");
    for (uint32_t i = 0; i < w->seats && status == LG_OK; i++)
        status = add_seat(w, i, err);
    if (status == LG_OK && lg_loop_every(input->loop, LOOK_MS, wake, NULL) != LG_OK)
        status = lg_fail(err, LG_MEMORY, "out of memory for watching files");
    w->scanned_ns = lg_loop_now_ns();
    if (status == LG_OK)
        *out = w;
    else
        lg_watch_close(w);
    return status;
}

static void drop_outcomes(lg_watch *w)
{
    for (uint32_t i = 0; i < w->outcome_count; i++) {
        lg_mem_strfree(w->mem, w->outcomes[i].script);
        lg_mem_strfree(w->mem, w->outcomes[i].said);
        lg_mem_strfree(w->mem, w->outcomes[i].who);
        lg_mem_strfree(w->mem, w->outcomes[i].trader);
    }
    w->outcome_count = 0;
}

void lg_watch_close(lg_watch *w)
{
    if (!w)
        return;
    lg_folders_free(w->folders);
    for (uint32_t i = 0; i < w->count; i++)
        lg_mem_strfree(w->mem, w->files[i].path);
    lg_mem_free(w->mem, w->files, w->capacity * sizeof *w->files);
    drop_outcomes(w);
    lg_mem_free(w->mem, w->outcomes, w->outcome_capacity * sizeof *w->outcomes);
    lg_mem_free(w->mem, w->due, w->seats * sizeof *w->due);
    lg_mem_free(w->mem, w->failed, w->seats * sizeof *w->failed);
    lg_mem_free(w->mem, w, sizeof *w);
}

/* ---- what has changed ---- */

/* Whether the file has other content than when it was last looked at; empty is what an editor
 * leaves for a moment, and no script. */
static bool has_changed(watched *file)
{
    static char content[CONTENT_MAX];
    char hash[65];
    const char *why;
    const lg_input_source *before = lg_input_use(NULL); /* as it is now, not as it was read */
    FILE *f = lg_input_open(file->path, &why);
    lg_input_use(before);
    if (!f)
        return false;
    size_t size = fread(content, 1, sizeof content, f);
    bool read = !ferror(f);
    fclose(f);
    if (!read || size == 0)
        return false;
    lg_sha256(content, size, hash);
    if (strcmp(hash, file->hash) == 0)
        return false;
    memcpy(file->hash, hash, sizeof hash);
    return true;
}

static void set_due(lg_watch *w, uint32_t seat)
{
    w->due_count += !w->due[seat];
    w->due[seat] = true;
}

static void find_due(lg_watch *w)
{
    const lg_seats *seats = lg_world_seats(w->input.world);
    for (uint32_t i = 0; i < w->count && w->touched; i++) {
        watched *file = &w->files[i];
        bool touched = file->touched;
        file->touched = false;
        if (!touched || !has_changed(file))
            continue;
        w->other = true;
        for (uint32_t k = 0; k < w->seats; k++) {
            const lg_bundle *bundle = lg_seats_bundle(seats, k);
            for (uint32_t t = 0; t < lg_bundle_count(bundle) && !w->due[k]; t++)
                if (strcmp(lg_bundle_at(bundle, t)->path, file->path) == 0)
                    set_due(w, k);
        }
    }
    for (uint32_t k = 0; k < w->seats && w->other; k++)
        if (w->failed[k])
            set_due(w, k);
    w->touched = w->other = false;
    w->next = 0;
}

/* ---- reloading ---- */

static void tell_one(lg_watch *w, const outcome *o)
{
    char line[LG_ERR_TEXT_MAX + 384], others[48] = "";
    uint32_t more = o->agents - 1;
    if (more)
        snprintf(others, sizeof others, "%u more agent%s", more, more == 1 ? "" : "s");
    if (o->refused) {
        snprintf(line, sizeof line, "%.255s keeps trading%s%s: %s", o->trader,
                 more ? ", also for " : "", others, o->said);
        lg_notes_refusal(w->input.notes, o->who, line);
        return;
    }
    if (more)
        snprintf(line, sizeof line, "%s; and %s, %.1f ms in all", o->said, others, o->ms);
    else
        snprintf(line, sizeof line, "%s", o->said);
    lg_notes_line(w->input.notes, line);
}

static void tell(lg_watch *w)
{
    for (uint32_t i = 0; i < w->outcome_count; i++)
        tell_one(w, &w->outcomes[i]);
    drop_outcomes(w);
}

/* Up to where the place "mine.lua:7:" ends; all of it where there is none. Homes that run the same
 * script fail at the same place, each with the name of its own asset. */
static size_t place_length(const char *why)
{
    const char *end = strchr(why, ':');
    while (end && !(end[1] >= '0' && end[1] <= '9'))
        end = strchr(end + 1, ':');
    size_t digits = end ? strspn(end + 1, "0123456789") : 0;
    return end && end[1 + digits] == ':' ? (size_t)(end - why) + digits + 2 : strlen(why) + 1;
}

static bool is_same(const outcome *o, const char *script, bool refused, const char *said,
                    const char *trader)
{
    return o->refused == refused && strcmp(o->script, script) == 0 &&
           (!refused || strcmp(o->trader, trader) == 0) &&
           (!refused || strncmp(o->said, said, place_length(said)) == 0);
}

/* Puts down what came of a reload; equal ones of a script are told as one. */
static lg_status note(lg_watch *w, const lg_seat_view *view, bool refused, const char *said,
                      double ms, lg_err *err)
{
    char version[16];
    const char *trader = lg_seat_trader(view, version, sizeof version);
    for (uint32_t i = 0; i < w->outcome_count; i++) {
        outcome *o = &w->outcomes[i];
        if (!is_same(o, view->script, refused, said, trader))
            continue;
        o->agents++;
        o->ms += ms;
        return LG_OK;
    }
    if (!LG_GROW(w->mem, w->outcomes, w->outcome_capacity, w->outcome_count + 1))
        return lg_fail(err, LG_MEMORY, "out of memory for watching files");
    outcome *o = &w->outcomes[w->outcome_count++];
    *o = (outcome){.script = lg_mem_strdup(w->mem, view->script),
                   .said = lg_mem_strdup(w->mem, said),
                   .who = lg_mem_strdup(w->mem, view->name),
                   .trader = lg_mem_strdup(w->mem, trader),
                   .agents = 1,
                   .refused = refused,
                   .ms = ms};
    if (o->script && o->said && o->who && o->trader)
        return LG_OK;
    return lg_fail(err, LG_MEMORY, "out of memory for watching files");
}

static lg_status reload(lg_watch *w, uint32_t seat, lg_err *err)
{
    lg_reload_result result;
    lg_world_set_later(w->input.world, true);
    lg_status status = lg_reload_now(w->input.world, seat, &result, err);
    lg_world_set_later(w->input.world, false);
    if (status == LG_OK && result.later) {
        set_due(w, seat); /* until it has been tried */
        return LG_OK;
    }
    w->failed[seat] = status != LG_OK;
    if (lg_reload_is_fatal(status))
        return status;
    lg_seat_view view = lg_seats_view(lg_world_seats(w->input.world), seat);
    if (status != LG_OK) {
        const lg_err why = *err;
        return note(w, &view, true, why.text, 0, err);
    }
    if (result.changed)
        status = note(w, &view, false, result.said, result.ms, err);
    if (status != LG_OK)
        return status;
    return add_seat(w, seat, err) == LG_MEMORY ? LG_MEMORY : LG_OK;
}

/* A folder that cannot be watched is no reason to end a run. */
static lg_status scan(lg_watch *w, int64_t now_ns, lg_err *err)
{
    lg_status status = LG_OK;
    if (now_ns - w->scanned_ns < SCAN_NS)
        return LG_OK;
    w->scanned_ns = now_ns;
    for (uint32_t i = 0; i < w->seats && status != LG_MEMORY; i++)
        status = add_seat(w, i, err);
    return status == LG_MEMORY ? LG_MEMORY : LG_OK;
}

lg_status lg_watch_look(lg_watch *w, lg_err *err)
{
    int64_t now_ns = lg_loop_now_ns();
    lg_status status = scan(w, now_ns, err);
    if (status != LG_OK)
        return status;
    if ((w->touched || w->other) && now_ns - w->touched_ns >= LG_WATCH_SETTLE_MS * INT64_C(1000000))
        find_due(w);
    if (w->due_count == 0)
        return LG_OK;
    int64_t until_ns = now_ns + LG_WATCH_PAUSE_MS * INT64_C(1000000);
    if (w->next == w->seats)
        w->next = 0;
    for (; w->next < w->seats && w->due_count && status == LG_OK; w->next++) {
        if (!w->due[w->next])
            continue;
        w->due[w->next] = false;
        w->due_count--;
        status = reload(w, w->next, err);
        if (lg_loop_now_ns() >= until_ns)
            break;
    }
    if (w->due_count == 0)
        tell(w);
    return status;
}
