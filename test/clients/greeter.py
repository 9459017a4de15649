"""Pipelines as their authors write them: functions, wrapped. GREETING tells their versions apart."""

import os

from pipeline import Pipeline, Variable, pipe
from pipeline.objects.graph import Stream


@pipe
def greet(name: str) -> str:
    if name == "":
        raise ValueError("nobody to greet")
    return f"{os.environ['GREETING']}, {name}!"


@pipe
def spell(name: str) -> Stream[str]:
    return Stream(iter(name))


def wrapped(function) -> Pipeline:
    with Pipeline() as builder:
        name = Variable(str, title="Name")
        builder.output(function(name))
    return builder.get_pipeline()


greeter = wrapped(greet)
speller = wrapped(spell)
