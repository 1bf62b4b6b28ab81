"""What a server of WSGI applications imports: `app`."""

import sys

from clinic.app import create_app
from clinic.config import BadSetting

try:
    app = create_app()
except BadSetting as sentence:
    sys.exit(str(sentence))
