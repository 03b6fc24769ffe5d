"""The policy room: documents as data → frozen values → a small table of lines.

    document     what a document says, as frozen values
    schema       every key a document file may have (policies/README.md explains each)
    encoding     one TOML file → one Document, strictly
    library      all documents of a directory, and whether one may be run for a date
    parameters   what a document leaves to the bureau, and a document made whole by what the bureau recorded
    incomes      per-capita disposable incomes the bureau entered
    regions      which insured districts lie inside a document's region
    lines        document × date × incomes × districts → the lines the SQL joins with
    codes        the bureau's editable tables: category codes, groups of care
"""
