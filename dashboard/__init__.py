"""The screens: thin pages over ``monitor``'s queries, in Chinese, served on this machine alone.

app        the server: bound address, gate, doorman, routes
gate       who may talk to this server at all; what every answer carries
doorman    whose every request is; closed is what nobody opened
sign_in    signing in and out, password, second factor, with forms and cookies: plain HTML, no Streamlit
access     the accounts and sessions of the home that is served
main       what every page has: title, navigation, run selector, who is signed in
pages      which pages there are, and for whom
viewer     who is looking: the account behind the session, at this moment
queries    the only cache, and the only place a page gets data from; each query is somebody's
reveal     a whole name and number, for a purpose
charts     figures from numbers
show       numbers, words and codes as people read them
exports    one-use downloads
locale     what the screens say
views      the pages
"""
