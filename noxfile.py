"""Every check and every chore is a session here; CI only calls sessions.

`nox -s demo` plays a recruiting day, `nox -s tests` runs the tests; both need nothing but Python
3.11+ and nox.
"""

from __future__ import annotations

import os

import nox

nox.needs_version = ">=2024.10.9"
nox.options.default_venv_backend = "venv"
nox.options.sessions = ["lint", "types", "layers", "tests", "docs"]

PROJECT = nox.project.load_toml("pyproject.toml")


def group(name: str) -> tuple[str, ...]:
    """Return the requirements of one dependency group of pyproject.toml."""
    return nox.project.dependency_groups(PROJECT, name)


def run_tests(session: nox.Session, *options: str) -> None:
    """Install the package with every extra and run the tests and the documents' code."""
    session.install("-e", ".[all]", *group("test"))
    run_pytest(session, *options, *session.posargs)


def run_pytest(session: nox.Session, *options: str) -> None:
    """Run the tests on all cores; in CI, what failed beside the others is run once more alone.

    A test that fails alone as well fails the session; one that does not is told by its first
    failure, which stays in the log.
    """
    try:
        # By file: the blocks of a documentation page build on each other.
        session.run("pytest", "-n", "auto", "--dist", "loadfile", *options)
    except nox.command.CommandFailed:
        if not os.environ.get("CI"):
            raise
        session.warn("Some tests failed beside the others; they run once more, alone.")
        session.run("pytest", "--last-failed", "--last-failed-no-failures", "none", *options)


@nox.session
def demo(session: nox.Session) -> None:
    """Play a recruiting day through the simulator; `-- --serve` leaves the inbox open."""
    session.install(".[cli]")
    session.run("naverworks-notify", "demo", *session.posargs)


@nox.session
def tests(session: nox.Session) -> None:
    """Run every test on the Python that runs nox."""
    run_tests(session)


@nox.session(python=["3.11", "3.12", "3.13"])
def matrix(session: nox.Session) -> None:
    """Run every test on each supported Python."""
    run_tests(session)


@nox.session
def lowest(session: nox.Session) -> None:
    """Run the tests with the oldest releases of the dependencies that pyproject.toml allows."""
    session.install("uv")
    # uv does not read pip's settings; an index that pip was told of is uv's as well.
    index = os.environ.get("PIP_INDEX_URL")
    env = {"VIRTUAL_ENV": session.virtualenv.location}
    if index and "UV_DEFAULT_INDEX" not in os.environ:
        env["UV_DEFAULT_INDEX"] = index
    floors = f"{session.create_tmp()}/lowest.txt"
    session.run(
        *("uv", "pip", "compile", "--quiet", "--resolution", "lowest-direct", "--all-extras"),
        *("--no-header", "--output-file", floors, "pyproject.toml"),
        env=env,
        silent=True,
    )
    session.run(
        *("uv", "pip", "install", "--quiet", "--constraint", floors, "--editable", ".[all]"),
        *group("test"),
        env=env,
    )
    # What old releases of others leave open at the end of a loop is theirs.
    leftovers = "ignore::pytest.PytestUnraisableExceptionWarning"
    run_pytest(session, "-W", leftovers, *session.posargs)


@nox.session
def explore(session: nox.Session) -> None:
    """Run every test with examples that no run before has drawn; what fails is worth a test."""
    run_tests(session, "--hypothesis-profile=explore")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure imports, sends, budget, tenants, policy and catalog; write the benchmarks page."""
    session.install("-e", ".[all]", *group("bench"))
    session.run("python", "benchmarks/run.py", *session.posargs)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, formatting, declared dependencies and generated files."""
    session.install("-e", ".[all]", *group("lint"), *group("test"))
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("deptry", "src")
    session.run("python", "scripts/generate_sync.py", "--check")
    session.run("python", "scripts/compile_catalogs.py", "--check")
    session.run("python", "scripts/write_tables.py", "--check")


@nox.session
def layers(session: nox.Session) -> None:
    """Check that a module imports only from lower rows of the design."""
    session.install("-e", ".[all]", *group("lint"))
    session.run("lint-imports")


@nox.session
def types(session: nox.Session) -> None:
    """Check types inside with mypy and as users see them with pyright."""
    session.install("-e", ".[all]", *group("types"), *group("test"))
    session.run("mypy")
    session.run("pyright")
    session.run("pyright", "--verifytypes", "naverworks_notify", "--ignoreexternal")


@nox.session
def docs(session: nox.Session) -> None:
    """Build the docs site; a broken link fails. `-- serve` serves it instead."""
    session.install("-e", ".[all]", *group("docs"))
    command = session.posargs or ["build", "--strict"]
    session.run("mkdocs", *command, env={"NO_MKDOCS_2_WARNING": "1"})


@nox.session
def gallery(session: nox.Session) -> None:
    """Draw every alert in every language into the docs; needs Chromium and CJK fonts."""
    session.install("-e", ".[all]", *group("gallery"))
    session.run("python", "scripts/draw_gallery.py", *session.posargs)


@nox.session
def mutation(session: nox.Session) -> None:
    """Change the policy's code in a thousand places and tell what no test noticed; takes long."""
    session.install("-e", ".[all]", *group("test"), *group("mutation"))
    session.run("python", "scripts/mutate_policy.py", *session.posargs)


@nox.session
def sync(session: nox.Session) -> None:
    """Write anew what is generated: sync modules, compiled texts, the tables of the docs."""
    session.install("-e", ".[all]", *group("lint"), *group("test"))
    session.run("python", "scripts/generate_sync.py")
    session.run("python", "scripts/compile_catalogs.py")
    session.run("python", "scripts/write_tables.py")
