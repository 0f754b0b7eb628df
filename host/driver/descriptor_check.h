/* host/driver/descriptor_check.h — whether points and options of a driver can be what they say */
#ifndef LG_DRIVER_DESCRIPTOR_CHECK_H
#define LG_DRIVER_DESCRIPTOR_CHECK_H

#include "base/status.h"
#include "lunagrid/plugin.h"

/** Names are shorter than this. */
enum { LG__NAME_MAX_BYTES = 48 };

/** Letters, digits and _, not beginning with a digit. */
bool lg__is_word(const char *name);
bool lg__is_among(const char *name, const char *const *words, size_t count);

/** Checks entry @p index of a list against the ones before it and by itself.
 * @return LG_OK; LG_PLUGIN with a sentence in @p err */
lg_status lg__check_point(const lg_driver *driver, uint32_t index, lg_err *err) LG_CHECKED;
lg_status lg__check_option(const char *driver, const lg_option *options, uint32_t index,
                           lg_err *err) LG_CHECKED;

#endif
