/* Played and scored as meeting.c does, then told as a match. */
#include "app/meet.h"

#include <stdio.h>
#include <unistd.h>

#include "app/meeting.h"
#include "app/progress.h"

static lg_status tell(lg_meeting *m, lg_err *err)
{
    lg_text text;
    lg_text_init(&text, m->mem);
    lg_result_print(&m->result, LG_VERSION, &text);
    lg_status status = lg_meeting_write(m, LG_MEET_RESULT, &text, err);
    if (!m->input->json) {
        lg_text_clear(&text);
        lg_meet_table(m->mem, &m->result, m->folder, lg_progress_colours(STDOUT_FILENO), &text);
    }
    bool shown = m->input->json || !m->input->quiet;
    if (status == LG_OK && text.failed)
        status = lg_fail(err, LG_MEMORY, "out of memory");
    if (status == LG_OK && shown && (fputs(lg_text_peek(&text), stdout) < 0 || fflush(stdout)))
        status = lg_fail(err, LG_IO, "the result could not be printed");
    lg_text_fini(&text);
    return status;
}

lg_status lg_meet(lg_mem *mem, const lg_meet_input *input, lg_err *err)
{
    lg_meeting m;
    lg_meeting_begin(&m, mem, input);
    lg_status status = lg_meeting_play(&m, err);
    if (status == LG_OK && !input->print_jobs)
        status = tell(&m, err);
    lg_meeting_end(&m);
    return status;
}

lg_status lg_meet_check(lg_mem *mem, const char *file, lg_contest_kind kind, lg_err *err)
{
    lg_meeting m;
    const lg_meet_input input = {.file = file, .kind = kind};
    lg_meeting_begin(&m, mem, &input);
    lg_status status = lg_meeting_check(&m, err);
    lg_meeting_end(&m);
    return status;
}
