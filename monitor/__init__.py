"""Early warning for medical-insurance bureaus: platform exports in, people over a line out, explained.

The rooms, in the order the data moves; a room imports only rooms above it in this list:

    base         what every room stands on: vocabulary, errors, settings, logs, sentences put together from parts
    policy       documents → frozen values → a small table of lines
    intake       one export → clean rows + rejections
    access       who acts: accounts, roles, scope, sessions, audit; keys, keyed hashes, sealing, masking
    store        immutable Parquet batches, one manifest, the SQL engine
    demo         the home of made-up people: how it is known, its accounts, which files it takes
    assess       burden, crossings, alerts, explanation (the SQL an auditor can read)
    entitle      what is due to whom, what was paid, what is missing (the SQL of assistance)
    casework     the case database: what a run found, what people decide about it
    reports      outgoing lists and workbooks
    run          the journey itself: read this first
    review       which numbers are one person, which settlements are one: listed, and settled by a person
    upkeep       rotation of keys, backup and restore, the checks of doctor
    actions      what a person does, a function each; the command line and the screens are thin over them
    commands     what is typed: a file a command, its options beside what it does
    __main__     the command line
"""

__version__ = "0.1.0"
