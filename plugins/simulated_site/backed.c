/* Market assets that components of a microgrid stand behind: what they need, have and can store is
 * read from these by the host. */
#include "devices.h"

int32_t backed_open(const lg_host *host, const lg_device_info *info, void **device)
{
    (void)info;
    char *handle = host->alloc(host->ctx, 1);
    *device = handle;
    return handle ? LG_OK : LG_MEMORY;
}
