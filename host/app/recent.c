/* A line is kept as it is sent, so that it is written once for all who ask. */
#include "app/recent.h"

#include <string.h>
#include "control/reply.h"

/* A message past it is cut: the log in the results has it whole. */
#define MESSAGE_MAX 4000

static void drop_oldest(lg_recent *log)
{
    char **who = &log->whos[log->first % LG_RECENT_LINES];
    char **line = &log->lines[log->first++ % LG_RECENT_LINES];
    log->bytes -= strlen(*line) + 1;
    lg_mem_strfree(log->mem, *line);
    *line = NULL;
    lg_mem_strfree(log->mem, *who);
    *who = NULL;
}

void lg_recent_fini(lg_recent *log)
{
    while (log->first < log->end)
        drop_oldest(log);
}

static void write_line(uint64_t number, const lg_note *note, lg_mem *mem, lg_text *out)
{
    lg_text message;
    lg_text_init(&message, mem);
    size_t length = strlen(note->message);
    while (length && note->message[length - 1] == '\n')
        length--;
    lg_text_bytes(&message, note->message, length < MESSAGE_MAX ? length : MESSAGE_MAX);
    lg_text_char(out, '{');
    lg_reply_int(out, "number", (int64_t)number);
    lg_reply_int(out, "slot", note->slot);
    lg_reply_int(out, "tick", note->tick);
    lg_reply_str(out, "kind", note->kind);
    lg_reply_str(out, "who", note->who);
    lg_reply_str(out, "message", lg_text_peek(&message));
    lg_text_char(out, '}');
    out->failed = out->failed || message.failed;
    lg_text_fini(&message);
}

const char *lg_recent_add(lg_recent *log, const lg_note *note)
{
    lg_text line;
    lg_text_init(&line, log->mem);
    write_line(log->end, note, log->mem, &line);
    char *kept = line.failed ? NULL : lg_mem_strdup(log->mem, lg_text_peek(&line));
    lg_text_fini(&line);
    char *who = kept ? lg_mem_strdup(log->mem, note->who) : NULL;
    if (!who) {
        lg_mem_strfree(log->mem, kept);
        return NULL;
    }
    log->bytes += strlen(kept) + 1;
    while (log->first < log->end &&
           (log->end - log->first == LG_RECENT_LINES || log->bytes > LG_RECENT_BYTES))
        drop_oldest(log);
    log->whos[log->end % LG_RECENT_LINES] = who;
    log->lines[log->end++ % LG_RECENT_LINES] = kept;
    return kept;
}

void lg_recent_list(const lg_recent *log, uint32_t count, bool (*of)(void *ctx, const char *who),
                    void *ctx, lg_text *out)
{
    uint64_t from = log->end;
    for (uint32_t left = count; from > log->first && left > 0; from--)
        left -= !of || of(ctx, log->whos[(from - 1) % LG_RECENT_LINES]);
    lg_text_char(out, '[');
    for (uint64_t i = from, written = 0; i < log->end; i++) {
        if (of && !of(ctx, log->whos[i % LG_RECENT_LINES]))
            continue;
        if (written++)
            lg_text_char(out, ',');
        lg_text_str(out, log->lines[i % LG_RECENT_LINES]);
    }
    lg_text_char(out, ']');
}
