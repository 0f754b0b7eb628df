/* host/driver/elf.h — whether a file holds all of the library that its header announces */
#ifndef LG_DRIVER_ELF_H
#define LG_DRIVER_ELF_H

#include "base/status.h"

/**
 * Looks at @p file before dlopen() maps it: what a header puts behind the end of the file would be
 * found by SIGBUS.
 * @return LG_OK: nothing is missing, or it is no ELF file and dlopen() says what it is; LG_PLUGIN:
 * it is cut off, see @p err
 */
lg_status lg__elf_check(const char *file, lg_err *err) LG_CHECKED;

#endif
