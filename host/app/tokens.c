/* Who is known keeps the token that was given before: only its SHA-256 is here to compare with. */
#include "app/tokens.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void lg_tokens_init(lg_tokens *tokens, lg_mem *mem)
{
    *tokens = (lg_tokens){.made = 0};
    lg_text_init(&tokens->json, mem);
    lg_text_init(&tokens->told, mem);
}

void lg_tokens_fini(lg_tokens *tokens)
{
    lg_text_fini(&tokens->json);
    lg_text_fini(&tokens->told);
}

static void tell_seats(lg_tokens *tokens, const lg_collab *collab, const char *owner)
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < collab->seat_count; i++)
        if (strcmp(collab->seats[i].owner, owner) == 0)
            lg_text_format(&tokens->told, "%s%s", count++ ? ", " : "  ", collab->seats[i].name);
    lg_text_char(&tokens->told, '\n');
}

static lg_status make_token(lg_tokens *tokens, lg_owner *owner, lg_err *err)
{
    char token[LG_TOKEN_SIZE];
    lg_status status = lg_owners_token(owner, token, err);
    if (status != LG_OK)
        return status;
    lg_text_str(&tokens->told, token);
    lg_text_str(&tokens->json, tokens->made++ ? ",\n  " : "{\n  ");
    lg_text_json(&tokens->json, owner->name);
    lg_text_format(&tokens->json, ": \"%s\"", token);
    return LG_OK;
}

/* The token that an earlier start has given, or another one. */
static lg_status add_owner(lg_tokens *tokens, lg_owners *owners, const lg_owners *before,
                           const char *name, bool organiser, lg_err *err)
{
    lg_owner *owner;
    const lg_owner *known = lg_owners_named(before, name);
    if (lg_owners_add(owners, name, organiser, &owner) != LG_OK)
        return lg_fail(err, LG_MEMORY, "out of memory");
    lg_text_format(&tokens->told, "  %-16s ", name);
    if (!known || known->organiser != organiser)
        return make_token(tokens, owner, err);
    memcpy(owner->hash, known->hash, sizeof owner->hash);
    lg_text_format(&tokens->told, "%-*s", LG_TOKEN_SIZE - 1, "(as before)");
    return LG_OK;
}

static lg_status read_before(const char *folder, lg_owners *before, lg_err *err)
{
    lg_status status = folder ? lg_owners_read(before, folder, err) : LG_OK;
    return status == LG_UNKNOWN ? LG_OK : status;
}

lg_status lg_tokens_give(lg_tokens *tokens, const lg_collab *collab, const char *folder,
                         lg_owners *owners, lg_err *err)
{
    lg_owners before;
    lg_owners_init(&before, owners->mem);
    lg_status status = read_before(folder, &before, err);
    if (status == LG_OK)
        status = add_owner(tokens, owners, &before, LG_OWNERS_ORGANISER, true, err);
    if (status == LG_OK)
        lg_text_char(&tokens->told, '\n');
    for (uint32_t i = 0; i < collab->seat_count && status == LG_OK; i++) {
        const char *owner = collab->seats[i].owner;
        if (lg_owners_named(owners, owner))
            continue;
        status = add_owner(tokens, owners, &before, owner, false, err);
        tell_seats(tokens, collab, owner);
    }
    lg_owners_fini(&before);
    if (tokens->made)
        lg_text_str(&tokens->json, "\n}\n");
    return status;
}

/* A file that nobody else can read, not even for a moment; one that is there is not written over.
 */
lg_status lg_tokens_write(const lg_tokens *tokens, const char *path, lg_err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return lg_fail(err, LG_IO, "%s: %s", path,
                       errno == EEXIST ? "is there already; tokens need a new file"
                                       : strerror(errno));
    int why = fchmod(fd, 0600) != 0 ? errno : 0;
    for (size_t done = 0; done < tokens->json.length && !why;) {
        ssize_t n = write(fd, tokens->json.data + done, tokens->json.length - done);
        if (n > 0)
            done += (size_t)n;
        else if (errno != EINTR)
            why = errno;
    }
    if (close(fd) != 0 && !why)
        why = errno;
    return why ? lg_fail(err, LG_IO, "%s: %s", path, strerror(why)) : LG_OK;
}
