"""What keeps personal values apart from everything else: keys, keyed hashes, sealing, masking."""
