"""The command line: `python -m server …`.

Everything that concerns sessions goes through the running server's REST API, with the operator's key from the data
folder. What is wrong is said in one sentence on standard error, with exit status 1.
"""

import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from server import settings
from server.cli.people import plan_of
from server.cli.remote import Remote
from server.cli.running import Running
from server.config import Config
from server.errors import BrokenInstallation, Refused
from server.journal import open_journal
from server.session.roles import OPERATOR
from server.storage.folder import prepare_folder
from server.storage.keys import make_operator_key

DRAIN_S = 120.0
"""How long a drain may take: some hundreds of sessions, a fraction of a second each."""

app = typer.Typer(
    add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False, help="Parley: an online mediation room."
)
sessions = typer.Typer(no_args_is_help=True, help="Sessions of the running server.")
app.add_typer(sessions, name="session")

Data = Annotated[Path | None, typer.Option(help="Data folder. Setting: PARLEY_DATA.")]
AsJson = Annotated[bool, typer.Option("--json", help="JSON for programs.")]


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to serve on. Only this machine by default.")] = None,
    port: Annotated[int | None, typer.Option(help="TCP port; 0 takes any free one.")] = None,
    data: Data = None,
    public_url: Annotated[str | None, typer.Option(help="The https:// address that others use.")] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="Certificate chain (PEM), to speak HTTPS.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="Its private key (PEM).")] = None,
    media_host: Annotated[str | None, typer.Option(help="Address for sound and pictures.")] = None,
    media_port: Annotated[int | None, typer.Option(help="Its port, UDP and TCP; 0 takes any free one.")] = None,
) -> None:
    """Run the server until Ctrl+C. Every other setting: see deploy/settings.md."""
    from server.cli.serving import serve as run  # only here: nobody else pays for loading the whole server

    config = settings.read_settings(
        host=host,
        port=port,
        data=data,
        public_url=public_url,
        tls_cert=tls_cert,
        tls_key=tls_key,
        media_host=media_host,
        media_port=media_port,
    )
    open_journal(config.log_level, config.log_format)
    for sentence in settings.unknown_settings(os.environ):
        typer.echo(sentence, err=True)
    run(config, lambda running: _welcome(config, running))


@sessions.command("new")
def new_session(
    side: Annotated[list[str], typer.Option(help='"A: First party (party), First counsel (counsel)"; once per side.')],
    title: Annotated[str, typer.Option(help="What the session is called.")] = "",
    mediator: Annotated[list[str] | None, typer.Option(help="The mediator's name; again for co-mediators.")] = None,
    text: Annotated[Path | None, typer.Option(help="A file with your own text, shown before entry.")] = None,
    seen: Annotated[
        bool, typer.Option("--seen", help="Note who has seen which card of the board. Everybody is told before entry.")
    ] = False,
    data: Data = None,
    as_json: AsJson = False,
) -> None:
    """Open a session and print one personal link per seat, the mediator's first. They are shown this once."""
    try:
        plan = plan_of(title, side, mediator or [], _read(text) if text else "", seen=seen)
    except Refused as refused:
        raise BrokenInstallation(
            f'This side cannot be read: "{refused.detail["side"]}". Write it as "A: Name (party), Name (counsel)".'
        ) from None
    made = Remote(_config(data)).ask("POST", "/sessions", plan)
    if as_json:
        _print_json(made)
        return
    typer.echo(f"Session {made['session']}. One link per person; they are not shown again.\n")
    for link in made["links"]:
        typer.echo(f"{link['name']} ({_who(link)})\n  {link['link']}\n")


@sessions.command("list")
def list_sessions(data: Data = None, as_json: AsJson = False) -> None:
    """List the sessions of the running server."""
    found = Remote(_config(data)).ask("GET", "/sessions")["sessions"]
    if as_json:
        _print_json(found)
        return
    for line in found:
        state = "closed" if line["closed"] is not None else f"{line['connected']} of {line['seats']} connected"
        typer.echo(f"{line['session']}  {state}  {line['title']}".rstrip())
    if not found:
        typer.echo("There are no sessions.")


@sessions.command("close")
def close_session(session: Annotated[str, typer.Argument(help="The session's id.")], data: Data = None) -> None:
    """Close a session for everybody in it."""
    Remote(_config(data)).ask("DELETE", f"/sessions/{session}")
    typer.echo(f"Session {session} is closed.")


@sessions.command("next")
def next_session(
    session: Annotated[str, typer.Argument(help="The session's id.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    data: Data = None,
) -> None:
    """Go on with a closed case: open its next session. Everybody's link works again, and nothing kept is destroyed."""
    remote = Remote(_config(data))
    if not yes:
        typer.confirm(f"Open the next session of {session}, for the same people, with their links?", abort=True)
    opened = remote.ask("POST", f"/sessions/{session}/next")
    typer.echo(f"Session {session} goes on: this is number {opened['number']}.")


@app.command()
def audit(
    session: Annotated[str, typer.Argument(help="The session's id.")], data: Data = None, as_json: AsJson = False
) -> None:
    """Say who asked for what, when and in which room, and whether anything of it was altered. Exit status 1 if so.

    Nothing that was said is in it. What was cut off at the very end is noticed only while the session is loaded, or
    where a snapshot from behind the cut is left.
    """
    found = Remote(_config(data)).ask("GET", f"/sessions/{session}/audit")
    if as_json:
        _print_json(found)
    else:
        for line in found["lines"]:
            typer.echo(_audited(line))
    if found["broken_at"] is not None:
        raise BrokenInstallation(
            f"Something was altered, removed or moved at position {found['broken_at']} of {session}: "
            "compare this database with its backups."
        )
    first = found["lines"][0]["position"] if found["lines"] else 1
    if first > 1 and not as_json:
        typer.echo(f"There is no line of its own for what came before position {first}.")


@app.command()
def drain(data: Data = None) -> None:
    """Hand every session of this node over to the other nodes, so that it can be stopped and nobody is lost. Stopping
    it (SIGTERM) does the same first. Exit status 1 if a session is left.
    """
    found = Remote(_config(data)).ask("POST", "/drain", patience=DRAIN_S)
    if not found["draining"]:
        raise BrokenInstallation("This is the only node: there is nobody to hand its sessions over to.")
    if found["left"]:
        raise BrokenInstallation(f"{found['left']} sessions are left: no other node takes them now.")
    typer.echo("Every session is on another node. This one takes nothing any more, and can be stopped.")


@app.command()
def check(data: Data = None) -> None:
    """Say what is wrong with this installation. Exit status 1 if anything is."""
    from server.cli.checkup import look_over

    found = look_over(_config(data), os.environ)
    for finding in found:
        typer.echo(f"{'ok   ' if finding.good else 'WRONG'}  {finding.words}")
    if not all(finding.good for finding in found):
        raise typer.Exit(1)


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database to the schema of this version, also while other nodes run on it. A start does so by itself
    while none does.
    """
    import asyncio

    from server.storage.installation import migrate as run

    config = _config(data)
    done = asyncio.run(run(config.data, config.database))
    if done.before == done.after:
        typer.echo(f"The database is at {done.after}, as this version needs it. Nothing was done.")
    else:
        typer.echo(
            f"The database was {'empty' if done.before is None else f'at {done.before}'}; it is at {done.after}."
        )


@app.command("operator-key")
def operator_key(data: Data = None) -> None:
    """Print the operator's key, made if there is none yet. Whoever has it can open and close sessions."""
    typer.echo(make_operator_key(prepare_folder(_config(data).data)))


def _config(data: Path | None) -> Config:
    return settings.read_settings(data=data)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise BrokenInstallation(f"{path} cannot be read as text (UTF-8).") from None


def _audited(line: dict[str, Any]) -> str:
    at = datetime.fromtimestamp(line["at"] / 1000, UTC).isoformat(sep=" ", timespec="seconds").removesuffix("+00:00")
    who = {"": "nobody", OPERATOR: "the operator"}.get(line["by"], f"seat {line['by']}")
    where = f" in room {line['room']}" if line["room"] else ""
    return f"{at}  {who}  {line['what']}{where}"


def _who(link: dict[str, Any]) -> str:
    role = str(link["role"]).replace("_", "-")
    return role if link["side"] is None else f"{role}, side {link['side']}"


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _welcome(config: Config, running: Running) -> None:
    page = config.public_url or running.url
    folder = "" if config.data == Path("data") else f" --data {config.data}"
    typer.echo(f"Parley is ready at {page}/\n")
    typer.echo("Open that page to make a session, or make one here:")
    typer.echo(f'  {_program()} session new{folder} --side "A: First party" --side "B: Second party"')
    if not config.private:
        typer.echo(f"The page asks for the operator's key: {_program()} operator-key{folder}")
    typer.echo("Stop with Ctrl+C.")


def _program() -> str:
    """How this very program is called again from here."""
    python = os.path.relpath(sys.executable)
    return f"{sys.executable if python.startswith('..') else python} -m server"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line (of this process, or these arguments) and exit; what is wrong is one sentence, status 1."""
    try:
        app(arguments, prog_name="python -m server")
    except BrokenInstallation as broken:
        typer.echo(broken, err=True)
        sys.exit(1)
