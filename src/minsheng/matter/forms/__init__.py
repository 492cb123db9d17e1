"""Forms made from rule files. `ActForm` is the only one: every act and every opening is filled in with it."""

from minsheng.matter.forms.acts import ActForm, Said

__all__ = ["ActForm", "Said"]
