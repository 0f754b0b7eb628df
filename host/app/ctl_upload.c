/* Only what lies beside the script is sent; what ships the host has. */
#include "app/ctl_upload.h"

#include <string.h>
#include "control/reply.h"
#include "script/bundle.h"

static void put_modules(const lg_bundle *bundle, lg_text *out)
{
    lg_reply_key(out, "modules");
    lg_text_char(out, '{');
    for (uint32_t i = 1; i < lg_bundle_count(bundle); i++) {
        const lg_bundle_text *text = lg_bundle_at(bundle, i);
        lg_reply_str(out, text->name, text->text);
    }
    lg_text_char(out, '}');
}

lg_status lg_ctl_upload(const char *file, lg_text *out, lg_err *err)
{
    lg_bundle *bundle;
    const char *slash = strrchr(file, '/');
    lg_status status = lg_bundle_of_file(out->mem, file, err, &bundle);
    if (status != LG_OK)
        return status;
    lg_reply_str(out, "name", slash ? slash + 1 : file);
    lg_reply_str(out, "text", lg_bundle_at(bundle, 0)->text);
    if (lg_bundle_count(bundle) > 1)
        put_modules(bundle, out);
    lg_bundle_unref(bundle);
    return out->failed ? lg_fail(err, LG_MEMORY, "out of memory") : LG_OK;
}
