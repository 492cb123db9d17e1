"""The subcommands of `minsheng`, one module each: `add(subparsers)` registers it."""
