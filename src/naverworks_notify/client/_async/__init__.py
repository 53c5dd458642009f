"""The async shell, written by hand; `client/_sync` is generated from it."""
