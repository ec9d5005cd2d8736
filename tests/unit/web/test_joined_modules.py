"""A page's modules as one do what they do by themselves, and what cannot be joined is not."""

import json
import re
from pathlib import Path

import pytest

from server.pages.assets import Assets
from server.pages.joined import NotJoined, joined, without_comments
from tests.support.node import installed, run

WEB = Path(__file__).resolve().parents[3] / "web"
BARE = {"node:path": "elsewhere"}


def said(folder: Path, **modules: str) -> list[object]:
    """What the page `page.js` puts into `said`, by itself and joined: both must be the same."""
    files = {f"js/{name}.js": text.encode() for name, text in modules.items()}
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text)
    (folder / "js" / "one.js").write_text(joined("js/page.js", files, BARE))
    (folder / "package.json").write_text('{"type": "module"}')
    found = []
    for name in ("page", "one"):
        end = f"await import({json.dumps((folder / 'js' / name).as_uri() + '.js')}); console.log(JSON.stringify(said))"
        done = run("node", "--input-type=module", "-e", f"globalThis.said = []; {end}")
        assert done.returncode == 0, done.stderr
        found.append(json.loads(done.stdout))
    assert found[0] == found[1]
    return list(found[0])


def test_every_form_of_import_and_export_gives_the_same(tmp_path: Path) -> None:
    assert said(
        tmp_path,
        page="""import { a, b as c } from "./one_noun.js";
import * as whole from "./one_noun.js";
import { passed, again } from "./on.js";
import path from "node:path";
import {
  join,
} from "node:path";
const b = 5;
said.push(a, c(), b, whole.a, new whole.Thing().name, passed, again, path === undefined, join("x", "y"));
for (const n of whole.counting()) said.push(n);
""",
        one_noun="""export const a = 1;
said.push("first");
export function b() { return a + hidden; }
export class Thing { name = "thing"; }
export function* counting() { yield 7; }
export async function later() {}
const hidden = 1;
""",
        on="""import { a } from "./one_noun.js";
export { a as passed } from "./one_noun.js";
const inner = a + 10;
export { inner as again };
""",
    ) == ["first", 1, 2, 5, 1, "thing", 1, 11, False, "x/y", 7]


def test_a_module_that_two_import_runs_once_and_before_both(tmp_path: Path) -> None:
    found = said(
        tmp_path,
        page="""import { left } from "./left.js";\nimport { right } from "./right.js";\nsaid.push(left === right);""",
        left="""import { shared } from "./shared.js";\nsaid.push("left");\nexport const left = shared;""",
        right="""import { shared } from "./shared.js";\nsaid.push("right");\nexport const right = shared;""",
        shared="""said.push("shared");\nexport const shared = {};""",
    )
    assert found == ["shared", "left", "right", True]


def test_a_module_finds_what_lies_beside_it_from_wherever_the_page_is() -> None:
    files = {
        "js/pages/page.js": b'import { here } from "../lib/far/here.js";\nsaid.push(here);',
        "js/lib/far/here.js": b"export const here = import.meta.url;",
    }
    one = joined("js/pages/page.js", files, {})
    address = re.search(r'new URL\("([^"]+)", import', one)
    assert address and address[1] == "../../js/lib/far/here.js"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('import { b } from "./b.js";', "imports itself by way of js/b.js"),
        ('import { c } from "./c.js";', "imports js/c.js, which is not there"),
        ("export let a = 1;", "export let a = 1;"),
        ("export default 1;", "export default 1;"),
        ("export const { a } = {};", "export const { a } = {};"),
        ('export * from "./b.js";', "export [*] from"),
        ('import "./d.js";', 'import "./d.js";'),
    ],
)
def test_what_cannot_be_joined_is_said(text: str, why: str) -> None:
    files = {"js/a.js": text.encode(), "js/b.js": b'import { a } from "./a.js";\nexport const b = a;', "js/d.js": b""}
    with pytest.raises(NotJoined, match=why):
        joined("js/a.js", files, {})


@pytest.mark.parametrize("page", sorted(path.name for path in (WEB / "static" / "js" / "pages").iterdir()))
def test_every_page_of_ours_is_joined_with_all_that_it_needs(page: str) -> None:
    entry = f"js/pages/{page}"
    kept = Assets().kept(entry)
    alone = Assets(fresh=True)
    needed = [url.removeprefix(alone.url("")) for url, _ in alone.modules(entry)]
    ours = [path for path in needed if path.startswith("js/")]
    assert kept and len(ours) > 10
    assert sorted(re.findall(r"=> \{ // (\S+)$", kept.content.decode(), re.M)) == sorted(ours)


def test_lines_that_are_comment_go_and_nothing_else_does() -> None:
    text = """// first
const a = "/* stays */"; // behind
  /** @param {string} b
   * more **/
/* one */ const c = 1; /* stays
*/
/* two */ /* three */
export const d = /** @type {any} */ (a) / 2;
"""
    kept = """const a = "/* stays */"; // behind
/* one */ const c = 1; /* stays
*/
/* two */ /* three */
export const d = /** @type {any} */ (a) / 2;
"""
    assert without_comments(text) == kept


def printed(folder: Path, modules: dict[str, str]) -> dict[str, str]:
    """The modules as TypeScript prints them, without any comment."""
    for name, text in modules.items():
        (folder / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "in" / name).write_text(text)
    options = ["--allowJs", "--noCheck", "--noResolve", "--removeComments", "--target", "esnext", "--module", "esnext"]
    tree = ["--rootDir", str(folder / "in"), "--outDir", str(folder / "out")]
    installed()
    done = run("tsc", *options, *tree, *(str(folder / "in" / name) for name in modules))
    assert done.returncode == 0, done.stdout
    return {name: (folder / "out" / name).read_text() for name in modules}


def test_what_a_page_runs_is_the_same_with_and_without_them(tmp_path: Path) -> None:
    scripts = WEB / "static" / "js"
    whole = {path.relative_to(scripts).as_posix(): path.read_text() for path in scripts.rglob("*.js")}
    less = {name: without_comments(text) for name, text in whole.items()}
    assert sum(map(len, less.values())) < 0.9 * sum(map(len, whole.values()))
    assert printed(tmp_path / "whole", whole) == printed(tmp_path / "less", less)
