/* host/script/terms.h — what an order requires and what it is made of, as scripts write it */
#ifndef LG_SCRIPT_TERMS_H
#define LG_SCRIPT_TERMS_H

#include "script/args.h"

/**
 * Reads `requirements` and `attributes` of the table at index 2 and puts them into the batch for
 * @p command, whose energy is known. Raises for what is wrong in them, with the key and the nearest
 * one. @return false when the batch is full
 */
bool lg__terms_add(lua_State *L, const lg_agent *agent, const lg__request *request,
                   lg_command *command);

#endif
