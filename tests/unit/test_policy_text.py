"""Policy over texts: every documented message, and what must never be refused."""

from __future__ import annotations

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from songwright.errors import Forbidden
from songwright.policy import Moderation, Policy, PolicyFileError
from songwright.policy.normal import fold, words
from songwright.policy.terms import Terms

KNOWN = """[Verse]
The lantern keeper counts the boats at night
A copper moon goes rolling down the quay
I love you
My father mended nets by candlelight
And left the smallest of his knots to me
Oh, harbour bells, remember every name
The tide that took them never looks the same
"""
ORDINALS = ["one", "two", "three", "four", "five", "six"]
OTHER = "\n".join(f"Quite another line number {word} of a song" for word in ORDINALS)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "artist_names.txt").write_text("# names\nNora Vale\nZoë Kestrel # since 2020\nA$TR0 Kid\n麦小雨\nArt\n")
    (tmp_path / "producer_tags.txt").write_text("Kiln on the beat\n")
    (tmp_path / "blocked_words.txt").write_text("gribble\n")
    (tmp_path / "flagged_words.txt").write_text("snarkel\n")
    (tmp_path / "flagged_patterns.txt").write_text(r"zorp\d{3}" + "\n")
    (tmp_path / "copyrighted_lyrics").mkdir()
    (tmp_path / "copyrighted_lyrics" / "quay.txt").write_text(KNOWN)
    return tmp_path


def refusal(policy, **texts):
    with pytest.raises(Forbidden) as caught:
        policy.check_text(**texts)
    assert (caught.value.code, caught.value.status) == ("forbidden", 403)
    return caught.value.message


LINES = [line for line in KNOWN.splitlines() if len(line.split()) > 3]


@pytest.mark.parametrize(
    ("field", "text", "message"),
    [
        ("prompt", "a song like NORA-VALE", "Song Description contained artist name: Nora Vale"),
        ("prompt", "n0ra v4le ballad", "Song Description contained artist name: Nora Vale"),
        ("prompt", "as zoe   kestrel would", "Song Description contained artist name: Zoë Kestrel"),
        ("prompt", "astro kid trap", "Song Description contained artist name: A$TR0 Kid"),
        ("prompt", "一首麦小雨的歌", "Song Description contained artist name: 麦小雨"),
        ("lyrics_prompt", "Ｎｏｒａ Vale", "Song Description contained artist name: Nora Vale"),
        ("style", "pop, Nora Vale", "Tags contained artist name: Nora Vale"),
        ("prompt", "start with kiln on the beat!", "Song Description contained producer tag: Kiln on the beat"),
        ("lyrics", "you gribble", "Prompt contained inappropriate material"),
        ("prompt", "G.R.I.B.B.L.E. song", "Prompt contained inappropriate material"),
        ("prompt", "a snarkel", "Song Description flagged for moderation"),
        ("prompt", "Zorp123", "Song Description flagged for moderation"),
        ("lyrics", "sn4rkel", "Prompt flagged for moderation"),
        ("lyrics", OTHER + "\n" + "\n".join(LINES[1:4]), "Lyrics contained copyrighted material"),
        ("lyrics", "\n".join(LINES[:4]).replace("lantern", "lanterns"), "Lyrics contained copyrighted material"),
        ("prompt", " / ".join(LINES[:3]), "Prompt likely copyrighted"),
        ("prompt", "bell\x00", "Prompt likely malformed"),
        ("lyrics", "buy " * 81, "Prompt likely malformed"),
        ("prompt", "1234 -- " * 30, "Prompt likely malformed"),
    ],
)
def test_each_message(folder, field, text, message):
    assert refusal(Policy.load(folder), **{field: text}) == message


@pytest.mark.parametrize(
    "text",
    [
        "🎵🔥" * 200,
        "写一首关于雨的歌" * 60,
        "Hello Hello Hello ",
        "\n".join(["la la la la la la la la"] * 60),
        "\n".join(f"line {n} of a long and patient song about the sea" for n in range(100)),
        "an artful party for Nora, Valentine's day",
        "the gribbles are fine",
        "I love you\n" * 8,
        "\n".join(LINES[:2]) + "\n" + OTHER,
        "♪ ♫ " * 100,
        "tab\tand\r\nlines",
        "",
    ],
)
@pytest.mark.parametrize("field", ["prompt", "lyrics", "style"])
def test_never_refused(folder, text, field):
    Policy.load(folder).check_text(**{field: text})
    Policy.load(None).check_text(**{field: text})


def test_forty_percent_of_the_lines_without_three_in_a_row(folder):
    other = OTHER.splitlines()
    mixed = [LINES[0], other[0], LINES[2], other[1], LINES[4], other[2]]
    assert refusal(Policy.load(folder), lyrics="\n".join(mixed)) == "Lyrics contained copyrighted material"


def test_the_default_knows_no_names():
    Policy.load(None).check_text(prompt="Nora Vale, gribble snarkel", lyrics=KNOWN)


def test_one_of_ten_thousand_names_is_found():
    terms = Terms(f"name{n} of{n % 97}" for n in range(10_000))
    text = "some words of a song name12 by the river " * 100
    assert terms.find(text) is None
    assert terms.find(text + " name9999 of8") == "name9999 of8"


@pytest.mark.parametrize(
    ("name", "data", "words_of_error"),
    [
        ("flagged_patterns.txt", b"fine\n(open\n", "line 2: not a regular expression"),
        ("artist_names.txt", b"fine\n\xff\xfe\n", "line 2: not UTF-8"),
        ("artist_names.txt", b"fine\n\n***\n", "line 3: '***' has no letter"),
    ],
)
def test_a_bad_file_is_named_with_its_line(tmp_path, name, data, words_of_error):
    (tmp_path / name).write_bytes(data)
    with pytest.raises(PolicyFileError) as caught:
        Policy.load(tmp_path)
    assert str(tmp_path / name) in str(caught.value)
    assert words_of_error in str(caught.value)


def test_a_missing_folder_is_an_error(tmp_path):
    with pytest.raises(PolicyFileError, match="does not exist"):
        Policy.load(tmp_path / "none")


def test_files_are_read_again_at_most_once_a_second(folder):
    now = [0.0]
    policy = Policy(folder=folder, clock=lambda: now[0])
    path = folder / "blocked_words.txt"
    path.write_text("gribble\nquonk\n")
    os.utime(path, (1, 1))
    now[0] = 0.5
    policy.check_text(prompt="quonk")
    now[0] = 1.5
    assert refusal(policy, prompt="quonk") == "Prompt contained inappropriate material"
    path.write_bytes(b"\xff")
    now[0] = 3.0
    assert refusal(policy, prompt="quonk")  # the last good list stays


@pytest.fixture
def service():
    """A moderation endpoint; ``answers`` are sent in turn, the last one for ever."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            server.seen.append((self.headers["authorization"], body["input"]))
            status, answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
            self.send_response(status)
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            """Quiet."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    server.seen, server.url = [], f"http://127.0.0.1:{server.server_port}/v1/moderations"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


YES, NO = (200, b'{"results": [{"flagged": true}]}'), (200, b'{"results": [{"flagged": false}]}')


def test_the_service_flags(service):
    service.answers = [YES]
    policy = Policy.load(None, moderation=Moderation(url=service.url, key="k"))
    assert refusal(policy, prompt="hm", title="t") == "Song Description flagged for moderation"
    assert service.seen == [("Bearer k", "hm\nt")]


@pytest.mark.parametrize("broken", [(500, b""), (200, b"<html>"), (200, b"[]"), (200, b"{}")])
def test_a_failing_service_is_asked_twice_then_refuses_or_allows(service, broken):
    service.answers = [broken]
    refuse = Policy.load(None, moderation=Moderation(url=service.url, on_failure="refuse"))
    assert refusal(refuse, prompt="hm") == "Generic openAI error"
    assert len(service.seen) == 2
    Policy.load(None, moderation=Moderation(url=service.url)).check_text(prompt="hm")


def test_the_second_attempt_counts(service):
    service.answers = [(500, b""), NO]
    Policy.load(None, moderation=Moderation(url=service.url, on_failure="refuse")).check_text(prompt="hm")
    assert len(service.seen) == 2


@given(st.text(max_size=60))
def test_folding_and_words_are_stable(text):
    assert fold(fold(text)) == fold(text)
    assert words(" ".join(words(text))) == words(text)


@given(st.text(alphabet="abcxyzéÖñ ", min_size=1, max_size=20).filter(words))
def test_a_name_is_found_in_any_case_and_between_any_signs(name):
    terms = Terms([name])
    assert terms.find(f"({name.upper()})") == name
    assert terms.find("... " + "-".join(words(name)) + "!") == name
