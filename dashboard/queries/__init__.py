"""Where the pages get their data.

Every query is somebody's: it refuses who may not ask it, and narrows to their scope. What shows one person or takes a list along is
written into the audit.

    database        the case database, opened for reading, and what opens sealed values
    pairs           what waits for a person's word in the store: joins and duplicates, masked
    cached          everything that is kept between clicks, under keys with the scope
    noted           what is written into the audit, and the audit itself
    run_figures     the runs, and what a run comes to
    people_lists    a run's people, page by page
    somebody        one person
    reviewed        lists of what waits for a person's word
"""
