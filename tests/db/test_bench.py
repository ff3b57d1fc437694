"""The bench measures what it says: made-up registries, accuracy with its register of failures, speed beside a reference."""

import csv
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from geocode.resolver import Resolver
from registry import db
from registry.errors import UnavailableError
from service.bench.accuracy import FAILED, Asked, Outcome, Question, ask, spoilt_doors, tallied
from service.bench.country import load_with
from service.bench.golden import GOLDEN, golden_questions
from service.bench.made_up import HEADER, write
from service.bench.noisy import CLASSES
from service.bench.runs import failures_of, learn, new_failures, read_known, save_run
from service.bench.speed import noisy_texts
from service.bench.two_processes import scaling
from service.cli.main import execute
from tests.conftest import Answer
from tests.db.handover import load, scalar

Ran = Callable[..., Answer]
UNIT_NAMES = text("SELECT DISTINCT level || ' ' || full_name FROM unit")
MADE = 2000


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a hand-over file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def bench(configured: Callable[[str], None], sample_db: str, capsys: pytest.CaptureFixture[str]) -> Ran:
    """Give a function that runs `diachiso bench …` on the sample registry, which it only reads."""
    configured(sample_db)

    def run(*arguments: str) -> Answer:
        capsys.readouterr()
        code = execute(["bench", *arguments])
        written = capsys.readouterr()
        return Answer(code, written.out, written.err)

    return run


@pytest.fixture
def answers(samples: Session, resolver: Resolver) -> list[Asked]:
    """Give some noisy questions with their answers."""
    return list(ask(samples, resolver, list(spoilt_doors(samples, 4, 1))))


def test_a_seed_makes_the_same_registry_again(session: Session, tmp_path: Path) -> None:
    """Two files of one seed are the same bytes, of another seed are not, and hold as many rows as asked for."""
    files = [tmp_path / name for name in ("one.csv", "same.csv", "other.csv")]
    for path, seed in zip(files, (7, 7, 8), strict=True):
        assert write(session, path, 500, seed, "37") == 500
    assert files[0].read_bytes() == files[1].read_bytes() != files[2].read_bytes()
    assert len(rows_of(files[0])) == 500


def test_made_up_doors_are_distinct_and_stand_in_real_communes(session: Session, tmp_path: Path) -> None:
    """No two rows are one door, and every unit named is one of the reference data."""
    path = tmp_path / "made.csv"
    write(session, path, MADE, 3)
    known = set(session.execute(UNIT_NAMES).scalars())
    rows = rows_of(path)
    assert all({f"commune {row['xa']}", f"province {row['tinh']}"} <= known for row in rows)
    assert all(not row["huyen"] or f"district {row['huyen']}" in known for row in rows)
    columns = ("tinh", "huyen", "xa", "duong", "thon_to", "toa_nha", "phong", "ma_ho")
    doors = Counter((*(row[name] for name in columns), "/".join(filter(None, (row["ngo"], row["ngach"], row["so_nha"])))) for row in rows)
    assert doors.most_common(1)[0][1] == 1
    assert set(rows[0]) == set(HEADER)


def test_made_up_doors_can_be_imported(session: Session, fresh_db: str, tmp_path: Path) -> None:
    """A made-up province comes in: every row is accepted, or waits because its old unit is ambiguous."""
    path = tmp_path / "made.csv"
    write(session, path, MADE, 5, "37")
    report, result = load(fresh_db, path, province="37")
    outcomes = Counter(row["result_outcome"] for row in result)
    assert outcomes.keys() <= {"accepted", "incomplete"}, outcomes
    assert outcomes["accepted"] >= 0.97 * MADE
    assert report.rows == MADE


def test_generate_does_not_overwrite(bench: Ran, tmp_path: Path) -> None:
    """The command writes a file once; a second time only by force; an unknown province and no doors at all are refused."""
    path = tmp_path / "made.csv"
    words = ("generate", "--doors", "50", "--province", "37", "--output", str(path))
    assert bench(*words).code == 0
    kept = path.read_bytes()
    assert bench(*words, "--seed", "2").code == 1
    assert path.read_bytes() == kept
    assert bench(*words, "--seed", "2", "--force").code == 0
    assert path.read_bytes() != kept
    assert bench("generate", "--doors", "0", "--output", str(tmp_path / "none.csv")).code == 2
    assert bench("generate", "--doors", "5", "--province", "99", "--output", str(tmp_path / "none.csv")).code == 1
    assert [each.name for each in tmp_path.iterdir()] == ["made.csv"]


def test_noise_is_asked_class_by_class(samples: Session, answers: list[Asked]) -> None:
    """Every class that the samples allow is asked no more often than wanted, the same again by its seed, and the tally adds up."""
    counts = tallied(answers)
    assert {name for _, name in counts} <= {f"{kind.number:02d} {kind.name}" for kind in CLASSES}
    assert len(counts) >= 15
    assert all(0 < tally.asked <= 4 for tally in counts.values())
    assert [each.question for each in answers] == list(spoilt_doors(samples, 4, 1))


def test_no_wrong_accept_on_the_samples(answers: list[Asked]) -> None:
    """Not one noisy question about the sample doors is ACCEPTed wrongly."""
    assert [each.question.text for each in answers if each.outcome is Outcome.WRONG_ACCEPT] == []


def test_the_golden_file_is_asked_where_its_batches_are(session: Session, samples: Session, resolver: Resolver) -> None:
    """On the samples all its lines are asked; elsewhere none, as their doors are not there."""
    assert golden_questions(session, GOLDEN) == []
    questions = golden_questions(samples, GOLDEN)
    assert len(questions) == len(rows_of(GOLDEN))
    found = list(ask(samples, resolver, questions))
    assert sum(each.outcome is Outcome.RIGHT for each in found) >= 0.95 * len(found)


def test_only_new_failures_fail(answers: list[Asked], tmp_path: Path) -> None:
    """A failure that the saved run or the register has is not new; one that was right there is."""
    saved, known = tmp_path / "run.jsonl", tmp_path / "known.csv"
    broken = [Asked(each.question, each.answer, Outcome.WRONG, holds=False) for each in answers[:3]]
    rest = [Asked(each.question, each.answer, Outcome.RIGHT, holds=True) for each in answers[3:]]
    save_run(saved, [*broken[:2], *rest])
    assert failures_of(saved) == {each.question.key for each in broken[:2]}
    assert new_failures([*broken, *rest], failures_of(saved)) == broken[2:]
    learnt = learn(known, [*broken, *rest])
    assert (learnt.added, learnt.kept, learnt.fixed, learnt.not_asked) == (3, 0, 0, 0)
    assert new_failures([*broken, *rest], read_known(known)) == []


def test_learning_keeps_reasons_and_drops_what_is_fixed(answers: list[Asked], tmp_path: Path) -> None:
    """The reason of a failure that stays is kept, what is right now goes, what was not asked stays."""
    known = tmp_path / "known.csv"
    first, second, third = (Asked(each.question, each.answer, Outcome.WRONG, holds=False) for each in answers[:3])
    learn(known, [first, second, third])
    rows = rows_of(known)
    with known.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, rows[0])
        out.writeheader()
        out.writerows(row | {"why": "vì thế"} for row in rows)
    fixed = Asked(second.question, second.answer, Outcome.RIGHT, holds=True)
    learnt = learn(known, [first, fixed])
    assert (learnt.added, learnt.kept, learnt.fixed, learnt.not_asked) == (0, 1, 1, 1)
    assert {key: row["why"] for key, row in read_known(known).items()} == dict.fromkeys((first.question.key, third.question.key), "vì thế")


def test_a_saved_run_repeats_no_text_of_others(samples: Session, resolver: Resolver, tmp_path: Path) -> None:
    """Real texts are saved and registered by their key alone."""
    mine = Question("noise", "01 full", "12 Trần Phú", "commune", None, frozenset({"x"}))
    theirs = Question("texts", "somebody", "34 Lê Lợi, chị Hoa", "commune", None, frozenset({"x"}))
    found = list(ask(samples, resolver, [mine, theirs]))
    save_run(tmp_path / "run.jsonl", found)
    learn(tmp_path / "known.csv", found)
    for name in ("run.jsonl", "known.csv"):
        written = (tmp_path / name).read_text(encoding="utf-8")
        assert "12 Trần Phú" in written
        assert "chị Hoa" not in written
        assert theirs.key in written


def test_accuracy_compares_and_fails_only_on_new_failures(bench: Ran, tmp_path: Path) -> None:
    """A run compared with itself succeeds; with one in which a failure of now was right, it ends with 1; so does --strict."""
    saved, texts = tmp_path / "run.jsonl", tmp_path / "texts.jsonl"
    impossible = {"text": "12 Trần Phú, Phường Điện Biên Phủ, Điện Biên", "expected": {"new_commune_codes": ["00004"]}, "source": "made up"}
    texts.write_text(json.dumps(impossible), encoding="utf-8")
    words = ("accuracy", "--per-class", "2", "--texts", str(texts), "--known", str(tmp_path / "known.csv"))
    first = bench(*words, "--save", str(saved), "--calibration", "--fit", "--plot", str(tmp_path / "plot.svg"), "--show", "1")
    assert first.code == 0
    assert "ACCEPT sai" in first.out
    assert (tmp_path / "plot.svg").read_text(encoding="utf-8").startswith("<svg")
    assert bench(*words, "--against", str(saved)).code == 0
    assert bench(*words, "--strict").code == 1
    saved.write_text(saved.read_text(encoding="utf-8").replace('"wrong', '"right" , "was": "wrong'), encoding="utf-8")
    assert bench(*words, "--against", str(saved)).code == 1
    assert bench(*words, "--learn").code == 0
    assert bench(*words, "--strict").code == 0


def test_accuracy_refuses_what_it_cannot_read(bench: Ran, tmp_path: Path) -> None:
    """A class that is not there is wrong usage, a file that is not a run is refused, without a traceback."""
    odd = tmp_path / "odd.jsonl"
    odd.write_text("[1]\n", encoding="utf-8")
    assert bench("accuracy", "--per-class", "1", "--only", "khong-co").code == 2
    assert bench("accuracy", "--per-class", "1", "--only", "2", "--against", str(odd)).code == 1
    assert bench("accuracy", "--per-class", "1", "--texts", str(odd)).code == 1
    assert bench("accuracy", "--per-class", "1", "--only", "2", "--save", str(tmp_path / "none" / "run.jsonl")).code == 1
    one = bench("accuracy", "--per-class", "1", "--only", "no marks")
    assert one.code == 0
    assert "02 no marks" in one.out
    assert "Telex" not in one.out


def test_an_empty_registry_has_nothing_to_ask(command: Ran) -> None:
    """Without doors the benches say so in a sentence."""
    for words in (("accuracy",), ("resolve",), ("resolve", "--styles")):
        assert command("bench", *words).code == 1


def test_speed_is_printed_beside_its_goals(bench: Ran) -> None:
    """The command measures everything, in words and as JSON, with small numbers as well."""
    shown = bench("resolve", "--queries", "30", "--no-two")
    assert shown.code == 0
    assert all(words in shown.out for words in ("≥ 2×", "≤ 1 ms", "≤ 300 MB"))
    report = json.loads(bench("resolve", "--queries", "30", "--no-two", "--json").out)
    assert report["queries"] == 30
    assert report["rates"]["matcher"] > 0
    assert report["two"] is None
    assert sum(report["by_class"].values()) == 30


def test_styles_are_still_measured(bench: Ran) -> None:
    """Every style of writing has its line."""
    shown = bench("resolve", "--styles", "--doors", "10")
    assert shown.code == 0
    assert "upper case" in shown.out


def test_two_processes_share_the_questions(samples: Session, sample_db: str) -> None:
    """Each opens its own connection and gazetteer; together they answer everything."""
    texts = [each for _, each in noisy_texts(samples, 60, 1)]
    rates = scaling(texts, sample_db)
    assert min(rates.one, rates.two) > 0


def test_a_process_that_dies_is_a_sentence() -> None:
    """A process without a database ends the measurement; nobody waits for it."""
    with pytest.raises(UnavailableError):
        scaling(["x"], "postgresql+psycopg2://nobody@127.0.0.1:1/nothing")


def test_a_large_gazetteer_leaves_nothing_behind(sample_db: str) -> None:
    """Places are made up for one transaction and rolled back."""
    before = scalar(sample_db, "SELECT count(*) FROM place")
    with db.session(sample_db) as opened:
        assert load_with(opened, before + 4000).places >= before + 3600
    assert scalar(sample_db, "SELECT count(*) FROM place") == before


def test_failures_are_those_that_help_nobody() -> None:
    """A right answer and a list with the true one are none."""
    assert frozenset(Outcome) - FAILED == {Outcome.RIGHT, Outcome.LISTED}
