#!/usr/bin/env python3
"""Write the Unicode tables of the core as C.

usage: tools/unicode-tables.py [DIRECTORY] > build/gen/unicode_tables.inc

DIRECTORY holds the Unicode Character Database (Debian package unicode-data).  What src/text/unicode.h promises is
taken from UnicodeData.txt (simple case mappings, decimal digits, general category), DerivedCoreProperties.txt
(Alphabetic, Uppercase, Lowercase), PropList.txt (White_Space), CaseFolding.txt, SpecialCasing.txt,
auxiliary/GraphemeBreakProperty.txt and emoji/emoji-data.txt (Extended_Pictographic).

Characters with the same properties share a record; blocks of 64 characters with the same records share a block.
"""
import os
import sys

BLOCK = 64
TABLE_END = 0x20000  # above it properties are uniform over long ranges
ALPHABETIC, UPPER, LOWER, WHITE, DIGIT, GRAPHIC = 1, 2, 4, 8, 16, 32
# In the order of enum unicode_category and enum unicode_grapheme of src/text/unicode.h.
CATEGORIES = "Cn Lu Ll Lt Lm Lo Mn Mc Me Nd Nl No Pc Pd Ps Pe Pi Pf Po Sm Sc Sk So Zs Zl Zp Cc Cf Cs Co".split()
GRAPHEMES = "Other CR LF Control Extend ZWJ Prepend SpacingMark Regional_Indicator Extended_Pictographic L V T".split()


def read_fields(path):
    for line in open(path, encoding="utf-8"):
        line = line.split("#")[0].strip()
        if line:
            yield [field.strip() for field in line.split(";")]


def read_range(text):
    first, _, last = text.partition("..")
    return int(first, 16), int(last or first, 16)


class Character:
    def __init__(self):
        self.upper = self.lower = self.fold = 0  # what to add
        self.flags = self.digit = self.category = 0

    def record(self):
        return (self.upper, self.lower, self.fold, self.flags, self.digit, self.category)


def read_database(directory):
    characters = {}

    def at(code):
        return characters.setdefault(code, Character())

    first = None
    for f in read_fields(os.path.join(directory, "UnicodeData.txt")):
        code = int(f[0], 16)
        start = code
        if f[1].endswith(", First>"):
            first = code
            continue
        if f[1].endswith(", Last>"):
            start = first
        for c in range(start, code + 1):
            at(c).category = CATEGORIES.index(f[2])
            if f[2][0] in "LMNPS" or f[2] == "Co":
                at(c).flags |= GRAPHIC
        if f[12]:
            at(code).upper = int(f[12], 16) - code
        if f[13]:
            at(code).lower = at(code).fold = int(f[13], 16) - code
        if f[2] == "Nd":
            at(code).flags |= DIGIT
            at(code).digit = int(f[6])
    names = {"Alphabetic": ALPHABETIC, "Uppercase": UPPER, "Lowercase": LOWER, "White_Space": WHITE}
    for name in "DerivedCoreProperties.txt", "PropList.txt":
        for f in read_fields(os.path.join(directory, name)):
            if f[1] in names:
                low, high = read_range(f[0])
                for c in range(low, high + 1):
                    at(c).flags |= names[f[1]]
    for character in characters.values():
        character.fold = 0
    special = {}  # code -> [upper, lower, fold] sequences
    for f in read_fields(os.path.join(directory, "CaseFolding.txt")):
        code = int(f[0], 16)
        to = [int(c, 16) for c in f[2].split()]
        if f[1] in "CS":
            at(code).fold = to[0] - code
        elif f[1] == "F":
            special.setdefault(code, [None, None, None])[2] = to
    for f in read_fields(os.path.join(directory, "SpecialCasing.txt")):
        if len(f) > 5 and f[4]:
            continue  # needs a language or a context
        code = int(f[0], 16)
        entry = special.setdefault(code, [None, None, None])
        for i, field in ((0, f[3]), (1, f[1])):
            to = [int(c, 16) for c in field.split()]
            if len(to) > 1:
                entry[i] = to
    for code, entry in special.items():
        character = at(code)
        simple = (character.upper, character.lower, character.fold)
        for i in range(3):
            entry[i] = (entry[i] or [code + simple[i]]) + [0, 0]
            entry[i] = entry[i][:3]
    return characters, special


def high_ranges(characters):
    """Ranges of characters with the same flags and category from TABLE_END on."""
    ranges = []
    for code in sorted(c for c in characters if c >= TABLE_END):
        character = characters[code]
        assert character.record()[:3] == (0, 0, 0) and character.digit == 0
        same = [character.flags, character.category]
        if ranges and ranges[-1][1] == code - 1 and ranges[-1][2:] == same:
            ranges[-1][1] = code
        else:
            ranges.append([code, code] + same)
    return ranges


def grapheme_starts(directory):
    """Where a run of characters of another grapheme class begins, as start * 16 + class; Hangul syllables are left out."""
    classes = {}
    for name in "auxiliary/GraphemeBreakProperty.txt", "emoji/emoji-data.txt":
        for f in read_fields(os.path.join(directory, name)):
            if f[1] in GRAPHEMES:
                low, high = read_range(f[0])
                for c in range(low, high + 1):
                    classes[c] = GRAPHEMES.index(f[1])
    starts, last = [], -1
    for code in range(0x110000):
        if classes.get(code, 0) != last:
            last = classes.get(code, 0)
            starts.append(code * 16 + last)
    return starts


def numbers(values):
    out, line = [], ""
    for v in values:
        if len(line) + len(str(v)) > 100:
            out.append(line)
            line = ""
        line += "%d," % v
    return "\n".join(out + [line])


def main():
    directory = sys.argv[1] if len(sys.argv) > 1 else "/usr/share/unicode"
    characters, special = read_database(directory)
    records, blocks = {Character().record(): 0}, {}
    index = []
    for start in range(0, TABLE_END, BLOCK):
        block = []
        for code in range(start, start + BLOCK):
            character = characters.get(code)
            record = character.record() if character else Character().record()
            block.append(records.setdefault(record, len(records)))
        index.append(blocks.setdefault(tuple(block), len(blocks)))
    assert len(records) <= 256
    print("// Generated by tools/unicode-tables.py from the Unicode Character Database.")
    print("static const struct unicode_record unicode_records[] = {")
    for record in records:
        print("{%d,%d,%d,%d,%d,%d}," % record)
    print("};\nstatic const uint16_t unicode_index[UNICODE_TABLE_END / UNICODE_BLOCK] = {")
    print(numbers(index))
    print("};\nstatic const uint8_t unicode_blocks[][UNICODE_BLOCK] = {")
    for block in blocks:
        print("{" + numbers(block) + "},")
    print("};\nstatic const struct unicode_range unicode_ranges[] = {")
    ranges = high_ranges(characters)
    for entry in ranges:
        print("{0x%x,0x%x,%d,%d}," % tuple(entry))
    print("};\nstatic const unsigned n_unicode_ranges = %d;" % len(ranges))
    print("static const struct unicode_special unicode_specials[] = {")
    for code in sorted(special):
        print("{0x%x,{%s}}," % (code, ",".join("{%d,%d,%d}" % tuple(s) for s in special[code])))
    print("};\nstatic const unsigned n_unicode_specials = %d;" % len(special))
    starts = grapheme_starts(directory)
    print("static const uint32_t unicode_grapheme_starts[] = {\n" + numbers(starts) + "\n};")
    print("static const unsigned n_unicode_grapheme_starts = %d;" % len(starts))
    sys.stderr.write("unicode tables: %d records, %d blocks, %d specials, %d bytes\n" % (
        len(records), len(blocks), len(special),
        len(records) * 16 + len(index) * 2 + len(blocks) * BLOCK + len(ranges) * 12 + len(special) * 40 +
        len(starts) * 4))


main()
