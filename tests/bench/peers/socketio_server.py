"""python-socketio behind its Redis manager: rooms, and a message to the others in one. Arguments: port, address of
Redis. It runs in an environment of its own, which the bench makes.
"""

import sys
from typing import Any

import socketio
import uvicorn

port, url = int(sys.argv[1]), sys.argv[2]
sio: Any = socketio.AsyncServer(
    async_mode="asgi", transports=["websocket"], client_manager=socketio.AsyncRedisManager(url)
)


async def enter(sid: str, room: str) -> None:
    await sio.enter_room(sid, room)


async def say(sid: str, room: str, text: str) -> None:
    await sio.emit("said", text, room=room, skip_sid=sid)


sio.on("enter", enter)
sio.on("say", say)
uvicorn.run(
    socketio.ASGIApp(sio), host="127.0.0.1", port=port, loop="uvloop", http="httptools", log_level="warning",
    access_log=False, ws_per_message_deflate=False,
)  # fmt: skip
