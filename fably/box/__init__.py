"""The appliance: from boot or `--loop`, button and voice, day and night."""
