"""The commands about what people are due: entitlements, shortfall."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from monitor.entitled import entitled_store
from monitor.errors import StoreError
from monitor.policy.library import load_library
from monitor.reports import entitled as output
from monitor.settings import Home

Arguments = argparse.Namespace


def entitlements(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor entitlements``: everybody the run's document recognises, what is due, what was paid."""
    store, record = entitled_store(home, arguments.run, load_library())
    text = output.write(output.entitlement_rows(store, record), output.ENTITLEMENTS, arguments.format)
    write(text, arguments.output)


def shortfall(arguments: Arguments, home: Home, now: str) -> None:
    """``monitor shortfall``: everybody due more than was paid; or people flagged whom no schedule helps."""
    library = load_library()
    store, record = entitled_store(home, arguments.run, library)
    document = library.get(record.document)
    if arguments.no_route:
        rows, columns = output.no_route_rows(store, record, document), output.NO_ROUTE
        write(output.write(rows, columns, arguments.format), arguments.output)
    elif arguments.format == "json":
        write(output.shortfall_json(store, record, document), arguments.output)
    else:
        write(output.write(output.shortfall_rows(store, record), output.SHORTFALLS, "csv"), arguments.output)


def write(text: str, output: str | None) -> None:
    """To the screen, or to the file named. Raises StoreError where it cannot be written."""
    if output is None:
        sys.stdout.write(text)
        return
    try:
        Path(output).write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise StoreError(f"不能写入 {output}（{error.strerror}）；请换一个可写的位置") from None
