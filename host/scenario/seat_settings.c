/*
 * `--agent SEAT=FILE` changes the list of agents as if the file said so: the agent of that name
 * gets another script, or a new agent takes the area or asset of that name from whoever had it.
 */
#include "scenario/seats.h"

#include <stdlib.h>
#include <string.h>

static lg_conf *new_text(lg__reader *r, const char *key, const char *text, int line)
{
    lg_conf *item = lg__conf_new(r->arena, LG_CONF_TEXT, key, line);
    if (item)
        item->text = lg_arena_text(r->arena, text, strlen(text));
    if (item && item->text)
        return item;
    lg__exhausted(r);
    return NULL;
}

/* A path of the command line is meant from here, a script of the scenario from there. */
static const char *script_from_here(lg__reader *r, const char *file, char **absolute)
{
    const char *found = lg__script_find(r, file);
    char *here = realpath(file, NULL), *there = found ? realpath(found, NULL) : NULL;
    bool differ = here && (!there || strcmp(here, there) != 0);
    free(there);
    *absolute = here;
    return differ ? here : file;
}

static void seat_script(lg__reader *r, lg_conf *list, const char *seat, const char *script)
{
    lg_conf *text = new_text(r, "script", script, LG__FROM_AGENT);
    for (lg_conf *agent = list->first; agent && text; agent = agent->next) {
        const lg_conf *name = lg_conf_get(agent, "name");
        if (!name || name->type != LG_CONF_TEXT || strcmp(name->text, seat) != 0)
            continue;
        lg__conf_remove(agent, "script");
        lg__conf_put(agent, text);
        return;
    }
    lg_conf *agent = lg__conf_new(r->arena, LG_CONF_TABLE, NULL, LG__FROM_AGENT);
    lg_conf *name = new_text(r, "name", seat, LG__FROM_AGENT);
    lg_conf *takes = lg__conf_new(r->arena, LG_CONF_BOOL, "takes", LG__FROM_AGENT);
    if (!text || !agent || !name || !takes) {
        lg__exhausted(r);
        return;
    }
    takes->number = 1;
    lg__conf_put(agent, name);
    lg__conf_put(agent, text);
    lg__conf_put(agent, takes);
    lg__conf_put(list, agent);
}

/* A seat has one script: the later of two would silently win. */
static bool is_taken(lg__reader *r, uint32_t index)
{
    const lg_setting *agents = r->input->agents;
    lg_conf at = {.line = LG__FROM_AGENT};
    for (uint32_t i = 0; i < index; i++)
        if (strcmp(agents[i].key, agents[index].key) == 0) {
            lg__problem(r, &at, NULL, agents[index].key,
                        "is given two scripts, \"%.80s\" and \"%.80s\"", agents[i].value,
                        agents[index].value);
            return true;
        }
    return false;
}

void lg__seats_command_line(lg__reader *r, lg_conf *list)
{
    for (uint32_t i = 0; i < r->input->agent_count && !r->exhausted; i++) {
        if (is_taken(r, i))
            continue;
        char *absolute;
        const char *script = script_from_here(r, r->input->agents[i].value, &absolute);
        seat_script(r, list, r->input->agents[i].key, script);
        free(absolute);
    }
}
