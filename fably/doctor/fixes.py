"""What to do about a fault, chosen by its class. The fault itself has said what is wrong."""

from fably.core.errors import (
    AuthenticationFailed,
    ConfigError,
    EngineDied,
    EngineTooBig,
    EngineTooSlow,
    FablyError,
    MissingDependency,
    ModelRetired,
    ProviderBroken,
    ProviderTimeout,
    ProviderUnavailable,
    QuotaExceeded,
    VoiceUnknown,
)
from fably.doctor.wording import phrase
from fably.providers.configured import Configured

_SECONDS = {"llm": "FABLY_FIRST_TOKEN_SECONDS", "tts": "FABLY_SPEECH_SECONDS", "stt": "FABLY_STT_SECONDS"}
_INSTALL = "install it with: "


def fix_of(fault: Exception, one: Configured) -> str:
    """One sentence for a parent, in the language of the story."""

    def say(name: str, **values: object) -> str:
        return phrase(one.settings.language, f"{name}_mend", **values)

    title = one.title(one.settings.language)
    match fault:
        case MissingDependency():
            return str(fault).partition(_INSTALL)[2] or say("install")
        case AuthenticationFailed():
            return say("key", title=title, key=one.service.key_name, file=one.settings.state / "settings.env")
        case ModelRetired():
            return _another_model(one)
        case VoiceUnknown():
            return say("voice")
        case QuotaExceeded() if fault.retryable:
            return say("wait")
        case QuotaExceeded():
            return say("credit", title=title)
        case ProviderTimeout():
            return say("slow", reach=_reach(one), setting=_SECONDS[one.kind])
        case ProviderUnavailable(kind="no_connection"):
            return say("environment")
        case ProviderUnavailable():
            return _reach(one) if fault.retryable or fault.unreachable else say("address", address=_address(one))
        case EngineTooBig():
            return say("too_big", provider=one.env("provider"))
        case EngineTooSlow():
            return say("too_slow")
        case EngineDied():
            return say("anew", provider=one.env("provider"))
        case ProviderBroken():
            return say("bug")
        case ConfigError():
            return say("setting")
        case FablyError():
            return say("again", provider=one.env("provider"))
    return say("bug")


def _another_model(one: Configured) -> str:
    language, model = one.settings.language, one.env("model")
    if one.kind == "tts" and one.settings.tts_voice is not None:
        return phrase(language, "other_voice_mend", voice=one.env("voice"), model=model)
    named = getattr(one.settings, f"{one.kind}_model")
    if one.local:
        return phrase(language, "fetch_mend", model=model)
    if named or not one.service.name:
        name = phrase(language, "name_mend", title=one.title(language), model=model) + phrase(language, "leave_out") * bool(named)
        return name if one.service.name else phrase(language, "name_address_mend", name=name, address=_address(one))
    return phrase(language, "update_mend", model=model)


def _reach(one: Configured) -> str:
    language = one.settings.language
    if one.local:
        return phrase(language, "anew_mend", provider=one.env("provider"))
    if one.service.name:
        return phrase(language, "network_mend")
    return phrase(language, "start_mend", title=one.title(language), address=_address(one))


def _address(one: Configured) -> str:
    """The setting that its address stands in."""
    own = getattr(one.settings, f"{one.kind}_url")
    return one.env("url") if own or one.settings.openai_base_url is None else "OPENAI_BASE_URL"
