"""Who acts, and what keeps personal values apart: accounts, roles, scope, sessions, the audit; keys, hashes, sealing, masking."""
