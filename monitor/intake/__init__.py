"""The intake room: one export in, clean rows and rejections out; nothing lost, nothing guessed.

    columns           each input table declared once, a file a table: what is read, checked, stored, sealed and handed out
    header            which row holds the headings, which heading is which column
    units             in which unit the amounts are, and into yuan
    surround          titles above the headings, columns without one; the unit as it is stated there
    decoration        rows that are none: repeated headings, subtotals, who made the table
    encoding          which encoding the whole file is in, decided strictly
    source            the file it lies in: a regular one, and the same from the first byte to the last
    archive           kinds of files by their first bytes; what is inside a zip
    recognising       what a file is: text or a workbook, by itself or as the one table in a zip
    looking           every byte looked at once, beside the reading: encoding and sha256
    delimited         text tables in bounded pieces, every physical line accounted for
    records           one record from physical lines: what a quote does, what is too long
    workbook          xlsx and xls, cell types kept in mind
    other_sheets      the sheets that do not hold the table: why, and which look like data
    confined          the process a workbook is read in, with bounds on memory and time
    sheets            what runs there: calamine, cells as text
    error_cells       cells of a workbook that hold an error (#N/A), which calamine reads as blank
    marks             hidden rows and columns, text struck out
    merging           cells merged over several rows, filled down
    biff              the same for an old xls: the compound file around it and its records
    unused            what of a file was not used: entries, lines of text, JSON; what --strict refuses
    reading           open_export: the door; recognise, open, find the heading, rows
    identity_number   the resident identity number: check character, normal form (the plain reference)
    fillers           what stands for no value, characters nobody sees
    identifiers       a number out of what stands around it; masked and unclear ones
    written_dates     24:00, serial numbers, months that lost a nought
    known_codes       the national codes by their shape
    coded             labels to codes by the bureau's tables; what no table knows, counted
    scrubbing         odd cells of a column found on its bytes, and cleaned
    checks            clean: the static SQL that types, rejects and flags; reasons and flags in Chinese
"""
