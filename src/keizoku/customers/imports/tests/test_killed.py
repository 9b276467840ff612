"""An import whose process is killed leaves nothing of the file, no process behind, and a run that is ended."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from keizoku.customers.imports import uploading
from keizoku.customers.imports.tests.test_importing import DAY, IMPORTER, TARO, write
from keizoku.customers.imports.tests.test_large_files import numbered
from keizoku.customers.models import Customer, ImportRun, Lookup

IMPORT = """
import sys
import django
if __name__ == "__main__":
    django.setup()
    from datetime import date
    from pathlib import Path
    from keizoku.customers.imports import importing
    from keizoku.kernel.actor import Actor
    importing.BATCH = 100

    def tell(rows):
        print(rows, flush=True)
        if rows >= int(sys.argv[2]):
            import time
            time.sleep(60)

    importing.import_file(Path(sys.argv[1]), as_of=date(2026, 11, 1), actor=Actor.system("x"), progress=tell)
"""


@pytest.mark.parametrize(
    "reached", [100, 1000, 2000], ids=["at the first batch", "half way", "before the commit"]
)
def test_killed_import_leaves_nothing_and_the_next_one_runs(committed_db, tmp_path, reached):
    path = write(tmp_path, *(numbered(n) for n in range(1, 2001)))
    (tmp_path / "run.py").write_text(IMPORT, encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, str(tmp_path / "run.py"), str(path), str(reached)],
        env=os.environ | committed_db.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if int(line) >= reached:
            break
    children = children_of(process.pid)
    assert children

    process.send_signal(signal.SIGKILL)
    process.wait()
    process.stdout.close()

    until(lambda: not any(is_running(child) for child in children))
    until(uploading._nobody_imports)
    assert (Customer.objects.count(), Lookup.objects.count()) == (0, 0)
    assert ImportRun.objects.get().state == "running"
    ImportRun.objects.update(started_at=timezone.now() - timedelta(minutes=5))
    assert uploading.sweep() == 1
    assert ImportRun.objects.get().state == "failed"
    assert import_again(tmp_path).created_count == 1


def import_again(tmp_path):
    from keizoku.customers.imports.importing import import_file

    return import_file(write(tmp_path, TARO), as_of=DAY, actor=IMPORTER)


def children_of(pid):
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def is_running(pid):
    """Ended processes that nobody has waited for yet still have their folder."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def until(holds, seconds=60):
    """Wait for what other processes do; the limit only ends a test that has failed."""
    ends = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.05)
