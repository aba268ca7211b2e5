"""Starts the emulator behind a guard. It runs Lambdas as processes of this machine: no web page may reach it.

A page is known by what its browser says of it: an `Origin`, a `Referer`, a `Sec-Fetch-Site` other than that of an
address which a person has typed, or, where a browser is too old for that, by the browser's own name. A page that has
pointed its own name at 127.0.0.1 is known by its `Host`. Only the front hands on what pages send, to the deployed API
alone; it is known by a token that no page can read.
"""

import hmac
import json
import os
import re
import sys

import ministack.app as ministack
from ministack.core.lambda_runtime import Worker

token = os.environ.pop("GATEHOUSE_FRONT_TOKEN").encode()
port = os.environ["GATEWAY_PORT"]
own_host = re.compile(rb"(localhost|127\.0\.0\.1|([a-z0-9-]+\.)+localhost):" + port.encode())
token_header = b"x-gatehouse-front"
deployed_apis = b"/_aws/execute-api/"


def refusal(scope):
    """Why a request may not go on, or None."""

    def values(*names):
        return [value for name, value in scope["headers"] if name.lower() in names]

    tokens = values(token_header)
    if tokens:
        is_front = len(tokens) == 1 and hmac.compare_digest(tokens[0], token)
        if is_front and scope["path"].encode().startswith(deployed_apis):
            return None
        return "this is not the front"
    hosts = set(values(b"host", b":authority"))
    if len(hosts) != 1 or not own_host.fullmatch(hosts.pop().lower()):
        return "the emulator does not answer to this host name"
    sites = values(b"sec-fetch-site")
    browser = any(b"mozilla" in agent.lower() for agent in values(b"user-agent"))
    if values(b"origin", b"referer") or any(site != b"none" for site in sites) or (browser and not sites):
        return "no web page may reach the emulator"
    return None


def guarded(app):
    async def guard(scope, receive, send):
        if scope["type"] not in ("http", "websocket"):
            return await app(scope, receive, send)
        why = refusal(scope)
        if why is None:
            headers = [(name, value) for name, value in scope["headers"] if name.lower() != token_header]
            return await app({**scope, "headers": headers}, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        body = json.dumps({"message": f"Refused: {why}"}).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 403, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    return guard


# It waits 50 ms for what a Lambda may still log, after each answer without a log: most of a request's time. What a
# Lambda logs is in the pipe before its answer is, so that a few milliseconds are enough to take it out.
collect_logs = Worker._drain_stderr_bounded
Worker._drain_stderr_bounded = lambda worker: collect_logs(worker, first_line_wait=0.01)

ministack.app = guarded(ministack.app)
sys.argv[1:] = []
ministack.main()
