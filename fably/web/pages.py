"""The pages that are there without Gradio: logging in, and waiting for a moment. Plain HTML, small, and without a script."""

from html import escape

from fably.core.types import Language
from fably.texts import text

STYLE = """
:root { color-scheme: light dark; --paper: #fbf3e6; --ink: #3f2d20; --card: #fffaf2; --line: #e6d3b8; --warm: #b4560f; --soft: #7a5f49;
  --on: #fff; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #1d1a2b; --ink: #f5e8d3; --card: #28243a; --line: #453d5c; --warm: #f0a04b; --soft: #c3b199; --on: #2b1a08; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-content: center; padding: 1.2rem; background: var(--paper); color: var(--ink);
  font: 1.125rem/1.5 Georgia, "Noto Serif", serif; text-align: center; }
main { width: min(26rem, calc(100vw - 2.4rem)); padding: 2rem 1.5rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 1.5rem; }
h1 { margin: 0 0 .25rem; font-size: 2rem; } p { margin: .5rem 0 1rem; color: var(--soft); }
form { display: grid; gap: .75rem; margin-top: 1rem; } label { text-align: left; }
input { width: 100%; min-height: 3.25rem; margin-top: .25rem; padding: .5rem 1rem; font: inherit; color: inherit; background: var(--paper);
  border: 1px solid var(--line); border-radius: 1rem; }
input.code { text-align: center; letter-spacing: .5em; font-size: 1.5rem; }
button { min-height: 3.25rem; font: inherit; font-weight: bold; color: var(--on); background: var(--warm); border: 0; border-radius: 1rem;
  cursor: pointer; }
button.plain { color: var(--warm); background: none; border: 2px solid var(--warm); }
:focus-visible { outline: 3px solid var(--warm); outline-offset: 2px; }
.wrong { color: var(--warm); font-weight: bold; } hr { border: 0; border-top: 1px solid var(--line); margin: 1.5rem 0; }
.moon { font-size: 3.5rem; line-height: 1; animation: rock 3s ease-in-out infinite; } @keyframes rock { 50% { transform: rotate(-14deg); } }
@media (prefers-reduced-motion: reduce) { .moon { animation: none; } }
"""


def _page(language: Language, body: str, head: str = "") -> str:
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>Fably</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">{head}<style>{STYLE}</style></head>'
        f'<body><main><div class="moon" aria-hidden="true">🌙</div>{body}</main></body></html>'
    )


def waiting(language: Language) -> str:
    """Shown while the page is being made ready; it asks again by itself."""
    head = '<meta http-equiv="refresh" content="1">'
    return _page(language, f"<h1>Fably</h1><p>{_said(language, 'moment')}</p>", head)


def login(language: Language, *, password: bool, wrong: str = "", to: str = "/") -> str:
    """Asks for the password, if there is one, and offers to have the box say a code. `wrong` is why it is shown once more."""
    hidden = f'<input type="hidden" name="next" value="{escape(to)}">'
    parts = [f"<h1>Fably</h1><p>{_said(language, 'login')}</p>", _wrong(wrong)]
    if password:
        parts.append(
            f'<form method="post" action="/login">{hidden}<label>{_said(language, "password")}'
            '<input type="password" name="password" autocomplete="current-password" required autofocus></label>'
            f"<button>{_said(language, 'enter')}</button></form><hr>"
        )
    plain = ' class="plain"' if password else ""
    asks = f'<form method="post" action="/pair">{hidden}<button{plain}>{_said(language, "say_code")}</button></form>'
    parts.append(f"<p>{_said(language, 'pair')}</p>{asks}")
    return _page(language, "".join(parts))


def code(language: Language, asker: str, *, wrong: str = "", to: str = "/") -> str:
    """Asks for the six digits that the box has said to `asker`."""
    hidden = f'<input type="hidden" name="asker" value="{escape(asker)}"><input type="hidden" name="next" value="{escape(to)}">'
    field = (
        '<input class="code" name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9 ]{6,11}" maxlength="11" '
        "required autofocus>"
    )
    return _page(
        language,
        f"<h1>Fably</h1><p>{_said(language, 'listen')}</p>{_wrong(wrong)}"
        f'<form method="post" action="/code">{hidden}<label>{_said(language, "code")}{field}</label>'
        f"<button>{_said(language, 'enter')}</button></form>"
        f'<form method="post" action="/pair"><button class="plain">{_said(language, "say_again")}</button></form>',
    )


def preferred(accepts: str, otherwise: Language) -> Language:
    """The language that a browser prefers, of those that Fably speaks, by its Accept-Language header."""
    weighed: list[tuple[float, int, Language]] = []
    for at, one in enumerate(accepts.split(",")[:20]):
        name, _, weight = one.strip().partition(";q=")
        spoken: Language | None = "tr" if name.lower().startswith("tr") else "en" if name.lower().startswith("en") else None
        try:
            if spoken and (value := float(weight or 1)) > 0:
                weighed.append((-value, at, spoken))
        except ValueError:
            continue
    return min(weighed)[2] if weighed else otherwise


def _said(language: Language, key: str) -> str:
    return escape(text(language, f"page.{key}"))


def _wrong(what: str) -> str:
    return f'<p class="wrong" role="alert">{escape(what)}</p>' if what else ""
