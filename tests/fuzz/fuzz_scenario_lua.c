/* libFuzzer target: any bytes as a scenario written in Lua. */
#include "fuzz/scenario_target.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    scenario_target("scenario.lua", bytes, size);
    return 0;
}
