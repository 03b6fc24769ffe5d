"""What is typed: a file a command, its options beside what it does (``monitor import`` is ``importing.py``, ``monitor no-deposit``
``no_deposit.py``). ``verbs`` lists them; ``grammar`` puts their options together; ``__main__`` calls the one that was asked for.
"""
