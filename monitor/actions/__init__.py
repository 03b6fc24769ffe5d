"""What a person does, a function each: permission, lock, repair, act, audit; the result is a value with a type.

The command line and the screens are thin over these functions; ``acting`` has who acts and the ritual around every act.
"""
