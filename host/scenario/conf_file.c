/* Files of data that are no scenario: read by the same readers, so they look and fail the same. */
#include <stdlib.h>
#include <string.h>
#include "base/text.h"
#include "scenario/profiles.h"
#include "scenario/reader.h"

enum { SCRATCH_BLOCK = 1 << 14 };

static bool ends_in(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length >= tail && strcmp(text + length - tail, end) == 0;
}

static const lg_conf *read_any(lg__reader *r, const char *file)
{
    size_t size = 0;
    if (!ends_in(file, ".lua") && !ends_in(file, ".json")) {
        lg_diag_error(r->diag, file, 0, "", "expected a file that ends in .lua or .json");
        return NULL;
    }
    char *text = lg__file_read(r, file, &size);
    if (!text)
        return NULL;
    lg_conf *root = ends_in(file, ".lua") ? lg__conf_from_lua(r, text, size)
                                          : lg__conf_from_json(r, text, size);
    lg_mem_free(r->mem, text, size + 1);
    return root;
}

lg_status lg_conf_read(lg_mem *mem, lg_arena *arena, const char *file, const char *word,
                       lg_diag *diag, const lg_conf **out)
{
    const char *slash = strrchr(file, '/');
    const lg_scenario_input input = {.file = file, .slots = -1, .days = -1};
    lg_scenario nowhere = {.mem = mem, .file = file, .folder = ""};
    lg__reader r = {.mem = mem,
                    .input = &input,
                    .diag = diag,
                    .scenario = &nowhere,
                    .arena = arena,
                    .word = word};
    uint32_t before = diag->errors;
    *out = NULL;
    lg_arena_init(&r.scratch, mem, SCRATCH_BLOCK);
    if (slash)
        nowhere.folder =
            lg_arena_text(&r.scratch, file, slash == file ? 1 : (size_t)(slash - file));
    const lg_conf *root = nowhere.folder ? read_any(&r, file) : NULL;
    if (!nowhere.folder)
        lg__exhausted(&r);
    if (root && root->type != LG_CONF_TABLE)
        lg__problem(&r, root, NULL, NULL, "a %s is a table", word);
    lg__profiles_fini(&r);
    lg_mem_free(mem, r.params, r.param_capacity * sizeof *r.params);
    lg_mem_free(mem, r.spans, r.span_capacity * sizeof *r.spans);
    lg_arena_drop(&r.scratch);
    if (r.exhausted)
        return LG_MEMORY;
    if (!root || diag->errors > before)
        return LG_SCENARIO;
    *out = root;
    return LG_OK;
}

/* ---- one form for one meaning ---- */

static const lg_conf *next_key(const lg_conf *table, const char *after)
{
    const lg_conf *least = NULL;
    for (const lg_conf *item = table->first; item; item = item->next)
        if ((!after || strcmp(item->key, after) > 0) &&
            (!least || strcmp(item->key, least->key) < 0))
            least = item;
    return least;
}

void lg_conf_canonical(const lg_conf *conf, lg_text *out)
{
    const char *between = "";
    if (conf->type == LG_CONF_LIST) {
        lg_text_char(out, '[');
        for (const lg_conf *item = conf->first; item; item = item->next, between = ",") {
            lg_text_str(out, between);
            lg_conf_canonical(item, out);
        }
        lg_text_char(out, ']');
    } else if (conf->type == LG_CONF_TABLE) {
        lg_text_char(out, '{');
        for (const lg_conf *item = next_key(conf, NULL); item; item = next_key(conf, item->key)) {
            lg_text_str(out, between);
            between = ",";
            lg_text_json(out, item->key);
            lg_text_char(out, ':');
            lg_conf_canonical(item, out);
        }
        lg_text_char(out, '}');
    } else if (conf->type == LG_CONF_TEXT) {
        lg_text_json(out, conf->text);
    } else if (conf->type == LG_CONF_NUMBER) {
        lg_text_double(out, conf->number);
    } else {
        lg_text_str(out, conf->type == LG_CONF_NULL ? "null"
                         : conf->number != 0        ? "true"
                                                    : "false");
    }
}
