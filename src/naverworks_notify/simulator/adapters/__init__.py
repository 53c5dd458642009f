"""The two thin adapters over the simulated service: an httpx transport and a localhost server."""
