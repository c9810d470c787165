"""What ouro.census() takes with the leaves: milliseconds of processor time, the best of seven, for a million objects of some kinds.

    ouro bench/census.py
"""
import random
import time

import ouro

COUNT = 1000000


class Node:
    def __init__(self, i):
        self.number, self.name = i, "n%d" % i


def best(call):
    times = []
    for _ in range(7):
        begin = time.process_time()
        call()
        times.append(time.process_time() - begin)
    return min(times) * 1e3


def tell(what, kept):
    print("%-36s %6.2f, containers alone %6.2f" % (what, best(ouro.census), best(lambda: ouro.census(False))))


nodes = [Node(i) for i in range(COUNT // 2)]
tell("instances with a text", nodes)
random.shuffle(nodes)
tell("the same, shuffled in their list", nodes)
del nodes
texts = ["s%d" % i for i in range(COUNT)]
tell("texts in a list", texts)
random.shuffle(texts)
tell("the same, shuffled", texts)
del texts
lists = [[i] for i in range(COUNT)]
tell("lists of one int", lists)
del lists
chain = None
for i in range(COUNT):
    chain = chain, i
tell("a chain of tuples", chain)
