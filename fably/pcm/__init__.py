"""Sound as bytes: arithmetic on samples, and WAV files. Always PCM, 16 bit, little endian. Knows no device."""
