"""How the page looks: a sheet of paper by day, a warm room by night. The rest is in `page.css`."""

from typing import Any

import gradio as gr

FONTS = ("Georgia", "Noto Serif", "serif")
PAPER, CARD, INK, SOFT, LINE, WARM, WARM_SOFT = "#fbf3e6", "#fffaf2", "#3f2d20", "#7a5f49", "#e6d3b8", "#b4560f", "#f7e3c8"
NIGHT, NIGHT_CARD, NIGHT_INK, NIGHT_SOFT, NIGHT_LINE, AMBER, AMBER_SOFT = (
    "#1d1a2b", "#28243a", "#f5e8d3", "#c3b199", "#453d5c", "#f0a04b", "#3a3350",
)  # fmt: skip
COLOURS = {
    "body_background_fill": (PAPER, NIGHT),
    "body_text_color": (INK, NIGHT_INK),
    "body_text_color_subdued": (SOFT, NIGHT_SOFT),
    "background_fill_primary": (CARD, NIGHT_CARD),
    "background_fill_secondary": (PAPER, NIGHT),
    "block_background_fill": (CARD, NIGHT_CARD),
    "block_border_color": (LINE, NIGHT_LINE),
    "block_label_background_fill": (CARD, NIGHT_CARD),
    "block_label_text_color": (SOFT, NIGHT_SOFT),
    "block_title_text_color": (INK, NIGHT_INK),
    "block_info_text_color": (SOFT, NIGHT_SOFT),
    "border_color_primary": (LINE, NIGHT_LINE),
    "border_color_accent": (WARM, AMBER),
    "color_accent_soft": (WARM_SOFT, AMBER_SOFT),
    "input_background_fill": (CARD, NIGHT),
    "input_border_color": (LINE, NIGHT_LINE),
    "input_border_color_focus": (WARM, AMBER),
    "input_placeholder_color": (SOFT, NIGHT_SOFT),
    "button_primary_background_fill": (WARM, AMBER),
    "button_primary_background_fill_hover": ("#95460b", "#ffb769"),
    "button_primary_text_color": ("#ffffff", "#2b1a08"),
    "button_secondary_background_fill": (WARM_SOFT, AMBER_SOFT),
    "button_secondary_background_fill_hover": (LINE, NIGHT_LINE),
    "button_secondary_text_color": (INK, NIGHT_INK),
    "button_cancel_background_fill": ("#f6d5cd", "#5a2c34"),
    "button_cancel_text_color": ("#7c1d0b", "#ffd9d2"),
    "checkbox_background_color": (CARD, NIGHT),
    "checkbox_background_color_selected": (WARM, AMBER),
    "checkbox_border_color": (SOFT, NIGHT_SOFT),
    "checkbox_label_background_fill": (CARD, NIGHT),
    "checkbox_label_background_fill_selected": (WARM_SOFT, AMBER_SOFT),
    "checkbox_label_text_color": (INK, NIGHT_INK),
    "checkbox_label_text_color_selected": (INK, NIGHT_INK),
    "slider_color": (WARM, AMBER),
    "loader_color": (WARM, AMBER),
}
"""By day and by night."""


def theme() -> Any:
    """Fably's colours, and fonts that are there already: nothing is fetched."""
    base = gr.themes.Base(
        primary_hue="orange", neutral_hue="stone", font=FONTS, font_mono=("monospace",), text_size="lg", radius_size="lg", spacing_size="md"
    )
    both = {name: day for name, (day, _night) in COLOURS.items()} | {f"{name}_dark": night for name, (_day, night) in COLOURS.items()}
    return base.set(
        **both, color_accent=WARM, block_shadow="none", block_shadow_dark="none", block_border_width="1px", input_padding="0.8rem"
    )


def head() -> str:
    """What stands in the head of the page: our style and our script, from this machine."""
    return '<link rel="stylesheet" href="/page.css"><script src="/page.js" defer></script><script src="/speak.js" defer></script>'
