"""Parts of one person's page.

reveal       a whole name and number, for a purpose
entitlement  medical assistance: due, paid, each step beside its clause
"""
