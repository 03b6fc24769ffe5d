"""The commands about what people are due: entitlements, shortfall."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from monitor import run as journey
from monitor.assess.explain import Frame
from monitor.assess.frames import frame_of
from monitor.casework.sync import synchronise
from monitor.entitle.keeping import is_kept, keep
from monitor.errors import StoreError
from monitor.policy.library import Library, load_library
from monitor.reports import entitled
from monitor.settings import Home
from monitor.store.home import Store, open_store, writing
from monitor.store.manifest import RunRecord

Arguments = argparse.Namespace


def frame_and_allowance(store: Store, library: Library, record: RunRecord) -> tuple[Frame, bool]:
    """The run put together again, and whether it was allowed the income of the year before."""
    inputs = journey.details(store, record.run)["inputs"]
    return frame_of(store, library, record, inputs), inputs["provisional_allowed"]


def entitled_store(home: Home, run: str | None, library: Library) -> tuple[Store, RunRecord]:
    """The open store with the run's entitlements in it: worked out and kept, if nobody has before."""
    store = open_store(home)
    record = store.manifest.run(run)
    if not is_kept(store, record.run):
        with writing(home, "entitlements") as writable:
            keep(writable, *frame_and_allowance(writable, library, record))
            synchronise(writable)
            store = writable
    return store, record


def entitlements(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor entitlements``: everybody the run's document recognises, what is due, what was paid."""
    store, record = entitled_store(home, arguments.run, load_library())
    text = entitled.write(entitled.entitlement_rows(store, record), entitled.ENTITLEMENTS, arguments.format)
    write(text, arguments.output)


def shortfall(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor shortfall``: everybody due more than was paid; or people flagged whom no schedule helps."""
    library = load_library()
    store, record = entitled_store(home, arguments.run, library)
    document = library.get(record.document)
    if arguments.no_route:
        rows, columns = entitled.no_route_rows(store, record, document), entitled.NO_ROUTE
        write(entitled.write(rows, columns, arguments.format), arguments.output)
    elif arguments.format == "json":
        write(entitled.shortfall_json(store, record, document), arguments.output)
    else:
        write(entitled.write(entitled.shortfall_rows(store, record), entitled.SHORTFALLS, "csv"), arguments.output)


def write(text: str, output: str | None) -> None:
    """To the screen, or to the file named. Raises StoreError where it cannot be written."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise StoreError(f"不能写入 {output}（{error.strerror}）；请换一个可写的位置") from None
