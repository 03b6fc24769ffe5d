-- Why rows are not taken in. in: cleaned (of those rows alone)
SELECT line, reasons FROM cleaned WHERE len(reasons) > 0 ORDER BY line
