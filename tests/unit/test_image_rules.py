"""Which links and addresses images may come from, and how the bytes are told apart."""

from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from yarl import URL

from bot.domain.addresses import AllowList, NetworkScope, WebOrigin, is_public
from bot.domain.pictures import extension_of

ALLOWED = AllowList.parse(
    ("cdn.midjourney.com", "http://127.0.0.1:9001", "http://[::1]:9002", "https://minio:8443")
)


# ── Links that pass ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url",
    [
        "https://cdn.midjourney.com",
        "https://cdn.midjourney.com/",
        "https://cdn.midjourney.com:443/a.png",
        "https://cdn.midjourney.com/a/0_0.png?ex=1&hm=%7E%2f#top",
        "https://cdn.midjourney.com/a@evil.example/b.png",
        "https://cdn.midjourney.com/größe.png",
        "https://cdn.midjourney.com?x=1",
    ],
)
def test_a_bare_host_allows_https_to_public_addresses(url):
    assert ALLOWED.scope(url) is NetworkScope.PUBLIC


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9001/a.png", "http://[::1]:9002/a.png", "https://minio:8443/a.png"],
)
def test_a_whole_origin_allows_exactly_itself_at_any_address(url):
    assert ALLOWED.scope(url) is NetworkScope.ANYWHERE


def test_of_two_entries_for_one_server_the_one_that_permits_more_counts():
    for entries in (
        ("cdn.example.com", "https://cdn.example.com"),
        ("https://cdn.example.com", "cdn.example.com"),
    ):
        assert AllowList.parse(entries).scope("https://cdn.example.com/a") is NetworkScope.ANYWHERE


def test_entries_may_be_written_with_capitals_blanks_and_a_final_slash():
    allowed = AllowList.parse((" CDN.Example.COM ", "", "HTTP://127.0.0.1:80/"))
    assert allowed.scope("https://cdn.example.com/a") is not None
    assert allowed.scope("http://127.0.0.1/a") is not None


def test_no_entries_allow_nothing():
    assert AllowList.parse(()).scope("https://cdn.midjourney.com/a.png") is None


# ── Links that do not ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "url",
    [
        "",
        "cdn.midjourney.com/a.png",
        "//cdn.midjourney.com/a.png",
        "http://cdn.midjourney.com/a.png",
        "http://cdn.midjourney.com:443/a.png",
        "ftp://cdn.midjourney.com/a.png",
        "file:///etc/passwd",
        "file://cdn.midjourney.com/etc/passwd",
        "data:image/png;base64,AAAA",
        "https:cdn.midjourney.com/a.png",
        "https:/cdn.midjourney.com/a.png",
        "https:///cdn.midjourney.com/a.png",
        "https://",
        "https://cdn.midjourney.com.evil.example/a.png",
        "https://evil.example/cdn.midjourney.com",
        "https://evilcdn.midjourney.com/a.png",
        "https://x.cdn.midjourney.com/a.png",
        # another port
        "https://cdn.midjourney.com:8443/a.png",
        "https://cdn.midjourney.com:80/a.png",
        "https://cdn.midjourney.com:/a.png",
        "https://cdn.midjourney.com:0443/a.png",
        "https://cdn.midjourney.com:65979/a.png",  # 443 modulo 65536
        "https://cdn.midjourney.com:+443/a.png",
        "https://cdn.midjourney.com:４４３/a.png",  # noqa: RUF001 - full-width digits
        "http://127.0.0.1:9002/a.png",
        "https://127.0.0.1:9001/a.png",
        "http://127.0.0.1/a.png",
        "http://localhost:9001/a.png",
        # user names
        "https://user@cdn.midjourney.com/a.png",
        "https://user:pw@cdn.midjourney.com/a.png",
        "https://cdn.midjourney.com@evil.example/a.png",
        "https://cdn.midjourney.com:443@evil.example/a.png",
        "https://@cdn.midjourney.com/a.png",
        "http://127.0.0.1:9001@evil.example/a.png",
        # other spellings of the host
        "https://cdn.midjourney.com./a.png",
        "https://CDN.midjourney.com/a.png",
        "HTTPS://cdn.midjourney.com/a.png",
        "https://cdn%2emidjourney.com/a.png",
        "https://cdn.midjourney.com%00.evil.example/a.png",
        "https://cdn。midjourney。com/a.png",
        "https://ｃdn.midjourney.com/a.png",  # noqa: RUF001 - full-width c
        "https://cdn.midjοurney.com/a.png",  # noqa: RUF001 - Greek omicron
        "https://cdn.midjourney.com\u200b/a.png",
        "https://cdn.midjourney.co\u212a/a.png",
        # backslashes, blanks and control characters
        "https:\\\\cdn.midjourney.com\\a.png",
        "https://cdn.midjourney.com\\@evil.example/a.png",
        "https://evil.example\\@cdn.midjourney.com/a.png",
        "https://cdn.midjourney.com/a\\b.png",
        " https://cdn.midjourney.com/a.png",
        "https://cdn.midjourney.com/a.png ",
        "https://cdn.midjourney.com/a b.png",
        "https://cdn.midjourney.com/a.png\n",
        "https://cdn.midjourney.com/a\r\nHost: evil.example",
        "https://cdn.midjourney.com/a\tb.png",
        "https://cdn.midjourney.com/\x00",
        "https://cdn.midjourney.com/\x7f",
        "https://cdn.midjourney.com/\u2028",
        "https://cdn.midjourney.com/\ud800",
        "ht\ntps://cdn.midjourney.com/a.png",
        # other spellings of an allowed address
        "http://127.1:9001/a.png",
        "http://2130706433:9001/a.png",
        "http://0x7f000001:9001/a.png",
        "http://0x7f.0.0.1:9001/a.png",
        "http://0177.0.0.1:9001/a.png",
        "http://127.0.0.01:9001/a.png",
        "http://127.0.0.1.:9001/a.png",
        "http://[::ffff:127.0.0.1]:9001/a.png",
        "http://[::ffff:7f00:1]:9001/a.png",
        "http://[0:0:0:0:0:0:0:1]:9002/a.png",
        "http://[::1%25lo]:9002/a.png",
        "http://[::1%lo]:9002/a.png",
        "http://::1:9002/a.png",
        "http://[::1:9002/a.png",
    ],
)
def test_a_link_in_any_other_spelling_is_refused(url):
    assert ALLOWED.scope(url) is None


_TRICKY = st.text(alphabet=st.sampled_from("ax.:/\\@#?%[]0 \t\n-_é。\ud800"), max_size=12)


@given(before=_TRICKY, between=_TRICKY, after=_TRICKY)
@example(before="", between="", after="")
def test_what_is_allowed_is_read_the_same_way_by_the_http_client(before, between, after):
    url = f"https://{before}cdn.midjourney.com{between}/{after}"
    if ALLOWED.scope(url) is not None:
        seen = URL(url, encoded=True)
        assert (seen.scheme, seen.raw_host, seen.port) == ("https", "cdn.midjourney.com", 443)
        assert seen.raw_user is None
        assert seen.raw_password is None


@given(st.text())
def test_any_text_has_an_origin_or_none(url):
    assert WebOrigin.of(url) is None or url.startswith(("http://", "https://"))


# ── Entries that cannot be used ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "entry",
    [
        "cdn.example.com:8443",
        "127.0.0.1",
        "127.0.0.1:9001",
        "::1",
        "[::1]",
        "localhost",
        "2130706433",
        "0x7f.1",
        "127.1",
        "cdn.example.com.",
        "cdn.example.com/path",
        "-cdn.example.com",
        "cdn..example.com",
        f"{'a' * 64}.example.com",
        "cdn example.com",
        "*.example.com",
        "bücher.example",
        "\u212adn.example.com",
        "ftp://cdn.example.com",
        "javascript://cdn.example.com",
        "https://cdn.example.com/images",
        "https://cdn.example.com?x",
        "https://cdn.example.com:99999",
        "https://cdn.example.com:",
        "https://",
        "http://0x7f.0.0.1:9001",
        "http://127.1:9001",
        "http://[0:0::1]:9001",
        "http://[fe80]:9001",
        "https://cdn.example.com.",
    ],
)
def test_a_bad_entry_is_named_with_what_to_write_instead(entry):
    with pytest.raises(ValueError, match=r"^expected hosts \(cdn\.example\.com\)") as caught:
        AllowList.parse((entry,))
    assert f"not {entry!r}" in str(caught.value)


def test_all_bad_entries_are_named_at_once():
    with pytest.raises(ValueError, match=r"not '\*\.a\.example', 'localhost'$"):
        AllowList.parse(("*.a.example", "good.example.com", "localhost"))


def test_a_password_in_an_entry_is_not_repeated():
    with pytest.raises(ValueError, match="not one with a password") as caught:
        AllowList.parse(("https://user:hunter2@cdn.example.com",))
    assert "hunter2" not in str(caught.value)


def test_a_problem_stays_on_one_line():
    with pytest.raises(ValueError, match="example") as caught:
        AllowList.parse(("cdn\nexample.com",))
    assert "\n" not in str(caught.value)


# ── Addresses ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "1.1.1.1", "8.8.8.8", "172.15.255.255", "172.32.0.0", "2606:4700::6810:84e5"],
)
def test_an_address_on_the_open_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.255.255.254",
        "0.0.0.0",
        "0.1.2.3",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "100.64.0.1",
        "100.100.100.200",
        "169.254.169.254",
        "168.63.129.16",
        "192.0.0.192",
        "192.0.2.1",
        "192.88.99.1",
        "198.18.0.1",
        "198.51.100.1",
        "203.0.113.1",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::ffff:127.0.0.1",
        "::ffff:1.1.1.1",
        "64:ff9b::7f00:1",
        "64:ff9b::101:101",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:db8::1",
        "2002:7f00:1::",
        "2002:101:101::",
        "3fff::1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
        "",
        "localhost",
        "0x7f000001",
        "2130706433",
        "127.1",
        "/run/some.sock",
    ],
)
def test_any_other_address_is_not_public(address):
    assert not is_public(address)


@given(st.ip_addresses())
def test_nothing_that_python_calls_private_is_public(ip):
    private = (
        not ip.is_global or ip.is_private or ip.is_loopback or ip.is_link_local or ip.is_multicast
    )
    assert not (private and is_public(str(ip)))


@given(st.ip_addresses(v=4))
def test_no_ipv6_form_of_an_ipv4_address_is_public(ip: IPv4Address):
    number = int(ip)
    carriers = (
        number,  # compatible
        (0xFFFF << 32) | number,  # mapped
        (0x64FF9B << 96) | number,  # NAT64
        (0x2002 << 112) | (number << 80),  # 6to4
        (0x20010000 << 96) | (number ^ 0xFFFFFFFF),  # Teredo
    )
    assert not any(is_public(str(IPv6Address(carrier))) for carrier in carriers)


def test_the_nat64_form_above_is_the_real_one():
    assert IPv6Address((0x64FF9B << 96) | 0x7F000001) == ip_address("64:ff9b::7f00:1")


# ── Formats ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("data", "extension"),
    [
        (b"\x89PNG\r\n\x1a\n....", "png"),
        (b"\xff\xd8\xff\xe0....", "jpg"),
        (b"GIF87a....", "gif"),
        (b"GIF89a....", "gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", None),
        (b"<!DOCTYPE html>", None),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', None),
        (b"%PDF-1.7", None),
        (b"\x1f\x8b\x08", None),
        (b"BM....", None),
        (b"\x89PNG", None),
        (b"", None),
    ],
)
def test_the_first_bytes_tell_the_format(data, extension):
    assert extension_of(data) == extension
