"""Early warning for medical-insurance bureaus: platform exports in, people over a line out, explained.

The rooms, in the order the data moves; a room imports only rooms above it in this list:

    base         what every room stands on: vocabulary, errors, settings, logs, sentences put together from parts
    policy       documents → frozen values → a small table of lines
    intake       one export → clean rows + rejections
    access       who acts: accounts, roles, scope, sessions, audit; keys, keyed hashes, sealing, masking
    store        immutable Parquet batches, one manifest, the SQL engine
    demo, demo_people    the home of made-up people: how it is known, its accounts, which files it takes
    assess       burden, crossings, alerts, explanation (the SQL an auditor can read)
    entitle      what is due to whom, what was paid, what is missing (the SQL of assistance)
    casework     the case database: what a run found, what people decide about it
    reports      outgoing lists and workbooks
    run          the journey itself: read this first
    entitled     a run's entitlements, worked out when first asked for
    joining      which numbers are one person: listed, and settled by a person
    duplicating   which settlements are one, exported under two ids: listed, and settled by a person
    evaluation   a year of a document: the figures there are, and what is missing
    upkeep       rotation of keys, backup and restore, the checks of doctor
    demo_cases   what the made-up officers have done about the made-up people
    serving      handing over to the dashboard; the demo
    commands     what is typed: a file a command, its options beside what it does
    __main__     the command line
"""

__version__ = "0.1.0"
