/* host/script/probe.h — what a Lua expression is worth in the market as it stands
 *
 * A script of one expression: its own state, the environment of every script, thrown away
 * afterwards. It sees what its desk grants and can command nothing, so it changes nothing.
 */
#ifndef LG_SCRIPT_PROBE_H
#define LG_SCRIPT_PROBE_H

#include "script/agent.h"

/** Limits of an expression, whatever the input says: units of work, seconds of processor time,
 * bytes of its state. */
#define LG_PROBE_UNITS   UINT64_C(10000000)
#define LG_PROBE_SECONDS 0.25
#define LG_PROBE_MEMORY  (64u << 20)
/** Limits of its value: values in it, nesting, bytes of its JSON. */
#define LG_PROBE_VALUES_MAX 10000
#define LG_PROBE_DEPTH_MAX  8
#define LG_PROBE_BYTES_MAX  ((size_t)256 << 10)

/**
 * Appends the value of @p expression as JSON to @p out: nil is null; an asset {"asset": name}, a
 * market {"market": name}, a list of them a list; a table with keys 1 to n a list, any other an
 * object; what JSON has no word for is its text. A chunk with its own `return` is fine too. The
 * global market_info is what callbacks get.
 * @param input   as of an agent whose desk has joined no turn; its script is what errors call the
 *                text
 * @param moment  of the tick done last; NULL: none was
 * @return LG_OK; LG_SCRIPT err says what is wrong and where; LG_MEMORY. Unless LG_OK, *out is
 * unchanged.
 */
lg_status lg_probe(lg_mem *mem, const lg_agent_input *input, const lg_moment *moment,
                   const char *expression, lg_text *out, lg_err *err) LG_CHECKED;

#endif
