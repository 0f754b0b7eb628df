/* host/app/setup.h — what most commands begin with: folders, plugins, and a scenario read with them
 */
#ifndef LG_APP_SETUP_H
#define LG_APP_SETUP_H

#include <stdio.h>
#include "app/args.h"
#include "app/places.h"
#include "driver/fleet.h"
#include "scenario/scenario.h"

typedef struct lg_setup {
    lg_mem *mem;
    lg_places places;
    lg_plugins *plugins;
    const lg_driver *const *drivers;
    uint32_t driver_count;
    const lg_matching *const *rules;
    uint32_t rule_count;
    const lg_device_driver *const *devices;
    uint32_t device_count;
    lg_diag plugin_diag; /* plugins that were refused */
    lg_diag diag;        /* problems of the scenario */
    char *file;          /* of the scenario, the folder's resolved */
    lg_scenario *scenario;
    lg_text *gsy_text; /* `import`: takes the scenario made of a gsy-e one; NULL else */
} lg_setup;

/** Finds the folders and loads the plugins but for gateways. @return LG_OK; LG_IO; LG_LIMIT;
 * LG_MEMORY */
lg_status lg_setup_open(lg_mem *mem, lg_setup *setup, lg_err *err) LG_CHECKED;
/** The same with gateways. */
lg_status lg_setup_open_wide(lg_mem *mem, lg_setup *setup, lg_err *err) LG_CHECKED;

/**
 * Reads the scenario that @p operand names: a file, or a folder with scenario.lua or scenario.json.
 * Problems are in setup->diag; err has a sentence for everything but LG_SCENARIO.
 * @return LG_OK; LG_SCENARIO, also when there is none; LG_MEMORY
 */
lg_status lg_setup_read(lg_setup *setup, const char *operand, const lg_args *args,
                        lg_err *err) LG_CHECKED;

/**
 * Opens every device of the scenario once, for only the plugin itself can say whether its options
 * fit together; of scheduled changes too. Each refusal goes to @p diag, with the asset in the place
 * of the file. @return LG_OK; LG_SCENARIO; LG_MEMORY
 */
lg_status lg_setup_check_devices(const lg_setup *setup, lg_diag *diag) LG_CHECKED;

/** Checks each script of the scenario that was read once: of its agents and of its events. Problems
 * go to setup->diag. @return LG_OK; LG_SCRIPT; LG_MEMORY */
lg_status lg_setup_check_scripts(lg_setup *setup) LG_CHECKED;

/** Forgets the scenario that was read and its problems, so that another can be. */
void lg_setup_drop(lg_setup *setup);

/** Also fine after a failed lg_setup_open(). */
void lg_setup_close(lg_setup *setup);

/** Prints refused plugins to stderr, a line each; says so when there is no driver at all. */
void lg_setup_warn(const lg_setup *setup);

/** The file that @p operand means, to be given back with lg_mem_strfree(). @return LG_OK;
 * LG_SCENARIO; LG_MEMORY */
lg_status lg_setup_resolve(lg_mem *mem, const char *operand, char **file, lg_err *err) LG_CHECKED;

/** Prints the problems of @p diag to @p stream and ends with a count. */
void lg_setup_print(lg_mem *mem, const lg_diag *diag, FILE *stream);

#endif
