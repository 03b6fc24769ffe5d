"""All encoded documents of a directory, and whether one may be run for a date."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from monitor.base.errors import PolicyError
from monitor.base.settings import policies_directory
from monitor.base.vocabulary import DocumentStatus
from monitor.policy.document import Document
from monitor.policy.encoding import parse_document


@dataclass(frozen=True)
class Library:
    """The documents by id, sorted, and the SHA-256 (hexadecimal) of each file's bytes, for run manifests."""

    documents: Mapping[str, Document]
    hashes: Mapping[str, str]

    def get(self, document_id: str) -> Document:
        """The document of that id; PolicyError listing the known ids where there is none."""
        try:
            return self.documents[document_id]
        except KeyError:
            known = "、".join(self.documents)
            raise PolicyError(f"没有编号为 {document_id} 的文件，--document 可用的编号是 {known}。") from None


def load_library(directory: Path | None = None) -> Library:
    """Every ``*.toml`` of the directory (None: the shipped ones). One wrong file refuses them all."""
    directory = directory or policies_directory()
    files = sorted(directory.glob("*.toml"))
    if not files:
        raise PolicyError(f"目录 {directory.name} 中没有政策文件（*.toml），请检查 MONITOR_POLICIES 的设置。")
    documents: dict[str, Document] = {}
    hashes: dict[str, str] = {}
    for file in files:
        content = file.read_bytes()
        document = parse_document(content, file.name)
        documents[document.id] = document
        hashes[document.id] = hashlib.sha256(content).hexdigest()
    return Library(documents, hashes)


def bands_of(document_id: str, directory: Path | None = None) -> tuple[int, ...]:
    """The bands of alerts under a document, read from its own file; none where this program does not have it any more."""
    file = (directory or policies_directory()) / f"{document_id}.toml"
    return parse_document(file.read_bytes(), file.name).bands if file.is_file() else ()


def check_allowed(document: Document, as_of: date, trial: bool) -> str | None:
    """Whether a run under the document for that date is allowed: in force, first and last day included.

    Otherwise PolicyError says which of draft, repealed, not yet effective or expired it is, and that --trial
    runs it as a labelled trial. With ``trial`` nothing is refused: the reason why it could only be a trial is
    returned, a Chinese sentence, or None where the document is in force (it is a trial all the same).
    """
    reason = _obstacle(document, as_of)
    if reason is None:
        return None
    if trial:
        return f"{reason}，本次仅为试运行，结果不得推送。"
    raise PolicyError(f"{reason}，不能据以正式运行；如只作测算，请加 --trial，结果将标注为试运行且不得推送。")


def _obstacle(document: Document, as_of: date) -> str | None:
    name = f"文件 {document.id}《{document.title}》"
    first, last = document.effective_from.day, document.effective_to.day
    if document.status is DocumentStatus.DRAFT:
        return f"{name}是{DocumentStatus.DRAFT.label}，尚未发布施行"
    if document.status is DocumentStatus.REPEALED:
        return f"{name}{DocumentStatus.REPEALED.label}"
    if first is not None and as_of < first:
        return f"{name}自 {first.isoformat()} 起施行，在 {as_of.isoformat()} 尚未生效"
    if last is not None and as_of > last:
        return f"{name}有效期至 {last.isoformat()}，在 {as_of.isoformat()} 已失效"
    return None
