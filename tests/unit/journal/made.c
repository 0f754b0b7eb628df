/* A journal as a run of two slots makes it. */
#include "made.h"

#include <stdarg.h>
#include <stdint.h>
#include <setjmp.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "journal/records.h"
#include "journal/writer.h"

const char *made_folder(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/lunagrid-journal-XXXXXX");
    assert_non_null(mkdtemp(path));
    return path;
}

const char *made_path(const char *folder, const char *name)
{
    static char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

void made_write(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

unsigned char *made_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *size = (size_t)ftell(file);
    rewind(file);
    unsigned char *bytes = malloc(*size + 1);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    fclose(file);
    return bytes;
}

void made_remove(const char *folder)
{
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            assert_int_equal(unlink(made_path(folder, entry->d_name)), 0);
    closedir(dir);
    assert_int_equal(rmdir(folder), 0);
}

static lg_status add(lg_journal *journal, lg_journal_kind kind, lg_text *payload)
{
    lg_status status = payload->failed
                           ? LG_MEMORY
                           : lg_journal_add(journal, kind, payload->data, payload->length, NULL);
    lg_text_clear(payload);
    return status;
}

static lg_status add_slot(lg_journal *journal, uint32_t slot, lg_text *payload)
{
    const uint32_t marks[] = {slot * 10 + 1, slot * 10 + 2};
    lg_journal_slot row = {
        .slot = slot, .digest = {.high = 7, .low = slot}, .marks = marks, .mark_count = 2};
    lg_journal_pack_slot(payload, &row);
    return add(journal, LG_JOURNAL_SLOT, payload);
}

static lg_status add_inputs(lg_journal *journal, lg_text *payload)
{
    lg_journal_input kept = {.path = "town.lua", .size = 5, .content = "a\0b\nc"};
    lg_journal_input large = {.path = "data.csv", .size = 5000000};
    lg_sha256(kept.content, 5, kept.sha256);
    lg_sha256("other", 5, large.sha256);
    lg_journal_pack_input(payload, &kept);
    lg_status status = add(journal, LG_JOURNAL_INPUT, payload);
    lg_journal_pack_input(payload, &large);
    return status == LG_OK ? add(journal, LG_JOURNAL_INPUT, payload) : status;
}

static lg_status add_all(lg_journal *journal, lg_text *payload)
{
    lg_journal_act act = {.slot = 1, .tick = 1, .bytes = "fee", .size = 3};
    lg_journal_end end = {.finished = 1, .slots = 2, .digest = {.high = 7, .low = 9}};
    lg_journal_pack_word(payload, "engine", "0.1.0");
    lg_journal_pack_word(payload, "word", "--slots=2");
    lg_status status = add(journal, LG_JOURNAL_HEADER, payload);
    lg_journal_pack_word(payload, "name", "pv");
    if (status == LG_OK)
        status = add(journal, LG_JOURNAL_PLUGIN, payload);
    if (status == LG_OK)
        status = add_inputs(journal, payload);
    if (status == LG_OK)
        status = add_slot(journal, 0, payload);
    lg_journal_pack_act(payload, &act);
    if (status == LG_OK)
        status = add(journal, LG_JOURNAL_ACT, payload);
    if (status == LG_OK)
        status = add_slot(journal, 1, payload);
    lg_journal_pack_end(payload, &end);
    return status == LG_OK ? add(journal, LG_JOURNAL_END, payload) : status;
}

int made_journal(lg_mem *mem, const char *folder)
{
    lg_journal *journal = NULL;
    lg_text payload;
    lg_text_init(&payload, mem);
    lg_status status = lg_journal_create(mem, folder, NULL, &journal);
    if (status == LG_OK)
        status = add_all(journal, &payload);
    if (status == LG_OK)
        status = lg_journal_place(journal, NULL);
    lg_journal_close(journal);
    lg_text_fini(&payload);
    return status == LG_OK ? 0 : status == LG_MEMORY ? 1 : 2;
}
