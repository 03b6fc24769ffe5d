"""Outgoing lists and workbooks: what leaves the program for people to open in Excel or WPS."""
