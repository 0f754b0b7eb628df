/* A Modbus server that is libmodbus' own: over TCP it prints its port, over a serial line it is
 * given the path. Registers 0 .. 99 hold their number times ten; holding ones can be written. Ends
 * with its standard input. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <modbus.h>

enum { REGISTERS = 100 };

static void fill(modbus_mapping_t *map)
{
    for (int i = 0; i < REGISTERS; i++)
        map->tab_registers[i] = map->tab_input_registers[i] = (uint16_t)(i * 10);
}

/* @return the socket of a client, once there is one */
static int welcome(modbus_t *line)
{
    struct sockaddr_in at = {.sin_family = AF_INET};
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0), client;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(listener, (struct sockaddr *)&at, sizeof at) != 0 || listen(listener, 1) != 0 ||
        getsockname(listener, (struct sockaddr *)&at, &size) != 0)
        exit(1);
    printf("%u\n", ntohs(at.sin_port));
    fflush(stdout);
    client = accept(listener, NULL, NULL);
    modbus_set_socket(line, client);
    return client;
}

int main(int argc, char **argv)
{
    uint8_t query[MODBUS_MAX_ADU_LENGTH];
    modbus_t *line =
        argc > 1 ? modbus_new_rtu(argv[1], 9600, 'N', 8, 1) : modbus_new_tcp("127.0.0.1", 0);
    modbus_mapping_t *map = modbus_mapping_new(0, 0, REGISTERS, REGISTERS);
    fill(map);
    modbus_set_slave(line, 7);
    if (argc > 1 && modbus_connect(line) != 0)
        return 1;
    if (argc > 1)
        puts("0"), fflush(stdout);
    int fd = argc > 1 ? modbus_get_socket(line) : welcome(line);
    for (;;) {
        struct pollfd wanted[] = {{.fd = fd, .events = POLLIN}, {.fd = 0, .events = POLLIN}};
        if (poll(wanted, 2, -1) < 0 || wanted[1].revents)
            break;
        int size = modbus_receive(line, query);
        if (size > 0)
            modbus_reply(line, query, size, map);
        else if (size < 0 && argc == 1)
            break;
    }
    modbus_mapping_free(map);
    modbus_free(line);
    return 0;
}
