"""What the provider may answer, as bytes."""

import json

TASK = "MtAd7mCuc4YqK_a1iAQSW"
URLS = tuple(f"https://cdn.midjourney.com/f00/0_{n}.png" for n in range(4))
BROKEN_BODIES = {
    "empty": b"",
    "html": b"<html><h1>502 Bad Gateway</h1></html>",
    "invalid utf-8": b'{"status": 0, "data": {"taskId": "\xff\xfe"}}',
    "cut off": b'{"status": 0, "data": {"taskId": "Mt',
    "nested too deeply": b"[" * 200_000,
    "nested objects": b'{"data":' * 100_000,
    "endless integer": b'{"status": ' + b"9" * 10_000 + b"}",
    "not a number": b'{"status": NaN, "data": {"taskId": "x"}}',
    "null": b"null",
    "a string": b'"success"',
    "a number": b"0",
    "megabytes of html": b"<p>sorry</p>" * 400_000,
    "half a surrogate": b'{"data": {"taskId": "\\ud800"}}',
}


def body(value: object) -> bytes:
    return json.dumps(value).encode()


def accepted(task_id: object = TASK, status: object = 0) -> bytes:
    return body({"status": status, "message": "success", "data": {"taskId": task_id}})
