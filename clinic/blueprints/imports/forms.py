"""Forms of bringing in a file."""

from __future__ import annotations

from clinic.web.fields import Form, Upload


class PressForm(Form):
    """A button that is a form."""


class ImportForm(Form):
    file = Upload("CSV file or Excel workbook", "Choose a CSV file or an Excel workbook",
                  hint="CSV in UTF-8, or a workbook (.xlsx) with one sheet; up to 10,000 rows and 10 MB.")
