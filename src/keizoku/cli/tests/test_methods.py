"""``keizoku methods``: from an unread row to a method in use, and why another is not."""

import json

from click.testing import CliRunner
from joserfc.jwk import OKPKey

from keizoku.cli import main, process
from keizoku.identity.methods.tests.people import staff


def test_commands_do_what_the_screens_do(db, monkeypatch, tmp_path):
    monkeypatch.setattr(process, "start_django", lambda: None)

    def run(*words: str, typed: str = "", code: int = 0) -> str:
        done = CliRunner().invoke(main, ["methods", *words], input=typed)
        assert done.exit_code == code, done.output
        return done.output

    staff("compliance")
    staff("approver")
    key = "proceeds_of_crime/IMG_DOC_FACE/2018-11-30"
    rows = [json.loads(line) for line in run("list", "--on", "2027-03-31").splitlines()]
    shown = next(row for row in rows if row["key"] == key)
    assert (shown["letter"], shown["status"], shown["is_on"]) == ("ホ", "unconfirmed", False)
    signed = ("sign", key, "--where", "https://laws.e-gov.go.jp/law/420M60000F5A001", "--read-on")
    assert "write it as" in run(*signed, "yesterday", "--by", "compliance", code=1)
    run(*signed, "2026-11-01", "--by", "compliance")
    waiting = json.loads(run("proposals"))
    assert "名前が違います" in run("approve", str(waiting["id"]), "--by", "approver", typed="x\n", code=1)
    run("approve", str(waiting["id"]), "--by", "approver", typed=f"{key}\n")
    asked = run(
        "switch", "proceeds_of_crime", "IMG_DOC_FACE", "on", "--reason", "委員会", "--by", "compliance"
    )
    run("approve", asked.split()[1], "--by", "approver", typed="proceeds_of_crime/IMG_DOC_FACE\n")
    assert "○ IMG_DOC_FACE ホ 書類の画像と、顔の撮影" in run("why", "--on", "2027-03-31")
    assert "    ended: 犯罪収益移転防止法では、2027-03-31で終わりました。" in run("why", "--on", "2027-04-01")
    assert "取引時確認（法令の本人確認）ではありません" in run("why", "--use", "ongoing_check")
    provider = tmp_path / "provider.json"
    document = {
        "issuer": "https://jpki.example",
        "name": "見本認証",
        "audience": "keizoku-bank",
        "key": OKPKey.generate_key("Ed25519").as_dict(private=False),
        "methods": ["JPKI_SIGN"],
        "longest_age_hours": 24,
        "contract": "2026-10-01",
    }
    provider.write_text(json.dumps(document), encoding="utf-8")
    first = run("accredit", str(provider), "--by", "compliance").split()[1]
    run("withdraw", first, "--by", "compliance")
    registered = run("register", "signature_verifier", "held", "--reference", "1号", "--by", "compliance")
    run("decline", registered.split()[1], "--by", "approver")
    held = [json.loads(line) for line in run("proposals", "--all").splitlines()]
    assert [(one["kind"], one["state"]) for one in held] == [("switch", "in_force"), ("confirm", "in_force")]
    assert run("resting") == ""
    assert run("resting", "--method", "IMG_DOC_FACE", "--statute", "proceeds_of_crime") == ""
    run("end", str(waiting["id"]), "--by", "compliance")
    assert "    unconfirmed: " in run("why", "--on", "2027-03-31")
