"""A word to mediators who are away: who gets one, when, how often; and nothing of the case in it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest

from api.cases.alerts import Alerts
from api.cases.presence import seen
from api.db import writing
from api.providers.email import Email, Mail, mail_of
from api.settings import Settings
from tests.cases.clock_kit import Town, place, quiet_town  # noqa: F401 - a fixture
from tests.cases.desk_kit import MARIE
from tests.cases.fake_smtp import Server

PHONE = "+33698765432"
SENDER = "Allô <allo@exemple.fr>"


@pytest.fixture
def smtp() -> Iterator[Server]:
    """A mail server."""
    server = Server()
    yield server
    server.close()


@pytest.fixture
def town(quiet_town: Town, smtp: Server) -> Town:  # noqa: F811
    """Beauvais on a Monday at ten; its clock alerts by SMS and by e-mail."""
    town = quiet_town
    town.directory(place("a"), place("b", 10))
    town.at("2026-11-23 10:00")
    alerts = Alerts(town.engine, town.vault, "https://allo.test/", town.outbox, Mail(smtp.url, SENDER))
    town.watch = town.new_watch(alerts=alerts)
    return town


def subjects(smtp: Server) -> list[tuple[str, str]]:
    """To whom each e-mail went, and its subject, since the last look."""
    found = [(str(message["To"]), str(message["Subject"])) for message in smtp.messages]
    smtp.messages.clear()
    return found


class TestWho:
    def test_by_sms_with_nothing_of_the_case(self, town: Town) -> None:
        town.mediator("Ana", "a", alert="sms", alert_phone=PHONE)
        town.asks_here("live")
        town.watch.tick()
        [letter] = town.mailbox.take(1)
        assert letter.to == PHONE
        assert letter.rendered.text == "Allo Démarches : un dossier attend. https://allo.test/mediateur"
        assert MARIE[3:] not in letter.rendered.text

    def test_by_email(self, town: Town, smtp: Server) -> None:
        town.mediator("Ana", "a", alert="email")
        town.asks_here("callback")
        town.watch.tick()
        [message] = smtp.messages
        assert (message["To"], message["From"]) == ("ana@exemple.fr", SENDER)
        assert message["Auto-Submitted"] == "auto-generated"
        assert "https://allo.test/mediateur" in message.get_content()

    def test_only_those_of_the_queue_who_are_away_and_asked_for_it(self, town: Town, smtp: Server) -> None:
        there = town.mediator("Ici", "a", alert="email")
        with writing(town.engine) as session:
            seen(session, there, town.now)
        town.mediator("Ailleurs", "b", alert="email")
        town.mediator("Equipe", alert="email", territory=True)
        town.mediator("Silence", "a")
        town.mediator("Partie", "a", alert="email", active=False)
        town.mediator("Chef", alert="email", role="coordinator", territory=True)
        town.mediator("Admin", "a", alert="email", role="administrator", territory=True)
        town.mediator("SansNumero", "a", alert="sms")
        town.asks_here("callback")
        town.watch.tick()
        assert subjects(smtp) == []
        town.mediator("Ana", "a", alert="email")
        town.watch.tick()
        assert [to for to, _subject in subjects(smtp)] == ["ana@exemple.fr"]
        town.now += timedelta(seconds=61)  # the page was closed
        town.watch.tick()
        assert [to for to, _subject in subjects(smtp)] == ["ici@exemple.fr"]

    def test_what_is_late_calls_the_coordinator_and_the_whole_team(self, town: Town, smtp: Server) -> None:
        town.mediator("Ana", "a", alert="email")
        town.mediator("Chef", alert="email", role="coordinator")
        town.mediator("Equipe", alert="email", territory=True)
        town.asks_here("live")
        town.tick("2026-11-23 10:01")
        assert [to for to, _subject in subjects(smtp)] == ["ana@exemple.fr"]
        town.tick("2026-11-23 10:15")
        assert sorted(to for to, _subject in subjects(smtp)) == ["chef@exemple.fr", "equipe@exemple.fr"]
        for at in ("2026-11-23 11:00", "2026-11-24 10:00"):
            town.tick(at)
        assert subjects(smtp) == []

    def test_who_let_it_time_out_is_not_called_back_to_it(self, town: Town, smtp: Server) -> None:
        ana = town.mediator("Ana", "a", alert="email", territory=True)
        town.mediator("Bob", alert="email", territory=True)
        case = town.asks_here("live")
        town.takes(case, ana)
        town.tick("2026-11-23 14:00")
        assert town.path(case)[-3:-1] == [("timed_out", "a"), ("late", None)]
        assert [to for to, _subject in subjects(smtp)] == ["bob@exemple.fr"]

    def test_the_person_in_charge_is_told_that_the_citizen_wrote(self, town: Town, smtp: Server) -> None:
        ana = town.mediator("Ana", "a", alert="email")
        case = town.asks_here("live")
        town.takes(case, ana)
        town.answers(case, "2026-11-23 10:05")
        town.tick("2026-11-23 10:10")
        assert subjects(smtp) == []
        town.writes(case, "2026-11-23 10:11")
        for at in ("2026-11-23 10:12", "2026-11-23 10:50"):
            town.tick(at)
        assert len(subjects(smtp)) == 1


class TestWhen:
    def test_at_most_one_in_half_an_hour_however_many_wait(self, town: Town, smtp: Server) -> None:
        town.mediator("Ana", "a", alert="email")
        town.asks_here("callback")
        town.asks_here("callback", who="+33612345679")
        assert [len(self.ticked(town, smtp, at)) for at in ("10:00", "10:01")] == [1, 0]
        town.asks_here("callback", who="+33612345680")
        assert [len(self.ticked(town, smtp, at)) for at in ("10:29", "10:30", "11:30")] == [0, 1, 0]

    def test_only_in_working_hours(self, town: Town, smtp: Server) -> None:
        town.mediator("Ana", "a", alert="email")
        town.at("2026-11-20 18:00")  # a Friday evening
        town.asks_here("live")
        for at in ("2026-11-20 18:01", "2026-11-21 10:00", "2026-11-23 08:59"):
            town.tick(at)
        assert subjects(smtp) == []
        town.tick("2026-11-23 09:00")
        assert len(subjects(smtp)) == 1

    def test_two_processes_say_it_once(self, town: Town, smtp: Server) -> None:
        ana = town.mediator("Ana", "a", alert="sms", alert_phone=PHONE)
        town.asks_here("callback")
        start, alerts = threading.Barrier(3), town.watch._alerts
        told: list[int] = []

        def look() -> None:
            start.wait()
            told.append(alerts.tick(town.now))

        threads = [threading.Thread(target=look) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        town.outbox.drain(ana)
        assert sum(told) == 1 and len(town.mailbox.take(1)) == 1

    def test_a_process_that_was_slower_looks_again_before_it_says_more(self, town: Town) -> None:
        ana, alerts = town.mediator("Ana", "a", alert="email"), town.watch._alerts
        town.asks_here("callback")
        assert alerts._tell(ana, town.now) is not None
        town.asks_here("callback", who="+33612345679")
        assert alerts._tell(ana, town.now) is None

    @staticmethod
    def ticked(town: Town, smtp: Server, hour: str) -> list[tuple[str, str]]:
        """The e-mails of one look."""
        town.tick(f"2026-11-23 {hour}")
        return subjects(smtp)


class TestMail:
    def test_one_connection_and_one_refusal_does_not_hold_back_the_others(self, smtp: Server) -> None:
        smtp.refused = ("gone",)
        emails = [Email(f"{who}@exemple.fr", "Sujet", "Été à Nîmes") for who in ("ana", "gone", "bob")]
        assert Mail(smtp.url, SENDER).send(emails) == 2
        assert [message["To"] for message in smtp.messages] == ["ana@exemple.fr", "bob@exemple.fr"]
        assert smtp.connections == 1 and smtp.messages[0].get_content().strip() == "Été à Nîmes"

    def test_a_server_that_is_away_is_logged_and_nothing_more(
        self, smtp: Server, capsys: pytest.CaptureFixture[str]
    ) -> None:
        url = smtp.url
        smtp.close()
        assert Mail(url, SENDER).send([Email("ana@exemple.fr", "a", "b")]) == 0
        assert "ana@exemple.fr" not in capsys.readouterr().out

    def test_a_password_never_travels_in_clear(self, smtp: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        mail = Mail(smtp.url.replace("//", "//moi:s%40crit@"), SENDER)
        email = [Email("ana@exemple.fr", "a", "b")]
        assert mail.send(email) == 1 and len(smtp.logins) == 1  # it stays on this machine
        monkeypatch.setattr("api.providers.email.OURSELVES", frozenset())
        assert mail.send(email) == 0 and len(smtp.logins) == 1
        assert "crit" not in repr(mail)

    @pytest.mark.parametrize("bad", ["ana@exemple.fr\nBcc: tous@exemple.fr", ""])
    def test_an_address_cannot_add_a_header(self, smtp: Server, bad: str) -> None:
        assert Mail(smtp.url, SENDER).send([Email(bad, "a", "b")]) == 0
        assert smtp.messages == []

    def test_without_a_server_there_is_no_mail(self) -> None:
        assert mail_of(Settings(_env_file=None)) is None
        assert mail_of(Settings(_env_file=None, smtp_url="smtp://a", mail_from="b@c.fr")) == Mail("smtp://a", "b@c.fr")
