# Writes OUTPUT, the .proto file SOURCE as protoc-c is to read it. The bytes on the wire are the same:
#   - packages are cut down, so that names in C stay short;
#   - a Struct is bytes: its type refers to itself, and protobuf-c would follow it as deep as a client likes
#     (plugins/gateway_grpc/payload.c checks it instead);
#   - an optional field is a oneof of its own, which is how proto3 defines it: protoc-c 1.4 knows no others.
file(READ "${SOURCE}" text)
string(REPLACE "google.protobuf.Struct payload" "bytes payload" text "${text}")
string(REPLACE "import \"google/protobuf/struct.proto\";\n" "" text "${text}")
string(REPLACE "frequenz.api.electricity_trading.electricity_trading.v1" "et" text "${text}")
string(REPLACE "frequenz.api.microgrid.v1alpha" "mg" text "${text}")
string(REPLACE "frequenz.api.microgrid" "mg15" text "${text}")
string(REPLACE "frequenz.api.common.v1alpha8." "fc." text "${text}")
string(REPLACE "frequenz.api.common." "fc15." text "${text}")
string(REPLACE "package lunagrid.compat.trading_08" "package et08" text "${text}")
string(REPLACE "optional DeliveryTimeFilter " "DeliveryTimeFilter " text "${text}")
string(REGEX REPLACE "optional ([A-Za-z0-9_.]+) ([a-z_]+) = ([0-9]+);"
       "oneof has_\\2 { \\1 \\2 = \\3; }" text "${text}")
file(WRITE "${OUTPUT}" "${text}")
