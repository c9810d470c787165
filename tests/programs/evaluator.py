"""A parser and evaluator: a small language with closures, its tokens, its tree, a printer, a folding optimizer, a
tree-walking evaluator and a compiler to a stack machine, which must agree with each other."""
import collections.abc
import contextlib
import enum
import functools
import itertools
import math
import operator
import re
import sys
import typing
from dataclasses import dataclass, fields, replace

SYMBOLS = "** <= >= == != && || -> + - * / % < > = ( ) { } [ ] , ; !".split()


class Kind(str, enum.Enum):
    NUMBER = r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?"
    NAME = r"[^\W\d]\w*"
    TEXT = r'"(?:[^"\\\n]|\\.)*"'
    SYMBOL = "|".join(map(re.escape, SYMBOLS))
    SPACE = r"(?:\s|#[^\n]*)+"


SCANNER = re.compile("|".join(f"(?P<{kind.name}>{kind.value})" for kind in Kind))


class Token(typing.NamedTuple):
    kind: Kind
    text: str
    line: int
    column: int


class LanguageError(Exception):
    def __init__(self, message, token=None):
        super().__init__(f"{token.line}:{token.column}: {message}" if token else message)


def tokens(source: str) -> typing.Iterator[Token]:
    at, line, start = 0, 1, 0
    while at < len(source):
        match = SCANNER.match(source, at)
        if match is None:
            raise LanguageError(f"what is {source[at]!r}?", Token(Kind.SPACE, "", line, at - start + 1))
        token = Token(Kind[match.lastgroup], match.group(), line, at - start + 1)
        if token.kind is not Kind.SPACE:
            yield token
        line += token.text.count("\n")
        if "\n" in token.text:
            start = at + token.text.rindex("\n") + 1
        at = match.end()
    yield Token(Kind.SYMBOL, "", line, at - start + 1)


@dataclass(frozen=True)
class Node:
    def children(self):
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Node):
                yield value
            elif isinstance(value, tuple):
                yield from (item for item in value if isinstance(item, Node))

    def map(self, function):
        changes = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, Node):
                changes[field.name] = function(value)
            elif isinstance(value, tuple):
                changes[field.name] = tuple(function(v) if isinstance(v, Node) else v for v in value)
        return replace(self, **changes)


@dataclass(frozen=True)
class Constant(Node):
    value: object


@dataclass(frozen=True)
class Name(Node):
    name: str


@dataclass(frozen=True)
class Operation(Node):
    symbol: str
    operands: tuple


@dataclass(frozen=True)
class If(Node):
    test: Node
    then: Node
    other: Node


@dataclass(frozen=True)
class Let(Node):
    name: str
    value: Node
    fresh: bool = True


@dataclass(frozen=True)
class While(Node):
    test: Node
    body: Node


@dataclass(frozen=True)
class Function(Node):
    parameters: tuple
    body: Node


@dataclass(frozen=True)
class Call(Node):
    callee: Node
    arguments: tuple


@dataclass(frozen=True)
class Block(Node):
    items: tuple


BINARY = {level: row.split() for level, row in enumerate(["||", "&&", "== !=", "< <= > >=", "+ -", "* / %"])}
RIGHT = "**"


class Parser:
    def __init__(self, source):
        self.stream = tokens(source)
        self.token = next(self.stream)

    def take(self, *texts, kind=Kind.SYMBOL):
        if self.token.kind is kind and (not texts or self.token.text in texts):
            token, self.token = self.token, next(self.stream, self.token)
            return token
        return None

    def need(self, *texts, kind=Kind.SYMBOL):
        token = self.take(*texts, kind=kind)
        if token is None:
            wanted = " or ".join(map(repr, texts)) or kind.name.lower()
            raise LanguageError(f"{wanted} expected, not {self.token.text!r}", self.token)
        return token

    def program(self):
        block = self.items("")
        return block

    def items(self, end):
        items = []
        while not self.take(end):
            items.append(self.statement())
            if not self.take(";") and self.token.text != end:
                raise LanguageError(f"';' expected, not {self.token.text!r}", self.token)
        return Block(tuple(items))

    def statement(self):
        if self.take("let", kind=Kind.NAME):
            name = self.need(kind=Kind.NAME).text
            self.need("=")
            return Let(name, self.expression())
        if self.take("while", kind=Kind.NAME):
            return While(self.expression(), self.braces())
        value = self.expression()
        if isinstance(value, Name) and self.take("="):
            return Let(value.name, self.expression(), fresh=False)
        return value

    def braces(self):
        self.need("{")
        return self.items("}")

    def expression(self, level=0):
        if level == len(BINARY):
            return self.power()
        left = self.expression(level + 1)
        while symbol := self.take(*BINARY[level]):
            left = Operation(symbol.text, (left, self.expression(level + 1)))
        return left

    def power(self):
        if symbol := self.take("-", "!"):
            return Operation("neg" if symbol.text == "-" else "!", (self.power(),))
        left = self.postfix()
        return Operation(RIGHT, (left, self.power())) if self.take(RIGHT) else left

    def postfix(self):
        value = self.atom()
        while self.take("("):
            value = Call(value, self.list(")", self.expression))
        return value

    def list(self, end, item):
        found = []
        while not self.take(end):
            found.append(item())
            if not self.take(","):
                self.need(end)
                break
        return tuple(found)

    def atom(self):
        if token := self.take(kind=Kind.NUMBER):
            return Constant(float(token.text) if set(token.text) & set(".eE") else int(token.text))
        if token := self.take(kind=Kind.TEXT):
            return Constant(re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), token.text[1:-1]))
        if self.take("if", kind=Kind.NAME):
            test, then = self.expression(), self.braces()
            other = self.braces() if self.take("else", kind=Kind.NAME) else Block(())
            return If(test, then, other)
        if self.take("fn", kind=Kind.NAME):
            self.need("(")
            names = self.list(")", lambda: self.need(kind=Kind.NAME).text)
            return Function(names, self.braces() if self.token.text == "{" else self.need("->") and self.expression())
        if token := self.take(kind=Kind.NAME):
            return Name(token.text)
        if self.take("["):
            return Call(Name("list"), self.list("]", self.expression))
        self.need("(")
        value = self.expression()
        self.need(")")
        return value


def divide(a, b):
    return a // b if isinstance(a, int) and isinstance(b, int) and a % b == 0 else a / b


OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": divide, "%": operator.mod, "**": operator.pow,
             "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq,
             "!=": operator.ne, "neg": operator.neg, "!": operator.not_}


@functools.singledispatch
def show(node) -> str:
    raise TypeError(type(node).__name__)


show.register(Constant, lambda node: repr(node.value))
show.register(Name, lambda node: node.name)


@show.register
def _(node: Operation):
    return f"({node.symbol} {' '.join(map(show, node.operands))})"


@show.register
def _(node: Block):
    return "{" + "; ".join(show(item) for item in node.items) + "}"


@show.register(Let)
@show.register(If)
@show.register(While)
@show.register(Function)
@show.register(Call)
def _(node):
    parts = []
    for field in fields(node):
        value = getattr(node, field.name)
        parts.append(show(value) if isinstance(value, Node) else
                     "[" + ", ".join(show(v) if isinstance(v, Node) else v for v in value) + "]"
                     if isinstance(value, tuple) else str(value))
    return f"{type(node).__name__.lower()}({', '.join(parts)})"


def fold(node: Node) -> Node:
    node = node.map(fold)
    match node:
        case Operation("&&", (Constant(left), right)):
            return right if left else Constant(left)
        case Operation(symbol, operands) if symbol in OPERATORS and all(isinstance(o, Constant) for o in operands):
            with contextlib.suppress(ArithmeticError, TypeError):
                return Constant(OPERATORS[symbol](*(o.value for o in operands)))
        case Operation("*", (Constant(1), other) | (other, Constant(1))) | Operation("+", (other, Constant(0))):
            return other
        case If(Constant(value), then, other):
            return then if value else other
        case Block([Block() as only]):
            return only
    return node


class Scope(collections.abc.MutableMapping):
    def __init__(self, parent=None, **names):
        self.names, self.parent = names, parent

    def owner(self, name):
        scope = self
        while scope is not None and name not in scope.names:
            scope = scope.parent
        if scope is None:
            raise LanguageError(f"no {name}")
        return scope

    def __getitem__(self, name):
        return self.owner(name).names[name]

    def __setitem__(self, name, value):
        self.owner(name).names[name] = value

    def __delitem__(self, name):
        del self.owner(name).names[name]

    def __iter__(self):
        return iter({**(self.parent or {}), **self.names})

    def __len__(self):
        return sum(1 for _ in self)


def evaluate(node: Node, scope: Scope):
    match node:
        case Constant(value):
            return value
        case Name(name):
            return scope[name]
        case Operation("&&", (left, right)):
            return evaluate(left, scope) and evaluate(right, scope)
        case Operation("||", (left, right)):
            return evaluate(left, scope) or evaluate(right, scope)
        case Operation(symbol, operands):
            return OPERATORS[symbol](*[evaluate(o, scope) for o in operands])
        case If(test, then, other):
            return evaluate(then if evaluate(test, scope) else other, scope)
        case Let(name, value, True):
            scope.names[name] = result = evaluate(value, scope)
            return result
        case Let(name, value):
            scope[name] = result = evaluate(value, scope)
            return result
        case While(test, body):
            result = None
            while evaluate(test, scope):
                result = evaluate(body, scope)
            return result
        case Function(parameters, body):
            def function(*arguments):
                if len(arguments) != len(parameters):
                    raise LanguageError(f"{len(parameters)} arguments wanted, not {len(arguments)}")
                return evaluate(body, Scope(scope, **dict(zip(parameters, arguments))))
            return function
        case Call(callee, arguments):
            return evaluate(callee, scope)(*[evaluate(a, scope) for a in arguments])
        case Block(items):
            result = None
            for item in items:
                result = evaluate(item, scope)
            return result


def compile_node(node: Node, code: list) -> list:
    """For the stack machine; jumps are patched behind."""
    match node:
        case Constant(value):
            code.append(("push", value))
        case Name(name):
            code.append(("load", name))
        case Operation("&&" | "||" as symbol, (left, right)):
            compile_node(left, code)
            code.append(None)
            at = len(code) - 1
            compile_node(right, code)
            code[at] = ("false" if symbol == "&&" else "true", len(code))
        case Operation(symbol, operands):
            for operand in operands:
                compile_node(operand, code)
            code.append(("operate", (symbol, len(operands))))
        case If(test, then, other):
            compile_node(test, code)
            at = len(code)
            code.append(None)
            compile_node(then, code)
            end = len(code)
            code.append(None)
            code[at] = ("jump_unless", len(code))
            compile_node(other, code)
            code[end] = ("jump", len(code))
        case Let(name, value, fresh):
            compile_node(value, code)
            code.append(("new" if fresh else "store", name))
        case While(test, body):
            code.append(("push", None))
            start = len(code)
            compile_node(test, code)
            at = len(code)
            code.append(None)
            code.append(("pop", None))
            compile_node(body, code)
            code.append(("jump", start))
            code[at] = ("jump_unless", len(code))
        case Function(parameters, body):
            code.append(("function", (parameters, compile_node(body, []))))
        case Call(callee, arguments):
            for part in (callee, *arguments):
                compile_node(part, code)
            code.append(("call", len(arguments)))
        case Block(items):
            if not items:
                code.append(("push", None))
            for number, item in enumerate(items):
                if number:
                    code.append(("pop", None))
                compile_node(item, code)
    return code


def run(code, scope):
    stack, at = [], 0
    while at < len(code):
        name, argument = code[at]
        at += 1
        match name:
            case "push":
                stack.append(argument)
            case "pop":
                stack.pop()
            case "load":
                stack.append(scope[argument])
            case "store":
                scope[argument] = stack[-1]
            case "new":
                scope.names[argument] = stack[-1]
            case "operate":
                symbol, count = argument
                stack[-count:] = [OPERATORS[symbol](*stack[-count:])]
            case "jump":
                at = argument
            case "jump_unless" if not stack.pop():
                at = argument
            case ("true" | "false") as wanted:
                if bool(stack[-1]) == (wanted == "true"):
                    at = argument
                else:
                    stack.pop()
            case "call":
                arguments = stack[len(stack) - argument:]
                del stack[len(stack) - argument:]
                stack.append(stack.pop()(*arguments))
            case "function":
                def function(*arguments, parameters=argument[0], body=argument[1]):
                    if len(arguments) != len(parameters):
                        raise LanguageError(f"{len(parameters)} arguments wanted, not {len(arguments)}")
                    return run(body, Scope(scope, **dict(zip(parameters, arguments))))
                stack.append(function)
    (result,) = stack
    return result


def library(out):
    return Scope(print=lambda *values: out.append(" ".join(map(str, values))), list=lambda *items: list(items),
                 len=len, at=operator.getitem, push=lambda items, item: items.append(item) or items, sqrt=math.sqrt,
                 map=lambda f, items: [f(item) for item in items], sum=sum, str=str, range=lambda n: list(range(n)))


PROGRAMS = {
    "arithmetic": "1 + 2 * 3 ** 2 ** 0 - -4 % 3; (7 / 2) * (8 / 2) + 1e3 - 0.5 * 1",
    "counter": 'let make = fn() { let n = 0; fn() -> { n = n + 1 } }; let a = make(); let b = make(); a(); a(); [a(), b()]'
               .replace("-> {", "{"),
    "factorial": "let f = fn(n) -> if n < 2 { 1 } else { n * f(n - 1) }; f(30)",
    "primes": """
        let primes = []; let n = 2;
        while len(primes) < 12 {          # trial division
            let i = 0; let prime = 1 == 1;
            while i < len(primes) && at(primes, i) ** 2 <= n { if n % at(primes, i) == 0 { prime = 1 == 0 }; i = i + 1 };
            if prime { push(primes, n) };
            n = n + 1
        };
        print("the primes:", primes); sum(primes)""",
    "words": 'let greet = fn(a, b) -> a + ", " + b + "!\\n\\"quoted\\""; print(greet("h\u00e9", "w\u00f6rld")); map(fn(x) -> x * x, range(6))',
    "logic": 'print(0 || "second", 1 && "both", !0, !!3); if 1 > 2 { "yes" } else { if 2 <= 2 && "a" != "b" { "no" } }',
    "unknown": "let x = 1; y + x",
    "arguments": "(fn(a) -> a)(1, 2)",
    "zero": "let z = 3 - 3; 1 / z",
    "types": '1 + "a"',
    "syntax": "let a = (1 + ;",
    "unclosed": "while 1 { 2",
    "letters": "let a = 1;\n  a @ 2",
    "empty": "",
    "deep": "let d = fn(n) -> if n { 1 + d(n - 1) } else { 0 }; d(60)",
}

for title, source in PROGRAMS.items():
    results = []
    try:
        tree = Parser(source).program()
        folded = fold(tree)
    except LanguageError as error:
        print(f"{title:<11}{error}")
        continue
    for how, program in itertools.product((evaluate, lambda node, scope: run(compile_node(node, []), scope)), (tree, folded)):
        out = []
        try:
            results.append((how(program, library(out)), out))
        except (LanguageError, ArithmeticError, TypeError) as error:
            results.append((f"{type(error).__name__}: {error}", out))
    agree = all(result == results[0] for result in results)
    print(f"{title:<11}{results[0][0]!r} {'' if agree else results}")
    for line in results[0][1]:
        print(" " * 10, line)
    if len(source) < 90:
        print(" " * 10, show(folded))
machine = compile_node(Parser(PROGRAMS["factorial"]).program(), [])
print(*machine, sep="\n")
print(hash(tree) == hash(Parser(source).program()), tree == Parser(source).program(), len({tree, folded}))
nodes = [tree]
for node in nodes:
    nodes.extend(node.children())
print(len(nodes), sorted({type(node).__name__ for node in nodes}))
scope = Scope(Scope(a=1, b=2), b=3)
print(dict(scope), len(scope), "a" in scope, scope.pop("b"), scope["b"], scope.setdefault("a", 9))
try:
    show(3)
except TypeError as error:
    print("TypeError:", error)
try:
    tree.items = ()
except AttributeError as error:
    print(type(error).__name__, error)
sys.exit(0 if all(isinstance(kind, str) for kind in Kind) else 1)
