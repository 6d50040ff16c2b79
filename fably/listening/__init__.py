"""The patient ear: from the microphone's sound to one finished utterance, in memory."""
