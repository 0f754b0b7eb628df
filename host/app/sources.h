/* host/app/sources.h — who an entrant is: its script, what that requires, its parameters */
#ifndef LG_APP_SOURCES_H
#define LG_APP_SOURCES_H

#include "app/gather.h"
#include "arena/contest.h"

/**
 * The identity of an entrant: the SHA-256 of its script, of the modules that it requires with their
 * names, and of its parameters, as text in @p arena. Where the script lies and what the entrant is
 * called do not matter, so who enters the same twice is known; "baseline" is one source.
 * @param script  as a job names it
 * @return NULL and @p err unless it could be found: LG_INVALID, LG_IO, LG_MEMORY
 */
const char *lg_source_of(lg_mem *mem, lg_arena *arena, const lg_gather_input *input,
                         const lg_contest_entrant *entrant, const char *script, lg_err *err);

#endif
