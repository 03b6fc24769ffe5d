"""What a person has to settle about the facts: which numbers are one person, which settlements are one. Listed, and decided."""
