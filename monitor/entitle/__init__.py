"""What people are entitled to, what was paid, what is missing: one calculation, whose columns are its explanation."""
