"""听 A resident says what is wrong, by any channel, and holds a receipt."""
