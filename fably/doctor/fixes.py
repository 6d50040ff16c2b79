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
from fably.providers.configured import Configured

VOICE = "choose a voice that it has with FABLY_TTS_VOICE; `fably voices` lists them"
SETTING = "mend that setting, or leave it out: Fably then takes what is set up"
BUG = "this is a fault of Fably's own: please report what `fably doctor --debug` shows"
_SECONDS = {"llm": "FABLY_FIRST_TOKEN_SECONDS", "tts": "FABLY_SPEECH_SECONDS", "stt": "FABLY_STT_SECONDS"}
_INSTALL = "install it with: "


def fix_of(fault: Exception, one: Configured) -> str:
    """One sentence for a parent."""
    match fault:
        case MissingDependency():
            return str(fault).partition(_INSTALL)[2] or "install the package that is named here"
        case AuthenticationFailed():
            return f"put a key that {one.title()} accepts into {one.service.key_name}, in the environment or in {_file(one)}"
        case ModelRetired():
            return _another_model(one)
        case VoiceUnknown():
            return VOICE
        case QuotaExceeded() if fault.retryable:
            return "wait some minutes, or ask the service for a higher limit"
        case QuotaExceeded():
            return f"add credit to the account at {one.title()}"
        case ProviderTimeout():
            return f"{_reach(one)}; if it is only slow, give it more time with {_SECONDS[one.kind]}"
        case ProviderUnavailable(kind="no_connection"):
            return "mend that in the environment, then try again"
        case ProviderUnavailable():
            return _reach(one) if fault.retryable or fault.unreachable else f"check {_address(one)}: something else may answer there"
        case EngineTooBig():
            return f"choose a smaller one, give it more with FABLY_MEMORY_LIMIT, or leave it to another with {one.env('provider')}"
        case EngineTooSlow():
            return "make its sound ahead with `fably stories render`, or choose a smaller voice"
        case EngineDied():
            return f"install it anew, or choose another with {one.env('provider')}"
        case ProviderBroken():
            return BUG
        case ConfigError():
            return SETTING
        case FablyError():
            return f"try again; if it stays, choose another with {one.env('provider')}"
    return BUG


def _another_model(one: Configured) -> str:
    if one.kind == "tts" and one.settings.tts_voice is not None:
        return f"choose another with {one.env('voice')} or {one.env('model')}; `fably voices` lists the voices"
    named = getattr(one.settings, f"{one.kind}_model")
    if one.local:
        return f"fetch the model that is named here, or name another in {one.env('model')}"
    if named or not one.service.name:
        name = f"name a model that {one.title()} has in {one.env('model')}" + ", or leave it out" * bool(named)
        return name if one.service.name else f"{name}; if it has that one, check {_address(one)}, which mostly ends in /v1"
    return f"update Fably, which may know newer models, or name one in {one.env('model')}"


def _reach(one: Configured) -> str:
    if one.local:
        return "install it anew, or choose another with " + one.env("provider")
    if one.service.name:
        return "check this machine's network; if it works, the service has an outage that will pass"
    return f"start the server at {one.title()}, and check the network and {_address(one)}"


def _address(one: Configured) -> str:
    """The setting that its address stands in."""
    own = getattr(one.settings, f"{one.kind}_url")
    return one.env("url") if own or one.settings.openai_base_url is None else "OPENAI_BASE_URL"


def _file(one: Configured) -> str:
    return str(one.settings.state / "settings.env")
