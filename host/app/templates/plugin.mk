# Builds @NAME@.so, a plugin of lunagrid; it needs a C compiler and nothing else.
#   make
#   LUNAGRID_PLUGINS=. lunagrid plugins
# -ffast-math is refused by the host: it would change the arithmetic of the whole process.
CC ?= cc
CFLAGS ?= -O2 -g -Wall -Wextra

@NAME@.so: $(wildcard *.c) $(wildcard *.h include/lunagrid/*.h)
	$(CC) -std=gnu11 $(CFLAGS) -Iinclude -shared -fPIC -fvisibility=hidden -ffp-contract=off \
	  -Wl,-z,defs -Wl,-z,now -o $@ $(filter %.c,$^) -lm

clean:
	rm -f @NAME@.so

.PHONY: clean
