"""What pages say: numbers, words and codes as people read them.

places       districts by name with their code
show         amounts, dates, shares, masked people
case_words   states, acts, reasons and histories of cases and lists
audit_words  the audit in words
"""
