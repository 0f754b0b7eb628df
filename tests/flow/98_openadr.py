"""OpenADR 3.1 of `lunagrid coordinate`: objects, who sees what, filters, notifications, and what is refused."""
import importlib.util
import json
import os
import re
import time

import flow

HERE = os.path.dirname(os.path.abspath(__file__))
spec = importlib.util.spec_from_file_location("coordination", os.path.join(HERE, "98_coordination.py"))
coordination = importlib.util.module_from_spec(spec)
spec.loader.exec_module(coordination)

BASE = "/openadr3/3.1.0"
FILE = {
    "clients": [{"id": "bl", "secret": "1001", "role": "operator", "token": "c3RhdGlj"},
                {"id": "ven", "secret": "999", "tenant": "v1"}, {"id": "ven2", "secret": "9999", "tenant": "v2"},
                {"id": "admin", "secret": "admin", "role": "both"}],
    "neighbourhoods": [{"name": "hill", "meterPointIds": ["7070001", "7070002"]}],
    "insecure_callbacks": True, "unlimited": True,
}
SECRETS = {c["id"]: c["secret"] for c in FILE["clients"]}
METADATA = {"id", "createdDateTime", "modificationDateTime", "objectType"}


class OpenAdr(flow.Flow):
    def setUp(self):
        super().setUp()
        self.write("c.json", json.dumps(FILE))
        self.server = coordination.Server(self, "c.json")

    def raw(self, client, method, path, body=None):
        headers = {"Authorization": "Bearer " + self.server.token(client, SECRETS[client])}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = body if isinstance(body, str) else json.dumps(body)
        return self.server.request(method, BASE + path, body, headers)

    def ask(self, client, method, path, body=None, code=None):
        status, headers, answer = self.raw(client, method, path, body)
        self.assertEqual(status, code or (201 if method == "POST" else 200), f"{client} {method} {path}: {answer}")
        self.assertEqual(headers["Content-Type"], "application/json")
        answer = json.loads(answer)
        if status >= 400:
            self.assertEqual(answer["status"], status)
        elif isinstance(answer, dict) and "objectType" in answer:
            self.assertLessEqual(METADATA, set(answer))
            self.assertTrue(re.fullmatch(r"[a-zA-Z0-9_-]{1,128}", answer["id"]))
        return answer

    def program(self, name="p", **more):
        return self.ask("bl", "POST", "/programs", {"programName": name, **more})

    def event(self, program, code=None, **more):
        return self.ask("bl", "POST", "/events", {"programID": program["id"], **more}, code)

    def ven(self, client, name, targets=None):
        if targets is None:
            return self.ask(client, "POST", "/vens", {"objectType": "VEN_VEN_REQUEST", "venName": name})
        return self.ask("bl", "POST", "/vens", {"objectType": "BL_VEN_REQUEST", "clientID": client, "venName": name,
                                                "targets": targets})

    def names(self, client, path, key):
        return [o[key] for o in self.ask(client, "GET", path)]

    # ---- objects ----

    def test_a_program_lives(self):
        made = self.program("tariff", attributes=[{"type": "COUNTRY", "values": ["NO"]}], programDescriptions=None)
        self.assertEqual((made["programName"], made["objectType"]), ("tariff", "PROGRAM"))
        self.assertNotIn("programDescriptions", made)
        path = "/programs/" + made["id"]
        self.assertEqual(self.ask("ven", "GET", path), made)
        changed = self.ask("bl", "PUT", path, {"programName": "tariff 2"})
        self.assertEqual((changed["id"], changed["createdDateTime"]), (made["id"], made["createdDateTime"]))
        self.assertGreater(changed["modificationDateTime"], made["modificationDateTime"])
        self.assertNotIn("attributes", changed)
        again = self.ask("bl", "PUT", path, {"programName": "tariff 2"})
        self.assertGreater(again["modificationDateTime"], changed["modificationDateTime"])
        self.program("tariff")
        self.ask("bl", "POST", "/programs", {"programName": "tariff"}, 409)
        self.ask("bl", "PUT", path, {"programName": "tariff"}, 409)
        event = self.event(made)
        self.assertEqual(self.ask("bl", "DELETE", path)["id"], made["id"])
        self.ask("bl", "GET", path, code=404)
        self.ask("bl", "DELETE", path, code=404)
        self.ask("bl", "GET", "/events/" + event["id"], code=404)

    def test_numbers_keep_their_spelling(self):
        program = self.program()
        status, _, answer = self.raw("bl", "POST", "/events", '{"programID":"%s","priority":0,"intervals":[{"id":0,'
                                     '"payloads":[{"type":"PRICE","values":[0.170,1.0,-5e-1,{"x":1.50,"y":2}]}]}]}' % program["id"])
        self.assertEqual(status, 201)
        self.assertIn(b'"values":[0.170,1.0,-5e-1,{"x":1.50,"y":2}]', answer)

    def test_reports_are_their_clients(self):
        event = self.event(self.program())
        body = {"eventID": event["id"], "clientName": "v", "resources": [{"resourceName": "AGGREGATED_REPORT", "intervals": [
            {"id": 0, "payloads": [{"type": "USAGE", "values": [3.5]}]}]}]}
        report = self.ask("ven", "POST", "/reports", body)
        self.assertEqual(report["clientID"], "ven")
        self.ask("bl", "POST", "/reports", body, 403)
        self.ask("ven2", "GET", "/reports/" + report["id"], code=404)
        self.ask("ven2", "PUT", "/reports/" + report["id"], body, 404)
        self.assertEqual(self.ask("ven2", "GET", "/reports"), [])
        self.assertEqual(len(self.ask("bl", "GET", "/reports?eventID=" + event["id"])), 1)
        self.assertEqual(len(self.ask("bl", "GET", "/reports?programID=" + event["programID"])), 1)
        self.assertEqual(self.ask("bl", "GET", "/reports?programID=none"), [])
        self.assertEqual(len(self.ask("ven", "GET", "/reports?clientName=v")), 1)
        self.ask("ven", "POST", "/reports", {**body, "eventID": "none"}, 409)
        self.ask("bl", "DELETE", "/events/" + event["id"])
        self.ask("ven", "GET", "/reports/" + report["id"], code=404)

    def test_vens_and_resources(self):
        ven = self.ven("ven", "one")
        self.assertEqual((ven["clientID"], ven["objectType"]), ("ven", "VEN"))
        self.ask("ven", "POST", "/vens", {"objectType": "VEN_VEN_REQUEST", "venName": "two"}, 409)
        self.ask("ven2", "POST", "/vens", {"objectType": "VEN_VEN_REQUEST", "venName": "one"}, 409)
        self.ask("ven2", "POST", "/vens", {"objectType": "BL_VEN_REQUEST", "clientID": "ven2", "venName": "x"}, 403)
        self.ask("ven2", "POST", "/vens", {"objectType": "VEN_VEN_REQUEST", "venName": "x", "targets": ["g"]}, 400)
        self.ask("ven2", "POST", "/vens", {"venName": "x"}, 400)
        other = self.ven("ven2", "other", targets=["g"])
        car = {"objectType": "VEN_RESOURCE_REQUEST", "resourceName": "car", "venID": ven["id"],
               "attributes": [{"type": "MAX_POWER_CONSUMPTION", "values": [7.40]}]}
        made = self.ask("ven", "POST", "/resources", car)
        self.ask("ven", "POST", "/resources", car, 409)
        self.ask("ven2", "POST", "/resources", car, 404)
        self.ask("ven2", "GET", "/resources/" + made["id"], code=404)
        self.ask("ven2", "POST", "/resources", {**car, "venID": other["id"]})
        self.assertEqual(len(self.ask("bl", "GET", "/resources")), 2)
        self.assertEqual(len(self.ask("bl", "GET", "/resources?venID=" + ven["id"])), 1)
        granted = self.ask("bl", "PUT", "/resources/" + made["id"],
                           {**car, "objectType": "BL_RESOURCE_REQUEST", "clientID": "ven", "targets": ["g", "h"]})
        self.assertEqual(granted["targets"], ["g", "h"])
        kept = self.ask("ven", "PUT", "/resources/" + made["id"], {**car, "resourceName": "van"})
        self.assertEqual((kept["targets"], kept["resourceName"], kept["clientID"]), (["g", "h"], "van", "ven"))
        self.ask("ven", "DELETE", "/vens/" + ven["id"])
        self.ask("bl", "GET", "/resources/" + made["id"], code=404)

    # ---- who sees what ----

    def test_labels_are_grants(self):
        program = self.program()
        open_, a, ab, b = (self.event(program, eventName=n, targets=t)
                           for n, t in (("open", None), ("a", ["a"]), ("ab", ["a", "b"]), ("b", ["b"])))
        seen = lambda client, query="": sorted(self.names(client, "/events" + query, "eventName"))
        self.assertEqual(seen("bl"), ["a", "ab", "b", "open"])
        self.assertEqual(seen("bl", "?targets=a"), ["a", "ab"])
        self.assertEqual(seen("bl", "?targets=a&targets=b"), ["a", "ab", "b"])
        self.assertEqual(seen("ven"), ["open"])
        ven = self.ven("ven", "one", targets=["a"])
        self.assertEqual(seen("ven"), ["a", "ab", "open"])
        self.assertEqual(seen("ven2"), ["open"])
        self.assertEqual(self.ask("ven", "GET", "/events/" + ab["id"])["targets"], ["a"])
        self.ask("ven", "GET", "/events/" + b["id"], code=404)
        self.assertEqual(seen("ven", "?targets=a"), ["a", "ab"])
        self.assertEqual(seen("ven", "?targets=b"), [])
        self.ask("bl", "POST", "/resources", {"objectType": "BL_RESOURCE_REQUEST", "clientID": "ven", "resourceName": "r",
                                              "venID": ven["id"], "targets": ["b"]})
        self.assertEqual(seen("ven"), ["a", "ab", "b", "open"])
        self.assertEqual(self.ask("ven", "GET", "/events/" + ab["id"])["targets"], ["a", "b"])
        self.assertEqual(self.names("ven", "/vens", "venName"), ["one"])
        self.assertEqual(self.names("ven", "/vens?venName=none", "venName"), [])
        self.assertEqual((open_["programID"], a["targets"]), (program["id"], ["a"]))

    def customers(self):
        """v1 has ann with a tank, who takes part, and bob with a car, who does not."""
        ec = lambda method, path, body=None, code=201: self.server.ask(method, path, body, code, "ven", "999")
        for user, home, meter, resource in (("ann", "home-1", "7070001", "tank"), ("bob", "home-2", "7070002", "heater")):
            ec("POST", "/users", {"userId": user})
            ec("POST", f"/users/{user}/locations", {"locationId": home, "meterPointIds": [meter]})
            ec("POST", f"/users/{user}/locations/{home}/resources",
               {"resourceId": resource, "resourceType": "HotWaterTank", "meterPointId": meter})
        ec("POST", "/users/ann/enrollment", code=200)
        return ec

    def signal(self, program, type_, value, targets, start="2026-03-11T01:00:00Z", duration="PT2H", code=None, **more):
        return self.event(program, code, targets=targets, intervals=[
            {"id": 0, "intervalPeriod": {"start": start, "duration": duration}, "payloads": [{"type": type_, "values": [value]}]}],
            **more)

    def test_what_an_operator_publishes_is_heard_in_both_trees(self):
        ec, program = self.customers(), self.program()
        delta = {"payloadDescriptors": [{"objectType": "EVENT_PAYLOAD_DESCRIPTOR", "payloadType": "LG_PRICE_DELTA",
                                         "units": "KWH", "currency": "NOK"}]}
        self.signal(program, "LG_PRICE_DELTA", -0.40, ["res-tank", "res-heater", "res-none"], eventName="curve", **delta)
        self.signal(program, "IMPORT_CAPACITY_LIMIT", 3.7, ["res-tank", "loc-home-1"], eventName="limit", duration="PT15M")
        self.assertEqual(sorted(self.names("ven", "/events", "eventName")), ["curve", "limit"])
        self.assertEqual(self.names("ven2", "/events", "eventName"), [])
        curve = self.ask("ven", "GET", "/events?targets=res-tank")[-1]
        self.assertEqual(curve["targets"], ["res-tank"])
        heard = [e["payload"] for e in ec("GET", "/events", code=200)["events"]
                 if e["payload"]["payloadType"] != "UserEligibility"]
        self.assertEqual([e["payloadType"] for e in heard], ["LocationLPC", "ResourceLPC", "PriceCurve"])
        self.assertEqual(heard[2]["targets"], [{"resourceId": "tank", "locationId": "home-1"}])
        self.assertEqual(heard[2]["priceCurveDelta"], {
            "points": [{"price": -0.40, "timestamp": f"2026-03-11T0{h}:00:00Z"} for h in (1, 2)],
            "energyUnit": "kWh", "currency": "NOK", "resolution": "01:00:00"})
        self.assertEqual(heard[1]["targets"], [
            {"resourceId": "tank", "locationId": "home-1", "meterPointId": "7070001", "resolution": "00:15:00",
             "points": [{"timestamp": "2026-03-11T01:00:00Z", "maxPowerInKiloWatts": 3.7}]}])
        self.assertEqual(self.server.ask("GET", "/events", None, 200, "ven2", "9999")["events"], [])
        ec("DELETE", "/users/ann/enrollment", code=204)
        self.assertEqual(self.names("ven", "/events", "eventName"), [])

    def test_what_is_simulated_in_the_one_is_seen_in_the_other(self):
        self.write("c.json", json.dumps({**FILE, "sandbox": True}))
        self.server.kill()
        self.server = coordination.Server(self, "c.json")
        ec = self.customers()
        curve = ec("POST", "/simulation/events/pricecurve", {
            "targets": [{"resourceId": "tank", "locationId": "home-1"}], "priceArea": "NO4", "priceCurveDelta": {
                "points": [{"timestamp": "2099-03-11T01:00:00Z", "price": -400}], "energyUnit": "MWh", "currency": "NOK",
                "resolution": "01:00:00"}}, 200)["simulatedEvent"]
        limit = ec("POST", "/simulation/events/lpc/locations", {"locations": [
            {"location": {"locationId": "home-1", "meterPointId": "7070001"},
             "points": [{"timestamp": "2099-03-11T01:15:00Z", "maxPowerInKiloWatts": 3.70}]}]}, 200)["simulatedEvent"]
        self.assertEqual(self.names("ven2", "/events", "eventName"), [])
        first, second = self.ask("ven", "GET", "/events?active=true")
        self.assertEqual((first["eventName"], first["priority"], first["targets"]), (limit["id"], 0, ["loc-home-1"]))
        self.assertEqual(first["intervals"], [{"id": 0, "intervalPeriod": {"start": "2099-03-11T01:15:00Z", "duration": "PT15M"},
                                               "payloads": [{"type": "IMPORT_CAPACITY_LIMIT", "values": [3.7]}]}])
        self.assertEqual((second["eventName"], second["targets"]), (curve["id"], ["res-tank"]))
        self.assertEqual(second["intervals"][0]["payloads"], [{"type": "LG_PRICE_DELTA", "values": [-0.4]}])
        self.assertEqual(self.names("bl", "/programs", "programName"), ["Energy Coordination"])

    def test_what_cannot_be_said_in_both_trees_is_refused(self):
        ec, program = self.customers(), self.program()
        for more, words in (({"start": "2026-03-11T01:05:00Z"}, "whole quarters of an hour"),
                            ({"duration": "P9999Y"}, "whole quarters of an hour"), ({}, "the currency of LG_PRICE_DELTA")):
            answer = self.signal(program, "LG_PRICE_DELTA", -0.4, ["res-tank"], code=400, **more)
            self.assertIn(words, json.dumps(answer))
        self.assertIn("not below 0", json.dumps(self.signal(program, "IMPORT_CAPACITY_LIMIT", -1, ["res-tank"], code=400)))
        self.assertEqual(self.names("bl", "/events", "eventName"), [])
        # of those who do not take part, and of other labels, any event is fine
        self.signal(program, "LG_PRICE_DELTA", -0.4, ["res-heater", "north"], start="2026-03-11T01:05:00Z")
        self.assertEqual([e for e in ec("GET", "/events", code=200)["events"]
                          if e["payload"]["payloadType"] != "UserEligibility"], [])

    def test_the_settings_for_a_suite_of_others_are_what_it_expects(self):
        file = os.path.join(flow.SOURCE, "tests/interop/coordination/clj-oa3-test.json")
        server = coordination.Server(self, file)
        def ask(token, method, path, body=None):
            return server.request(method, BASE + path, body and json.dumps(body),
                                  {"Authorization": "Bearer " + token, "Content-Type": "application/json"})[0]
        bl, ven = "YmxfY2xpZW50OjEwMDE=", "dmVuX2NsaWVudDo5OTk="
        self.assertEqual([ask(t, "GET", "/programs") for t in (bl, ven, "dmVuX2NsaWVudDI6OTk5OQ==", "bad_token")],
                         [200, 200, 200, 403])
        self.assertEqual(ask(bl, "POST", "/events", {"programID": "none"}), 400)
        self.assertEqual(ask(ven, "POST", "/programs", {"programName": "p"}), 403)
        self.assertEqual(ask(bl, "POST", "/reports", {"programID": "p"}), 403)

    def test_scopes_narrow(self):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        login = "grant_type=client_credentials&client_id=bl&client_secret=1001&scope="
        status, _, answer = self.server.request("POST", BASE + "/auth/token", login + "read_all+write_vens_bl", form)
        self.assertEqual(status, 200)
        token = {"Authorization": "Bearer " + json.loads(answer)["access_token"], "Content-Type": "application/json"}
        self.assertEqual(self.server.request("GET", BASE + "/programs", headers=token)[0], 200)
        self.assertEqual(self.server.request("POST", BASE + "/programs", '{"programName":"x"}', token)[0], 403)
        status, _, answer = self.server.request("POST", BASE + "/auth/token", login + "everything", form)
        self.assertEqual((status, json.loads(answer)["error"]), (400, "invalid_scope"))
        self.ask("ven", "POST", "/programs", {"programName": "x"}, 403)
        self.ask("ven", "POST", "/events", {"programID": "x"}, 403)
        self.assertEqual(self.server.request("GET", BASE + "/programs")[0], 401)
        for token, code in (("bad_token", 403), ("c3RhdGlj", 200)):
            headers = {"Authorization": "Bearer " + token}
            self.assertEqual(self.server.request("GET", BASE + "/programs", headers=headers)[0], code)
        status, _, answer = self.server.request("GET", BASE + "/auth/server")
        self.assertTrue(json.loads(answer)["tokenURL"].endswith(BASE + "/auth/token"))
        # an operator is nobody's aggregator
        headers = {"Authorization": "Bearer c3RhdGlj"}
        self.assertEqual(self.server.request("GET", coordination.BASE + "/users", headers=headers)[0], 403)

    # ---- lists ----

    def test_lists_have_an_order_and_pages(self):
        program = self.program()
        for i in range(60):
            self.event(program, eventName=f"e{i}", priority=None if i % 2 else 59 - i)
        names = self.names("ven", "/events", "eventName")
        self.assertEqual(len(names), 50)
        names += self.names("ven", "/events?skip=50", "eventName")
        self.assertEqual(names, [f"e{i}" for i in range(58, -1, -2)] + [f"e{i}" for i in range(59, 0, -2)])
        self.assertEqual(self.names("ven", "/events?limit=2&skip=1", "eventName"), ["e56", "e54"])
        self.assertEqual(self.ask("ven", "GET", "/events?limit=0"), [])
        self.assertEqual(self.ask("ven", "GET", "/events?programID=none"), [])
        for query in ("limit=51", "limit=-1", "limit=x", "skip=-1", "active=maybe", "limit=1&limit=2"):
            self.ask("ven", "GET", "/events?" + query, code=400)

    def test_events_are_active_until_they_are_over(self):
        program = self.program()
        payload = [{"type": "SIMPLE", "values": [1]}]
        for name, more in (
                ("always", {}),
                ("past", {"intervals": [{"id": 0, "intervalPeriod": {"start": "2020-01-01T00:00:00Z", "duration": "PT1H"},
                                         "payloads": payload}]}),
                ("months", {"intervalPeriod": {"start": "2020-01-31T00:00:00Z", "duration": "P1200M"},
                            "intervals": [{"id": 0, "payloads": payload}]}),
                ("ever", {"intervalPeriod": {"start": "0001-01-01T00:00:00Z", "duration": "P9999Y"},
                          "intervals": [{"id": 0, "payloads": payload}]}),
                ("now", {"intervalPeriod": {"start": "0001-01-01", "duration": "PT1H"}, "intervals": [{"id": 0, "payloads": payload}]}),
                ("cancelled", {"intervalPeriod": {"start": "0001-01-01T00:00:00Z", "duration": "PT0S"},
                               "intervals": [{"id": 0, "payloads": payload}]}),
                ("repeats", {"duration": "P100Y", "intervalPeriod": {"start": "2020-01-01T00:00:00Z", "duration": "PT1H"},
                             "intervals": [{"id": 0, "payloads": payload}]})):
            self.event(program, eventName=name, **more)
        self.assertEqual(sorted(self.names("ven", "/events?active=true", "eventName")),
                         ["always", "ever", "months", "now", "repeats"])
        self.assertEqual(sorted(self.names("ven", "/events?active=false", "eventName")), ["cancelled", "past"])

    # ---- what is refused ----

    def test_what_is_no_object(self):
        program = self.program()
        interval = {"id": 0, "payloads": [{"type": "PRICE", "values": [1]}]}
        cases = [
            ({}, "programID"), ({"programID": "a b"}, "programID"), ({"programID": program["id"], "priority": -1}, "priority"),
            ({"programID": program["id"], "priority": 1.5}, "priority"),
            ({"programID": program["id"], "duration": "1h"}, "duration"),
            ({"programID": program["id"], "targets": [1]}, "targets"), ({"programID": program["id"], "targets": [""]}, "targets"),
            ({"programID": program["id"], "intervals": [{"payloads": []}]}, "intervals[0].id"),
            ({"programID": program["id"], "intervals": [{"id": 0}]}, "intervals[0].payloads"),
            ({"programID": program["id"], "intervals": [interval, {"id": 1, "payloads": [{"values": [1]}]}]},
             "intervals[1].payloads[0].type"),
            ({"programID": program["id"], "intervals": [{"id": 0, "payloads": [{"type": "SIMPLE", "values": [4]}]}]},
             "intervals[0].payloads[0].values"),
            ({"programID": program["id"], "intervalPeriod": {"start": "soon"}}, "intervalPeriod.start"),
            ({"programID": program["id"], "reportDescriptors": [{}]}, "reportDescriptors[0].payloadType"),
        ]
        for body, path in cases:
            self.assertIn(path, self.ask("bl", "POST", "/events", body, 400)["errors"], body)
        self.ask("bl", "POST", "/events", {"programID": "none"}, 409)
        self.ask("bl", "POST", "/programs", {"programName": ""}, 400)
        self.ask("bl", "POST", "/programs", {"programName": "x" * 129}, 400)
        self.ask("bl", "PATCH", "/programs", {}, 405)
        self.ask("bl", "GET", "/nothing", code=404)
        self.assertEqual(self.ask("bl", "GET", "/events"), [])

    # ---- notifications ----

    def subscription(self, client, receiver, code=None, **more):
        return self.ask(client, "POST", "/subscriptions", {"clientName": client, "objectOperations": [
            {"objects": ["PROGRAM", "EVENT"], "operations": ["POST", "UPDATE", "DELETE"], "callbackUrl": receiver.url,
             "bearerToken": "b-" + client}], **more}, code)

    def test_who_subscribes_is_told_what_it_may_see(self):
        ours, theirs = coordination.Receiver(self), coordination.Receiver(self, (500, 200))
        program, other = self.program("one"), self.program("two")
        self.ven("ven", "one", targets=["a"])
        self.subscription("ven", ours, programID=program["id"])
        made = self.subscription("bl", theirs)
        secret = self.event(program, eventName="secret", targets=["b"])
        event = self.event(program, eventName="ours", targets=["a", "b"])
        self.event(other, eventName="elsewhere")
        self.ask("bl", "DELETE", "/events/" + event["id"])
        heard = [json.loads(b) for _, _, b in ours.wait(2)]
        self.assertEqual([(h["objectType"], h["operation"], h["object"]["eventName"]) for h in heard],
                         [("EVENT", "CREATE", "ours"), ("EVENT", "DELETE", "ours")])
        self.assertEqual(heard[0]["object"]["targets"], ["a"])
        self.assertEqual(ours.heard[0][1]["Authorization"], "Bearer b-ven")
        all_ = [json.loads(b) for _, _, b in theirs.wait(5)]
        self.assertEqual(all_[0], all_[1])  # the first was not taken
        self.assertEqual([(h["operation"], h["object"]["eventName"]) for h in all_[1:]],
                         [("CREATE", "secret"), ("CREATE", "ours"), ("CREATE", "elsewhere"), ("DELETE", "ours")])
        self.assertEqual((all_[1]["object"]["id"], all_[1]["object"]["targets"]), (secret["id"], ["b"]))
        self.ask("ven", "GET", "/subscriptions/" + made["id"], code=404)
        self.ask("ven", "DELETE", "/subscriptions/" + made["id"], code=404)
        self.assertEqual(len(self.ask("bl", "GET", "/subscriptions")), 2)
        self.assertEqual(len(self.ask("bl", "GET", "/subscriptions?objects=EVENT&clientName=ven")), 1)
        self.assertEqual(self.ask("bl", "GET", "/subscriptions?objects=REPORT"), [])
        self.assertEqual(len(self.ask("ven", "GET", "/subscriptions")), 1)
        self.ask("bl", "DELETE", "/subscriptions/" + made["id"])

    def test_topics_are_named(self):
        program, ven = self.program(), self.ven("ven", "one")
        self.assertEqual(self.ask("ven", "GET", "/notifiers"), {"WEBHOOK": True})
        self.assertEqual(self.ask("bl", "GET", "/notifiers/mqtt/topics/programs")["topics"],
                         {"CREATE": "programs/create", "UPDATE": "programs/update", "DELETE": "programs/delete",
                          "ALL": "programs/+"})
        self.assertNotIn("CREATE", self.ask("ven", "GET", "/notifiers/mqtt/topics/programs/" + program["id"])["topics"])
        topics = self.ask("ven", "GET", f"/notifiers/mqtt/topics/vens/{ven['id']}/events")["topics"]
        self.assertEqual(topics["CREATE"], f"events/vens/{ven['id']}/create")
        self.ask("ven2", "GET", f"/notifiers/mqtt/topics/vens/{ven['id']}/events", code=404)
        for name in ("events", "reports", "subscriptions", "vens", "resources"):
            self.ask("ven", "GET", "/notifiers/mqtt/topics/" + name, code=403)
            self.ask("bl", "GET", "/notifiers/mqtt/topics/" + name)

    # ---- the store ----

    def test_objects_survive_a_kill(self):
        receiver = coordination.Receiver(self, (500, 200))
        self.server = coordination.Server(self, "c.json", "--store", "c.sqlite")
        self.subscription("bl", receiver)
        event = self.event(self.program(), targets=["a"])
        self.ven("ven", "one", targets=["a"])
        receiver.wait(1)
        time.sleep(0.2)
        lists = [self.ask("bl", "GET", "/" + c) for c in ("programs", "events", "vens", "subscriptions")]
        self.server.kill()
        self.server = coordination.Server(self, "c.json", "--store", "c.sqlite")
        self.assertEqual([self.ask("bl", "GET", "/" + c) for c in ("programs", "events", "vens", "subscriptions")], lists)
        self.assertEqual(self.ask("ven", "GET", "/events/" + event["id"])["targets"], ["a"])
        heard = [json.loads(b)["objectType"] for _, _, b in receiver.wait(3)]
        self.assertEqual(heard, ["PROGRAM", "PROGRAM", "EVENT"])


if __name__ == "__main__":
    flow.main()
