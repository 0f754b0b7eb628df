/* The journal: how many acts a second are written so that they survive the end of the process, one
 * write a piece, and how fast they are read again. Prints name, value, unit and limit, a line each;
 * the file is made below the working directory and removed. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "journal/past.h"
#include "journal/writer.h"

enum { ACTS = 500000 };

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static void check(lg_status status, const lg_err *err)
{
    if (status == LG_OK)
        return;
    fprintf(stderr, "bench_journal: %s\n", err->text);
    exit(1);
}

static void write_all(lg_mem *mem, lg_err *err)
{
    lg_journal *journal;
    lg_text payload;
    lg_text_init(&payload, mem);
    check(lg_journal_create(mem, "bench_journal.d", err, &journal), err);
    lg_journal_pack_word(&payload, "engine", LG_VERSION);
    check(lg_journal_add(journal, LG_JOURNAL_HEADER, payload.data, payload.length, err), err);
    for (uint32_t i = 0; i < ACTS; i++) {
        lg_journal_act act = {.slot = 0, .tick = i / 100, .bytes = &i, .size = sizeof i};
        lg_text_clear(&payload);
        lg_journal_pack_act(&payload, &act);
        check(lg_journal_add(journal, LG_JOURNAL_ACT, payload.data, payload.length, err), err);
        check(lg_journal_flush(journal, err), err);
    }
    check(lg_journal_place(journal, err), err);
    lg_journal_close(journal);
    lg_text_fini(&payload);
}

int main(void)
{
    lg_mem *mem = lg_mem_system();
    lg_err err = {.status = LG_OK};
    lg_journal_past past;
    mkdir("bench_journal.d", 0777);
    double begin_s = now_s();
    write_all(mem, &err);
    double written_s = now_s();
    check(lg_journal_past_read(mem, "bench_journal.d", &past, &err), &err);
    double read_s = now_s();
    lg_journal_past_fini(&past);
    unlink("bench_journal.d/run.journal");
    rmdir("bench_journal.d");
    printf("journal: commands written, each before it acts\t%.0f\t1/s\t>= 200000\n",
           ACTS / (written_s - begin_s));
    printf("journal: commands read\t%.0f\t1/s\t\n", ACTS / (read_s - written_s));
    return 0;
}
