/* The folder is needed since nothing runs without results. */
#include "app/check_start.h"

#include <string.h>

#include "app/scratch.h"
#include "app/world.h"

/* Of an error the first line: how on_start came there is told by a run. */
static void hear(void *ctx, const lg_note *note)
{
    lg_setup *setup = ctx;
    if (strcmp(note->kind, "fault") == 0)
        lg_diag_error(&setup->diag, setup->file, 0, note->who, "%.*s; in on_start",
                      (int)strcspn(note->message, "\n"), note->message);
}

lg_status lg_check_start(lg_setup *setup, lg_err *err)
{
    char *folder;
    lg_world *world = NULL;
    lg_notes notes = {.quiet = true, .silent = true, .heard = hear, .ctx = setup};
    uint32_t errors = setup->diag.errors;
    lg_status status = lg_scratch_make(setup->mem, "check", &folder, err);
    const lg_world_input input = {.setup = setup, .notes = &notes, .folder = folder};
    if (status == LG_OK)
        status = lg_world_open(setup->mem, &input, err, &world);
    bool begun = status == LG_OK;
    if (begun)
        status = lg_world_begin(world, err);
    begun = begun && status == LG_OK;
    if (begun)
        status = lg_world_start(world);
    if (status != LG_OK && begun)
        lg_fail(err, status, "%s", lg_world_error(world, status));
    lg_world_close(world);
    lg_scratch_remove(setup->mem, folder);
    return status == LG_OK && setup->diag.errors > errors ? LG_SCRIPT : status;
}
