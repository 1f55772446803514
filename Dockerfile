# The bot and nothing but what runs, for amd64 and arm64. Any user may run it, and the root file
# system may be read-only (docker run --read-only --tmpfs /tmp). SQLite needs a volume at /data.

FROM python:3.14-slim AS build
WORKDIR /app
COPY requirements.txt ./
RUN python -m venv --without-pip /venv \
    && python -m pip --python /venv/bin/python install --no-cache-dir --disable-pip-version-check \
        --no-deps --require-hashes --only-binary :all: -r requirements.txt
COPY bot bot
COPY cogs cogs
RUN /venv/bin/python -m compileall -q bot cogs \
    && mkdir /data

FROM python:3.14-slim AS run
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DATABASE_URL=sqlite:////data/imagine.db
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY --from=build --chown=10001:10001 /data /data
WORKDIR /app
USER 10001
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["sh", "-c", "python -m bot.healthcheck ${PORT:-8080}"]
CMD ["python", "-m", "bot", "run"]

# For hosts whose volumes belong to root (Fly): take /data over, then give up every privilege.
FROM run AS on-volume
USER 0
CMD ["sh", "-c", "chown 10001:10001 /data && exec setpriv --reuid=10001 --regid=10001 --clear-groups --no-new-privs python -m bot run"]

FROM run
