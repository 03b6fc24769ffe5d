"""What pages of casework read and do; each query and act is somebody's, and is checked again each time.

acting       who acts from a screen, for every action of ``monitor.actions``
cases        cases: read, moved
case_acts    the form of one act
case_reliefs the reliefs of replies, on a case's page
packs        lists to departments
people_list  who is admitted without a deposit
replies      departments' answers
uploads      handing in an answer: a form of plain HTML
joins        numbers that may be one person
duplicates   settlements that may be one
"""
