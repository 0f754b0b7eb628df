/* host/scenario/lua_sandbox.h — a Lua state that can only make data */
#ifndef LG_SCENARIO_LUA_SANDBOX_H
#define LG_SCENARIO_LUA_SANDBOX_H

#include <lua.h>
#include <stdbool.h>
#include "base/mem.h"
#include "base/text.h"

/** Name of the scenario's chunk in messages of Lua. */
#define LG__CHUNK "=scenario"
/** Virtual-machine steps a scenario may take; work in C is charged by its size. */
#define LG__STEPS_MAX UINT64_C(50000000)
/** Processor time a scenario may take: for what is neither counted nor charged, like comparing long
 * texts. Far more than all steps need, so that it never decides over a scenario that ends. */
#define LG__SECONDS_MAX 60.0
/** Bytes of the Lua state. */
#define LG__LUA_BYTES_MAX ((size_t)512 << 20)

typedef struct lg__sandbox {
    lg_mem *mem;
    lua_State *L;
    size_t bytes, bytes_max;
    uint32_t collections; /* of all garbage, because bytes_max was met */
    uint64_t steps;
    double seconds_max, started; /* processor time of this thread */
    bool over_bytes;             /* the limit was met, rather than the machine's end */
    bool over_text;              /* a text was longer than LG_LUA_TEXT_MAX */
    void *owner;                 /* of the constructors */
    int error_line;              /* of the scenario, when an error passed lg__sandbox_handler */
} lg__sandbox;

/** Opens an empty state. @return false: exhausted */
bool lg__sandbox_open(lg__sandbox *box, lg_mem *mem, void *owner);
void lg__sandbox_close(lg__sandbox *box);
/** The sandbox a state belongs to. */
lg__sandbox *lg__sandbox_of(lua_State *L);

/** Pushes the environment: the allow-listed library, nothing else. May raise. */
void lg__sandbox_env(lua_State *L);
/** Charges @p steps for work that the count hook does not see. Raises when too much is spent. */
void lg__sandbox_charge(lua_State *L, uint64_t steps);

/** Line of the scenario that is running now, 0 when none is. */
int lg__sandbox_line(lua_State *L);
/** Message handler for lua_pcall: notes the line while the stack still stands. */
int lg__sandbox_handler(lua_State *L);

#endif
