"""The policy room: documents as data → frozen values → a small table of lines.

    citing       clause, quote, reading: what everything encoded stands on
    document     what a document says, as frozen values: who is warned, dates, parameters
    provisions   what it gives: assistance, premium support, insurance, indicators, offers
    schema       every key a document file may have (policies/README.md explains each)
    encoding     one TOML file → one Document, strictly; provision_encoding, assistance_encoding and
                 provision_parts read what it gives
    library      all documents of a directory, and whether one may be run for a date
    parameters   what a document leaves to the bureau, and a document made whole by what the bureau recorded
    local_figures the figures a document bounds or leaves open, as parameters
    figures      a figure for a year and a place: text, bureau's record, incomes
    assistance   document × date × incomes × districts → the rows entitlements are reckoned with
    windows      the first day whose costs a schedule looks at
    incomes      per-capita disposable incomes the bureau entered
    regions      which insured districts lie inside a document's region
    lines        document × date × incomes × districts → the lines the SQL joins with
    codes        the bureau's editable tables: category codes, groups of care
"""
