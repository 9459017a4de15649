"""Starts the official package's container app on a free loopback port, and prints the port."""

import socket

import uvicorn

listening = socket.create_server(("127.0.0.1", 0))
print(listening.getsockname()[1], flush=True)
app = "pipeline.container.startup:create_app"
uvicorn.Server(uvicorn.Config(app, factory=True)).run(sockets=[listening])
