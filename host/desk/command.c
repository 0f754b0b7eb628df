/* Names of commands, from the one list. */
#include "desk/command.h"

static const char *const names[] = {
#define X(name, lua, node, help) lua,
#include "desk/command.def"
#undef X
};

enum { NODE_ASSET, NODE_MARKET };

static const unsigned char nodes[] = {
#define X(name, lua, node, help) NODE_##node,
#include "desk/command.def"
#undef X
};

const char *lg_command_name(lg_command_kind kind)
{
    return (unsigned)kind < LG_CMD_COUNT ? names[kind] : "?";
}

bool lg_command_is_for_market(lg_command_kind kind)
{
    return (unsigned)kind < LG_CMD_COUNT && nodes[kind] == NODE_MARKET;
}
