"""The figures of the performance table, measured as ratios in one run on one machine: `make bench`.

The program is measured against rivals that no bureau needs, so this package lies with the tests and not in the wheel.

    performance  all of it, in order: read this first
    processes    a child process with its seconds and its peak memory
    figures      two sides, a limit, met or not
    exports      the files it is measured on, generated once and recognised
    homes        a home filled by the real command line; a run of it, any number of times
    rivals       what DuckDB does at the least, in processes of their own
    in_pandas    the same job written in pandas as well as pandas can: what the run finds
    kept_by_pandas  the same job: what the run keeps, files and case database
    agreement    whether both came to the same, row for row
    aid          what everybody is due, against the burden query
    screens      the case database with 100,000 alerts, asked as the pages ask
    cases        100,000 alerts worked into the cases, of a first run and of a later month's
    step         the command line of the children

Nothing is imported here: ``python -m bench.step`` imports this package before ``__main__`` is a file, and a bare
copy in DuckDB should not pay for the start-up of everything else.
"""
