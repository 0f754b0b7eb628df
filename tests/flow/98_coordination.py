"""`lunagrid coordinate`: what aggregators may do, what reaches them, who is refused, and that nothing accepted is lost."""
import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import re
import signal
import socket
import subprocess
import threading
import time

import flow

BASE = "/energy-coordination/v1"
PUBLISHED = os.path.join(flow.SOURCE, "..", "shared", "specs", "energy-coordination-openapi.json")
FILE = {
    "clients": [{"id": "n", "secret": "north", "tenant": "north"}, {"id": "s", "secret": "south", "tenant": "south"}],
    "neighbourhoods": [{"name": "hill", "polygon": [[60, 4], [60, 6], [61, 5]], "meterPointIds": ["7070001"]},
                       {"name": "north", "polygon": [[79.4, 15.8], [79.4, 16.2], [79.6, 16.2], [79.6, 15.8]]}],
    "sandbox": True, "insecure_callbacks": True, "unlimited": True, "eligibility_minutes": 0,
}


class Server:
    """`lunagrid coordinate` in the background, at a port of its own."""

    def __init__(self, test, *words, address="127.0.0.1:0"):
        self.test = test
        self.process = subprocess.Popen([flow.PROGRAM, "coordinate", "--serve=" + address, *words], cwd=test.folder,
                                        text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        env=test.environment())
        test.addCleanup(self.kill)
        said = self.process.stdout.readline()
        found = re.search(r"http://([\d.]+):(\d+)", said)
        test.assertTrue(found, f"{said} {self.process.stderr.read() if not said else ''}")
        self.host, self.port = found.group(1), int(found.group(2))
        self.tokens = {}

    def kill(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.communicate()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.test.assertEqual(self.process.wait(30), 0)

    def request(self, method, path, body=None, headers=None):
        link = http.client.HTTPConnection(self.host, self.port, timeout=30)
        try:
            link.request(method, path, body, headers or {})
            answer = link.getresponse()
            return answer.status, answer.headers, answer.read()
        finally:
            link.close()

    def token(self, client="n", secret="north"):
        if client not in self.tokens:
            code, headers, body = self.request(
                "POST", "/connect/token", f"grant_type=client_credentials&client_id={client}&client_secret={secret}",
                {"Content-Type": "application/x-www-form-urlencoded"})
            self.test.assertEqual(code, 200, body)
            self.test.assertEqual(headers["Cache-Control"], "no-store")
            answer = json.loads(body)
            self.test.assertEqual((answer["token_type"], answer["expires_in"]), ("Bearer", 3600))
            self.tokens[client] = answer["access_token"]
        return self.tokens[client]

    def ask(self, method, path, body=None, code=200, client="n", secret="north"):
        headers = {"Authorization": "Bearer " + self.token(client, secret)}
        if body is not None:
            headers["Content-Type"] = "application/json"
            body = body if isinstance(body, str) else json.dumps(body)
        status, heads, answer = self.request(method, BASE + path, body, headers)
        self.test.assertEqual(status, code, f"{method} {path}: {answer}")
        if status >= 400:
            self.test.assertEqual(heads["Content-Type"], "application/problem+json")
            problem = json.loads(answer)
            self.test.assertEqual(problem["status"], status)
            self.test.assertEqual(problem["instance"], heads["X-Request-Id"])
            return problem
        schema = self.test.schema_of(method, path, status) if hasattr(self.test, "schema_of") else None
        value = json.loads(answer) if answer else None
        if schema:
            self.test.fits(value, schema, f"{method} {path}")
        return value


class Receiver:
    """Somebody's webhook: answers with the codes it was given, the last one from then on."""

    def __init__(self, test, codes=(200,)):
        receiver = self
        self.codes, self.heard = list(codes), []
        self.more = threading.Condition()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with receiver.more:
                    receiver.heard.append((time.monotonic(), dict(self.headers), body))
                    code = receiver.codes.pop(0) if len(receiver.codes) > 1 else receiver.codes[0]
                    receiver.more.notify_all()
                self.send_response(code)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        class Many(http.server.ThreadingHTTPServer):
            request_queue_size = 1024  # all come at once

        self.server = Many(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/notify"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        test.addCleanup(self.server.server_close)
        test.addCleanup(self.server.shutdown)

    def wait(self, count, seconds=60):
        with self.more:
            self.more.wait_for(lambda: len(self.heard) >= count, seconds)
            return list(self.heard)


class Coordination(flow.Flow):
    def setUp(self):
        super().setUp()
        self.write("c.json", json.dumps(FILE))
        self.published = None
        if os.path.exists(PUBLISHED):
            with open(PUBLISHED, encoding="utf-8") as file:
                self.published = json.load(file)

    # The published file, where it is at hand: every answer of every test is held against it.

    def schema_of(self, method, path, status):
        if not self.published:
            return None
        parts = path.split("?")[0].strip("/").split("/")
        found = []
        for pattern, methods in self.published["paths"].items():
            names = pattern.strip("/").split("/")
            if method.lower() in methods and len(names) == len(parts) and all(
                    n.startswith("{") or n.lower() == p.lower() for n, p in zip(names, parts)):
                found.append((pattern.count("{"), pattern))
        self.assertTrue(found, f"{method} {path} is not published")
        answers = self.published["paths"][min(found)[1]][method.lower()]["responses"]
        self.assertIn(str(status), answers, f"{method} {path}")
        return answers[str(status)].get("content", {}).get("application/json", {}).get("schema")

    def resolve(self, schema):
        while "$ref" in schema:
            schema = self.published["components"]["schemas"][schema["$ref"].split("/")[-1]]
        return schema

    def fits(self, value, schema, where):
        """A small judge of schemas: types, required and unknown fields, enumerations, alternatives by payloadType."""
        schema = self.resolve(schema)
        if "oneOf" in schema or "discriminator" in schema:
            mapping = (schema.get("discriminator") or {}).get("mapping", {})
            kind = value["payloadType"]
            ref = mapping.get(kind) or next(r["$ref"] for r in schema["oneOf"] if r["$ref"].endswith(kind + "Payload"))
            if self.resolve({"$ref": ref}) is not schema:
                schema = self.resolve({"$ref": ref})
        if value is None:
            self.assertTrue(schema.get("nullable"), f"{where} is null")
            return
        if "enum" in schema:
            self.assertIn(value, schema["enum"], where)
        kind = schema.get("type")
        if kind == "array":
            self.assertIsInstance(value, list, where)
            for i, one in enumerate(value):
                self.fits(one, schema["items"], f"{where}[{i}]")
        elif kind == "object":
            self.assertIsInstance(value, dict, where)
            known = dict(schema.get("properties", {}))
            for base in schema.get("allOf", []):
                known.update(self.resolve(base).get("properties", {}))
            for name in schema.get("required", []):
                self.assertIn(name, value, where)
            for name, one in value.items():
                if name not in known:
                    self.assertEqual(name, "metadata", f"{where} has a field that is not published")
                else:
                    self.fits(one, known[name], f"{where}.{name}")
        elif kind:
            types = {"string": str, "integer": int, "number": (int, float), "boolean": bool}
            self.assertIsInstance(value, types[kind], where)

    def server(self, *words, **more):
        return Server(self, "c.json", *words, **more)

    def told(self, server, added, removed):
        """Waits until the newest event of eligibility says so."""
        deadline = time.monotonic() + 30
        while True:
            told = [e["payload"] for e in server.ask("GET", "/events")["events"]
                    if e["payload"]["payloadType"] == "UserEligibility"]
            if told and (told[0]["addedUsers"], told[0]["removedUsers"]) == (added, removed):
                return
            self.assertLess(time.monotonic(), deadline, told)
            time.sleep(0.05)

    # ---- what aggregators do ----

    def test_from_registering_to_being_paid(self):
        server = self.server()
        server.ask("POST", "/users/batch", {"users": [{"userId": "ann"}, {"userId": "bob"}]}, 201)
        server.ask("POST", "/users/locations/batch", {"locations": [
            {"locationId": "home-1", "userId": "ann", "locationType": "Residential", "meterPointIds": ["7070001"]},
            {"locationId": "home-2", "userId": "bob", "coordinates": {"latitude": 60.5, "longitude": 5.0}}]}, 201)
        server.ask("POST", "/users/ann/locations/home-1/resources",
                   {"resourceId": "tank", "resourceType": "HotWaterTank", "metadata": {"capacity": 200}}, 201)
        server.ask("POST", "/users/bob/vehicles", {"resourceId": "car", "resourceType": "Vehicle"}, 201)
        self.assertEqual(server.ask("GET", "/users/bob/eligibility")["isEligible"], True)
        self.assertEqual(server.ask("GET", "/meters/7070001/eligible")["isEligible"], True)
        self.assertEqual(server.ask("GET", "/meters/1/eligible")["isEligible"], False)
        self.assertEqual(server.ask("GET", "/users/ann/enrollment")["isEnrolled"], False)
        for user in ("ann", "bob"):
            first = server.ask("POST", f"/users/{user}/enrollment")
            self.assertEqual(server.ask("POST", f"/users/{user}/enrollment"), first)
        self.told(server, ["ann", "bob"], [])
        # this month: a fixed hour of it, wherever the test runs
        hour = time.strftime("%Y-%m-15T01:00:00Z", time.gmtime())
        event = server.ask("POST", "/simulation/events/pricecurve", {"priceCurveDelta": {
            "points": [{"timestamp": hour, "price": -0.40}], "energyUnit": "kWh", "currency": "NOK",
            "resolution": "01:00:00"}, "priceArea": "NO4"})["simulatedEvent"]
        self.assertEqual({t["resourceId"] for t in event["payload"]["targets"]}, {"tank", "car"})
        self.assertEqual(server.ask("GET", "/events/" + event["id"]), event)
        server.ask("POST", "/reports", {"eventId": event["id"], "payloads": [
            {"payloadType": "EnergyUsage", "resourceId": "tank", "resolution": "01:00:00",
             "points": [{"timestamp": hour, "kiloWattHours": 6.9}]},
            {"payloadType": "EnergyUsage", "resourceId": "car", "resolution": "01:00:00",
             "points": [{"timestamp": hour, "kiloWattHours": 2.5}]}]})
        ann, bob = (server.ask("GET", f"/users/{u}/compensation")["locationCompensations"] for u in ("ann", "bob"))
        self.assertEqual([(c["locationId"], c["activeAmount"], c["blockedAmount"], c["problems"]) for c in ann],
                         [("home-1", 2.76, 0, [])])
        self.assertEqual([(c["activeAmount"], c["blockedAmount"], c["problems"][0]["problemType"]) for c in bob],
                         [(0, 1.0, "MissingMpidOnLocation")])
        # a meter point solves the problem
        server.ask("PATCH", "/users/bob/locations/home-2", {"meterPointIds": ["7070002"]})
        bob = server.ask("GET", "/users/bob/compensation")["locationCompensations"]
        self.assertEqual((bob[0]["activeAmount"], bob[0]["blockedAmount"], bob[0]["problems"]), (1.0, 0, []))
        # moving out of the neighbourhood ends eligibility, and is told
        server.ask("PATCH", "/users/bob/locations/home-2", {"coordinates": {"latitude": 0, "longitude": 0}})
        self.assertEqual(server.ask("GET", "/users/bob/eligibility")["isEligible"], False)
        self.told(server, [], ["bob"])
        server.ask("DELETE", "/users/bob", code=204)
        server.ask("GET", "/resources/car", code=404)
        server.ask("DELETE", "/users/ann/enrollment", code=204)
        server.ask("DELETE", "/users/ann/enrollment", code=404)

    def test_limits_are_answered_and_obeyed_or_declined(self):
        server = self.server()
        server.ask("POST", "/simulation/partner", code=201)
        event = server.ask("POST", "/simulation/events/lpc/resources", {})["simulatedEvent"]
        target = {k: event["payload"]["targets"][0][k] for k in ("resourceId", "locationId", "meterPointId")}
        server.ask("POST", "/reports", {"eventId": event["id"], "payloads": [
            {"payloadType": "ResourceLPCAcknowledgement", "acknowledgedTargets": [target]}]})
        problem = server.ask("POST", "/reports", {"eventId": event["id"], "payloads": [
            {"payloadType": "ResourceLPCAcknowledged", "declinedTargets": [dict(target, resourceId="other")]}]}, 400)
        self.assertEqual(list(problem["errors"]), ["payloads[0].declinedTargets[0]"])
        event = server.ask("POST", "/simulation/events/lpc/locations", {})["simulatedEvent"]
        where = {k: event["payload"]["targets"][0][k] for k in ("locationId", "meterPointId")}
        hours = [{"timestamp": p["timestamp"], "kiloWattHours": 1.5} for p in event["payload"]["targets"][0]["points"]]
        server.ask("POST", "/reports", {"eventId": event["id"], "payloads": [
            {"payloadType": "LocationLPCAcknowledgement", "declinedTargets": [where]},
            dict(where, payloadType="LocationEnergyUsage", resolution="01:00:00", points=hours),
            dict(where, payloadType="LocationEnergyUsagePlan", resolution="01:00:00", baseline=hours, flexibility=hours)]})
        server.ask("POST", "/simulation/events/usereligibility")
        self.assertEqual(server.ask("GET", "/users")["pagination"]["totalRecords"], 3)
        server.ask("DELETE", "/simulation/partner")
        self.assertEqual(server.ask("GET", "/users")["users"], [])
        server.ask("POST", "/simulation/events/pricecurve", {}, 400)

    def test_tenants_do_not_see_each_other(self):
        server = self.server()
        south = {"client": "s", "secret": "south"}
        server.ask("POST", "/users", {"userId": "ann"}, 201)
        server.ask("GET", "/users/ann", code=404, **south)
        server.ask("DELETE", "/users/ann", code=404, **south)
        server.ask("POST", "/users", {"userId": "ann"}, 201, **south)
        server.ask("POST", "/users", {"userId": "ann"}, 409)
        self.assertEqual(len(server.ask("GET", "/users", **south)["users"]), 1)
        hook = server.ask("POST", "/webhooks", {"webhookUrl": "http://127.0.0.1:1/"}, 201)
        server.ask("GET", "/webhooks/" + hook["webhookId"], code=404, **south)
        self.assertEqual(server.ask("GET", "/webhooks", **south)["webhooks"], [])

    def test_lists_have_pages(self):
        server = self.server()
        server.ask("POST", "/users/batch", {"users": [{"userId": f"u{i}"} for i in range(250)]}, 201)
        self.assertEqual(len(server.ask("GET", "/users")["users"]), 100)
        last = server.ask("GET", "/users?page=3")
        self.assertEqual([u["userId"] for u in last["users"]], [f"u{i}" for i in range(200, 250)])
        self.assertEqual(last["pagination"], {"totalRecords": 250, "pageSize": 100, "currentPage": 3, "totalPages": 3,
                                              "nextPage": None, "previousPage": 2})
        self.assertEqual(server.ask("GET", "/users?page=9&pageSize=1000")["users"], [])
        for query in ("page=0", "page=-1", "page=x", "page=", "pageSize=1001", "pageSize=0", "page=1&page=2"):
            self.assertEqual(list(server.ask("GET", "/users?" + query, code=400)["errors"])[0], query.split("=")[0])

    # ---- webhooks ----

    def hook(self, server, receiver, **more):
        return server.ask("POST", "/webhooks", {"webhookUrl": receiver.url, "webhookSecret": "s3cret ø", **more}, 201)

    def test_notifications_are_signed_and_logged(self):
        server, receiver = self.server(), Receiver(self)
        server.ask("POST", "/simulation/partner", code=201)
        hook = self.hook(server, receiver, notificationTypes=["PriceCurveCreated"], name="ours")
        self.assertEqual((hook["status"], hook["enabled"], hook["name"]), ("New", True, "ours"))
        self.assertNotIn("webhookSecret", hook)
        event = server.ask("POST", "/simulation/events/pricecurve", {})["simulatedEvent"]
        (_, headers, body), = receiver.wait(1)
        mac = hmac.new("s3cret ø".encode(), body, hashlib.sha256).digest()
        self.assertEqual(headers["X-Payload-Signature"], base64.b64encode(mac).decode())
        self.assertEqual(headers["Content-Type"], "application/json")
        sent = json.loads(body)
        if self.published:
            self.fits(sent, {"$ref": "#/components/schemas/EventNotification"}, "notification")
        self.assertEqual((sent["eventId"], sent["notificationType"]), (event["id"], "PriceCurveCreated"))
        self.assertEqual(sent["payload"], event["payload"])
        deadline = time.monotonic() + 30
        while not server.ask("GET", "/webhooks/logs")["webhookNotificationLogs"] and time.monotonic() < deadline:
            time.sleep(0.05)
        log = server.ask("GET", f"/webhooks/logs?webhookId={hook['webhookId']}")["webhookNotificationLogs"]
        self.assertEqual([(l["notificationId"], l["responseStatusCode"], l["sparkSignature"]) for l in log],
                         [(sent["notificationId"], 200, headers["X-Payload-Signature"])])
        one = server.ask("GET", "/webhooks/logs/" + sent["notificationId"])
        self.assertEqual(one["notificationContent"].encode(), body)
        self.assertEqual(server.ask("GET", "/webhooks/" + hook["webhookId"])["status"], "Healthy")
        # switched off, nothing is queued, and nothing is sent later
        server.ask("PUT", f"/webhooks/{hook['webhookId']}/enabled?enabled=false", code=204)
        server.ask("POST", "/simulation/events/pricecurve", {})
        self.assertEqual(server.ask("PATCH", "/webhooks/" + hook["webhookId"], {"enabled": True})["enabled"], True)
        last = server.ask("POST", "/simulation/events/pricecurve", {})["simulatedEvent"]
        self.assertEqual(json.loads(receiver.wait(2)[1][2])["eventId"], last["id"])
        self.assertEqual(server.ask("PUT", "/webhooks/" + hook["webhookId"],
                                    {"webhookUrl": receiver.url, "enabled": False, "notificationTypes": []})["name"], None)
        server.ask("DELETE", "/webhooks/" + hook["webhookId"], code=204)
        server.ask("DELETE", "/webhooks/" + hook["webhookId"], code=404)

    def test_a_failure_is_tried_again_with_the_same_bytes_and_holds_up_nobody_else(self):
        server, failing, fine = self.server(), Receiver(self, (500, 302, 204)), Receiver(self)
        server.ask("POST", "/simulation/partner", code=201)
        bad, good = (self.hook(server, r)["webhookId"] for r in (failing, fine))
        start = time.monotonic()
        server.ask("POST", "/simulation/events/usereligibility")
        self.assertLess(fine.wait(1)[0][0] - start, 5)
        tries = failing.wait(3)[:3]
        self.assertEqual(len({(t[2], t[1]["X-Payload-Signature"]) for t in tries}), 1)
        pauses = [b[0] - a[0] for a, b in zip(tries, tries[1:])]
        self.assertGreaterEqual(pauses[0], 0.75)
        self.assertGreaterEqual(pauses[1], 3.1)
        deadline = time.monotonic() + 30
        while server.ask("GET", "/webhooks/" + bad)["status"] != "Healthy" and time.monotonic() < deadline:
            time.sleep(0.05)
        log = server.ask("GET", f"/webhooks/logs?webhookId={bad}")["webhookNotificationLogs"]
        self.assertEqual([l["responseStatusCode"] for l in log[-3:]], [204, 302, 500])
        self.assertEqual(server.ask("GET", "/webhooks/" + good)["status"], "Healthy")

    def test_a_hundred_webhooks_hear_of_it_soon_and_the_dead_one_delays_nobody(self):
        clients = [{"id": f"c{i}", "secret": "x", "tenant": f"t{i}"} for i in range(10)]
        self.write("c.json", json.dumps({**FILE, "clients": clients}))
        server, receiver = self.server(), Receiver(self)
        dead = socket.socket()
        dead.bind(("127.0.0.1", 0))
        dead.listen(1)  # takes connections, and says nothing
        self.addCleanup(dead.close)
        for client in clients:
            who = {"client": client["id"], "secret": "x"}
            for k in range(10):
                url = receiver.url if k else f"http://127.0.0.1:{dead.getsockname()[1]}/"
                server.ask("POST", "/webhooks", {"webhookUrl": url}, 201, **who)
        start = time.monotonic()
        for client in clients:
            server.ask("POST", "/simulation/events/usereligibility", client=client["id"], secret="x")
        heard = receiver.wait(90)
        self.assertEqual(len(heard), 90)
        self.assertLess(heard[-1][0] - start, 8)

    # ---- what is refused ----

    def test_what_is_sent_twice_is_done_once(self):
        server = self.server()
        def post(key, user):
            return server.request("POST", BASE + "/users", json.dumps({"userId": user}), {
                "Authorization": "Bearer " + server.token(), "Content-Type": "application/json", "Idempotency-Key": key})
        code, headers, first = post("k1", "ann")
        self.assertEqual((code, headers["Idempotent-Replay"]), (201, None))
        code, headers, again = post("k1", "ann")
        self.assertEqual((code, headers["Idempotent-Replay"], again), (201, "true", first))
        self.assertEqual(post("k1", "bob")[0], 422)
        self.assertEqual(post("k2", "ann")[0], 409)  # refused, so not kept
        server.ask("DELETE", "/users/ann", code=204)
        self.assertEqual(post("k2", "ann")[0], 201)
        for key in ("", "x" * 129):
            self.assertEqual(post(key, "eve")[0], 400)
        self.assertEqual([u["userId"] for u in server.ask("GET", "/users")["users"]], ["ann"])

    def test_tags_say_whether_it_has_changed(self):
        server = self.server()
        server.ask("POST", "/users", {"userId": "ann"}, 201)
        server.ask("POST", "/users/ann/locations", {"locationId": "home", "meterPointIds": ["7070001"]}, 201)
        def ask(method, body=None, **more):
            headers = {"Authorization": "Bearer " + server.token(), "Content-Type": "application/json"}
            return server.request(method, BASE + "/users/ann/locations/home", body and json.dumps(body),
                                  {**headers, **{k.replace("_", "-"): v for k, v in more.items()}})
        _, headers, body = ask("GET")
        tag = headers["ETag"]
        self.assertRegex(tag, '^"[0-9a-f]{16}"$')
        for known in (tag, "W/" + tag, '"x", ' + tag, "*"):
            code, headers, nothing = ask("GET", If_None_Match=known)
            self.assertEqual((code, headers["ETag"], nothing), (304, tag, b""))
        self.assertEqual(ask("GET", If_None_Match='"x"')[2], body)
        self.assertEqual(ask("PATCH", {"locationType": "Commercial"}, If_Match='"x"')[0], 412)
        self.assertEqual(ask("GET")[2], body)
        self.assertEqual(ask("PATCH", {"locationType": "Commercial"}, If_Match=tag)[0], 200)
        self.assertEqual(ask("PATCH", {"locationType": "Other"}, If_Match=tag)[0], 412)
        self.assertEqual(ask("DELETE", If_Match="*")[0], 204)
        self.assertEqual(ask("DELETE", If_Match="*")[0], 412)

    def test_who_may_not_come(self):
        server = self.server()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        good = "grant_type=client_credentials&client_id=n&client_secret=north"
        for body, headers, code, error in (
                (good, {"Content-Type": "text/plain"}, 400, "invalid_request"),
                (good + "&client_id=n", form, 400, "invalid_request"),
                ("grant_type=password&client_id=n&client_secret=north", form, 400, "unsupported_grant_type"),
                ("grant_type=client_credentials", form, 401, "invalid_client"),
                ("grant_type=client_credentials&client_id=n&client_secret=no", form, 401, "invalid_client"),
                ("grant_type=client_credentials&client_id=x&client_secret=north", form, 401, "invalid_client")):
            status, heads, answer = server.request("POST", "/connect/token", body, headers)
            self.assertEqual((status, json.loads(answer)["error"]), (code, error), body)
            self.assertEqual("WWW-Authenticate" in heads, code == 401)
        basic = base64.b64encode(b"n:north").decode()
        for path in ("/connect/token", "/auth/token"):
            status, _, answer = server.request("POST", path, "grant_type=client_credentials",
                                               {**form, "Authorization": "Basic " + basic})
            self.assertEqual(status, 200, answer)
        self.assertEqual(server.request("GET", "/connect/token")[0], 405)
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Authorization": "Basic " + basic},
                        {"Authorization": "Bearer " + server.token()[:-1]}):
            status, heads, _ = server.request("GET", BASE + "/users", headers=headers)
            self.assertEqual(status, 401, headers)
            self.assertIn("Bearer", heads["WWW-Authenticate"])

    def test_bodies_that_are_none(self):
        server = self.server()
        token = {"Authorization": "Bearer " + server.token()}
        cases = [
            (None, "application/json", 400), ("{}", None, 415), ("{}", "text/plain", 415),
            ('{"userId":"a"', "application/json", 400), ('{"userId":"a"} x', "application/json", 400),
            ('{"userId":"a","userId":"b"}', "application/json", 400), ('{"userId":"a\\u0000b"}', "application/json", 400),
            ('{"userId":"\\ud800"}', "application/json", 400), (b'{"userId":"\xff"}', "application/json", 400),
            ('{"userId":01}', "application/json", 400), ("[" * 40 + "]" * 40, "application/json", 400),
            ('{"userId":"' + "a" * 129 + '"}', "application/json", 400), ("NaN", "application/json", 400),
            ("\ufeff{}".encode(), "application/json", 400), ('{"userId":"ok"}', "application/json; charset=utf-8", 201),
        ]
        for body, kind, code in cases:
            headers = dict(token, **({"Content-Type": kind} if kind else {}))
            status, _, answer = server.request("POST", BASE + "/users", body, headers)
            self.assertEqual(status, code, (body, answer))
        status, _, _ = server.request("GET", BASE + "/users", headers=dict(token, Accept="text/html"))
        self.assertEqual(status, 406)
        status, heads, _ = server.request("PUT", BASE + "/users", headers=token)
        self.assertEqual((status, heads["Allow"]), (405, "GET, HEAD, POST, OPTIONS"))
        self.assertEqual(server.request("OPTIONS", BASE + "/users")[0], 204)
        self.assertEqual(server.request("HEAD", BASE + "/users", headers=token)[::2], (200, b""))
        self.assertEqual(server.request("TRACE", BASE + "/users", headers=token)[0], 405)

    def raw(self, server, bytes_):
        link = socket.create_connection((server.host, server.port), timeout=30)
        try:
            link.sendall(bytes_)
            return link.recv(65536).split(b"\r\n")[0]
        finally:
            link.close()

    def test_what_could_be_read_in_two_ways(self):
        server = self.server()
        head = f"Host: x\r\nAuthorization: Bearer {server.token()}\r\n"
        for lines in ("Content-Length: 2\r\nContent-Length: 3\r\n", "Content-Length: +2\r\n", "Authorization : x\r\n",
                      "Host: y\r\n"):
            answer = self.raw(server, f"POST {BASE}/users HTTP/1.1\r\n{head}{lines}\r\n{{}}".encode())
            self.assertIn(b" 400 ", answer + b" ", lines)
        for path in ("/users/a%00b", "/users/a%2fb", "//users", "/users/../users"):
            answer = self.raw(server, f"GET {BASE}{path} HTTP/1.1\r\n{head}\r\n".encode())
            self.assertTrue(b" 400 " in answer or b" 404 " in answer, (path, answer))
        self.assertEqual(server.ask("GET", "/users")["users"], [])

    def test_too_often_is_too_often(self):
        self.write("c.json", json.dumps({**FILE, "unlimited": False}))
        server = self.server()
        one = f"GET {BASE}/webhooks HTTP/1.1\r\nHost: {server.host}:{server.port}\r\nAuthorization: Bearer {server.token()}\r\n\r\n"
        with socket.create_connection((server.host, server.port), timeout=60) as link:
            link.sendall(one.encode() * 300)  # at once: so the server is as fast as it can be, and its bucket fills slowly
            heard = b""
            while b" 429 " not in heard or b"Retry-After: 1\r\n" not in heard:
                piece = link.recv(65536)
                self.assertTrue(piece, heard[-1000:])
                heard += piece
        self.assertGreaterEqual(heard.count(b"HTTP/1.1 200 "), 200)
        left = [int(n) for n in re.findall(rb"RateLimit-Remaining: (\d+)\r\n", heard)]
        self.assertEqual((left[0], min(left)), (199, 0))
        self.assertIn(b"RateLimit-Limit: 200\r\n", heard)
        # who guesses tokens is not heard for a while
        codes = [server.request("GET", BASE + "/users", headers={"Authorization": f"Bearer {i}"})[0] for i in range(30)]
        self.assertEqual(set(codes), {401, 429} if codes[-1] == 429 else {401})

    def test_only_a_sandbox_simulates(self):
        self.write("c.json", json.dumps({**FILE, "sandbox": False}))
        server = self.server()
        server.ask("POST", "/simulation/partner", code=404)
        self.write("c.json", json.dumps({**FILE, "insecure_callbacks": False}))
        server = self.server()
        server.ask("POST", "/webhooks", {"webhookUrl": "http://example.org/"}, 400)
        hook = server.ask("POST", "/webhooks", {"webhookUrl": "https://127.0.0.1:1/"}, 201)["webhookId"]
        server.ask("POST", "/simulation/events/usereligibility")
        deadline = time.monotonic() + 30
        while server.ask("GET", "/webhooks/" + hook)["status"] == "New" and time.monotonic() < deadline:
            time.sleep(0.05)
        self.assertEqual(server.ask("GET", "/webhooks/" + hook)["status"], "Unhealthy")

    # ---- the store ----

    def test_nothing_accepted_is_lost_when_it_is_killed(self):
        receiver = Receiver(self, (500, 200))
        server = self.server("--store", "c.sqlite")
        server.ask("POST", "/simulation/partner", code=201)
        hook = self.hook(server, receiver)["webhookId"]
        server.ask("POST", "/simulation/events/usereligibility")
        receiver.wait(1)
        deadline = time.monotonic() + 30
        while server.ask("GET", "/webhooks/" + hook)["status"] == "New" and time.monotonic() < deadline:
            time.sleep(0.01)
        server.ask("POST", "/users", {"userId": "last"}, 201)
        users, events = server.ask("GET", "/users"), server.ask("GET", "/events")
        server.kill()
        heard = len(receiver.heard)
        server = self.server("--store", "c.sqlite")
        self.assertEqual(server.ask("GET", "/users"), users)
        self.assertEqual(server.ask("GET", "/events")["events"][-len(events["events"]):], events["events"])
        # the tries that remain happen, with the same bytes, and none after it was taken
        tries = receiver.wait(heard + 1)
        self.assertEqual(tries[0][2], tries[1][2])
        deadline = time.monotonic() + 30
        while server.ask("GET", "/webhooks/" + hook)["status"] != "Healthy" and time.monotonic() < deadline:
            time.sleep(0.05)
        first = json.loads(tries[0][2])["notificationId"]
        count = sum(json.loads(t[2])["notificationId"] == first for t in receiver.wait(99, 0.1))
        server.kill()
        server = self.server("--store", "c.sqlite")
        time.sleep(0.5)
        self.assertEqual(sum(json.loads(t[2])["notificationId"] == first for t in receiver.heard), count)
        # a second server at the same file is refused, as is the file of another program
        out, err = self.lunagrid("coordinate", "c.json", "--serve=127.0.0.1:0", "--store", "c.sqlite", code=1)
        self.assertIn("another server is writing it", err)
        self.lunagrid("coordinate", "c.json", "--serve=127.0.0.1:0", "--store", "c.json", code=1)
        server.stop()

    def test_files_with_errors(self):
        for change, words in (({"clients": []}, ["clients", "at least one"]),
                              ({"clinets": 1}, ['"clinets"', 'did you mean "clients"']),
                              ({"zone": "Europe/Nowhere"}, ["zone", "Europe/Oslo"]),
                              ({"sandbox": 1}, ["sandbox", "true or false"]),
                              ({"neighbourhoods": [{"name": "x", "polygon": [[1, 2], [3, 4]]}]}, ["polygon", "3 to"]),
                              ({"eligibility_minutes": -1}, ["eligibility_minutes", "minutes"])):
            self.write("bad.json", json.dumps({**FILE, **change}))
            _, err = self.lunagrid("coordinate", "bad.json", "--serve=127.0.0.1:0", code=2)
            for word in words:
                self.assertIn(word, err)
        _, err = self.lunagrid("coordinate", "none.json", code=1)
        self.assertIn("none.json", err)
        for address, words in (("0.0.0.0:0", "this machine only"),):
            _, err = self.lunagrid("coordinate", "--serve=" + address, code=2)
            self.assertIn(words, err)
        _, err = self.lunagrid("coordinate", "c.json", "--serve=0.0.0.0:0", code=2)
        self.assertIn("plain_http", err)

    def test_the_demo_is_there_at_once(self):
        server = Server(self)
        server.ask("POST", "/simulation/partner", code=201, client="demo", secret="demo")
        self.assertEqual(len(server.ask("GET", "/users/eligible", client="demo", secret="demo")["users"]), 3)
        self.assertEqual(server.request("GET", "/healthz")[0], 200)
        server.stop()


if __name__ == "__main__":
    flow.main()
