/* What the coordination leaves: resources at the start, what signals asked of them slot by slot,
 * and at the end what was published, answered, reported and earned. */
#include "store/parts.h"

#include "base/num.h"

lg_status lg_store_coordination(lg_store *store, const lg_scene *scene, lg_err *err)
{
    uint32_t count;
    const lg_scene_resource *resources = lg_scene_resources(scene, &count);
    lg_status status = LG_OK;
    store->scene = scene;
    for (uint32_t i = 0; i < count && status == LG_OK; i++)
        status = LG__ROW(&store->db, store->db.statements[LG__SQL_RESOURCE], err, LG__INT(i),
                         LG__INT(resources[i].asset),
                         LG__TEXT(lg_scene_rules_of(scene)->aggregators[resources[i].aggregator]),
                         LG__TEXT(resources[i].home),
                         LG__TEXT(lg_coord_resource_types[resources[i].type]));
    return status;
}

void lg_store_signalled(lg_store *store, uint32_t slot, uint32_t resource, int64_t used_uwh,
                        const lg_scene_ruling *r)
{
    uint32_t slot_s = lg_scene_rules_of(store->scene)->slot_s;
    bool kept = (__int128)used_uwh * 3600 <= (__int128)r->limit_mw * 1000 * slot_s;
    store->coordination.limited += r->limit != 0;
    store->coordination.kept += r->limit && kept;
    if (store->failure.status != LG_OK)
        return;
    store->rows_open++;
    store->failure.status =
        LG__ROW(&store->db, store->db.statements[LG__SQL_SIGNALLED], &store->failure, LG__INT(slot),
                LG__INT(resource), LG__INT(used_uwh), LG__INT_IF(r->curve, r->curve),
                LG__INT_IF(r->curve, r->delta_uct), LG__INT_IF(r->limit, r->limit),
                LG__INT_IF(r->limit, r->limit_mw));
}

/* ---- at the end ---- */

static lg_status write_points(lg_store *store, const lg_scene_event *event, lg_err *err)
{
    const lg_coord_event_draft *body = &event->parts[0].event->body;
    const lg_coord_target *first = &body->targets[0];
    const lg_coord_point *points = event->limits ? first->points : body->points;
    uint32_t count = event->limits ? first->point_count : body->point_count;
    lg_status status = LG_OK;
    for (uint32_t i = 0; i < count && status == LG_OK; i++)
        status = LG__ROW(&store->db, store->db.statements[LG__SQL_SIGNAL_POINT], err,
                         LG__INT(event->number), LG__INT(points[i].start_us / 1000),
                         LG__INT_IF(!event->limits, points[i].value.nano / 10),
                         LG__INT_IF(event->limits, points[i].value.nano / 1000));
    return status;
}

static lg_status write_targets(lg_store *store, const lg_scene_event *event,
                               const lg_scene_part *part, lg_err *err)
{
    static const char *const words[] = {"silent", "accepted", "declined", "expired"};
    lg_status status = LG_OK;
    for (uint32_t t = 0; t < part->event->body.target_count && status == LG_OK; t++) {
        const lg_coord_target *target = &part->event->targets[t];
        lg_coord_answer answer = lg_coord_answer_of(lg_scene_store(store->scene), part->event,
                                                    target, lg_scene_now(store->scene));
        bool answered = answer == LG_COORD_ACCEPTED || answer == LG_COORD_DECLINED;
        status = LG__ROW(&store->db, store->db.statements[LG__SQL_SIGNAL_TARGET], err,
                         LG__INT(event->number), LG__INT(part->resources[t]),
                         LG__TEXT(event->limits ? words[answer] : NULL),
                         LG__INT_IF(answered, target->answered_us / 1000));
    }
    return status;
}

static lg_status write_events(lg_store *store, lg_err *err)
{
    uint32_t count = lg_scene_event_count(store->scene), programs;
    const lg_scene_program *program = lg_scene_programs(store->scene, &programs);
    lg_status status = LG_OK;
    for (uint32_t i = 1; i <= count && status == LG_OK; i++) {
        const lg_scene_event *event = lg_scene_event_of(store->scene, i);
        status =
            LG__ROW(&store->db, store->db.statements[LG__SQL_SIGNAL], err, LG__INT(event->number),
                    LG__TEXT(program[event->program].name),
                    LG__TEXT(event->limits ? "limit" : "price"), LG__INT(event->created_us / 1000));
        if (status == LG_OK)
            status = write_points(store, event, err);
        for (uint32_t p = 0; p < event->part_count && status == LG_OK; p++)
            status = write_targets(store, event, &event->parts[p], err);
    }
    return status;
}

static lg_status write_reports(lg_store *store, lg_err *err)
{
    uint32_t count = lg_scene_report_count(store->scene);
    lg_status status = LG_OK;
    for (uint32_t i = 1; i <= count; i++) {
        const lg_scene_report *r = lg_scene_report_of(store->scene, i);
        for (uint32_t k = 0; k < r->count && status == LG_OK; k++)
            status = LG__ROW(&store->db, store->db.statements[LG__SQL_REPORTED], err,
                             LG__INT(r->number), LG__INT(r->points[k].slot),
                             LG__INT_IF(r->event, r->event), LG__INT(r->resource),
                             LG__INT(r->at_us / 1000), LG__INT(r->points[k].reported_uwh),
                             LG__INT_IF(r->points[k].measured, r->points[k].measured_uwh));
    }
    return status;
}

static lg_status earning_row(lg_store *store, const char *aggregator, const char *home,
                             const char *month, const char *rule, int64_t amount_uct, lg_err *err)
{
    return amount_uct ? LG__ROW(&store->db, store->db.statements[LG__SQL_EARNING], err,
                                LG__TEXT(aggregator), LG__TEXT(home), LG__TEXT(month),
                                LG__TEXT(rule), LG__INT(amount_uct))
                      : LG_OK;
}

/* By the rule of the curves, one month behind the other. */
static lg_status write_earned(lg_store *store, const lg_coord_tenant *tenant,
                              const lg_coord_user *user, lg_err *err)
{
    const lg_coord *coord = lg_scene_store(store->scene);
    int64_t at_us = lg_scene_rules_of(store->scene)->start_us;
    lg_status status = LG_OK;
    while (status == LG_OK && at_us <= lg_scene_now(store->scene)) {
        lg_coord_earnings earned;
        lg_arena arena;
        lg_arena_init(&arena, store->mem, 4096);
        if (lg_coord_earned(coord, tenant, user, at_us, &arena, &earned) != LG_COORD_DONE)
            status = lg_fail(err, LG_MEMORY, "out of memory for compensations");
        for (uint32_t i = 0; status == LG_OK && i < earned.count; i++) {
            store->coordination.earned_uct =
                lg_add(store->coordination.earned_uct, earned.list[i].active_uct);
            status = earning_row(store, tenant->item.id, user->item.id, earned.month.first, "curve",
                                 earned.list[i].active_uct, err);
        }
        if (status == LG_OK)
            at_us = earned.month.to_us;
        lg_arena_drop(&arena);
    }
    return status;
}

/* By the rule of the operator's script: sums over the run. */
static lg_status write_paid(lg_store *store, const lg_coord_tenant *tenant,
                            const lg_coord_user *user, lg_err *err)
{
    uint32_t count = lg_scene_report_count(store->scene);
    int64_t sum = 0;
    for (uint32_t i = 1; i <= count; i++) {
        const lg_scene_report *r = lg_scene_report_of(store->scene, i);
        if (lg_scene_user_of(store->scene, r->resource) == user)
            sum = lg_add(sum, r->paid_uct);
    }
    store->coordination.earned_uct = lg_add(store->coordination.earned_uct, sum);
    return earning_row(store, tenant->item.id, user->item.id, "", "script", sum, err);
}

lg_status lg__final_coordination(lg_store *store, lg_err *err)
{
    if (!store->scene)
        return LG_OK;
    const lg_coord_table *tenants = &lg_scene_store(store->scene)->tenants;
    lg_status status = write_events(store, err);
    if (status == LG_OK)
        status = write_reports(store, err);
    bool own = lg_scene_own_rule(store->scene);
    for (uint32_t t = 0; t < tenants->count; t++) {
        const lg_coord_tenant *tenant = (const lg_coord_tenant *)tenants->items[t];
        for (uint32_t u = 0; u < tenant->users.count && status == LG_OK; u++) {
            const lg_coord_user *user = (const lg_coord_user *)tenant->users.items[u];
            status =
                own ? write_paid(store, tenant, user, err) : write_earned(store, tenant, user, err);
        }
    }
    return status;
}
