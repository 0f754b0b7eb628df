/* Modules are named from the script's folder, so that a copy in another folder is the same. */
#include "app/sources.h"

#include <stdlib.h>
#include <string.h>
#include "base/hash.h"

static int by_key(const void *a, const void *b)
{
    return strcmp(((const lg_game_pair *)a)->key, ((const lg_game_pair *)b)->key);
}

/* What the entrant plays by as lines, whose hash it is. */
static void describe(const lg_contest_entrant *entrant, const char *script, lg_game_pairs *files,
                     lg_text *out)
{
    const char *slash = strrchr(script, '/');
    size_t folder = slash ? (size_t)(slash - script) + 1 : 0;
    for (uint32_t i = 0; i < files->count; i++) {
        lg_game_pair *file = &files->items[i];
        if (strcmp(file->key, script) == 0)
            file->key = ""; /* sorts first */
        else if (strncmp(file->key, script, folder) == 0)
            file->key += folder;
    }
    if (files->count)
        qsort(files->items, files->count, sizeof *files->items, by_key);
    for (uint32_t i = 0; i < files->count; i++)
        lg_text_format(out, "%s %s\n", files->items[i].value, files->items[i].key);
    if (!files->count)
        lg_text_format(out, "%s\n", script); /* "baseline", or a matching rule */
    lg_text_str(out, lg_seat_role_name(entrant->role));
    if (entrant->params)
        lg_conf_canonical(entrant->params, out);
}

const char *lg_source_of(lg_mem *mem, lg_arena *arena, const lg_gather_input *input,
                         const lg_contest_entrant *entrant, const char *script, lg_err *err)
{
    lg_game game;
    lg_text text;
    char sum[65];
    const char *found = NULL;
    lg_status status = LG_OK;
    lg_game_init(&game, mem);
    lg_text_init(&text, mem);
    game.scenario = "";
    if (entrant->role != LG_SEAT_EXCHANGE && strcmp(script, LG_SCRIPT_BASELINE) != 0)
        status = lg_gather_script(mem, input, &game, script, err);
    if (status == LG_OK) {
        describe(entrant, script, &game.files, &text);
        lg_sha256(text.data, text.length, sum);
        found = text.failed ? NULL : lg_arena_text(arena, sum, strlen(sum));
        if (!found)
            lg_fail(err, LG_MEMORY, "out of memory");
    }
    lg_text_fini(&text);
    lg_game_fini(&game);
    return found;
}
