"""Stands in for Slack, Telegram and OpenAI's login server, on port 443, in a container of the tests' engine.

Simulated: only what Hermes' gateway and `verify` ask, with the errors that the real services give. The token decides
what a bot gets: one with "good" in it is accepted, and one with "taken" too, but somebody else receives its messages.
The login server ends every login that is refreshed. Each request is printed, without the token.
"""

import asyncio
import ssl
import sys
import time

from aiohttp import web

DATA_OF_SLACK = {
    "auth.test": {"url": "https://acme.slack.com/", "team": "Acme", "user": "bot", "team_id": "T1", "user_id": "UBOT", "bot_id": "B1"},
    "apps.connections.open": {"url": "wss://wss-primary.slack.com/link"},
}  # fmt: skip
BOT = {"id": 123, "is_bot": True, "first_name": "bot", "username": "acmebot", "can_join_groups": True}
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


def accepted(token):
    return "good" in token or "taken" in token


async def slack(request):
    method = request.match_info["method"]
    form = await request.post()
    token = request.headers.get("Authorization", "").removeprefix("Bearer ") or str(form.get("token", ""))
    print("slack", method, flush=True)
    if not accepted(token):
        return web.json_response({"ok": False, "error": "invalid_auth"})
    empty = {"channels": [], "members": [], "messages": [], "response_metadata": {"next_cursor": ""}}
    return web.json_response({"ok": True, **DATA_OF_SLACK.get(method, empty)})


async def socket_mode(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_json({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A1"}})
    async for _ in socket:
        pass
    return socket


async def telegram(request):
    token, method = request.match_info["token"], request.match_info["method"]
    print("telegram", method, flush=True)
    if not accepted(token):
        return web.json_response({"ok": False, "error_code": 401, "description": "Unauthorized"}, status=401)
    if method == "getMe":
        return web.json_response({"ok": True, "result": BOT})
    if method == "getUpdates":
        if "taken" in token:
            return web.json_response({"ok": False, "error_code": 409, "description": CONFLICT}, status=409)
        await asyncio.sleep(1)
        return web.json_response({"ok": True, "result": []})
    sent = {"message_id": 900, "date": int(time.time()), "chat": {"id": 77, "type": "private"}, "text": "x"}
    return web.json_response({"ok": True, "result": sent if method == "sendMessage" else True})


async def refresh(_):
    print("openai refresh", flush=True)
    return web.json_response({"error": "invalid_grant"}, status=400)


async def nothing(request):
    print("unknown", request.host, request.path, flush=True)
    return web.json_response({"ok": False, "error": "unknown_method"}, status=404)


def main(certificate, key):
    app = web.Application()
    app.router.add_route("*", "/api/{method:[a-zA-Z.]+}", slack)
    app.router.add_get("/link", socket_mode)
    app.router.add_route("*", "/bot{token}/{method}", telegram)
    app.router.add_post("/oauth/token", refresh)
    app.router.add_route("*", "/{path:.*}", nothing)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    web.run_app(app, port=443, ssl_context=tls, print=lambda _: print("listening", flush=True))


main(*sys.argv[1:])
