"""Who reacts to what: five tables and the list of jobs, nothing else.

EVENT → handlers, CHECK → provider, EFFECT → service, STEP → special page, SLOT → fragment.
The rooms below know nothing of the rooms above; this is the only place where they meet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from minsheng.bodies import privacy as bodies_privacy  # noqa: F401
