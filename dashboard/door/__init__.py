"""The door: who may talk to this server, whose each request is, signing in and out. Plain HTML, no Streamlit.

gate       the outermost layer: bound address, hosts, origins, what every answer carries
requests   the number and the log line of every request
doorman    whose every request is; closed is what nobody opened
cookies    the session's token, and the secret of a form before sign-in
forms      the pages before the pages, as HTML
sign_in    signing in and out, password, second factor: the routes
access     the accounts and sessions of the home that is served
viewer     the account behind the session of the page that is drawn
"""
