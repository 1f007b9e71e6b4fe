"""Stands in for chat platforms and OpenAI's login server, on port 443, in a container of the tests' engine.

Simulated: only what Hermes' gateway and `verify` ask, with the errors that the real services give, as their public
documentation has them. The token decides what a bot gets: for Slack and Telegram one with "good" in it is accepted, and
one with "taken" too, but somebody else receives its messages; for all others each is accepted that has no "bad" in it.
Microsoft's signing keys are those of the test. On port 993 there is a mail server that knows the login and nothing else.
The login server ends every login that is refreshed. Each request is printed, without the token.
"""

import asyncio
import base64
import json
import os
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


# By host: what a call with a right token gets, and with a wrong one. The token is in the header, the query or the body.
VENDORS = {
    "api.twilio.com": ({"sid": "SM1", "status": "active"}, (401, {"code": 20003, "message": "Authenticate"})),
    "api.line.me": ({"userId": "Ubot"}, (401, {"message": "Authentication failed"})),
    "graph.facebook.com": ({"id": "1"}, (401, {"error": {"message": "Invalid OAuth access token."}})),
    "open.feishu.cn": (
        {"code": 0, "tenant_access_token": "t", "expire": 7200, "bot": {"open_id": "ou_bot", "app_name": "hermes"}},
        (200, {"code": 10014, "msg": "app secret invalid"}),
    ),
    "login.microsoftonline.com": ({"access_token": "t", "expires_in": 3600}, (401, {"error": "invalid_client"})),
    "smba.trafficmanager.net": ({"id": "1"}, (401, {})),
    "qyapi.weixin.qq.com": (
        {"errcode": 0, "errmsg": "ok", "access_token": "t", "expires_in": 7200},
        (200, {"errcode": 40001, "errmsg": "invalid credential"}),
    ),
    "api.dingtalk.com": ({"accessToken": "t", "expireIn": 7200}, (400, {"code": "invalidClientIdOrSecret", "message": "no"})),
    "bots.qq.com": ({"access_token": "t", "expires_in": "7200"}, (200, {"code": 100016, "message": "invalid secret"})),
    "ntfy.sh": ({"success": True}, (403, {"code": 40301, "http": 403, "error": "forbidden"})),
    "matrix.example": ({"user_id": "@hermes:matrix.example"}, (401, {"errcode": "M_UNKNOWN_TOKEN", "error": "no"})),
    "chat.example": ({"id": "bot"}, (401, {"id": "api.context.session_expired.app_error", "message": "no"})),
    "home.example": ({"message": "API running."}, (401, {})),
    "discord.com": ({"id": "1"}, (401, {"message": "401: Unauthorized", "code": 0})),
}  # fmt: skip
VENDORS["open.larksuite.com"] = VENDORS["open.feishu.cn"]


async def vendor(request):
    right, (status, wrong) = VENDORS[request.host]
    print(request.host, request.method, flush=True)
    header = request.headers.get("Authorization", "")
    scheme, _, value = header.partition(" ")
    if scheme == "Basic":
        header = base64.b64decode(value).decode()
    said = header + request.query_string + (await request.text())
    return web.json_response(wrong, status=status) if "bad" in said else web.json_response(right)


async def keys(_):
    with open(os.path.dirname(sys.argv[1]) + "/keys.json", encoding="utf-8") as file:
        return web.json_response(json.load(file))


@web.middleware
async def by_host(request, handler):
    return await vendor(request) if request.host in VENDORS else await handler(request)


async def mailbox(reader, writer):
    writer.write(b"* OK IMAP4rev1\r\n")
    while line := (await reader.readline()).decode():
        tag, command, *rest = line.split()
        print("imap", command, flush=True)
        if command == "CAPABILITY":
            writer.write(b"* CAPABILITY IMAP4rev1\r\n")
        rejected = command == "LOGIN" and "bad" in line
        writer.write(("%s %s done\r\n" % (tag, "NO" if rejected else "OK")).encode())
    writer.close()


async def nothing(request):
    print("unknown", request.host, request.path, flush=True)
    return web.json_response({"ok": False, "error": "unknown_method"}, status=404)


def main(certificate, key):
    app = web.Application(middlewares=[by_host])
    app.router.add_get("/v1/.well-known/keys", keys)
    app.router.add_route("*", "/api/{method:[a-zA-Z.]+}", slack)
    app.router.add_get("/link", socket_mode)
    app.router.add_route("*", "/bot{token}/{method}", telegram)
    app.router.add_post("/oauth/token", refresh)
    app.router.add_route("*", "/{path:.*}", nothing)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)

    async def mail(_):
        await asyncio.start_server(mailbox, port=993, ssl=tls)

    app.on_startup.append(mail)
    web.run_app(app, port=443, ssl_context=tls, print=lambda _: print("listening", flush=True))


main(*sys.argv[1:])
