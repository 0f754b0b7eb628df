/* Seeds that everybody knows, and hidden ones that come from a salt. */
#include "arena/contest_reading.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/hash.h"
#include "base/text.h"

#define SEED_MAX 9007199254740991.0

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}

static void read_hidden(lg__reading *r, const lg_conf *table)
{
    if (!lg_keys_check(&r->keys, "seeds", table, lg__hidden_keys, lg__hidden_key_count)) {
        r->fine = false;
        return;
    }
    r->match->seed_count = (uint32_t)lg_keys_number(table, "count", 0);
    r->match->commitment = lg_keys_text(table, "commitment", "");
    r->match->seeds = lg__contest_room(r, r->match->seed_count, sizeof *r->match->seeds);
    if (!is_sha256(r->match->commitment))
        lg__contest_problem(r, lg_conf_get(table, "commitment"), "seeds", "commitment",
                            "expected a SHA-256, 64 hexadecimal digits, a to f in small letters: "
                            "printf %%s SALT | sha256sum");
}

void lg__contest_seeds(lg__reading *r)
{
    const lg_conf *seeds = lg_conf_get(r->root, "seeds");
    lg_contest *m = r->match;
    if (seeds && seeds->type != LG_CONF_LIST && seeds->type != LG_CONF_TABLE) {
        lg__contest_problem(r, seeds, NULL, "seeds",
                            "expected a list of numbers, or count and commitment");
        return;
    }
    if (seeds && seeds->type == LG_CONF_TABLE && seeds->first) {
        read_hidden(r, seeds);
        return;
    }
    uint32_t count = seeds ? seeds->count : 1;
    m->seeds = lg__contest_room(r, count, sizeof *m->seeds);
    if (!m->seeds)
        return;
    if (count == 0 || count > LG__SEEDS_MAX) {
        lg__contest_problem(r, seeds, NULL, "seeds", "expected 1 to %d of them", LG__SEEDS_MAX);
        return;
    }
    if (!seeds)
        m->seeds[m->seed_count++] = 1;
    for (const lg_conf *item = seeds ? seeds->first : NULL; item; item = item->next) {
        bool fits = item->type == LG_CONF_NUMBER && item->number >= 0 && item->number <= SEED_MAX;
        uint64_t seed = fits ? (uint64_t)item->number : 0;
        if (!fits || (double)seed != item->number) {
            lg__contest_problem(r, item, NULL, "seeds",
                                "expected whole numbers from 0 to 2^53 - 1");
            return;
        }
        for (uint32_t i = 0; i < m->seed_count; i++)
            if (m->seeds[i] == seed) {
                lg__contest_problem(r, item, NULL, "seeds", "%.0f is there twice", item->number);
                return;
            }
        m->seeds[m->seed_count++] = seed;
    }
}

lg_status lg_contest_reveal(lg_contest *match, const char *salt, lg_err *err)
{
    char sum[65], text[32];
    lg_text salted;
    lg_sha256(salt, strlen(salt), sum);
    if (!match->commitment)
        return lg_fail(err, LG_INVALID, "the seeds of %.200s are public: there is no salt",
                       match->file);
    if (strcmp(sum, match->commitment) != 0)
        return lg_fail(err, LG_INVALID,
                       "the salt is not the one that was promised: its SHA-256 is %.16s..., the "
                       "commitment is %.16s...",
                       sum, match->commitment);
    lg_text_init(&salted, match->mem);
    for (uint32_t i = 0; i < match->seed_count; i++) {
        snprintf(text, sizeof text, ":%u", i);
        lg_text_clear(&salted);
        lg_text_str(&salted, salt);
        lg_text_str(&salted, text);
        lg_sha256(salted.data, salted.length, sum);
        snprintf(text, sizeof text, "%.16s", sum);
        match->seeds[i] = strtoull(text, NULL, 16) >> 11;
    }
    match->salt = lg_arena_text(&match->arena, salt, strlen(salt));
    bool failed = salted.failed || !match->salt;
    lg_text_fini(&salted);
    return failed ? lg_fail(err, LG_MEMORY, "out of memory") : LG_OK;
}
