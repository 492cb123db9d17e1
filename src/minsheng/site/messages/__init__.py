"""Interface messages: Chinese in the source, English beside it, nothing forgotten.

`extract` finds what templates and Python ask gettext for, `po` reads catalogues and writes the binary ones,
`check` compares the two. No gettext programs are needed.
"""
