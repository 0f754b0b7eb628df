/* host/driver/descriptor.h — what a plugin says about itself, checked and brought to our size */
#ifndef LG_DRIVER_DESCRIPTOR_H
#define LG_DRIVER_DESCRIPTOR_H

#include "base/mem.h"
#include "base/status.h"
#include "lunagrid/plugin.h"

/**
 * Checks @p raw (of the file whose name without .so is @p stem) and copies it into @p arena: every
 * struct at our size with an absent tail zero, every array with our stride. Texts stay where they
 * are.
 * @return LG_OK; LG_PLUGIN with a sentence in @p err that says what is wrong; LG_MEMORY
 */
lg_status lg__descriptor_copy(lg_arena *arena, const lg_plugin *raw, const char *stem,
                              const lg_plugin **out, lg_err *err) LG_CHECKED;

#endif
