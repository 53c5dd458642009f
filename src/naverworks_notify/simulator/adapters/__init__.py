"""The two thin rims over the simulated service: an httpx transport and a localhost server."""
