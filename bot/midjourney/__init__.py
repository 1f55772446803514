"""The Midjourney API: `protocol` (no I/O) and `client`. May import domain and ports."""
