"""事 The spine: open, act, tick, list, show any matter; sealed content and attachments.

`services` is the only writer (ADR 0005), `queries` the only reader for other rooms; `queries.readable` is the
one gate to documents and files. `views` makes pages for any procedure from its rule file. A room with a nicer
page for a step puts it into `special`, a provider of an attested check into `checks`; site/wiring fills both.
"""
