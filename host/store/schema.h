/* host/store/schema.h — schema.sql as text; made by the build from that file */
#ifndef LG_STORE_SCHEMA_H
#define LG_STORE_SCHEMA_H

extern const char lg__schema_sql[];

#endif
