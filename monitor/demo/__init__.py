"""The home of made-up people: how it is known, its accounts, which files it takes."""
