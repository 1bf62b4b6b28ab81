"""What a server of WSGI applications imports: `app`."""

import sys

from clinic.app import create_app
from clinic.config import BadSetting
from clinic.services import keys

try:
    app = create_app()
    keys.check(app.extensions["office"])
except BadSetting as sentence:
    sys.exit(str(sentence))
