"""`make audit`: every kind of page in three languages before the checkers of the trade, on a site as readers get it.

vnu (the W3C's Nu Html Checker) reads their HTML, axe looks at them on a phone and on a desk, by day and by night, what
a commentary weighs is measured in Chromium, and Lighthouse gives its marks. Needs npm, Java and Chromium; what it
installs and writes stays under var/audit/. It is no part of `make test`: it takes minutes, and the network.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import socket
from urllib.request import urlopen

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, sync_playwright

PORT = os.environ.get("AUDIT_PORT", "8290")
SITE = f"http://127.0.0.1:{PORT}"
ROOT = Path(__file__).resolve().parent.parent
PLACE = ROOT / "var" / "audit"
TOOLS = PLACE / "node_modules"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "chromium")
KEYS = dict.fromkeys(("SECRET_KEY", "SUBSCRIBER_LOOKUP_KEY"), "a key that guards nothing, of an audit")
AS_FOR_READERS = {
    **KEYS,
    "DEBUG": "0",
    "SUBSCRIBER_KEY": "YW4gYXVkaXQgZ3VhcmRzIG5vdGhpbmcsIDMyIGJ5dGU=",
    "SITE_URL": SITE,
    "ALLOWED_HOSTS": "127.0.0.1",
    "EMAIL_URL": "dummymail://",
    "DATABASE_URL": f"sqlite:///{PLACE / 'db.sqlite3'}",
}
# No link leads there.
ASKED = ("search/?q=port", "search/?q=zzzzzz", "search/?q=society", "trends/?section=economy", "nothing/")
SCREENS = [(width, theme) for width in (390, 1280) for theme in ("light", "dark")]
NOT_READ_BY_VNU = "Content Security Policy (meta tag)"  # hashes and data: in the kept pages, which browsers accept
LIMIT = 40_000  # bytes a commentary may weigh without its picture
JUDGED = ("home", "issue", "commentary", "trends", "search")
MARKS = ("performance", "accessibility", "best-practices", "seo")


def say(*parts: object, sep: str = " ") -> None:
    sys.stdout.write(sep.join(map(str, parts)) + "\n")
    sys.stdout.flush()


def run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, env=os.environ | environment, text=True, capture_output=True, check=False)


@contextmanager
def site() -> Iterator[None]:
    """The demo content, served as a production site serves it: from memory, compressed, without DEBUG."""
    with socket() as free:
        if free.connect_ex(("127.0.0.1", int(PORT))) == 0:
            sys.exit(f"Something answers on port {PORT} already: choose another with AUDIT_PORT.")
    PLACE.mkdir(parents=True, exist_ok=True)
    demo = {"DEBUG": "1", "DATABASE_URL": AS_FOR_READERS["DATABASE_URL"]}
    for command in ("migrate", "load_demo"):
        run(sys.executable, "manage.py", command, **demo).check_returncode()
    run(sys.executable, "manage.py", "collectstatic", "--noinput", **AS_FOR_READERS).check_returncode()
    serve = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", PORT, "config.wsgi:application"]
    with subprocess.Popen(serve, cwd=ROOT, env=os.environ | AS_FOR_READERS, stdout=subprocess.DEVNULL) as server:
        try:
            wait_for_the_site()
            yield
        finally:
            server.terminate()


def wait_for_the_site() -> None:
    for _attempt in range(60):
        try:
            urlopen(f"{SITE}/livez").close()  # noqa: S310
        except OSError:
            time.sleep(0.5)
        else:
            return
    sys.exit("The site does not start.")


def kinds_of_pages(browser: Browser) -> dict[str, str]:
    """One address below /en/ for each kind of page that links lead to, and a few that are only asked for."""
    from django.urls import Resolver404, resolve

    from commentaries.weeks import WEEK, this_week

    context = browser.new_context()
    found, queue = {}, ["/en/"]
    while queue:
        path = queue.pop(0)
        try:
            kind = resolve(path).url_name or path
        except Resolver404:
            continue
        if kind in found:
            continue
        answer = context.request.get(SITE + path)
        if answer.headers["content-type"].startswith("text/html"):
            found[kind] = path
            queue += re.findall(r'<a [^>]*href="(/en/[^"#?]*)', answer.text())
    context.close()
    before_a_correction = f"issues/{this_week()[0] - WEEK}/security/versions/1/"  # of its trend, which the page tells
    return found | {asked: f"/en/{asked}" for asked in (*ASKED, before_a_correction)}


def in_all_languages(kinds: dict[str, str]) -> dict[str, str]:
    return {
        f"{kind} {code}": path.replace("/en/", f"/{code}/", 1)
        for kind, path in kinds.items()
        for code in ("be", "ru", "en")
    }


def check_html(browser: Browser, pages: dict[str, str]) -> list[str]:
    """What vnu finds, warnings too."""
    folder = PLACE / "pages"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    context = browser.new_context()
    for name, path in pages.items():
        file = folder / f"{re.sub(r'[^a-z0-9_]+', '-', name)}.html"
        file.write_text(context.request.get(SITE + path).text())
    context.close()
    jar = TOOLS / "vnu-jar" / "build" / "dist" / "vnu.jar"
    told = run("java", "-jar", jar, "--format", "json", "--skip-non-html", folder).stderr
    messages = json.loads(told)["messages"]
    found = [each for each in messages if NOT_READ_BY_VNU not in each["message"]]
    return [f"{Path(each['url']).name}:{each.get('lastLine')} {each['message']}" for each in found]


def check_access(browser: Browser, pages: dict[str, str]) -> list[str]:
    """What axe finds, once for each page on which it does."""
    axe, found = Axe(), Counter[str]()
    for width, theme in SCREENS:
        context = browser.new_context(
            viewport={"width": width, "height": 844},
            color_scheme="dark" if theme == "dark" else "light",
            bypass_csp=True,
        )
        page = context.new_page()
        for name, path in pages.items():
            if path.endswith(".html"):  # one that is kept, not opened
                continue
            page.goto(SITE + path)
            for violation in axe.run(page).response["violations"]:
                nodes = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:3])
                found[f"{violation['id']}: {name}: {nodes}"] += 1
        context.close()
    return list(found)


def weigh(browser: Browser, path: str) -> Counter[str]:
    """The bytes that cross the wire for a page, by what they are."""
    weight = Counter[str]()
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.on(
        "requestfinished", lambda request: weight.update({request.resource_type: request.sizes()["responseBodySize"]})
    )
    page.goto(SITE + path, wait_until="networkidle")
    context.close()
    return weight


def judge(path: str) -> dict[str, int]:
    """Lighthouse's marks with its preset for phones."""
    report = PLACE / "lighthouse.json"  # in a pipe it is cut at 64 KiB
    flags = ("--quiet", "--output=json", f"--output-path={report}", "--chrome-flags=--headless=new --no-sandbox")
    run(TOOLS / ".bin" / "lighthouse", SITE + path, *flags, CHROME_PATH=CHROMIUM).check_returncode()
    categories = json.loads(report.read_text())["categories"]
    return {mark: round(100 * (categories[mark]["score"] or 0)) for mark in MARKS}


def main() -> None:
    if not (TOOLS / ".bin" / "lighthouse").exists():
        PLACE.mkdir(parents=True, exist_ok=True)
        run("npm", "install", "--prefix", PLACE, "vnu-jar", "lighthouse").check_returncode()
    os.environ |= AS_FOR_READERS | {"DJANGO_SETTINGS_MODULE": "config.settings", "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}
    import django

    django.setup()
    failed = False
    with site(), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        kinds = kinds_of_pages(browser)
        pages = in_all_languages(kinds)
        say(f"{len(kinds)} kinds of pages in three languages: {', '.join(kinds)}")
        for name, found in (("vnu", check_html(browser, pages)), ("axe", check_access(browser, pages))):
            say(f"\n{name}: {len(found)} found", *found, sep="\n  ")
            failed |= bool(found)
        say("\nWeight of a commentary without its picture, bytes")
        for language in ("be", "ru", "en"):
            weight = weigh(browser, pages[f"commentary {language}"])
            total = weight.total() - weight["image"]
            say(f"  {language}  {total}  {dict(weight)}")
            failed |= total > LIMIT
        browser.close()
        say("\nLighthouse, on a phone      ", *MARKS)
        for kind in JUDGED:
            marks = judge(kinds[kind])
            say(f"  {kind:26}", *(f"{marks[mark]:>{len(mark)}}" for mark in MARKS))
            failed |= set(marks.values()) != {100}
    sys.exit(failed)


if __name__ == "__main__":
    main()
