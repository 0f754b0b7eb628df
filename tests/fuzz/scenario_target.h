/* tests/fuzz/scenario_target.h — what the targets for scenario files share */
#ifndef LG_FUZZ_SCENARIO_TARGET_H
#define LG_FUZZ_SCENARIO_TARGET_H

#include <stddef.h>
#include <stdint.h>

/**
 * Reads @p bytes as a scenario file called @p name, with a few drivers and bounded memory. What is
 * refused must say why; what is accepted must print as JSON that reads back as the same scenario.
 */
void scenario_target(const char *name, const uint8_t *bytes, size_t size);

#endif
