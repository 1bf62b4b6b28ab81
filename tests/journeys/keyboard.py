"""Somebody without a mouse: Tab, arrows, Space, Enter, and what they type."""

from __future__ import annotations

from playwright.sync_api import Locator

from tests.journeys.people import Person

# The furthest that anything on a page is away by Tab, and the longest list by an arrow.
FAR = 400
_HERE = "(wanted) => document.activeElement === wanted"
# All buttons of one choice are one stop of Tab.
_THERE = """(wanted) => {
    const here = document.activeElement;
    return here === wanted || (wanted.type === 'radio' && here.type === 'radio' && here.name === wanted.name);
}"""
_CHOSEN = "(list) => list.selectedOptions[0].label.trim()"
_PLACES = "(list, label) => [list.selectedIndex, [...list.options].findIndex((one) => one.label.trim() === label)]"


class Typist(Person):
    """Whatever cannot be reached by Tab, they cannot use."""

    def reach(self, control: Locator) -> None:
        """Press Tab until `control` has the focus."""
        wanted = control.element_handle()
        for _ in range(FAR):
            if wanted.evaluate(_THERE):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{self.email} cannot reach {control} by Tab at {self.page.url}")

    def activate(self, control: Locator) -> None:
        self.reach(control)
        self.page.keyboard.press("Enter")

    def write(self, control: Locator, text: str) -> None:
        self.reach(control)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        # Enter goes to another line in a box of many lines.
        self.page.keyboard.type(text)
        assert control.input_value() == text

    def mark(self, control: Locator) -> None:
        self.reach(control)
        wanted = control.element_handle()
        for _ in range(FAR):
            if wanted.evaluate(_HERE):
                break
            self.page.keyboard.press("ArrowDown")
        if not control.is_checked():
            self.page.keyboard.press("Space")
        assert control.is_checked()

    def pick(self, control: Locator, option: str) -> None:
        self.reach(control)
        here, there = control.evaluate(_PLACES, option)
        for _ in range(abs(there - here)):
            self.page.keyboard.press("ArrowDown" if there > here else "ArrowUp")
        assert control.evaluate(_CHOSEN) == option
