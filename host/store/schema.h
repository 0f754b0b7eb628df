/* host/store/schema.h — schema.sql and views.sql as text; made by the build from them */
#ifndef LG_STORE_SCHEMA_H
#define LG_STORE_SCHEMA_H

extern const char lg__schema_sql[], lg__views_sql[];

#endif
