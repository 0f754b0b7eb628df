/* What a tenant was told last is kept with each user, so that who moves out and back in within ten
 * minutes is no news. */
#include "coordination/enrol.h"

#include "coordination/event.h"

lg_coord_result lg_coord_enrol(lg_coord *coord, lg_coord_tenant *tenant, const char *id,
                               lg_coord_why *why)
{
    lg_coord_user *user = lg_coord_table_find(&tenant->users, id);
    if (!user)
        return lg_coord_refuse(why, LG_COORD_UNKNOWN, "", "there is no such user");
    if (user->enrolled)
        return LG_COORD_DONE;
    if (coord->settings.must_be_eligible && !user->eligible)
        return lg_coord_refuse(why, LG_COORD_CONFLICT, "", "only who is eligible may enrol");
    lg_coord_new_id(coord, user->enrolment);
    user->enrolled = true;
    user->enrolled_us = user->item.modified_us = coord->now_us;
    return LG_COORD_DONE;
}

lg_coord_result lg_coord_leave(lg_coord *coord, lg_coord_tenant *tenant, const char *id)
{
    lg_coord_user *user = lg_coord_table_find(&tenant->users, id);
    if (!user || !user->enrolled)
        return LG_COORD_UNKNOWN;
    user->enrolled = false;
    user->item.modified_us = coord->now_us;
    return LG_COORD_DONE;
}

static int64_t due_of(const lg_coord *coord, const lg_coord_tenant *tenant)
{
    int64_t earliest =
        tenant->told_us == INT64_MIN ? INT64_MIN : tenant->told_us + coord->settings.eligibility_us;
    return tenant->changed_us > earliest ? tenant->changed_us : earliest;
}

int64_t lg_coord_eligibility_due(const lg_coord *coord)
{
    int64_t due = INT64_MAX;
    for (uint32_t i = 0; i < coord->tenants.count; i++) {
        int64_t its = due_of(coord, (const lg_coord_tenant *)coord->tenants.items[i]);
        due = its < due ? its : due;
    }
    return due;
}

/* The ids of users who became eligible, or stopped to be. @return how many */
static uint32_t gather(const lg_coord_tenant *tenant, bool eligible, const char **out)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < tenant->users.count; i++) {
        const lg_coord_user *user = (const lg_coord_user *)tenant->users.items[i];
        if (user->eligible != user->told && user->eligible == eligible)
            out[count++] = user->item.id;
    }
    return count;
}

static lg_coord_result tell(lg_coord *coord, lg_coord_tenant *tenant)
{
    uint32_t room = tenant->users.count;
    const char **ids = lg_mem_zalloc(coord->mem, room + 1, sizeof *ids);
    if (!ids)
        return LG_COORD_MEMORY;
    lg_coord_event_draft draft = {.kind = LG_COORD_EVENT_UserEligibility, .added = ids};
    draft.added_count = gather(tenant, true, ids);
    draft.removed = ids + draft.added_count;
    draft.removed_count = gather(tenant, false, ids + draft.added_count);
    lg_coord_event *event;
    lg_coord_result result = lg_coord_publish(coord, tenant, &draft, &event, NULL);
    lg_mem_free(coord->mem, ids, (room + 1) * sizeof *ids);
    if (result != LG_COORD_DONE)
        return result;
    for (uint32_t i = 0; i < tenant->users.count; i++) {
        lg_coord_user *user = (lg_coord_user *)tenant->users.items[i];
        user->told = user->eligible;
    }
    tenant->changed_us = INT64_MAX;
    tenant->told_us = coord->now_us;
    return LG_COORD_DONE;
}

lg_coord_result lg_coord_tell_eligible(lg_coord *coord)
{
    for (uint32_t i = 0; i < coord->tenants.count; i++) {
        lg_coord_tenant *tenant = (lg_coord_tenant *)coord->tenants.items[i];
        if (due_of(coord, tenant) > coord->now_us)
            continue;
        lg_coord_result result = tell(coord, tenant);
        if (result != LG_COORD_DONE)
            return result;
    }
    return LG_COORD_DONE;
}
