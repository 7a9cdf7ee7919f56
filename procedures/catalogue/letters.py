"""Character classes for patterns: `re` has none for capitals, and the code points of Vietnamese capitals interleave."""

_LETTERS = [
    chr(code)
    for code in range(0x41, 0x1EFA)
    if chr(code).isalpha() and (code < 0x180 or code in range(0x1A0, 0x1B1) or code >= 0x1EA0)
]

CAPITALS = "".join(letter for letter in _LETTERS if letter.isupper())
SMALL = "".join(letter for letter in _LETTERS if letter.islower())
