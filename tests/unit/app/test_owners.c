/* Shows owners: a token is good for its owner alone, what is kept of it is no token, and the file
 * that keeps it is its user's. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "app/owners.h"
#include "base/hash.h"

static char folder[64];

static void add(lg_owners *owners, const char *name, bool organiser, char token[LG_TOKEN_SIZE])
{
    lg_owner *owner;
    lg_err err;
    assert_int_equal(lg_owners_add(owners, name, organiser, &owner), LG_OK);
    assert_int_equal(lg_owners_token(owner, token, &err), LG_OK);
}

static void a_token_is_its_owners(void **state)
{
    (void)state;
    lg_owners owners;
    char ada[LG_TOKEN_SIZE], bea[LG_TOKEN_SIZE], hash[65];
    lg_owners_init(&owners, lg_mem_system());
    add(&owners, "Ada", false, ada);
    add(&owners, "Bea", false, bea);
    assert_string_not_equal(ada, bea);
    assert_string_equal(lg_owners_of(&owners, ada)->name, "Ada");
    assert_string_equal(lg_owners_of(&owners, bea)->name, "Bea");
    lg_sha256(ada, strlen(ada), hash);
    assert_string_equal(owners.items[0].hash, hash);
    assert_null(lg_owners_of(&owners, hash)); /* what is kept opens nothing */
    assert_null(lg_owners_of(&owners, ""));
    ada[LG_TOKEN_SIZE - 2] ^= 1;
    assert_null(lg_owners_of(&owners, ada));
    ada[LG_TOKEN_SIZE - 2] ^= 1;
    ada[LG_TOKEN_SIZE - 2] = 0;
    assert_null(lg_owners_of(&owners, ada));
    assert_null(lg_owners_named(&owners, "Cem"));
    lg_owners_fini(&owners);
}

static void the_file_says_the_same(void **state)
{
    (void)state;
    lg_owners owners, back;
    lg_err err = {.text = ""};
    char ada[LG_TOKEN_SIZE], boss[LG_TOKEN_SIZE], path[128];
    struct stat info;
    lg_owners_init(&owners, lg_mem_system());
    lg_owners_init(&back, lg_mem_system());
    assert_int_equal(lg_owners_read(&back, folder, &err), LG_UNKNOWN);
    add(&owners, "organiser", true, boss);
    add(&owners, "Ad\"a", false, ada);
    owners.control = "/run/x.sock";
    owners.pace = "15m=2s";
    owners.uploads_per_minute = 3;
    owners.upload_bytes = 4096;
    assert_int_equal(lg_owners_write(&owners, folder, &err), LG_OK);
    snprintf(path, sizeof path, "%s/" LG_OWNERS_FILE, folder);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(lg_owners_read(&back, folder, &err), LG_OK);
    assert_int_equal(back.count, 2);
    assert_true(lg_owners_of(&back, boss)->organiser);
    assert_string_equal(lg_owners_of(&back, ada)->name, "Ad\"a");
    assert_string_equal(back.control, "/run/x.sock");
    assert_string_equal(back.pace, "15m=2s");
    assert_null(back.group);
    assert_int_equal(back.uploads_per_minute, 3);
    assert_int_equal(back.upload_bytes, 4096);
    lg_owners_fini(&back);
    lg_owners_fini(&owners);
}

static void what_is_no_such_file_is_told_err(void **state)
{
    (void)state;
    static const char *const wrong[] = {"", "[]", "{\"owners\": 1}",
                                        "{\"owners\": [{\"name\": \"A\"}]}",
                                        "{\"owners\": [{\"name\": \"A\", \"sha256\": \"12\"}]}"};
    char path[128];
    lg_err err;
    snprintf(path, sizeof path, "%s/" LG_OWNERS_FILE, folder);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        lg_owners owners;
        FILE *file = fopen(path, "w");
        fputs(wrong[i], file);
        fclose(file);
        lg_owners_init(&owners, lg_mem_system());
        assert_int_equal(lg_owners_read(&owners, folder, &err), LG_INVALID);
        assert_non_null(strstr(err.text, "owners.json is not as `lunagrid host` writes it"));
        lg_owners_fini(&owners);
    }
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_its_owners),
        cmocka_unit_test(the_file_says_the_same),
        cmocka_unit_test(what_is_no_such_file_is_told_err),
    };
    snprintf(folder, sizeof folder, "/tmp/lg-owners-XXXXXX");
    if (!mkdtemp(folder))
        return 1;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    rmdir(folder);
    return failed;
}
