"""The tab with the settings: those that a parent changes, as the box has them. They are checked and saved by the box."""

import json
from html import escape
from typing import Any, get_args

import gradio as gr

from fably.core.types import Length
from fably.settings import Field, Settings, fields_of
from fably.texts import text
from gradio_app.asking import QUIET, Asking, Change

GROUPS: dict[str, tuple[str, ...]] = {
    "story": ("language", "age", "length", "bedtime", "sleep_timer"),
    "voice": ("tts_provider", "tts_voice"),
    "sound": ("volume", "volume_min", "volume_max"),
    "services": (
        "llm_provider", "llm_model", "llm_url", "stt_provider", "stt_url", "tts_url",
        "openai_api_key", "gemini_api_key", "deepseek_api_key", "elevenlabs_api_key", "google_api_key",
    ),
    "box": ("memory_mode", "engine_policy", "wakeword", "wakeword_model", "light", "light_while_telling", "night_light"),
}  # fmt: skip
"""The settings of the page, by what a parent would look for."""
LENGTHS = get_args(Length)
KNOWN = {field.name: field for field in fields_of(Settings)}


class Choices:
    """The tab. What the box had when it was shown is kept in a field of the page, so that only what was changed is sent."""

    def __init__(self, asking: Asking) -> None:
        self._asking = asking
        say = asking.say
        self._parts: dict[str, Any] = {}
        self.none = gr.HTML(elem_id="no_box", visible=False, js_on_load=None)
        with gr.Column(elem_id="fields", visible=False) as self.all:  # until it is known what is set
            for group, names in GROUPS.items():
                with gr.Accordion(text(asking.language, f"heading.{group}"), open=group == "story"):
                    for field in (KNOWN[name] for name in names if name in KNOWN):
                        self._parts[field.name] = self._part(field)
                    if group == "voice":
                        self.preview = gr.Button(say("preview"), elem_id="preview")
            self.save = gr.Button(say("save_all"), variant="primary", elem_id="save")
            self.restart = gr.Button(say("restart"), visible=False, elem_id="restart")
            with gr.Accordion(say("memory_now"), open=False):
                gr.HTML(f'<img src="/memory.svg" loading="lazy" alt="{escape(say("memory_now"))}">', elem_id="memory", js_on_load=None)
        self.had = gr.Textbox("{}", visible="hidden", elem_id="had", container=False)

    def _part(self, field: Field) -> Any:
        about: dict[str, Any] = {"label": text(self._asking.language, f"field.{field.name}"), "elem_id": f"set_{field.name}"}
        if field.secret:
            return gr.Textbox(type="password", max_lines=1, max_length=500, **about)
        if field.choices:
            usual = [(self._asking.say("as_usual"), "")] if field.default is None else []
            return gr.Dropdown([*usual, *((self._name(one), one) for one in field.choices)], filterable=False, **about)
        if field.kind is bool:
            return gr.Checkbox(**about)
        if field.kind is int and field.low is not None and field.high is not None:
            return gr.Slider(field.low, field.high, step=1, buttons=[], **about)
        return gr.Textbox(max_lines=1, max_length=500, placeholder=self._asking.say("as_usual"), **about)

    def _name(self, choice: str) -> str:
        if choice in LENGTHS:
            return self._asking.say(choice)
        return {"en": "English", "tr": "Türkçe"}.get(choice, choice)

    def wire(self, tab: gr.Tab) -> None:
        shown = [self.none, self.all, self.had, self.restart, *self._parts.values()]
        tab.select(self._show, None, shown, **QUIET)
        self.save.click(self._save, [self.had, *self._parts.values()], shown, **QUIET)
        self.preview.click(self._preview, self._parts["tts_voice"], None, **QUIET)
        self.restart.click(self._restart, None, self.restart, **QUIET)

    async def _show(self) -> Change:
        said = await self._asking.ask("settings")
        if said is None:
            none = f'<p class="none">{escape(self._asking.say("no_box"))}</p>'
            return {self.none: gr.update(value=none, visible=True), self.all: gr.update(visible=False)}
        fields = {one["name"]: one for one in said["fields"]}
        change: Change = {self.none: gr.update(visible=False), self.all: gr.update(visible=True)}
        had = {}
        for name, part in self._parts.items():
            one = fields.get(name)
            if one is None:
                change[part] = gr.update(visible=False)
            elif one["secret"]:
                key = self._asking.say("key_set", ends=one["ends"]) if one["set"] else self._asking.say("key_none")
                change[part] = gr.update(value="", placeholder=key, visible=True)
            else:
                had[name] = one["value"]
                change[part] = gr.update(value="" if one["value"] is None else one["value"], visible=True)
        waits = any(one["waits"] for one in fields.values())
        return {**change, self.had: json.dumps(had), self.restart: gr.update(visible=waits)}

    async def _save(self, had: str, *values: Any) -> Change:
        asking, before = self._asking, json.loads(had)
        changes: dict[str, Any] = {}
        for name, value in zip(self._parts, values, strict=True):
            if value is None:
                continue  # it has not been shown
            field = KNOWN[name]
            now = None if value == "" else value
            if field.kind is int and now is not None:
                now = int(now)
            if field.secret and now is not None:
                changes[name] = str(now).strip()
            elif not field.secret and name in before and now != before[name]:
                changes[name] = now
        if not changes:
            return await self._show()
        said = await asking.ask("set", values=changes)
        if said is None:
            return {self.restart: gr.update()}  # what was typed stays, to be mended
        for name, origin in said["overruled"].items():
            asking.warn(asking.say("overruled", name=text(asking.language, f"field.{name}"), origin=origin))
        asking.tell(asking.say("saved_restart" if said["restart"] else "saved"))
        return await self._show()

    async def _preview(self, voice: str) -> None:
        voice = (voice or "").strip() or str((self._asking.box.status or {}).get("voice") or "")
        await self._asking.ask("preview", voice=voice, text=text(self._asking.language, "voices.preview"))

    async def _restart(self) -> Change:
        if await self._asking.ask("restart") is not None:
            self._asking.tell(self._asking.say("restarting"))
        return {self.restart: gr.update(visible=False)}
