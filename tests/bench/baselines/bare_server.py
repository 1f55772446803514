"""A bare aiohttp handler: it reads a JSON body and answers with another."""

import os

from aiohttp import web


async def take(request: web.Request) -> web.Response:
    await request.json()
    return web.json_response({"ok": True})


app = web.Application()
app.router.add_post("/webhook/midjourney/{job_id}/{tag}", take)

if __name__ == "__main__":
    web.run_app(app, port=int(os.environ["PORT"]), access_log=None, print=None)
