/* Lists of objects below an object of the scenario: each is read on its own, and the list is put
 * together again with what came of it. */
#include "scenario/reader.h"

#include <stdio.h>

uint32_t lg__objects_count(const lg__field *field)
{
    uint32_t count = 0;
    for (const lg_conf *item = field->item ? field->item->first : NULL; item; item = item->next)
        count++;
    return count;
}

lg_conf *lg__objects_read(lg__reader *r, const char *owner, const lg__field *field,
                          lg__object_reader *read, void *ctx)
{
    lg_conf *out = lg__conf_new(r->arena, LG_CONF_LIST, field->row->name, 0);
    if (!out) {
        lg__exhausted(r);
        return NULL;
    }
    lg_conf **tail = &out->first;
    uint32_t index = 0;
    for (lg_conf *item = field->item ? field->item->first : NULL; item && !r->exhausted;
         item = item->next, index++) {
        char label[LG__OBJECT_LABEL_MAX];
        snprintf(label, sizeof label, "%s%s%s[%u]", owner ? owner : "", owner ? "." : "",
                 field->row->name, index + 1);
        if (item->type != LG_CONF_TABLE) {
            lg__problem(r, item, label, NULL, "expected a table");
            continue;
        }
        lg_conf *copy = read(r, label, item, index, ctx);
        if (copy)
            tail = lg__conf_append(out, tail, copy);
    }
    return out;
}
