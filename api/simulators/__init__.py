"""The phone and the screens played on one machine: what Twilio would do with our answers, with no Twilio."""
