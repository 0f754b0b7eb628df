/* A reload is tried out first; only then it becomes an act, which is kept and counts. */
#include "app/reload.h"

#include <stdio.h>
#include <string.h>

#include "base/input.h"

bool lg_reload_is_fatal(lg_status status)
{
    return status == LG_MEMORY || status == LG_STORE || status == LG_BUG;
}

static const char *file_of(const lg_bundle *bundle)
{
    const char *path = lg_bundle_at(bundle, 0)->path, *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

enum { TEXT_MAX = (64 << 10) + 4 }; /* of a file that is a script, and a byte or more */

/* The file as it is now is this text. */
static bool is_unchanged(const lg_bundle_text *text)
{
    static char content[TEXT_MAX];
    const char *why, *begin = content;
    FILE *f = lg_input_open(text->path, &why);
    if (!f)
        return false;
    size_t size = fread(content, 1, sizeof content, f);
    bool read = !ferror(f);
    fclose(f);
    if (size >= 3 && memcmp(begin, "\xef\xbb\xbf", 3) == 0) {
        begin += 3;
        size -= 3;
    }
    return read && size == text->size && memcmp(begin, text->text, size) == 0;
}

/* A module that ships is not hidden by one of its name beside the script by now. */
static bool is_hidden(const lg_bundle_text *script, const lg_bundle_text *text)
{
    char path[4096];
    const char *why, *slash = strrchr(script->path, '/');
    int folder = slash ? (int)(slash - script->path) : 1;
    int length =
        snprintf(path, sizeof path, "%.*s/%s.lua", folder, slash ? script->path : ".", text->name);
    if (length < 0 || (size_t)length >= sizeof path)
        return true;
    FILE *f = strcmp(path, text->path) == 0 ? NULL : lg_input_open(path, &why);
    if (f)
        fclose(f);
    return f;
}

/* Whether the files say what is at work: then there is nothing to try. */
static bool is_at_work(const lg_bundle *bundle)
{
    const lg_bundle_text *script = lg_bundle_at(bundle, 0);
    bool same = is_unchanged(script);
    for (uint32_t i = 1; i < lg_bundle_count(bundle) && same; i++) {
        const lg_bundle_text *text = lg_bundle_at(bundle, i);
        same = !is_hidden(script, text) && is_unchanged(text);
    }
    return same;
}

static void say_unchanged(const lg_seats *seats, uint32_t seat, lg_reload_result *result)
{
    *result = (lg_reload_result){.version = lg_seats_view(seats, seat).version};
    snprintf(result->said, sizeof result->said, "%.400s v%u: nothing has changed",
             file_of(lg_seats_bundle(seats, seat)), result->version);
}

/* Where the texts of a version come from: one of the three, or the files of the seat. */
typedef struct origin {
    const char *file;
    lg_bundle *given;
    const lg_input_source *source;
    uint32_t back; /* number of the version that these are; 0: a new one */
} origin;

/* What is being tried may be no longer what is asked for: saved once more, or another upload. */
static void drop_stale(lg_world *world, uint32_t seat, const origin *from)
{
    const lg_seats *seats = lg_world_seats(world);
    lg_bundle *tried = seat < lg_seats_count(seats) ? lg_seats_trial(seats, seat) : NULL;
    if (!tried)
        return;
    const lg_input_source *before = lg_input_use(from->source);
    bool same = from->given ? strcmp(lg_bundle_hash(from->given), lg_bundle_hash(tried)) == 0
                            : !from->file && !from->source && lg_reload_has_file(tried) &&
                                  is_at_work(tried);
    lg_input_use(before);
    if (!same)
        lg_world_drop_trial(world, seat);
}

static lg_status reload(lg_world *world, uint32_t seat, const origin *from,
                        lg_reload_result *result, lg_err *err)
{
    uint32_t back = from->back;
    const lg_seats *seats = lg_world_seats(world);
    drop_stale(world, seat, from);
    double start_s = lg_progress_now();
    lg_bundle *bundle = NULL;
    *result = (lg_reload_result){.version = 0};
    const lg_input_source *before = lg_input_use(from->source); /* or the files as they are now */
    lg_status status = lg_world_try(world, seat, from->file, from->given, &bundle, err);
    lg_input_use(before);
    result->later = status == LG_OK && !bundle;
    if (!bundle)
        return status;
    lg_bundle *old = lg_seats_bundle(seats, seat);
    result->changed = back || lg_seats_view(seats, seat).stood_in ||
                      strcmp(lg_bundle_hash(bundle), lg_bundle_hash(old)) != 0;
    const lg_outside act = {
        .kind = LG_OUTSIDE_SCRIPT, .node = seat, .number = back, .script = bundle};
    if (result->changed)
        status = lg_world_act(world, &act, err);
    result->version = lg_seats_view(seats, seat).version;
    result->ms = (lg_progress_now() - start_s) * 1e3;
    if (result->changed)
        snprintf(result->said, sizeof result->said, "%.400s; %.1f ms", lg_seats_said(seats),
                 result->ms);
    else
        say_unchanged(seats, seat, result);
    lg_bundle_unref(bundle);
    return status;
}

bool lg_reload_has_file(const lg_bundle *bundle)
{
    const char *path = lg_bundle_at(bundle, 0)->path;
    return strncmp(path, LG_BUNDLE_UPLOAD, strlen(LG_BUNDLE_UPLOAD)) != 0 &&
           strcmp(path, LG_SCRIPT_BASELINE) != 0;
}

lg_status lg_reload_now(lg_world *world, uint32_t seat, lg_reload_result *result, lg_err *err)
{
    const lg_seats *seats = lg_world_seats(world);
    const lg_input_source *before = lg_input_use(NULL); /* the files as they are now */
    bool known = seat < lg_seats_count(seats);
    bool same = known && (!lg_reload_has_file(lg_seats_bundle(seats, seat)) ||
                          is_at_work(lg_seats_bundle(seats, seat)));
    lg_input_use(before);
    if (!same)
        return reload(world, seat, &(origin){.file = NULL}, result, err);
    say_unchanged(seats, seat, result);
    return LG_OK;
}

lg_status lg_reload_from(lg_world *world, uint32_t seat, const char *file, lg_reload_result *result,
                         lg_err *err)
{
    return reload(world, seat, &(origin){.file = file}, result, err);
}

lg_status lg_reload_through(lg_world *world, uint32_t seat, const lg_input_source *source,
                            lg_reload_result *result, lg_err *err)
{
    return reload(world, seat, &(origin){.source = source}, result, err);
}

/* What ships comes from the disk as it is now, also where the scenario came from a journal. */
static lg_status complete(lg_world *world, lg_bundle *texts, lg_err *err)
{
    const lg_input_source *before = lg_input_use(NULL);
    lg_status status = lg_bundle_complete(lg_world_mem(world), texts, lg_world_scripts(world), err);
    lg_input_use(before);
    return status;
}

lg_status lg_reload_try(lg_world *world, uint32_t seat, lg_bundle *texts, lg_err *err)
{
    lg_bundle *bundle = NULL;
    lg_status status = complete(world, texts, err);
    if (status == LG_OK)
        status = lg_world_try(world, seat, NULL, texts, &bundle, err);
    lg_bundle_unref(bundle);
    return status;
}

lg_status lg_reload_upload(lg_world *world, uint32_t seat, lg_bundle *texts,
                           lg_reload_result *result, lg_err *err)
{
    lg_status status = complete(world, texts, err);
    return status == LG_OK ? reload(world, seat, &(origin){.given = texts}, result, err) : status;
}

lg_status lg_reload_back(lg_world *world, uint32_t seat, lg_reload_result *result, lg_err *err)
{
    const lg_seats *seats = lg_world_seats(world);
    if (seat >= lg_seats_count(seats))
        return lg_fail(err, LG_UNKNOWN, "there is no agent with number %u", seat);
    lg_seat_view view = lg_seats_view(seats, seat);
    if (!view.has_script)
        return lg_fail(err, LG_UNKNOWN, "\"%s\" has had no script yet: upload one", view.name);
    if (!view.stood_in)
        return lg_fail(err, LG_UNKNOWN, "nobody stands in for \"%s\": v%u trades", view.name,
                       view.version);
    const origin from = {.given = lg_seats_bundle_of(seats, seat, view.version),
                         .back = view.version};
    return reload(world, seat, &from, result, err);
}

lg_status lg_reload_to(lg_world *world, uint32_t seat, uint32_t version, lg_reload_result *result,
                       lg_err *err)
{
    const lg_seats *seats = lg_world_seats(world);
    if (seat >= lg_seats_count(seats))
        return lg_fail(err, LG_UNKNOWN, "there is no agent with number %u", seat);
    lg_bundle *bundle = lg_seats_bundle_of(seats, seat, version);
    lg_seat_view view = lg_seats_view(seats, seat);
    if (!bundle)
        return lg_fail(err, LG_UNKNOWN, "\"%s\" has no version v%u; it has v1 to v%u", view.name,
                       version, view.versions);
    if (strcmp(lg_bundle_at(bundle, 0)->path, LG_SCRIPT_BASELINE) == 0)
        return lg_fail(err, LG_UNKNOWN, "v%u of \"%s\" is no script", version, view.name);
    if (version == view.version && !view.stood_in) {
        *result = (lg_reload_result){.version = version};
        snprintf(result->said, sizeof result->said, "%.400s v%u is at work already",
                 file_of(bundle), version);
        return LG_OK;
    }
    return reload(world, seat, &(origin){.given = bundle, .back = version}, result, err);
}
