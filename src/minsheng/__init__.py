"""Minsheng 民声: the people set the questions, public bodies answer, and the people mark the paper."""
