/* host/app/main.c — the program; everything else is in rooms that tests can reach */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "app/cmd.h"
#include "worker/workers.h"

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], LG_WORKER_COMMAND) == 0)
        return lg_worker_main(argc, argv);
    signal(SIGXFSZ,
           SIG_IGN); /* a file-size limit is an error of the write, not the end of the process */
    int code = lg_cmd_main(lg_mem_system(), argc, argv);
    if ((fflush(stdout) != 0 || ferror(stdout)) && code == LG_EXIT_FINE) {
        perror("lunagrid: stdout");
        code = LG_EXIT_FAILED;
    }
    return code;
}
