"""``python -m services.scoring COMMAND``: scoring's processes."""

import click

from services.scoring import bootstrap, consumer, issuer, judge, rebuild, relay, what_ifs
from services.scoring.adapters.department_store import PostgresDepartments
from services.scoring.config import DatabaseCommandSettings, ScoringWebSettings
from services.scoring.rebuilding import workers_default
from shared.contracts.identifiers import department_stream
from shared.operations import lifecycle, logging
from shared.operations.database import open_pool
from shared.operations.settings import read
from shared.web import server


@click.group()
def main() -> None:
    """Keeps every department's scorecard, and judges its quotas."""


@main.command("web")
def web_command() -> None:
    """Serve scorecards, explanations and the operators' page over HTTP."""
    lifecycle.run_process(
        "scoring web", lambda: server.serve("services.scoring.http.app:create()", read(ScoringWebSettings))
    )


@main.command("consumer")
def consumer_command() -> None:
    """Fold department-events into scores and follow the directory."""
    lifecycle.run_process("scoring consumer", consumer.run)


@main.command("relay")
def relay_command() -> None:
    """Publish scoring-events on Kafka."""
    lifecycle.run_process("scoring relay", relay.run)


@main.command("issuer")
def issuer_command() -> None:
    """Issue bulletins when the periods they tell of have become due."""
    lifecycle.run_process("scoring issuer", issuer.run)


@main.command("judge")
def judge_command() -> None:
    """Judge what groups and the organisation owe, when all departments have come far enough."""
    lifecycle.run_process("scoring judge", judge.run)


@main.command("what-ifs")
def what_ifs_command() -> None:
    """Work out what drafts, or earlier days for versions, would have made of the recorded past."""
    lifecycle.run_process("scoring what-ifs", what_ifs.run)


@main.command("migrate")
def migrate_command() -> None:
    """Bring the database to the schema of this version."""
    lifecycle.run_process("scoring migrate", _migrate)


@main.command("rebuild")
@click.option(
    "--accept-differences", is_flag=True, help="Take over although the live tables are not as the events say."
)
@click.option("--afresh", is_flag=True, help="Begin from the first event although a rebuild was begun before.")
@click.option("--workers", type=click.IntRange(1), help="Processes that fold; one for each processor, up to four.")
def rebuild_command(accept_differences: bool, afresh: bool, workers: int | None) -> None:
    """Work all scores out again from department-events, compare, and put them in the place of the live ones.

    Consumers and readers go on meanwhile, and nothing is announced again. Ctrl-C stops it; the next run goes on.
    """
    count = workers or workers_default()
    lifecycle.run_process(
        "scoring rebuild",
        lambda: rebuild.run(accept_differences=accept_differences, afresh=afresh, workers=count),
    )


@main.command("resume")
@click.argument("organisation", required=False)
@click.argument("department", required=False)
def resume_command(organisation: str | None, department: str | None) -> None:
    """Have the consumer try a parked department again, or all of them."""
    if organisation is not None and department is None:
        raise click.UsageError("name the organisation and the department, or neither of them")
    stream = None if organisation is None or department is None else department_stream(organisation, department)
    lifecycle.run_process("scoring resume", lambda: _resume(stream))


def _migrate() -> None:
    settings = read(DatabaseCommandSettings)
    logging.configure(bootstrap.SERVICE, "migrate", settings.log_format, settings.log_level)
    applied = bootstrap.migrate(settings.database_url, report=click.echo)
    click.echo(f"scoring: {applied} migrations applied" if applied else "scoring: the database is up to date")


def _resume(stream: str | None) -> None:
    settings = read(DatabaseCommandSettings)
    logging.configure(bootstrap.SERVICE, "resume", settings.log_format, settings.log_level)
    with open_pool(settings.database_url, 1, "scoring-resume") as pool:
        requested = PostgresDepartments(pool).request_resumption(stream)
    for each in requested:
        click.echo(f"{each}: will be tried again")
    if not requested:
        click.echo("nothing is parked" if stream is None else f"{stream} is not parked")
