"""Texts of the signs of JSON that are mostly no JSON: where a number, a text or a word ends, and whose the error is."""


class Soup:
    def __init__(self, random):
        self.r = random

    def number(self):
        return "".join(self.r.choice("0123900....eEeE+--") for _ in range(self.r.randint(1, 7)))

    def text(self):
        signs = ["\\", "u", "d8", "00", "dc", "3d", '"', "a", "\\u", "n", "\\ud83d", "\\ude00", "\x7f", "\t", "é", "/", '\\"', "\\\\", "0041", " "]
        return '"' + "".join(self.r.choice(signs) for _ in range(self.r.randint(0, 6))) + self.r.choice(['"', '"', ""])

    def word(self):
        return self.r.choice(["null", "true", "false", "nul", "nulla", "TRUE", "t", "f", "n", "nullnull", "null1", "truefalse", "-null"])

    def signs(self):
        signs = ["[", "]", "{", "}", ",", ":", '"a"', "1", " ", '"b":', "null", "[]", "{}", '"a":1', "\t", "\r", '"', "1.5"]
        return "".join(self.r.choice(signs) for _ in range(self.r.randint(1, 9)))

    def value(self, depth=0):
        roll = self.r.random()
        if roll < 0.85 or depth > 3:
            return self.r.choice([self.number, self.number, self.text, self.text, self.word, self.signs])()
        items = [self.value(depth + 1) for _ in range(self.r.randint(0, 3))]
        if roll < 0.93:
            return f"[{','.join(items)}]"
        return "{" + ",".join(f"{self.key()}:{item}" for item in items) + "}"

    def key(self):
        return self.r.choice(['"a"', '"b"', '"v"', self.text()])

    def line(self):
        value = self.value()
        return self.r.choice([value, f"[{value}]", f'{{"a":{value}}}', f"[1,{value},2]", f'{{"a":1,{self.key()}:{value}}}', self.signs()]).encode()
