/* Addresses that are not everybody's: RFC 6890 for both families, and IPv4 inside of IPv6. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include "web/post.h"

static bool is_public4(uint32_t a)
{
    static const struct {
        uint32_t net;
        int bits;
    } special[] = {
        {0x00000000, 8},  {0x0a000000, 8},  {0x64400000, 10}, {0x7f000000, 8},  {0xa9fe0000, 16},
        {0xac100000, 12}, {0xc0000000, 24}, {0xc0000200, 24}, {0xc0586300, 24}, {0xc0a80000, 16},
        {0xc6120000, 15}, {0xc6336400, 24}, {0xcb007100, 24}, {0xe0000000, 3}, /* and above */
    };
    for (size_t i = 0; i < sizeof special / sizeof *special; i++)
        if ((a ^ special[i].net) >> (32 - special[i].bits) == 0)
            return false;
    return true;
}

static uint32_t at(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* Of the global unicast 2000::/3 only, without documents, tunnels and what stands for IPv4. */
static bool is_public6(const uint8_t *b)
{
    static const uint8_t mapped[12] = {[10] = 0xff, 0xff}, nat64[12] = {0, 0x64, 0xff, 0x9b};
    if (memcmp(b, mapped, 12) == 0 || memcmp(b, nat64, 12) == 0)
        return is_public4(at(b + 12));
    if (b[0] == 0x20 && b[1] == 0x02)
        return is_public4(at(b + 2)); /* 6to4 */
    bool documents = at(b) == 0x20010db8, special = b[0] == 0x20 && b[1] == 0x01 && b[2] < 2;
    return (b[0] & 0xe0) == 0x20 && !documents && !special;
}

bool lg_web_is_public_address(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET)
        return is_public4(ntohl(((const struct sockaddr_in *)address)->sin_addr.s_addr));
    if (address->sa_family == AF_INET6)
        return is_public6(((const struct sockaddr_in6 *)address)->sin6_addr.s6_addr);
    return false;
}
