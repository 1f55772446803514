"""Anything at all: no bytes are answered with an error of ours, or do more than a hint may."""

import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.domain.jobs import Job, JobStatus
from bot.web.signing import PATH, REFERENCE_PATH
from tests.integration.web.strangers import DEEP, HEALTH, JOB, impatient, request
from tests.listener import Listener, path_of, reference_path, statuses_in

search = settings(
    max_examples=150,
    deadline=None,  # a busy machine is no reason to fail
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


ROUTES = ["/healthz", "/readyz", "/metrics", PATH, REFERENCE_PATH]
odd_segments = st.sampled_from([
    "a%2Fb", "%00", "%ff", "%", "%zz", "..", "%2e%2e", "", "*", ";", "a" * 5000, "%ED%A0%80", "ü",
    "\x01", "\x7f", "{job_id}", "%F0%9F%A6%8A", "'", "a b", "a\tb", "?", "#", "://", "[::1",
])  # fmt: skip
segments = st.one_of(odd_segments, st.text(st.characters(max_codepoint=255), max_size=8))
patterns = st.builds(
    lambda route, fill: "/".join(fill if "{" in part else part for part in route.split("/")),
    st.sampled_from(ROUTES),
    segments,
)
right_paths = st.sampled_from([path_of(JOB), reference_path(JOB)])
targets = st.one_of(
    right_paths,
    patterns,
    st.builds("{}{}".format, st.one_of(right_paths, patterns), segments),
    st.sampled_from(["*", "//", "http://[::1/healthz", "http://a:99999/healthz", "x:443", ""]),
)
methods = st.one_of(
    st.sampled_from(["GET", "POST", "HEAD", "OPTIONS", "TRACE", "CONNECT", "PUT", "get", "PRI"]),
    st.text(st.characters(max_codepoint=255), max_size=6),
)
header_lines = st.one_of(
    st.sampled_from([
        "Content-Length: 0", "Content-Length: 70000", "Transfer-Encoding: chunked",
        "Transfer-Encoding: gzip, chunked", "Content-Encoding: gzip", "Content-Encoding: br",
        "Expect: 100-continue", "Expect: tea", "Connection: upgrade", "Upgrade: websocket",
        "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQCAAAAAAIAAAAA", "Host: y", "Range: bytes=-1",
        "Sec-WebSocket-Key: x", "If-None-Match: *", "Connection: keep-alive", "X: a\r\n folded",
    ]),
    st.text(st.characters(max_codepoint=255), max_size=20),
)  # fmt: skip
json_texts = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["data", "taskId", "status", "x"]), inner, max_size=3),
    ),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode())
bodies = st.one_of(
    json_texts,
    st.binary(max_size=50),
    st.sampled_from([
        b"2\r\n{}\r\n0\r\n\r\n", b"zz\r\n", b"FFFFFFFFFFFFFFFF1\r\n{}", b"2;" + b"x" * 9000,
        b"0\r\nX: " + b"y" * 9000 + b"\r\n\r\n", HEALTH * 3, DEEP[:2000],
    ]),
)  # fmt: skip
versions = st.sampled_from(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "HTTP/9", "", "x"])
requests = st.builds(
    lambda method, target, version, headers, body: (
        "\r\n".join(
            [
                f"{method} {target} {version}",
                "Host: x",
                "Connection: close",
                f"Content-Length: {len(body)}",
                *headers,
                "",
                "",
            ]
        ).encode("latin-1", errors="replace")
        + body
    ),
    methods,
    targets,
    versions,
    st.lists(header_lines, max_size=3),
    bodies,
)


@impatient
@search
@given(raw=st.one_of(requests, st.binary(max_size=200)))
@example(raw=b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100)  # TLS
@example(raw=b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
@example(raw=HEALTH * 100)
async def test_no_bytes_cause_a_server_error(listener: Listener, raw: bytes) -> None:
    answer = await listener.say(raw, timeout_s=0.5)
    assert not [status for status in statuses_in(answer) if status >= 500]


@pytest.fixture
async def lost_job(listener: Listener) -> Job:
    return await listener.lost_job()


@search
@given(body=bodies, content_type=st.sampled_from(["application/json", "x", "text/\xff", ""]))
async def test_no_callback_does_more_than_have_the_job_polled(
    listener: Listener, lost_job: Job, body: bytes, content_type: str
) -> None:
    path = path_of(lost_job.id)
    answer = await listener.say(request(path, f"Content-Type: {content_type}", body=body))
    assert statuses_in(answer)[0] in {200, 400}
    after = await listener.jobs.get(lost_job.id)
    assert after is not None
    assert after.status in {JobStatus.UNKNOWN, JobStatus.RUNNING}
    assert after.provider_task_id is None or len(after.provider_task_id) <= 128
    assert (after.image_urls, after.failure) == ((), None)
