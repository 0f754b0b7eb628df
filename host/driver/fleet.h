/* host/driver/fleet.h — plugins, the drivers they offer and the devices of a site */
#ifndef LG_DRIVER_FLEET_H
#define LG_DRIVER_FLEET_H

#include "base/diag.h"
#include "grid/profile.h"
#include "grid/site.h"
#include "lunagrid/plugin.h"
#include "market/market.h"

/** The plugins of a host. */
typedef struct lg_plugins lg_plugins;

/**
 * Loads every *.so of @p folders (in order, names sorted); an entry that ends in .so is a file to
 * load alone. A plugin that cannot be used (no symbol, other major, newer minor, bad descriptor,
 * changed floating-point mode, a driver's name taken already, ...) is refused with a sentence in @p
 * diag as a warning, and so is a folder that cannot be read; the others are kept. A file that is
 * met twice counts once. Descriptors in the result are at the size of this host's headers, whatever
 * the plugin was built with. NULL only when memory is exhausted.
 */
lg_plugins *lg_plugins_load(lg_mem *mem, const char *const *folders, uint32_t folder_count,
                            lg_diag *diag);
/** Whether a file of that path holds gateways: its name begins with "gateway_". */
bool lg_plugins_is_gateway(const char *path);
/**
 * The same without those files of folders that hold gateways: they bring libraries of their own
 * protocols with them, and a run that lets no client in needs none of it. Files that are named
 * themselves are loaded.
 */
lg_plugins *lg_plugins_load_inner(lg_mem *mem, const char *const *folders, uint32_t folder_count,
                                  lg_diag *diag);
void lg_plugins_free(lg_plugins *plugins);
/** All drivers, sorted by name; valid until lg_plugins_free(). */
const lg_driver *const *lg_plugins_drivers(const lg_plugins *plugins, uint32_t *count);
/** All matching rules, sorted by name; valid until lg_plugins_free(). */
const lg_matching *const *lg_plugins_rules(const lg_plugins *plugins, uint32_t *count);
/** All device drivers of microgrids, sorted by name; valid until lg_plugins_free(). */
const lg_device_driver *const *lg_plugins_devices(const lg_plugins *plugins, uint32_t *count);
/** The gateway of that name; NULL when no plugin offers it. */
const lg_gateway *lg_plugins_gateway(const lg_plugins *plugins, const char *name);
/** The loaded plugins themselves. */
const lg_plugin *const *lg_plugins_list(const lg_plugins *plugins, uint32_t *count);
/** File a plugin came from, by its index in the list. */
const char *lg_plugins_file(const lg_plugins *plugins, uint32_t index);

/** Why a new driver should not be called @p name: a word of C or of scenarios. NULL: it may be. */
const char *lg_driver_name_refused(const char *name);

/** The same for a new matching rule: the host's own rules keep their names. */
const char *lg_rule_name_refused(const char *name);

/** The open devices of a site: one an asset, by the asset's index. */
typedef struct lg_fleet lg_fleet;

typedef struct lg_fleet_input {
    const lg_site *site;
    const lg_driver *const *drivers; /* the list that asset.driver indexes */
    uint32_t driver_count;
    int64_t start_ms;
    uint32_t slot_s;
    double latitude_deg;
    /** Hears of devices that fail, with a sentence that names asset, driver and slot. May be NULL.
     */
    void (*fault)(void *ctx, uint32_t asset, const char *sentence);
    void (*log)(void *ctx, uint32_t level, const char *sentence);
    void *ctx;
} lg_fleet_input;

/**
 * Opens a device for every asset, in order. One that fails to open is reported to @p diag as an
 * error with the plugin's own sentence; the others are tried all the same, so that every problem is
 * heard at once.
 * @p input is copied; what it points to is borrowed until the fleet is closed.
 * @return LG_OK; LG_PLUGIN one failed (then *out is NULL, everything is closed again); LG_MEMORY
 */
lg_status lg_fleet_open(lg_mem *mem, const lg_fleet_input *input, lg_diag *diag,
                        lg_fleet **out) LG_CHECKED;
/** Brings every device to its safe values and closes it; what devices still hold is taken back. */
void lg_fleet_close(lg_fleet *fleet);

/**
 * Asks every device for its plan of @p slot and fills @p caps (one an asset). A device whose plan()
 * fails or says what cannot be (negative, NaN, past LG_UNLIMITED_KWH, a storage fuller than full)
 * is set aside with a sentence to fault: from then on it has nothing to trade.
 */
void lg_fleet_plan(lg_fleet *fleet, const lg_slot *slot, lg_caps *caps);
/**
 * Whether the device of @p asset would open with @p params: opens another one and closes it again.
 * @return LG_OK; LG_PLUGIN with the plugin's sentence in @p err; LG_MEMORY
 */
lg_status lg_fleet_try(lg_fleet *fleet, uint32_t asset, const lg_params *params,
                       lg_err *err) LG_CHECKED;
/**
 * Hands the device of @p asset the parameters that the site has for it now, which have changed
 * since it was opened. Between two slots; its driver must have change(). One that fails is set
 * aside.
 */
void lg_fleet_change(lg_fleet *fleet, uint32_t asset);
/**
 * What stands behind @p asset has planned the slot for it (its driver is backed); fills @p caps. A
 * plan that cannot be is said to fault, and then it has nothing to trade in this slot.
 */
void lg_fleet_take_plan(lg_fleet *fleet, uint32_t asset, const lg_plan *plan, lg_caps *caps);
/** Tells every device what was traded in @p slot. */
void lg_fleet_settle(lg_fleet *fleet, const lg_slot *slot, const lg_market *market);
/** A plan that says nothing yet. */
lg_plan lg_fleet_no_plan(void);
/** The plan an asset's device gave for the running slot; energies 0 and rates NaN when it is set
 * aside. */
const lg_plan *lg_fleet_plan_of(const lg_fleet *fleet, uint32_t asset);
/** The driver's word for what an asset is: "load", "pv". */
const char *lg_fleet_type_of(const lg_fleet *fleet, uint32_t asset);
/** Whether an asset's device has been set aside. */
bool lg_fleet_is_aside(const lg_fleet *fleet, uint32_t asset);
/** How many devices have been set aside; *first the one that was so first, LG_NONE without any. */
uint32_t lg_fleet_aside(const lg_fleet *fleet, uint32_t *first);

/** The latest good reading of a point; the value is NaN when there was none. */
typedef struct lg_reading {
    double value; /* in the point's unit */
    int64_t time_ms;
} lg_reading;

/**
 * Asks every device that can for readings of its points. Not part of a run's result, and a
 * simulated run has no use for it: `lunagrid run` polls nothing and writes safe values only. Points
 * are what a host that meters and controls real devices works with; plugin_kit calls all of them.
 */
void lg_fleet_poll(lg_fleet *fleet, int64_t now_ms);
lg_reading lg_fleet_reading(const lg_fleet *fleet, uint32_t asset, uint32_t point);
/** Readings since the start that were NaN, out of range or of no readable point. The first of each
 * device is told to fault, with point and value. */
uint64_t lg_fleet_bad_readings(const lg_fleet *fleet);
/**
 * Hands a set point to an asset's device. @return LG_OK; LG_UNKNOWN no such point; LG_UNSUPPORTED
 * it cannot be written; LG_INVALID outside of its range; LG_GONE the device is set aside; LG_PLUGIN
 * the device refused, or changed the floating-point mode and is set aside now
 */
lg_status lg_fleet_write(lg_fleet *fleet, uint32_t asset, uint32_t point, double value,
                         lg_err *err) LG_CHECKED;

#endif
