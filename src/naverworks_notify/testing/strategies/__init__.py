"""Hypothesis strategies for the values of this package, one module a layer.

Needs hypothesis, which no extra installs: whoever writes property tests has it.
"""
