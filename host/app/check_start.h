/* host/app/check_start.h — what the scripts of a scenario say to it before its first slot */
#ifndef LG_APP_CHECK_START_H
#define LG_APP_CHECK_START_H

#include "app/setup.h"

/**
 * Builds the scenario up in a folder that is gone afterwards and calls everybody's on_start, where
 * scripts look at their parameters and at what they find. Each one that fails is an error in the
 * setup's diagnostics, under the name of its agent. For a scenario without errors so far.
 * @return LG_OK; LG_SCRIPT; LG_IO, LG_STORE of the folder; of lg_world_open()
 */
lg_status lg_check_start(lg_setup *setup, lg_err *err) LG_CHECKED;

#endif
