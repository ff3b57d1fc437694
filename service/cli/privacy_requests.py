"""The commands for a person's request: what is held is given out, erased or restricted, each shown first and written down."""

import json
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text
from sqlalchemy.orm import Session

from loaders.residents import is_refs
from loaders.result import atomic
from registry import db
from registry.errors import UsageError
from registry.privacy import erase as erasing
from registry.privacy import restrict as restricting
from registry.privacy.held import BASIS, held
from registry.privacy.subject import Subject, find_subject
from registry.privacy.uploads import Waiting, expire, waiting
from registry.security.audit import note_act
from service.cli.acts import Actor, who
from service.jobs import files, naming
from service.reports.official_page import VIETNAM
from service.reports.subject_page import subject_page

_console = Console(highlight=False, soft_wrap=True)
Said = Annotated[str, typer.Argument(help="Mã hộ hoặc mã địa chỉ / A household reference or the code of a door", metavar="REF|CODE")]
Province = Annotated[str | None, typer.Option("--province", help="Tỉnh của mã hộ / Province of the reference")]
Request = Annotated[str, typer.Option("--purpose", help="Yêu cầu nào: số đơn, ngày / Which request; stands in the trail")]
Yes = Annotated[bool, typer.Option("--yes", help="Làm thật; không có thì chỉ cho xem / Do it; else it is only shown")]
_ASKED = "yêu cầu của chủ thể dữ liệu / request of the data subject"


def register_requests(group: typer.Typer) -> None:
    """Add `privacy export|erase|restrict`."""
    for command in (export, erase, restrict):
        group.command(command.__name__)(command)


def export(
    said: Said, output: Annotated[Path, typer.Option("--output", help="Tệp .json, hoặc .html để in / to print")], *,
    province: Province = None, purpose: Request = _ASKED,
) -> None:  # fmt: skip
    """Trích mọi dữ liệu đang giữ / All that is held. Ví dụ: diachiso privacy export HK-0001 --output trich.html --purpose "đơn số 5"."""
    if output.suffix.lower() not in {".json", ".html"}:
        raise UsageError(f"Không xuất được dạng “{output.suffix}”.", f"Cannot export “{output.suffix}”.", hint="Đặt tên .json hoặc .html")
    with db.session() as session:
        subject = find_subject(session, said, province)
        note_act(session, "export", entity="household", subject=subject.name, provinces=subject.province, purpose=purpose)
        session.commit()
        found = held(session, subject, is_refs, datetime.now(VIETNAM))
        found["jobs"] = [{"job": each.id, "rows": each.rows} for each in _jobs(session, subject)]
    written = subject_page(found) if output.suffix.lower() == ".html" else json.dumps(found, ensure_ascii=False, indent=1)
    with atomic(output, mode=0o600) as stream:
        stream.write(written)
    _console.print(f"✓ {len(found['households'])} mã hộ, {len(found['residents'])} người, {len(found['kept_rows'])} dòng giữ lại: {output}")


def erase(
    said: Said, *, province: Province = None, purpose: Request = _ASKED, actor: Actor = None, yes: Yes = False,
    word: Annotated[list[str] | None, typer.Option("--word", help="Chữ khác cần xóa ở mọi nơi, ví dụ họ tên / Other words")] = None,
) -> None:  # fmt: skip
    """Xóa dữ liệu của một hộ; ngôi nhà ở lại / Erase a household, not the door. Ví dụ: diachiso privacy erase HK-0001 --yes."""
    with db.session() as session:
        subject = find_subject(session, said, province)
        before = erasing.preview(session, subject, word or (), is_refs)
        _tell(subject, before, done=False)
        _tell_uploads(waiting(session, subject.province))
        named = _jobs(session, subject, word or ())
        _tell_jobs(named)
        if not yes:
            _console.print("Chưa xóa gì; làm thật: thêm --yes / Nothing is erased yet: add --yes.", style="yellow")
            return
        naming.expire(session, named)
        after = erasing.erase(session, subject, word or (), is_refs, actor=who(actor), purpose=purpose)
        gone = expire(session, subject.province)
        session.commit()
    _remove(gone, named)
    _tell(subject, after, done=True)
    _console.print(f"  Ở lại: ngôi nhà {subject.code}, tọa độ, mã, số đếm; nhật ký truy cập không ghi mã hộ. {BASIS[0]}.")
    _console.print(f"  The door, its point, its codes and the counts stay. {BASIS[1]}.", style="dim")
    _console.print("  Bản sao lưu cũ còn giữ dữ liệu này tới khi bị thay; khôi phục bản cũ thì phải xóa lại / Older backups still hold it.")


def restrict(
    said: Said, *, reason: Annotated[str, typer.Option("--reason", help="Lý do, số đơn / Why")], province: Province = None,
    actor: Actor = None, yes: Yes = False, lift: Annotated[bool, typer.Option("--lift", help="Gỡ hạn chế / Lift it")] = False,
) -> None:  # fmt: skip
    """Hạn chế: chỉ quản trị còn thấy / Show it to administrators only. Ví dụ: diachiso privacy restrict HK-1 --reason "đơn 6" --yes."""
    gone: Sequence[int] = ()
    named: Sequence[naming.Named] = ()
    with db.session() as session:
        subject = find_subject(session, said, province)
        if lift:
            restricting.lift(session, subject, actor=who(actor), reason=reason)
            hidden = 0
        else:
            _tell_uploads(waiting(session, subject.province))
            named = _jobs(session, subject)
            _tell_jobs(named)
            gone = expire(session, subject.province)
            naming.expire(session, named)
            hidden = restricting.restrict(session, subject, is_refs, actor=who(actor), reason=reason)
        if yes:
            session.commit()
            _remove(gone, named)
    words = ("gỡ hạn chế", "is shown again") if lift else ("hạn chế", "is restricted")
    line = Text("✓ " if yes else "Thử / dry run: ", style="green" if yes else "yellow")
    _console.print(line.append(f"{len(subject.homes)} hộ ở {subject.code}: {words[0]} / {words[1]}; {hidden} dòng giữ lại / kept rows"))


def _tell(subject: Subject, what: erasing.Erasure, *, done: bool) -> None:
    """Tell what goes or went, and where its words stand."""
    head = "✓ Đã xóa / erased" if done else "Sẽ xóa / would go"
    counts = f"{what.households} mã hộ, {what.residents} người, {what.rows} dòng giữ lại / references, people, kept rows"
    _console.print(f"{head}: {counts} ({subject.code})")
    if what.traces:
        where = ", ".join(f"{each.table}.{each.column} ({each.rows})" for each in what.traces)
        _console.print(
            f"  {'Vẫn còn ở, hãy tự xem / still stands in' if done else 'Có ở / stands in'}: {where}", style="yellow" if done else ""
        )


def _tell_uploads(kept: Sequence[Waiting]) -> None:
    """Tell which hand-over files of the province go as well, and which are being imported and stay."""
    for at_work, said in ((False, "Tệp tải lên của tỉnh cũng xóa / uploads that go too"),
                          (True, "Đang nhập, làm lại sau khi xong / being imported, do it again after")):  # fmt: skip
        if named := ", ".join(f"{each.id} ({each.name})" for each in kept if each.at_work == at_work):
            _console.print(f"  {said}: {named}", style="yellow")


def _jobs(session: Session, subject: Subject, words: Sequence[str] = ()) -> list[naming.Named]:
    """Return the jobs whose tables name the subject."""
    return naming.naming(session, subject.refs, erasing.words_of(session, subject, words))


def _tell_jobs(named: Sequence[naming.Named]) -> None:
    """Tell which tables of jobs go as well."""
    if named:
        said = ", ".join(f"{each.id} ({'?' if each.rows is None else each.rows} dòng / rows)" for each in named)
        _console.print(f"  Bảng của việc nền có nêu hộ này, cũng xóa / tables of jobs that name it and go too: {said}", style="yellow")


def _remove(gone: Sequence[int], named: Sequence[naming.Named]) -> None:
    for number in gone:
        files.remove("upload", number)
    for each in named:
        files.remove("job", each.id)
