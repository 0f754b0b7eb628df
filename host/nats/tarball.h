/* host/nats/tarball.h — the files of a folder as one file, and back
 *
 * A tar as POSIX has it (ustar), so `tar x` opens it too: regular files only, no folders in it, in
 * the order of their names, without owner and time: the same files give the same bytes.
 */
#ifndef LG_NATS_TARBALL_H
#define LG_NATS_TARBALL_H

#include <stdio.h>
#include "base/mem.h"
#include "base/status.h"

/** Appends the files of @p folder to @p out. @return LG_OK; LG_INVALID a name that cannot be in a
 * tarball, or something that is no file; LG_IO; LG_MEMORY */
lg_status lg_tarball_pack(lg_mem *mem, const char *folder, FILE *out, lg_err *err) LG_CHECKED;

/**
 * Writes the files of the tarball that begins where @p in stands into @p folder, which is there and
 * empty. Names are plain (letters, digits, "." and "-" and "_", not beginning with "."), so nothing
 * is written elsewhere.
 * @return LG_OK; LG_INVALID it is no tarball; LG_IO; after a failure some files are there
 */
lg_status lg_tarball_open(FILE *in, const char *folder, lg_err *err) LG_CHECKED;

#endif
