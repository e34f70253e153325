import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xiangshan.settings")
application = get_wsgi_application()
from xiangshan.portal.backups.checks import keys_open_parties  # noqa: E402  (the apps are loaded only now)

# Said at every start, and not only by `check`: a database that the present keys do not open.
keys_open_parties(None)
