/* host/app/reload.h — scripts of a running world are replaced by newer ones, or by older ones */
#ifndef LG_APP_RELOAD_H
#define LG_APP_RELOAD_H

#include "app/world.h"
#include "base/input.h"

/** What came of a reload, for people. */
typedef struct lg_reload_result {
    bool changed;               /* false with LG_OK: the texts are those at work already */
    bool later;                 /* it is still being tried: ask again, between two later ticks
                                   (lg_world_set_later()) */
    uint32_t version;           /* at work now */
    double ms;                  /* that it took, of the wall clock */
    char said[LG_ERR_TEXT_MAX]; /* one line */
} lg_reload_result;

/**
 * Reads the files of the script of agent @p seat again, tries the texts out, and puts them to work
 * before the next tick: an act of the run (LG_OUTSIDE_SCRIPT). Texts that fail on trial are no act:
 * nothing of them reaches the run. Between two ticks only.
 * @return LG_OK; LG_UNKNOWN no such agent; LG_SCRIPT, LG_IO the version at work stays, err says
 * file, line and why; of the keeper of acts; LG_MEMORY, LG_STORE
 */
lg_status lg_reload_now(lg_world *world, uint32_t seat, lg_reload_result *result,
                        lg_err *err) LG_CHECKED;
/** The same with the script in @p file, which becomes the file of the agent. */
lg_status lg_reload_from(lg_world *world, uint32_t seat, const char *file, lg_reload_result *result,
                         lg_err *err) LG_CHECKED;
/** The same with @p texts, which no file holds: what ships and they require is added to them. */
lg_status lg_reload_upload(lg_world *world, uint32_t seat, lg_bundle *texts,
                           lg_reload_result *result, lg_err *err) LG_CHECKED;
/** Only tries them out as that would: nothing is left of it. @return as that */
lg_status lg_reload_try(lg_world *world, uint32_t seat, lg_bundle *texts, lg_err *err) LG_CHECKED;
/** Seat @p seat gets back the version it had when its owner left or its script was given up.
 * @return as lg_reload_now(); LG_UNKNOWN nobody stands in for it, or it has had no script */
lg_status lg_reload_back(lg_world *world, uint32_t seat, lg_reload_result *result,
                         lg_err *err) LG_CHECKED;
/** The same with the files as @p source has them: texts from elsewhere that are no files yet. */
lg_status lg_reload_through(lg_world *world, uint32_t seat, const lg_input_source *source,
                            lg_reload_result *result, lg_err *err) LG_CHECKED;
/** The same with the texts of its version @p version, which keeps its number. */
lg_status lg_reload_to(lg_world *world, uint32_t seat, uint32_t version, lg_reload_result *result,
                       lg_err *err) LG_CHECKED;

/** Whether a file holds its texts: they were not uploaded, and are a script. */
bool lg_reload_has_file(const lg_bundle *bundle);
/** Whether a status of these ends the run: what a file says never does. */
bool lg_reload_is_fatal(lg_status status);

#endif
