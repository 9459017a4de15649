"""The official library as a caller's program: a call in JSON a line, its result or error in JSON a line."""

import json
import sys

from pipeline.cloud.pipelines import run_pipeline, stream_pipeline
from pipeline.cloud.pointers import create_pointer
from pipeline.cloud.runs import get_run, poll_for_run_completion

answers, sys.stdout = sys.stdout, sys.stderr


def run(*arguments, **options):
    return as_json(run_pipeline(*arguments, **options))


def stream(*arguments):
    return [as_json(part) for part in stream_pipeline(*arguments)]


def as_json(result):
    return {**json.loads(result.json()), "formatted": result.outputs_formatted()}


calls = {
    "run": run,
    "stream": stream,
    "get_run": lambda run_id: as_json(get_run(run_id)),
    "wait": lambda run_id: as_json(poll_for_run_completion(run_id, 20, 0.05)),
    "create_pointer": create_pointer,
}

for line in sys.stdin:
    name, arguments, options = json.loads(line)
    try:
        answer = {"result": calls[name](*arguments, **options)}
    except Exception as error:
        answer = {"error": type(error).__name__, "message": str(error)}
    print(json.dumps(answer), file=answers, flush=True)
