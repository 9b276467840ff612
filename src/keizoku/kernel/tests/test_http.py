"""One call is one request: what may have been acted on is unknown, and is not asked again behind our back."""

import asyncio

import aiohttp
import pytest

from keizoku.kernel import http


async def called(method):
    """The requests that a carrier got which answers the first of a connection, and cuts the others off after reading them."""
    seen = []

    async def carrier(reader, writer):
        while head := await reader.readuntil(b"\r\n\r\n"):
            length = next(
                int(line.split(b":")[1])
                for line in head.lower().split(b"\r\n")
                if line.startswith(b"content-length")
            )
            await reader.readexactly(length)
            seen.append(head.split()[0].decode())
            if len(seen) > 1:
                writer.close()
                return
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    server = await asyncio.start_server(carrier, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/batch"
    async with server, aiohttp.ClientSession() as session:
        answers = [await call(method, session, url) for _ in range(2)]
    return seen, answers


async def call(method, session, url):
    if method == "PUT":
        part = http.Part("pdf", "a.pdf", "application/pdf", b"%PDF")
        return await http.put_parts(session, url, [part], headers={}, timeout_s=5)
    return await http.post_json(session, url, {"a": 1}, headers={}, timeout_s=5)


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_request_that_is_cut_off_is_unknown_and_sent_once(method):
    seen, (first, second) = asyncio.run(called(method))

    assert isinstance(first, http.Answer)
    assert isinstance(second, http.Unknown)
    assert seen == [method, method]
