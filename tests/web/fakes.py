"""A conversation that keeps its promises (repeats, history) without database or dialogue: only the web is tested."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from api.sayings import Standing
from api.web.entries import in_order
from bot.messages import Inbound, Reply
from flows.texts import Option, Say

WELCOME = Say(
    "Bonjour. Ici Allô Démarches, un assistant automatique et gratuit. Je vous aide pour vos démarches CAF, "
    "Assurance maladie et France Travail, une petite étape à la fois.",
    key="welcome",
)
PRIVACY = Say("Ne m'écrivez jamais de mot de passe, de code ou de numéro de carte.", key="welcome_privacy")
THEMES = Say(
    "Que voulez-vous faire ? Écrivez-le avec vos mots, ou choisissez.",
    key="asked.what_need",
    options=(
        Option("caf", "CAF et aides"),
        Option("sante", "Santé et carte Vitale"),
        Option("emploi", "Emploi et chômage"),
        Option("humain", "Aide près de chez moi"),
    ),
)
STEP = Say(
    "Ouvrez le site caf.fr.\nVous devez voir : la page d'accueil.",
    speech="Ouvrez le site caf point f r.",
    key="ouvrir_site",
    options=(Option("fait", "C'est fait"), Option("bloque", "Je bloque"), Option("repeter", "Répétez")),
)


@dataclass(frozen=True)
class Said:
    """A message of the past."""

    citizen: bool
    text: str
    say: Say | None = None
    person: str | None = None
    id: str = ""


@dataclass
class FakeConversations:
    """Remembers what it received. `failing` is raised by the next calls; `forgets` erases on « oubliez-moi »."""

    failing: Exception | None = None
    received: list[Inbound] = field(default_factory=list)
    _said: dict[str, list[Said]] = field(default_factory=lambda: defaultdict(list))
    _replies: dict[tuple[str, str], Reply] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    decide: Callable[[Inbound], Reply] | None = None
    case: Standing = field(default_factory=Standing)
    news: list[Said] = field(default_factory=list)

    def pushed(self, channel: str, address: str, after: str) -> list[Said]:
        """What a person said, after that message."""
        if self.failing:
            raise self.failing
        return [said for said in self.news if in_order(said.id) > in_order(after)]

    def standing(self, channel: str, address: str) -> Standing:
        """The case, as the test says it stands."""
        if self.failing:
            raise self.failing
        return self.case

    def receive(self, inbound: Inbound) -> Reply:
        """A reply to each message, the same one to a repeated message."""
        with self._lock:
            if self.failing:
                raise self.failing
            if inbound.provider_id in [one.provider_id for one in self.received]:
                return self._replies[inbound.address, inbound.provider_id]
            reply = (self.decide or self._decide)(inbound)
            self.received.append(inbound)
            self._replies[inbound.address, inbound.provider_id] = reply
            self._keep(inbound, reply)
            return reply

    def history(self, channel: str, address: str) -> list[Said]:
        """What was said, the empty first message aside."""
        if self.failing:
            raise self.failing
        return [said for said in self._said[address] if said.text]

    def _keep(self, inbound: Inbound, reply: Reply) -> None:
        if inbound.text == "oubliez-moi":
            self._said.pop(inbound.address, None)
            return
        self._said[inbound.address].append(Said(True, inbound.text))
        self._said[inbound.address] += [Said(False, say.text, say) for say in reply.says]

    @staticmethod
    def _decide(inbound: Inbound) -> Reply:
        if not inbound.text:
            return Reply((WELCOME, PRIVACY, THEMES))
        if inbound.text == "oubliez-moi":
            return Reply((Say("C'est fait. Tout est effacé.", key="forgotten"),))
        return Reply((Say(f"Vous dites : {inbound.text}"), STEP), "caf_compte_connexion", "ouvrir_site")
