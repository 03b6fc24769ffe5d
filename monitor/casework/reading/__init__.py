"""What is read of the case database: lists, one row, figures. Everything is within a scope; names and numbers are masked.

Nothing here writes, and nothing here imports what decides: a page or a command that only looks needs no more than this. Of the rest
of casework it knows the tables, the states of a case and the recipients' layouts. A test holds both.
"""
