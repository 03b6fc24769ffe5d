"""The screens: thin pages over ``monitor``'s queries, in Chinese, served on this machine alone.

The rooms; a room imports only rooms above it in this list:

    locale     what the screens say
    door       who may talk to this server, whose each request is, signing in and out
    text       numbers, words and codes as people read them
    charts     figures from numbers
    queries    where pages get their data
    browser    what the browser is told by script
    parts      pieces several pages are built of
    opening    what a page is given: who looks, and at which run
    person     parts of one person's page
    lists      lists of people, and downloads
    casework   what pages of casework read and do
    views      the pages
    pages      which pages there are, and for whom
    main       what every page has: title, navigation, run selector, who is signed in
    app        the server: bound address, gate, doorman, routes
"""
