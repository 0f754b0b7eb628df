/* host/driver/gateway_call.h — around calls into a gateway, as around those of devices and rules:
 * whoever ends the program in one is named */
#ifndef LG_DRIVER_GATEWAY_CALL_H
#define LG_DRIVER_GATEWAY_CALL_H

/** From here to lg_gateway_leave() the gateway called @p name is at work in @p function; texts are
 * borrowed. Calls come one at a time. */
void lg_gateway_enter(const char *name, const char *function);
/** A floating-point mode that it has changed is put back. */
void lg_gateway_leave(void);

#endif
