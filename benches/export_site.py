"""A site over one generated export, with all of the program's checks of rows on, that counts what `export.py` knows of it."""

from pathlib import Path

SITE = Path(__file__).parent / "site"


def make(root: Path, export: Path) -> Path:
    """Copies the site's settings to `root` and links the export into it."""
    for source in SITE.rglob("*.toml"):
        target = root / source.relative_to(SITE)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(source.read_bytes())
    link = root / "data/cases/cases.csv"
    link.unlink(missing_ok=True)
    link.symlink_to(export.resolve())
    return root
