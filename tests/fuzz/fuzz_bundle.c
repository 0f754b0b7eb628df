/* libFuzzer target: any bytes as the texts of a script with its modules, as a journal keeps them.
 * What is read is written as the same bytes, has a hash and can be told apart from itself. */
#include <string.h>
#include "script/reload.h"
#include "support/failing_mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void look(lg_mem *mem, lg_bundle *bundle, const uint8_t *bytes, size_t size)
{
    lg_text text;
    lg_diag diag;
    lg_text_init(&text, mem);
    lg_bundle_write(bundle, &text);
    LG_ASSERT(text.length == size && !memcmp(text.data, bytes, size));
    LG_ASSERT(lg_bundle_at(bundle, 0)->name[0] == 0);
    LG_ASSERT(strlen(lg_bundle_hash(bundle)) == 64);
    lg_text_clear(&text);
    lg_bundle_changes(mem, bundle, bundle, &text);
    lg_text_fini(&text);
    lg_diag_init(&diag, mem);
    lg_status status = lg_bundle_lint(mem, bundle, NULL, &diag);
    LG_ASSERT((status == LG_SCRIPT) == (diag.errors > 0));
    lg_diag_fini(&diag);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    lg_failing_mem counted;
    lg_failing_mem_init(&counted);
    lg_bundle *bundle;
    lg_err err = {.status = LG_OK};
    lg_status status = lg_bundle_read(&counted.mem, bytes, size, &err, &bundle);
    LG_ASSERT((status == LG_OK) == (bundle != NULL) && (bundle || err.text[0]));
    if (bundle)
        look(&counted.mem, bundle, bytes, size);
    lg_bundle_unref(bundle);
    LG_ASSERT(counted.live_bytes == 0);
    return 0;
}
