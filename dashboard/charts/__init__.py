"""Figures from numbers, as plain dictionaries: building them costs less than a millisecond.

    drawing    colours, axes and lines: what the figures have in common
    counted    people by kind, month, category, district, and by step
    burden     burdens against lines: everybody's, and one person's settlement by settlement
"""
