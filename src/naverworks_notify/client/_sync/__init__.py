# Generated from client/_async/__init__.py by scripts/generate_sync.py; change that one.
"""The async shell, written by hand; `client/_sync` is generated from it."""
