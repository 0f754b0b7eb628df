/* The system maps the segments of a library unseen and faults when it touches a page that is not
 * there. A copy that was broken off is the common case, so only ends are looked at. */
#include "driver/elf.h"

#include <link.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include "base/input.h"

/* The end of @p count records of @p size bytes from @p first on; UINT64_MAX: past all numbers. */
static uint64_t end_of(uint64_t first, uint64_t count, uint64_t size)
{
    uint64_t bytes, end;
    return __builtin_mul_overflow(count, size, &bytes) || __builtin_add_overflow(first, bytes, &end)
               ? UINT64_MAX
               : end;
}

/* Where the last of the segments ends; UINT64_MAX when they cannot be read. */
static uint64_t end_of_segments(FILE *file, const ElfW(Ehdr) * header)
{
    uint64_t most = 0;
    if (header->e_phentsize != sizeof(ElfW(Phdr)) ||
        fseeko(file, (off_t)header->e_phoff, SEEK_SET) != 0)
        return UINT64_MAX;
    for (uint32_t i = 0; i < header->e_phnum; i++) {
        ElfW(Phdr) segment;
        if (fread(&segment, sizeof segment, 1, file) != 1)
            return UINT64_MAX;
        uint64_t end = end_of(segment.p_offset, segment.p_filesz, 1);
        most = end > most ? end : most;
    }
    return most;
}

lg_status lg__elf_check(const char *path, lg_err *err)
{
    const char *why;
    struct stat info;
    ElfW(Ehdr) header = {.e_ident = {0}};
    FILE *file = lg_input_open(path, &why);
    if (!file || fstat(fileno(file), &info) != 0) {
        if (file)
            fclose(file);
        return LG_OK; /* dlopen() has the words for it */
    }
    uint64_t size = (uint64_t)info.st_size, need = 0;
    size_t got = fread(&header, 1, sizeof header, file);
    bool is_elf = memcmp(header.e_ident, ELFMAG, SELFMAG) == 0;
    if (is_elf && got < sizeof header) {
        need = sizeof header;
    } else if (is_elf &&
               header.e_ident[EI_CLASS] == (sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32)) {
        uint64_t sections = end_of(header.e_shoff, header.e_shnum, header.e_shentsize);
        need = end_of_segments(file, &header);
        need = sections > need ? sections : need;
    }
    fclose(file);
    if (need <= size)
        return LG_OK;
    return need == UINT64_MAX
               ? lg_fail(err, LG_PLUGIN, "it is cut off or damaged: its header does not fit it")
               : lg_fail(err, LG_PLUGIN,
                         "it is cut off: it has %llu bytes and its header speaks of %llu",
                         (unsigned long long)size, (unsigned long long)need);
}
