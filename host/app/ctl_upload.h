/* host/app/ctl_upload.h — what `lunagrid ctl upload` sends: a script and the modules beside it */
#ifndef LG_APP_CTL_UPLOAD_H
#define LG_APP_CTL_UPLOAD_H

#include "base/status.h"
#include "base/text.h"

/** Appends the fields of the request. @return LG_OK; LG_IO, LG_SCRIPT, LG_LIMIT err names the file;
 * LG_MEMORY */
lg_status lg_ctl_upload(const char *file, lg_text *out, lg_err *err) LG_CHECKED;

#endif
