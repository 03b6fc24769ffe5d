"""Burden, crossings, alerts and their explanation: SELECTs an auditor can read, and the thin Python that runs them."""
