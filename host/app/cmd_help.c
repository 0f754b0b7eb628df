/* host/app/cmd_help.c — `lunagrid help`: commands, and the two things people write */
#include <stdio.h>
#include <string.h>

#include "app/cmd.h"
#include "app/templates.h"
#include "base/text.h"
#include "script/agent.h"

static const char strategy_head[] =
    "lunagrid help strategy: what a strategy may use\n"
    "\n"
    "A strategy is a Lua 5.4 file. Its callbacks look at their assets and put commands into\n"
    "grid.batch; what is in it goes out when a callback returns. Energy is in kWh, rates in "
    "ct/kWh,\n"
    "prices in ct, bills in EUR.\n"
    "\n"
    "  local function quote(info)\n"
    "    for _, a in ipairs(info.assets) do\n"
    "      if a.role == \"consumer\" then\n"
    "        grid.batch:bid_energy_rate { asset = a, energy = \"all\", rate = 20 }\n"
    "      end\n"
    "    end\n"
    "  end\n"
    "  return { on_market_cycle = quote }\n"
    "\n"
    "  lunagrid new strategy mine && lunagrid check mine.lua\n"
    "  lunagrid run examples/street --agent \"Home 1=mine.lua\"\n";

static int print_strategy(lg_mem *mem)
{
    lg_text text;
    lg_text_init(&text, mem);
    lg_text_str(&text, strategy_head);
    lg_script_page(&text);
    bool fine = !text.failed && fputs(lg_text_peek(&text), stdout) >= 0;
    lg_text_fini(&text);
    return fine ? LG_EXIT_FINE : LG_EXIT_FAILED;
}

/* A page that is a file of its own. NULL: there is none of that name. */
static const lg_template *find_page(const char *name)
{
    for (const lg_template *t = lg_templates; t->kind; t++)
        if (strcmp(t->kind, "help") == 0 && strcmp(t->path, name) == 0)
            return t;
    return NULL;
}

static int help(lg_mem *mem, const lg_args *args)
{
    if (args->operand_count == 0) {
        lg_cmd_print_list();
        return LG_EXIT_FINE;
    }
    const char *word = args->operands[0];
    const lg_template *page = find_page(word);
    if (page)
        return fwrite(page->text, 1, page->size, stdout) == page->size ? LG_EXIT_FINE
                                                                       : LG_EXIT_FAILED;
    if (strcmp(word, "strategy") == 0)
        return print_strategy(mem);
    const lg_cmd *cmd = lg_cmd_find(word);
    if (!cmd)
        return lg_cmd_unknown(word, true);
    lg_cmd_print_page(cmd);
    return LG_EXIT_FINE;
}

const lg_cmd lg_cmd_help = {
    .name = "help",
    .synopsis = "[COMMAND | scenario | strategy]",
    .summary = "what a command does; how scenarios and strategies are written",
    .text = "Without a command it lists all of them. `lunagrid COMMAND --help` is the same.\n"
            "\n"
            "  lunagrid help scenario   how a scenario is written: every constructor and key\n"
            "  lunagrid help strategy   what a strategy may use: callbacks, fields, commands",
    .operands_max = 1,
    .run = help,
};
