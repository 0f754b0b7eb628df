/* libFuzzer target: any bytes as the text of a script, through the check that runs nothing. */
#include "base/mem.h"
#include "fuzz/scratch_file.h"
#include "script/agent.h"
#include "support/failing_mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    lg_failing_mem counted;
    lg_failing_mem_init(&counted);
    lg_diag diag;
    lg_diag_init(&diag, &counted.mem);
    lg_status status =
        lg_script_check(&counted.mem, scratch_file("script.lua", bytes, size), NULL, &diag);
    LG_ASSERT(status == LG_OK || status == LG_SCRIPT || status == LG_MEMORY);
    LG_ASSERT((status == LG_SCRIPT) == (diag.errors > 0));
    lg_diag_fini(&diag);
    LG_ASSERT(counted.live_bytes == 0);
    return 0;
}
