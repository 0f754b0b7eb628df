/* host/scenario/microgrid_read.h — what the files that read microgrids share */
#ifndef LG_SCENARIO_MICROGRID_READ_H
#define LG_SCENARIO_MICROGRID_READ_H

#include "microgrid/kind.h"
#include "scenario/reader.h"

/** A microgrid under construction: the arrays of its spec, not yet constant. */
typedef struct lg__microgrid {
    lg_microgrid_spec *spec;
    lg_component *components;
    lg_microgrid_component *facts;
    uint32_t *devices, *parts;
    lg_component_link *links;
    lg_machine_spec *machines;
    lg_fault_spec *faults;
    const char *label; /* of the device that is read */
    uint32_t machine;  /* its number */
} lg__microgrid;

/** The index of component @p id; LG_NONE: there is none. */
uint32_t lg__microgrid_find(const lg_microgrid_spec *spec, uint64_t id);
/** Reads a fault, once all devices are read. */
lg__object_reader lg__microgrid_fault;
/** Finds the components behind the assets of the site. */
void lg__microgrids_backed(lg__reader *reader);

#endif
