"""Invented platform exports: small sets worked out by hand, a generator of large ones, the demonstration.

Nobody in them exists: README.md beside this file.
"""
