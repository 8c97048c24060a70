"""The parameters that Twilio sends with each request about a call."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime

VERSION = "2010-04-01"
_NOT_KNOWN = ("CallerCity", "CallerState", "CallerZip", "FromCity", "FromState", "FromZip")


def of_call(account: str, sid: str, from_: str, to: str) -> dict[str, str]:
    """Those of every request of a call that came in. What Twilio does not know it sends empty."""
    return {
        "AccountSid": account,
        "ApiVersion": VERSION,
        "CallSid": sid,
        "CallStatus": "in-progress",
        "Called": to,
        "Caller": from_,
        "Direction": "inbound",
        "From": from_,
        "FromCountry": "FR",
        "To": to,
        **dict.fromkeys(_NOT_KNOWN, ""),
    }


def of_end(seconds: float, at: datetime) -> dict[str, str]:
    """Those of the last word about a call, besides the usual ones."""
    return {
        "CallStatus": "completed",
        "CallDuration": str(round(seconds)),
        "Duration": str(-(-round(seconds) // 60)),
        "SequenceNumber": "0",
        "CallbackSource": "call-progress-events",
        "Timestamp": format_datetime(at),
    }
