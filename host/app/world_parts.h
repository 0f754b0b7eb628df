/* host/app/world_parts.h — what a world is made of; of world*.c only */
#ifndef LG_APP_WORLD_PARTS_H
#define LG_APP_WORLD_PARTS_H

#include "app/clients.h"
#include "app/course.h"
#include "app/eval.h"
#include "app/facts.h"
#include "app/microgrids_desk.h"
#include "app/origins.h"
#include "app/schedule.h"
#include "app/world.h"
#include "driver/rule.h"

struct lg_world {
    lg_mem *mem;
    lg_world_input input;
    lg_scenario *scenario; /* of the setup */
    lg_fleet *fleet;
    lg_rule_caller rule; /* of a plugin, when one matches */
    lg_matcher matcher;
    lg_turn *turn;
    lg_market *market;   /* of the turn */
    lg_trading *trading; /* NULL: the scenario has no intraday market */
    lg_scene *scene;     /* NULL: it has no coordination */
    lg_trading_done asked;
    lg_microgrids *micro; /* NULL: the scenario has no microgrids */
    lg_microgrids_eye eye;
    lg_micro_done micro_asked;
    int64_t stepped_ms; /* up to here the record knows how far microgrids have gone */
    lg_members *members;
    lg_origins *origins;
    lg_course course;
    lg_seats *seats;
    lg_clients *clients;
    lg_eval *eval; /* NULL: nobody has asked yet */
    lg_schedule *schedule;
    lg_store *store;
    lg_listener early[4]; /* who listens before there are results comes after them all the same */
    uint32_t early_count;
    bool begun;
    lg_caps *caps;
    lg_facts facts;
    lg_place next;
    lg_moment at; /* of the tick that runs or was done last */
    lg_digest digest;
    const lg_member_result *results;
    lg_err kept; /* what the keeper could not do */
    lg_follow follow;
    const lg_run_refused *refused; /* at the end */
    uint32_t refused_count;
};

#endif
