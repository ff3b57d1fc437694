"""What a deployment may choose: every setting, its environment variable and its default, in one class."""

from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from registry.errors import UsageError

# A name that nobody can own (RFC 2606): plates printed before a deployment has said its address lead nowhere, and the command says so.
NOWHERE = "https://diachiso.example"
PROJECT = Path(__file__).resolve().parent.parent


def _home() -> Path:
    """Return the directory that holds `var/`: the checkout, or the user's own data directory for an installed wheel."""
    if (PROJECT / "pyproject.toml").exists():
        return PROJECT
    return Path.home() / ".local" / "share" / "diachiso"


class Settings(BaseSettings):
    """Settings of one process, read from the environment: `DIACHISO_` plus the name of the field in capitals.

    DIACHISO_DATABASE_URL   a PostGIS server of one's own; when set, the private cluster is neither started nor looked at
    DIACHISO_HOST           address that `diachiso serve` listens on
    DIACHISO_PORT           port that `diachiso serve` listens on
    DIACHISO_WORKERS        processes of `diachiso serve`
    DIACHISO_REQUESTS       requests at work at once in a process; more are told to come back
    DIACHISO_REQUEST_SECONDS    until an answer begins, else 503
    DIACHISO_STATEMENT_SECONDS  that the database may take for one statement of a request
    DIACHISO_VAR            directory of the private cluster, its log and its lock
    DIACHISO_FILES          directory of uploads and of answers to jobs; `uploads` in DIACHISO_VAR without it
    DIACHISO_FILES_DAYS     how long they are kept
    DIACHISO_WORKER         0 lets `diachiso serve` run no worker beside it: `diachiso worker` runs elsewhere
    DIACHISO_SHARED         directory of the large facts that are not in the repository, for tests and trials
    DIACHISO_COVERAGE_PUBLIC  0 lets /v1/coverage show units of fewer than five households, for a network of officers only
    DIACHISO_HOUSEHOLD_KEY  secret under which household references that name somebody are told again; without it `var/household.key`
    DIACHISO_PERSONAL       what is kept of people, encrypted: name, phone or both, joined by commas; nothing unless said
    DIACHISO_PERSONAL_KEYS  file of the keys for that, outside the database and its backups
    DIACHISO_RETENTION      other times of keeping than the built-in ones, JSON: {"kept_rows": 365}; 0 keeps for ever
    DIACHISO_PUBLIC_URL     where the public finds this service: what the QR of a plate leads to
    DIACHISO_OPEN           whom the service lets in without a key: 0 nobody, 1 this machine itself, network whoever reaches the port
    DIACHISO_PURPOSE_NEEDED  1 refuses commands that read household data without --purpose
    DIACHISO_TRUSTED_PROXIES  networks whose X-Forwarded-For is believed, joined by commas
    DIACHISO_LIMITS         other limits of asking, JSON: {"public": "60/minute"}
    DIACHISO_OIDC_ISSUER    whose bearer tokens are believed; with DIACHISO_OIDC_AUDIENCE, for whom, and DIACHISO_OIDC_JWKS, by which keys
    DIACHISO_OIDC_ROLE_CLAIM, DIACHISO_OIDC_PROVINCE_CLAIM, DIACHISO_OIDC_ROLES   which claims mean role and provinces, and role names
    DIACHISO_DEBUG          1 shows tracebacks in place of sentences
    """

    model_config = SettingsConfigDict(env_prefix="DIACHISO_", env_ignore_empty=True, frozen=True, extra="ignore")

    database_url: str | None = Field(
        default=None,
        repr=False,
        description="SQLAlchemy or libpq URL of the database; may hold a password, hence never shown.",
    )
    host: str = Field(default="127.0.0.1", description="Address to serve on; 0.0.0.0 opens the service to the network.")
    port: int = Field(default=8000, ge=1, le=65535, description="TCP port to serve on.")
    workers: int = Field(default=1, ge=1, le=64, description="Processes that serve.")
    requests: int = Field(default=600, ge=1, description="Requests at work at once in a process.")
    request_seconds: float = Field(default=15.0, gt=0, description="Seconds until an answer begins; what is known to take longer may.")
    statement_seconds: float = Field(default=10.0, gt=0, description="Seconds for one statement of a request.")
    kept_megabytes: int = Field(default=64, ge=0, le=4096, description="Megabytes of answers that a process keeps; 0 keeps none.")
    var: Path = Field(default_factory=lambda: _home() / "var", description="Directory of the private cluster.")
    files: Path | None = Field(default=None, description="Directory of uploads and answers; every process of the service needs the same.")
    files_days: int = Field(default=7, ge=1, le=90, description="Days for which uploads and answers are kept.")
    worker: bool = Field(default=True, description="Run a worker beside `diachiso serve`.")
    shared: Path = Field(
        default_factory=lambda: PROJECT.parent / "shared" / "data",
        description="Directory of large reference files; what needs it is skipped where it does not exist.",
    )
    coverage_public: bool = Field(default=True, description="Hide units of 1 to 4 households in /v1/coverage.")
    household_key: SecretStr | None = Field(
        default=None, min_length=16, description="Secret for digests of household references that name somebody; never change it."
    )
    personal: str = Field(
        default="",
        pattern=r"^\s*((name|phone)(\s*,\s*(name|phone))*)?\s*$",
        description="What is kept of people, encrypted; nothing unless said.",
    )
    personal_keys: Path | None = Field(default=None, description="File of the keys for that, readable by its owner only.")
    retention: dict[str, int] = Field(default_factory=dict, description="Days after which what may tell of people goes; 0 keeps it.")
    public_url: str = Field(
        default=NOWHERE, pattern=r"^https?://[^\s]{1,200}$", description="Address of the service on the web; stands in the QR of plates."
    )
    open: Literal["0", "1", "network"] = Field(default="0", description="Whom the service lets in without a key.")
    purpose_needed: bool = Field(default=False, description="Refuse to read household data by command without a purpose.")
    trusted_proxies: str = Field(default="", description="Networks of proxies whose X-Forwarded-For is believed.")
    limits: dict[str, str] = Field(default_factory=dict, description="Limits of asking by role, in place of the built-in ones.")
    oidc_issuer: str | None = Field(default=None, description="The `iss` of tokens that are believed.")
    oidc_audience: str | None = Field(default=None, description="The `aud` of tokens that are believed.")
    oidc_jwks: str | None = Field(default=None, description="File or URL of the issuer's public keys (RFC 7517).")
    oidc_role_claim: str = Field(default="diachiso_role", description="The claim that names the role.")
    oidc_province_claim: str = Field(default="diachiso_provinces", description="The claim that lists provinces; `*` is the country.")
    oidc_roles: dict[str, str] = Field(default_factory=dict, description="Role names of the issuer and what they mean here.")
    debug: bool = Field(default=False, description="Show tracebacks.")

    @field_validator("database_url")
    @classmethod
    def _name_the_driver(cls, url: str | None) -> str | None:
        """Accept the `postgres://` and `postgresql://` that hosting services hand out; SQLAlchemy needs its driver named."""
        if url is None:
            return None
        scheme, separator, rest = url.partition("://")
        return f"postgresql+psycopg2://{rest}" if separator and scheme in {"postgres", "postgresql"} else url

    @property
    def files_folder(self) -> Path:
        """The directory of uploads and answers."""
        return self.files or self.var / "uploads"

    @field_validator("var", "shared", "files")
    @classmethod
    def _make_absolute(cls, path: Path | None) -> Path | None:
        """Resolve against the working directory of the caller, once: a server outlives it."""
        return path and path.expanduser().absolute()


@cache
def settings() -> Settings:
    """Return the settings of this process; `settings.cache_clear()` reads the environment again.

    Raises UsageError naming the variable whose value does not fit.
    """
    try:
        return Settings()
    except ValidationError as error:
        wrong = error.errors()[0]
        name = "DIACHISO_" + ".".join(str(part) for part in wrong["loc"]).upper()
        raise UsageError(f"Biến môi trường {name} có giá trị sai.", f"The environment variable {name} is wrong: {wrong['msg']}") from error
