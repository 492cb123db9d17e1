"""事 The spine: open, act, tick, list, show any matter; sealed content and attachments."""
