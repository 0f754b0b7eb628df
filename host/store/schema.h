/* host/store/schema.h — the SQL files of this folder as text; made by the build from them */
#ifndef LG_STORE_SCHEMA_H
#define LG_STORE_SCHEMA_H

extern const char lg__schema_sql[], lg__views_sql[], lg__gsy_sql[];

#endif
