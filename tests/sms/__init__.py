"""SMS by Twilio: the channel, the webhooks, the client, all against Twilio's own description."""
