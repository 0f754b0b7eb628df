/* Names of commands, from the one list. */
#include "desk/command.h"

static const char *const names[] = {
#define X(name, lua, node, help) lua,
#include "desk/command.def"
#undef X
};

const char *lg_command_name(lg_command_kind kind)
{
    return (unsigned)kind < LG_CMD_COUNT ? names[kind] : "?";
}
