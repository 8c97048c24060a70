"""The words around a secret: how people give a password, a code or a file number, and how they only speak of one."""

from __future__ import annotations

import re

from text_to_num import alpha2digit

from flows.plain import plain

PASSWORD = r"(?:mots?\s+de\s+passes?|mdp|password)"
CODE = r"codes?\b(?!\s*(?:postal|postaux|insee|commune|naf|ape|barres?|promo|civil|officiel))"
IS = r"(?:(?:est|c\s?['’]?\s?est|ces|était|etait|sera|serait)\b|[:=→]|->)"
# Words between « code » and its digits that do not start another subject.
ABOUT = (
    r"(?:secret|pin|de|du|d['’]|la|le|les|l['’]|mon|ma|sécurité|securite|confirmation|vérification|verification|activation|"
    r"reçu|recu|par|sms|texto|mail|temporaire|provisoire|confidentiel|accès|acces|usage|unique|à|a|carte|bleue|bancaire|"
    r"suivant|caf|ameli|impots|impôts|banque|connexion|que|j['’]ai|voici|numéro|numero)"
)
DIGITS = r"\d(?:[ .\-]?\d){2,9}(?![ .\-]?\d)"
OF = (
    r"(?:de|du|d['’]|la|le|l['’]|à|a|pour|sur|mon|ma|moi|compte|espace|site|caf|ameli|cpam|msa|impots|impôts|france|travail|"
    r"franceconnect|connect|pole|pôle|emploi|mail|actuel|ancien|nouveau|provisoire|temporaire|aussi)"
)
TOKEN = r"[^\s«»\"“”]"
SECRET = (
    rf"{TOKEN}+(?:(?:\s+{TOKEN}+)?\s+(?!0\d|\+){TOKEN}*\d{TOKEN}*)?"  # « Chat noir 33 », not a phone number after it
)

_SECRETS = (
    rf"\b{PASSWORD}\b(?:\s*\b{OF}){{0,5}}?\s*{IS}\s*(?:bien\s+)?[«\"'“]?\s*(?P<secret>{SECRET})",
    rf"\b{PASSWORD}\s+(?P<secret>(?=\S{{4}})\S*(?:\d|[@#$%&*+=_])\S*)",
    rf"\b{CODE}(?:\s*{ABOUT}){{0,6}}?\s*{IS}?\s*(?:le\s+)?(?P<secret>{DIGITS})",
    rf"\b{CODE}(?:\s*{ABOUT}){{0,6}}?\s*{IS}\s*(?:le\s+)?(?P<secret>(?=[^\s\d]*\d)[A-Za-z0-9\-]{{4,12}})(?!\w)",
    rf"(?<![\d.,/\-])(?P<secret>{DIGITS})\s*,?\s*(?:c\s?['’]?\s?est|est|comme)\s+(?:le|mon|un)\s+(?:{CODE}|{PASSWORD})",
    rf"\bre[cç]u\s+(?:le\s+)?(?P<secret>{DIGITS})\s+(?:par|sur|dans)\s+(?:un\s+|le\s+|mon\s+)?(?:sms|texto|mail|message)",
    rf"\b(?:cryptogramme|cvv|cvc|pin)\b\s*{IS}?\s*(?P<secret>\d{{3,6}})(?!\d)",
)
SECRETS = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _SECRETS)
ALLOCATAIRE = re.compile(
    r"\b(?:allocataire|matricule)\b[^\d\n]{0,20}?(?P<secret>\d(?:[ .\-]?\d){6}(?:\s?[a-z](?![^\W_]))?)(?![ .\-]?\d)",
    re.IGNORECASE,
)
PHONE = re.compile(r"(?:(?:\+|00)33|0)[1-9]\d{8}")

# « Mon mot de passe est … » goes on with one of these far more often than with a password.
NOT_SECRETS = frozenset(
    re.findall(
        r"\w+",
        """
        a accepte afin ailleurs ainsi alors ancien ancienne apres assez au aucun aussi autre avant avec bien bizarre
        bloque bloquee bon bonne ca cache car casse ce cela celle celui ces change changer chaud chez chiant comme
        comment complique compris compromis correct court cree dans de deja demande depasse depuis derniers des
        desactive different difficile disparu dit dommage donc du dur ecrit efface egalement egare elle embetant en
        encore enervant enregistre envoye errone et eu expire facile faible fatigant faut faux fini foutu galere
        gens grave identique ignore il illisible impossible inchange inconnu incorrect indique inexistant
        insuffisant interdit introuvable inutile inutilisable invalide invisible j jamais je jours la le lequel les
        leur long lu ma mais mal marque mauvais meme merci mes mieux mis modifie mon mort ne necessaire ni non
        normal note nouveau nouvelle nul obligatoire ok on or ou oublie oui par pareil parti pas penible perdu
        perdue peri perime peut pirate pire plus possible pour pourquoi pourtant pris provisoire qu quand que quel
        quelle qui quoi reconnu refuse reinitialise rejete relou requis reste sa sans ses seulement si simple son
        sous stp sur svp ta tape te temporaire temps termine tombe ton toujours tout tres trop trouve un une urgent
        utilise valable valide vide vieux vole votre vrai vraiment y
        """,
    )
)

_NUMBER = (
    r"(?:z[ée]ro|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|"
    r"quarante|cinquante|soixante|septante|huitante|octante|nonante|cents?|mille|et|\d+)"
)
SPOKEN_RUN = re.compile(rf"(?<!\w)(?=[\d\s,.\-]*[^\W\d]){_NUMBER}(?:[\s,.\-]+{_NUMBER}){{4,}}(?!\w)", re.IGNORECASE)


def is_secret(found: str) -> bool:
    """False when what follows « mot de passe » or « code » only speaks of it, or is a phone number."""
    first = found.split(maxsplit=1)[0].strip(".,;:!?…()«»\"“”'’")
    if "▮" in found or PHONE.fullmatch("".join(character for character in found if character not in " .-")):
        return False
    word = plain(first)
    head = re.split(r"[\s'’\-]", word)[0] if word else ""
    if head in NOT_SECRETS or first.lower().endswith(("é", "ée", "és", "ées")):
        return False
    return len(found) > 2 and any(character.isalnum() for character in found)


def spoken_digits(said: str) -> str:
    """The digits of numbers said in words: « un quatre-vingt-quatre douze » → 18412."""
    written = alpha2digit(re.sub("zero", "zéro", said.lower()), "fr", 0)
    return "".join(character for character in written if character.isdecimal())
