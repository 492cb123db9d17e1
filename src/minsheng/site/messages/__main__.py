"""`python -m minsheng.site.messages`: the same as `minsheng messages`, before anything else is set up."""

import sys

from minsheng.site.commands.messages import main

sys.exit(main(sys.argv[1:]))
