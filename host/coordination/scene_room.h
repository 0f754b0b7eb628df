/* coordination/scene_room.h — the inside of a scene; of scene*.c only */
#ifndef LG_COORDINATION_SCENE_ROOM_H
#define LG_COORDINATION_SCENE_ROOM_H

#include "coordination/scene.h"

struct lg_scene {
    lg_mem *mem;
    lg_scene_rules rules;
    lg_arena arena; /* what stays: events, reports, names */
    lg_coord *coord;
    lg_coord_tenant **tenants; /* by aggregator */
    uint32_t *told;            /* by aggregator: events of its tenant that are news already */
    lg_scene_resource *resources;
    uint32_t resource_count, resource_capacity;
    lg_scene_program *programs;
    uint32_t program_count, program_capacity;
    lg_scene_event **events;
    uint32_t event_count, event_capacity;
    lg_scene_report **reports;
    uint32_t report_count, report_capacity;
    lg_scene_news *news;
    uint32_t news_count, news_capacity;
    int64_t *energies; /* slot by slot, in the order of the resources */
    uint32_t energy_capacity, measured;
    int64_t now_us;
    bool own_rule;    /* it has paid for a report */
    bool narrowed;    /* the operator has named a neighbourhood */
    lg_status status; /* LG_OK, or what it cannot recover from */
};

/** The neighbourhood of all homes, which lasts until the operator names one. */
#define LG__SCENE_EVERYBODY "everybody"

/** Adds news; the scene is broken when there is no room. */
void lg__scene_tell(lg_scene *scene, const lg_scene_news *news);
/** Notes that memory is lacking in the middle of a change. */
lg_coord_result lg__scene_broken(lg_scene *scene);
/** Whether @p resource of an act is one of its aggregator. */
bool lg__scene_owns(const lg_scene *scene, uint32_t part, uint32_t resource);

/** Publishes an event (scene_event.c). */
lg_scene_done lg__scene_publish(lg_scene *scene, const lg_scene_act *act);
/** Reports and answers (scene_answer.c). */
lg_scene_done lg__scene_report(lg_scene *scene, const lg_scene_act *act);
lg_scene_done lg__scene_answer(lg_scene *scene, const lg_scene_act *act);

/** A refusal. */
lg_scene_done lg__scene_refuse(lg_coord_result result, const char *path, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
