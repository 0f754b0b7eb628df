/* tests/fuzz/once.c — runs a fuzz target over a folder of inputs and fixed noise, without libFuzzer
 *
 * So that what fuzzing once found stays found in every build, also where there is no clang. The
 * noise comes from a fixed seed: the test does the same work every time.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { INPUT_MAX = 1 << 20, NOISE_MAX = 512, NOISE_INPUTS = 500 };

static int run_file(const char *path)
{
    static uint8_t data[INPUT_MAX];
    FILE *file = fopen(path, "rb");
    if (!file) {
        fprintf(stderr, "cannot read %s\n", path);
        return 1;
    }
    size_t size = fread(data, 1, sizeof data, file);
    fclose(file);
    LLVMFuzzerTestOneInput(data, size);
    return 0;
}

static int run_folder(const char *path)
{
    DIR *folder = opendir(path);
    int failed = 0;
    if (!folder)
        return 0; /* a target without seeds */
    for (struct dirent *entry; (entry = readdir(folder));) {
        char name[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
        failed |= run_file(name);
    }
    closedir(folder);
    return failed;
}

static void run_noise(void)
{
    uint32_t state = 2463534242u; /* xorshift, Marsaglia 2003 */
    for (int i = 0; i < NOISE_INPUTS; i++) {
        uint8_t data[NOISE_MAX];
        size_t size = (size_t)i % NOISE_MAX;
        for (size_t k = 0; k < size; k++) {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            data[k] = (uint8_t)(state >> 24);
        }
        LLVMFuzzerTestOneInput(data, size);
    }
}

int main(int argc, char **argv)
{
    int failed = 0;
    for (int i = 1; i < argc; i++)
        failed |= run_folder(argv[i]);
    run_noise();
    return failed;
}
