/* The log gets every message with its slot and tick; a log that cannot be written ends the run at
 * the next slot, as any other result that cannot be written does.
 */
#include "app/notes.h"

#include <stdio.h>
#include <string.h>
#include "app/plain.h"

static void put_line(lg_notes *notes, const char *who, const char *message)
{
    if (notes->silent)
        return;
    if (notes->progress)
        lg_progress_clear(notes->progress);
    if (who) {
        lg_plain_put(who, stderr);
        fputs(": ", stderr);
    }
    lg_plain_put(message, stderr);
    size_t length = strlen(message);
    if (length == 0 || message[length - 1] != '\n')
        fputc('\n', stderr);
}

static void pass_on(const lg_notes *notes, const char *kind, const char *who, const char *message)
{
    const lg_note note = {kind, who, message, notes->slot, notes->tick};
    if (notes->heard)
        notes->heard(notes->ctx, &note);
}

static void log_line(lg_notes *notes, const char *kind, const char *who, uint32_t version,
                     const char *message)
{
    pass_on(notes, kind, who, message);
    if (!notes->store || notes->status != LG_OK)
        return;
    notes->status = lg_store_log(notes->store, notes->slot, notes->tick, who, version, message);
}

void lg_notes_fault(lg_notes *notes, const char *who, uint32_t version, const char *message,
                    uint32_t *shown)
{
    notes->faults++;
    if (*shown < LG_NOTES_SHOWN_MAX) {
        put_line(notes, who, message);
    } else if (*shown == LG_NOTES_SHOWN_MAX) {
        put_line(notes, who, "further errors of this agent are in the log");
    }
    if (*shown <= LG_NOTES_SHOWN_MAX)
        ++*shown;
    log_line(notes, "fault", who, version, message);
}

void lg_notes_taken_over(lg_notes *notes, const char *who, const char *names)
{
    char line[LG_ERR_TEXT_MAX];
    snprintf(line, sizeof line, "its assets trade by %s from here on", names);
    put_line(notes, who, line);
    log_line(notes, "takeover", who, 0, line);
}

void lg_notes_restarted(lg_notes *notes, const char *who, uint32_t version, const char *line)
{
    put_line(notes, who, line);
    log_line(notes, "restart", who, version, line);
}

void lg_notes_device(lg_notes *notes, const char *who, const char *sentence)
{
    if (notes->aside < LG_NOTES_SHOWN_MAX)
        put_line(notes, NULL, sentence);
    else if (notes->aside == LG_NOTES_SHOWN_MAX)
        put_line(notes, NULL, "further failures of devices are in the log");
    notes->aside++;
    log_line(notes, "device", who, 0, sentence);
}

void lg_notes_print(lg_notes *notes, const char *who, uint32_t version, const char *line)
{
    if (!notes->quiet)
        put_line(notes, who, line);
    log_line(notes, "print", who, version, line);
}

void lg_notes_version(lg_notes *notes, const char *who, uint32_t version, const char *line)
{
    log_line(notes, "version", who, version, line);
}

void lg_notes_line(lg_notes *notes, const char *line)
{
    put_line(notes, NULL, line);
}

void lg_notes_refusal(lg_notes *notes, const char *who, const char *line)
{
    put_line(notes, who, line);
    pass_on(notes, "refused", who, line);
}

void lg_notes_say(lg_notes *notes, const char *sentence)
{
    bool silent = notes->silent;
    notes->silent = false;
    put_line(notes, "lunagrid", sentence);
    notes->silent = silent;
    pass_on(notes, "host", "lunagrid", sentence);
}
