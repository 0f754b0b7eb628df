/* tests/unit/scenario/fixture.h — drivers that exist only as descriptors, and files of a test */
#ifndef LG_TEST_SCENARIO_FIXTURE_H
#define LG_TEST_SCENARIO_FIXTURE_H

#include "scenario/scenario.h"

extern const lg_driver *const fixture_drivers[];
extern const uint32_t fixture_driver_count;

/** A fresh folder of its own with scripts/strategies/x.lua and scripts/tariffs/x.lua (empty files).
 */
void fixture_open(void);
/** Removes the folder and all that is in it. */
void fixture_close(void);
/** Path of @p name in the folder; valid until the next call but three. */
const char *fixture_path(const char *name);
/** Writes @p text to @p name in the folder and returns its path. */
const char *fixture_write(const char *name, const char *text);

/** An input for @p file with the fake drivers and the folder's scripts. */
lg_scenario_input fixture_input(const char *file);

/**
 * Reads a scenario that must be right, with problems printed when it is not. Free with
 * lg_scenario_free().
 */
lg_scenario *fixture_read(const lg_scenario_input *input);
/** Writes and reads a scenario of that text; .lua or .json by its name. */
lg_scenario *fixture_read_text(const char *name, const char *text);
/** Reads a scenario that must fail, and fails the test unless a problem says exactly @p expected.
 */
void fixture_refuse(const lg_scenario_input *input, const char *expected);
void fixture_refuse_text(const char *name, const char *text, const char *expected);

#endif
