"""openadr3-client, ElaadNL's client of OpenADR 3.1, as business logic and as a VEN: a program, events with a label, a ven
that is granted it, a resource, and a report; all answers pass its typed models."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest
from datetime import datetime, timedelta, timezone

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"  # its login insists on https otherwise
os.environ["OAUTHLIB_RELAX_TOKEN_SCOPE"] = "1"

from openadr3_client._models.common.interval import Interval
from openadr3_client._models.common.interval_period import IntervalPeriod
from openadr3_client.bl.http_factory import BusinessLogicHttpClientFactory
from openadr3_client.oadr310._vtn.interfaces.filters import PaginationFilter, TargetFilter
from openadr3_client.oadr310.models.event.event import EventUpdate, NewEvent
from openadr3_client.oadr310.models.event.event_payload import EventPayload, EventPayloadType
from openadr3_client.oadr310.models.program.program import NewProgram
from openadr3_client.oadr310.models.report.report import NewReport, ReportResource
from openadr3_client.oadr310.models.report.report_payload import ReportPayload, ReportPayloadType
from openadr3_client.oadr310.models.ven.ven import NewVenBlRequest
from openadr3_client.ven.http_factory import VirtualEndNodeHttpClientFactory
from openadr3_client.version import OADRVersion

CLIENTS = [{"id": "bl", "secret": "1001", "role": "operator"}, {"id": "ven", "secret": "999", "tenant": "v"},
           {"id": "ven2", "secret": "9999", "tenant": "v2"}]
HOUR = datetime(2026, 3, 11, 1, tzinfo=timezone.utc)
ALL = PaginationFilter(skip=0, limit=50)


class Day(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="lunagrid-openadr-")
        self.addCleanup(shutil.rmtree, self.folder)
        path = os.path.join(self.folder, "c.json")
        with open(path, "w", encoding="utf-8") as file:
            json.dump({"clients": CLIENTS, "unlimited": True}, file)
        self.process = subprocess.Popen([os.environ["LUNAGRID"], "coordinate", path, "--serve=127.0.0.1:0"],
                                        stdout=subprocess.PIPE, text=True)
        self.addCleanup(self.end)
        self.base = re.search(r"http://[\d.:]+", self.process.stdout.readline()).group() + "/openadr3/3.1.0"

    def end(self):
        self.process.terminate()
        self.process.communicate()

    def client(self, name, secret, scopes):
        bl = name == "bl"
        make = (BusinessLogicHttpClientFactory.create_http_bl_client if bl
                else VirtualEndNodeHttpClientFactory.create_http_ven_client)
        return make(vtn_base_url=self.base, client_id=name, client_secret=secret, token_url=self.base + "/auth/token",
                    scopes=scopes.split(), allow_insecure_http=True, version=OADRVersion.OADR_310)

    def test_a_day(self):
        bl = self.client("bl", "1001", "read_all write_programs write_events write_vens")
        ven, other = (self.client(n, s, "read_targets read_ven_objects write_reports write_vens write_subscriptions")
                      for n, s in (("ven", "999"), ("ven2", "9999")))
        program = bl.programs.create_program(new_program=NewProgram(program_name="tariff"))
        period = IntervalPeriod(start=HOUR, duration=timedelta(minutes=15))
        event = bl.events.create_event(new_event=NewEvent(
            programID=program.id, event_name="dear", priority=3, targets=("feeder",), intervals=(
                Interval(id=0, interval_period=period, payloads=(EventPayload(type=EventPayloadType.PRICE, values=(0.21,)),)),)))
        self.assertEqual(event.intervals[0].payloads[0].values, (0.21,))
        changed = bl.events.update_event_by_id(
            event_id=event.id, updated_event=event.update(EventUpdate(programID=program.id, event_name="dearer")))
        self.assertGreater(changed.modification_date_time, event.modification_date_time)
        see = lambda client, *labels: [e.event_name for e in client.events.get_events(
            target=TargetFilter(targets=list(labels)) if labels else None, pagination=ALL, program_id=None)]
        self.assertEqual((see(ven), see(bl)), ([], ["dearer"]))
        bl.vens.create_ven(new_ven=NewVenBlRequest(clientID="ven", ven_name="one", targets=("feeder",)))
        self.assertEqual((see(ven), see(ven, "feeder"), see(ven, "else"), see(other)), (["dearer"], ["dearer"], [], []))
        report = ven.reports.create_report(new_report=NewReport(eventID=event.id, client_name="one", resources=(
            ReportResource(resource_name="car", intervals=(
                Interval(id=0, interval_period=period, payloads=(ReportPayload(type=ReportPayloadType.USAGE, values=(3.5,)),)),)),)))
        self.assertEqual(ven.reports.get_report_by_id(report_id=report.id).resources[0].intervals[0].payloads[0].values, (3.5,))
        self.assertEqual(bl.events.delete_event_by_id(event_id=event.id).id, event.id)
        self.assertEqual(see(bl), [])


if __name__ == "__main__":
    unittest.main(verbosity=2)
