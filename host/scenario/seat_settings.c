/*
 * `--agent SEAT=FILE` changes the list of agents as if the file said so: the agent of that name
 * gets another script, or a new agent takes the area or asset of that name from whoever had it.
 * `--seats FILE` does the same with all that an agent may say: its keys take the place of those of
 * the agent of that name, or a new agent takes what it names from whoever had it.
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

/* What it commands it takes from whoever had it. */
static void add_agent(lg__reader *r, lg_conf *list, lg_conf *agent)
{
    lg_conf *takes = lg__conf_new(r->arena, LG_CONF_BOOL, "takes", agent->line);
    if (!takes) {
        lg__exhausted(r);
        return;
    }
    takes->number = 1;
    lg__conf_remove(agent, "takes");
    lg__conf_put(agent, takes);
    lg__conf_put(list, agent);
}

static lg_conf *agent_named(lg_conf *list, const char *seat)
{
    for (lg_conf *agent = list->first; agent; agent = agent->next) {
        const lg_conf *name = lg_conf_get(agent, "name");
        if (name && name->type == LG_CONF_TEXT && strcmp(name->text, seat) == 0)
            return agent;
    }
    return NULL;
}

static void seat_script(lg__reader *r, lg_conf *list, const char *seat, const char *script)
{
    lg_conf *text = new_text(r, "script", script, LG__FROM_AGENT);
    lg_conf *agent = text ? agent_named(list, seat) : NULL;
    if (agent) {
        lg__conf_remove(agent, "script");
        lg__conf_put(agent, text);
        return;
    }
    agent = lg__conf_new(r->arena, LG_CONF_TABLE, NULL, LG__FROM_AGENT);
    lg_conf *name = new_text(r, "name", seat, LG__FROM_AGENT);
    if (!text || !agent || !name) {
        lg__exhausted(r);
        return;
    }
    lg__conf_put(agent, name);
    lg__conf_put(agent, text);
    add_agent(r, list, agent);
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

static void mark(lg_conf *conf)
{
    conf->line = LG__FROM_SEATS - conf->line;
    for (lg_conf *item = conf->first; item; item = item->next)
        mark(item);
}

/* Each key of @p agent in the place of the one that the agent of its name has. */
static void seat_agent(lg__reader *r, lg_conf *list, lg_conf *agent)
{
    const lg_conf *name = lg_conf_get(agent, "name");
    lg_conf *known = name && name->type == LG_CONF_TEXT ? agent_named(list, name->text) : NULL;
    if (!known) {
        add_agent(r, list, agent);
        return;
    }
    for (lg_conf *item = agent->first, *next; item; item = next) {
        next = item->next;
        lg__conf_remove(known, item->key);
        lg__conf_put(known, item);
    }
    lg_conf *takes = lg__conf_new(r->arena, LG_CONF_BOOL, "takes", agent->line);
    if (!takes) {
        lg__exhausted(r);
        return;
    }
    takes->number = 1; /* what it commands now may be another's */
    lg__conf_remove(known, "takes");
    lg__conf_put(known, takes);
}

/* What the file says; problems of its text are its own, not the scenario's. */
static lg_conf *read_seats(lg__reader *r)
{
    size_t size;
    const lg_scenario_input *input = r->input;
    lg_scenario_input own = *input;
    own.file = input->seats_file;
    r->input = &own;
    char *text = lg__file_read(r, own.file, &size);
    lg_conf *root = text ? lg__conf_from_json(r, text, size) : NULL;
    r->input = input;
    if (text)
        lg_mem_free(r->mem, text, size + 1);
    if (root)
        mark(root);
    return root;
}

/* An agent has one row: the later of two would silently win. */
static bool is_there_twice(lg__reader *r, const lg_conf *root, const lg_conf *agent)
{
    const lg_conf *name = lg_conf_get(agent, "name");
    for (const lg_conf *other = root->first; other != agent; other = other->next) {
        const lg_conf *its = lg_conf_get(other, "name");
        if (!name || !its || name->type != LG_CONF_TEXT || its->type != LG_CONF_TEXT ||
            strcmp(name->text, its->text) != 0)
            continue;
        lg__problem(r, agent, name->text, NULL, "is in the list already, in line %d",
                    LG__FROM_SEATS - other->line);
        return true;
    }
    return false;
}

static bool check_seats(lg__reader *r, const lg_conf *root)
{
    bool fine = root->type == LG_CONF_LIST;
    if (!fine)
        lg__problem(r, root, NULL, NULL, "expected a list of agents");
    for (const lg_conf *agent = root->first; agent && root->type == LG_CONF_LIST;
         agent = agent->next)
        if (agent->type != LG_CONF_TABLE) {
            lg__problem(r, agent, NULL, NULL, "expected a list of tables, each an agent");
            fine = false;
        } else if (is_there_twice(r, root, agent)) {
            fine = false;
        }
    return fine;
}

static void seats_file(lg__reader *r, lg_conf *list)
{
    lg_conf *root = read_seats(r);
    if (!root || !check_seats(r, root))
        return;
    for (lg_conf *agent = root->first, *next; agent; agent = next) {
        next = agent->next;
        seat_agent(r, list, agent);
    }
}

void lg__seats_command_line(lg__reader *r, lg_conf *list)
{
    if (r->input->seats_file)
        seats_file(r, list);
    for (uint32_t i = 0; i < r->input->agent_count && !r->exhausted; i++) {
        if (is_taken(r, i))
            continue;
        char *absolute;
        const char *script = script_from_here(r, r->input->agents[i].value, &absolute);
        seat_script(r, list, r->input->agents[i].key, script);
        free(absolute);
    }
}
