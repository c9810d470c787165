"""A text adventure: rooms, things, a lamp that burns down, saved games, a parser of sentences, and three players who play
it from scripts."""
from __future__ import annotations

import abc
import cmd
import copy
import enum
import io
import pickle
import random
import re
import shlex
import sys
import textwrap
from dataclasses import dataclass, field
from typing import Callable, ClassVar, Dict, Iterator, List, NamedTuple, Optional, Protocol


class Direction(enum.Enum):
    NORTH, SOUTH, EAST, WEST, UP, DOWN = "north", "south", "east", "west", "up", "down"

    @property
    def back(self) -> Direction:
        pairs = [(self.NORTH, self.SOUTH), (self.EAST, self.WEST), (self.UP, self.DOWN)]
        return {a: b for pair in pairs for a, b in (pair, pair[::-1])}[self]

    @classmethod
    def _missing_(cls, value):
        found = [member for member in cls if value and member.value.startswith(value)]
        return found[0] if len(found) == 1 else None


class Trait(enum.Flag):
    NONE = 0
    HEAVY = enum.auto()
    LIT = enum.auto()
    EDIBLE = enum.auto()
    SHINY = enum.auto()


@dataclass
class Thing(abc.ABC):
    name: str
    text: str
    traits: Trait = Trait.NONE
    count: ClassVar[int] = 0

    def __post_init__(self):
        type(self).count += 1

    @abc.abstractmethod
    def use(self, game: Game) -> str: ...

    def __str__(self):
        article = "an" if self.name[0] in "aeiou" else "a"
        return f"{article} {self.name}"


class Plain(Thing):
    def use(self, game):
        return f"You turn the {self.name} over in your hands."


@dataclass
class Lamp(Thing):
    oil: int = 4

    def use(self, game):
        if not self.oil:
            return "The lamp is empty."
        self.traits ^= Trait.LIT
        return f"The lamp is {'on' if self.traits & Trait.LIT else 'off'}."

    def tick(self) -> Optional[str]:
        if Trait.LIT in self.traits:
            self.oil -= 1
            if self.oil == 0:
                self.traits &= ~Trait.LIT
                return "The lamp goes out."
            if self.oil == 1:
                return "The lamp flickers."
        return None


class Key(Thing):
    def use(self, game):
        for direction, door in game.here.exits.items():
            if door.locked:
                door.locked = False
                return f"The door {direction.value} opens."
        return "There is nothing to open."


@dataclass
class Exit:
    to: str
    locked: bool = False


@dataclass
class Room:
    name: str
    text: str
    dark: bool = False
    exits: Dict[Direction, Exit] = field(default_factory=dict)
    things: List[Thing] = field(default_factory=list)


class Score(NamedTuple):
    moves: int = 0
    points: int = 0

    def __add__(self, other):
        return Score(*(a + b for a, b in zip(self, other)))


class Ticking(Protocol):
    def tick(self) -> Optional[str]: ...


class GameOver(Exception):
    pass


class Game:
    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.rooms: Dict[str, Room] = {}
        self.bag: List[Thing] = []
        self.score = Score()
        for line in """hall    |A hall of cold stone.
                       cellar! |Shelves, and things that move on them.
                       garden  |Nettles to your chin.
                       tower   |You can see the sea.""".splitlines():
            name, text = map(str.strip, line.split("|"))
            self.rooms[name.rstrip("!")] = Room(name.rstrip("!"), text, name.endswith("!"))
        self.join("hall", Direction.DOWN, "cellar")
        self.join("hall", Direction.EAST, "garden")
        self.join("hall", Direction.UP, "tower", locked=True)
        self.rooms["hall"].things += [Lamp("lamp", "Brass, dented."), Plain("anvil", "Not yours to carry.", Trait.HEAVY)]
        self.rooms["cellar"].things.append(Key("key", "Rusty."))
        self.rooms["garden"].things.append(Plain("apple", "Red.", Trait.EDIBLE | Trait.SHINY))
        self.rooms["tower"].things.append(Plain("crown", "It glitters.", Trait.SHINY))
        self.here = self.rooms["hall"]

    def join(self, a: str, direction: Direction, b: str, locked: bool = False):
        self.rooms[a].exits[direction] = Exit(b, locked)
        self.rooms[b].exits[direction.back] = Exit(a)

    @property
    def light(self) -> bool:
        return not self.here.dark or any(Trait.LIT in thing.traits for thing in self.bag)

    def find(self, words: str, *places: List[Thing]) -> Thing:
        for place in places or (self.bag, self.here.things if self.light else []):
            for thing in place:
                if thing.name == words:
                    return thing
        raise LookupError(f"You see no {words} here.")


class Shell(cmd.Cmd):
    prompt = ""
    use_rawinput = False
    synonyms = {"get": "take", "grab": "take", "l": "look", "i": "inventory", "walk": "go", "x": "examine"}
    filler = re.compile(r"\b(?:the|a|an|to|at|up(?= \w))\b\s*")

    def __init__(self, game: Game, script: str):
        self.out = io.StringIO()
        super().__init__(stdin=io.StringIO(script), stdout=self.out)
        self.game = game
        self.saved: Dict[str, bytes] = {}

    def say(self, text: str):
        self.out.write(textwrap.fill(text, 60, subsequent_indent="  ") + "\n")

    def precmd(self, line: str) -> str:
        if line == "EOF":
            return line
        self.out.write(f"> {line}\n")
        verb, *rest = self.filler.sub("", line.lower()).split(" ", 1) or [""]
        try:
            verb = "go " + Direction(verb).value
        except ValueError:
            pass
        return " ".join([self.synonyms.get(verb, verb), *rest])

    def onecmd(self, line):
        try:
            return super().onecmd(line)
        except LookupError as error:
            self.say(error.args[0])
        except GameOver as over:
            self.say(f"{over} You scored {self.game.score.points} in {self.game.score.moves} moves.")
            return True

    def postcmd(self, stop, line):
        self.game.score += Score(moves=1)
        ticking: Iterator[Ticking] = (t for t in self.game.bag if hasattr(t, "tick"))
        for thing in ticking:
            if news := thing.tick():
                self.say(news)
        return stop

    def emptyline(self):
        self.say("Time passes.")

    def default(self, line):
        if line == "EOF":
            raise GameOver("You fall asleep.")
        verb = line.split()[0]
        self.say(f"How does one {verb}?")

    def do_look(self, rest):
        "look: what is here"
        room = self.game.here
        if not self.game.light:
            return self.say("It is dark. Something breathes.")
        self.say(f"{room.name.title()}. {room.text}")
        if room.things:
            self.say("Here: " + ", ".join(map(str, sorted(room.things, key=str))) + ".")
        ways = (d.value + (" (locked)" if e.locked else "") for d, e in room.exits.items())
        self.say("Ways: " + ", ".join(sorted(ways)) + ".")

    def do_go(self, rest):
        "go DIRECTION"
        try:
            way = self.game.here.exits[Direction(rest)]
        except (ValueError, KeyError):
            raise LookupError("You cannot go there.") from None
        if way.locked:
            return self.say("It is locked.")
        if not self.game.light and self.game.random.random() < 0.5:
            raise GameOver("You stumble, and something eats you.")
        self.game.here = self.game.rooms[way.to]
        self.do_look("")

    def do_take(self, rest):
        "take THING, or take all"
        game = self.game
        wanted = list(game.here.things) if rest == "all" and game.light else [game.find(rest, game.here.things)]
        for thing in wanted:
            if thing.traits & Trait.HEAVY:
                self.say(f"The {thing.name} does not move.")
                continue
            game.here.things.remove(thing)
            game.bag.append(thing)
            points = 10 * bool(thing.traits & Trait.SHINY)
            game.score += Score(points=points)
            self.say(f"Taken: {thing.name}.{f' ({points} points)' if points else ''}")
            if thing.name == "crown":
                raise GameOver("You are king of an empty castle.")

    def do_use(self, rest):
        "use THING"
        self.say(self.game.find(rest, self.game.bag).use(self.game))

    def do_eat(self, rest):
        thing = self.game.find(rest)
        if not thing.traits & Trait.EDIBLE:
            return self.say("You would break a tooth.")
        self.game.bag.remove(thing) if thing in self.game.bag else self.game.here.things.remove(thing)
        self.say("Crunch.")

    def do_examine(self, rest):
        thing = self.game.find(rest)
        self.say(f"{thing.text} {thing.traits!r}" if thing.traits else thing.text)

    def do_inventory(self, rest):
        self.say("You carry " + (", ".join(str(t) for t in self.game.bag) or "nothing") + ".")

    def do_save(self, rest):
        name, *_ = shlex.split(rest) or ["game"]
        self.saved[name] = pickle.dumps(self.game)
        self.say(f"Saved as {name!r}.")

    def do_load(self, rest):
        name, *_ = shlex.split(rest) or ["game"]
        if name not in self.saved:
            raise LookupError(f"No game {name!r}.")
        self.game = pickle.loads(self.saved[name])
        self.do_look("")


PLAYERS = {
    "the thorough": """look\ntake the lamp\nuse lamp\nd\nget key\ngo up\nuse key\nuse key\nu\nx crown\ngrab the crown\nlook""",
    "the hungry": """x anvil\ntake all\ne\nget apple\nx apple\neat the lamp\neat apple\neat apple\ni\nhelp go\ndance\n\nw\nu""",
    "the lost": """save "before dark"\nd\nlook\ntake key\nu\ngo sideways\nd\nu\nd\nu\nload nothing\nload "before dark"\ni""",
}
for who, script in PLAYERS.items():
    shell = Shell(Game(seed=len(who)), script + "\n")
    backup = copy.deepcopy(shell.game)
    shell.cmdloop(intro=f"=== {who} ===")
    sys.stdout.write(shell.out.getvalue())
    print(shell.game.score, backup.score, [t.name for t in backup.here.things], "moved:", backup.here is not shell.game.here)
print(Plain.count, Lamp.count, Key.count, Thing.count)
try:
    Thing("x", "y")
except TypeError as error:
    print(error)
print(Direction("n"), Direction("so").back, repr(Trait.LIT | Trait.SHINY), ~Trait.LIT, list(Trait))
try:
    Direction("")
except ValueError as error:
    print(error)
