/*
 * What is said of a refused command where no on_event_or_response hears it: the first of each kind
 * is a line, with when it was, where such commands are sent and where more is said of it.
 */
#include "script/scan.h"
#include "script/state.h"

#include <stdio.h>
#include <string.h>
#include "base/clock.h"

enum { PLACES_MAX = 3 };

/* What grid.batch has for each kind of command: some have several names. */
static const struct {
    const char *name;
    uint8_t kind;
} methods[] = {
#define LG_METHOD(name, kind, form, keys, args, help) {#name, LG_CMD_##kind},
#include "script/api.def"
};

static bool sends(const lg__token *token, uint8_t kind)
{
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        if (methods[i].kind == kind && lg__token_is(token, methods[i].name))
            return true;
    return false;
}

/* Appends the lines of a text that send a command of that kind. */
static void add_places(const lg_agent *agent, const lg__source *source, uint8_t kind,
                       uint32_t *found, lg_text *out)
{
    uint32_t count, capacity;
    int last = 0;
    lg__token *tokens = lg__scan(agent->mem, source->text, source->size, &count, &capacity);
    for (uint32_t i = 1; tokens && i < count && *found <= PLACES_MAX; i++) {
        bool sent = lg__token_is(&tokens[i - 1], ":") || lg__token_is(&tokens[i - 1], ".");
        if (!sent || tokens[i].line == last || !sends(&tokens[i], kind))
            continue;
        last = tokens[i].line;
        if (++*found > PLACES_MAX)
            lg_text_str(out, " and others");
        else
            lg_text_format(out, "%s %s:%d", *found == 1 ? "; sent at" : " or", source->shown, last);
    }
    if (tokens)
        lg_mem_free(agent->mem, tokens, capacity * sizeof *tokens);
}

/* Without on_event_or_response the first refusal of each kind is a line of the log. */
void lg__refusal_told(lg_agent *agent, const lg_command *command, const lg_answer *answer)
{
    char sentence[LG_ERR_TEXT_MAX], slot[32];
    uint64_t bit = UINT64_C(1) << answer->status;
    uint32_t found = 0;
    lg_text line;
    if ((agent->told & bit) || !agent->input.print)
        return;
    agent->told |= bit;
    lg_text_init(&line, agent->mem);
    lg_clock_format_slot(agent->moment.slot_start_ms, slot);
    lg__refusal(agent, NULL, command, answer, sentence, sizeof sentence);
    lg_text_format(&line, "%s (slot %s, tick %u of %u", sentence, slot, agent->moment.tick,
                   agent->rules->ticks_per_slot);
    for (const lg__source *s = agent->sources; s; s = s->next)
        add_places(agent, s, command->kind, &found, &line);
    lg_text_format(&line, "; lunagrid explain %s)", lg_status_name(answer->status));
    agent->input.print(agent->input.ctx, agent, line.failed ? sentence : lg_text_peek(&line));
    lg_text_fini(&line);
}
