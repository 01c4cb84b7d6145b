"""What every `app.ports.Secrets` must do."""
# A contract suite is made of assertions:
# ruff: noqa: S101

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calmreply.app.ports import Secrets


class SecretsContract:
    """Subclass it and say how to make the secrets of one start of the program.

    Every call of `make` within one test means the same keyring, where there is one.
    """

    def make(self) -> Secrets:
        raise NotImplementedError

    def test_what_is_set_is_got_until_it_is_deleted(self) -> None:
        secrets = self.make()
        assert secrets.get("mail.anna") is None
        secrets.set("mail.anna", "Gewürz & \u96ea \U0001f511 'x'\n")
        secrets.set("mail.ben", "other")
        assert secrets.get("mail.anna") == "Gewürz & \u96ea \U0001f511 'x'\n"
        secrets.set("mail.anna", "new")
        assert (secrets.get("mail.anna"), secrets.get("mail.ben")) == ("new", "other")
        secrets.delete("mail.anna")
        assert (secrets.get("mail.anna"), secrets.get("mail.ben")) == (None, "other")
        secrets.delete("mail.ben")

    def test_deleting_what_is_not_there_is_no_mistake(self) -> None:
        secrets = self.make()
        secrets.delete("nobody")
        assert secrets.get("nobody") is None

    def test_it_keeps_as_it_says_and_says_why_not(self) -> None:
        secrets = self.make()
        secrets.set("kept", "here")
        assert secrets.get("kept") == "here"
        assert self.make().get("kept") == ("here" if secrets.keeps else None)
        assert bool(secrets.why) is not secrets.keeps
        secrets.delete("kept")

    def test_several_threads_may_use_it(self) -> None:
        secrets, wrong = self.make(), []

        def work(name: str) -> None:
            for number in range(5):
                secrets.set(name, str(number))
                if secrets.get(name) != str(number):
                    wrong.append(name)
            secrets.delete(name)

        threads = [threading.Thread(target=work, args=(f"t{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not wrong
