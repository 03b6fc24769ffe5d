"""Lists of people: filters, order, pages, downloads.

exports      one-use downloads
listview     one page that lists people
case_export  the download of a list of cases
"""
