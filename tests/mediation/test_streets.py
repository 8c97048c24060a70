"""Addresses as a voice says them."""

from __future__ import annotations

import pytest

from mediation.streets import spoken_address
from tests.places.nearest_kit import real_places


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("12 rue de la Paix", "12 rue de la Paix"),
        ("12 bis, av. du Gal Leclerc", "12 bis, avenue du général Leclerc"),
        ("12B AV DU GAL LECLERC", "12 bis avenue du général Leclerc"),
        ("3 r Victor Hugo", "3 rue Victor Hugo"),
        ("1 PL DE L'HOTEL DE VILLE BP 20123", "1 place de L'hotel de Ville"),
        ("8 ALL DES TILLEULS", "8 allée des Tilleuls"),
        ("5 rue du Pas de la Mule", "5 rue du Pas de la Mule"),
        ("ZA Les Pins, CS 10 203", "zone d'activité Les Pins"),
        ("Rue St Jean", "Rue saint Jean"),
        ("", ""),
    ],
)
def test_short_forms_are_said_whole(written: str, said: str) -> None:
    assert spoken_address(written) == said


def test_real_addresses_keep_their_number_and_their_words() -> None:
    for place in real_places()[::25]:
        said = spoken_address(place.address)
        assert not place.address or said
        assert "  " not in said and not said.endswith(",")
