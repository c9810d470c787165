# Finalizers that run while the interpreter ends set context variables, of contexts that are gone already.
import threading
from contextvars import ContextVar


class Setter:
    def __init__(self, rounds):
        self.rounds = rounds

    def __del__(self, variable=ContextVar("last"), local=threading.local()):
        local.value = [self]
        if self.rounds:
            variable.set(Setter(self.rounds - 1))


def keep():
    variable = ContextVar("variable", default=Setter(3))
    variable.set(variable)


keep()
print("end")
