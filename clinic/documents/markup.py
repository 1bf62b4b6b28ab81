"""Markdown made into HTML that is safe to show: the one place that makes Markup.

What a person typed is never dropped and never obeyed: tags are shown as text, a picture
becomes a link, and the cleaner stands behind it all. Render once, when the text is saved.
"""

import re
from xml.etree.ElementTree import Element  # noqa: S405  the type alone: no XML is read here

import nh3
from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from clinic.domain.errors import RuleBroken

# The longest note of a hearing, with its outcome and its actions.
LONGEST_TEXT = 60_000
MOST_BRACKETS = 200
MOST_HEADINGS = 200

_FIRST_HEADING = 3
_LAST_HEADING = 6
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_HEADING_MARK = re.compile(r"^(?:#|=+ *$|-+ *$)", re.MULTILINE)
_PICTURES = ("image_link", "image_reference", "short_image_ref")

_TAGS = {
    "p", "br", "hr", "h3", "h4", "h5", "h6", "strong", "em", "code", "pre", "blockquote",
    "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
# The cleaner lets titles through everywhere unless "*" says otherwise.
_ATTRIBUTES = {"*": set(), "a": {"href"}, "ol": {"start"}}
_SCHEMES = ("https://", "mailto:")


def render(text: str) -> Markup:
    """Return `text`, written in Markdown, as clean HTML whose largest heading is an h3.

    RuleBroken is raised for a text that is too long, or that would take too long to read.
    """
    _check_size(text)
    return Markup(_clean(_to_html(text)))  # noqa: S704  cleaned in this very line


def kept(html: str) -> Markup:
    """Return HTML that `render` made when it was saved, cleaned once more: no table is trusted."""
    return Markup(_clean(html))  # noqa: S704  cleaned in this very line


def _check_size(text: str) -> None:
    """Refuse what the reader of Markdown needs minutes for: its time grows with the square."""
    if len(text) > LONGEST_TEXT:
        raise RuleBroken(
            f"This text is too long: it has {len(text):,} characters and may have {LONGEST_TEXT:,}."
        )
    if (brackets := text.count("[")) > MOST_BRACKETS:
        raise RuleBroken(
            f"This text has {brackets:,} opening square brackets and may have {MOST_BRACKETS}."
            " Take some of them out."
        )
    if (headings := len(_HEADING_MARK.findall(text))) > MOST_HEADINGS:
        raise RuleBroken(f"This text has {headings:,} headings or lines across and may have {MOST_HEADINGS}.")


def _to_html(text: str) -> str:
    reader = Markdown(extensions=["tables", "sane_lists", _OurMarkdown()], output_format="html")
    return reader.convert(text)


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_keep,
        url_schemes={"https", "mailto"},
        link_rel="noopener noreferrer",
    )


def _keep(tag: str, attribute: str, value: str) -> str | None:
    """Keep an attribute, or drop it: a link without a scheme would lead into our own site."""
    if attribute == "href" and not value.lower().startswith(_SCHEMES):
        return None
    return value


class _Headings(Treeprocessor):
    """Moves all headings so that the largest is an h3, under the page's own two levels."""

    def run(self, root: Element) -> None:
        headings = [element for element in root.iter() if element.tag in _HEADINGS]
        largest = min((int(heading.tag[1]) for heading in headings), default=_FIRST_HEADING)
        for heading in headings:
            level = int(heading.tag[1]) - largest + _FIRST_HEADING
            heading.tag = f"h{min(level, _LAST_HEADING)}"


class _OurMarkdown(Extension):
    """Markdown less three things: raw HTML, pictures, which spy on readers, and links defined elsewhere.

    The last would swallow a line such as "[Police]: agreed" as a definition, and it makes
    the reader look for the end of every bracket twice more.
    """

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802  the library's name
        md.preprocessors.deregister("html_block")
        md.parser.blockprocessors.deregister("reference")
        for pattern in ("html", *_PICTURES, "reference", "short_reference"):
            md.inlinePatterns.deregister(pattern)
        md.treeprocessors.register(_Headings(md), "headings", 5)
