"""What hosts accept in their files, as JSON Schema: the parts that we use, from their documents.

Read in November 2026: Heroku's "app.json Schema" and SchemaStore's app.json, Render's "Blueprint
YAML Reference", flyctl's `internal/appconfig`, Railway's "Config as Code". Whatever is not named
here is refused, as the hosts do: a misspelt key would be ignored there in silence, or fail the
first deployment of a stranger.
"""

from typing import Any

Schema = dict[str, Any]


def _object(required: str = "", /, **properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _list(of: Schema) -> Schema:
    return {"type": "array", "items": of}


def _one_of(*values: str) -> Schema:
    return {"enum": list(values)}


def _number(least: int, most: int) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most}


TEXT: Schema = {"type": "string", "minLength": 1}
FLAG: Schema = {"type": "boolean"}
PATH: Schema = {"type": "string", "pattern": "^/"}
COMMAND: Schema = {"type": "string", "pattern": "^python -m bot "}
DURATION: Schema = {"type": "string", "pattern": "^[0-9]+(ms|s|m)$"}

HEROKU = _object(
    "name description env formation",
    name={"type": "string", "pattern": "^[a-zA-Z-_.]+$", "maxLength": 30},
    description={"type": "string", "maxLength": 140},
    keywords=_list(TEXT),
    success_url=TEXT,
    stack=TEXT,
    formation={
        "type": "object",
        "additionalProperties": _object(
            "quantity size",
            quantity=_number(0, 100),
            size=_one_of("eco", "basic", "standard-1x", "standard-2x"),
        ),
    },
    # As text: SchemaStore's schema wants "as" or "options" beside a plan.
    addons=_list({"type": "string", "pattern": "^[a-z-]+:[a-z0-9-]+$"}),
    env={
        "type": "object",
        "propertyNames": {"pattern": "^[A-Z][A-Z0-9_]*$"},
        "additionalProperties": _object(
            description=TEXT, value=TEXT, required=FLAG, generator=_one_of("secret")
        ),
    },
)

RENDER = _object(
    "services databases",
    services=_list(
        _object(
            "type name runtime plan",
            type=_one_of("web", "worker", "pserv", "cron"),
            name=TEXT,
            runtime=_one_of("docker", "image", "python"),
            plan=_one_of("free", "starter", "standard", "pro"),
            numInstances=_number(1, 100),
            healthCheckPath=PATH,
            preDeployCommand=COMMAND,
            maxShutdownDelaySeconds=_number(1, 300),
            envVars=_list(
                {
                    **_object(
                        "key",
                        key=TEXT,
                        value=TEXT,
                        sync={"const": False},
                        generateValue={"const": True},
                        fromDatabase=_object(
                            "name property",
                            name=TEXT,
                            property=_one_of(
                                "host", "port", "database", "user", "password", "connectionString"
                            ),
                        ),
                    ),
                    "minProperties": 2,
                    "maxProperties": 2,
                }
            ),
        )
    ),
    databases=_list(
        _object(
            "name plan",
            name=TEXT,
            plan={"type": "string", "pattern": "^(free|(basic|pro|accelerated)-[0-9]+(mb|gb))$"},
            ipAllowList=_list(_object("source", source=TEXT, description=TEXT)),
        )
    ),
)

FLY = _object(
    "app",
    app={"type": "string", "pattern": "^[a-z0-9-]+$"},
    primary_region={"type": "string", "pattern": "^[a-z]{3}$"},
    kill_signal=_one_of("SIGINT", "SIGTERM", "SIGQUIT"),
    kill_timeout=_number(1, 300),
    build=_object(dockerfile=TEXT, **{"build-target": TEXT}),
    env={"type": "object", "additionalProperties": {"type": "string"}},
    mounts=_object("source destination", source=TEXT, destination=PATH, initial_size=TEXT),
    deploy=_object(
        release_command=COMMAND, strategy=_one_of("rolling", "immediate", "canary", "bluegreen")
    ),
    http_service=_object(
        "internal_port",
        internal_port=_number(1, 65535),
        force_https=FLAG,
        auto_stop_machines=_one_of("off", "stop", "suspend"),
        auto_start_machines=FLAG,
        min_machines_running=_number(0, 100),
        checks=_list(
            _object(
                "path", method=TEXT, path=PATH, interval=DURATION, timeout=DURATION,
                grace_period=DURATION,
            )
        ),
    ),
    restart=_list(_object("policy", policy=_one_of("always", "never", "on-failure"))),
    vm=_list(_object(size=TEXT, memory={"type": "string", "pattern": "^[0-9]+(mb|gb)$"})),
)  # fmt: skip

RAILWAY = _object(
    "build deploy",
    **{"$schema": {"const": "https://railway.com/railway.schema.json"}},
    build=_object("builder", builder=_one_of("RAILPACK", "DOCKERFILE"), dockerfilePath=TEXT),
    deploy=_object(
        startCommand=COMMAND,
        preDeployCommand=_list(COMMAND),
        healthcheckPath=PATH,
        healthcheckTimeout=_number(1, 3600),
        restartPolicyType=_one_of("ALWAYS", "ON_FAILURE", "NEVER"),
        restartPolicyMaxRetries=_number(0, 100),
        # Numbers, though Railway's page shows text: github.com/railwayapp/docs/issues/1243
        drainingSeconds=_number(0, 3600),
        overlapSeconds=_number(0, 3600),
    ),
)
