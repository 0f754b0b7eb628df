/* host/base/input.h — opening a file to read, and nothing that only looks like one */
#ifndef LG_BASE_INPUT_H
#define LG_BASE_INPUT_H

#include <stdio.h>

/**
 * Opens the regular file @p path for reading; close with fclose(). A pipe or a device, which may
 * never end or never begin, is refused.
 * @return NULL when it cannot; *why then says so in words that follow the name ("No such file or
 * directory")
 */
FILE *lg_input_open(const char *path, const char **why);

#endif
