"""The made-up town: its people with one-click sign-in, a clock that can be pushed on, and its builder.

Only where MINSHENG_DEMO is on, and then on 127.0.0.1 alone. The town's life is data (demo.yaml in
its folder); everything in it went through the same services as a real one's.
"""
