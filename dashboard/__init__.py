"""The screens: thin pages over ``monitor``'s queries, in Chinese, served on this machine alone.

app        the server: bound address, gate, headers, downloads
main       what every page has: title, navigation, run selector
viewer     who is looking, and what they may see
queries    the only cache, and the only place a page gets data from
charts     figures from numbers
show       numbers, words and codes as people read them
exports    one-use downloads
locale     what the screens say
views      the pages
"""
