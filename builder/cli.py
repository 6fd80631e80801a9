"""The command line: `builder build · plan · clean · explain · query · train-filter`.

No logic: it parses, calls, prints, sets the exit code.
"""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from builder.core.errors import BuilderError, RecipeError, SourceError

if TYPE_CHECKING:
    from builder.whole import Built

app = typer.Typer(
    help="Dirty Chinese documents in, a Hugging Face dataset and a tokenizer out, and a reason for every change.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

RecipeArgument = Annotated[str, typer.Argument(metavar="RECIPE", help="A YAML file, or a built-in recipe: zh_web, demo.")]
SetOption = Annotated[
    list[str], typer.Option("--set", metavar="STEP.FIELD=VALUE", help="Set a field of a step; may be repeated.")
]
InputOption = Annotated[
    list[str], typer.Option("--input", metavar="PATH", help="Files, folders or globs in place of the recipe's sources.")
]
AgainstOption = Annotated[
    list[str],
    typer.Option("--against", metavar="OUT", help="Output folder of an earlier build: what duplicates its documents goes."),
]
LimitOption = Annotated[int | None, typer.Option(min=1, metavar="DOCS", help="Read at most so many documents.")]


@app.callback(invoke_without_command=True)
def about(
    version: Annotated[bool, typer.Option("--version", help="Print the version.", is_eager=True)] = False,
) -> None:
    """What stands before the command."""
    if version:
        from importlib.metadata import version as installed  # noqa: PLC0415 - imported late: `builder --help` answers at once

        typer.echo(f"corpus-builder {installed('corpus-builder')}")
        raise typer.Exit


@app.command()
def build(
    recipe: RecipeArgument,
    out: Annotated[Path, typer.Option("--out", "-o", help="Output folder; the same command again goes on where it was.")],
    inputs: InputOption = [],  # noqa: B006 - typer never changes it
    against: AgainstOption = [],  # noqa: B006 - typer never changes it
    executor: Annotated[str, typer.Option(help="inline or local.")] = "local",
    workers: Annotated[int | None, typer.Option(min=1, help="Local processes; as many as there are cores by default.")] = None,
    limit: LimitOption = None,
    no_tokenizer: Annotated[bool, typer.Option("--no-tokenizer", help="Publish the dataset alone.")] = False,
    keep_stages: Annotated[
        bool, typer.Option("--keep-stages", help="Keep the parts in the making, for a later edit of the recipe.")
    ] = False,
    settings: SetOption = [],  # noqa: B006 - typer never changes it
) -> None:
    """Build a dataset and a tokenizer."""
    from builder.run.cores import usable_cores  # noqa: PLC0415 - imported late: `builder --help` answers at once
    from builder.show.bars import progress_bars  # noqa: PLC0415
    from builder.show.tables import built_lines  # noqa: PLC0415
    from builder.whole import build as whole_build  # noqa: PLC0415

    try:
        built: Built = whole_build(
            recipe,
            out,
            inputs=inputs,
            against=against,
            executor=executor,
            workers=workers or usable_cores(),
            limit=limit,
            tokenizer=not no_tokenizer,
            keep_stages=keep_stages,
            settings=_settings(settings),
            progress=progress_bars(),
        )
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the second one of an impatient user, while the interpreter ends
        _stop(f"stopped. Finished parts are kept in {out}: run the same command again to go on.", 1)
    typer.echo("\n".join(built_lines(built)))


@app.command()
def plan(
    recipe: RecipeArgument,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Output folder: shows what is already done.")] = None,
    inputs: InputOption = [],  # noqa: B006 - typer never changes it
    against: AgainstOption = [],  # noqa: B006 - typer never changes it
    limit: LimitOption = None,
    settings: SetOption = [],  # noqa: B006 - typer never changes it
) -> None:
    """Show the recipe with every default filled in, its stages, and what is already done."""
    from builder.run.outlook import outlook  # noqa: PLC0415 - imported late: `builder --help` answers at once
    from builder.show.tables import outlook_lines  # noqa: PLC0415
    from builder.whole import configured  # noqa: PLC0415

    typer.echo("\n".join(outlook_lines(outlook(configured(recipe, inputs, _settings(settings), against), out, limit))))


@app.command()
def clean(
    files: Annotated[
        list[str],
        typer.Argument(metavar="[FILE…|-]", help="Files of any format that a build reads; other files and - are one text each."),
    ] = [],  # noqa: B006 - typer never changes it
    recipe: Annotated[str, typer.Option(help="A YAML file, or a built-in recipe.")] = "zh_web",
    only: Annotated[list[str], typer.Option(metavar="GLOB", help="Only these steps, such as normalize.*")] = [],  # noqa: B006 - typer never changes it
    skip: Annotated[list[str], typer.Option(metavar="GLOB", help="Not these steps.")] = [],  # noqa: B006 - typer never changes it
    settings: SetOption = [],  # noqa: B006 - typer never changes it
    json: Annotated[bool, typer.Option("--json", help="One JSON line a document, with findings.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what changed; with --json, as a field of its line.")] = False,
) -> None:
    """Run the per-document steps of a recipe on single documents and print the text."""
    from builder.run.clean import clean_files  # noqa: PLC0415 - imported late: `builder --help` answers at once
    from builder.run.documents import Unread  # noqa: PLC0415
    from builder.show.documents import complaint, document_lines  # noqa: PLC0415

    unread = False
    for found in clean_files(files or ["-"], recipe, only, skip, _settings(settings)):
        if isinstance(found, Unread):
            typer.echo(f"error: {found.message}", err=True)
            unread = True
            continue
        for line in document_lines(*found, as_json=json, as_diff=diff):
            typer.echo(line)
        if (why := complaint(*found)) and not (json or diff):
            typer.echo(why, err=True)
    if unread:
        raise typer.Exit(SourceError.exit_code)


@app.command()
def explain(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The output folder of a build.")],
    document: Annotated[str, typer.Argument(metavar="ID", help="The id or doc_id of a document, kept or dropped.")],
) -> None:
    """Replay the recipe on one document and print what each step did, and why."""
    from builder.run.explain import explain as explain_document  # noqa: PLC0415 - imported late: `builder --help` answers at once
    from builder.show.explained import explained_lines  # noqa: PLC0415

    for explained in explain_document(out, document):
        typer.echo("\n".join(explained_lines(explained)))


@app.command()
def query(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The output folder of a build.")],
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="A file of any format that a build reads; others and - are one text.")
    ],
    jaccard: Annotated[float, typer.Option(min=0.3, max=1.0, help="Least share of common shingles of two documents.")] = 0.8,
    json: Annotated[bool, typer.Option("--json", help="One JSON line a document, with the texts that are near.")] = False,
) -> None:
    """Show which published documents are near those of a file as it stands; or `builder clean FILE | builder query OUT -`."""
    from builder.index import query_file  # noqa: PLC0415 - imported late: `builder --help` answers at once
    from builder.run.documents import Unread  # noqa: PLC0415
    from builder.show.matches import match_lines  # noqa: PLC0415

    unread = False
    for found in query_file(out, file, jaccard):
        if isinstance(found, Unread):
            typer.echo(f"error: {found.message}", err=True)
            unread = True
            continue
        for line in match_lines(*found, as_json=json):
            typer.echo(line)
    if unread:
        raise typer.Exit(SourceError.exit_code)


@app.command("train-filter")
def train_filter(
    keep: Annotated[list[str], typer.Option(metavar="GOOD", help="Files or folders of texts to keep; may be repeated.")],
    drop: Annotated[list[str], typer.Option(metavar="BAD", help="Files or folders of texts to drop; may be repeated.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the model, a file named by its SHA-256.")] = Path(),
    settings: Annotated[
        list[str], typer.Option("--set", metavar="FORMAT.FIELD=VALUE", help="How files are read, such as jsonl.text_field=body.")
    ] = [],  # noqa: B006 - typer never changes it
) -> None:
    """Train the model of filter.quality_model, and show what it is worth on sites that it has not seen."""
    from builder.run.train_filter import train_filter as train  # noqa: PLC0415 - imported late: `builder --help` answers at once
    from builder.show.trained import trained_lines  # noqa: PLC0415

    trained = train(keep, drop, out, _settings(settings))
    for message in (*trained.keep.unread, *trained.drop.unread):
        typer.echo(f"error: {message}", err=True)
    for line in trained_lines(trained):
        typer.echo(line)


def main() -> None:
    """Entry point: BuilderError becomes four lines on standard error and its exit code; so does what the system refuses."""
    try:
        app()
    except BuilderError as error:
        _stop(f"error: {error}", error.exit_code)
    except OSError as error:
        _stop(
            f"error: {BuilderError('the system refused a file', got=str(error), next='check that it is there and may be read')}",
            1,
        )


def _settings(given: list[str]) -> dict[str, Any]:
    """`STEP.FIELD=VALUE` options; a value is read as YAML reads it."""
    import yaml  # noqa: PLC0415 - imported late: `builder --help` answers at once

    settings: dict[str, Any] = {}
    for option in given:
        key, equals, value = option.partition("=")
        if not equals or "." not in key:
            raise RecipeError("--set takes STEP.FIELD=VALUE", got=option, allowed="for example filter.length.min_chars=20")
        try:
            settings[key] = yaml.safe_load(value)
        except yaml.YAMLError as error:
            raise RecipeError(
                f"--set {key}: the value is not YAML", got=value, allowed="for example 20, true, simplified"
            ) from error
    return settings


def _stop(message: str, exit_code: int) -> None:
    typer.echo(message, err=True)
    sys.exit(exit_code)
