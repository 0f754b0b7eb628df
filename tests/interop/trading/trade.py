"""Frequenz's own client, unmodified, against our gateway on a real intraday market: trade.py EXCHANGE [unittest words].
EXCHANGE is the program of exchange.c. Where the client refuses by itself what the server is to refuse, its stub is
used."""
import asyncio
import itertools
import logging
import os
import subprocess
import sys
import tempfile
import time
import unittest
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import grpc
from frequenz.api.electricity_trading.v1 import electricity_trading_pb2 as pb
from frequenz.client import electricity_trading as et
from frequenz.client.base import exception as base
from google.protobuf import field_mask_pb2, struct_pb2

RELEASE = tuple(int(n) for n in os.environ["LUNAGRID_CLIENT"].split(".")[:2])
AREA = et.DeliveryArea(code="10YDE-EON------1", code_type=et.EnergyMarketCodeType.EUROPE_EIC)
OTHER_AREA = et.DeliveryArea(code="10YDE-RWENET---I", code_type=et.EnergyMarketCodeType.EUROPE_EIC)
NUMBERS = itertools.count(61)
IDLE_S = float(os.environ.get("LUNAGRID_IDLE_S", "75"))  # more than a ping apart; five minutes in the long run


def period(hours=12, minutes=15):
    start = datetime.now(timezone.utc).replace(minute=0, second=0, microsecond=0) + timedelta(hours=hours)
    if RELEASE < (0, 15):
        return et.DeliveryPeriod(start=start, duration=timedelta(minutes=minutes))
    return et.DeliveryPeriod(start=start, duration=et.DeliveryDuration(minutes // 15 + 1 if minutes < 60 else 4))


def euros(text):
    return et.Price(amount=Decimal(text), currency=et.Currency.EUR)


def megawatts(text):
    return et.Power(mw=Decimal(text))


class Exchange:
    """The program, on a port of its own."""

    def __init__(self, options="", port=0):
        self.process = subprocess.Popen([PROGRAM, f"127.0.0.1:{port}{options}"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.said = self.process.stdout.readline()
        self.port = int(self.said.split("127.0.0.1:")[1].split(",")[0])

    def stop(self):
        self.process.stdin.close()
        self.process.stdout.close()
        return self.process.wait(10)


class Trading(unittest.IsolatedAsyncioTestCase):
    options = ""
    keys = {}

    async def asyncSetUp(self):
        self.exchange = Exchange(self.options)
        self.clients = []
        self.client = self.another()

    async def asyncTearDown(self):
        for client in self.clients:
            await client.disconnect()
        self.assertEqual(0, self.exchange.stop())  # its sums are right, and it ends in time

    def another(self, port=None, **keys):
        """A client of its own: the library hands out the same one for the same address."""
        mark = f"&keep_alive_interval_s={next(NUMBERS)}"
        client = et.Client(f"grpc://127.0.0.1:{port or self.exchange.port}?ssl=false{mark}", **(keys or self.keys))
        self.clients.append(client)
        return client

    def order(self, side="BUY", price="50.00", quantity="0.1", pool=1, client=None, **more):
        words = {"gridpool_id": pool, "delivery_area": AREA, "delivery_period": period(),
                 "order_type": et.OrderType.LIMIT, "side": et.MarketSide[side], "price": euros(price),
                 "quantity": megawatts(quantity), **more}
        return (client or self.client).create_gridpool_order(**words)

    async def listed(self, pool=1, **words):
        return [o async for o in self.client.list_gridpool_orders(pool, **words)]

    async def trades(self, pool=1, **words):
        return [t async for t in self.client.list_gridpool_trades(pool, **words)]

    def is_in(self, detail, state, reason=None, actor=None):
        self.assertEqual(et.OrderState[state], detail.state_detail.state)
        if reason:
            self.assertEqual(et.StateReason[reason], detail.state_detail.state_reason)
        if actor:
            self.assertEqual(et.MarketActor[actor], detail.state_detail.market_actor)

    async def refused(self, code, request):
        with self.assertRaises((base.ApiClientError, grpc.RpcError)) as caught:
            await request
        error = getattr(caught.exception, "grpc_error", caught.exception)
        self.assertEqual(code, error.code().name, error.details())
        return error.details()


class Orders(Trading):
    async def test_create_get_list(self):
        payload = {"note": struct_pb2.Value(string_value="déjà vu"), "n": struct_pb2.Value(number_value=1.5)}
        made = await self.order(tag="mine", payload=payload)
        self.is_in(made, "ACTIVE", "ADD", "USER")
        self.assertEqual(Decimal("0.1"), made.open_quantity.mw)
        self.assertEqual(Decimal("0"), made.filled_quantity.mw)
        self.assertEqual(Decimal("50"), made.order.price.amount)
        self.assertEqual("mine", made.order.tag)
        self.assertEqual({"note": "déjà vu", "n": 1.5}, dict(made.order.payload))
        self.assertEqual(period(), made.order.delivery_period)
        self.assertEqual(AREA, made.order.delivery_area)
        now = datetime.now(timezone.utc)
        self.assertLess(abs((now - made.create_time).total_seconds()), 5)
        self.assertEqual(made, await self.client.get_gridpool_order(gridpool_id=1, order_id=made.order_id))
        for i in range(25):
            await self.order(price=str(10 + i))
        everything = await self.listed()
        self.assertEqual(26, len(everything))
        self.assertEqual(sorted((o.order_id for o in everything), reverse=True), [o.order_id for o in everything])
        self.assertEqual(everything, await self.listed(page_size=10))
        self.assertEqual([made], await self.listed(tag="mine"))
        self.assertEqual(26, len(await self.listed(side=et.MarketSide.BUY, delivery_area=AREA)))
        self.assertEqual([], await self.listed(side=et.MarketSide.SELL))
        self.assertEqual([], await self.listed(delivery_area=OTHER_AREA))
        self.assertEqual([], await self.listed(pool=2))
        self.assertEqual([], await self.listed(order_states=[et.OrderState.FILLED]))
        await self.refused("NOT_FOUND", self.client.get_gridpool_order(gridpool_id=1, order_id=999))
        await self.refused("NOT_FOUND", self.client.get_gridpool_order(gridpool_id=2, order_id=made.order_id))  # not its own
        await self.refused("NOT_FOUND", self.order(pool=77))

    async def test_filters_of_time(self):
        first = await self.order(delivery_period=period(12))
        second = await self.order(delivery_period=period(14, 60))
        if RELEASE < (0, 14):  # one period, as it was up to 0.8
            self.assertEqual([first], await self.listed(delivery_period=period(12)))
            self.assertEqual([second], await self.listed(delivery_period=period(14, 60)))
            self.assertEqual([], await self.listed(delivery_period=period(14)))
            self.assertEqual([], await self.trades(delivery_period=period(14)))
            return
        after = et.DeliveryTimeFilter(time_interval=et.Interval(start_time=period(13).start))
        hours = et.DeliveryTimeFilter(duration_filters=[et.DeliveryDuration.MINUTES_60])
        before = et.DeliveryTimeFilter(time_interval=et.Interval(end_time=period(14).start))
        self.assertEqual([second], await self.listed(delivery_time_filter=after))
        self.assertEqual([second], await self.listed(delivery_time_filter=hours))
        self.assertEqual([first], await self.listed(delivery_time_filter=before))

    async def test_pages_of_a_raw_client(self):
        for i in range(7):
            await self.order(price=str(10 + i))
        request = pb.ListGridpoolOrdersRequest(gridpool_id=1)
        request.pagination_params.page_size = 3
        seen, sizes = [], []
        while True:
            answer = await self.client.stub.ListGridpoolOrders(request)
            self.assertEqual(7, answer.pagination_info.total_items)
            seen += [o.order_id for o in answer.order_details]
            sizes.append(len(answer.order_details))
            if not answer.pagination_info.next_page_token:
                break
            request.pagination_params.page_token = answer.pagination_info.next_page_token  # and no size any more
        self.assertEqual([3, 3, 1], sizes)
        self.assertEqual(sorted(set(seen), reverse=True), seen)
        request.filter.tag = "other"  # a token is of one list only
        await self.refused("INVALID_ARGUMENT", self.client.stub.ListGridpoolOrders(request))
        request.pagination_params.page_token = "nonsense"
        await self.refused("INVALID_ARGUMENT", self.client.stub.ListGridpoolOrders(request))

    async def test_update(self):
        until = datetime.now(timezone.utc).replace(microsecond=0) + timedelta(hours=2)
        made = await self.order(tag="mine", valid_until=until, quantity="0.5")
        self.assertEqual(until, made.order.valid_until)
        changed = await self.client.update_gridpool_order(gridpool_id=1, order_id=made.order_id, price=euros("51.5"))
        self.is_in(changed, "ACTIVE", "MODIFY", "USER")
        self.assertEqual(Decimal("51.5"), changed.order.price.amount)
        self.assertEqual("mine", changed.order.tag)
        cleared = await self.client.update_gridpool_order(gridpool_id=1, order_id=made.order_id, tag=None, valid_until=None,
                                                          quantity=megawatts("0.3"))
        self.assertIn(cleared.order.tag, (None, ""))
        self.assertIsNone(cleared.order.valid_until)
        self.assertEqual(Decimal("0.3"), cleared.open_quantity.mw)
        raw = pb.UpdateGridpoolOrderRequest(gridpool_id=1, order_id=made.order_id)
        for paths in ([], ["colour"], ["price"], ["quantity"], ["price.amount"]):
            raw.update_mask.CopyFrom(field_mask_pb2.FieldMask(paths=paths))
            await self.refused("INVALID_ARGUMENT", self.client.stub.UpdateGridpoolOrder(raw))

    async def test_cancel(self):
        made = await self.order()
        gone = await self.client.cancel_gridpool_order(gridpool_id=1, order_id=made.order_id)
        self.is_in(gone, "CANCELED", "DELETE", "USER")
        await self.refused("FAILED_PRECONDITION", self.client.cancel_gridpool_order(gridpool_id=1, order_id=made.order_id))
        await self.refused("FAILED_PRECONDITION",
                           self.client.update_gridpool_order(gridpool_id=1, order_id=made.order_id, price=euros("1")))
        for i in range(3):
            await self.order(price=str(10 + i))
        self.assertEqual(1, await self.client.cancel_all_gridpool_orders(1))
        self.assertEqual([], await self.listed(order_states=[et.OrderState.ACTIVE]))
        self.assertEqual(4, len(await self.listed(order_states=[et.OrderState.CANCELED])))

    async def test_wrong_orders(self):
        def raw(**more):
            order = pb.CreateGridpoolOrderRequest(gridpool_id=1).order
            order.delivery_area.code = AREA.code
            order.delivery_area.code_type = 1
            order.delivery_period.CopyFrom(period().to_pb())
            order.type = order.side = 1
            order.price.amount.value, order.price.currency = "50.00", 3
            order.quantity.mw.value = "0.1"
            return order, pb.CreateGridpoolOrderRequest(gridpool_id=1, order=order)

        async def expect(code, change):
            order, _ = raw()
            change(order)
            return await self.refused(code, self.client.stub.CreateGridpoolOrder(
                pb.CreateGridpoolOrderRequest(gridpool_id=1, order=order)))

        def deep(order):
            value = order.payload.fields["x"]
            for _ in range(40):
                value = value.list_value.values.add()

        wrong = "INVALID_ARGUMENT"
        self.assertIn("price", await expect(wrong, lambda o: setattr(o.price.amount, "value", "50.001")))
        for text in ("", "abc", "1e", "10000", "-9999.01", "0x10", "1e400", "١"):
            await expect(wrong, lambda o: setattr(o.price.amount, "value", text))
        for text in ("0", "-1", "0.05", "0.123", "NaN", "99999999999"):
            await expect(wrong, lambda o: setattr(o.quantity.mw, "value", text))
        await expect(wrong, lambda o: o.ClearField("price"))
        await expect(wrong, lambda o: o.ClearField("quantity"))
        await expect(wrong, lambda o: setattr(o.price, "currency", 0))
        await expect(wrong, lambda o: setattr(o.price, "currency", 1))
        await expect(wrong, lambda o: setattr(o, "side", 0))
        await expect(wrong, lambda o: setattr(o, "side", 9))
        await expect(wrong, lambda o: setattr(o, "type", 0))
        await expect(wrong, lambda o: setattr(o, "execution_option", 1))
        await expect(wrong, lambda o: setattr(o.delivery_area, "code", "10YXX"))
        await expect(wrong, lambda o: o.ClearField("delivery_period"))
        await expect(wrong, lambda o: setattr(o.delivery_period.start, "seconds", 1000000000))
        await expect(wrong, lambda o: setattr(o.delivery_period.start, "seconds", o.delivery_period.start.seconds + 60))
        await expect(wrong, lambda o: setattr(o.delivery_period.start, "seconds", -2**62))
        await expect(wrong, lambda o: setattr(o.valid_until, "seconds", 1))
        await expect(wrong, lambda o: (setattr(o.valid_until, "seconds", int(time.time()) + 600),
                                       setattr(o, "execution_option", 3)))
        await expect(wrong, lambda o: setattr(o, "tag", "x" * 1000))
        await expect(wrong, deep)
        await expect("UNIMPLEMENTED", lambda o: setattr(o, "type", 7))
        await expect("FAILED_PRECONDITION", lambda o: setattr(o, "type", 5))  # there is no position to close
        await expect(wrong, lambda o: (setattr(o, "type", 4), setattr(o, "execution_option", 4)))
        await self.refused(wrong, self.client.stub.CreateGridpoolOrder(pb.CreateGridpoolOrderRequest(gridpool_id=1)))
        _, fine = raw()
        fine.order.price.amount.value = "+5.000e1"
        fine.order.payload["deep"] = {"a": [1, {"b": None}]}
        answer = await self.client.stub.CreateGridpoolOrder(fine)
        self.assertEqual("50", answer.order_detail.order.price.amount.value)
        self.assertEqual(fine.order.payload, answer.order_detail.order.payload)
        self.assertEqual(1, len(await self.listed()))


class Matching(Trading):
    async def test_two_clients_cross(self):
        other = self.another()
        bid = await self.order(price="50", quantity="1.0", tag="mine")
        offer = await self.order("SELL", price="48.5", quantity="0.4", pool=2, client=other)
        self.is_in(offer, "FILLED", "FULL_EXECUTION")
        self.assertEqual(Decimal("0.4"), offer.filled_quantity.mw)
        left = await self.client.get_gridpool_order(gridpool_id=1, order_id=bid.order_id)
        self.is_in(left, "ACTIVE", "PARTIAL_EXECUTION", "SYSTEM")
        self.assertEqual((Decimal("0.6"), Decimal("0.4")), (left.open_quantity.mw, left.filled_quantity.mw))
        mine, theirs = await self.trades(), await self.trades(pool=2)
        self.assertEqual((1, 1), (len(mine), len(theirs)))
        self.assertEqual(Decimal("50"), mine[0].price.amount)  # of the order that stood there first
        self.assertEqual(Decimal("0.4"), mine[0].quantity.mw)
        self.assertEqual((bid.order_id, offer.order_id), (mine[0].order_id, theirs[0].order_id))
        self.assertEqual((et.MarketSide.BUY, et.MarketSide.SELL), (mine[0].side, theirs[0].side))
        self.assertEqual(mine, await self.trades(trade_ids=[mine[0].id], market_side=et.MarketSide.BUY))
        self.assertEqual([], await self.trades(trade_ids=[mine[0].id + 1]))
        if RELEASE >= (0, 14):
            request = pb.ListGridpoolTradesRequest(gridpool_id=1)
            for tag, count in ("mine", 1), ("yours", 0):
                request.filter.tag = tag
                self.assertEqual(count, len((await self.client.stub.ListGridpoolTrades(request)).trades))

    async def test_trades_by_pages(self):
        for _ in range(5):
            await self.order(price="50")
            await self.order("SELL", price="50", pool=2)
        whole = await self.trades()
        self.assertEqual(5, len(whole))
        request = pb.ListGridpoolTradesRequest(gridpool_id=1)
        request.pagination_params.page_size = 2
        first = await self.client.stub.ListGridpoolTrades(request)
        request.pagination_params.page_token = first.pagination_info.next_page_token
        second = await self.client.stub.ListGridpoolTrades(request)
        self.assertEqual([t.id for t in whole[:4]], [t.id for t in first.trades] + [t.id for t in second.trades])

    async def test_execution_options(self):
        options = et.OrderExecutionOption
        await self.order("SELL", price="40", quantity="0.3", pool=2)
        nothing = await self.order(price="40", quantity="0.5", execution_option=options.FOK)
        self.is_in(nothing, "CANCELED")
        self.assertEqual(Decimal("0"), nothing.filled_quantity.mw)
        some = await self.order(price="40", quantity="0.5", execution_option=options.IOC)
        self.is_in(some, "CANCELED")
        self.assertEqual((Decimal("0.3"), Decimal("0.2")), (some.filled_quantity.mw, some.open_quantity.mw))
        whole = await self.order(price="40", quantity="0.5", execution_option=options.AON)
        self.is_in(whole, "ACTIVE")
        small = await self.order("SELL", price="40", quantity="0.2", pool=2)
        self.is_in(small, "ACTIVE")  # it would be a part only
        large = await self.order("SELL", price="40", quantity="0.5", pool=3)
        self.assertEqual(Decimal("0.5"), large.filled_quantity.mw)
        self.is_in(await self.client.get_gridpool_order(gridpool_id=1, order_id=whole.order_id), "FILLED", "FULL_EXECUTION")

    def raw(self, side, price, quantity, pool=1, **more):
        request = pb.CreateGridpoolOrderRequest(gridpool_id=pool)
        order = request.order
        order.delivery_area.code, order.delivery_area.code_type = AREA.code, 1
        order.delivery_period.CopyFrom(period().to_pb())
        order.side, order.type = side, more.pop("type")
        order.price.amount.value, order.price.currency, order.quantity.mw.value = price, 3, quantity
        for name, text in more.items():
            field = getattr(order, name)
            if name == "display_quantity":
                field.mw.value = text
            else:
                field.amount.value, field.currency = text, 3
        return self.client.stub.CreateGridpoolOrder(request)

    async def test_stop_limit(self):
        made = (await self.raw(1, "60", "0.2", type=2, stop_price="55")).order_detail
        self.assertEqual(pb.ORDER_STATE_HIBERNATE, made.state_detail.state)
        await self.order("SELL", price="55", pool=2)
        await self.order("BUY", price="55", pool=3)
        awake = await self.client.get_gridpool_order(gridpool_id=1, order_id=made.order_id)
        self.is_in(awake, "ACTIVE", "ADD", "SYSTEM")

    async def test_iceberg(self):
        made = (await self.raw(2, "30", "1", pool=2, type=3, display_quantity="0.2", peak_price_delta="0")).order_detail
        self.assertEqual("1", made.open_quantity.mw.value)
        receiver = await listening(self.client.receive_public_order_book(delivery_area=AREA, delivery_period=period()))
        records = await asyncio.wait_for(receiver.receive(), 10)
        self.assertEqual([Decimal("0.2")], [r.quantity.mw for r in records])  # more is not shown
        taker = await self.order(price="30", quantity="0.5")
        self.is_in(taker, "FILLED")
        left = await self.client.get_gridpool_order(gridpool_id=2, order_id=made.order_id)
        self.assertEqual(Decimal("0.5"), left.filled_quantity.mw)

    async def test_expiry(self):
        made = await self.order(valid_until=datetime.now(timezone.utc) + timedelta(seconds=1.5))
        self.is_in(made, "ACTIVE")
        end = time.monotonic() + 10
        while (await self.client.get_gridpool_order(gridpool_id=1, order_id=made.order_id)).state_detail.state == et.OrderState.ACTIVE:
            self.assertLess(time.monotonic(), end)
            await asyncio.sleep(0.1)
        self.is_in(await self.client.get_gridpool_order(gridpool_id=1, order_id=made.order_id), "EXPIRED", "DELETE", "SYSTEM")

    async def test_self_trade(self):
        await self.order("SELL", price="40")
        await self.refused("FAILED_PRECONDITION", self.order(price="40"))


async def listening(stream):
    """A receiver whose stream the server has: what happens from now on comes."""
    receiver = stream.new_receiver(maxsize=10000)
    await asyncio.sleep(0.5)
    return receiver


class Streams(Trading):
    async def test_own_orders_and_trades(self):
        orders = await listening(self.client.gridpool_orders_stream(1))
        trades = await listening(self.client.gridpool_trades_stream(1))
        sells = await listening(self.client.gridpool_orders_stream(1, market_side=et.MarketSide.SELL))
        made = await self.order(price="50", quantity="1")
        await self.client.update_gridpool_order(gridpool_id=1, order_id=made.order_id, price=euros("51"))
        await self.order("SELL", price="51", quantity="0.4", pool=2)
        await self.client.cancel_gridpool_order(gridpool_id=1, order_id=made.order_id)
        await self.order("SELL", price="90")
        seen = [await asyncio.wait_for(orders.receive(), 10) for _ in range(5)]
        self.assertEqual(["ADD", "MODIFY", "PARTIAL_EXECUTION", "DELETE", "ADD"],
                         [o.state_detail.state_reason.name for o in seen])
        self.assertEqual(Decimal("0.6"), seen[3].open_quantity.mw)
        trade = await asyncio.wait_for(trades.receive(), 10)
        self.assertEqual((made.order_id, Decimal("51")), (trade.order_id, trade.price.amount))
        self.assertEqual(et.MarketSide.SELL, (await asyncio.wait_for(sells.receive(), 10)).order.side)

    async def test_public_trades_with_replay(self):
        for price in ("50", "51"):
            await self.order("SELL", price=price, pool=2)
            await self.order(price=price)
        start = datetime.now(timezone.utc) - timedelta(minutes=1)
        live = self.client.receive_public_trades(delivery_period=period(), buy_delivery_area=AREA, start_time=start)
        receiver = live.new_receiver(maxsize=100)
        seen = [await asyncio.wait_for(receiver.receive(), 10) for _ in range(2)]
        await self.order("SELL", price="52", pool=2)
        await self.order(price="52")
        seen.append(await asyncio.wait_for(receiver.receive(), 10))
        self.assertEqual([Decimal(50), Decimal(51), Decimal(52)], [t.price.amount for t in seen])
        self.assertEqual({AREA}, {t.sell_delivery_area for t in seen})

    async def test_windows_end(self):
        await self.order("SELL", price="50", pool=2)
        await self.order(price="50")
        request = pb.ReceivePublicTradesStreamRequest()
        now = time.time()
        request.start_time.FromSeconds(int(now) - 60)
        request.end_time.FromNanoseconds(int((now + 1.5) * 1e9))
        seen = [m async for m in self.client.stub.ReceivePublicTradesStream(request, timeout=20)]
        self.assertEqual(1, len(seen))  # and the stream has ended, as OK
        request.Clear()
        request.filter.delivery_period.CopyFrom(period(-3).to_pb())
        self.assertEqual([], [m async for m in self.client.stub.ReceivePublicTradesStream(request, timeout=20)])

    async def test_book_from_its_records(self):
        """What a client puts together from records is the book, whenever it has begun to listen."""
        books = [{}, {}]
        for i in range(300):  # more than one piece
            await self.order("SELL", price=str(100 + i % 7), quantity="0.2", pool=2)
        receivers = [await listening(self.client.receive_public_order_book(delivery_area=AREA))]
        for i in range(60):
            await self.order(price=str(40 + i))
            await self.order(price="101", quantity="0.3", pool=3)
        receivers.append(await listening(self.client.receive_public_order_book()))
        await self.client.cancel_all_gridpool_orders(1)
        await self.order(price="102", quantity="3", pool=3)
        await asyncio.sleep(0.5)
        for book, receiver in zip(books, receivers):
            while True:
                try:
                    records = await asyncio.wait_for(receiver.receive(), 0.5)
                except asyncio.TimeoutError:
                    break
                book.update((r.public_order_id, r) for r in records)
        totals = []
        for book in books:
            total = {}
            for record in book.values():
                key = (record.side.name, record.price.amount)
                total[key] = total.get(key, 0) + record.quantity.mw
            totals.append({k: v for k, v in total.items() if v})
        whole = {}
        for pool in (1, 2, 3):
            for order in await self.listed(pool=pool, order_states=[et.OrderState.ACTIVE]):
                key = (order.order.side.name, order.order.price.amount)
                whole[key] = whole.get(key, 0) + order.open_quantity.mw
        self.assertGreater(len(whole), 3)
        self.assertEqual([whole, whole], totals)

    async def test_cancelled_streams_are_freed(self):
        async def once():
            call = self.client.stub.ReceiveGridpoolOrdersStream(pb.ReceiveGridpoolOrdersStreamRequest(gridpool_id=1))
            await call.initial_metadata()  # it comes at once
            call.cancel()
        await asyncio.gather(*(once() for _ in range(300)))
        await self.order()

    async def test_restart(self):
        receiver = await listening(self.client.gridpool_orders_stream(1))
        port = self.exchange.port
        self.assertEqual(0, self.exchange.stop())
        self.exchange = Exchange(port=port)
        end = time.monotonic() + 30
        while True:  # the client comes back by itself, after three or four seconds
            try:
                await self.order()
                await asyncio.wait_for(receiver.receive(), 1)
                return
            except (base.ApiClientError, grpc.RpcError, asyncio.TimeoutError):
                self.assertLess(time.monotonic(), end)
                await asyncio.sleep(0.5)

    async def test_idle(self):
        """Pings on a connection that nobody uses are no offence."""
        stream = await listening(self.client.gridpool_orders_stream(1))
        await asyncio.sleep(IDLE_S)
        await self.order()
        await asyncio.wait_for(stream.receive(), 5)


class Keys(Trading):
    keys = {"auth_key": "key-of-one", "sign_secret": "secret-of-one"}

    async def asyncSetUp(self):
        self.folder = tempfile.TemporaryDirectory()
        path = os.path.join(self.folder.name, "keys")
        with open(path, "w") as file:
            file.write("# key secret gridpools rights\nkey-of-one secret-of-one 1 trade\nplain - 2,3 read\n")
        self.options = "?keys=" + path
        await super().asyncSetUp()

    async def asyncTearDown(self):
        await super().asyncTearDown()
        self.folder.cleanup()

    async def test_signed(self):
        self.assertIn("2 keys, 1 of which sign", self.exchange.said)
        await self.order()
        stream = await listening(self.client.gridpool_orders_stream(1))
        await self.order()
        await asyncio.wait_for(stream.receive(), 5)
        await self.refused("PERMISSION_DENIED", self.order(pool=2))

    async def test_wrong_keys(self):
        for keys in ({"auth_key": "nobody"}, {"auth_key": "key-of-one"},
                     {"auth_key": "key-of-one", "sign_secret": "guess"}, {"auth_key": "nobody", "sign_secret": "x"}):
            await self.refused("UNAUTHENTICATED", self.order(client=self.another(**keys)))
        async with grpc.aio.insecure_channel(f"127.0.0.1:{self.exchange.port}") as channel:
            stub = type(self.client.stub)(channel)
            await self.refused("UNAUTHENTICATED", stub.CancelAllGridpoolOrders(
                pb.CancelAllGridpoolOrdersRequest(gridpool_id=1)))

    async def test_rights(self):
        reader = self.another(auth_key="plain")
        self.assertEqual([], [o async for o in reader.list_gridpool_orders(2)])
        await self.refused("PERMISSION_DENIED", self.order(pool=2, client=reader))

    async def test_replay(self):
        import base64
        import hashlib
        import hmac

        def signed(nonce, ts=None, method="CancelAllGridpoolOrders", pad=False):
            ts = str(int(ts or time.time()))
            digest = hmac.new(b"secret-of-one", f"key-of-one{ts}{nonce}{method}".encode(), hashlib.sha256).digest()
            sig = base64.urlsafe_b64encode(digest).decode()
            return (("key", "key-of-one"), ("ts", ts), ("nonce", nonce), ("sig", sig if pad else sig.rstrip("=")))

        async with grpc.aio.insecure_channel(f"127.0.0.1:{self.exchange.port}") as channel:
            call = type(self.client.stub)(channel).CancelAllGridpoolOrders
            request = pb.CancelAllGridpoolOrdersRequest(gridpool_id=1)
            once = signed("one")
            await call(request, metadata=once)
            self.assertIn("nonce", await self.refused("UNAUTHENTICATED", call(request, metadata=once)))
            await call(request, metadata=signed("two", pad=True))
            await self.refused("UNAUTHENTICATED", call(request, metadata=signed("three", ts=time.time() - 300)))
            await self.refused("UNAUTHENTICATED", call(request, metadata=signed("four", ts=time.time() + 300)))
            await self.refused("UNAUTHENTICATED", call(request, metadata=signed("five", method="GetGridpoolOrder")))


if __name__ == "__main__":
    logging.disable(logging.CRITICAL)  # the client tells of each refusal
    PROGRAM = os.path.abspath(sys.argv.pop(1))
    unittest.main()
