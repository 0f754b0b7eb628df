/* A list of tags is read as it stands: what is none equals none. */
#include "rest/etag.h"

#include <stdio.h>
#include <string.h>
#include "base/hash.h"

void lg_rest_etag(const lg_text *body, char out[24])
{
    unsigned long long hash = lg_hash64(0, lg_text_peek(body), body->length);
    snprintf(out, 24, "\"%016llx\"", hash);
}

bool lg_rest_etag_is_in(const char *header, const char *etag)
{
    size_t length = strlen(etag);
    for (const char *at = header; *at;) {
        at += strspn(at, ", \t");
        if (*at == '*')
            return true;
        if (strncmp(at, "W/", 2) == 0)
            at += 2;
        if (strncmp(at, etag, length) == 0 && (!at[length] || strchr(", \t", at[length])))
            return true;
        at += strcspn(at, ",");
    }
    return false;
}
